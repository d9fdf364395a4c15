package history

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pacer/ocf"
	"pacer/operation"
)

// Key is a transition key: which action of which transition by which controller a result belongs to, and the exit code
// that was expected.
type Key struct {
	Action     int
	Transition int // -1 when the operation was asked for outside of any transition
	Expected   ocf.ExitCode
	UUID       string // of the controller that computed the transition
}

// uuidWidth is the length to which the form pads the last part of a key.
const uuidWidth = 36

// String is the form in transition-key: "action:transition:expected:uuid".
func (k Key) String() string {
	b := make([]byte, 0, uuidWidth+24)
	for _, n := range [...]int{k.Action, k.Transition, int(k.Expected)} {
		b = append(strconv.AppendInt(b, int64(n), 10), ':')
	}
	b = append(b, k.UUID...)
	for n := len(k.UUID); n < uuidWidth; n++ {
		b = append(b, ' ')
	}
	return string(b)
}

// ParseKey reads the form of String. The last part is not checked to be a UUID: old histories hold other texts there.
func ParseKey(s string) (Key, error) {
	var n [3]int
	rest := s
	for i := range n {
		part, after, found := strings.Cut(rest, ":")
		if !found {
			return Key{}, fmt.Errorf("history: transition key %q: want action:transition:expected-rc:uuid", s)
		}
		v, err := strconv.Atoi(part)
		if err != nil {
			return Key{}, fmt.Errorf("history: transition key %q: %q is not a number", s, part)
		}
		n[i], rest = v, after
	}
	return Key{Action: n[0], Transition: n[1], Expected: ocf.ExitCode(n[2]), UUID: strings.TrimRight(rest, " ")}, nil
}

// Magic is a transition key with the result in front: what transition-magic holds.
type Magic struct {
	Status operation.Status
	Code   ocf.ExitCode
	Key    Key
}

// String is the form in transition-magic: "op-status:rc-code;key".
func (m Magic) String() string { return fmt.Sprintf("%d:%d;%s", int(m.Status), int(m.Code), m.Key) }

// ParseMagic reads the form of Magic.String.
func ParseMagic(s string) (Magic, error) {
	head, key, found := strings.Cut(s, ";")
	status, code, colon := strings.Cut(head, ":")
	st, err1 := strconv.Atoi(status)
	rc, err2 := strconv.Atoi(code)
	if !found || !colon || err1 != nil || err2 != nil {
		return Magic{}, fmt.Errorf("history: transition magic %q: want op-status:rc-code;key", s)
	}
	k, err := ParseKey(key)
	if err != nil {
		return Magic{}, err
	}
	return Magic{Status: operation.Status(st), Code: ocf.ExitCode(rc), Key: k}, nil
}

// OpKey names an operation of a resource: "rsc_task_milliseconds".
func OpKey(resource, task string, interval time.Duration) string {
	return resource + "_" + task + "_" + strconv.FormatInt(interval.Milliseconds(), 10)
}

// NotifyKey names a notification of a clone instance: "rsc_notify_KIND_TASK_0", kind "pre" or "post" with "notify" or
// "confirmed", as the notify_key_type of its parameters says.
func NotifyKey(resource, kind, task string) string {
	return resource + "_" + kind + "_notify_" + task + "_0"
}

// maxOpKey bounds what ParseOpKey looks at.
const maxOpKey = 4096

// ParseOpKey splits the form of OpKey, also of NotifyKey (whose task is then "notify"). Resource ids and task names may
// hold underscores; the known tasks with one in their name are looked for first.
func ParseOpKey(key string) (resource, task string, interval time.Duration, err error) {
	bad := func(why string) error {
		return fmt.Errorf("history: operation key %.80q: %s; want RESOURCE_TASK_MILLISECONDS", key, why)
	}
	if len(key) > maxOpKey {
		return "", "", 0, bad("too long")
	}
	cut := strings.LastIndexByte(key, '_')
	if cut < 0 {
		return "", "", 0, bad("no interval")
	}
	ms, perr := strconv.ParseInt(key[cut+1:], 10, 64)
	if perr != nil || ms < 0 || ms > int64(1<<53) {
		return "", "", 0, bad("the interval is not a number of milliseconds")
	}
	interval = time.Duration(ms) * time.Millisecond
	rest := key[:cut]
	for _, two := range []string{"_migrate_to", "_migrate_from"} {
		if r, ok := strings.CutSuffix(rest, two); ok && r != "" {
			return r, two[1:], interval, nil
		}
	}
	if at := strings.LastIndexByte(rest, '_'); at > 0 {
		r := rest[:at]
		for _, n := range []string{"_pre_notify", "_post_notify", "_confirmed-pre_notify", "_confirmed-post_notify"} {
			if x, ok := strings.CutSuffix(r, n); ok && x != "" {
				return x, "notify", interval, nil
			}
		}
		if at+1 < len(rest) {
			return r, rest[at+1:], interval, nil
		}
	}
	return "", "", 0, bad("no resource or no task")
}

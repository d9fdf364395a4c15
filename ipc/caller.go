package ipc

import (
	"errors"
	"fmt"
	"os"
	"os/user"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"
	"unsafe"

	"golang.org/x/sys/unix"

	"pacer/acl"
	"pacer/message"
)

// The names that give full access, as they always did.
const (
	clusterUser  = "hacluster"
	clusterGroup = "haclient"
)

// Caller is who asks.
type Caller struct {
	message.Principal
	// Full lets him ask everything, as far as the access control lists let him; others may ask which node this is.
	Full bool
	// owner is root or the user under whom the node runs, on the node itself and in his own name.
	owner bool
}

func (c Caller) name() string {
	if c.User == "" {
		return "an unknown user"
	}
	return c.User
}

// identifier turns credentials into callers and remembers them for a while: looking up users may be slow.
type identifier struct {
	mu    sync.Mutex
	known map[string]remembered
	now   func() time.Time
}

type remembered struct {
	caller Caller
	until  time.Time
}

const (
	remember    = 30 * time.Second
	maxRemember = 1000
)

func newIdentifier() *identifier {
	return &identifier{known: map[string]remembered{}, now: time.Now}
}

// identify names the user and decides what he may do. The groups are those that the calling process has besides its own.
func (i *identifier) identify(cred syscall.Ucred, groups []uint32) Caller {
	if cred.Uid == 0 {
		return Caller{message.Principal{User: "root", UID: 0, Door: "socket"}, true, true}
	}
	key := fmt.Sprint(cred.Uid, cred.Gid, groups)
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if r, ok := i.known[key]; ok && now.Before(r.until) {
		return r.caller
	}
	if len(i.known) >= maxRemember {
		clear(i.known)
	}
	c := lookUp(cred, groups)
	i.known[key] = remembered{c, now.Add(remember)}
	return c
}

func lookUp(cred syscall.Ucred, peerGroups []uint32) Caller {
	uid := strconv.Itoa(int(cred.Uid))
	c := Caller{Principal: message.Principal{User: "#" + uid, UID: int(cred.Uid), Door: "socket"}}
	groups := []string{strconv.Itoa(int(cred.Gid))}
	for _, g := range peerGroups {
		groups = append(groups, strconv.Itoa(int(g)))
	}
	if u, err := user.LookupId(uid); err == nil {
		c.User = u.Username
		if more, err := u.GroupIds(); err == nil {
			groups = append(groups, more...)
		}
	}
	c.Groups = groupNames(groups)
	// The user under whom the node itself runs can do everything to it anyway.
	c.owner = int(cred.Uid) == os.Geteuid()
	c.Full = c.owner || trusted(c)
	return c
}

// trusted tells whether a user has full access by who he is.
func trusted(c Caller) bool {
	return c.User == "root" || c.User == clusterUser || slices.Contains(c.Groups, clusterGroup)
}

// strangerUID is the user id of somebody whom the user database of this node does not know.
const strangerUID = 65534

// Named is the caller who has proved by other means than the socket that he is a user of that name, by the door that he came in. The
// user database of this node says what he may: full access has who would have it at the socket.
func Named(name, door string) Caller {
	c := Caller{Principal: message.Principal{User: name, UID: strangerUID, Door: door, Groups: GroupsOf(name)}}
	if u, err := user.Lookup(name); err == nil {
		if uid, err := strconv.Atoi(u.Uid); err == nil {
			c.UID = uid
		}
		c.Full = trusted(c)
	}
	return c
}

// groupNames names groups by their ids, each once. What has no name cannot be named by anybody.
func groupNames(ids []string) []string {
	var out []string
	for _, id := range ids {
		if g, err := user.LookupGroupId(id); err == nil && !slices.Contains(out, g.Name) {
			out = append(out, g.Name)
		}
	}
	return out
}

// GroupsOf names the groups of a user, none when nobody knows him.
func GroupsOf(name string) []string {
	u, err := user.Lookup(name)
	if err != nil {
		return nil
	}
	ids, _ := u.GroupIds()
	return groupNames(append(ids, u.Gid))
}

// acting is who asks in the end: a privileged caller may ask in the name of somebody else, whose rights then count. What others say
// about that is not listened to.
func (c Caller) acting(name string) Caller {
	if name != "" && name != c.User && c.Full && acl.Privileged(c.User) {
		c.Principal = message.Principal{User: name, UID: c.UID, Door: c.Door, Groups: GroupsOf(name), Roles: c.Roles}
		c.owner = false
	}
	return c
}

// peerGroups asks the kernel for the supplementary groups of who is at the other end of a connection. A user's groups may be kept
// where a static program cannot look them up (LDAP, SSSD); the process that calls has them all the same.
func peerGroups(fd int) ([]uint32, error) {
	groups := make([]uint32, 64)
	for {
		size := uint32(len(groups)) * 4
		_, _, errno := unix.Syscall6(unix.SYS_GETSOCKOPT, uintptr(fd), unix.SOL_SOCKET, unix.SO_PEERGROUPS,
			uintptr(unsafe.Pointer(&groups[0])), uintptr(unsafe.Pointer(&size)), 0)
		switch {
		case errno == 0:
			return groups[:min(int(size)/4, len(groups))], nil
		case !errors.Is(errno, unix.ERANGE) || int(size)/4 <= len(groups):
			return nil, errno
		}
		groups = make([]uint32, size/4)
	}
}

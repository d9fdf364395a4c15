package corosync

import (
	"bufio"
	"context"
	"slices"
	"strings"

	"pacer/api"
	"pacer/applet"
	"pacer/clusterconf"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Cmapctl is corosync-cmapctl: the configuration in use and what runs, as keys.
var Cmapctl = applet.Applet{
	Names: []string{"corosync-cmapctl"}, Run: runCmapctl, Graceful: true,
	Summary: "show the configuration in use, as keys", SummaryJapanese: "使用中の設定をキーで表示",
}

type cmapctl struct {
	program
	verb   byte
	which  string
	load   string
	binary bool
	quiet  bool
}

// types are the types of values that -s takes.
var types = strings.Fields("i8 u8 i16 u16 i32 u32 i64 u64 flt dbl str bin")

func runCmapctl(env applet.Env) exitcode.Code {
	t := &cmapctl{which: "icmap", program: program{env: env, name: "corosync-cmapctl",
		synopsis: "[-b] [-q] [-m MAP] [-g|-t|-T|-s|-d|-D] [KEY...]", summary: "Shows the configuration in use and the state of the members, as keys. KEY is a prefix unless -g or -t is given."}}
	do := func(verb byte, help string) command.Option {
		return command.Do(func() { t.verb = verb }, "", verb, help)
	}
	t.options = []command.Option{
		do('g', "Show these keys"),
		command.Flag(&t.quiet, "", 'q', "With -g: show the values only"),
		command.Flag(&t.binary, "", 'b', "Show binary values (there are none)"),
		command.With(func(v string) error {
			if v != "default" && v != "icmap" && v != "stats" {
				return command.Fail(exitcode.Error, "invalid map name, must be 'default', 'icmap' or 'stats'")
			}
			t.which = v
			return nil
		}, "", 'm', "map", "icmap (configuration and members) or stats (links)"),
		do('t', "Watch these keys"),
		do('T', "Watch the keys with these prefixes"),
		do('s', "Set a key: KEY TYPE VALUE (not supported)"),
		do('d', "Delete keys (not supported)"),
		do('D', "Delete keys by prefix (not supported)"),
		command.With(func(v string) error { t.verb, t.load = 'p', v; return nil }, "", 'p', "file", "Set the keys of a file (not supported)"),
		command.With(func(v string) error {
			if !slices.Contains(strings.Fields("knet totem ipc schedmiss all"), v) {
				return command.Fail(exitcode.Error, "argument to -C should be 'knet', 'totem', 'ipc', 'schedmiss' or 'all'")
			}
			t.verb = 'C'
			return nil
		}, "", 'C', "what", "Clear statistics (not supported)"),
	}
	words, done, code := t.read()
	if done {
		return code
	}
	if len(words) == 0 && t.verb != 0 && t.verb != 'p' && t.verb != 'C' {
		return t.fail("Expected key after options")
	}
	m, err := t.picture()
	if err != nil {
		return t.fail("Failed to initialize the cmap API. Error %s%s", csErrorOf(err).name, denial(err))
	}
	switch t.verb {
	case 0:
		return t.prefixes(t.settings(m), words)
	case 'g':
		return t.get(t.settings(m), words)
	case 't', 'T':
		return t.track(m, words)
	}
	return t.refuse(words)
}

// settings is the map that was chosen.
func (t *cmapctl) settings(m *api.Messaging) []clusterconf.Setting {
	if t.which == "stats" {
		return statsMap(m)
	}
	return configMap(m)
}

func (t *cmapctl) show(s clusterconf.Setting) {
	if t.quiet {
		t.line("%s", s.Value)
		return
	}
	t.line("%s (%s) = %s", s.Name, s.Type, s.Value)
}

// prefixes shows the keys that begin with one of the words; all keys without words. Nothing found is a failure.
func (t *cmapctl) prefixes(list []clusterconf.Setting, words []string) exitcode.Code {
	code := exitcode.Error
	for _, s := range list {
		if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(s.Name, w) }) {
			t.show(s)
			code = exitcode.OK
		}
	}
	return code
}

func (t *cmapctl) get(list []clusterconf.Setting, words []string) exitcode.Code {
	for _, w := range words {
		i := slices.IndexFunc(list, func(s clusterconf.Setting) bool { return s.Name == w })
		if i < 0 {
			return t.fail("Can't get key %s. Error %s", w, csNotExist.name)
		}
		t.show(list[i])
	}
	return exitcode.OK
}

// refuse answers the commands that would change something.
func (t *cmapctl) refuse(words []string) exitcode.Code {
	const instead = ": change corosync.conf on all nodes and restart them one by one"
	switch t.verb {
	case 's':
		switch {
		case len(words) < 3:
			return t.fail("At least 3 parameters are expected for set")
		case !slices.Contains(types, words[1]):
			return t.fail("Unknown type %s", words[1])
		}
		return t.fail("Failed to set key %s. Error %s%s", words[0], csNotSupported.name, instead)
	case 'd', 'D':
		return t.fail("Can't delete key %s. Error %s%s", words[0], csNotSupported.name, instead)
	case 'C':
		return t.fail("Failed to clear statistics. Error %s", csNotSupported.name)
	}
	return t.fail("Failed to set the keys of %s. Error %s%s", t.load, csNotSupported.name, instead)
}

// track tells changes until somebody types q, standard input ends, or the node goes away.
func (t *cmapctl) track(m *api.Messaging, words []string) exitcode.Code {
	node, err := t.open()
	if err != nil {
		return t.fail("Failed to initialize the cmap API. Error %s%s", csErrorOf(err).name, denial(err))
	}
	defer node.Close()
	ctx, cancel := context.WithCancel(t.context())
	defer cancel()
	events, err := node.Watch(ctx)
	if err != nil {
		return t.fail("Failed to add tracking function. Error %s", csErrorOf(err).name)
	}
	go func() {
		defer cancel()
		for in := bufio.NewScanner(t.env.Stdin); in.Scan(); {
			if strings.HasPrefix(in.Text(), "q") {
				return
			}
		}
	}()
	t.line("Type \"q\" to finish")
	last := t.settings(m)
	for range events {
		if m, err = node.Messaging(ctx); err != nil {
			break
		}
		now := t.settings(m)
		for _, c := range changes(last, now) {
			if slices.ContainsFunc(words, func(w string) bool { return c.Name == w || t.verb == 'T' && strings.HasPrefix(c.Name, w) }) {
				t.line("%s> %s (%s) = %s", c.kind, c.Name, c.Type, c.Value)
			}
		}
		last = now
	}
	if ctx.Err() == nil {
		return t.fail("Dispatch error %s", csLibrary.name)
	}
	return exitcode.OK
}

// denial is what the node says to a user whom it lets see nothing, to go behind the words that scripts know; of other errors it is empty.
func denial(err error) string {
	if exitcode.Of(err) != exitcode.InsufficientPriv {
		return ""
	}
	return ": " + err.Error()
}

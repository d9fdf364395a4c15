package main

import (
	"fmt"
	"slices"
	"strings"
)

// tool is a command with calls of it that are right, from which the wrong ones are made. In a call, IN stands for a file that is
// read and OUT for one that is written.
type tool struct {
	name  string
	calls []string
	// hidden are options that the help does not show; those with "=" take a value.
	hidden string
	// alone says that the command reads no CIB: it is not called with bad ones.
	alone bool
}

// testCase is one call that is wrong somewhere.
type testCase struct {
	kind, tool string
	args, env  []string
	stdin      string // a file of the directory; "" for none
	ordinary   bool   // as an ordinary user
}

// String is the case as one would type it.
func (c testCase) String() string {
	var b strings.Builder
	if c.ordinary {
		b.WriteString("nobody$ ")
	}
	for _, e := range c.env {
		b.WriteString(e + " ")
	}
	b.WriteString(c.tool)
	for _, a := range c.args {
		switch {
		case len(a) > 200:
			fmt.Fprintf(&b, " %s…(%d)", a[:10], len(a))
		case a == "" || strings.ContainsAny(a, " <\"'"):
			fmt.Fprintf(&b, " '%s'", a)
		default:
			b.WriteString(" " + a)
		}
	}
	if c.stdin != "" {
		b.WriteString(" <" + c.stdin)
	}
	return b.String()
}

var onGood = []string{"CIB_file=" + goodFile}

// casesOf makes all wrong calls of a tool.
func casesOf(t tool, options []option) ([]testCase, error) {
	for _, h := range strings.Fields(t.hidden) {
		name, _, value := strings.Cut(h, "=")
		options = append(options, option{name, value})
	}
	var list []testCase
	seen := map[string]bool{}
	add := func(c testCase) {
		c.tool = t.name
		c.args = slices.Clone(c.args)
		for i, a := range c.args {
			switch a {
			case "IN":
				c.args[i] = goodFile
			case "OUT":
				c.args[i] = "out"
			}
		}
		if !seen[c.String()] {
			seen[c.String()] = true
			list = append(list, c)
		}
	}
	calls := make([][]string, len(t.calls))
	for i, text := range t.calls {
		calls[i] = words(text)
	}
	usage(add, calls, options)
	values(add, calls, options)
	pairs(add, calls)
	files(add, calls, t.alone)
	return list, nil
}

// usage: options that there are not, values that are missing, words too many, forms of output, options on their own.
func usage(add func(testCase), calls [][]string, options []option) {
	first := calls[0]
	with := func(kind string, args ...string) { add(testCase{kind: kind, args: args, env: onGood}) }
	for _, call := range [][]string{nil, first} {
		for _, more := range [][]string{{}, {"--no-such-option"}, {"-%"}, {"word"}, {"--"}, {"-"}, {"--output-as=nonsense"}, {"--output-as"}, {"--output-as="},
			{"--output-to="}, {"--output-to"}, {"--output-to=none/out"}, {"--output-to=" + directory}, {"--help=x"}, {"--help-nonsense"}, {"--verbose=1"}} {
			with("usage", append(slices.Clone(call), more...)...)
		}
	}
	add(testCase{kind: "usage", args: append(slices.Clone(first), "--output-to="+fixedFile), env: onGood, ordinary: true})
	for _, o := range options {
		if o.value {
			with("missing value", append(slices.Clone(first), o.name)...)
			with("missing value", o.name)
			with("alone", o.name, "nonsense")
			with("alone", append(slices.Clone(first), o.name, "nonsense")...)
		} else {
			with("alone", o.name)
			with("alone", append(slices.Clone(first), o.name)...)
			with("given value", append(slices.Clone(first), o.name+"=1")...)
		}
	}
}

// values: wrong ones of every option, in each call in which it has one, and with the first call.
func values(add func(testCase), calls [][]string, options []option) {
	for _, wrong := range wrongValues {
		for _, call := range calls {
			for i := 1; i < len(call); i++ {
				if !strings.HasPrefix(call[i-1], "-") || strings.HasPrefix(call[i], "-") {
					continue
				}
				args := slices.Clone(call)
				args[i] = wrong
				add(testCase{kind: "value", args: args, env: onGood})
			}
		}
		for _, o := range options {
			if o.value {
				add(testCase{kind: "value", args: append(slices.Clone(calls[0]), o.name+"="+wrong), env: onGood})
			}
		}
	}
}

// pairs: two calls in one.
func pairs(add func(testCase), calls [][]string) {
	for _, a := range calls {
		add(testCase{kind: "pair", args: a, env: onGood})
		for _, b := range calls {
			add(testCase{kind: "pair", args: append(slices.Clone(a), b...), env: onGood})
		}
	}
}

// files: bad ones for the CIB, for what is read and for what is written; none, and none to speak with.
func files(add func(testCase), calls [][]string, alone bool) {
	for _, call := range calls {
		add(testCase{kind: "no cluster", args: call})
		add(testCase{kind: "no cluster", args: append(slices.Clone(call), "--output-as=xml")})
		add(testCase{kind: "no cluster", args: call, ordinary: true})
		for i, a := range call {
			put := func(name string) []string {
				args := slices.Clone(call)
				args[i] = name
				return args
			}
			switch a {
			case "IN":
				for _, name := range wrongFiles {
					add(testCase{kind: "input", args: put(name), env: onGood})
					if name != noFile && name != directory {
						add(testCase{kind: "input", args: put("-"), env: onGood, stdin: name})
					}
				}
				for _, name := range forbiddenFiles {
					add(testCase{kind: "input", args: put(name), env: onGood, ordinary: true})
				}
			case "OUT":
				for _, name := range wrongPlaces {
					add(testCase{kind: "output", args: put(name), env: onGood})
				}
				add(testCase{kind: "output", args: put(fixedFile), env: onGood, ordinary: true})
			}
		}
		if alone {
			continue
		}
		for _, name := range wrongFiles {
			add(testCase{kind: "cib", args: call, env: []string{"CIB_file=" + name}})
			if name != noFile && name != directory {
				add(testCase{kind: "stdin", args: call, env: []string{"CIB_file=-"}, stdin: name})
				add(testCase{kind: "stdin", args: call, env: onGood, stdin: name})
			}
		}
		for _, name := range forbiddenFiles {
			add(testCase{kind: "cib", args: call, env: []string{"CIB_file=" + name}, ordinary: true})
		}
		for _, env := range [][]string{
			{"CIB_shadow=none"}, {"CIB_shadow=../good"}, {"CIB_shadow="}, {"CIB_shadow=" + strings.Repeat("x", 5000)},
			{"CIB_server=127.0.0.1", "CIB_port=1"}, {"CIB_server=nowhere.invalid", "CIB_port=1"}, {"CIB_port=nonsense"},
		} {
			add(testCase{kind: "source", args: call, env: env})
		}
	}
}

// words splits a call at blanks; what stands between single quotation marks stays together.
func words(text string) (list []string) {
	for i, part := range strings.Split(text, "'") {
		if i%2 == 1 {
			list = append(list, part)
		} else {
			list = append(list, strings.Fields(part)...)
		}
	}
	return list
}

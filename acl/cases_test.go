package acl_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/cockroachdb/datadriven"

	"pacer/acl"
	"pacer/cib"
	"pacer/message"
	"pacer/xmltree"
)

// TestCases runs testdata: "cib" sets the document, "view" shows what a user sees, "levels" what he may do where, "change" tries
// operations, each on a line of its own:
//
//	create SECTION XML | modify SECTION XML | replace SECTION XML | delete XPATH
func TestCases(t *testing.T) {
	datadriven.Walk(t, "testdata", func(t *testing.T, path string) {
		var doc *cib.Document
		datadriven.RunTest(t, path, func(t *testing.T, d *datadriven.TestData) string {
			if d.Cmd == "cib" {
				var err error
				if doc, err = cib.ParseString(d.Input); err != nil {
					d.Fatalf(t, "%v", err)
				}
				return ""
			}
			var user string
			var groups, roles []string
			d.ScanArgs(t, "user", &user)
			if d.HasArg("groups") {
				d.ScanArgs(t, "groups", &groups)
			}
			if d.HasArg("roles") {
				d.ScanArgs(t, "roles", &roles)
			}
			r := acl.For(doc, message.Principal{User: user, Groups: groups, Roles: roles}, time.Unix(0, 0))
			switch d.Cmd {
			case "view":
				seen := r.View(doc.Root())
				if seen == nil {
					return "nothing\n"
				}
				if seen == doc.Root() {
					return "all\n"
				}
				return string(seen.Pretty(nil))
			case "levels":
				return levels(doc.Root(), acl.Listed(doc, user, groups))
			case "change":
				next, _, err := cib.Apply(doc, operations(t, d), cib.ApplyOptions{Guard: r})
				if err != nil {
					return fmt.Sprintf("%d: %v\n", cib.AsError(err).Code, err)
				}
				if d.HasArg("keep") {
					doc = next
				}
				return "allowed\n"
			}
			d.Fatalf(t, "unknown command")
			return ""
		})
	})
}

func levels(root *xmltree.Node, r *acl.Rights) string {
	all := r.Levels(root)
	var b strings.Builder
	var down func(n *xmltree.Node, indent string)
	down = func(n *xmltree.Node, indent string) {
		fmt.Fprintf(&b, "%-8s %s%s", []string{"nothing", "read", "write"}[all[n]], indent, n.Name)
		if id := n.ID(); id != "" {
			b.WriteString(" " + id)
		}
		b.WriteString("\n")
		for c := range n.Elements() {
			down(c, indent+"  ")
		}
	}
	down(root, "")
	return b.String()
}

func operations(t *testing.T, d *datadriven.TestData) []cib.Op {
	var out []cib.Op
	for line := range strings.Lines(d.Input) {
		verb, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
		op := cib.Op{Kind: cib.OpKind(verb), Force: true}
		switch verb {
		case "erase", "bump":
		case "delete":
			op.XPath = rest
		default:
			section, data, _ := strings.Cut(rest, " ")
			n, err := xmltree.ParseString(data)
			if err != nil {
				d.Fatalf(t, "%s: %v", line, err)
			}
			op.Section, op.Data = section, n
		}
		out = append(out, op)
	}
	return out
}

package cibadmin

import (
	"fmt"
	"os/user"
	"slices"
	"strings"

	"pacer/acl"
	"pacer/cib"
	"pacer/exitcode"
	"pacer/ipc"
	"pacer/tool/command"
	"pacer/xmltree"
)

// accessForm is how --show-access tells what may be done with elements.
type accessForm string

const (
	accessNone   accessForm = ""
	accessAuto   accessForm = "auto"      // color at a terminal, else text
	accessColor  accessForm = "color"     // every tag in the color of its level
	accessText   accessForm = "text"      // a line before elements whose level is another than that around them
	accessSpaces accessForm = "namespace" // a namespace for the names of such elements
)

// setAccess reads the value of --show-access.
func (s *settings) setAccess(value string, given bool) error {
	if !given {
		value = string(accessAuto)
	}
	s.access = accessForm(value)
	if !slices.Contains([]accessForm{accessAuto, accessColor, accessText, accessSpaces}, s.access) {
		return fmt.Errorf("Invalid value '%s' for option '--show-access'", value) //nolint:staticcheck // It is printed as it is.
	}
	return nil
}

// showAccess prints the configuration with what the lists let a user do, whether they are enabled or not.
func (s *settings) showAccess(c *command.Call) error {
	if s.user == "" {
		return command.Fail(exitcode.Usage, "-U/--user is required with -S/--show-access")
	}
	if acl.Privileged(s.user) {
		return command.Fail(exitcode.Config, "Could not evaluate ACLs for %s: Already in requested state", s.user)
	}
	if me, err := user.Current(); err == nil && !acl.Privileged(me.Username) {
		c.Out.Err("Warning: cibadmin is run by %s, for whom the ACLs count, too: what is shown for %s may lack what %s may not read",
			me.Username, s.user, me.Username)
	}
	cluster, err := c.Open()
	if err != nil {
		return connectError(c, err)
	}
	defer cluster.Close()
	doc, err := cluster.CIB(c.Env.Context)
	if err != nil {
		return callFailed(c, err)
	}
	op := cib.Op{Kind: cib.OpQuery, Section: s.scope, XPath: s.xpath, NoChildren: s.noChildren, Paths: s.paths}
	_, found, err := cib.Apply(doc, []cib.Op{op}, cib.ApplyOptions{})
	if err != nil {
		return callFailed(c, err)
	}
	levels := acl.Listed(doc, s.user, ipc.GroupsOf(s.user)).Levels(doc.Root())
	if _, ok := levels[found]; !ok {
		s.print(c, found) // made for the answer, and so no part of the configuration
		return nil
	}
	form := s.access
	if form == accessAuto {
		form = accessText
		if command.IsTerminal(c.Env.Stdout) {
			form = accessColor
		}
	}
	p := accessPrinter{form: form, levels: levels}
	p.text.WriteString("<!-- ACLs as evaluated for user " + s.user + " -->\n")
	p.element(found, "\n", acl.Level(255))
	p.text.WriteString("\n")
	c.Out.Raw(p.text.String())
	c.Out.CDATA("output", p.text.String())
	return nil
}

// accessPrinter prints a tree with levels.
type accessPrinter struct {
	form   accessForm
	levels map[*xmltree.Node]acl.Level
	text   strings.Builder
	inside bool // of the first element
}

// What stands for the levels in each form.
var (
	accessColors = map[acl.Level]string{acl.Writable: "\x1b[32m", acl.Readable: "\x1b[34m", acl.Nothing: "\x1b[31m"}
	accessLines  = map[acl.Level]string{acl.Writable: "vvv---[ WRITABLE ]---vvv", acl.Readable: "vvv---[ READABLE ]---vvv",
		acl.Nothing: "vvv---[ ~DENIED~ ]---vvv"}
	accessNames = map[acl.Level]string{acl.Writable: "writable", acl.Readable: "readable", acl.Nothing: "denied"}
)

const (
	colorsOff      = "\x1b[0m"
	accessPrefix   = "pcmk-access-"
	accessLocation = "http://clusterlabs.org/ns/pacemaker/access/"
)

// element prints an element; before is the white space in front of it, around the level of the element around it.
func (p *accessPrinter) element(n *xmltree.Node, before string, around acl.Level) {
	level := p.levels[n]
	name, mark, end := n.Name, "", ""
	switch {
	case p.form == accessColor:
		mark, end = accessColors[level], colorsOff
	case level == around:
	case p.form == accessText:
		mark = accessLines[level] + before
		if p.inside {
			mark = before + mark
		}
	case p.form == accessSpaces:
		name = accessPrefix + accessNames[level] + ":" + name
	}
	p.text.WriteString(mark + "<" + name)
	// The tree's own printer writes the attributes: it knows what to escape.
	bare := xmltree.Node{Name: "x", Attrs: n.Attrs}
	p.text.WriteString(strings.TrimSuffix(strings.TrimPrefix(bare.String(), "<x"), "/>"))
	if p.form == accessSpaces && !p.inside {
		p.spaces(n)
	}
	p.inside = true
	if len(n.Children) == 0 {
		p.text.WriteString("/>" + end)
		return
	}
	p.text.WriteString(">")
	for _, child := range n.Children {
		p.text.WriteString(before + "  ")
		if child.Kind == xmltree.Element {
			p.element(child, before+"  ", level)
		} else {
			p.text.WriteString("<!-- " + child.Text + " -->\n")
		}
	}
	p.text.WriteString(before)
	if p.form == accessColor {
		p.text.WriteString(mark)
	}
	p.text.WriteString("</" + name + ">" + end)
}

// spaces declares the namespaces that occur.
func (p *accessPrinter) spaces(n *xmltree.Node) {
	occurs := map[acl.Level]bool{}
	n.Walk(func(x *xmltree.Node) bool { occurs[p.levels[x]] = true; return true })
	for _, level := range []acl.Level{acl.Writable, acl.Readable, acl.Nothing} {
		if occurs[level] {
			fmt.Fprintf(&p.text, ` xmlns:%s%s="%s%s"`, accessPrefix, accessNames[level], accessLocation, accessNames[level])
		}
	}
}

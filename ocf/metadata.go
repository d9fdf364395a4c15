package ocf

import (
	"bytes"
	"errors"
	"fmt"
	"strings"

	"pacer/xmltree"
)

// MaxMetadata limits a meta-data document in bytes.
const MaxMetadata = 4 << 20

// Metadata is what an agent says about itself, resource and fence agents alike.
type Metadata struct {
	Name       string
	Version    string // of the agent
	OCFVersion string // of the API that it follows, "" when it does not say (1.0)
	Short      string
	Long       string
	Parameters []Parameter
	Actions    []Action
}

// Parameter is one thing that can be set.
type Parameter struct {
	Name         string
	Unique       bool   // 1.0
	UniqueGroup  string // 1.1
	Required     bool
	Reloadable   bool
	Deprecated   bool
	ReplacedWith string // the newer name, of a deprecated one
	Obsoletes    string // the older name that this one replaces (fence agents)
	Short        string
	Long         string
	Type         string // string, integer, boolean, second, select, time, length
	Default      string
	HasDefault   bool
	Options      []string // the values of a select
}

// Action is one thing that the agent can do. Times are as written ("20s").
type Action struct {
	Name       string
	Timeout    string
	Interval   string
	StartDelay string
	Depth      string
	Role       string
	// Automatic and OnTarget are of fence agents' "on": it unfences a node, by itself, there.
	Automatic bool
	OnTarget  bool
}

// Parameter returns a parameter by its name, nil when there is none.
func (m *Metadata) Parameter(name string) *Parameter {
	for i := range m.Parameters {
		if m.Parameters[i].Name == name {
			return &m.Parameters[i]
		}
	}
	return nil
}

// Action returns the first action of that name, nil when there is none.
func (m *Metadata) Action(name string) *Action {
	for i := range m.Actions {
		if m.Actions[i].Name == name {
			return &m.Actions[i]
		}
	}
	return nil
}

// ParseMetadata reads a meta-data document. What stands before the first element and after the document is ignored, since
// agents let other programs chatter on their output.
func ParseMetadata(data []byte) (*Metadata, error) {
	if len(data) > MaxMetadata {
		return nil, fmt.Errorf("ocf: meta-data is %d bytes, the limit is %d", len(data), MaxMetadata)
	}
	from := bytes.Index(data, []byte("<resource-agent"))
	if from < 0 {
		return nil, errors.New("ocf: meta-data has no <resource-agent> element")
	}
	data = data[from:]
	const end = "</resource-agent>"
	if to := bytes.LastIndex(data, []byte(end)); to >= 0 {
		data = data[:to+len(end)]
	}
	root, err := xmltree.Parse(data)
	if err != nil {
		return nil, fmt.Errorf("ocf: meta-data: %w", err)
	}
	m := &Metadata{Name: attr(root, "name"), Version: attr(root, "version"), Short: attr(root, "shortdesc")}
	if m.Name == "" {
		return nil, errors.New("ocf: meta-data names no agent")
	}
	if s := text(root, "shortdesc"); s != "" {
		m.Short = s
	}
	m.Long = text(root, "longdesc")
	m.OCFVersion = text(root, "version")
	for _, list := range root.Children {
		switch list.Name {
		case "parameters":
			for _, p := range list.Children {
				if p.Kind == xmltree.Element && p.Name == "parameter" && attr(p, "name") != "" {
					m.Parameters = append(m.Parameters, readParameter(p))
				}
			}
		case "actions":
			for _, a := range list.Children {
				if a.Kind == xmltree.Element && a.Name == "action" && attr(a, "name") != "" {
					m.Actions = append(m.Actions, readAction(a))
				}
			}
		}
	}
	return m, nil
}

func readParameter(n *xmltree.Node) Parameter {
	p := Parameter{
		Name: attr(n, "name"), Unique: truth(attr(n, "unique")), UniqueGroup: attr(n, "unique-group"),
		Required: truth(attr(n, "required")), Reloadable: truth(attr(n, "reloadable")),
		Deprecated: truth(attr(n, "deprecated")), Obsoletes: attr(n, "obsoletes"),
		Short: text(n, "shortdesc"), Long: text(n, "longdesc"),
	}
	for _, c := range n.Children {
		switch c.Name {
		case "deprecated":
			p.Deprecated = true
			for _, r := range c.Children {
				if r.Name == "replaced-with" {
					p.ReplacedWith = attr(r, "name")
				}
			}
		case "content":
			p.Type = attr(c, "type")
			p.Default, p.HasDefault = c.Lookup("default")
			for _, o := range c.Children {
				if o.Name == "option" {
					p.Options = append(p.Options, attr(o, "value"))
				}
			}
		}
	}
	return p
}

func readAction(n *xmltree.Node) Action {
	return Action{
		Name: attr(n, "name"), Timeout: attr(n, "timeout"), Interval: attr(n, "interval"),
		StartDelay: attr(n, "start-delay"), Depth: attr(n, "depth"), Role: attr(n, "role"),
		Automatic: truth(attr(n, "automatic")), OnTarget: truth(attr(n, "on_target")),
	}
}

func attr(n *xmltree.Node, name string) string {
	v, _ := n.Lookup(name)
	return v
}

// truth follows how agents write it: 1, true, yes.
func truth(s string) bool {
	switch strings.ToLower(s) {
	case "1", "true", "yes", "y", "on":
		return true
	}
	return false
}

// text returns the text of a child element, the English one where there are several languages.
func text(n *xmltree.Node, name string) string {
	first, found := "", false
	for _, c := range n.Children {
		if c.Kind != xmltree.Element || c.Name != name {
			continue
		}
		var b strings.Builder
		for _, t := range c.Children {
			if t.Kind == xmltree.Text {
				b.WriteString(t.Text)
			}
		}
		s := strings.TrimSpace(b.String())
		if strings.HasPrefix(attr(c, "lang"), "en") {
			return s
		}
		if !found {
			first, found = s, true
		}
	}
	return first
}

// XML prints the document in the form of the OCF API 1.1.
func (m *Metadata) XML() []byte {
	root := xmltree.New("resource-agent", "name", m.Name)
	if m.Version != "" {
		root.Set("version", m.Version)
	}
	if m.OCFVersion != "" {
		root.AddNew("version").Add(words(m.OCFVersion))
	}
	describe(root, m.Long, m.Short)
	ps := root.AddNew("parameters")
	for i := range m.Parameters {
		writeParameter(ps, &m.Parameters[i])
	}
	as := root.AddNew("actions")
	for i := range m.Actions {
		a := &m.Actions[i]
		n := as.AddNew("action", "name", a.Name)
		setIf(n, "depth", a.Depth)
		setIf(n, "timeout", a.Timeout)
		setIf(n, "interval", a.Interval)
		setIf(n, "start-delay", a.StartDelay)
		setIf(n, "role", a.Role)
		setFlag(n, "automatic", a.Automatic)
		setFlag(n, "on_target", a.OnTarget)
	}
	return root.Pretty([]byte("<?xml version=\"1.0\"?>\n"))
}

func writeParameter(list *xmltree.Node, p *Parameter) {
	n := list.AddNew("parameter", "name", p.Name)
	setFlag(n, "unique", p.Unique)
	setIf(n, "unique-group", p.UniqueGroup)
	setFlag(n, "required", p.Required)
	setFlag(n, "reloadable", p.Reloadable)
	setIf(n, "obsoletes", p.Obsoletes)
	if p.Deprecated {
		d := n.AddNew("deprecated")
		if p.ReplacedWith != "" {
			d.AddNew("replaced-with", "name", p.ReplacedWith)
		}
	}
	describe(n, p.Long, p.Short)
	kind := p.Type
	if kind == "" {
		kind = "string"
	}
	c := n.AddNew("content", "type", kind)
	if p.HasDefault || p.Default != "" {
		c.Set("default", p.Default)
	}
	for _, o := range p.Options {
		c.AddNew("option", "value", o)
	}
}

func describe(n *xmltree.Node, long, short string) {
	if long != "" {
		n.AddNew("longdesc", "lang", "en").Add(words(long))
	}
	if short != "" {
		n.AddNew("shortdesc", "lang", "en").Add(words(short))
	}
}

func words(s string) *xmltree.Node { return &xmltree.Node{Kind: xmltree.Text, Text: s} }

func setIf(n *xmltree.Node, name, value string) {
	if value != "" {
		n.Set(name, value)
	}
}

func setFlag(n *xmltree.Node, name string, on bool) {
	if on {
		n.Set(name, "1")
	}
}

package agent

import (
	"bytes"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// Catalogue knows which agents there are, without running anything but their meta-data action.
type Catalogue struct {
	places   place.Places
	toolDir  string
	ocfRoot  string
	builtins []*Builtin
}

// NewCatalogue returns the catalogue of a machine. toolDir may be "".
func NewCatalogue(places place.Places, toolDir string, builtins []*Builtin) *Catalogue {
	return &Catalogue{places: places, toolDir: toolDir, ocfRoot: findOCFRoot(places), builtins: builtins}
}

func (c *Catalogue) initDir() string { return filepath.Join("/", c.places.Root, "etc/init.d") }

func (c *Catalogue) fenceDirs() []string {
	var dirs []string
	for _, dir := range append(append([]string{c.toolDir}, c.places.FenceAgentDirs()...), place.Places{}.FenceAgentDirs()...) {
		if dir != "" && !slices.Contains(dirs, dir) {
			dirs = append(dirs, dir)
		}
	}
	return dirs
}

// Standards lists the agent classes that can be used here.
func (c *Catalogue) Standards() []string {
	out := []string{"lsb", "ocf", "service"}
	if len(c.Agents("stonith", "")) > 0 {
		out = append(out, "stonith")
	}
	return out
}

// Providers lists the OCF providers that have an agent of the type, or all of them.
func (c *Catalogue) Providers(agentType string) []string {
	var out []string
	for _, name := range names(filepath.Join(c.ocfRoot, "resource.d"), func(path string) bool {
		info, err := os.Stat(path)
		return err == nil && info.IsDir()
	}) {
		if agentType == "" || executable(filepath.Join(c.ocfRoot, "resource.d", name, agentType)) {
			out = append(out, name)
		}
	}
	for _, b := range c.builtins {
		if agentType == "" || b.Agent.Type == agentType {
			out = append(out, b.Agent.Provider)
		}
	}
	return unique(out)
}

// Agents lists the types of a class; of OCF, those of a provider or of all when it is "".
func (c *Catalogue) Agents(class, provider string) []string {
	var out []string
	switch class {
	case "ocf":
		providers := []string{provider}
		if provider == "" {
			providers = c.Providers("")
		}
		for _, p := range providers {
			if !plainName(p) {
				continue
			}
			out = append(out, names(filepath.Join(c.ocfRoot, "resource.d", p), executable)...)
			for _, b := range c.builtins {
				if b.Agent.Provider == p {
					out = append(out, b.Agent.Type)
				}
			}
		}
	case "lsb", "service":
		out = names(c.initDir(), executable)
	case "stonith":
		out = c.externals()
		for _, dir := range c.fenceDirs() {
			for _, n := range names(dir, executable) {
				if strings.HasPrefix(n, "fence_") && !slices.Contains(notAgents, n) {
					out = append(out, n)
				}
			}
		}
	}
	return unique(out)
}

// notAgents are programs beside the fence agents whose names look like one.
var notAgents = []string{"fence_ack_manual", "fence_check", "fence_node", "fence_tool", "fence_na", "fence_pcmk"}

func names(dir string, want func(path string) bool) []string {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil
	}
	var out []string
	for _, e := range entries {
		if !strings.HasPrefix(e.Name(), ".") && want(filepath.Join(dir, e.Name())) {
			out = append(out, e.Name())
		}
	}
	return out
}

func unique(s []string) []string {
	slices.Sort(s)
	return slices.Compact(s)
}

// Metadata returns an agent's meta-data document as it writes it.
func (c *Catalogue) Metadata(ctx context.Context, a operation.Agent) ([]byte, error) {
	switch a.Class {
	case "ocf":
		return c.ocfMetadata(ctx, a)
	case "lsb", "service":
		if !plainName(a.Type) {
			return nil, fmt.Errorf("agent: %q is not the name of an init script", a.Type)
		}
		m, err := lsbMetadata(a.Type, filepath.Join(c.initDir(), a.Type))
		if err != nil {
			return nil, err
		}
		// As the reference writes it: tools look for the name in single quotes.
		return bytes.Replace(m.XML(), []byte(`name="`+a.Type+`"`), []byte("name='"+a.Type+"'"), 1), nil
	case "stonith":
		path, err := c.fenceAgent(a.Type)
		if err != nil {
			return nil, err
		}
		if strings.HasPrefix(a.Type, externalPrefix) {
			return c.externalMetadata(ctx, a.Type, path)
		}
		return document(ctx, command{path: path, args: []string{"-o", "metadata"}, env: os.Environ()})
	}
	return nil, fmt.Errorf("agent: there is no meta-data for class %q", a.Class)
}

func (c *Catalogue) ocfMetadata(ctx context.Context, a operation.Agent) ([]byte, error) {
	if !plainName(a.Provider) || !plainName(a.Type) {
		return nil, fmt.Errorf("agent: %s is not the name of an OCF agent", a)
	}
	path := c.ocfProgram(a)
	if executable(path) {
		env := append(os.Environ(), "OCF_ROOT="+c.ocfRoot, "OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1",
			"OCF_RESOURCE_INSTANCE=meta-data", "OCF_RESOURCE_TYPE="+a.Type, "OCF_RESOURCE_PROVIDER="+a.Provider,
			"HA_RSCTMP="+c.places.AgentState())
		return document(ctx, command{path: path, args: []string{"meta-data"}, env: env})
	}
	for _, b := range c.builtins {
		if b.Agent == a {
			return b.Metadata.XML(), nil
		}
	}
	return nil, fmt.Errorf("agent: %s is not installed (%s)", a, path)
}

// document runs a program that prints a document and ends.
func document(ctx context.Context, cmd command) ([]byte, error) {
	cmd.whole = ocf.MaxMetadata
	p, err := start(cmd)
	if err != nil {
		return nil, fmt.Errorf("agent: %w", err)
	}
	stop := context.AfterFunc(ctx, func() { p.kill(true) })
	defer stop()
	e := p.finish()
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("agent: meta-data of %s: %w", cmd.path, err)
	}
	if e.Code != 0 {
		return nil, fmt.Errorf("agent: meta-data of %s: it returned %d: %s", cmd.path, e.Code, lastLine(e.Stderr))
	}
	return []byte(e.Stdout + "\n"), nil
}

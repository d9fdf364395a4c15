package agent

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"pacer/ocf"
	"pacer/operation"
	"pacer/place"
)

// Plugins of cluster-glue (external/NAME) are programs with the action as their first argument, the host as their second, and
// parameters in the environment. They are used as if they were fence agents:
//
//	off, on          off HOST, on HOST      reboot    reset HOST
//	list             gethosts               monitor   status
//	metadata         getconfignames, getinfo-xml and getinfo-devdescr, put into a document
//
// meatware, ssh, null and the other plugins that are C libraries are not among them.

const externalPrefix = "external/"

// externalDirs are where the plugins are.
func (c *Catalogue) externalDirs() []string {
	var dirs []string
	for _, root := range []string{c.places.Root, place.Places{}.Root} {
		for _, lib := range []string{"usr/lib", "usr/lib64"} {
			dir := filepath.Join("/", root, lib, "stonith/plugins/external")
			if !slices.Contains(dirs, dir) {
				dirs = append(dirs, dir)
			}
		}
	}
	return dirs
}

// external finds a plugin. One that others than root may write would let them act as root, so it is refused.
func (c *Catalogue) external(name string) (string, error) {
	short, ok := strings.CutPrefix(name, externalPrefix)
	if !ok || !plainName(short) {
		return "", fmt.Errorf("%w: %q is not the name of one", errNoFenceAgent, name)
	}
	for _, dir := range c.externalDirs() {
		path := filepath.Join(dir, short)
		info, err := os.Stat(path)
		if err != nil || !executable(path) {
			continue
		}
		if info.Mode().Perm()&0o022 != 0 {
			return "", fmt.Errorf("%s is not used: others than its owner may write it (mode %04o)", path, info.Mode().Perm())
		}
		return path, nil
	}
	return "", fmt.Errorf("%w: %s is in none of %s", errNoFenceAgent, name, strings.Join(c.externalDirs(), ", "))
}

func (c *Catalogue) externals() []string {
	var out []string
	for _, dir := range c.externalDirs() {
		for _, n := range names(dir, executable) {
			out = append(out, externalPrefix+n)
		}
	}
	return out
}

// externalActions are what a plugin is asked for instead of a fence agent's action.
var externalActions = map[string]string{
	"off": "off", "on": "on", "reboot": "reset", "list": "gethosts", "monitor": "status",
}

// externalCommand is how a plugin is called for an action of a fence agent.
func externalCommand(path, action string, params []operation.Param, env []string) (command, error) {
	verb, ok := externalActions[action]
	if !ok {
		return command{}, fmt.Errorf("plugins of cluster-glue have no action %q", action)
	}
	cmd := command{path: path, args: []string{verb}, whole: MaxFenceOutput}
	target := ""
	for _, p := range params {
		switch p.Name {
		case "action":
		case "nodename":
			if target == "" {
				target = p.Value
			}
		case "port":
			target = p.Value
		default:
			if p.Name != "" && !strings.ContainsAny(p.Name, "=\x00") && !strings.Contains(p.Value, "\x00") {
				env = append(env, p.Name+"="+p.Value)
			}
		}
	}
	switch verb {
	case "off", "on", "reset":
		if target == "" {
			return command{}, errors.New("no host is named")
		}
		cmd.args = append(cmd.args, target)
	}
	cmd.env = env
	return cmd, nil
}

// externalMetadata makes a fence agent's document of what a plugin tells about itself.
func (c *Catalogue) externalMetadata(ctx context.Context, name, path string) ([]byte, error) {
	ask := func(what string) string {
		text, err := document(ctx, command{path: path, args: []string{what}, env: os.Environ()})
		if err != nil {
			return ""
		}
		return strings.TrimSpace(string(text))
	}
	m := &ocf.Metadata{Name: name, Version: "1.0", Short: ask("getinfo-devid"), Long: ask("getinfo-devdescr")}
	// The plugin prints its <parameters> alone; in a document of its own it can be read.
	if doc, err := ocf.ParseMetadata([]byte("<resource-agent name=\"x\">" + withoutDeclaration(ask("getinfo-xml")) + "</resource-agent>")); err == nil {
		m.Parameters = doc.Parameters
	}
	for _, n := range strings.Fields(ask("getconfignames")) {
		if m.Parameter(n) == nil {
			m.Parameters = append(m.Parameters, ocf.Parameter{Name: n, Required: true})
		}
	}
	if err := ctx.Err(); err != nil {
		return nil, fmt.Errorf("agent: meta-data of %s: %w", name, err)
	}
	// The host goes where fence agents have it, so that a host map works.
	m.Parameters = append(m.Parameters, ocf.Parameter{Name: "port", Short: "Host", Long: "The host to act on; filled in by the cluster."})
	for _, a := range []string{"on", "off", "reboot", "list", "monitor", "metadata"} {
		m.Actions = append(m.Actions, ocf.Action{Name: a})
	}
	return m.XML(), nil
}

// withoutDeclaration drops an XML declaration, which may stand at the beginning of a document only.
func withoutDeclaration(s string) string {
	if strings.HasPrefix(s, "<?xml") {
		if _, rest, ok := strings.Cut(s, "?>"); ok {
			return rest
		}
	}
	return s
}

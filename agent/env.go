package agent

import (
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"pacer/operation"
	"pacer/place"
)

// Environment variables that daemons get and agents must not: they would talk to our service manager or change our runtime.
var ownVariables = map[string]bool{
	"NOTIFY_SOCKET": true, "WATCHDOG_USEC": true, "WATCHDOG_PID": true, "LISTEN_FDS": true, "LISTEN_PID": true,
	"LISTEN_FDNAMES": true, "MAINPID": true, "INVOCATION_ID": true, "JOURNAL_STREAM": true,
	"GOGC": true, "GOMAXPROCS": true, "GOMEMLIMIT": true, "GODEBUG": true, "GOTRACEBACK": true,
}

const standardPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"

// environment builds what every agent gets: our own environment without what is only ours, and Pacer's tools before all
// others in PATH.
func (d *Driver) environment() []string {
	var env []string
	path := standardPath
	for _, v := range os.Environ() {
		name, value, ok := strings.Cut(v, "=")
		switch {
		case !ok || ownVariables[name] || strings.HasPrefix(name, "OCF_"):
		case name == "PATH":
			if value != "" {
				path = value
			}
		case name == place.RootVariable, name == "HA_RSCTMP", name == "HA_SBIN_DIR" && d.opt.ToolDir != "", name == "PWD", name == "OLDPWD":
		default:
			env = append(env, v)
		}
	}
	if d.opt.ToolDir != "" {
		path = d.opt.ToolDir + ":" + path
		// Many agents call the tools as ${HA_SBIN_DIR}/crm_attribute, which by default are those of another cluster.
		env = append(env, "HA_SBIN_DIR="+d.opt.ToolDir)
	}
	env = append(env, "PATH="+path, "PWD=/")
	if root := d.opt.Places.Root; root != "" {
		env = append(env, place.RootVariable+"="+root)
	}
	return append(env, "HA_RSCTMP="+d.opt.Places.AgentState())
}

// marker is the variable by which the processes of a resource are known, also after a restart of the manager. It holds
// the run directory because several nodes may share the processes' world.
func (d *Driver) marker(resource string) string {
	return "PACER_RESOURCE=" + d.opt.Places.RunDir() + "#" + resource
}

// ocfEnvironment is what OCF 1.1 wants an agent to get for an operation.
func (d *Driver) ocfEnvironment(op *operation.Op) []string {
	env := append(d.environment(),
		"OCF_ROOT="+d.ocfRoot,
		"OCF_RA_VERSION_MAJOR=1", "OCF_RA_VERSION_MINOR=1",
		"OCF_EXIT_REASON_PREFIX="+exitReasonPrefix,
		"OCF_RESOURCE_INSTANCE="+op.Resource,
		"OCF_RESOURCE_TYPE="+op.Agent.Type,
		"OCF_RESOURCE_PROVIDER="+op.Agent.Provider,
		d.marker(op.Resource),
	)
	// Agents tell a probe by its interval, and some look at their timeout; scheduler's graphs leave out what is 0.
	for _, m := range [][2]string{
		{"CRM_meta_name", op.Task}, {"CRM_meta_interval", strconv.FormatInt(op.Interval.Milliseconds(), 10)},
		{"CRM_meta_timeout", strconv.FormatInt(op.Timeout.Milliseconds(), 10)},
	} {
		if op.Param(m[0]) == "" {
			env = append(env, "OCF_RESKEY_"+m[0]+"="+m[1])
		}
	}
	return append(env, ParamEnvironment(op.Params)...)
}

// ParamEnvironment turns parameters into OCF_RESKEY_ variables. Meta-attributes have their dashes replaced, as shells
// need it; a name or value that an environment cannot hold is left out.
func ParamEnvironment(params []operation.Param) []string {
	var env []string
	for _, p := range params {
		if p.Name == "" || strings.ContainsAny(p.Name, "=\x00") || strings.Contains(p.Value, "\x00") {
			continue
		}
		name := p.Name
		if strings.HasPrefix(name, "CRM_meta_") {
			name = strings.ReplaceAll(name, "-", "_")
		}
		if name == "OCF_CHECK_LEVEL" || name == "CRM_meta_OCF_CHECK_LEVEL" {
			env = append(env, "OCF_CHECK_LEVEL="+p.Value)
		}
		env = append(env, "OCF_RESKEY_"+name+"="+p.Value)
	}
	return env
}

// findOCFRoot returns the root of the OCF agents: the one of our places, or the usual one where a test or a demo moved the
// places but not the agents.
func findOCFRoot(p place.Places) string {
	own := p.OCFRoot()
	if _, err := os.Stat(filepath.Join(own, "resource.d")); err == nil {
		return own
	}
	return place.Places{}.OCFRoot()
}

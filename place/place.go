package place

import "path/filepath"

// RootVariable is the environment variable that moves all places.
const RootVariable = "PACER_ROOT"

// Places answers where things are. The zero value means the usual paths.
type Places struct{ Root string }

func (p Places) at(path string) string {
	if p.Root == "" {
		return path
	}
	return filepath.Join(p.Root, path)
}

// CIBDir holds cib.xml, its signature, the journal and the older copies.
func (p Places) CIBDir() string { return p.at("/var/lib/pacemaker/cib") }

// SchedulerInputs holds the newest inputs of the scheduler.
func (p Places) SchedulerInputs() string { return p.at("/var/lib/pacemaker/pengine") }

// StateDir is where Pacer keeps what must survive a restart and has no place of old.
func (p Places) StateDir() string { return p.at("/var/lib/pacer") }

// RunDir holds sockets and what need not survive a boot.
func (p Places) RunDir() string { return p.at("/run/pacer") }

// APISocket is the HTTP API's local socket.
func (p Places) APISocket() string { return filepath.Join(p.RunDir(), "api.sock") }

// MessagingSocket is where the messaging process waits for the manager.
func (p Places) MessagingSocket() string { return filepath.Join(p.RunDir(), "messaging.sock") }

// OCFRoot is the root of OCF agents (OCF_ROOT).
func (p Places) OCFRoot() string { return p.at("/usr/lib/ocf") }

// AgentState is the directory for agents' state files (HA_RSCTMP).
func (p Places) AgentState() string { return p.at("/run/resource-agents") }

// FenceAgentDirs are searched for fence_* programs.
func (p Places) FenceAgentDirs() []string { return []string{p.at("/usr/sbin"), p.at("/sbin")} }

// CorosyncConf is Corosync's configuration.
func (p Places) CorosyncConf() string { return p.at("/etc/corosync/corosync.conf") }

// CorosyncKey is corosync's authkey.
func (p Places) CorosyncKey() string { return p.at("/etc/corosync/authkey") }

// HACf is Heartbeat's configuration.
func (p Places) HACf() string { return p.at("/etc/ha.d/ha.cf") }

// AuthKeys is Heartbeat's key file.
func (p Places) AuthKeys() string { return p.at("/etc/ha.d/authkeys") }

// EnvironmentFiles are where distributions keep the variables of the cluster's daemons, Red Hat's and Debian's.
func (p Places) EnvironmentFiles() []string {
	return []string{p.at("/etc/sysconfig/pacemaker"), p.at("/etc/default/pacemaker")}
}

// Tokens is the file of the tokens for remote access.
func (p Places) Tokens() string { return p.at("/etc/pacer/tokens") }

// LogFile is the log of detail.
func (p Places) LogFile() string { return p.at("/var/log/pacemaker/pacemaker.log") }

// Secrets holds the values of parameters that the CIB does not hold.
func (p Places) Secrets() string { return p.at("/var/lib/pacemaker/lrm/secrets") }

// Collections is where a node keeps what it has collected for a report until it is fetched.
func (p Places) Collections() string { return filepath.Join(p.StateDir(), "collections") }

// Default is the file of a service's settings on Debian, Sysconfig the one on others.
func (p Places) Default(name string) string { return p.at(filepath.Join("/etc/default", name)) }

// Sysconfig is the file of a service's settings where Default is not.
func (p Places) Sysconfig(name string) string { return p.at(filepath.Join("/etc/sysconfig", name)) }

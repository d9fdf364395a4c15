// Package probe is the client whose patience a failover costs: it connects to the service's address every few milliseconds and
// remembers every answer, so that outages are measured where users feel them.
package probe

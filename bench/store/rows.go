package main

import (
	"slices"
	"strings"
)

// row is one thing to measure. What is measured are the values of a round, all in the same unit; the median of all is the result.
type row struct {
	name  string
	unit  string // "ms", or "1/s" where more is better
	limit float64
	// syncs are how many times an fsync may take, in addition to the limit.
	syncs float64
	// resources is the size of the configuration that the row needs: that many primitives, none of them running.
	resources int
	// command is run and timed, by itself; with many, that many at once. Words "{n}" become a number that changes from run to run.
	command []string
	// prepare is run before, untimed.
	prepare []string
	env     []string
	many    int
	// file names a made-up cluster (nodes × primitives) that is given as CIB_file.
	file [2]int
	// flood names what is sent over one connection: "configuration" or "attribute"; outstanding is how many requests wait for their
	// answers at a time. With one, the result is the time of one.
	flood       string
	outstanding int
	// peer tells that the peer has it too.
	peer bool
}

// master is what an agent's environment says when it calls crm_master.
var master = []string{"OCF_RESOURCE_INSTANCE=p0"}

var rows = []row{
	{name: "query: cibadmin -Q", unit: "ms", limit: 4, resources: 100, peer: true, command: []string{"cibadmin", "-Q"}},
	{name: "query: crm_attribute -G", unit: "ms", limit: 4, resources: 100, peer: true,
		prepare: []string{"crm_attribute", "-n", "bench", "-v", "1"},
		command: []string{"crm_attribute", "-n", "bench", "-G"}},
	{name: "query: crm_attribute -l reboot -G", unit: "ms", limit: 4, resources: 100, peer: true,
		prepare: []string{"crm_attribute", "-l", "reboot", "-n", "bench", "-v", "1"},
		command: []string{"crm_attribute", "-l", "reboot", "-n", "bench", "-G"}},
	{name: "query: crm_node -n", unit: "ms", limit: 4, resources: 100, peer: true, command: []string{"crm_node", "-n"}},
	{name: "query: crm_master -G", unit: "ms", limit: 4, resources: 100, peer: true, env: master,
		prepare: []string{"crm_master", "-l", "reboot", "-v", "5"},
		command: []string{"crm_master", "-l", "reboot", "-G"}},
	{name: "change: crm_attribute -n bench -v N (configuration)", unit: "ms", limit: 4, syncs: 2, resources: 100, peer: true,
		command: []string{"crm_attribute", "-n", "bench", "-v", "{n}"}},
	{name: "change: cibadmin -M (configuration)", unit: "ms", limit: 4, syncs: 2, resources: 100, peer: true,
		command: []string{"cibadmin", "-M", "-o", "crm_config", "-X", `<nvpair id="cib-bootstrap-options-bench" name="bench" value="{n}"/>`}},
	{name: "change: crm_attribute -l reboot -v N (transient)", unit: "ms", limit: 5, resources: 100, peer: true,
		command: []string{"crm_attribute", "-l", "reboot", "-n", "bench", "-v", "{n}"}},
	{name: "change: attrd_updater -U N (transient)", unit: "ms", limit: 5, resources: 100, peer: true,
		command: []string{"attrd_updater", "-n", "bench", "-U", "{n}"}},
	{name: "change: crm_master -v N (transient)", unit: "ms", limit: 5, resources: 100, peer: true, env: master,
		command: []string{"crm_master", "-l", "reboot", "-v", "{n}"}},
	{name: "change: cibadmin -M -o status", unit: "ms", limit: 5, resources: 100, peer: true,
		command: []string{"cibadmin", "-M", "--allow-create", "-o", "status", "-X", `<node_state id="1"><transient_attributes id="1"><instance_attributes id="status-1">` +
			`<nvpair id="status-1-benchm" name="benchm" value="{n}"/></instance_attributes></transient_attributes></node_state>`}},
	{name: "many: 100 × crm_attribute at once, the last one", unit: "ms", limit: 1000, resources: 100, peer: true, many: 100,
		command: []string{"crm_attribute", "-l", "reboot", "-n", "bench-{n}", "-v", "{n}"}},
	{name: "picture: crm_mon -1 -X, 16 × 1000", unit: "ms", limit: 50, peer: true, file: [2]int{16, 1000}, command: []string{"crm_mon", "-1", "-X"}},
	{name: "one: quorum write, over an open connection", unit: "ms", limit: 4, syncs: 2, resources: 100, flood: "configuration", outstanding: 1},
	{name: "one: attribute update, over an open connection", unit: "ms", limit: 5, resources: 100, flood: "attribute", outstanding: 1},
	{name: "rate: quorum writes, 100 resources", unit: "1/s", limit: 3000, resources: 100, flood: "configuration", outstanding: 256},
	{name: "rate: attribute updates, 100 resources", unit: "1/s", limit: 10000, resources: 100, flood: "attribute", outstanding: 256},
	{name: "rate: quorum writes, 2000 resources", unit: "1/s", limit: 1000, resources: 2000, flood: "configuration", outstanding: 256},
}

// chosen are the rows whose name begins with one of the words.
func chosen(words []string) []row {
	var out []row
	for _, r := range rows {
		if len(words) == 0 || slices.ContainsFunc(words, func(w string) bool { return strings.HasPrefix(r.name, w) }) {
			out = append(out, r)
		}
	}
	return out
}

package applet

import "testing"

func TestLookup(t *testing.T) {
	table := Table{{Names: []string{"crm_failcount"}}, {Names: []string{"crm_mon", "mon"}}}
	if a, ok := table.Lookup("/usr/sbin/crm_mon"); !ok || a.Names[0] != "crm_mon" {
		t.Error("a path hides the name")
	}
	if a, ok := table.Lookup("mon"); !ok || a.Names[0] != "crm_mon" {
		t.Error("the second name is not found")
	}
	if _, ok := table.Lookup("crm"); ok {
		t.Error("crm is not in the table")
	}
}

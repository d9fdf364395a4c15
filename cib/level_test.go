package cib_test

import (
	"strings"
	"testing"

	"pacer/cib"
	"pacer/exitcode"
	"pacer/release"
	"pacer/schema"
	"pacer/xmltree"
)

func TestOwnSchemaIsTheNewest(t *testing.T) {
	if release.Schema != schema.Latest.String() || cib.Schema != release.Schema {
		t.Errorf("package release says %s, package schema %s, package cib %s", release.Schema, schema.Latest, cib.Schema)
	}
}

// TestLevelHoldsChangesBack: nothing that a member does not know comes into the configuration.
func TestLevelHoldsChangesBack(t *testing.T) {
	d := parse(t, strings.NewReplacer("pacemaker-1.2", "pacemaker-3.5", ` type="normal"`, "", "is-managed-default", "stonith-enabled").Replace(oldSyntax))
	level := release.Level{Features: "3.20.5", Schema: "pacemaker-3.10"}
	upgrade := cib.Op{Kind: cib.OpUpgrade}
	root := func(name, value string) cib.Op {
		return cib.Op{Kind: cib.OpModify, Data: xmltree.New("cib", name, value)}
	}
	for _, c := range []struct {
		name  string
		op    cib.Op
		level release.Level
		attr  string
		want  string // "" when it is refused
		code  exitcode.Code
	}{
		{"upgrade", upgrade, level, "validate-with", "pacemaker-3.10", 0},
		{"upgrade without limit", upgrade, release.Level{}, "validate-with", "pacemaker-4.0", 0},
		{"set the schema", root("validate-with", "pacemaker-3.9"), level, "validate-with", "pacemaker-3.9", 0},
		{"set a schema too new", root("validate-with", "pacemaker-4.0"), level, "validate-with", "", exitcode.Config},
		{"raise the feature set", root("crm_feature_set", "3.20.5"), level, "crm_feature_set", "3.20.5", 0},
		{"raise it too far", root("crm_feature_set", "3.21.0"), level, "crm_feature_set", "", exitcode.Protocol},
		{"raise it as far as others can", root("crm_feature_set", "3.21.0"), release.Level{Features: "3.21.0"}, "crm_feature_set", "3.21.0", 0},
	} {
		next, _, err := cib.Apply(d, []cib.Op{c.op}, cib.ApplyOptions{Level: c.level})
		if c.want == "" {
			if e := cib.AsError(err); err == nil || e.Code != c.code || !strings.Contains(e.Msg, "upgrade them first") {
				t.Errorf("%s: %v", c.name, err)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
		} else if got := next.Root().Get(c.attr); got != c.want {
			t.Errorf("%s: %s is %q", c.name, c.attr, got)
		}
	}
	// What is there already does not stand in the way of anything else.
	beyond := parse(t, strings.Replace(oldSyntax, `validate-with="pacemaker-1.2"`, `validate-with="pacemaker-4.0" crm_feature_set="3.99.0"`, 1))
	if _, _, err := cib.Apply(beyond, []cib.Op{root("have-quorum", "0")}, cib.ApplyOptions{Level: level}); err != nil {
		t.Error(err)
	}
}

package release_test

import (
	"strings"
	"testing"

	"pacer/release"
)

func rel(features string, protocol, oldest int) release.Release {
	return release.Release{Features: features, Protocol: protocol, Oldest: oldest, Schema: "pacemaker-4.0"}
}

func TestOwn(t *testing.T) {
	own := release.Own()
	if own != (release.Release{Features: release.Features, Protocol: release.Protocol, Oldest: release.Oldest, Schema: release.Schema}) {
		t.Error(own)
	}
	if own.Oldest > own.Protocol || own.Oldest < 1 {
		t.Error("it does not understand itself:", own)
	}
}

func TestLeast(t *testing.T) {
	got := release.Least([]release.Release{
		{Features: "3.21.0", Protocol: 2, Oldest: 1, Schema: "pacemaker-4.0"},
		{Features: "3.9.17", Protocol: 3, Oldest: 2, Schema: "pacemaker-4.1"},
		{Features: "3.20.5", Protocol: 4, Oldest: 2, Schema: "pacemaker-3.10"},
	})
	if got != (release.Level{Features: "3.9.17", Protocol: 2, Schema: "pacemaker-3.10"}) {
		t.Error(got)
	}
}

func TestOlder(t *testing.T) {
	for _, c := range []struct {
		a, b string
		want bool
	}{
		{"3.20.5", "3.20.5", false}, {"3.20.5", "3.20.6", false}, {"3.20.5", "3.21.0", true}, {"3.21.0", "3.20.9", false},
		{"3.9.0", "3.20.0", true}, {"3.20", "3.20.5", false}, {"2.99.0", "3.0.0", true}, {"3.20.5", "", false}, {"", "3.20.5", true},
	} {
		if got := release.Older(c.a, c.b); got != c.want {
			t.Errorf("Older(%q, %q) is %v", c.a, c.b, got)
		}
	}
}

func TestMeet(t *testing.T) {
	at := func(name string, r release.Release) release.Member {
		return release.Member{Name: name, Release: r, AtWork: true}
	}
	come := func(name string, r release.Release) release.Member { return release.Member{Name: name, Release: r} }
	for name, c := range map[string]struct {
		members []release.Member
		reached string
		keeper  int
		refused []string // part of why
		level   string
	}{
		"alike":                     {[]release.Member{at("a", rel("3.20.5", 1, 1)), come("b", rel("3.20.5", 1, 1))}, "3.20.5", 0, []string{"", ""}, "3.20.5"},
		"a newer one comes":         {[]release.Member{at("a", rel("3.20.5", 1, 1)), come("b", rel("3.21.0", 2, 1))}, "3.20.5", 0, []string{"", ""}, "3.20.5"},
		"an older one comes back":   {[]release.Member{at("a", rel("3.21.0", 2, 1)), come("b", rel("3.20.5", 1, 1))}, "3.20.5", 0, []string{"", ""}, "3.20.5"},
		"it comes too late":         {[]release.Member{at("a", rel("3.21.0", 2, 1)), come("b", rel("3.20.5", 1, 1))}, "3.21.0", 0, []string{"", "too old: it has feature set 3.20.5, and the cluster works at 3.21.0"}, ""},
		"only tools are older":      {[]release.Member{at("a", rel("3.20.6", 1, 1)), come("b", rel("3.20.5", 1, 1))}, "3.20.6", 0, []string{"", ""}, "3.20.5"},
		"another generation comes":  {[]release.Member{at("a", rel("3.20.5", 1, 1)), come("b", rel("4.0.0", 2, 1))}, "3.20.5", 0, []string{"", "too new: it has feature set 4.0.0, and a has 3.20.5"}, ""},
		"one of the last comes":     {[]release.Member{come("a", rel("3.20.5", 1, 1)), at("b", rel("4.0.0", 2, 1))}, "", 1, []string{"too old: it has feature set 3.20.5, and b has 4.0.0", ""}, ""},
		"its language is forgotten": {[]release.Member{at("a", rel("3.30.0", 5, 3)), come("b", rel("3.30.0", 2, 1))}, "", 0, []string{"", "it speaks protocol 2, and a understands none before 3"}, ""},
		"it has forgotten ours":     {[]release.Member{at("a", rel("3.30.0", 2, 1)), come("b", rel("3.30.0", 5, 3))}, "", 0, []string{"", "it understands no protocol before 3, and a speaks 2; upgrade"}, ""},
		"a cold start":              {[]release.Member{come("a", rel("3.20.5", 1, 1)), come("b", rel("4.0.0", 1, 1))}, "3.20.5", 0, []string{"", "too new"}, ""},
		"another cold start":        {[]release.Member{come("a", rel("3.20.5", 1, 1)), come("b", rel("4.0.0", 1, 1))}, "4.0.0", 1, []string{"too old", ""}, ""},
	} {
		m := release.Meet(c.members, c.reached, c.keeper)
		for i, want := range c.refused {
			if got := m.Refused[i]; (got == "") != (want == "") || !strings.Contains(got, want) {
				t.Errorf("%s: %s is told %q", name, c.members[i].Name, got)
			}
		}
		if !m.Anybody() && m.Level.Features != c.level {
			t.Errorf("%s: the level is %+v", name, m.Level)
		}
	}
}

package cib

import (
	"strings"
	"testing"

	"pacer/exitcode"
)

// TestCustomaryMoves: the changes that crm_diff gives for rearranged children.
func TestCustomaryMoves(t *testing.T) {
	wrap := func(kids string) *Document {
		return parse(t, "<cib><configuration>"+kids+"</configuration><status/></cib>")
	}
	for _, c := range []struct{ old, next, want string }{
		{`<a id="1"/><a id="2"/><a id="3"/>`, `<a id="2"/><a id="3"/><a id="1"/>`, "move a1@2 move a2@0"},
		{`<a id="1"/><a id="2"/>`, `<a id="2"/><a id="1"/>`, "move a1@1 move a2@0"},
		{`<a id="1"/><a id="2"/><a id="3"/><a id="4"/>`, `<a id="4"/><a id="1"/><a id="2"/><a id="3"/>`, "move a1@1 move a4@0"},
		{`<!--x--><a id="1"/><!--y-->`, `<a id="1"/><!--y-->`, "delete comment@0 delete comment@1 create @1"},
		{`<a id="1"/><a id="2"/>`, `<a id="1"/><a id="3"/><a id="2"/>`, "create @1"},
		{`<a/><b/>`, `<b/><a/>`, "move a@1 move b@0"},
	} {
		old, next := wrap(c.old), wrap(c.next)
		p := Diff(old, next)
		var got []string
		for x := range p.XML().Elements("change") {
			path := strings.TrimPrefix(strings.TrimPrefix(x.Get("path"), "/cib/configuration"), "/")
			path = strings.NewReplacer("[@id='", "", "']", "").Replace(path)
			got = append(got, x.Get("operation")+" "+path+"@"+x.Get("position"))
		}
		words := strings.Fields(c.want)
		for i := 0; i+1 < len(words); i += 2 {
			if !strings.Contains(strings.Join(got, "; ")+";", words[i]+" "+words[i+1]+";") {
				t.Errorf("%s to %s: %v, without %s %s", c.old, c.next, got, words[i], words[i+1])
			}
		}
		if len(got) != len(words)/2 {
			t.Errorf("%s to %s: %v", c.old, c.next, got)
		}
		if made, err := ApplyPatch(old, p); err != nil || !made.Equal(next) {
			t.Errorf("%s to %s: leads to %v %v", c.old, c.next, made, err)
		}
	}
}

// TestCommentsAreDeletedByTheirPlace among what is left.
func TestCommentsAreDeletedByTheirPlace(t *testing.T) {
	old := parse(t, `<cib><configuration><!--a--><x id="1"/><!--b--><!--c--></configuration><status/></cib>`)
	patch := func(positions ...string) string {
		var changes strings.Builder
		for _, p := range positions {
			changes.WriteString(`<change operation="delete" path="/cib/configuration/comment" position="` + p + `"/>`)
		}
		p, err := ParsePatch(node(t, `<diff format="2">`+changes.String()+`</diff>`))
		if err != nil {
			t.Fatal(err)
		}
		next, err := ApplyPatch(old, p)
		if err != nil {
			t.Fatal(err)
		}
		return next.Configuration().String()
	}
	if got := patch("2"); got != `<configuration><!--a--><x id="1"/><!--c--></configuration>` {
		t.Error(got)
	}
	if got := patch("0", "1"); got != `<configuration><x id="1"/><!--c--></configuration>` {
		t.Error(got)
	}
	if got := patch("1"); got != old.Configuration().String() {
		t.Errorf("an element is no comment: %s", got)
	}
}

func TestAPatchMustLeadToItsDigest(t *testing.T) {
	old := parse(t, base)
	next, _, err := Apply(old, []Op{{Kind: OpBump}}, ApplyOptions{KeepVersion: true})
	if err != nil {
		t.Fatal(err)
	}
	x := Diff(old, next).XML().Clone()
	x.Set("digest", PatchDigest(next.Root()))
	good, _ := ParsePatch(x)
	if made, err := ApplyPatch(old, good); err != nil || !made.Equal(next) {
		t.Errorf("%v %v", made, err)
	}
	bad, _ := ParsePatch(x.Clone().Set("digest", PatchDigest(old.Root())))
	if _, err := ApplyPatch(old, bad); AsError(err).Code != exitcode.Error {
		t.Errorf("a wrong digest: %v", err)
	}
	// Who wrote it and when is not summed.
	if PatchDigest(next.Root()) != PatchDigest(next.Root().Clone().Set("update-user", "x").Set("cib-last-written", "now")) {
		t.Error("the digest knows who wrote")
	}
}

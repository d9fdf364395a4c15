package collect

import (
	"strings"
	"testing"

	"pacer/xmltree"
)

func newMask(t *testing.T, patterns ...string) *Mask {
	t.Helper()
	m, err := NewMask(patterns)
	if err != nil {
		t.Fatal(err)
	}
	return m
}

func TestTextIsMaskedByName(t *testing.T) {
	m := newMask(t, "pin.*", "ipmi_user")
	for text, want := range map[string]string{
		`passwd=geheim`:                                     `passwd=****`,
		`PASSWORD="two words" user=x`:                       `PASSWORD=**** user=x`,
		`db_password = 'x y'`:                               `db_password = ****`,
		`  passwd: geheim`:                                  `  passwd: ****`,
		`"admin_passwd": "geheim",`:                         `"admin_passwd": ****,`,
		`passwd="lrm://"`:                                   `passwd="lrm://"`,
		`passwd=lrm://`:                                     `passwd=lrm://`,
		`pin_code=1234 spin=5`:                              `pin_code=**** spin=5`,
		`ipmi_user=root`:                                    `ipmi_user=****`,
		`token: 1000`:                                       `token: 1000`,
		`passw=a;secret_key=b`:                              `passw=****`,
		`https://joe:geheim@host/path`:                      `https://joe:****@host/path`,
		"passwd=\"open end\nnext":                           "passwd=****\nnext",
		"passwd=\npasswd=":                                  "passwd=\npasswd=",
		`nothing to hide: here = there`:                     `nothing to hide: here = there`,
		`<nvpair id="a" name="passwd" value="geheim"/>`:     `<nvpair id="a" name="passwd" value="****"/>`,
		`<nvpair value='geheim' name='auth_token' id='a'/>`: `<nvpair value="****" name='auth_token' id='a'/>`,
		`<nvpair name="passwd" value="lrm://"/>`:            `<nvpair name="passwd" value="lrm://"/>`,
		`<nvpair name="ip" value="1"/> <nvpair name="pwd" value="2"/>`: `<nvpair name="ip" value="1"/> <nvpair name="pwd" value="****"/>`,
		`stonith: passwd=x, sent`:                                      `stonith: passwd=**** sent`,
	} {
		if got := string(m.Text([]byte(text))); got != want {
			t.Errorf("%s became %s, not %s", text, got, want)
		}
	}
	if _, err := NewMask([]string{"("}); err == nil {
		t.Error("a broken expression was taken")
	}
}

// What has once been seen as the value of a secret is masked wherever it turns up, also as XML writes it.
func TestValuesAreMaskedEverywhere(t *testing.T) {
	m := newMask(t)
	root, err := xmltree.ParseString(`<a><nvpair name="passwd" value="Ge&amp;heim"/><nvpair name="password" value="Ge&amp;heimer"/><nvpair name="token" value="abcd"/>
<nvpair name="passwd" value="x"/><nvpair name="passwd" value="true"/><nvpair name="ip" value="1.2.3.4"/></a>`)
	if err != nil {
		t.Fatal(err)
	}
	out := string(m.XML(root).Append(nil))
	if strings.Contains(out, "heim") || strings.Contains(out, "abcd") || !strings.Contains(out, "1.2.3.4") || strings.Count(out, hidden) != 5 {
		t.Error(out)
	}
	if strings.Contains(string(root.Append(nil)), hidden) {
		t.Error("the document itself was changed")
	}
	m.Learn("Ge")
	m.Learn("false")
	got := string(m.Text([]byte("started with Ge&heimer, Ge&heim, as <x y='Ge&amp;heimer'/>; exact, abcd, true, false, Ge")))
	if got != "started with ****, ****, as <x y='****'/>; exact, ****, true, false, Ge" {
		t.Error(got)
	}
}

// Whatever the text is, no value that follows the name of a password on its line is left, and nothing breaks.
func FuzzMask(f *testing.F) {
	f.Add("passwd=geheim", "geheim")
	f.Add("<nvpair name=\"passwd\" value=\"a b\"/>", "a b")
	f.Add("\x00\xff= : \"", "x")
	f.Fuzz(func(t *testing.T, text, learned string) {
		m, err := NewMask(nil)
		if err != nil {
			t.Fatal(err)
		}
		m.Learn(learned)
		out := string(m.Text([]byte(text)))
		if len(m.learned) > 0 && !strings.Contains(hidden, learned) && strings.Contains(strings.ReplaceAll(out, hidden, "\x00"), learned) {
			t.Errorf("%q is left in %q", learned, out)
		}
	})
}

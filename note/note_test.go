package note

import (
	"reflect"
	"regexp"
	"testing"
	"time"
)

var placeholder = regexp.MustCompile(`\{!?([A-Z][A-Za-z]*)`)

func TestEveryPlaceholderIsAField(t *testing.T) {
	for id, e := range catalogue() {
		typ := reflect.Indirect(reflect.ValueOf(e.sample)).Type()
		for lang, text := range map[string]string{"English": e.en, "Japanese": e.ja} {
			if text == "" {
				t.Errorf("%s has no %s text", id, lang)
			}
			for _, m := range placeholder.FindAllStringSubmatch(text, -1) {
				if _, ok := typ.FieldByName(m[1]); !ok {
					t.Errorf("%s, %s: {%s} is not a field of %s", id, lang, m[1], typ)
				}
			}
		}
	}
}

func TestSentences(t *testing.T) {
	for _, c := range []struct {
		note Note
		lang Language
		want string
	}{
		{NodeLost{Node: "pm01", Silent: 402 * time.Millisecond}, English, "pm01 is lost: nothing heard for 402ms."},
		{NodeLost{Node: "pm01"}, English, "pm01 is lost."},
		{QuorumChanged{Quorate: true, Votes: 2, Expected: 3}, English, "This partition has quorum; 2 of 3 votes are present."},
		{QuorumChanged{Votes: 1, Expected: 3}, English, "This partition has no quorum; 1 of 3 votes are present."},
		{ViewAgreed{View: "1.4", Members: []string{"a", "b"}}, English, "The members are now a, b (view 1.4)."},
		{NodeLost{Node: "pm01"}, Japanese, "pm01 を見失いました。"},
		{FencingFailed{Target: "a", Action: "reboot", Reason: "no device"}, English,
			"Fencing a (reboot) FAILED: no device. Nothing of it is recovered until it succeeds or is confirmed by hand (stonith_admin -C a)."},
	} {
		if got := Sentence(c.note, c.lang); got != c.want {
			t.Errorf("got  %q\nwant %q", got, c.want)
		}
	}
}

func TestLanguageOf(t *testing.T) {
	env := func(kv map[string]string) func(string) string { return func(k string) string { return kv[k] } }
	if LanguageOf(env(map[string]string{"LANG": "ja_JP.UTF-8"})) != Japanese {
		t.Error("LANG=ja_JP is Japanese")
	}
	if LanguageOf(env(map[string]string{"LC_ALL": "C", "LANG": "ja_JP.UTF-8"})) != English {
		t.Error("LC_ALL wins over LANG")
	}
}

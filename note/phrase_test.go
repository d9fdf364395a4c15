package note

import (
	"strings"
	"testing"
)

func TestReasonsInJapanese(t *testing.T) {
	for _, c := range []struct {
		note Note
		want string
	}{
		{FencingBegun{Target: "n2", Action: "reboot", Why: "it is lost"}, "n2 をフェンシングします（reboot）：応答がなく失われました。"},
		{TransitionBegun{Number: 4, Actions: 2, Why: "the result of web_start_0 on n1 was not expected"},
			"決定 4：2 個のアクション（理由：web_start_0 の結果（n1）は予期しないものでした）。"},
		{TransitionDone{Number: 4, Aborted: "fencing n2 failed: power on n1: it returned 1"},
			"決定 4 を終えました（中断：n2 のフェンシングに失敗しました：power（n1）：戻り値 1）。"},
		{ActionFailed{Resource: "web", Task: "start", Node: "n1", Result: "error", Reason: "httpd: it is lost in space"},
			"n1 で web の start が失敗しました：error（httpd: it is lost in space）。"},
	} {
		if got := Sentence(c.note, Japanese); got != c.want {
			t.Errorf("%+v:\n got %s\nwant %s", c.note, got, c.want)
		}
	}
}

// TestPhrasesAreWhole holds the table to one name in Japanese for each in English, and every phrase to itself.
func TestPhrasesAreWhole(t *testing.T) {
	for _, p := range phrases {
		if strings.Count(p.en, "*") != strings.Count(p.ja, "*") {
			t.Errorf("%q and %q do not hold the same names", p.en, p.ja)
		}
		if got := Phrase(strings.ReplaceAll(p.en, "*", "x"), Japanese); got != strings.ReplaceAll(p.ja, "*", "x") {
			t.Errorf("%q is taken for another phrase: %s", p.en, got)
		}
		if got := Phrase(p.en, English); got != p.en {
			t.Errorf("%q became %q", p.en, got)
		}
	}
}

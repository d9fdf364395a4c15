package option

import "strings"

// words describe an option: in a few words, and in full. Where one says it all, the other is empty.
type words struct{ short, long string }

// Words describe the option in a few words and in full; one of them may be empty. Most of them are looked up when somebody asks: every
// command of the program carries these tables, and hardly any prints them.
func (o *Option) Words() (short, long string) {
	if o.Short != "" || o.Long != "" {
		return o.Short, o.Long
	}
	for _, described := range [...]func(string) words{clusterWords, resourceWords, fencingWords, ofFencingAction} {
		if w := described(o.Name); w != (words{}) {
			return w.short, w.long
		}
	}
	return "", ""
}

// ofFencingAction are the words of what can be said of each action, pcmk_ACTION_WHAT.
func ofFencingAction(name string) words {
	rest, ok := strings.CutPrefix(name, "pcmk_")
	action, what, both := strings.Cut(rest, "_")
	if !ok || !both {
		return words{}
	}
	w := fencingActionWords(what)
	return words{short: strings.ReplaceAll(w.short, "%s", action), long: strings.ReplaceAll(w.long, "%s", action)}
}

package bugs

// Bug is one line of package membership written wrongly.
type Bug struct {
	Name string
	// File is in package membership; Right occurs in it just once and becomes Wrong.
	File, Right, Wrong string
}

// All are the bugs.
var All = []Bug{
	{"a node takes all but one of the messages that it lacks for enough", "recover.go",
		"c.ord.have < c.fetch.upTo }", "c.ord.have+1 < c.fetch.upTo }"},
	{"the coordinator does not see that somebody lacks something", "form.go",
		"targets[i].upTo, targets[i].holder = a.have, a.member.ID\n\t\t\tmissing = true", "targets[i].upTo, targets[i].holder = a.have, a.member.ID"},
	{"members who hold less than the first are forgotten", "form.go",
		"case targets[i].upTo > a.have:\n\t\t\tmissing = true", "case targets[i].upTo > a.have:"},
	{"a node that leaves a view delivers beyond what the round fetches", "order.go",
		"if h == nil || c.frozen && (c.fetch == nil || o.have >= c.fetch.upTo) {", "if h == nil {"},
	{"what one member holds counts as held by all", "retransmit.go",
		"stable := slices.Min(o.acks)", "stable := slices.Max(o.acks)"},
	{"an acknowledgement of another view counts for this one", "form.go",
		"if h.view != c.view.ID || c.frozen || !c.fellow(p) {", "if c.frozen || !c.fellow(p) {"},
	{"a new view goes on with the order of the old one", "view.go",
		"c.ord = newOrder(len(v.Members))", "if c.ord == nil {\n\t\tc.ord = newOrder(len(v.Members))\n\t}"},
	{"a proposal has no epoch of its own", "form.go",
		"c.epoch = max(c.epoch, c.promised.Epoch, c.view.ID.Epoch) + 1", "c.epoch = max(c.epoch, c.promised.Epoch, c.view.ID.Epoch)"},
	{"a submission that comes again is not recognized", "submit.go",
		"if number < b.next || number", "if number"},
	{"who promised a round does not leave its old view alone", "order.go",
		"if c.fetch == nil {\n\t\t\treturn\n", "if c.fetch == nil {\n\t\t\tc.fetch = &fetch{upTo: first, again: never}\n"},
	{"a submitted message stays first in line after it was ordered", "order.go",
		"b.waiting = b.waiting[1:]\n\t\t\tb.next++", "b.waiting = b.waiting[1:]"},
	{"a gap of which nothing is known is never asked for", "order.go",
		"if o.have < o.last && o.nakAt == never {", "if o.have > o.last && o.nakAt == never {"},
	{"the last message of a gap is not sent again", "retransmit.go",
		"if k <= to && h != nil && c.now-h.sent >= hurry {", "if k < to && h != nil && c.now-h.sent >= hurry {"},
	{"a lost submission is not repeated", "retransmit.go",
		"c.resubmit(0, 8)", "_ = o"},
	{"a proposal that was not answered is not repeated", "form.go",
		"case r.accepts[i] == nil:\n\t\t\tc.transmit(m.id, w)", "case r.accepts[i] == nil:"},
	{"hearing in one direction is enough to be in one view", "matrix.go",
		"if contains(rows[i].hears, rows[j].id) && contains(rows[j].hears, rows[i].id) {",
		"if contains(rows[i].hears, rows[j].id) || contains(rows[j].hears, rows[i].id) {"},
	{"a message meant for an old view is ordered in the new one", "order.go",
		"if c.ord == nil || c.frozen || ev.View != c.view.ID || !c.open() || len(ev.Payload) > MaxMessage {",
		"if c.ord == nil || c.frozen || !c.open() || len(ev.Payload) > MaxMessage {"},
	{"messages are given to a manager that is not attached in the order", "order.go",
		"if c.open() {\n\t\tc.emit(Deliver", "if c.attached {\n\t\tc.emit(Deliver"},
}

package note

import "slices"

// Why is one statement of why the cluster decided as it did. Of names it; which of the fields it has depends on that. Statements
// are put together to sentences (package why), so they end without a full stop: one says what is the case, those that follow
// give the reasons.
type Why struct {
	Of string `json:"of"`
	// Resource is what is spoken of, With another resource, Through one in between.
	Resource string `json:"resource,omitempty"`
	With     string `json:"with,omitempty"`
	Through  string `json:"through,omitempty"`
	// Node is where, To where to; Nodes are several.
	Node  string   `json:"node,omitempty"`
	To    string   `json:"to,omitempty"`
	Nodes []string `json:"nodes,omitempty"`
	// Constraint is its id, Rule that of the rule in it.
	Constraint string `json:"constraint,omitempty"`
	Rule       string `json:"rule,omitempty"`
	// Score and Best are scores, Count and Limit numbers.
	Score string `json:"score,omitempty"`
	Best  string `json:"best,omitempty"`
	Count string `json:"count,omitempty"`
	Limit string `json:"limit,omitempty"`

	Role   string `json:"role,omitempty"`
	Task   string `json:"task,omitempty"`
	Ticket string `json:"ticket,omitempty"`
	// What is a name or a value as the statement says, Reason text of the cluster itself, Command what to type.
	What    string `json:"what,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Command string `json:"command,omitempty"`
}

// ID implements Note.
func (w Why) ID() string { return "why." + w.Of }

// whyNotes are all statements: name, English and Japanese.
func whyNotes() []entry {
	rows := slices.Concat(whyHeads, whyPlaces, whyPlans, whyActions, whyChanges)
	list := make([]entry, len(rows))
	for i, r := range rows {
		list[i] = entry{Why{Of: r[0]}, Info, r[1], r[2]}
	}
	return list
}

// whyHeads say what becomes of a resource or a node.
var whyHeads = [][3]string{
	{"stays", "{Resource} runs{Role? as {}} on {Node} and stays there",
		"{Resource} は {Node} で動作中{Role?（{}）}で、そのまま動き続けます"},
	{"moves", "{Resource} runs{Role? as {}} on {Node} and moves to {To}",
		"{Resource} は {Node} から {To} へ移動します"},
	{"migrates", "{Resource} runs on {Node} and migrates live to {To}",
		"{Resource} は {Node} から {To} へライブマイグレーションします"},
	{"starts", "{Resource} is stopped and starts on {Node}{Role? as {}}",
		"{Resource} は停止中で、{Node} で起動します{Role?（{}）}"},
	{"stops", "{Resource} runs{Role? as {}} on {Node} and is being stopped",
		"{Resource} は {Node} で動作中{Role?（{}）}ですが、停止します"},
	{"stopped", "{Resource} is stopped and stays stopped",
		"{Resource} は停止中で、起動しません"},
	{"restarts", "{Resource} is being restarted on {Node}",
		"{Resource} は {Node} で再起動します"},
	{"recovers", "{Resource} failed on {Node} and is being recovered{To? on {}}{!To? there}",
		"{Resource} は {Node} で故障したため、{To?{} で}{!To?同じノードで}復旧します"},
	{"reloads", "{Resource} takes over new parameters on {Node} without a restart",
		"{Resource} は {Node} で再起動せずに新しいパラメータを読み込みます"},
	{"promotes", "{Resource} runs on {Node} and is being promoted there",
		"{Resource} は {Node} で昇格します"},
	{"demotes", "{Resource} is promoted on {Node} and is being demoted",
		"{Resource} は {Node} で降格します"},
	{"left-alone", "{Resource}{Node? runs on {} and} is left as it is",
		"{Resource}{Node?（{} で動作中）}{!Node? }には何も行いません"},
	{"start-blocked", "{Resource} should {Node?start on {}}{!Node?start}, but cannot",
		"{Resource} は{Node? {} で}起動すべきですが、起動できません"},
	{"stop-blocked", "{Resource} should stop on {Node}, but cannot",
		"{Resource} は {Node} で停止すべきですが、停止できません"},
	{"move-blocked", "{Resource} should move from {Node} to {To}, but cannot",
		"{Resource} は {Node} から {To} へ移動すべきですが、移動できません"},
	{"empty", "{Resource} has nothing in it", "{Resource} には何も含まれていません"},
	{"chosen", "{Node} was chosen", "{Node} が選ばれました"},
	{"not-on", "It is not on {Nodes}", "{Nodes} では動作しません"},
	{"not-on-named", "{Resource} is not on {Nodes}", "{Resource} は {Nodes} では動作しません"},
	{"cannot-on", "{Resource} cannot be on {Node}", "{Resource} は {Node} では動作できません"},
	{"not-promoted", "{Resource} is not promoted on {Node}", "{Resource} は {Node} では昇格しません"},
	{"promoted", "{Resource} is promoted on {Node}", "{Resource} は {Node} で Promoted です"},
	{"waits", "Its {Task} on {Node} comes after", "{Node} での {Task} の前に次を行います"},
	{"node-runs", "{Node} runs {Resource}", "{Node} では {Resource} が動作しています"},
	{"node-empty", "{Node} runs nothing", "{Node} では何も動作していません"},
	{"node-fenced", "{Node} is being fenced", "{Node} をフェンシングします"},
	{"node-waits-fence", "{Node} must be fenced, but cannot be", "{Node} はフェンシングが必要ですが、実行できません"},
	{"node-shutdown", "{Node} is shutting down", "{Node} はシャットダウン中です"},
	{"node-keeps-off", "{Resource} is not on {Node}", "{Resource} は {Node} では動作しません"},
	{"nothing", "The cluster is at rest: nothing is to be done", "クラスタは安定しており、行うべき動作はありません"},
}

package note

import (
	"reflect"
	"strings"
)

// Reasons travel and are kept as English text, in the CIB, in the fencing history, in messages to other nodes. What a core can
// give as a reason stands here with its Japanese, * standing for names; what an agent or the system said stays as it is. The
// first that fits counts.
var phrases = []struct{ en, ja string }{
	// Why a node is fenced.
	{"its state is not known", "状態が不明です"},
	{"it is lost", "応答がなく失われました"},
	{"its manager does not answer", "マネージャが応答しません"},
	{"a resource that failed there requires it", "そこで故障したリソースが必要としています"},
	{"asked for by *", "* の要求です"},
	{"it was asked for by *", "* の要求です"},
	{"* said so", "* がそう確認しました"},
	{"node is unclean", "状態が信頼できません"},
	{"guest is unclean", "ゲストの状態が信頼できません"},
	{"container failed", "コンテナが故障しました"},
	{"stop is unrunnable", "停止を実行できません"},
	{"deadman ticket was lost", "チケットを失いました（loss-policy=fence）"},
	{"cluster does not have quorum", "クォーラムがありません"},
	{"peer is unexpectedly down", "予期せず停止しました"},
	{"peer has not been seen by the cluster", "まだ一度もクラスタに参加していません"},
	{"peer failed Pacemaker membership criteria", "メンバーの条件を満たしません"},
	{"fencing was requested", "フェンシングが要求されました"},
	{"peer pending timed out on joining the process group", "参加が時間内に完了しませんでした"},
	{"peer is no longer part of the cluster", "クラスタのメンバーではなくなりました"},
	{"peer process is no longer available", "マネージャに到達できません"},
	{"peer was in an unknown state", "状態が不明です"},
	{"remote connection is unrecoverable", "リモート接続を回復できません"},
	{"the connection is unrecoverable", "接続を回復できません"},
	{"resources are active but connection is unrecoverable", "動作中のリソースがありますが、接続を回復できません"},
	{"resources are in unknown state and connection is unrecoverable", "リソースの状態が不明で、接続を回復できません"},
	{"* failed there", "* がこのノードで故障しました"},
	{"* is thought to be active there", "* がこのノードで動作していると考えられます"},
	// Why the scheduler looks again, or a transition is broken off.
	{"* is DC now", "* が DC になりました"},
	{"nodes have joined", "ノードが参加しました"},
	{"* is lost", "* が失われました"},
	{"quorum changed", "クォーラムの状態が変わりました"},
	{"the configuration changed", "構成が変わりました"},
	{"an attribute of * changed", "* の属性が変わりました"},
	{"the manager on * has gone", "* のマネージャが終了しました"},
	{"the manager on * was restarted", "* のマネージャが再起動しました"},
	{"the state of * was removed", "* の状態が削除されました"},
	{"the history of * on * was deleted", "* の履歴が * から削除されました"},
	{"the entry * was deleted", "エントリ * が削除されました"},
	{"the result of * on * was not expected", "* の結果（*）は予期しないものでした"},
	{"an operation of * without a key appeared", "キーのない * の操作が現れました"},
	{"* on * did not end as expected", "*（*）が期待どおりに終わりませんでした"},
	{"the recheck interval is over", "再チェック間隔が経過しました"},
	{"the transition could not be completed", "遷移を完了できませんでした"},
	{"the state of the nodes could not be written: *", "ノードの状態を書き込めませんでした：*"},
	{"the fencing of * could not be recorded: *", "* のフェンシングを記録できませんでした：*"},
	{"fencing * failed: *", "* のフェンシングに失敗しました：*"},
	{"fencing * failed", "* のフェンシングに失敗しました"},
	{"* was fenced", "* をフェンシングしました"},
	{"* is not there", "* がいません"},
	// Why fencing did not succeed.
	{"the manager of * is gone", "* のマネージャが終了しました"},
	{"no device can fence *", "* をフェンシングできるデバイスがありません"},
	{"there is no device *", "デバイス * がありません"},
	{"* came back", "* が戻りました"},
	{"* came back before its fencing began", "フェンシングの開始前に * が戻りました"},
	{"it did not succeed within *", "* 以内に成功しませんでした"},
	{"* had no time left", "* に残り時間がありませんでした"},
	{"the device * is not known any more", "デバイス * はもうありません"},
	{"the device * is not known on *", "デバイス * は * では使えません"},
	{"* on *: it returned *", "*（*）：戻り値 *"},
	// Why a node stops what it runs.
	{"the resources did not move away in time", "リソースが時間内に移動しませんでした"},
	{"the service is being stopped", "サービスの停止が要求されました"},
	{"an earlier manager of this node is gone, and so is messaging", "このノードの以前のマネージャとメッセージングが終了しました"},
	// Why a resource action failed.
	{"it cannot be killed", "強制終了できません"},
	{"its end was not seen, the manager was restarted", "マネージャの再起動のため終了を確認できませんでした"},
	{"the node did not answer", "ノードが応答しませんでした"},
	{"not allowed to run here: *", "ここでは実行できません：*"},
	// Why the cluster is unsafe.
	{"fencing is switched off", "フェンシングが無効です"},
	{"quorum is ignored", "クォーラムを無視する設定です"},
}

// reasonFields are the fields of notes that hold a reason.
var reasonFields = []string{"Why", "Reason", "Aborted"}

// Reason returns the reason that a note gives, "" when it gives none.
func Reason(n Note) string {
	v := reflect.Indirect(reflect.ValueOf(n))
	for _, name := range reasonFields {
		if f := v.FieldByName(name); f.IsValid() && f.Kind() == reflect.String && f.String() != "" {
			return f.String()
		}
	}
	return ""
}

// Phrase renders a reason in a language. What is no phrase of the cores, such as an agent's own words, is returned unchanged.
func Phrase(reason string, lang Language) string {
	if lang == English {
		return reason
	}
	for _, p := range phrases {
		if names, ok := matchPhrase(p.en, reason); ok {
			var b strings.Builder
			rest := p.ja
			for _, name := range names {
				before, after, _ := strings.Cut(rest, "*")
				b.WriteString(before)
				b.WriteString(Phrase(name, lang))
				rest = after
			}
			b.WriteString(rest)
			return b.String()
		}
	}
	return reason
}

// matchPhrase tells whether a text has the form of a pattern, and what stands for each *. Only the last may hold anything;
// the others are single words.
func matchPhrase(pattern, text string) (names []string, ok bool) {
	for {
		fixed, rest, more := strings.Cut(pattern, "*")
		if !more {
			return names, text == fixed
		}
		if !strings.HasPrefix(text, fixed) {
			return nil, false
		}
		text, pattern = text[len(fixed):], rest
		end := len(text)
		switch {
		case rest != "":
			// Up to what follows in the pattern, which begins with a space or a sign that ends a word.
			if end = strings.IndexByte(text, rest[0]); end < 0 {
				return nil, false
			}
		case strings.ContainsRune(text, ' ') && !strings.HasSuffix(fixed, ": "):
			return nil, false
		}
		if end == 0 {
			return nil, false
		}
		names = append(names, text[:end])
		text = text[end:]
	}
}

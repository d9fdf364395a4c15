package note

// whyChanges say what would alter an outcome. Command changes it, the rest says what would become of it.
var whyChanges = [][3]string{
	{"would-run", "{Resource} would then run on {Node}", "{Resource} は {Node} で動作するようになります"},
	{"would-move", "{Resource} would then move to {Node}", "{Resource} は {Node} へ移動します"},
	{"would-stay", "{Resource} would then stay on {Node}", "{Resource} は {Node} にとどまります"},
	{"could-run", "{Node} could then run {Resource}", "{Node} でも {Resource} を動作させられるようになります"},
	{"would-manage", "{Resource} would then be managed again{Node? and run on {}}", "{Resource} は再び管理対象になります{Node?（{} で動作）}"},
	{"would-use", "{Node} could then run resources", "{Node} でリソースを動作させられるようになります"},
	{"would-do", "{What} could then be done", "{What} を実行できるようになります"},
	{"would-not-need", "{What} would then not be needed", "{What} は不要になります"},
	{"would-promote", "{Resource} would then be promoted on {Node}", "{Resource} は {Node} で昇格します"},
	{"would-recover", "{Node} would then no longer hold anything up", "{Node} を待つものはなくなります"},
	{"would-fence", "{Node} would then be fenced", "{Node} のフェンシングが実行されます"},
	{"cleanup", "once the cause is mended, `{Command}` clears the failures", "原因を取り除いてから `{Command}` で故障の記録を消去してください"},
	{"healthy", "once {Node} is well again, `{Command}` says so", "{Node} の問題を解決してから `{Command}` を実行してください"},
	{"command", "`{Command}`", "`{Command}`"},
	{"delete-constraint", "`{Command}` takes {Constraint} away", "`{Command}` で {Constraint} を削除できます"},
	{"lower", "`{Command}` (score {Score} instead of {Best} is just low enough)", "`{Command}`（スコアを {Best} から {Score} 以下に下げます）"},
	{"prefer", "`{Command}` (score {Score} is just enough)", "`{Command}`（必要な最小スコアは {Score}）"},
	{"node-back", "bring {Node} back into the cluster", "{Node} をクラスタに復帰させてください"},
	{"quorum-back", "bring back enough nodes for quorum", "クォーラムを満たす数のノードを復帰させてください"},
	{"add-device", "configure a fence device", "フェンスデバイスを設定してください"},
	{"confirm-off", "once {Node} is certainly off, `{Command}` confirms it", "{Node} の電源断を確認してから `{Command}` を実行してください"},
}

package note

// ConfigurationDamaged tells that a stored copy could not be used, which one was, and where the bad one is kept.
type ConfigurationDamaged struct {
	File, Problem, Used, Kept string
}

// JournalDoubtful tells that the last record of a journal is broken, and that it cannot be told whether it was ever acknowledged.
type JournalDoubtful struct {
	File, Problem, Used, Kept string
}

// JournalCutOff tells that the end of a journal was not completely written when the node crashed. Nobody was told that it was.
type JournalCutOff struct {
	File  string
	Bytes int
}

// WritesLost tells that acknowledged changes of the losing side of a merge are not part of the configuration now.
type WritesLost struct {
	Node, Saved string
	Count       int
}

// DiskFailing tells that the configuration could not be written. Refusing tells that this node promises no change any more; without
// it only a copy is missing.
type DiskFailing struct {
	File, Problem string
	Refusing      bool
}

// DiskWorking tells that what could not be written is written now.
type DiskWorking struct{ File string }

// ReleaseRefused tells that a node must not take part in the cluster, because of what its program can do.
type ReleaseRefused struct{ Node, Why string }

// LevelAgreed tells what all members of the view can do, where that is not the same for all or has changed.
type LevelAgreed struct {
	Features string
	Protocol int
	Schema   string
}

// ID implements Note.
func (ConfigurationDamaged) ID() string { return "storage.damaged" }
func (WritesLost) ID() string           { return "storage.writes-lost" }
func (DiskFailing) ID() string          { return "storage.failing" }
func (JournalDoubtful) ID() string      { return "storage.doubtful" }
func (JournalCutOff) ID() string        { return "storage.cut-off" }
func (ReleaseRefused) ID() string       { return "release.refused" }
func (LevelAgreed) ID() string          { return "release.level" }
func (DiskWorking) ID() string          { return "storage.working" }

var storageNotes = []entry{
	{ConfigurationDamaged{}, Alarm, "{File} cannot be used: {Problem}. {Used?Going on from {}.}{Kept? The bad file is kept as {}.}", "{File} を使用できません：{Problem}。{Used?{} から継続します。}{Kept?不良ファイルは {} として保存しました。}"},
	{JournalDoubtful{}, Warning, "{File}: {Problem}. Going on from {Used}.{Kept? The file is kept as {}.}", "{File}：{Problem}。{Used} から継続します。{Kept?元のファイルは {} として保存しました。}"},
	{WritesLost{}, Alarm, "{Count} changes that {Node} had accepted while apart are not in the configuration; they are kept in {Saved}.", "分断中に {Node} が受け付けた {Count} 件の変更は構成に含まれません。{Saved} に保存しました。"},
	{DiskFailing{}, Alarm, "{File} cannot be written: {Problem}.{Refusing? This node acknowledges no change until it can.}", "{File} に書き込めません：{Problem}。{Refusing?書き込めるまで、このノードは変更を確認しません。}"},
	{ReleaseRefused{}, Alarm, "{Node} cannot be part of the cluster: {Why}.", "{Node} はクラスタに参加できません：{Why}。"},
	{LevelAgreed{}, Info, "The nodes work together at feature set {Features}, protocol {Protocol}, schema {Schema}: the least of what each of them can do.", "各ノードの最小に合わせて動作します：機能セット {Features}、プロトコル {Protocol}、スキーマ {Schema}。"},
	{DiskWorking{}, Info, "{File} is written again.", "{File} への書き込みが再開しました。"},
	{JournalCutOff{}, Info, "{File} ended in {Bytes} bytes that were being written when the node crashed; they were never acknowledged and are left out.", "{File} の末尾 {Bytes} バイトは異常終了時に書き込み中でした。未確認のため破棄しました。"},
}

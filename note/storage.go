package note

// ConfigurationDamaged tells that a stored copy could not be used, and which one was.
type ConfigurationDamaged struct {
	File, Problem, Used string
}

// WritesLost tells that acknowledged changes of the losing side of a merge are not part of the configuration now.
type WritesLost struct {
	Node, Saved string
	Count       int
}

// DiskFailing tells that the configuration could not be written.
type DiskFailing struct{ File, Problem string }

// ID implements Note.
func (ConfigurationDamaged) ID() string { return "storage.damaged" }
func (WritesLost) ID() string           { return "storage.writes-lost" }
func (DiskFailing) ID() string          { return "storage.failing" }

var storageNotes = []entry{
	{ConfigurationDamaged{}, Alarm, "{File} cannot be used: {Problem}. {Used?Going on from {}.}", "{File} を使用できません：{Problem}。{Used?{} から継続します。}"},
	{WritesLost{}, Alarm, "{Count} changes that {Node} had accepted while apart are not in the configuration; they are kept in {Saved}.", "分断中に {Node} が受け付けた {Count} 件の変更は構成に含まれません。{Saved} に保存しました。"},
	{DiskFailing{}, Alarm, "{File} cannot be written: {Problem}.", "{File} に書き込めません：{Problem}。"},
}

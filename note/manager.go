package note

// DCElected tells who coordinates the cluster.
type DCElected struct{ Node string }

// WaitingForNodes tells that decisions wait until the missing nodes are there or dc-deadtime is over.
type WaitingForNodes struct{ Missing []string }

// TransitionBegun tells what one look at the cluster decided.
type TransitionBegun struct {
	Number  int
	Actions int
	Why     string
}

// TransitionDone tells that a transition came to its end, or why it was given up.
type TransitionDone struct {
	Number  int
	Aborted string
}

// Idle tells that nothing is left to do.
type Idle struct{}

// Unsafe tells that the configuration allows a service to be active twice.
type Unsafe struct{ Why string }

// SchedulerPanicked tells that the scheduler failed on the present configuration; decisions are held.
type SchedulerPanicked struct{ Reason, Saved string }

// ShutdownWanted tells that a node asks to leave.
type ShutdownWanted struct{ Node string }

// EngineLost tells that the messaging process is gone; this node stops what it runs.
type EngineLost struct{ Reason string }

// ProcessDied tells that a process of the service ended and what follows.
type ProcessDied struct {
	Role, How string
	Action    string
}

// ID implements Note.
func (DCElected) ID() string         { return "manager.dc" }
func (WaitingForNodes) ID() string   { return "manager.waiting" }
func (TransitionBegun) ID() string   { return "transition.begun" }
func (TransitionDone) ID() string    { return "transition.done" }
func (Idle) ID() string              { return "manager.idle" }
func (Unsafe) ID() string            { return "manager.unsafe" }
func (SchedulerPanicked) ID() string { return "scheduler.panicked" }
func (ShutdownWanted) ID() string    { return "manager.shutdown" }
func (EngineLost) ID() string        { return "manager.engine-lost" }
func (ProcessDied) ID() string       { return "service.process-died" }

var managerNotes = []entry{
	{DCElected{}, Info, "{Node} coordinates the cluster (DC).", "{Node} がクラスタを取りまとめます（DC）。"},
	{WaitingForNodes{}, Info, "Waiting for {Missing} before deciding anything.", "{Missing} を待っています。"},
	{TransitionBegun{}, Info, "Decision {Number}: {Actions} actions{Why?, because {}}.", "決定 {Number}：{Actions} 個のアクション{Why?（理由：{}）}。"},
	{TransitionDone{}, Info, "Decision {Number} {Aborted?was given up: {}}is over.", "決定 {Number} を終えました{Aborted?（中断：{}）}。"},
	{Idle{}, Debug, "Nothing is left to do.", "行うべきことはありません。"},
	{Unsafe{}, Warning, "UNSAFE: {Why}. A service can become active twice.", "危険：{Why}。サービスが二重に起動するおそれがあります。"},
	{SchedulerPanicked{}, Alarm, "The scheduler failed on this configuration ({Reason}); decisions are held. The input is in {Saved}.", "この構成でスケジューラが異常終了しました（{Reason}）。決定を保留します。入力は {Saved} に保存しました。"},
	{ShutdownWanted{}, Info, "{Node} wants to leave; its services move first.", "{Node} が停止を要求しました。先にサービスを移動します。"},
	{EngineLost{}, Alarm, "Messaging is gone ({Reason}); this node stops what it runs.", "メッセージングが失われました（{Reason}）。このノードのサービスを停止します。"},
	{ProcessDied{}, Alarm, "The {Role} process ended ({How}){Action?; {}}.", "{Role} プロセスが終了しました（{How}）{Action?。{}}。"},
}

package note

import "time"

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

// StoppingHere tells that a node stops its services by itself, without the others.
type StoppingHere struct{ Reason string }

// ManagerDied tells that the manager ended and is started again, its services untouched.
type ManagerDied struct{ How string }

// ManagerHung tells that the manager does not answer and is killed; the node counts as failed.
type ManagerHung struct{ Silent time.Duration }

// MessagingDied tells that the messaging process ended; the node counts as failed.
type MessagingDied struct{ How string }

// NodeGivesUp tells that a process fails again and again and the node leaves itself to be fenced.
type NodeGivesUp struct{ Role, How string }

// CannotServe tells that a role refuses its configuration.
type CannotServe struct{ Role, How string }

// CannotReload tells that the configuration, read again on request, is not taken; what was in force stays in force.
type CannotReload struct{ How string }

// ToldToStop tells that the service of this node ends because somebody asked for it, perhaps on another node.
type ToldToStop struct{ By string }

// CleaningFailed tells that services of a failed manager could not be stopped; the node does not join before they are.
type CleaningFailed struct{ How string }

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
func (StoppingHere) ID() string      { return "manager.stopping-here" }
func (ManagerDied) ID() string       { return "service.manager-died" }
func (ManagerHung) ID() string       { return "service.manager-hung" }
func (MessagingDied) ID() string     { return "service.messaging-died" }
func (NodeGivesUp) ID() string       { return "service.gives-up" }
func (CannotServe) ID() string       { return "service.cannot-serve" }
func (CannotReload) ID() string      { return "service.cannot-reload" }
func (ToldToStop) ID() string        { return "service.told-to-stop" }
func (CleaningFailed) ID() string    { return "service.cleaning-failed" }

var managerNotes = []entry{
	{DCElected{}, Info, "{Node} coordinates the cluster (DC).", "{Node} がクラスタを取りまとめます（DC）。"},
	{WaitingForNodes{}, Info, "Waiting for {Missing} before deciding anything.", "{Missing} を待っています。"},
	{TransitionBegun{}, Info, "Decision {Number}: {Actions} actions{Why?, because {}}.", "決定 {Number}：{Actions} 個のアクション{Why?（理由：{}）}。"},
	{TransitionDone{}, Info, "Decision {Number} is over{Aborted? before its end: {}}.", "決定 {Number} を終えました{Aborted?（中断：{}）}。"},
	{Idle{}, Debug, "Nothing is left to do.", "行うべきことはありません。"},
	{Unsafe{}, Warning, "UNSAFE: {Why}. A service can become active twice.", "危険：{Why}。サービスが二重に起動するおそれがあります。"},
	{SchedulerPanicked{}, Alarm, "The scheduler failed on this configuration ({Reason}); decisions are held. The input is in {Saved}.", "この構成でスケジューラが異常終了しました（{Reason}）。決定を保留します。入力は {Saved} に保存しました。"},
	{ShutdownWanted{}, Info, "{Node} wants to leave; its services move first.", "{Node} が停止を要求しました。先にサービスを移動します。"},
	{EngineLost{}, Alarm, "Messaging is gone ({Reason}); this node stops what it runs.", "メッセージングが失われました（{Reason}）。このノードのサービスを停止します。"},
	{StoppingHere{}, Alarm, "This node stops its services by itself: {Reason}.", "このノードは単独でサービスを停止します：{Reason}。"},
	{ManagerDied{}, Alarm, "The manager ended ({How}). It is started again; running services are not touched.", "マネージャが終了しました（{How}）。再起動します。稼働中のサービスには影響しません。"},
	{ManagerHung{}, Alarm, "The manager has not answered for {Silent}. It is killed; to the others this node has failed.", "マネージャが {Silent} 応答しないため強制終了します。他のノードからは故障とみなされます。"},
	{MessagingDied{}, Alarm, "Messaging ended ({How}). To the others this node has failed; its services are stopped before it joins again.", "メッセージングが終了しました（{How}）。他のノードからは故障とみなされます。再参加の前にサービスを停止します。"},
	{NodeGivesUp{}, Alarm, "The {Role} process fails again and again ({How}). This node gives up and leaves itself to be fenced.", "{Role} プロセスが繰り返し終了しています（{How}）。このノードは動作を断念し、フェンシングに委ねます。"},
	{CannotServe{}, Alarm, "The {Role} process cannot work with its configuration ({How}); the service ends.", "{Role} プロセスは設定に問題があり動作できません（{How}）。サービスを終了します。"},
	{CannotReload{}, Warning, "The configuration was read again and is not taken ({How}); this node goes on with the one it has.", "再読み込みした設定は適用できません（{How}）。現在の設定のまま動作を続けます。"},
	{ToldToStop{}, Warning, "{By} told this node to stop; its services move first, then its service ends and does not start by itself.", "{By} がこのノードの停止を指示しました。先にサービスを移動してから終了します（自動では再起動しません）。"},
	{CleaningFailed{}, Alarm, "Services left from before could not be stopped ({How}); this node does not join until they are.", "残っているサービスを停止できません（{How}）。停止できるまでこのノードは参加しません。"},
}

package note

import "time"

// NodeLost tells that a node stopped answering and is out of the view.
type NodeLost struct {
	Node string
	// Silent is how long nothing had been heard of it.
	Silent time.Duration
}

// NodeLeft tells that a node said goodbye.
type NodeLeft struct{ Node string }

// NodeJoined tells that a node is in the view that was not.
type NodeJoined struct{ Node string }

// ViewAgreed tells the members after a change.
type ViewAgreed struct {
	View    string
	Members []string
}

// QuorumChanged tells that this partition gained or lost quorum.
type QuorumChanged struct {
	Quorate         bool
	Votes, Expected int
}

// HeartbeatLate tells that a node was heard again after a silence that was long, but not deadly.
type HeartbeatLate struct {
	Node   string
	Silent time.Duration
}

// LinkDown tells that one link to a peer carries nothing any more while another does.
type LinkDown struct {
	Peer string
	Link int
}

// LinkUp tells that it carries traffic again.
type LinkUp struct {
	Peer string
	Link int
}

// ManagerDetached tells that a node's manager does not answer while the node itself does.
type ManagerDetached struct{ Node string }

// ManagerAttached tells that a manager is there again.
type ManagerAttached struct{ Node string }

// WireOpen warns that messages between nodes are not protected by a key.
type WireOpen struct{ File string }

// NoRealtime warns that the messaging process could not get real-time priority.
type NoRealtime struct{ Reason string }

// ID implements Note.
func (NodeLost) ID() string        { return "membership.node-lost" }
func (NodeLeft) ID() string        { return "membership.node-left" }
func (NodeJoined) ID() string      { return "membership.node-joined" }
func (ViewAgreed) ID() string      { return "membership.view" }
func (QuorumChanged) ID() string   { return "quorum.changed" }
func (HeartbeatLate) ID() string   { return "membership.heartbeat-late" }
func (LinkDown) ID() string        { return "membership.link-down" }
func (LinkUp) ID() string          { return "membership.link-up" }
func (ManagerDetached) ID() string { return "membership.manager-detached" }
func (ManagerAttached) ID() string { return "membership.manager-attached" }
func (WireOpen) ID() string        { return "membership.wire-open" }
func (NoRealtime) ID() string      { return "membership.no-realtime" }

var membershipNotes = []entry{
	{NodeLost{}, Alarm, "{Node} is lost{Silent?: nothing heard for {}}.", "{Node} を見失いました{Silent?（{} 応答なし）}。"},
	{NodeLeft{}, Info, "{Node} left the cluster.", "{Node} がクラスタを離れました。"},
	{NodeJoined{}, Info, "{Node} joined the cluster.", "{Node} がクラスタに参加しました。"},
	{ViewAgreed{}, Info, "The members are now {Members} (view {View}).", "メンバーは {Members} です（ビュー {View}）。"},
	{QuorumChanged{}, Warning, "{Quorate?This partition has quorum; }{!Quorate?This partition has no quorum; }{Votes} of {Expected} votes are present.", "{Quorate?クォーラムを保持しています。}{!Quorate?クォーラムがありません。}{Expected} 票中 {Votes} 票がそろっています。"},
	{HeartbeatLate{}, Warning, "{Node} was silent for {Silent}.", "{Node} からの応答が {Silent} 途絶えていました。"},
	{LinkDown{}, Warning, "Link {Link} to {Peer} carries nothing any more; the others go on.", "{Peer} へのリンク {Link} が途絶えました。他のリンクで継続します。"},
	{LinkUp{}, Info, "Link {Link} to {Peer} works again.", "{Peer} へのリンク {Link} が回復しました。"},
	{ManagerDetached{}, Warning, "The manager on {Node} does not answer; the node itself does.", "{Node} のマネージャが応答しません（ノード自体は応答しています）。"},
	{ManagerAttached{}, Info, "The manager on {Node} is at work.", "{Node} のマネージャが稼働しています。"},
	{WireOpen{}, Warning, "Messages between the nodes are NOT protected: {File} asks for plain traffic.", "ノード間の通信は保護されていません（{File} の指定による）。"},
	{NoRealtime{}, Warning, "No real-time priority for messaging ({Reason}); time-outs are wider.", "メッセージング処理にリアルタイム優先度を設定できません（{Reason}）。タイムアウトを長めにします。"},
}

package note

// RemoteOpened tells that this node can be reached over TLS, RemoteClosed that it cannot any more.
type RemoteOpened struct{ Port string }

// RemoteClosed is the end of RemoteOpened.
type RemoteClosed struct{ Port string }

// RemoteImpossible tells why remote access that is wanted cannot be had.
type RemoteImpossible struct{ Port, Problem string }

// RemoteClear tells that the configuration wants access in the clear, which there is not.
type RemoteClear struct{ Port string }

// RemoteRefused tells that somebody was not let in.
type RemoteRefused struct{ From, Why string }

// ID implements Note.
func (RemoteOpened) ID() string     { return "remote.opened" }
func (RemoteClosed) ID() string     { return "remote.closed" }
func (RemoteImpossible) ID() string { return "remote.impossible" }
func (RemoteClear) ID() string      { return "remote.clear" }
func (RemoteRefused) ID() string    { return "remote.refused" }

var remoteNotes = []entry{
	{RemoteOpened{}, Info, "Remote access is open on TCP port {Port}.", "TCP ポート {Port} でリモートアクセスを受け付けます。"},
	{RemoteClosed{}, Info, "Remote access on TCP port {Port} is closed.", "TCP ポート {Port} のリモートアクセスを終了しました。"},
	{RemoteImpossible{}, Warning, "There is no remote access on TCP port {Port}: {Problem}.", "TCP ポート {Port} でリモートアクセスを受け付けられません：{Problem}。"},
	{RemoteClear{}, Warning,
		"remote-clear-port {Port} is not opened: nothing is offered in the clear. Use remote-tls-port and X.509 certificates in its place.",
		"remote-clear-port {Port} は開きません。暗号化しないアクセスはありません。remote-tls-port と X.509 証明書を使ってください。"},
	{RemoteRefused{}, Warning, "{From} was refused remote access: {Why}.", "{From} からのリモートアクセスを拒否しました：{Why}。"},
}

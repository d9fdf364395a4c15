package remote

import (
	"context"
	"errors"
	"log"
	"net"
	"net/netip"
	"strconv"
	"sync"
	"time"

	"pacer/cib"
	"pacer/ipc"
	"pacer/note"
)

// Options are what a Door needs.
type Options struct {
	Backend ipc.Backend
	// Files gives the node's keys when the door is to be opened.
	Files func() (Files, error)
	// Tokens is the file of the tokens.
	Tokens string
	// Tell takes notes; it is called from several goroutines.
	Tell func(note.Note)
}

// The limits of remote access. Those of the local socket are its own, so that nobody outside can keep the tools of the node out.
var outsideLimits = ipc.Limits{Calls: 64, Watchers: 32}

const (
	// handshakeTime, headerTime and bodyTime are how long a stranger may take for each.
	handshakeTime = 5 * time.Second
	headerTime    = 5 * time.Second
	bodyTime      = time.Minute
	idleTime      = 2 * time.Minute
	// answerTime limits taking the answer; it is more than any request may take (ipc.Limits.Call). Events have a limit of their own.
	answerTime = 11 * time.Minute
	// headerBytes limits the headers of a request.
	headerBytes = 16 << 10
	// tryAgain is when what went wrong with opening is tried again.
	tryAgain = 5 * time.Second
)

// Door opens and closes remote access as the CIB says. Make it with NewDoor.
type Door struct {
	options Options
	now     func() time.Time
	listen  func(port string) (net.Listener, error)
	changed chan struct{}
	lobby   lobby

	mu      sync.Mutex
	doc     *cib.Document
	tls     string // what the CIB says
	clear   string
	refused bucket // limits what is told of refusals
	problem string // what was told last about opening
}

// NewDoor makes a door, which opens when Run runs and the CIB (Look) wants it.
func NewDoor(o Options) *Door {
	return &Door{options: o, now: time.Now, changed: make(chan struct{}, 1), listen: func(port string) (net.Listener, error) {
		return net.Listen("tcp", net.JoinHostPort("", port))
	}}
}

// Look notes what a new CIB says about remote access. It costs next to nothing and waits for nobody.
func (d *Door) Look(doc *cib.Document) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if doc == nil || doc == d.doc {
		return
	}
	d.doc = doc
	port, open := wanted(doc.Root().Get("remote-tls-port")), wanted(doc.Root().Get("remote-clear-port"))
	if port == d.tls && open == d.clear {
		return
	}
	d.tls, d.clear = port, open
	select {
	case d.changed <- struct{}{}:
	default:
	}
}

// wanted is a port that the CIB names; 0 and "" name none.
func wanted(text string) string {
	if text == "0" {
		return ""
	}
	return text
}

// Run keeps the door as the CIB wants it until ctx ends.
func (d *Door) Run(ctx context.Context) {
	var open, clear string
	var shut func()
	closeDoor := func() {
		if shut != nil {
			shut()
			d.options.Tell(note.RemoteClosed{Port: open})
			open, shut = "", nil
		}
	}
	defer closeDoor()
	for {
		d.mu.Lock()
		port, wish := d.tls, d.clear
		d.mu.Unlock()
		if wish != clear {
			if clear = wish; clear != "" {
				d.options.Tell(note.RemoteClear{Port: clear})
			}
		}
		var again <-chan time.Time
		if port != open {
			closeDoor()
			if port == "" {
				d.impossible("", nil)
			} else if s, err := d.open(ctx, port); err != nil {
				d.impossible(port, err)
				timer := time.NewTimer(tryAgain)
				defer timer.Stop()
				again = timer.C
			} else {
				d.impossible("", nil)
				open, shut = port, s
				d.options.Tell(note.RemoteOpened{Port: port})
			}
		}
		select {
		case <-ctx.Done():
			return
		case <-d.changed:
		case <-again:
		}
	}
}

// impossible tells why there is no remote access, once for each reason; nil forgets the reason.
func (d *Door) impossible(port string, err error) {
	d.mu.Lock()
	text := ""
	if err != nil {
		text = port + " " + err.Error()
	}
	news := text != d.problem
	d.problem = text
	d.mu.Unlock()
	if news && err != nil {
		d.options.Tell(note.RemoteImpossible{Port: port, Problem: err.Error()})
	}
}

// open opens the port and returns how to close it again.
func (d *Door) open(ctx context.Context, port string) (shut func(), err error) {
	if n, err := strconv.Atoi(port); err != nil || n < 1 || n > 65535 {
		return nil, errors.New("remote-tls-port in the CIB is no port from 1 to 65535")
	}
	files, err := d.options.Files()
	if err != nil {
		return nil, err
	}
	if name := files.missing(); name != "" {
		return nil, errors.New(name + " is not set in the environment of the service (/etc/sysconfig/pacemaker or /etc/default/pacemaker): " +
			"X.509 certificates are the only way that is offered, neither anonymous TLS nor pre-shared keys are")
	}
	keys := &Keys{files: files, now: d.now}
	if _, err := keys.Config(); err != nil {
		return nil, err
	}
	l, err := d.listen(port)
	if err != nil {
		return nil, err
	}
	serving, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		d.serve(serving, l, port, keys)
	}()
	return func() { stop(); <-done }, nil
}

// refuse tells of somebody who was refused, but not of thousands.
func (d *Door) refuse(from netip.Addr, why string) {
	now := d.now()
	d.mu.Lock()
	left := d.refused.left(now)
	if left > 0 {
		if d.refused.full.Before(now) {
			d.refused.full = now
		}
		d.refused.full = d.refused.full.Add(throttleRefill)
	}
	d.mu.Unlock()
	if left > 0 {
		d.options.Tell(note.RemoteRefused{From: from.String(), Why: why})
	}
}

// silence takes what the HTTP server says of connections that broke.
var silence = log.New(discard{}, "", 0)

type discard struct{}

func (discard) Write(p []byte) (int, error) { return len(p), nil }

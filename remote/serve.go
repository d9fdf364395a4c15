package remote

import (
	"context"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"slices"
	"sync"
	"time"

	"pacer/ipc"
)

// lastWords is how long requests that are being answered may take when the door closes: one of them may be what closes it.
const lastWords = 500 * time.Millisecond

// serve answers on a listener, which the CIB calls port, until ctx ends.
func (d *Door) serve(ctx context.Context, l net.Listener, port string, keys *Keys) {
	life, end := context.WithCancel(context.WithoutCancel(ctx))
	defer end()
	g := &gate{tokens: OpenTokens(d.options.Tokens), certificate: keys.Check, now: d.now, named: ipc.Named, tell: d.refuse}
	h := &http.Server{
		Handler:           ipc.New(d.options.Backend, outsideLimits).Handler(g.who),
		ReadHeaderTimeout: headerTime,
		ReadTimeout:       bodyTime,
		WriteTimeout:      answerTime,
		IdleTimeout:       idleTime,
		MaxHeaderBytes:    headerBytes,
		ErrorLog:          silence,
		BaseContext:       func(net.Listener) context.Context { return life },
		ConnContext: func(c context.Context, conn net.Conn) context.Context {
			if t, ok := conn.(*tls.Conn); ok {
				if v, ok := t.NetConn().(*visitor); ok {
					return withVisitor(c, v)
				}
			}
			return c
		},
	}
	in := &entrance{Listener: l, door: d, port: port, keys: keys, shaken: make(chan net.Conn), shut: make(chan struct{})}
	go in.accept(ctx)
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		<-ctx.Done()
		grace, cancel := context.WithTimeout(life, lastWords)
		defer cancel()
		if h.Shutdown(grace) != nil {
			_ = h.Close()
		}
	}()
	_ = h.Serve(in) // It ends when the server is shut down, and not before.
	<-stopped
}

// entrance lets those in with whom TLS was agreed. Handshakes are made beside each other, so that a slow one holds up nobody.
type entrance struct {
	net.Listener
	door   *Door
	port   string
	keys   *Keys
	shaken chan net.Conn
	shut   chan struct{}
	once   sync.Once
}

// Accept implements net.Listener.
func (e *entrance) Accept() (net.Conn, error) {
	select {
	case c := <-e.shaken:
		return c, nil
	case <-e.shut:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener.
func (e *entrance) Close() error {
	e.once.Do(func() { close(e.shut) })
	return e.Listener.Close()
}

func (e *entrance) accept(ctx context.Context) {
	defer e.Close()
	for {
		c, err := e.Listener.Accept()
		if errors.Is(err, net.ErrClosed) {
			return
		}
		if err != nil {
			// Too many open files, most likely: it passes.
			pause := time.NewTimer(100 * time.Millisecond)
			select {
			case <-pause.C:
				continue
			case <-ctx.Done():
				return
			case <-e.shut:
				return
			}
		}
		v := e.door.lobby.enter(c)
		if v == nil {
			_ = c.Close()
			continue
		}
		go e.shake(ctx, v)
	}
}

// shake agrees on TLS with a stranger.
func (e *entrance) shake(ctx context.Context, v *visitor) {
	config, err := e.keys.Config()
	e.door.impossible(e.port, err) // Where there is an error, the keys of before still count.
	limited, cancel := context.WithTimeout(ctx, handshakeTime)
	defer cancel()
	var offer offered
	config = config.Clone()
	config.GetConfigForClient = func(h *tls.ClientHelloInfo) (*tls.Config, error) {
		offer = offered{h.CipherSuites, h.SupportedVersions}
		return nil, nil
	}
	c := tls.Server(v, config)
	if err := c.HandshakeContext(limited); err != nil {
		_ = c.Close()
		if !errors.Is(err, io.EOF) && ctx.Err() == nil { // Not who only looked whether the port is open, nor when it is being closed.
			e.door.refuse(v.from, offer.explain(err))
		}
		return
	}
	select {
	case e.shaken <- c:
	case <-e.shut:
		_ = c.Close()
	}
}

// offered is what a stranger said that he can.
type offered struct {
	suites   []uint16
	versions []uint16
}

// explain says in words that help why TLS was not agreed on.
func (o offered) explain(err error) string {
	var record tls.RecordHeaderError
	switch {
	case errors.As(err, &record):
		return "that is no TLS; there is no access in the clear (CIB_encrypted=false)"
	case errors.Is(err, context.DeadlineExceeded):
		return "the TLS handshake took too long"
	case slices.ContainsFunc(o.suites, uncertified):
		return "anonymous TLS or pre-shared keys were offered, as Pacemaker's own tools do; " +
			"here certificates are needed (X.509), and the tools of Pacer"
	case o.versions != nil && !slices.Contains(o.versions, tls.VersionTLS13):
		return "only TLS before 1.3 was offered"
	}
	return err.Error()
}

// uncertified tells whether a cipher suite is one in which nobody shows a certificate: by anonymous Diffie-Hellman, or by pre-shared
// keys (IANA, TLS Cipher Suites).
func uncertified(id uint16) bool {
	for _, r := range [][2]uint16{{0x0017, 0x001b}, {0x0034, 0x0034}, {0x003a, 0x003a}, {0x0046, 0x0046}, {0x006c, 0x006d}, {0x0089, 0x0095},
		{0x009b, 0x009b}, {0x00a6, 0x00b9}, {0x00bf, 0x00bf}, {0x00c5, 0x00c5}, {0xc015, 0xc019}, {0xc033, 0xc03b}} {
		if r[0] <= id && id <= r[1] {
			return true
		}
	}
	return false
}

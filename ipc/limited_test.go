package ipc

import (
	"net"
	"path/filepath"
	"testing"
)

// Strangers that hold all the places that they can get must not keep out those who may do everything.
func TestStrangersCannotFillTheHouse(t *testing.T) {
	l, err := Listen(filepath.Join(t.TempDir(), "api.sock"))
	if err != nil {
		t.Fatal(err)
	}
	full := false
	limited := newLimited(l, func(net.Conn) Caller { return Caller{Full: full} })
	defer limited.Close()
	dial := func() {
		c, err := net.Dial("unix", l.Addr().String())
		if err != nil {
			t.Error(err)
			return
		}
		t.Cleanup(func() { c.Close() })
	}
	var strangers []net.Conn
	for range maxStrangers {
		dial()
		c, err := limited.Accept()
		if err != nil {
			t.Fatal(err)
		}
		strangers = append(strangers, c)
	}
	dial() // One stranger too many: the next Accept hangs up on him and goes on.
	got := make(chan net.Conn)
	calls := 0
	limited.who = func(net.Conn) Caller { calls++; return Caller{Full: calls > 1} }
	go func() {
		c, err := limited.Accept()
		if err != nil {
			t.Error(err)
		}
		got <- c
	}()
	dial()
	if c := <-got; c == nil || !c.(*slot).caller.Full {
		t.Error("the trusted caller did not get in")
	}
	// A place that was given back, even twice, is one place.
	strangers[0].Close()
	strangers[0].Close()
	if len(limited.strangers) != maxStrangers-1 {
		t.Error(len(limited.strangers))
	}
}

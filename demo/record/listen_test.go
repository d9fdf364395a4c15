package record

import (
	"net"
	"testing"
)

func TestListenInodes(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	got, err := ListenInodes(port)
	if err != nil {
		t.Skip("this kernel tells nothing of its sockets:", err)
	}
	if len(got) != 1 || got[0] == 0 {
		t.Errorf("got %v while one socket listens", got)
	}
	l.Close()
	if got, _ = ListenInodes(port); len(got) != 0 {
		t.Errorf("got %v after it was closed", got)
	}
}

func BenchmarkListenInodes(b *testing.B) {
	for b.Loop() {
		_, _ = ListenInodes(80)
	}
}

package record

import (
	"net"
	"slices"
	"testing"
)

func TestListenInodes(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Skip(err)
	}
	port := l.Addr().(*net.TCPAddr).Port
	got, slow := ListenInodes(port), listenProc(port)
	if len(got) != 1 || !slices.Equal(got, slow) {
		t.Errorf("%v, the table says %v", got, slow)
	}
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	if got := ListenInodes(port); len(got) != 0 {
		t.Errorf("%v after the end", got)
	}
}

func BenchmarkListenInodes(b *testing.B) {
	for b.Loop() {
		ListenInodes(80)
	}
}

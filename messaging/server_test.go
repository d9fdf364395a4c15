package messaging

import (
	"net"
	"path/filepath"
	"testing"
)

// TestAServerThatIsClosedKeepsNobody gives a connection to a server that was closed a moment before: nobody would end it.
func TestAServerThatIsClosedKeepsNobody(t *testing.T) {
	s, err := listen(filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	before, other := net.Pipe()
	defer other.Close()
	if !s.admit(before) {
		t.Fatal("an open server refuses")
	}
	s.close()
	if _, err := before.Read(make([]byte, 1)); err == nil {
		t.Fatal("the connection lives on")
	}
	late, _ := net.Pipe()
	if s.admit(late) {
		t.Fatal("nobody would close the connection that came too late")
	}
}

package messaging

import (
	"bytes"
	"net"
	"path/filepath"
	"testing"
)

// What the other side reads late comes whole and in order, whether the socket took it at once or not.
func TestAnOutboxKeepsOrderWhenTheSocketIsFull(t *testing.T) {
	l, err := net.Listen("unix", filepath.Join(t.TempDir(), "socket"))
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	near, err := net.Dial("unix", l.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer near.Close()
	far, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer far.Close()
	o := newOutbox(near)
	const frames = 200
	for i := range frames {
		// More than a socket holds, in pieces of many sizes.
		if err := o.put(frameDeliver, []byte{byte(i)}, bytes.Repeat([]byte{byte(i)}, i*200)); err != nil {
			t.Fatal(err)
		}
		if i%3 == 0 {
			o.flush()
		}
	}
	o.close()
	for i := range frames {
		f, err := readFrame(far)
		if err != nil {
			t.Fatal(err)
		}
		if want := bytes.Repeat([]byte{byte(i)}, 1+i*200); f.kind != frameDeliver || !bytes.Equal(f.body, want) {
			t.Fatalf("frame %d is not what was put: %d bytes", i, len(f.body))
		}
	}
	<-o.done
}

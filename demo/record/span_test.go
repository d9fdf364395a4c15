package record

import (
	"testing"
	"time"
)

func TestOverlaps(t *testing.T) {
	b := &Book{}
	b.Add(Change{At: 1, Node: "a", Thing: "address", Has: true})
	b.Add(Change{At: 1, Node: "a", Thing: "service", Has: true})
	b.Died("a", 5)
	b.Add(Change{At: 6, Node: "b", Thing: "address", Has: true})
	if got := b.Overlaps(9); got != nil {
		t.Fatalf("nothing overlaps, got %v", got)
	}
	b.Add(Change{At: 8, Node: "c", Thing: "address", Has: true})
	want := Overlap{"address", "b", "c", 8, 9}
	if got := b.Overlaps(9); len(got) != 1 || got[0] != want {
		t.Fatalf("got %v, want %v", got, want)
	}
	if h := b.Holders("address"); len(h) != 2 || h[0] != "b" {
		t.Fatalf("holders %v", h)
	}
}

func TestARepeatedChangeDoesNotOpenASecondSpan(t *testing.T) {
	b := &Book{}
	for range 2 {
		b.Add(Change{At: time.Second, Node: "a", Thing: "service", Has: true})
	}
	b.Add(Change{At: 2 * time.Second, Node: "a", Thing: "service"})
	if h := b.Holders("service"); h != nil {
		t.Fatalf("holders %v", h)
	}
}

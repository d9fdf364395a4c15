package machine

import (
	"reflect"
	"testing"
	"time"
)

type doc struct{ text string }

func (d *doc) ImmutableFingerprint() uint64 { return uint64(len(d.text)) }

type link struct{ next *link }

type inner struct{ n int }

type core struct {
	Name  string
	peers map[uint32]*inner
	queue []any
	loop  *link
	shared,
	again *inner
	doc  *doc
	arr  [2]inner
	when time.Time
}

func sample() *core {
	c := &core{Name: "a", peers: map[uint32]*inner{1: {1}, 2: {2}}, queue: []any{inner{3}, &inner{4}, "x"}, doc: &doc{"d"}, when: time.Unix(1, 0)}
	c.loop = &link{}
	c.loop.next = c.loop
	c.shared = &inner{5}
	c.again = c.shared
	return c
}

func TestCloneSharesNothingButTheImmutable(t *testing.T) {
	a := sample()
	b := Clone(a)
	if !reflect.DeepEqual(a, b) {
		t.Fatal("the copy differs")
	}
	if Fingerprint(a) != Fingerprint(b) {
		t.Fatal("the copy has another fingerprint")
	}
	before := Fingerprint(b)
	a.peers[1].n = 9
	a.queue[1].(*inner).n = 9
	a.shared.n = 9
	a.arr[0].n = 9
	if Fingerprint(b) != before || b.peers[1].n != 1 || b.shared.n != 5 {
		t.Fatal("a change of the original reached the copy")
	}
	if b.doc != a.doc {
		t.Fatal("an immutable value was copied")
	}
	if b.again != b.shared || b.loop.next != b.loop {
		t.Fatal("the shape of the pointers was lost")
	}
}

func TestFingerprintSeesEveryChange(t *testing.T) {
	base := Fingerprint(sample())
	for name, change := range map[string]func(*core){
		"string":    func(c *core) { c.Name = "b" },
		"map value": func(c *core) { c.peers[2].n = 7 },
		"map key":   func(c *core) { c.peers[3] = c.peers[2]; delete(c.peers, 2) },
		"interface": func(c *core) { c.queue[0] = &inner{3} },
		"order":     func(c *core) { c.queue[0], c.queue[2] = c.queue[2], c.queue[0] },
		"nil":       func(c *core) { c.shared = nil },
		"time":      func(c *core) { c.when = c.when.Add(1) },
		"document":  func(c *core) { c.doc = &doc{"longer"} },
	} {
		c := sample()
		change(c)
		if Fingerprint(c) == base {
			t.Errorf("%s: not seen", name)
		}
	}
}

func TestTheSameInstantInAnotherPlaceIsTheSame(t *testing.T) {
	a, b := sample(), sample()
	b.when = b.when.In(time.FixedZone("elsewhere", 3600))
	if Fingerprint(a) != Fingerprint(b) {
		t.Error("the location of a time shows in the fingerprint")
	}
	if Clone(b).when != b.when {
		t.Error("the location of a time was copied")
	}
}

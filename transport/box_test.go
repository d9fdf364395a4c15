package transport

import (
	"bytes"
	"errors"
	"testing"
	"time"

	"pacer/clusterconf"
	"pacer/engine"
)

func testKeys(secret string, more ...string) clusterconf.Keys {
	k := clusterconf.Key{Label: "test", Secret: []byte(secret)}
	keys := clusterconf.Keys{Sign: k, Accept: []clusterconf.Key{k}}
	for _, m := range more {
		keys.Accept = append(keys.Accept, clusterconf.Key{Label: "more", Secret: []byte(m)})
	}
	return keys
}

func newBox(t testing.TB, id engine.NodeID, keys clusterconf.Keys) *Box {
	b, err := NewBox(id, keys)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// acquaint lets b challenge a.
func acquaint(t testing.TB, a, b *Box) {
	t.Helper()
	_, challenge, err := b.Open(a.Seal(0, []byte("first")))
	if !errors.Is(err, errUnproven) || challenge == nil {
		t.Fatalf("no challenge: %v", err)
	}
	_, response, err := a.Open(challenge)
	if !errors.Is(err, errChallenge) || response == nil {
		t.Fatalf("no response: %v", err)
	}
	if _, _, err = b.Open(response); !errors.Is(err, errChallenge) {
		t.Fatal(err)
	}
}

func TestPacketsGoThroughOnce(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 2, testKeys("secret"))
	acquaint(t, a, b)
	p := a.Seal(1, []byte("hello"))
	o, _, err := b.Open(p)
	if err != nil || o.From != 1 || o.Link != 1 || string(o.Data) != "hello" {
		t.Fatalf("%+v %v", o, err)
	}
	if _, _, err := b.Open(p); !errors.Is(err, errReplay) {
		t.Fatalf("taken twice: %v", err)
	}
	if _, _, err := a.Open(a.Seal(0, nil)); !errors.Is(err, errOwn) {
		t.Fatalf("own packet: %v", err)
	}
}

func TestEveryChangedByteIsSeen(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 2, testKeys("secret"))
	acquaint(t, a, b)
	p := a.Seal(0, []byte("hello"))
	for i := range p {
		q := bytes.Clone(p)
		q[i] ^= 1
		if o, _, err := b.Open(q); err == nil {
			t.Fatalf("byte %d changed: %+v", i, o)
		}
	}
	for n := range p {
		if _, _, err := b.Open(p[:n]); err == nil {
			t.Fatalf("cut at %d", n)
		}
	}
	if _, _, err := b.Open(p); err != nil {
		t.Fatalf("the true packet is refused: %v", err)
	}
}

func TestAnotherSecretIsRefused(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 2, testKeys("other"))
	if _, answer, err := b.Open(a.Seal(0, nil)); err == nil || answer != nil {
		t.Fatal("taken")
	}
}

func TestKeysCanBeRotated(t *testing.T) {
	a, b := newBox(t, 1, testKeys("new", "old")), newBox(t, 2, testKeys("old", "new"))
	acquaint(t, a, b)
	acquaint(t, b, a)
	if _, _, err := b.Open(a.Seal(0, nil)); err != nil {
		t.Fatal(err)
	}
}

func TestARecordedStartIsRefused(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 2, testKeys("secret"))
	acquaint(t, a, b)
	recorded := [][]byte{a.Seal(0, []byte("old"))}
	again := newBox(t, 2, testKeys("secret")) // node 2 starts anew and remembers nothing
	for _, p := range recorded {
		if o, _, err := again.Open(p); err == nil {
			t.Fatalf("taken: %+v", o)
		}
	}
}

func TestTheSaltIsNewAtEveryStart(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 1, testKeys("secret"))
	if a.salt == b.salt {
		t.Fatal("the same salt twice")
	}
	p, q := a.Seal(0, []byte("x")), a.Seal(0, []byte("x"))
	if bytes.Equal(p[10+saltSize:headerSize], q[10+saltSize:headerSize]) {
		t.Fatal("the same nonce twice")
	}
}

func TestOldSessionsMakeRoom(t *testing.T) {
	b := newBox(t, 2, testKeys("secret"))
	now := time.Unix(1, 0)
	b.now = func() time.Time { now = now.Add(time.Second); return now }
	keep := newBox(t, 1, testKeys("secret"))
	acquaint(t, keep, b)
	for range 3 * sessionsPerNode {
		if _, _, err := b.Open(newBox(t, 1, testKeys("secret")).Seal(0, nil)); !errors.Is(err, errUnproven) {
			t.Fatal(err)
		}
	}
	if n := len(b.sessions[1]); n != sessionsPerNode {
		t.Fatalf("%d sessions", n)
	}
	if _, _, err := b.Open(keep.Seal(0, nil)); err != nil {
		t.Fatalf("the proven session was forgotten: %v", err)
	}
}

func TestWindow(t *testing.T) {
	var w window
	take := func(n uint64, want bool) {
		t.Helper()
		if got := w.fresh(n); got != want {
			t.Fatalf("fresh(%d) = %v", n, got)
		}
		if want {
			w.take(n)
		}
	}
	take(0, false)
	take(1, true)
	take(1, false)
	take(5, true)
	take(3, true)
	take(3, false)
	take(5+windowBits, true)
	take(5, false)
	take(6, true)
	take(100*windowBits, true)
	take(99*windowBits, false)
	take(99*windowBits+1, true)
	for n := uint64(200 * windowBits); n < 203*windowBits; n++ {
		take(n, true)
		take(n, false)
	}
}

// FuzzOpen is what anybody on the network can send: nothing of it is taken.
func FuzzOpen(f *testing.F) {
	a := newBox(f, 1, testKeys("secret"))
	f.Add(a.Seal(0, []byte("hello")))
	f.Add([]byte("P\x01"))
	b := newBox(f, 2, testKeys("another"))
	f.Fuzz(func(t *testing.T, p []byte) {
		if o, answer, err := b.Open(p); err == nil || answer != nil {
			t.Fatalf("taken: %+v", o)
		}
	})
}

// FuzzSealed is what somebody with the secret could send.
func FuzzSealed(f *testing.F) {
	f.Add(byte(typeData), []byte("hello"))
	f.Add(byte(typeChallenge), bytes.Repeat([]byte{1}, challengeSize))
	f.Add(byte(typeResponse), bytes.Repeat([]byte{1}, challengeSize))
	a, b := newBox(f, 1, testKeys("secret")), newBox(f, 2, testKeys("secret"))
	f.Fuzz(func(t *testing.T, what byte, data []byte) {
		if o, _, err := b.Open(a.seal(0, what, data)); err == nil {
			t.Fatalf("taken without a proof: %+v", o)
		}
	})
}

func BenchmarkSealAndOpen(b *testing.B) {
	x, y := newBox(b, 1, testKeys("secret")), newBox(b, 2, testKeys("secret"))
	acquaint(b, x, y)
	data := make([]byte, 1200)
	b.SetBytes(int64(len(data)))
	for b.Loop() {
		if _, _, err := y.Open(x.Seal(0, data)); err != nil {
			b.Fatal(err)
		}
	}
}

func TestKeysCanBeChangedWhilePacketsFlow(t *testing.T) {
	a, b := newBox(t, 1, testKeys("old")), newBox(t, 2, testKeys("old"))
	acquaint(t, a, b)
	if err := b.SetKeys(testKeys("old", "new")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Open(a.Seal(0, nil)); err != nil {
		t.Fatalf("what was proven before: %v", err)
	}
	if err := a.SetKeys(testKeys("new", "old")); err != nil {
		t.Fatal(err)
	}
	acquaint(t, a, b)
	if _, _, err := b.Open(a.Seal(0, nil)); err != nil {
		t.Fatal(err)
	}
	if err := b.SetKeys(testKeys("third")); err != nil {
		t.Fatal(err)
	}
	if _, _, err := b.Open(a.Seal(0, nil)); err == nil {
		t.Fatal("a key that was taken away still opens")
	}
}

// A virtual machine that is set back sends counters that were seen; a new salt brings it back.
func TestAnewSaltBringsBackWhoWasSetBack(t *testing.T) {
	a, b := newBox(t, 1, testKeys("secret")), newBox(t, 2, testKeys("secret"))
	acquaint(t, a, b)
	image := a.counters
	for range 10 {
		if _, _, err := b.Open(a.Seal(0, nil)); err != nil {
			t.Fatal(err)
		}
	}
	a.counters = image
	if _, _, err := b.Open(a.Seal(0, nil)); !errors.Is(err, errReplay) {
		t.Fatal(err)
	}
	if err := a.renew(); err != nil {
		t.Fatal(err)
	}
	acquaint(t, a, b)
	if _, _, err := b.Open(a.Seal(0, nil)); err != nil {
		t.Fatal(err)
	}
}

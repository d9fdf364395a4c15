package transport

import (
	"crypto/cipher"
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"time"

	"golang.org/x/crypto/chacha20poly1305"

	"pacer/clusterconf"
	"pacer/engine"
)

// The form of a packet.
const (
	magic      = 'P'
	version    = 1
	saltSize   = 16
	nonceSize  = chacha20poly1305.NonceSizeX
	headerSize = 1 + 1 + 2 + 4 + 1 + 1 + saltSize + nonceSize
	// Overhead is what a packet needs in bytes besides its data.
	Overhead = headerSize + 1 + chacha20poly1305.Overhead
	// MaxPacket is the longest packet, in bytes, that is taken.
	MaxPacket = 9000
)

// What is sealed in a packet.
const (
	typeData = iota
	typeChallenge
	typeResponse
)

const challengeSize = 16

// Why a packet is refused. The texts are for counters and logs.
var (
	errForm      = errors.New("not a packet of this program")
	errVersion   = errors.New("a packet of another version")
	errKey       = errors.New("sealed with a key that this node does not have")
	errSeal      = errors.New("its seal is broken")
	errReplay    = errors.New("heard before")
	errUnproven  = errors.New("its sender has not answered the challenge yet")
	errOwn       = errors.New("sent by this node itself")
	errChallenge = errors.New("part of a challenge")
)

// sessionsPerNode limits the remembered starts of one node, sendersMost the nodes: packets that are not protected by a secret
// can be anybody's, in the name of nodes that there are not.
const (
	sessionsPerNode = 4
	sendersMost     = 1024
)

// challengeEvery limits challenges to one sender.
const challengeEvery = 20 * time.Millisecond

// Box seals and opens packets. It is used by one goroutine at a time.
type Box struct {
	self     engine.NodeID
	salt     [saltSize]byte
	key      clusterconf.Key
	sign     cipher.AEAD
	signID   uint16
	accept   []clusterconf.Key
	ids      []uint16
	counters [clusterconf.MaxLinks]uint64
	sessions map[engine.NodeID][]*session
	now      func() time.Time
}

// session is one start of a node under one key.
type session struct {
	salt       [saltSize]byte
	keyID      uint16
	aead       cipher.AEAD
	windows    [clusterconf.MaxLinks]window
	proven     bool
	challenge  [challengeSize]byte
	challenged time.Time
	used       time.Time
}

// NewBox makes a box with a fresh salt.
func NewBox(self engine.NodeID, keys clusterconf.Keys) (*Box, error) {
	b := &Box{self: self, sessions: map[engine.NodeID][]*session{}, now: time.Now}
	if err := b.SetKeys(keys); err != nil {
		return nil, err
	}
	return b, nil
}

// SetKeys takes other keys, and a fresh salt. What was heard under a key that is no longer accepted is forgotten.
func (b *Box) SetKeys(keys clusterconf.Keys) error {
	old := b.key
	b.key = keys.Sign
	if err := b.renew(); err != nil {
		b.key = old
		return err
	}
	b.accept, b.ids = keys.Accept, nil
	for _, k := range keys.Accept {
		b.ids = append(b.ids, keyID(k))
	}
	for id, list := range b.sessions {
		b.sessions[id] = slices.DeleteFunc(list, func(s *session) bool { return !slices.Contains(b.ids, s.keyID) })
	}
	return nil
}

// renew draws a salt and derives the key that goes with it.
func (b *Box) renew() error {
	var salt [saltSize]byte
	if _, err := rand.Read(salt[:]); err != nil {
		return fmt.Errorf("transport: no random numbers: %w", err)
	}
	aead, err := derive(b.key, b.self, salt)
	if err != nil {
		return err
	}
	b.salt, b.sign, b.signID = salt, aead, keyID(b.key)
	b.counters = [clusterconf.MaxLinks]uint64{}
	return nil
}

// keyID tells keys apart without telling anything about them.
func keyID(k clusterconf.Key) uint16 {
	id, err := hkdf.Key(sha256.New, k.Secret, nil, "pacer key id 1", 2)
	if err != nil {
		return 0
	}
	return binary.BigEndian.Uint16(id)
}

func derive(k clusterconf.Key, sender engine.NodeID, salt [saltSize]byte) (cipher.AEAD, error) {
	if len(k.Secret) == 0 {
		return nil, errors.New("transport: the key is empty")
	}
	key, err := hkdf.Key(sha256.New, k.Secret, salt[:], fmt.Sprintf("pacer packet 1 of %d", sender), chacha20poly1305.KeySize)
	if err != nil {
		return nil, fmt.Errorf("transport: derive key: %w", err)
	}
	return chacha20poly1305.NewX(key)
}

// Seal makes the packet that carries data over a link.
func (b *Box) Seal(link int, data []byte) []byte { return b.seal(link, typeData, data) }

func (b *Box) seal(link int, what byte, data []byte) []byte {
	p := make([]byte, headerSize, headerSize+1+len(data)+chacha20poly1305.Overhead)
	p[0], p[1] = magic, version
	binary.BigEndian.PutUint16(p[2:], b.signID)
	binary.BigEndian.PutUint32(p[4:], uint32(b.self))
	p[8] = byte(link)
	copy(p[10:], b.salt[:])
	nonce := p[10+saltSize:]
	b.counters[link]++
	binary.BigEndian.PutUint64(nonce, b.counters[link])
	binary.BigEndian.PutUint64(nonce[8:], uint64(b.now().UnixNano()))
	_, _ = rand.Read(nonce[16:24]) // crypto/rand does not fail: it ends the program first
	plain := make([]byte, 1, 1+len(data))
	plain[0] = what
	plain = append(plain, data...)
	return b.sign.Seal(p, p[headerSize-nonceSize:headerSize], plain, p[:headerSize])
}

// Opened is a packet whose sender is proven.
type Opened struct {
	From engine.NodeID
	Link int
	Data []byte
}

// Open proves and opens a packet. Answer, when not nil, must be sent back to where the packet came from; data may be
// missing then, which err says.
func (b *Box) Open(packet []byte) (o Opened, answer []byte, err error) {
	if len(packet) < Overhead || len(packet) > MaxPacket || packet[0] != magic {
		return o, nil, errForm
	}
	if packet[1] != version {
		return o, nil, errVersion
	}
	var salt [saltSize]byte
	copy(salt[:], packet[10:])
	id, link := binary.BigEndian.Uint16(packet[2:]), int(packet[8])
	o.From, o.Link = engine.NodeID(binary.BigEndian.Uint32(packet[4:])), link
	if o.From == 0 || link >= clusterconf.MaxLinks {
		return o, nil, errForm
	}
	if salt == b.salt {
		return o, nil, errOwn
	}
	nonce := packet[headerSize-nonceSize : headerSize]
	counter := binary.BigEndian.Uint64(nonce)
	s := b.session(o.From, salt, id)
	if s != nil && !s.windows[link].fresh(counter) {
		return o, nil, errReplay
	}
	s, plain, err := b.prove(s, o.From, salt, id, packet)
	if err != nil {
		return o, nil, err
	}
	s.windows[link].take(counter)
	s.used = b.now()
	switch plain[0] {
	case typeData:
		if !s.proven {
			return o, b.challenge(s, link), errUnproven
		}
		o.Data = plain[1:]
		return o, nil, nil
	case typeChallenge:
		if len(plain) != 1+challengeSize {
			return o, nil, errForm
		}
		return o, b.seal(link, typeResponse, plain[1:]), errChallenge
	case typeResponse:
		if len(plain) == 1+challengeSize && !s.challenged.IsZero() && [challengeSize]byte(plain[1:]) == s.challenge {
			s.proven = true
		}
		return o, nil, errChallenge
	}
	return o, nil, errForm
}

// session finds a remembered start.
func (b *Box) session(from engine.NodeID, salt [saltSize]byte, id uint16) *session {
	for _, s := range b.sessions[from] {
		if s.salt == salt && s.keyID == id {
			return s
		}
	}
	return nil
}

// prove checks the seal, with the session's key or, for a new salt, with every key of that id; only a good seal makes a
// session.
func (b *Box) prove(s *session, from engine.NodeID, salt [saltSize]byte, id uint16, packet []byte) (*session, []byte, error) {
	nonce, head, sealed := packet[headerSize-nonceSize:headerSize], packet[:headerSize], packet[headerSize:]
	if s != nil {
		plain, err := s.aead.Open(nil, nonce, sealed, head)
		if err != nil {
			return nil, nil, errSeal
		}
		return s, plain, nil
	}
	found := errKey
	for i, k := range b.accept {
		if b.ids[i] != id {
			continue
		}
		aead, err := derive(k, from, salt)
		if err != nil {
			continue
		}
		plain, err := aead.Open(nil, nonce, sealed, head)
		if err != nil {
			found = errSeal
			continue
		}
		s = &session{salt: salt, keyID: id, aead: aead}
		b.remember(from, s)
		return s, plain, nil
	}
	return nil, nil, found
}

// remember adds a session; the one unused for longest makes room, unproven ones first.
func (b *Box) remember(from engine.NodeID, s *session) {
	list, known := b.sessions[from]
	if !known && len(b.sessions) >= sendersMost {
		b.forgetUnproven()
		if len(b.sessions) >= sendersMost {
			return // it stays a stranger, whose packets are challenged and not taken
		}
	}
	if len(list) >= sessionsPerNode {
		worst := 0
		for i, x := range list {
			w := list[worst]
			if x.proven != w.proven && !x.proven || x.proven == w.proven && x.used.Before(w.used) {
				worst = i
			}
		}
		list = append(list[:worst:worst], list[worst+1:]...)
	}
	b.sessions[from] = append(list, s)
}

// forgetUnproven forgets the senders that have not answered a challenge. Those that are there are challenged again.
func (b *Box) forgetUnproven() {
	for id, list := range b.sessions {
		if !slices.ContainsFunc(list, func(s *session) bool { return s.proven }) {
			delete(b.sessions, id)
		}
	}
}

// challenge makes the question that only the living sender can answer; nil when one was asked just now.
func (b *Box) challenge(s *session, link int) []byte {
	now := b.now()
	if !s.challenged.IsZero() && now.Sub(s.challenged) < challengeEvery {
		return nil
	}
	if s.challenged.IsZero() {
		_, _ = rand.Read(s.challenge[:])
	}
	s.challenged = now
	return b.seal(link, typeChallenge, s.challenge[:])
}

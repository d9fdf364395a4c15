package remote

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
)

// Token is what a node remembers of a token: never its secret.
type Token struct {
	// ID is the public part, by which it is listed and revoked.
	ID string `json:"id"`
	// Hash is the SHA-256 of the secret, in hexadecimal digits. The secret is 256 bits of chance, so that nothing slower is needed.
	Hash string `json:"sha256"`
	// User is with whose rights its owner asks; Roles, when there are any, are the only roles that count.
	User  string   `json:"user"`
	Roles []string `json:"roles,omitempty"`
	// Created and Expires are times; the zero Expires is never.
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires,omitzero"`
	// Purpose is what its maker wrote about it.
	Purpose string `json:"purpose,omitempty"`
}

const (
	tokenWord   = "pacer" // in front of every token, so that it can be found where it should not be
	idBytes     = 6
	secretBytes = 32
	// maxTokens limits a file of tokens, maxTokenText what is taken for a token at all.
	maxTokens    = 10000
	maxTokenText = 200
)

// NewToken makes a token and its text, which is shown once.
func NewToken(user string, roles []string, now, expires time.Time, purpose string) (Token, string) {
	id, secret := random(idBytes), random(secretBytes)
	return Token{ID: id, Hash: hashOf(secret), User: user, Roles: roles, Created: now.UTC().Truncate(time.Second),
		Expires: expires.UTC().Truncate(time.Second), Purpose: purpose}, tokenWord + "_" + id + "_" + secret
}

func random(n int) string {
	b := make([]byte, n)
	_, _ = rand.Read(b) // It never fails on Linux.
	return hex.EncodeToString(b)
}

func hashOf(secret string) string {
	sum := sha256.Sum256([]byte(secret))
	return hex.EncodeToString(sum[:])
}

// splitToken takes the text of a token apart; ok is false for what has not the form of one.
func splitToken(text string) (id, secret string, ok bool) {
	if len(text) > maxTokenText {
		return "", "", false
	}
	parts := strings.Split(text, "_")
	if len(parts) != 3 || parts[0] != tokenWord || len(parts[1]) != 2*idBytes || len(parts[2]) != 2*secretBytes {
		return "", "", false
	}
	return parts[1], parts[2], true
}

// Expired tells whether a token is too old.
func (t Token) Expired(now time.Time) bool { return !t.Expires.IsZero() && !now.Before(t.Expires) }

// The reasons for which a token is refused. They are for the node's log; the caller is not told which it was.
var (
	errNoToken      = errors.New("that is no token")
	errUnknownToken = errors.New("the token is not known here, or was revoked")
	errWrongToken   = errors.New("the token's secret is wrong")
	errExpiredToken = errors.New("the token has expired")
)

// check finds the token that a text stands for. It takes as long for an unknown one as for a wrong one.
func check(all []Token, id, secret string, now time.Time) (Token, error) {
	sum := hashOf(secret)
	i := slices.IndexFunc(all, func(t Token) bool { return t.ID == id })
	against := strings.Repeat("0", len(sum))
	if i >= 0 {
		against = all[i].Hash
	}
	same := subtle.ConstantTimeCompare([]byte(sum), []byte(against)) == 1
	switch {
	case i < 0:
		return Token{}, errUnknownToken
	case !same:
		return Token{}, errWrongToken
	case all[i].Expired(now):
		return Token{}, errExpiredToken
	}
	return all[i], nil
}

// tokenFile is the form of the file.
type tokenFile struct {
	Format int     `json:"format"`
	Tokens []Token `json:"tokens"`
}

const tokenFormat = 1

// parseTokens reads a file of tokens. One that says something that is not understood is refused as a whole: a limit that is overlooked
// would give more than was meant.
func parseTokens(data []byte) ([]Token, error) {
	var f tokenFile
	dec := json.NewDecoder(strings.NewReader(string(data)))
	dec.DisallowUnknownFields()
	if err := dec.Decode(&f); err != nil {
		return nil, err
	}
	if f.Format != tokenFormat {
		return nil, fmt.Errorf("it has format %d, and not %d", f.Format, tokenFormat)
	}
	if len(f.Tokens) > maxTokens {
		return nil, fmt.Errorf("it has more than %d tokens", maxTokens)
	}
	seen := map[string]bool{}
	for _, t := range f.Tokens {
		sum, err := hex.DecodeString(t.Hash)
		if err != nil || len(sum) != sha256.Size || len(t.ID) != 2*idBytes || t.User == "" || seen[t.ID] {
			return nil, fmt.Errorf("the token %q is incomplete or there twice", t.ID)
		}
		seen[t.ID] = true
	}
	return f.Tokens, nil
}

func formatTokens(all []Token) []byte {
	out, _ := json.MarshalIndent(tokenFile{tokenFormat, all}, "", "  ") // Plain strings and times always can.
	return append(out, '\n')
}

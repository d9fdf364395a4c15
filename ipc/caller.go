package ipc

import (
	"os"
	"os/user"
	"slices"
	"strconv"
	"sync"
	"syscall"
	"time"

	"pacer/message"
)

// The names that give full access, as they always did.
const (
	clusterUser  = "hacluster"
	clusterGroup = "haclient"
)

// caller is who is at the other end of a connection.
type caller struct {
	message.Principal
	full bool
}

func (c caller) name() string {
	if c.User == "" {
		return "an unknown user"
	}
	return c.User
}

// identifier turns credentials into callers and remembers them for a while: looking up users may be slow.
type identifier struct {
	mu    sync.Mutex
	known map[[2]uint32]remembered
	now   func() time.Time
}

type remembered struct {
	caller caller
	until  time.Time
}

const (
	remember    = 30 * time.Second
	maxRemember = 1000
)

func newIdentifier() *identifier {
	return &identifier{known: map[[2]uint32]remembered{}, now: time.Now}
}

func (i *identifier) identify(cred syscall.Ucred) caller {
	if cred.Uid == 0 {
		return caller{message.Principal{User: "root", UID: 0, Door: "socket"}, true}
	}
	key := [2]uint32{cred.Uid, cred.Gid}
	i.mu.Lock()
	defer i.mu.Unlock()
	now := i.now()
	if r, ok := i.known[key]; ok && now.Before(r.until) {
		return r.caller
	}
	if len(i.known) >= maxRemember {
		clear(i.known)
	}
	c := lookUp(cred)
	i.known[key] = remembered{c, now.Add(remember)}
	return c
}

func lookUp(cred syscall.Ucred) caller {
	uid := strconv.Itoa(int(cred.Uid))
	c := caller{Principal: message.Principal{User: "#" + uid, UID: int(cred.Uid), Door: "socket"}}
	// The user under whom the node itself runs can do everything to it anyway.
	c.full = int(cred.Uid) == os.Geteuid()
	u, err := user.LookupId(uid)
	if err == nil {
		c.User = u.Username
		c.full = c.full || u.Username == clusterUser
	}
	if g, groupErr := user.LookupGroup(clusterGroup); groupErr == nil && !c.full {
		groups := []string{strconv.Itoa(int(cred.Gid))}
		if err == nil {
			if more, err := u.GroupIds(); err == nil {
				groups = append(groups, more...)
			}
		}
		c.full = slices.Contains(groups, g.Gid)
	}
	return c
}

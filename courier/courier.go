package courier

import (
	"encoding/json"
	"fmt"
	"os"
	"sync"
	"time"

	"pacer/api"
	"pacer/errand"
	"pacer/exitcode"
	"pacer/place"
	"pacer/secret"
)

// Options are what a courier needs to know.
type Options struct {
	Places place.Places
	// Collector is the program with its first arguments that reads an api.Collect as JSON from its stdin and writes a compressed
	// archive to its stdout.
	Collector []string
	// Reload has the configuration of the messaging read anew and tells which changed settings wait for a restart. It is nil where there is no
	// messaging.
	Reload func() (restart []string, err error)
	// Stop begins to stop the service of this node, because somebody asked for it. It is nil where there is none.
	Stop func(by string) error
	// Deliver takes what came of an errand. It is called from several goroutines.
	Deliver func(errand.Done)
}

// Courier carries out errands. Make it with New.
type Courier struct {
	opt     Options
	secrets secret.Store

	mu          sync.Mutex
	collections map[string]*collection
	closed      bool
}

// New makes a courier and drops what an earlier one has collected.
func New(opt Options) *Courier {
	_ = os.RemoveAll(opt.Places.Collections())
	return &Courier{opt: opt, secrets: secret.Store{Dir: opt.Places.Secrets()}, collections: map[string]*collection{}}
}

// Close drops what is collected. Errands under way end by themselves.
func (c *Courier) Close() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.closed = true
	for id := range c.collections {
		c.drop(id)
	}
}

// CarryOut does what is asked for. It does not block.
func (c *Courier) CarryOut(w errand.Work) {
	go func() {
		answer, err := c.do(w)
		done := errand.Done{Run: w.Run}
		if err == nil && answer != nil {
			done.Body, err = json.Marshal(answer)
		}
		if err != nil {
			done.Code, done.Problem = exitcode.Of(err), err.Error()
		}
		c.opt.Deliver(done)
	}()
}

func (c *Courier) do(w errand.Work) (*api.Answer, error) {
	switch w.Task {
	case api.SecretChange{}.Path():
		var r api.SecretChange
		if err := understand(w, &r); err != nil {
			return nil, err
		}
		return nil, c.changeSecrets(r)
	case api.Reload{}.Path():
		if c.opt.Reload == nil {
			return nil, api.Errorf(exitcode.Unimplemented, "this node has no messaging of its own")
		}
		restart, err := c.opt.Reload()
		return &api.Answer{Restart: restart}, err
	case api.KillNode{}.Path():
		if c.opt.Stop == nil {
			return nil, api.Errorf(exitcode.Unimplemented, "this node has no service of its own")
		}
		return nil, c.opt.Stop(w.Principal.User)
	case api.Collect{}.Path():
		var r api.Collect
		if err := understand(w, &r); err != nil {
			return nil, err
		}
		made, err := c.collect(r)
		return &api.Answer{Collection: made}, err
	case api.CollectPart{}.Path():
		var r api.CollectPart
		if err := understand(w, &r); err != nil {
			return nil, err
		}
		part, err := c.part(r)
		return &api.Answer{Part: part}, err
	}
	return nil, api.Errorf(exitcode.Unimplemented, "%s is not known to this version", w.Task)
}

func understand(w errand.Work, r any) error {
	if err := json.Unmarshal(w.Body, r); err != nil {
		return api.Errorf(exitcode.Protocol, "%s is not understood: %s", w.Task, err)
	}
	return nil
}

// changeSecrets does all that it can and tells the first thing that it cannot.
func (c *Courier) changeSecrets(r api.SecretChange) error {
	var first error
	note := func(s api.Secret, err error) {
		if err != nil && first == nil {
			first = fmt.Errorf("resource %s parameter %s: %w", s.Resource, s.Parameter, err)
		}
	}
	for _, s := range r.Set {
		note(s, c.secrets.Set(secret.Value{Name: secret.Name{Resource: s.Resource, Parameter: s.Parameter}, Value: s.Value}))
	}
	for _, s := range r.Delete {
		note(s, c.secrets.Delete(secret.Name{Resource: s.Resource, Parameter: s.Parameter}))
	}
	return first
}

// keep is how long a collection waits for being fetched.
const keep = 10 * time.Minute

// maxCollections limits those that wait, and those that are made.
const maxCollections = 4

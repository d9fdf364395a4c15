package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net"
	"net/http"
	"os"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/place"
	"pacer/xmltree"
)

// floodTime is how long requests are sent, after floodWarm.
const (
	floodWarm = 500 * time.Millisecond
	floodTime = 3 * time.Second
)

// flood keeps outstanding requests on their way over one connection and returns how many are answered in a second. Every answer is
// looked at: a write of the configuration that is not on disks at a quorum is an error.
func flood(ctx context.Context, what string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	var dials atomic.Int32
	var protocols http.Protocols
	protocols.SetUnencryptedHTTP2(true)
	transport := &http.Transport{Protocols: &protocols, DisableCompression: true,
		DialContext: func(ctx context.Context, _, _ string) (net.Conn, error) {
			dials.Add(1)
			var d net.Dialer
			return d.DialContext(ctx, "unix", place.Places{Root: os.Getenv(place.RootVariable)}.APISocket())
		}}
	defer transport.CloseIdleConnections()
	c := &http.Client{Transport: transport}
	// The first answer comes with what the server lets one connection do at a time.
	if err := one(ctx, c, what, 0); err != nil {
		return 0, err
	}
	var next, done atomic.Int64
	var failed atomic.Pointer[error]
	var from, until time.Time
	begun := time.Now()
	from, until = begun.Add(floodWarm), begun.Add(floodWarm+floodTime)
	var all sync.WaitGroup
	for range outstanding {
		all.Go(func() {
			for {
				begun := time.Now()
				if begun.After(until) || failed.Load() != nil {
					return
				}
				if err := one(ctx, c, what, int(next.Add(1))); err != nil {
					failed.CompareAndSwap(nil, &err)
					return
				}
				if now := time.Now(); now.After(from) && now.Before(until) {
					done.Add(1)
				}
			}
		})
	}
	all.Wait()
	if err := failed.Load(); err != nil {
		return 0, *err
	}
	if n := dials.Load(); n != 1 {
		return 0, fmt.Errorf("%d connections were made, not one", n)
	}
	return float64(done.Load()) / floodTime.Seconds(), nil
}

// one makes one change and checks its answer.
func one(ctx context.Context, c *http.Client, what string, n int) error {
	var r api.Request = api.AttributeUpdate{Action: api.AttributeSet, Name: "bench-" + strconv.Itoa(n%outstanding), Value: strconv.Itoa(n), Wait: api.WaitLocal}
	if what == "configuration" {
		i := strconv.Itoa(n % outstanding)
		set := xmltree.New("cluster_property_set", "id", "cib-bootstrap-options")
		set.AddNew("nvpair", "id", "bench-"+i, "name", "bench-"+i, "value", strconv.Itoa(n))
		r = api.CIBApply{Client: "bench", Ops: []cib.Op{{Kind: cib.OpModify, Section: "crm_config", Data: set, AllowCreate: true}}}
	}
	body, err := json.Marshal(r)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://node/v1/"+r.Path(), strings.NewReader(string(body)))
	if err != nil {
		return err
	}
	res, err := c.Do(req)
	if err != nil {
		return err
	}
	defer res.Body.Close()
	if res.StatusCode != http.StatusOK {
		return fmt.Errorf("%s: %s", r.Path(), res.Status)
	}
	var answer api.Response
	if err := json.NewDecoder(res.Body).Decode(&answer); err != nil {
		return err
	}
	if what == "configuration" && (answer.CIB == nil || answer.CIB.Class != api.WriteQuorum) {
		return fmt.Errorf("the write is not of class quorum: %+v", answer.CIB)
	}
	return nil
}

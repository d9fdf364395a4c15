package main

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"time"

	"pacer/api"
	"pacer/cib"
	"pacer/client"
	"pacer/place"
	"pacer/xmltree"
)

// floodTime is how long requests are sent, after floodWarm.
const (
	floodWarm = 500 * time.Millisecond
	floodTime = 3 * time.Second
)

// flood keeps so many requests on their way over one connection and returns how many are answered in a second. Every answer is
// looked at: a write of the configuration that is not on disks at a quorum is an error.
func flood(ctx context.Context, what string, outstanding int) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	s, err := client.OpenStream(ctx, client.Source{Getenv: os.Getenv, Places: place.Places{Root: os.Getenv(place.RootVariable)}, Now: time.Now, Program: "bench"})
	if err != nil {
		return 0, err
	}
	defer s.Close()
	sent := int(time.Now().UnixMicro()) // no value is written twice: that would change nothing
	send := func() error {
		sent++
		_, err := s.Send(request(what, sent))
		return err
	}
	for range outstanding {
		if err := send(); err != nil {
			return 0, err
		}
	}
	begun, done := time.Now(), 0
	from, until := begun.Add(floodWarm), begun.Add(floodWarm+floodTime)
	for waiting := outstanding; waiting > 0; {
		if !s.Ready() {
			if err := s.Flush(); err != nil {
				return 0, err
			}
		}
		a, err := s.Receive()
		if err != nil {
			return 0, err
		}
		waiting--
		if err := judge(what, a); err != nil {
			return 0, err
		}
		now := time.Now()
		if now.After(from) && now.Before(until) {
			done++
		}
		if now.Before(until) {
			if err := send(); err != nil {
				return 0, err
			}
			waiting++
		}
	}
	return float64(done) / floodTime.Seconds(), nil
}

// things is how many different things are changed.
const things = 256

// request is a change of one of the things.
func request(what string, n int) api.Request {
	name := "bench-" + strconv.Itoa(n%things)
	if what == "attribute" {
		return api.AttributeUpdate{Action: api.AttributeSet, Name: name, Value: strconv.Itoa(n), Wait: api.WaitLocal}
	}
	set := xmltree.New("cluster_property_set", "id", "cib-bootstrap-options")
	set.AddNew("nvpair", "id", name, "name", name, "value", strconv.Itoa(n))
	return api.CIBApply{Client: "bench", Ops: []cib.Op{{Kind: cib.OpModify, Section: "crm_config", Data: set, AllowCreate: true}}}
}

// judge checks an answer.
func judge(what string, a api.Answered) error {
	switch {
	case a.Error != nil:
		return a.Error
	case what == "configuration" && (a.Response == nil || a.Response.CIB == nil || a.Response.CIB.Class != api.WriteQuorum):
		return fmt.Errorf("the write is not of class quorum: %+v", a)
	}
	return nil
}

package service

import (
	"io"
	"testing"
	"testing/synctest"
	"time"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/node"
	"pacer/note"
	"pacer/place"
)

// TestABusyLoopLosesNoAnswerOfTheDisk keeps the loop busy for a minute with its inlet full: the answer comes only once, and an
// administrator waits for it.
func TestABusyLoopLosesNoAnswerOfTheDisk(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newInlet()
		s := openTestStore(t, in)
		for range eventBacklog {
			in.deliver(node.StopWanted{})
		}
		s.persist(node.Persist{Seq: 1, Record: cibstore.Record{Document: cib.Empty()}, Sync: true})
		time.Sleep(time.Minute)
		for range eventBacklog {
			<-in.events
		}
		synctest.Wait()
		select {
		case e := <-in.events:
			if e != (node.FromDisk{Seq: 1}) {
				t.Fatalf("%#v", e)
			}
		default:
			t.Fatal("the answer was lost")
		}
		in.shut()
		s.Close()
	})
}

func TestNobodyWaitsForALoopThatHasEnded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		in := newInlet()
		s := openTestStore(t, in)
		for range eventBacklog {
			in.deliver(node.StopWanted{})
		}
		s.persist(node.Persist{Seq: 1, Record: cibstore.Record{Document: cib.Empty()}, Sync: true})
		synctest.Wait() // It waits for the loop now.
		in.shut()
		s.Close()
	})
}

func openTestStore(t *testing.T, in *inlet) *store {
	t.Helper()
	o := ManagerOptions{Places: place.Places{Root: t.TempDir()}, Log: NewLog(io.Discard, "n1", note.English)}
	s, _, err := openStore(o, in.deliver)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

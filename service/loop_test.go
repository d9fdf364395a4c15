package service

import (
	"testing"
	"testing/synctest"
	"time"
)

func TestTimersMoveAndAreTakenBack(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := newTimers()
		defer timers.stop()
		timers.set("moved", time.Second)
		timers.set("moved", 3*time.Second)
		timers.set("gone", time.Second)
		timers.cancel("gone")
		timers.set("late", 2*time.Second)
		began := time.Now()
		for _, want := range []struct {
			key string
			at  time.Duration
		}{{"late", 2 * time.Second}, {"moved", 3 * time.Second}} {
			f := <-timers.fired
			if f.key != want.key || time.Since(began) != want.at || !timers.current(f) {
				t.Errorf("%s fired after %v, want %s after %v", f.key, time.Since(began), want.key, want.at)
			}
			if timers.current(f) {
				t.Errorf("%s counts twice", f.key)
			}
		}
	})
}

// A timer that fired, and was moved before anybody looked, is the moved one's business.
func TestAStaleFiringDoesNotCount(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		timers := newTimers()
		defer timers.stop()
		timers.set("x", time.Second)
		time.Sleep(2 * time.Second)
		timers.set("x", time.Second)
		if f := <-timers.fired; timers.current(f) {
			t.Error("the old firing counts")
		}
		if f := <-timers.fired; !timers.current(f) {
			t.Error("the new firing does not count")
		}
	})
}

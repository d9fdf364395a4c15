package service

import (
	"context"
	"fmt"
	"slices"
	"syscall"
	"time"

	"pacer/clusterconf"
	"pacer/messaging"
	"pacer/place"
)

// reloadPatience is how long the messaging process has for saying with which configuration it runs.
const reloadPatience = 5 * time.Second

// reload has the messaging process read its keys again, by the supervisor, whose number is given: it is the one that holds the
// processes. A configuration that cannot be read changes nothing. What else has changed waits for a restart and is told.
func reload(places place.Places, supervisor int) (restart []string, err error) {
	conf, err := messaging.LoadConfig(places)
	if err != nil {
		return nil, err
	}
	ctx, cancel := context.WithTimeout(context.Background(), reloadPatience)
	defer cancel()
	running, err := messaging.ReadStatus(ctx, places)
	if err != nil {
		return nil, err
	}
	if err := syscall.Kill(supervisor, syscall.SIGHUP); err != nil {
		return nil, fmt.Errorf("reload: %w", err)
	}
	return changed(running.Settings, conf.Settings), nil
}

// changed are the names of settings that differ, in their order.
func changed(old, now []clusterconf.Setting) []string {
	var out []string
	for _, pair := range [][2][]clusterconf.Setting{{old, now}, {now, old}} {
		for _, s := range pair[0] {
			if !slices.Contains(pair[1], s) {
				out = append(out, s.Name)
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Package noderun is `pacer run`, a node in the foreground, and `pacer role`, the processes of which it consists.
package noderun

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"runtime"

	"golang.org/x/sys/unix"

	"pacer/applet"
	"pacer/exitcode"
	"pacer/messaging"
	"pacer/note"
	"pacer/service"
	"pacer/supervisor"
)

// Applet is `pacer run`: a node, in the foreground.
var Applet = applet.Applet{
	Names: []string{"run"}, Internal: true, Graceful: true, Run: runNode,
	Summary: "run this machine as a node of the cluster", SummaryJapanese: "このマシンをクラスタのノードとして動かします",
}

// Role is a process of the service; `pacer run` starts it.
var Role = applet.Applet{Names: []string{"role"}, Internal: true, Graceful: true, Run: playRole}

func runNode(e applet.Env) exitcode.Code {
	if len(e.Args) > 0 {
		fmt.Fprintln(e.Stderr, "usage: pacer run")
		return exitcode.Usage
	}
	// What is wrong with the configuration is said before anything is started, to whoever typed the command.
	conf, err := messaging.LoadConfig(e.Places)
	if err != nil {
		fmt.Fprintln(e.Stderr, "pacer run:", err)
		return exitcode.Config
	}
	for _, w := range conf.Warnings {
		fmt.Fprintln(e.Stderr, "pacer run: warning:", w)
	}
	log := service.NewLog(e.Stderr, conf.Self.Name, note.LanguageOf(e.Getenv))
	code, err := service.Run(e.Context, service.Options{
		Places: e.Places, Program: "/proc/self/exe", Output: os.Stderr, Log: log, Limits: supervisor.DefaultLimits,
	})
	if err != nil {
		fmt.Fprintln(e.Stderr, "pacer run:", err)
	}
	return exitcode.Code(code)
}

func playRole(e applet.Env) exitcode.Code {
	if len(e.Args) != 1 {
		fmt.Fprintln(e.Stderr, "usage: pacer role messaging|manager|cleaner (for the service only)")
		return exitcode.Usage
	}
	conf, err := messaging.LoadConfig(e.Places)
	if err != nil {
		fmt.Fprintln(e.Stderr, "pacer:", err)
		return exitcode.Code(supervisor.ExitFatal)
	}
	log := service.NewLog(e.Stderr, conf.Self.Name, note.LanguageOf(e.Getenv))
	switch role := supervisor.Role(e.Args[0]); role {
	case supervisor.Messaging:
		// One loop does the work, and each packet is handed to it by a goroutine that waits at the socket. With a second processor the
		// runtime wakes another thread for every one of them, which is a third of all that an idle node costs.
		runtime.GOMAXPROCS(1)
		err := messaging.Run(e.Context, messaging.Options{Places: e.Places, Config: conf, Reload: reloads(e.Context),
			Tell: func(n note.Note) { log.Tell(e.Now(), n) }})
		if err != nil {
			log.Problem(e.Now(), "messaging", err)
			return exitcode.Error
		}
		return exitcode.OK
	case supervisor.Manager, supervisor.Cleaner:
		code, err := service.RunManager(e.Context, service.ManagerOptions{
			Places: e.Places, Config: conf, Log: log, Cleaner: role == supervisor.Cleaner, Life: e.Getenv(service.LifeVariable),
		})
		if err != nil {
			log.Problem(e.Now(), string(role), err)
		}
		return exitcode.Code(code)
	}
	fmt.Fprintf(e.Stderr, "pacer role: there is no role %q\n", e.Args[0])
	return exitcode.Usage
}

// reloads gives a sign for each SIGHUP, until the context ends.
func reloads(ctx context.Context) <-chan struct{} {
	signals, out := make(chan os.Signal, 1), make(chan struct{})
	signal.Notify(signals, unix.SIGHUP)
	go func() {
		defer signal.Stop(signals)
		for {
			select {
			case <-signals:
			case <-ctx.Done():
				return
			}
			select {
			case out <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
	}()
	return out
}

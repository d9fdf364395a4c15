package builtin

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"strconv"
	"syscall"
	"time"
)

// WebService is `pacer web-service --listen ADDRESS:PORT --node NAME`: it answers every request with the node's name, until a
// signal ends it. It returns the exit status.
func WebService(args []string, stderr io.Writer) int {
	flags := flag.NewFlagSet(WebServiceName, flag.ContinueOnError)
	flags.SetOutput(stderr)
	listen := flags.String("listen", ":80", "address and port")
	node := flags.String("node", "", "the node's name")
	if err := flags.Parse(args); err != nil || flags.NArg() > 0 {
		return 64
	}
	l, err := net.Listen("tcp", *listen)
	for try := 0; errors.Is(err, syscall.EADDRINUSE) && try < 20; try++ {
		time.Sleep(10 * time.Millisecond) // its predecessor may still be dying
		l, err = net.Listen("tcp", *listen)
	}
	if err != nil {
		fmt.Fprintf(stderr, "pacer %s: %v\n", WebServiceName, err)
		return 1
	}
	pid := strconv.Itoa(os.Getpid())
	server := &http.Server{
		ReadHeaderTimeout: 5 * time.Second, ReadTimeout: 10 * time.Second, MaxHeaderBytes: 16 << 10,
		Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set(pidHeader, pid)
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			fmt.Fprintln(w, *node)
		}),
	}
	fmt.Fprintf(stderr, "pacer %s: %v\n", WebServiceName, server.Serve(l))
	return 1
}

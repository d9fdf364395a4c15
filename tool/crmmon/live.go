package crmmon

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"strings"
	"syscall"
	"time"
	"unicode/utf8"

	"golang.org/x/term"

	"pacer/client"
	"pacer/exitcode"
	"pacer/status"
	"pacer/tool/command"
)

// settle is how long events are gathered before the screen is drawn again.
const settle = 40 * time.Millisecond

// screen is the terminal while crm_mon has it.
type screen struct {
	out   *os.File
	in    *os.File
	saved *term.State
	top   int // the first line shown
}

// The control sequences: another screen buffer and no cursor while we draw, both undone at the end.
const (
	enter = "\x1b[?1049h\x1b[?25l\x1b[2J"
	leave = "\x1b[0m\x1b[?25h\x1b[?1049l"
)

func (s *screen) open() error {
	if s.in != nil {
		saved, err := term.MakeRaw(int(s.in.Fd()))
		if err != nil {
			return err
		}
		s.saved = saved
	}
	_, err := s.out.WriteString(enter)
	return err
}

// close gives the terminal back as it was.
func (s *screen) close() {
	_, _ = s.out.WriteString(leave)
	if s.saved != nil {
		_ = term.Restore(int(s.in.Fd()), s.saved)
		s.saved = nil
	}
}

// draw shows a text with a line below it. One write, so that nothing flickers.
func (s *screen) draw(text, below string) {
	width, height, err := term.GetSize(int(s.out.Fd()))
	if err != nil || width < 1 || height < 2 {
		width, height = 80, 24
	}
	lines := strings.Split(strings.TrimSuffix(text, "\n"), "\n")
	s.top = max(min(s.top, len(lines)-(height-1)), 0)
	var b strings.Builder
	b.WriteString("\x1b[H")
	for i := range height - 1 {
		if at := s.top + i; at < len(lines) {
			line := lines[at]
			if c := status.Colour(line); c != 0 {
				fmt.Fprintf(&b, "\x1b[%dm%s\x1b[0m", c, cut(line, width))
			} else {
				b.WriteString(cut(line, width))
			}
		}
		b.WriteString("\x1b[K\r\n")
	}
	b.WriteString("\x1b[7m" + cut(below, width) + "\x1b[0m\x1b[K")
	_, _ = s.out.WriteString(b.String())
}

// cut makes a line fit: tabs become blanks, control characters vanish, and what is too long is cut off.
func cut(line string, width int) string {
	var b strings.Builder
	n := 0
	for _, r := range line {
		switch {
		case r == '\t':
			r = ' '
		case r < ' ' || r == 0x7f || r == utf8.RuneError:
			continue
		}
		if n++; n > width {
			break
		}
		b.WriteRune(r)
	}
	return b.String()
}

// key is a byte, or a movement found in an escape sequence.
type key struct {
	b    byte
	move int // lines to move; pages are told by page
	page bool
}

// readKeys turns what is typed into keys until the input ends.
func readKeys(in *os.File, keys chan<- key) {
	buf := make([]byte, 64)
	for {
		n, err := in.Read(buf)
		if err != nil || n == 0 {
			close(keys)
			return
		}
		for i := 0; i < n; i++ {
			if rest := string(buf[i:n]); strings.HasPrefix(rest, "\x1b[") && len(rest) > 2 {
				switch rest[2] {
				case 'A':
					keys <- key{move: -1}
				case 'B':
					keys <- key{move: 1}
				case '5':
					keys <- key{move: -1, page: true}
				case '6':
					keys <- key{move: 1, page: true}
				}
				break
			}
			keys <- key{b: buf[i]}
		}
	}
}

// live shows the picture on the terminal until a key or a signal ends it.
func (s *settings) live(c *command.Call, cl client.Cluster) error {
	scr := &screen{out: c.Env.Stdout.(*os.File)}
	if in, ok := c.Env.Stdin.(*os.File); ok && term.IsTerminal(int(in.Fd())) {
		scr.in = in
	}
	if err := scr.open(); err != nil {
		return command.Fail(exitcode.OSErr, "The terminal cannot be used: %s", err)
	}
	defer scr.close()
	ctx, stop := context.WithCancel(c.Env.Context)
	defer stop()
	resized := make(chan os.Signal, 1)
	signal.Notify(resized, syscall.SIGWINCH)
	defer signal.Stop(resized)
	keys := make(chan key, 16)
	if scr.in != nil {
		go readKeys(scr.in, keys)
	}
	changed := make(chan struct{}, 1)
	go watch(ctx, cl, s.interval, changed)
	var st *status.Status
	var trouble error
	explain := false
	refresh := func() {
		next, err := look(ctx, cl, c.Env.Now())
		if trouble = err; err == nil {
			st = next
		}
	}
	draw := func() {
		switch {
		case explain:
			scr.draw(help(&s.d), "q quit")
		case trouble != nil && st == nil:
			scr.draw("", "Not connected: "+trouble.Error())
		case trouble != nil:
			scr.draw(string(st.Text(nil, s.d)), "Not connected, as of "+st.Summary.Updated.Format(time.TimeOnly)+": "+trouble.Error())
		default:
			scr.draw(string(st.Text(nil, s.d)), "q quit   ? keys")
		}
	}
	refresh()
	draw()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-resized:
		case <-changed:
			refresh()
		case k, ok := <-keys:
			switch {
			case !ok || k.b == 'q' || k.b == 'Q' || k.b == 3:
				return nil
			case k.b == 26:
				suspend(scr)
			case k.move != 0:
				_, height, _ := term.GetSize(int(scr.out.Fd()))
				if k.page {
					k.move *= max(height-2, 1)
				}
				scr.top = max(scr.top+k.move, 0)
			case k.b == '?':
				explain = !explain
			default:
				// In the help a toggle shows its new state; any other key leads back.
				explain = press(&s.d, k.b) && explain
				s.d.Unsafe = s.warn && s.d.Show&status.Counts != 0
				refresh()
			}
		}
		draw()
	}
}

// suspend gives the terminal back, stops this process as Ctrl-Z does, and takes the terminal again when it goes on.
func suspend(scr *screen) {
	scr.close()
	_ = syscall.Kill(syscall.Getpid(), syscall.SIGSTOP)
	_ = scr.open()
}

// watch tells of changes: after events, at most once in settle, and after each interval without any. When the node goes
// away it tries to reach it again.
func watch(ctx context.Context, cl client.Cluster, interval time.Duration, changed chan<- struct{}) {
	tell := func() {
		select {
		case changed <- struct{}{}:
		default: // There is one waiting already.
		}
	}
	for ctx.Err() == nil {
		events, err := cl.Watch(ctx)
		if err != nil {
			tell()
			if !wait(ctx, min(interval, time.Second)) {
				return
			}
			continue
		}
		tick := time.NewTicker(interval)
		for open := true; open; {
			select {
			case _, open = <-events:
				if open && !wait(ctx, settle) {
					open = false
				}
				tell()
			case <-tick.C:
				tell()
			}
		}
		tick.Stop()
	}
}

package collect

import (
	"bufio"
	"bytes"
	"errors"
	"io"
	"time"
)

// maxLine limits a line of a log; what is behind it is dropped.
const maxLine = 64 << 10

var (
	longTime  = pattern(`\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(?:[.,]\d+)?(?:Z|[+-]\d\d:?\d\d)?`)
	slashTime = pattern(`\d{4}/\d\d/\d\d_\d\d:\d\d:\d\d`)
	shortTime = pattern(`(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d`)
)

// timeAt is how far into a line its time is looked for; Heartbeat writes it behind the process.
const timeAt = 100

// TimeOf reads the time of a line of a log. A time without a year is the last such time before newest, one without a zone is in
// that of newest.
func TimeOf(line []byte, newest time.Time) (time.Time, bool) {
	head := line[:min(len(line), timeAt)]
	if b := longTime().Find(head); b != nil {
		text := bytes.Replace(bytes.Replace(b, []byte(" "), []byte("T"), 1), []byte(","), []byte("."), 1)
		for _, layout := range []string{"2006-01-02T15:04:05Z07:00", "2006-01-02T15:04:05Z0700", "2006-01-02T15:04:05"} {
			if t, err := time.ParseInLocation(layout, string(text), newest.Location()); err == nil {
				return t, true
			}
		}
	}
	if b := slashTime().Find(head); b != nil {
		t, err := time.ParseInLocation("2006/01/02_15:04:05", string(b), newest.Location())
		return t, err == nil
	}
	if b := shortTime().Find(head); b != nil {
		t, err := time.ParseInLocation("Jan _2 15:04:05 2006", string(b)+newest.Format(" 2006"), newest.Location())
		if err != nil {
			return time.Time{}, false
		}
		if t.After(newest.Add(24 * time.Hour)) {
			t = t.AddDate(-1, 0, 0)
		}
		return t, true
	}
	return time.Time{}, false
}

// window returns the lines of a log that are from the time between from and to; lines without a time belong to the one before them.
// Of more than limit bytes the last ones are returned, and cut tells so.
func window(in io.Reader, from, to, newest time.Time, limit int) (out []byte, cut bool, err error) {
	r := bufio.NewReaderSize(in, maxLine)
	inside := false
	for {
		line, err := r.ReadSlice('\n')
		if errors.Is(err, bufio.ErrBufferFull) {
			err = skipLine(r)
			line = append(bytes.Clone(line), '\n')
		}
		if at, ok := TimeOf(line, newest); ok {
			inside = !at.Before(from) && !at.After(to)
		}
		if inside {
			out = append(out, line...)
		}
		if len(out) > 2*limit {
			out, cut = append([]byte(nil), lastLines(out, limit)...), true
		}
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return out, cut, err
		}
	}
	if len(out) > limit {
		out, cut = lastLines(out, limit), true
	}
	return out, cut, nil
}

// skipLine reads to the end of a line.
func skipLine(r *bufio.Reader) error {
	for {
		_, err := r.ReadSlice('\n')
		if !errors.Is(err, bufio.ErrBufferFull) {
			return err
		}
	}
}

// lastLines are the last whole lines within limit bytes.
func lastLines(text []byte, limit int) []byte {
	text = text[len(text)-limit:]
	if _, rest, ok := bytes.Cut(text, []byte("\n")); ok {
		return rest
	}
	return text
}

package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strconv"
	"strings"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/note"
)

// The names of the files.
const (
	fileCIB     = "cib.xml"
	fileSig     = "cib.xml.sig"
	fileLast    = "cib.last"
	fileJournal = "cib.journal"
	tmpSuffix   = ".new"
)

// maxCopies is how many older copies of cib.xml are kept.
const maxCopies = 100

// Store writes one node's configuration. It is used by one goroutine at a time.
type Store struct {
	fs      FS
	journal File
	// at is where the next record of the journal stands, size how many bytes the journal has.
	at   position
	size int64
	// cause is why there is no journal or it is not written to, nil when nothing was tried yet.
	cause error
	// digest is that of cib.xml, signed whether cib.xml.sig says so, unsynced that the names of the two may not be durable.
	digest   string
	signed   bool
	unsynced bool
	// broken refuses all records of attempt or an earlier one.
	broken  bool
	attempt uint64
}

// Write performs records in their order, with one fsync for all when one of them asks for it, and returns what to tell the
// store about each and what to tell people.
func (s *Store) Write(records []cibstore.Persist) (answers []cibstore.Persisted, notes []note.Note) {
	var buf []byte // framed records that are not written yet
	first, sync := 0, false
	at := s.at
	// flush writes what has been collected from record first on.
	flush := func(end int) {
		if first == end {
			return
		}
		err := s.append(buf, sync)
		if err != nil {
			s.fail(records[end-1].Record.Attempt, err)
		}
		for _, p := range records[first:end] {
			answers = append(answers, answer(p.Seq, err))
		}
		buf, sync, first = buf[:0], false, end
		at.safe = s.at.safe
		s.at = at
	}
	for i, p := range records {
		r := p.Record
		if r.Document != nil {
			flush(i)
		}
		var err error
		switch {
		case s.broken && r.Attempt <= s.attempt:
			flush(i)
			err = s.cause // An earlier record could not be written.
		case r.Keep != "":
			err = s.keep(r.Keep, r.Document)
		case r.Document != nil:
			if err = s.begin(r); err == nil {
				s.broken, at = false, s.at
				if err := s.checkpoint(r.Document); err != nil {
					notes = append(notes, note.DiskFailing{File: fileCIB, Problem: err.Error()})
				}
			}
		case s.journal == nil:
			if err = s.cause; err == nil {
				err = errNoDocument
			}
		default:
			if buf, err = appendRecord(buf, r, at); err == nil {
				at.number++
				sync = sync || p.Sync
				continue // Answered by flush.
			}
			flush(i)
		}
		if err != nil {
			s.fail(r.Attempt, err)
		}
		answers = append(answers, answer(p.Seq, err))
		first = i + 1
	}
	flush(len(records))
	return answers, notes
}

// errNoDocument is a fault of the caller: a journal begins with a document.
var errNoDocument = errors.New("there is no journal to append to")

func answer(seq uint64, err error) cibstore.Persisted {
	if err != nil {
		return cibstore.Persisted{Seq: seq, Err: err.Error()}
	}
	return cibstore.Persisted{Seq: seq}
}

// fail refuses everything until a later attempt. The journal may end in half a record now, which only a new journal heals.
func (s *Store) fail(attempt uint64, cause error) {
	s.cause = cause
	s.broken, s.attempt = true, max(s.attempt, attempt)
	if s.journal != nil {
		_ = s.journal.Close()
		s.journal = nil
	}
}

func (s *Store) append(p []byte, sync bool) error {
	if _, err := s.journal.Write(p); err != nil {
		return err
	}
	s.size += int64(len(p))
	if !sync {
		return nil
	}
	if err := s.journal.Sync(); err != nil {
		return err
	}
	s.at.safe = s.size
	return nil
}

// begin begins the journal anew with a whole document.
func (s *Store) begin(r cibstore.Record) error {
	s.cause = s.tryBegin(r)
	return s.cause
}

func (s *Store) tryBegin(r cibstore.Record) error {
	if s.unsynced {
		// The new journal names the cib.xml that it follows. After a crash another one would be taken for somebody's wish.
		if err := s.fs.SyncDir(); err != nil {
			return err
		}
		s.unsynced = false
	}
	digest := r.Document.Digest()
	data, err := appendDocument([]byte(magic), r, digest, s.digest)
	if err != nil {
		return err
	}
	f, err := s.create(fileJournal+tmpSuffix, data)
	if err != nil {
		return err
	}
	if err = s.fs.Rename(fileJournal+tmpSuffix, fileJournal); err == nil {
		err = s.fs.SyncDir()
	}
	if err != nil {
		_ = f.Close()
		return err
	}
	if s.journal != nil {
		_ = s.journal.Close()
	}
	s.journal, s.size = f, int64(len(data))
	s.at = position{number: 1, base: digest, safe: s.size}
	return nil
}

// create makes a durable file and leaves it open. Its name is not durable yet.
func (s *Store) create(name string, data []byte) (File, error) {
	f, err := s.fs.Create(name)
	if err != nil {
		return nil, err
	}
	if _, err = f.Write(data); err == nil {
		err = f.Sync()
	}
	if err != nil {
		_ = f.Close()
		_ = s.fs.Remove(name)
		return nil, err
	}
	return f, nil
}

func (s *Store) put(name string, data []byte) error {
	f, err := s.create(name+tmpSuffix, data)
	if err != nil {
		return err
	}
	err = f.Close()
	if err == nil {
		err = s.fs.Rename(name+tmpSuffix, name)
	}
	if err != nil {
		_ = s.fs.Remove(name + tmpSuffix) // A full disk needs the room.
	}
	return err
}

// checkpoint writes cib.xml and its signature, after keeping the ones before as an older copy. The journal has the document
// already, so that a failure here loses nothing.
func (s *Store) checkpoint(d *cib.Document) error {
	digest := d.Digest()
	if digest == s.digest && s.signed {
		return nil
	}
	if s.signed {
		if err := s.rotate(); err != nil {
			return err
		}
	}
	if err := s.put(fileCIB, d.Bytes()); err != nil {
		return err
	}
	s.digest, s.signed, s.unsynced = digest, false, true
	if err := s.put(fileSig, []byte(digest)); err != nil {
		return err
	}
	s.signed = true
	if err := s.fs.SyncDir(); err != nil {
		return err
	}
	s.unsynced = false
	return nil
}

// copyName is the name of an older copy.
func copyName(n int) string { return fmt.Sprintf("cib-%d.raw", n) }

// rotate gives cib.xml and its signature second names.
func (s *Store) rotate() error {
	n := s.last()
	for _, f := range [2][2]string{{fileCIB, copyName(n)}, {fileSig, copyName(n) + ".sig"}} {
		if err := s.fs.Remove(f[1]); err != nil {
			return err
		}
		if err := s.fs.Link(f[0], f[1]); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	return s.put(fileLast, []byte(strconv.Itoa((n+1)%maxCopies)))
}

// last is the number that cib.last gives the next copy.
func (s *Store) last() int {
	data, err := s.fs.ReadFile(fileLast)
	if err != nil {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimSpace(string(data)))
	if err != nil || n < 0 {
		return 0
	}
	return n % maxCopies
}

// keep saves a document beside the configuration.
func (s *Store) keep(name string, d *cib.Document) error {
	if strings.ContainsAny(name, "/\x00") || name == "" || name[0] == '.' {
		return fmt.Errorf("%q is no name for a file", name)
	}
	if err := s.put(name, d.Bytes()); err != nil {
		return err
	}
	return s.fs.SyncDir()
}

// Close closes the journal. What was written without fsync may be lost then.
func (s *Store) Close() error {
	if s.journal == nil {
		return nil
	}
	err := s.journal.Sync()
	if cerr := s.journal.Close(); err == nil {
		err = cerr
	}
	s.journal = nil
	return err
}

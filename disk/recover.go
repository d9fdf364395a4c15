package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"

	"pacer/cib"
	"pacer/cibstore"
)

// Recovered is what a directory had.
type Recovered struct {
	// Document is the configuration, nil when there has never been one.
	Document *cib.Document
	Meta     cibstore.Meta
	Trail    []cibstore.Mark
	// Damage lists what could not be used, in the order in which it was tried.
	Damage []Damage
	// Torn is how many bytes of a half-written record, which nobody was told of, were dropped at the journal's end.
	Torn int
}

// Damage is a file that could not be used.
type Damage struct {
	File, Problem string
	// Used is the file that took its place.
	Used string
}

// Open recovers the configuration and makes the directory ready for writing. The error says that there are files and none
// of them can be used: an administrator must look, since going on would be going on with nothing.
func Open(dir FS) (*Store, *Recovered, error) {
	names, err := dir.List()
	if err != nil {
		return nil, nil, fmt.Errorf("disk: %w", err)
	}
	for _, n := range names {
		if strings.HasSuffix(n, tmpSuffix) {
			_ = dir.Remove(n)
		}
	}
	s := &Store{fs: dir}
	r := &recovery{dir: dir, out: &Recovered{}}
	if err := r.run(); err != nil {
		return nil, nil, err
	}
	for _, a := range r.aside {
		if err := dir.Rename(a[0], a[1]); err != nil {
			return nil, nil, fmt.Errorf("disk: put %s aside: %w", a[0], err)
		}
	}
	s.digest, s.signed = r.xml.digest, r.xml.signed
	if r.out.Document == nil {
		return s, r.out, nil
	}
	r.out.Document = cibstore.StoredForm(r.out.Document)
	// A new journal has no half record at its end and no doubt about what belongs to it. If the disk refuses, the first
	// record will be refused too, and so the store learns of it.
	if err := s.begin(cibstore.Record{Meta: r.out.Meta, Document: r.out.Document, Trail: r.out.Trail}); err == nil {
		_ = s.checkpoint(r.out.Document)
	}
	return s, r.out, nil
}

type recovery struct {
	dir FS
	out *Recovered
	// xml is cib.xml as it stands.
	xml signedFile
	// aside are files to be kept under another name once it is known that something else can be used: before that they
	// stay, so that the next try finds them too.
	aside [][2]string
}

func (r *recovery) damage(file, problem string) {
	r.out.Damage = append(r.out.Damage, Damage{File: file, Problem: problem})
}

// use takes a document from a file, in the place of all that was found damaged.
func (r *recovery) use(file string, d *cib.Document, m cibstore.Meta, trail []cibstore.Mark) {
	r.out.Document, r.out.Meta, r.out.Trail = d, m, trail
	for i := range r.out.Damage {
		if r.out.Damage[i].Used == "" {
			r.out.Damage[i].Used = file
		}
	}
}

func (r *recovery) run() error {
	journal, journalErr := r.readJournal()
	xml := readSigned(r.dir, fileCIB)
	if xml.err != nil && xml.digest != "" && journal != nil && xml.digest == journal.digest {
		xml.err = nil // Only the signature had not been written when this node crashed.
	}
	if xml.err != nil {
		if !xml.missing {
			r.damage(fileCIB, xml.err.Error())
			r.aside = append(r.aside, [2]string{fileCIB, "cib-refused.xml"})
		}
		xml = signedFile{missing: xml.missing}
	}
	r.xml = xml
	switch {
	case journal != nil && (xml.doc == nil || xml.digest == journal.digest || xml.digest == journal.before):
		if journal.damage != "" {
			r.damage(fileJournal, journal.damage)
		}
		if xml.missing && journal.before != "" {
			r.damage(fileCIB, "it is missing")
		}
		r.out.Torn = journal.torn
		r.use(fileJournal, journal.doc, journal.meta, journal.trail)
	case journal != nil:
		// Somebody put another cib.xml here. What this node has promised stays promised.
		r.damage(fileJournal, fmt.Sprintf("%s has version %s and is not the one that this node wrote; somebody put it there, and it is used", fileCIB, xml.doc.Version()))
		r.aside = append(r.aside, [2]string{fileJournal, fileJournal + ".old"})
		r.use(fileCIB, xml.doc, putThere(xml.doc, journal.meta), nil)
	case xml.doc != nil && journalErr != nil && xml.signed:
		r.use(fileCIB, xml.doc, cibstore.Meta{}, nil)
	case xml.doc != nil:
		r.use(fileCIB, xml.doc, putThere(xml.doc, cibstore.Meta{}), nil)
	default:
		return r.fromCopies(xml.missing && journalErr == nil && len(r.out.Damage) == 0)
	}
	return nil
}

// putThere is what is known of a document that somebody put on the disk: it has a history of its own, and counts as a write
// that was accepted here, so that it is kept when the others' configuration wins.
func putThere(d *cib.Document, m cibstore.Meta) cibstore.Meta {
	m.Mark, m.Loose, m.Asked = cibstore.Mark(d.ImmutableFingerprint()), 1, 1
	return m
}

func (r *recovery) readJournal() (*replayed, error) {
	data, err := r.dir.ReadFile(fileJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out *replayed
	if err == nil {
		out, err = replay(data)
	}
	if err != nil {
		r.damage(fileJournal, err.Error())
		r.aside = append(r.aside, [2]string{fileJournal, fileJournal + ".damaged"})
	}
	return out, err
}

// fromCopies uses the newest good older copy. Without any file this may be a node that has never had a configuration.
func (r *recovery) fromCopies(fresh bool) error {
	names, err := r.dir.List()
	if err != nil {
		return fmt.Errorf("disk: %w", err)
	}
	best, bestName, copies := signedFile{}, "", 0
	for _, n := range names {
		if !strings.HasPrefix(n, "cib-") || !strings.HasSuffix(n, ".raw") {
			continue
		}
		copies++
		c := readSigned(r.dir, n)
		if c.err != nil {
			r.damage(n, c.err.Error())
			continue
		}
		if !c.signed {
			r.damage(n, "it has no signature")
			continue
		}
		if best.doc == nil || c.doc.Version().Compare(best.doc.Version()) > 0 {
			best, bestName = c, n
		}
	}
	switch {
	case best.doc != nil:
		if r.xml.missing {
			r.damage(fileCIB, "it is missing")
		}
		r.use(bestName, best.doc, cibstore.Meta{}, nil)
		return nil
	case fresh && copies == 0:
		return nil
	}
	var b strings.Builder
	for _, d := range r.out.Damage {
		fmt.Fprintf(&b, "; %s: %s", d.File, d.Problem)
	}
	return fmt.Errorf("disk: no copy of the configuration can be used%s; repair or restore one, or move all of them away to begin with an empty one", b.String())
}

// signedFile is a configuration file with its signature file.
type signedFile struct {
	doc     *cib.Document
	digest  string // of doc
	signed  bool   // it has a signature, which matches
	missing bool
	err     error
}

func readSigned(dir FS, name string) signedFile {
	data, err := dir.ReadFile(name)
	if err != nil {
		return signedFile{err: err, missing: errors.Is(err, fs.ErrNotExist)}
	}
	doc, err := cib.Parse(data)
	if err != nil {
		return signedFile{err: err}
	}
	out := signedFile{doc: doc, digest: doc.Digest()}
	sig, err := dir.ReadFile(name + ".sig")
	want := strings.TrimSpace(string(sig))
	switch {
	case errors.Is(err, fs.ErrNotExist) || err == nil && want == "":
		return out
	case err != nil:
		return signedFile{err: fmt.Errorf("its signature: %w", err)}
	case want != out.digest:
		return signedFile{digest: out.digest, doc: doc, err: fmt.Errorf("its content does not match its signature: it was edited by hand or damaged; "+
			"change the configuration with cibadmin or crm, or remove %s.sig to have the file taken as it is", name)}
	}
	out.signed = true
	return out
}

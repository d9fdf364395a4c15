package disk

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/xmltree"
)

// Recovered is what a directory had.
type Recovered struct {
	// Document is the configuration, nil when there has never been one.
	Document *cib.Document
	Meta     cibstore.Meta
	Trail    []cibstore.Mark
	// Damage lists what could not be used, in the order in which it was tried.
	Damage []Damage
	// Doubt tells of a last record of the journal that is broken, and of which it cannot be told whether it was ever whole.
	Doubt *Damage
	// Torn is how many bytes were dropped at the journal's end: without Doubt, of a half-written record, which nobody was told of.
	Torn int
}

// Damage is a file that could not be used.
type Damage struct {
	File, Problem string
	// Used is what took its place: a file, or a part of one.
	Used string
	// Kept is the name under which the file is kept for evidence, "" when it stays where it is.
	Kept string
}

// Open recovers the configuration and makes the directory ready for writing. The error says that there are files and none
// of them can be used, or that the newest may not be read: an administrator must look, since going on would be going on with
// nothing, or with less than there is. A directory that cannot be written to is no error: the configuration is there to be read, and
// each Write says why it failed.
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
	r.putAside(names)
	s.digest, s.signed = r.xml.digest, r.xml.signed
	if r.out.Document == nil {
		return s, r.out, nil
	}
	r.out.Document = cibstore.StoredForm(withStatus(r.out.Document))
	// A new journal has no half record at its end and no doubt about what belongs to it. If the disk refuses, the first
	// record will be refused too, and so the store learns of it.
	if err := s.begin(cibstore.Record{Meta: r.out.Meta, Document: r.out.Document, Trail: r.out.Trail}); err == nil {
		_ = s.checkpoint(r.out.Document)
	}
	return s, r.out, nil
}

// withStatus adds the empty status that Pacemaker leaves out of its files: what changes the status expects one.
func withStatus(d *cib.Document) *cib.Document {
	if d.Status() != nil {
		return d
	}
	root := *d.Root()
	root.Children = append(slices.Clone(root.Children), xmltree.New("status"))
	return cib.FromTree(&root)
}

// putAside gives the files that were not used names of their own, under which they are kept. The journal keeps its name too until a
// new one takes it: without it a crash now would leave less than there was. What cannot be kept, because the disk takes nothing,
// stays where it is.
func (r *recovery) putAside(names []string) {
	for _, a := range r.aside {
		kept := freeName(a[1], names)
		err := r.dir.Remove(kept)
		if err == nil {
			err = r.dir.Link(a[0], kept)
		}
		if err == nil && a[0] != fileJournal {
			err = r.dir.Remove(a[0])
		}
		if err != nil {
			continue
		}
		names = append(names, kept)
		for i := range r.out.Damage {
			if r.out.Damage[i].File == a[0] {
				r.out.Damage[i].Kept = kept
			}
		}
		if d := r.out.Doubt; d != nil && d.File == a[0] {
			d.Kept = kept
		}
	}
}

// maxAside is how many files of one kind are kept for evidence; after that the last is replaced.
const maxAside = 10

// freeName is a name like the one given that nobody has.
func freeName(name string, taken []string) string {
	out := name
	for i := 1; i < maxAside && slices.Contains(taken, out); i++ {
		out = fmt.Sprintf("%s.%d", name, i)
	}
	return out
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
	xml := readSigned(r.dir, fileCIB)
	journal, journalErr := r.readJournal(xml)
	if errors.Is(xml.err, fs.ErrPermission) {
		return unreadable(fileCIB, xml.err)
	}
	if errors.Is(journalErr, fs.ErrPermission) || errors.Is(journalErr, errNewer) {
		return unreadable(fileJournal, journalErr)
	}
	if xml.err != nil && xml.digest != "" && journal != nil && (xml.digest == journal.digest || xml.digest == journal.before) {
		xml.err = nil // Only one of the two had been written when this node crashed.
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
		if journal.damage == "" {
			r.out.Torn = journal.torn
			if journal.doubt != "" {
				r.out.Doubt = &Damage{File: fileJournal, Problem: journal.doubt, Used: "what stands before it"}
				r.aside = append(r.aside, [2]string{fileJournal, fileJournal + ".damaged"})
			}
		} else {
			r.out.Damage = append(r.out.Damage, Damage{File: fileJournal, Problem: journal.damage, Used: journal.used})
			r.aside = append(r.aside, [2]string{fileJournal, fileJournal + ".damaged"})
		}
		if xml.missing && journal.before != "" {
			r.damage(fileCIB, "it is missing")
		}
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

// unreadable is the error for a file that is not damaged, and without which this node would go back behind what it has promised.
func unreadable(file string, err error) error {
	if errors.Is(err, errNewer) {
		return fmt.Errorf("disk: %s: %w; start that version, or move the file away to go on from %s, which may be older", file, err, fileCIB)
	}
	return fmt.Errorf("disk: %s cannot be read: %w; it must belong to the user under whom the node runs", file, err)
}

func (r *recovery) readJournal(xml signedFile) (*replayed, error) {
	data, err := r.dir.ReadFile(fileJournal)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	var out *replayed
	if err == nil {
		out, err = replay(data, xml)
	}
	if errors.Is(err, errNewer) || errors.Is(err, fs.ErrPermission) {
		return nil, err
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
		if r.xml.missing && len(r.out.Damage) == 0 && (n == fileSig || n == fileLast) {
			r.damage(fileCIB, "it is missing, but "+n+" is there, which is written with it")
		}
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
		if r.xml.missing && !slices.ContainsFunc(r.out.Damage, func(d Damage) bool { return d.File == fileCIB }) {
			r.damage(fileCIB, "it is missing")
		}
		r.use(bestName, best.doc, cibstore.Meta{}, nil)
		return nil
	case fresh && copies == 0 && len(r.out.Damage) == 0:
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

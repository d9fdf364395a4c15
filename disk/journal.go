package disk

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/crc32"

	"pacer/cib"
	"pacer/cibstore"
	"pacer/xmltree"
)

// magic begins a journal and names its form.
const magic = "pacer journal 1\n"

// maxRecord limits the payload of a record in bytes.
const maxRecord = 128 << 20

// frame is the head of a record: length and CRC-32C of the payload, both big endian.
const frame = 8

// checksum is CRC-32C.
func checksum(p []byte) uint32 { return crc32.Checksum(p, crc32.MakeTable(crc32.Castagnoli)) }

// head is the first line of a payload; XML text follows it. A reader leaves fields that it does not know alone.
type head struct {
	Kind  string          `json:"kind"` // "document", "patch" or "meta"
	Meta  cibstore.Meta   `json:"meta"`
	Trail []cibstore.Mark `json:"trail,omitempty"`
	// Digest is that of the document, Before that of the cib.xml which it follows: with a cib.xml of one of the two,
	// nobody has touched it.
	Digest string `json:"digest,omitempty"`
	Before string `json:"before,omitempty"`
	// Number counts the records behind the document, from 1. The first has the digest of the document as Base: where only the
	// document was damaged, a cib.xml of that digest stands in for it.
	Number int    `json:"number,omitempty"`
	Base   string `json:"base,omitempty"`
	// Safe is how many bytes of the journal were known to be on disk when this record was made. What is broken before that place was
	// once good; what is broken behind it was only being written when the node crashed.
	Safe int64 `json:"safe,omitempty"`
}

// position is where in a journal the next record will stand: Number, Base and Safe of its head.
type position struct {
	number int
	base   string
	safe   int64
}

// appendDocument adds the framed record that begins a journal to dst.
func appendDocument(dst []byte, r cibstore.Record, digest, before string) ([]byte, error) {
	h := head{Kind: "document", Meta: r.Meta, Trail: r.Trail, Digest: digest, Before: before}
	return appendFramed(dst, h, r.Document.Root().Append(nil))
}

// appendRecord adds any other framed record to dst.
func appendRecord(dst []byte, r cibstore.Record, at position) ([]byte, error) {
	h := head{Kind: "meta", Meta: r.Meta, Number: at.number, Safe: at.safe}
	if at.number == 1 {
		h.Base = at.base
	}
	var text []byte
	if r.Patch != nil {
		h.Kind = "patch"
		text = r.Patch.XML().Append(nil)
	}
	return appendFramed(dst, h, text)
}

func appendFramed(dst []byte, h head, text []byte) ([]byte, error) {
	line, err := json.Marshal(h)
	if err != nil {
		return dst, fmt.Errorf("journal: %w", err)
	}
	payload := append(append(line, '\n'), text...)
	if len(payload) > maxRecord {
		return dst, fmt.Errorf("journal: a record of %d bytes is larger than %d", len(payload), maxRecord)
	}
	dst = binary.BigEndian.AppendUint32(dst, uint32(len(payload)))
	dst = binary.BigEndian.AppendUint32(dst, checksum(payload))
	return append(dst, payload...), nil
}

// replayed is what a journal says.
type replayed struct {
	doc            *cib.Document
	meta           cibstore.Meta
	trail          []cibstore.Mark
	digest, before string
	// records counts those that were used.
	records int
	// torn is how many bytes at the end are no record: the last write before a crash.
	torn int
	// doubt tells of a last record that is broken and may have been whole once, "" when there is none.
	doubt string
	// damage is why the journal ends too early or begins too late, "" when it does not; used is what it was of use for all the same.
	damage, used string
}

var (
	errNoJournal = errors.New("the journal has no usable beginning")
	// errNewer says that the journal is not damaged: a newer program wrote it.
	errNewer = errors.New("a newer version of this program wrote it")
)

// replay reads a journal. Without a good document at its beginning there is nothing to go on from but base, the document of
// cib.xml with its digest, if it is the same one; else that is an error.
func replay(data []byte, base signedFile) (*replayed, error) {
	out := &replayed{}
	first, rest := data[:min(len(data), len(magic))], data[min(len(data), len(magic)):]
	if string(first) != magic {
		form, _, _ := bytes.Cut(first, []byte{'\n'})
		switch payload, _ := nextRecord(rest); {
		case payload != nil:
			out.damage, out.used = "its first line is broken", "what stands behind that"
		case newer(string(form)):
			return nil, errNewer
		default:
			return replayBehind(data, base, fmt.Errorf("%w: it does not begin with %q", errNoJournal, magic))
		}
	}
	for len(rest) > 0 {
		payload, n := nextRecord(rest)
		at := len(data) - len(rest)
		if n == 0 {
			if out.doc == nil {
				return replayBehind(rest, base, fmt.Errorf("%w: its first record is broken", errNoJournal))
			}
			if wasGood(rest, int64(at)) {
				out.damage, out.used = fmt.Sprintf("the record at byte %d is broken, and there are good ones behind it", at), "what stands before it"
			}
			if out.damage == "" {
				payload, why := brokenEnd(rest, at)
				if payload != nil && out.apply(payload) == nil {
					out.damage, out.used = why, "what stands in that record and behind it"
					rest = rest[frame+len(payload):]
					continue
				}
				out.doubt = why
			}
			out.torn = len(rest)
			return out, nil
		}
		if err := out.apply(payload); err != nil {
			if out.doc == nil {
				return nil, fmt.Errorf("%w: %w", errNoJournal, err)
			}
			out.damage, out.used = fmt.Sprintf("the record at byte %d cannot be applied: %v", at, err), "what stands before it"
			out.torn = len(rest)
			return out, nil
		}
		rest = rest[n:]
	}
	if out.doc == nil {
		return nil, fmt.Errorf("%w: it is empty", errNoJournal)
	}
	return out, nil
}

// newer tells whether the first line of a journal names a later form than this version's.
func newer(line string) bool {
	var n, own int
	if _, err := fmt.Sscanf(line, "pacer journal %d", &n); err != nil {
		return false
	}
	_, _ = fmt.Sscanf(magic, "pacer journal %d", &own)
	return n > own
}

// replayBehind uses what follows a document that was damaged, when base is that document. The error is why there is nothing to use.
func replayBehind(rest []byte, base signedFile, why error) (*replayed, error) {
	if base.doc == nil || base.err != nil {
		return nil, why
	}
	payload, _, at := firstRecord(rest)
	h, _, err := split(payload)
	if payload == nil || err != nil || h.Number != 1 || h.Base != base.digest {
		return nil, why
	}
	out := &replayed{doc: base.doc, digest: base.digest}
	out.damage, out.used = why.Error(), fileCIB+" with what follows there"
	for rest = rest[at:]; len(rest) > 0; {
		payload, n := nextRecord(rest)
		if n == 0 || out.apply(payload) != nil {
			out.torn = len(rest)
			break
		}
		rest = rest[n:]
	}
	return out, nil
}

// wasGood tells whether p, which does not begin with a record though it stands at a place in the journal, was a record once: one
// that stands behind it says that it was on disk.
func wasGood(p []byte, place int64) bool {
	for {
		payload, n, at := firstRecord(p)
		if n == 0 {
			return false
		}
		if h, _, err := split(payload); err == nil && h.Safe > place {
			return true
		}
		p = p[at+n:]
	}
}

// sector is how many bytes a disk writes at once, or not at all, at the least.
const sector = 512

// brokenEnd judges what stands at the end of a journal, at a place in it, and does not begin with a record. Where only the length of one
// is broken, the payload is there. Else why is "" when it was clearly being written as the node crashed: it is shorter than it should
// be, or a sector of it was never written. What is left may be that too, or records that were whole and acknowledged.
func brokenEnd(p []byte, place int) (payload []byte, why string) {
	_, n, end := firstRecord(p)
	if n == 0 {
		end = len(p)
	}
	if end <= frame {
		return nil, ""
	}
	if checksum(p[frame:end]) == binary.BigEndian.Uint32(p[4:]) {
		return p[frame:end], fmt.Sprintf("the length of the record at byte %d is broken", place)
	}
	if n == 0 && uint64(binary.BigEndian.Uint32(p)) > uint64(len(p)-frame) {
		return nil, ""
	}
	empty := make([]byte, sector)
	for at := -place & (sector - 1); at < len(p); at += sector {
		if n := min(sector, len(p)-at); bytes.Equal(p[at:at+n], empty[:n]) {
			return nil, ""
		}
	}
	return nil, fmt.Sprintf("the record at byte %d, of the last that were written, is broken: either the power failed while it was written, and nobody was told of it, "+
		"or the disk has damaged it since, and a change that was acknowledged is missing in this copy", place)
}

// nextRecord returns the payload of the record at the beginning of p and the length of the record, 0 when there is none.
func nextRecord(p []byte) ([]byte, int) {
	if len(p) < frame {
		return nil, 0
	}
	n := uint64(binary.BigEndian.Uint32(p))
	if n == 0 || n > maxRecord || n > uint64(len(p)-frame) {
		return nil, 0
	}
	payload := p[frame : frame+n]
	if checksum(payload) != binary.BigEndian.Uint32(p[4:]) {
		return nil, 0
	}
	return payload, frame + int(n)
}

// firstRecord finds the first whole record in p: its payload, the length of the record, and where it begins.
func firstRecord(p []byte) (payload []byte, n, at int) {
	for at := 0; at < len(p)-frame; at++ {
		// A payload begins with its head.
		if p[at+frame] != '{' {
			continue
		}
		if payload, n := nextRecord(p[at:]); n > 0 {
			return payload, n, at
		}
	}
	return nil, 0, 0
}

// split takes the head off a payload.
func split(payload []byte) (h head, text []byte, err error) {
	line, text, ok := bytes.Cut(payload, []byte{'\n'})
	if !ok {
		return h, nil, errors.New("it has no head")
	}
	if err := json.Unmarshal(line, &h); err != nil {
		return h, nil, fmt.Errorf("its head: %w", err)
	}
	return h, text, nil
}

func (out *replayed) apply(payload []byte) error {
	h, text, err := split(payload)
	if err != nil {
		return err
	}
	if h.Number > 0 && h.Number != out.records+1 {
		return fmt.Errorf("it is number %d, and %d was expected", h.Number, out.records+1)
	}
	switch h.Kind {
	case "document":
		doc, err := cib.Parse(text)
		if err != nil {
			return err
		}
		if got := doc.Digest(); got != h.Digest {
			return fmt.Errorf("its document has the digest %s, not %s", got, h.Digest)
		}
		out.doc, out.trail, out.digest, out.before = doc, h.Trail, h.Digest, h.Before
	case "patch":
		if out.doc == nil {
			return errors.New("a patch without document")
		}
		n, err := xmltree.Parse(text)
		if err != nil {
			return err
		}
		p, err := cib.ParsePatch(n)
		if err != nil {
			return err
		}
		doc, err := cib.ApplyPatch(out.doc, p)
		if err != nil {
			return err
		}
		out.doc = doc
		out.trail = append(out.trail, h.Meta.Mark)
	case "meta":
	default:
		return fmt.Errorf("its kind %q is not known", h.Kind)
	}
	if h.Kind != "document" {
		out.records++
	}
	out.meta = h.Meta
	return nil
}

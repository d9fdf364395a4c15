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

// head is the first line of a payload; XML text follows it. Unknown fields are kept out of the way of older versions.
type head struct {
	Kind  string          `json:"kind"` // "document", "patch" or "meta"
	Meta  cibstore.Meta   `json:"meta"`
	Trail []cibstore.Mark `json:"trail,omitempty"`
	// Digest is that of the document, Before that of the cib.xml which it follows: with a cib.xml of one of the two,
	// nobody has touched it.
	Digest string `json:"digest,omitempty"`
	Before string `json:"before,omitempty"`
}

// appendRecord adds a framed record to dst.
func appendRecord(dst []byte, r cibstore.Record, digest, before string) ([]byte, error) {
	h := head{Kind: "meta", Meta: r.Meta}
	var text []byte
	switch {
	case r.Document != nil:
		h.Kind, h.Trail, h.Digest, h.Before = "document", r.Trail, digest, before
		text = r.Document.Root().Append(nil)
	case r.Patch != nil:
		h.Kind = "patch"
		text = r.Patch.XML().Append(nil)
	}
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
	// torn is how many bytes at the end are no record: the last write before a crash.
	torn int
	// damage is why the journal ends too early, "" when it does not: there are good records behind a bad one, or a record
	// cannot be applied.
	damage string
}

var errNoJournal = errors.New("the journal has no usable beginning")

// replay reads a journal. Without a good document at its beginning there is nothing to go on from, which is an error.
func replay(data []byte) (*replayed, error) {
	if !bytes.HasPrefix(data, []byte(magic)) {
		return nil, fmt.Errorf("%w: it does not begin with %q", errNoJournal, magic)
	}
	out := &replayed{}
	rest := data[len(magic):]
	for len(rest) > 0 {
		payload, n := nextRecord(rest)
		if n == 0 {
			if out.doc == nil {
				return nil, fmt.Errorf("%w: its first record is broken", errNoJournal)
			}
			if at := goodRecordIn(rest); at > 0 {
				out.damage = fmt.Sprintf("the record at byte %d is broken, and there are good ones behind it", len(data)-len(rest))
			}
			out.torn = len(rest)
			return out, nil
		}
		if err := out.apply(payload); err != nil {
			if out.doc == nil {
				return nil, fmt.Errorf("%w: %w", errNoJournal, err)
			}
			out.damage = fmt.Sprintf("the record at byte %d cannot be applied: %v", len(data)-len(rest), err)
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

// goodRecordIn looks for a whole record behind the beginning of p, which is none.
func goodRecordIn(p []byte) int {
	for at := 1; at < len(p)-frame; at++ {
		// A payload begins with its head.
		if p[at+frame] != '{' {
			continue
		}
		if _, n := nextRecord(p[at:]); n > 0 {
			return at
		}
	}
	return 0
}

func (out *replayed) apply(payload []byte) error {
	line, text, ok := bytes.Cut(payload, []byte{'\n'})
	if !ok {
		return errors.New("it has no head")
	}
	var h head
	if err := json.Unmarshal(line, &h); err != nil {
		return fmt.Errorf("its head: %w", err)
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
	out.meta = h.Meta
	return nil
}

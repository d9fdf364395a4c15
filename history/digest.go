package history

import (
	"crypto/md5" //nolint:gosec // The digests are part of the file format; nothing is protected by them.
	"encoding/hex"
	"slices"
	"strconv"
	"strings"
	"time"

	"pacer/operation"
)

// metaTimeout is the one meta-attribute that belongs to the digest of a recurring operation.
const metaTimeout = "CRM_meta_timeout"

// counts tells whether a parameter belongs to the digest of an operation. Meta-attributes and what the cluster itself
// adds do not: they change without the service having to care.
func counts(name string, interval time.Duration) bool {
	switch name {
	case "id", "crm_feature_set", "op-digest", "on_node", "on_node_uuid", "pcmk_external_ip":
		return false
	case metaTimeout:
		return interval > 0
	}
	return !strings.HasPrefix(name, "CRM_meta_")
}

// Effective gives the parameters that belong to the main digest of an operation: of several values for one name the
// first, sorted bytewise by name. Callers list the resource's parameters first, then the operation's own, then
// CRM_meta_timeout in milliseconds.
func Effective(params []operation.Param, interval time.Duration) []operation.Param {
	return effective(make([]operation.Param, 0, len(params)), params, interval)
}

// effective appends them to an empty list. Most of what an action of a graph has does not count, and the rest is sorted.
func effective(kept, params []operation.Param, interval time.Duration) []operation.Param {
	for i := range params {
		if p := &params[i]; counts(p.Name, interval) {
			kept = append(kept, *p)
		}
	}
	byName := func(a, b operation.Param) int { return strings.Compare(a.Name, b.Name) }
	if !slices.IsSortedFunc(kept, byName) {
		slices.SortStableFunc(kept, byName)
	}
	return slices.CompactFunc(kept, func(a, b operation.Param) bool { return a.Name == b.Name })
}

// Digest is the op-digest of an operation with these parameters (see Effective for their order).
func Digest(params []operation.Param, interval time.Duration) string {
	var few [8]operation.Param // enough for most, and not to be allocated
	return digest(effective(few[:0], params, interval))
}

// RestartDigest is the op-restart-digest: of those parameters only whose names are in names, whose change needs a restart.
func RestartDigest(params []operation.Param, interval time.Duration, names []string) string {
	return digest(slices.DeleteFunc(Effective(params, interval), func(p operation.Param) bool {
		return !slices.Contains(names, p.Name)
	}))
}

// SecureDigest is the op-secure-digest: without the private parameters in names, which sanitised inputs do not hold.
func SecureDigest(params []operation.Param, interval time.Duration, names []string) string {
	return digest(slices.DeleteFunc(Effective(params, interval), func(p operation.Param) bool {
		return slices.Contains(names, p.Name)
	}))
}

// NameList is the form of op-force-restart and op-secure-params: each name between two blanks.
func NameList(names []string) string {
	var b strings.Builder
	for _, n := range names {
		b.WriteByte(' ')
		b.WriteString(n)
		b.WriteByte(' ')
	}
	return b.String()
}

// ParseNameList reads the form of NameList.
func ParseNameList(s string) []string { return strings.Fields(s) }

// digest hashes parameters as the format says: a blank, the parameters as an empty element, a line feed.
func digest(params []operation.Param) string {
	b := make([]byte, 0, 256)
	b = append(b, " <parameters"...)
	for _, p := range params {
		b = append(b, ' ')
		b = append(b, p.Name...)
		b = append(b, `="`...)
		b = escape(b, p.Value)
		b = append(b, '"')
	}
	b = append(b, "/>\n"...)
	sum := md5.Sum(b) //nolint:gosec // See the import.
	return hex.EncodeToString(sum[:])
}

const hexDigits = "0123456789ABCDEF"

// escape writes an attribute value for a digest: the four named entities, control characters as &#xHH;, the rest as it is.
func escape(b []byte, s string) []byte {
	for i := range len(s) {
		switch c := s[i]; {
		case c == '<':
			b = append(b, "&lt;"...)
		case c == '>':
			b = append(b, "&gt;"...)
		case c == '&':
			b = append(b, "&amp;"...)
		case c == '"':
			b = append(b, "&quot;"...)
		case c < 0x20 || c == 0x7f:
			b = append(b, "&#x"...)
			b = append(b, hexDigits[c>>4], hexDigits[c&15], ';')
		default:
			b = append(b, c)
		}
	}
	return b
}

// Milliseconds writes a duration as the history and CRM_meta_* attributes do.
func Milliseconds(d time.Duration) string { return strconv.FormatInt(d.Milliseconds(), 10) }

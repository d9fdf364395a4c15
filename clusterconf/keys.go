package clusterconf

import (
	"slices"
	"strconv"
	"strings"
)

// Sizes of corosync's key file, in bytes.
const (
	leastKey = 16
	mostKey  = 4096
)

// parseKeys finds the cluster's secret: an inline key, the key file, or none when the file asks for plain traffic.
func (c *corosync) parseKeys() {
	cipher, cipherLine, cipherGiven := c.totem.get("crypto_cipher")
	hash, hashLine, hashGiven := c.totem.get("crypto_hash")
	if cipherGiven && !slices.Contains([]string{"none", "aes256", "aes192", "aes128", "3des"}, cipher) {
		c.errorf(cipherLine, "Invalid cipher type. Should be none, aes256, aes192 or aes128, not %q.", cipher)
	}
	if hashGiven && !slices.Contains([]string{"none", "md5", "sha1", "sha256", "sha384", "sha512"}, hash) {
		c.errorf(hashLine, "Invalid hash type. Should be none, md5, sha1, sha256, sha384 or sha512, not %q.", hash)
	}
	if cipherGiven && cipher != "none" && hashGiven && hash == "none" {
		c.errorf(cipherLine, "crypto_cipher requires crypto_hash with value other than none.")
	}
	_, _, secauthGiven := c.totem.get("secauth")
	off := false
	switch {
	case cipherGiven || hashGiven:
		off = (cipher == "none" || !cipherGiven) && (hash == "none" || !hashGiven)
	case secauthGiven:
		on, _ := c.boolean(c.totem, "secauth")
		off = !on
	}
	if off {
		c.conf.Keys = openKeys(c.conf.Cluster)
		c.warnf(0, "The file turns crypto off: anybody on the network can take part. Run corosync-keygen, copy the key to all nodes and set "+
			"crypto_cipher: aes256 and crypto_hash: sha256.")
		return
	}
	if key, line, ok := c.totem.get("key"); ok {
		if len(key) < leastKey || len(key) > mostKey {
			c.errorf(line, "The key is %d characters long; it must have %d to %d.", len(key), leastKey, mostKey)
			return
		}
		c.useKey(Key{Label: "totem.key", Secret: []byte(key)})
		return
	}
	path, line, ok := c.totem.get("keyfile")
	if !ok {
		path, line = c.keyPath, 0
	}
	c.keyFile(c.read(path), path, line)
}

func (c *corosync) keyFile(f File, path string, line int) {
	switch {
	case f.Missing:
		c.errorf(line, "Could not open %s: there is no key, and the file does not turn crypto off. Run `corosync-keygen` (or `dd if=/dev/urandom "+
			"of=%s bs=256 count=1 && chmod 400 %s`) on one node and copy the file to all nodes, or write `crypto_cipher: none` and "+
			"`crypto_hash: none` to go without protection.", path, path, path)
	case f.Err != nil:
		c.errorf(line, "Could not open %s: %v.", path, f.Err)
	case !private(f, c.problems):
	case len(f.Data) < leastKey:
		c.errorf(line, "%s: key is too short: %d bytes; run corosync-keygen to make one of 256 bytes.", path, len(f.Data))
	case len(f.Data) > mostKey:
		c.errorf(line, "%s: key is too long: %d bytes; at most %d are possible.", path, len(f.Data), mostKey)
	default:
		c.useKey(Key{Label: path, Secret: slices.Clone(f.Data)})
	}
}

func (c *corosync) useKey(k Key) { c.conf.Keys = Keys{Sign: k, Accept: []Key{k}} }

// openKeys are the keys that everybody may know: packets keep their one form, and prove nothing.
func openKeys(cluster string) Keys {
	k := Key{Label: "none", Secret: []byte("pacer plain traffic of cluster " + strconv.Quote(cluster))}
	return Keys{Sign: k, Accept: []Key{k}, Open: true}
}

// private checks that nobody but root, or the user who reads it, can read a file with a secret.
func private(f File, p *problems) bool {
	ok := true
	if f.Mode&0o077 != 0 {
		p.errs = append(p.errs, &Problem{f.Path, 0, "Bad permissions on keyfile [" + f.Path + "], 600 recommended: its mode is 0" +
			strconv.FormatUint(uint64(f.Mode&0o7777), 8) + "; run `chmod 600 " + f.Path + "`."})
		ok = false
	}
	if f.Owner != 0 && f.Owner != f.OwnUID {
		p.errs = append(p.errs, &Problem{f.Path, 0, "The owner is user " + strconv.Itoa(f.Owner) + "; run `chown root " + f.Path + "`."})
		ok = false
	}
	return ok
}

// authMethods of authkeys; they only name key material here.
var authMethods = []string{"md5", "sha1", "sha256", "sha512"}

// AuthKeys reads Heartbeat's authkeys.
func AuthKeys(f File) (Keys, []*Problem, error) {
	p := &problems{file: f.Path}
	var keys Keys
	if f.Missing {
		p.errorf(0, "The file is missing. Create it with two lines, `auth 1` and `1 sha256 SECRET`, run `chmod 600 %s` and copy it to all nodes.",
			f.Path)
		return keys, nil, p.err()
	}
	if !readable(f, p) {
		return keys, nil, p.err()
	}
	if !private(f, p) {
		return keys, nil, p.err()
	}
	a := &authFile{problems: p, keys: map[int]authKey{}}
	for i, raw := range strings.Split(string(f.Data), "\n") {
		text, _, _ := strings.Cut(raw, "#")
		if words := strings.Fields(text); len(words) > 0 {
			a.line(i+1, words)
		}
	}
	keys = a.finish()
	if len(p.errs) > 0 {
		return Keys{}, nil, p.err()
	}
	return keys, p.warnings, nil
}

type authKey struct {
	line   int
	method string
	secret string
}

// authFile is the work on one authkeys.
type authFile struct {
	*problems
	auth, authLine int
	plain          bool
	order          []int
	keys           map[int]authKey
}

func (a *authFile) line(n int, w []string) {
	if w[0] == "auth" {
		if len(w) < 2 || a.authLine > 0 {
			a.errorf(n, "Auth line is invalid: write `auth NUMBER` once.")
			return
		}
		num, err := strconv.Atoi(w[1])
		if err != nil || num < 0 || num > 15 {
			a.errorf(n, "Auth line is invalid: the key's number must be 0 to 15, not %q.", w[1])
			return
		}
		a.auth, a.authLine = num, n
		return
	}
	if w[0] == "plain" {
		a.plain = len(w) > 1 && w[1] == "yes"
		return
	}
	num, err := strconv.Atoi(w[0])
	switch {
	case err != nil || num < 0 || num > 15 || len(w) < 2:
		a.errorf(n, "This line is invalid: write `NUMBER METHOD SECRET`, the number 0 to 15.") // no text of it: it may be a secret
		return
	case a.keys[num].line > 0:
		a.errorf(n, "Key %d is there already, on line %d: give every key its own number.", num, a.keys[num].line)
		return
	}
	k := authKey{line: n, method: strings.ToLower(w[1])}
	if len(w) > 2 {
		k.secret = w[2]
		// A digest made by `openssl dgst` comes behind "(stdin)=".
		if k.secret == "(stdin)=" && len(w) > 3 {
			k.secret = w[3]
		}
	}
	switch {
	case k.method == "crc":
		if k.secret != "" {
			a.errorf(n, "Auth method [crc] takes no key.")
		}
	case !slices.Contains(authMethods, k.method):
		a.errorf(n, "Invalid authtype [%s]: use sha256 (or sha512, sha1, md5).", k.method)
	case k.secret == "":
		a.errorf(n, "Auth method [%s] requires a key: write the secret behind it.", k.method)
	case len(k.secret) < 8:
		a.warnf(n, "The secret of key %d is shorter than 8 characters.", num)
	}
	a.keys[num] = k
	a.order = append(a.order, num)
}

func (a *authFile) finish() Keys {
	if a.authLine == 0 {
		a.errorf(0, "Missing auth directive in keyfile [%s]: add `auth NUMBER`.", a.file)
		return Keys{}
	}
	sign, ok := a.keys[a.auth]
	if !ok {
		a.errorf(a.authLine, "Auth Key [%d] not found in keyfile [%s]: add the line `%d sha256 SECRET`.", a.auth, a.file, a.auth)
		return Keys{}
	}
	if sign.method == "crc" {
		if !a.plain {
			a.errorf(sign.line, "crc has no key and protects nothing: use `%d sha256 SECRET`, or add the line `plain yes` if that is wanted.", a.auth)
			return Keys{}
		}
		a.warnf(sign.line, "crc has no key: anybody on the network can take part.")
		return openKeys("")
	}
	var keys Keys
	for _, num := range a.order {
		k := a.keys[num]
		if k.method == "crc" {
			a.warnf(k.line, "Key %d is crc; packets without a key are refused.", num)
			continue
		}
		key := Key{Label: "authkeys " + strconv.Itoa(num), Secret: []byte(k.secret)}
		if num == a.auth {
			keys.Sign = key
		}
		keys.Accept = append(keys.Accept, key)
	}
	return keys
}

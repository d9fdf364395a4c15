package corosync

import (
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"

	"pacer/applet"
	"pacer/client"
	"pacer/exitcode"
	"pacer/tool/command"
)

// Keygen is corosync-keygen: a new key for the cluster.
var Keygen = applet.Applet{
	Names: []string{"corosync-keygen"}, Run: runKeygen,
	Summary: "make a new key for the cluster", SummaryJapanese: "クラスタの新しい鍵を作成",
}

// The sizes of keys in bytes.
const (
	leastKey, usualKey, mostKey = 128, 256, 4096
)

// keyFailed is the exit code when the key could not be made.
const keyFailed exitcode.Code = 2

func runKeygen(env applet.Env) exitcode.Code {
	path, source, size := env.Places.CorosyncKey(), "/dev/urandom", usualKey
	p := &program{env: env, name: "corosync-keygen", synopsis: "[-k FILE] [-s SIZE] [-r FILE] [-l] [-h]",
		summary: "Writes a new key. Copy it to all nodes, with the same owner and mode."}
	p.options = []command.Option{
		command.Text(&path, "key-file", 'k', "file", "Where to write it; "+path+" unless given"),
		command.Text(&source, "random-file", 'r', "file", "Where chance comes from; /dev/urandom unless given"),
		command.Do(func() {}, "less-secure", 'l', "Accepted for compatibility"),
		command.With(func(v string) error {
			n, err := strconv.Atoi(v)
			if err != nil || n < leastKey || n > mostKey {
				return command.Fail(exitcode.Error, "%s: Unsupported key size (supported <%d,%d>)", p.name, leastKey, mostKey)
			}
			size = n
			return nil
		}, "size", 's', "bytes", "Size of the key"),
	}
	if _, done, code := p.read(); done {
		return code
	}
	p.line("Corosync Cluster Engine Authentication key generator.")
	p.line("Gathering %d bits for key from %s.", 8*size, source)
	key, err := gather(source, size)
	if err != nil {
		p.fail("%s: Could not read %s: %s", p.name, source, client.Reason(err))
		return keyFailed
	}
	if path == env.Places.CorosyncKey() {
		err = os.MkdirAll(filepath.Dir(path), 0o755)
	}
	if err == nil {
		err = writeKey(path, key)
	}
	if err != nil {
		p.fail("%s: Could not create %s: %s", p.name, path, client.Reason(err))
		return keyFailed
	}
	p.line("Writing corosync key to %s.", path)
	return exitcode.OK
}

func gather(source string, size int) ([]byte, error) {
	in, err := os.Open(source)
	if err != nil {
		return nil, err
	}
	defer in.Close()
	key := make([]byte, size)
	_, err = io.ReadFull(in, key)
	return key, err
}

// writeKey puts the key in its place when it is whole: a node that starts meanwhile reads the old one or the new one.
func writeKey(path string, key []byte) (err error) {
	out, err := os.CreateTemp(filepath.Dir(path), ".key")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			os.Remove(out.Name())
		}
	}()
	_, err = out.Write(key)
	err = errors.Join(err, out.Chmod(0o400), out.Sync(), out.Close())
	if err != nil {
		return err
	}
	return os.Rename(out.Name(), path)
}

package collect

import (
	"bytes"
	"compress/bzip2"
	"compress/gzip"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// settingsFiles are the files of settings that are taken as they are, but for their secrets. Keys (authkey, authkeys) are not
// among them.
func (n *node) settingsFiles() []string {
	p := n.env.Places
	return []string{p.CorosyncConf(), p.HACf(), filepath.Join(filepath.Dir(p.HACf()), "haresources"),
		p.Default("pacer"), p.Default("pacemaker"), p.Default("corosync"), p.Default("sbd"),
		p.Sysconfig("pacer"), p.Sysconfig("pacemaker"), p.Sysconfig("corosync"), p.Sysconfig("sbd")}
}

// inlineKey is a key that stands in the configuration itself (totem.key).
var inlineKey = pattern(`(?m)^([ \t]*key[ \t]*:[ \t]*)\S.*$`)

func (n *node) clusterFiles() {
	found := false
	for _, path := range n.settingsFiles() {
		text, at, err := read(path, maxFile)
		if err != nil {
			if !os.IsNotExist(err) {
				n.tell("%s", err)
			}
			continue
		}
		name := filepath.Base(path)
		if dir := filepath.Base(filepath.Dir(path)); dir == "default" || dir == "sysconfig" {
			name = dir + "-" + name
		} else {
			found = true
		}
		n.addFrom(name, at, inlineKey().ReplaceAll(text, []byte("${1}"+hidden)))
	}
	if !found {
		n.tell("there is no configuration of the cluster layer: neither %s nor %s", n.env.Places.CorosyncConf(), n.env.Places.HACf())
	}
	n.permissions()
}

// permissions lists the files of the cluster with mode, owner, size and time.
func (n *node) permissions() {
	var b bytes.Buffer
	p := n.env.Places
	for _, path := range []string{p.CorosyncConf(), p.CorosyncKey(), p.HACf(), p.AuthKeys(), p.RunDir(), p.StateDir(), p.Secrets(), filepath.Dir(p.LogFile()),
		p.CIBDir(), p.SchedulerInputs()} {
		list(&b, path)
		if path != p.CIBDir() && path != p.RunDir() && path != p.StateDir() {
			continue
		}
		entries, _ := os.ReadDir(path)
		for _, e := range entries {
			list(&b, filepath.Join(path, e.Name()))
		}
	}
	n.add("permissions.txt", b.Bytes())
}

func list(w io.Writer, path string) {
	st, err := os.Lstat(path)
	if err != nil {
		fmt.Fprintf(w, "%s: %s\n", path, reason(err))
		return
	}
	fmt.Fprintf(w, "%s %s %10d %s %s\n", st.Mode(), owner(st), st.Size(), st.ModTime().Format(time.RFC3339), path)
}

// maxInputs limits how many inputs of the scheduler are taken; the newest ones are.
const maxInputs = 200

// inputs takes the inputs of the scheduler from the time in question, and copies of the configuration that were put aside then.
func (n *node) inputs() {
	n.series(n.env.Places.SchedulerInputs(), "pengine", func(name string) bool { return strings.HasPrefix(name, "pe-") })
	n.series(n.env.Places.CIBDir(), "", func(name string) bool {
		return strings.HasPrefix(name, "cib-lost-") || name == "cib-refused.xml"
	})
}

func (n *node) series(dir, under string, wanted func(string) bool) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		if !os.IsNotExist(err) {
			n.tell("%s", err)
		}
		return
	}
	var files []fs.FileInfo
	for _, e := range entries {
		st, err := e.Info()
		plain := strings.HasSuffix(e.Name(), ".xml") || strings.HasSuffix(e.Name(), ".xml.bz2")
		if err != nil || !st.Mode().IsRegular() || !plain || !wanted(e.Name()) || st.ModTime().Before(n.r.From) || st.ModTime().After(n.r.To) {
			continue
		}
		files = append(files, st)
	}
	slices.SortFunc(files, func(a, b fs.FileInfo) int { return a.ModTime().Compare(b.ModTime()) })
	if len(files) > maxInputs {
		n.tell("%s: %d older files of the time in question are left out", dir, len(files)-maxInputs)
		files = files[len(files)-maxInputs:]
	}
	for _, f := range files {
		text, at, err := read(filepath.Join(dir, f.Name()), maxFile)
		if err != nil {
			n.tell("%s", err)
			continue
		}
		n.addFrom(filepath.Join(under, strings.TrimSuffix(f.Name(), ".bz2")), at, n.maskXML(text))
	}
}

// read reads a regular file, unpacked, up to a limit.
func read(path string, limit int64) ([]byte, time.Time, error) {
	f, in, st, err := open(path)
	if err != nil {
		return nil, time.Time{}, err
	}
	defer f.Close()
	text, err := io.ReadAll(io.LimitReader(in, limit))
	if err != nil {
		err = fmt.Errorf("%s: %w", path, err)
	}
	return text, st.ModTime(), err
}

// open opens a regular file to read it unpacked.
func open(path string) (*os.File, io.Reader, fs.FileInfo, error) {
	st, err := os.Stat(path)
	if err != nil {
		return nil, nil, nil, err
	}
	if !st.Mode().IsRegular() {
		return nil, nil, nil, fmt.Errorf("%s is no regular file", path)
	}
	f, err := os.Open(path)
	if err != nil {
		return nil, nil, nil, err
	}
	switch filepath.Ext(path) {
	case ".bz2":
		return f, bzip2.NewReader(f), st, nil
	case ".gz":
		z, err := gzip.NewReader(f)
		if err != nil {
			f.Close()
			return nil, nil, nil, fmt.Errorf("%s: %w", path, err)
		}
		return f, z, st, nil
	}
	return f, f, st, nil
}

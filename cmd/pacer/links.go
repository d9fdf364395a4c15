package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"pacer/applet"
	"pacer/exitcode"
)

// links makes a symbolic link to this program for every name of every command: pacer links DIR.
func links(env applet.Env) exitcode.Code {
	if len(env.Args) != 1 || strings.HasPrefix(env.Args[0], "-") {
		fmt.Fprintln(env.Stderr, text(env, "Usage: pacer links DIRECTORY", "使い方: pacer links ディレクトリ"))
		return exitcode.Usage
	}
	dir := env.Args[0]
	self, err := os.Executable()
	if err != nil {
		fmt.Fprintln(env.Stderr, "pacer links:", err)
		return exitcode.OSErr
	}
	target := self
	if abs, err := filepath.Abs(dir); err == nil && filepath.Dir(self) == abs {
		target = filepath.Base(self)
	}
	for _, a := range table {
		for _, name := range a.Names {
			if a.Internal {
				continue
			}
			if err := link(target, filepath.Join(dir, name)); err != nil {
				fmt.Fprintln(env.Stderr, "pacer links:", err)
				return exitcode.CantCreate
			}
		}
	}
	return exitcode.OK
}

// link replaces an old link, and nothing but a link.
func link(target, path string) error {
	st, err := os.Lstat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return err
	case st.Mode()&fs.ModeSymlink == 0:
		return fmt.Errorf("%s is there and is no link", path)
	default:
		if err := os.Remove(path); err != nil {
			return err
		}
	}
	return os.Symlink(target, path)
}

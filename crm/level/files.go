package level

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"pacer/crm/session"
	"pacer/crm/syntax"
)

// maxText bounds a loaded text in bytes.
const maxText = 64 << 20

// readText reads a file, or standard input for "-".
func (sh *Shell) readText(name string) (string, error) {
	if strings.Contains(name, "://") {
		return "", fmt.Errorf("could not open %s: only files can be loaded; download it first", name)
	}
	r := sh.Env.Stdin
	if name != "-" {
		f, err := os.Open(name)
		if err != nil {
			return "", fmt.Errorf("could not open %s: %w", name, err)
		}
		defer f.Close()
		r = f
	}
	data, err := io.ReadAll(io.LimitReader(r, maxText+1))
	switch {
	case err != nil:
		return "", fmt.Errorf("could not read %s: %w", name, err)
	case len(data) > maxText:
		return "", fmt.Errorf("%s is larger than %d MB", name, maxText>>20)
	}
	return string(data), nil
}

// load is `load [xml] METHOD FILE`; xml may also stand behind the method.
func load(sh *Shell, args []string) error {
	xml, args := takeXML(args)
	if len(args) == 3 && args[1] == "xml" {
		xml, args = true, []string{args[0], args[2]}
	}
	if len(args) != 2 {
		return usage("Expected 2 arguments (%d given)", len(args))
	}
	method, file := args[0], args[1]
	switch method {
	case "update", "replace", "push":
	default:
		return usage("Unknown method %s", method)
	}
	text, err := sh.readText(file)
	if err != nil {
		return err
	}
	if file == "-" {
		file = ""
	}
	if xml {
		return sh.Session.LoadXML(method, file, text)
	}
	return sh.Session.Load(method, file, text)
}

// save is `save [xml] [SEL…] FILE`.
func save(sh *Shell, args []string) error {
	xml, args := takeXML(args)
	if len(args) == 0 {
		return usage("Expected 1 argument (0 given)")
	}
	file, words := args[len(args)-1], args[:len(args)-1]
	objs, err := sh.Session.Select(words)
	if err != nil {
		return err
	}
	var text string
	if xml {
		text = sh.Session.XML(objs, true)
	} else {
		text = sh.Session.Text(objs, true)
	}
	if file == "-" {
		sh.print(text)
		return nil
	}
	// A configuration may hold passwords.
	tmp, err := os.CreateTemp(filepath.Dir(file), ".crm-save-")
	if err != nil {
		return fmt.Errorf("could not write %s: %w", file, err)
	}
	defer os.Remove(tmp.Name())
	_, err = tmp.WriteString(text)
	if info, statErr := os.Stat(file); statErr == nil && !info.Mode().IsRegular() {
		tmp.Close()
		return os.WriteFile(file, []byte(text), 0o600)
	}
	if err = errors.Join(err, tmp.Close()); err != nil {
		return fmt.Errorf("could not write %s: %w", file, err)
	}
	return os.Rename(tmp.Name(), file)
}

// selection reads `[xml] [SEL…]` and prints what it names, for editing.
func (sh *Shell) selection(args []string) (objs []*session.Object, text string, xml bool, err error) {
	xml, args = takeXML(args)
	objs, err = sh.Session.Select(args)
	if err != nil {
		return nil, "", xml, err
	}
	if xml {
		// The document shows whole containers, so all that is in it is edited.
		objs = sh.Session.Whole(objs)
		return objs, sh.Session.XML(objs, true), xml, nil
	}
	return objs, sh.Session.Text(objs, true), xml, nil
}

func (sh *Shell) takeBack(objs []*session.Object, text string, xml bool) error {
	if xml {
		return sh.Session.EditXML(objs, text)
	}
	return sh.Session.Edit(objs, text)
}

// edit lets the user change the text of objects in an editor.
func edit(sh *Shell, args []string) error {
	if sh.Mode == Batch || sh.ReadLine == nil {
		return usage("edit needs somebody at a terminal; in scripts use load or filter")
	}
	objs, text, xml, err := sh.selection(args)
	if err != nil {
		return err
	}
	editor, _ := sh.Options.Get("core.editor")
	if editor == "" {
		editor = sh.Env.Getenv("EDITOR")
	}
	if editor == "" {
		editor = "vi"
	}
	f, err := os.CreateTemp("", "crm-edit-*.pcmk")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	edited := text
	if !xml {
		edited += "# vim: set filetype=pcmk:\n"
	}
	if _, err = f.WriteString(edited); err != nil {
		return errors.Join(err, f.Close())
	}
	if err := f.Close(); err != nil {
		return err
	}
	words, err := syntax.Words(editor)
	if err != nil || len(words) == 0 {
		return usage("the editor '%s' cannot be run", editor)
	}
	for {
		cmd := exec.CommandContext(sh.Ctx, words[0], append(words[1:], f.Name())...)
		cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
		run := cmd.Run
		if sh.Lend != nil {
			run = func() error { return sh.Lend(cmd.Run) }
		}
		if err := run(); err != nil {
			return fmt.Errorf("editor %s: %w", words[0], err)
		}
		data, err := os.ReadFile(f.Name())
		if err != nil {
			return err
		}
		if string(data) == edited {
			return nil
		}
		err = sh.takeBack(objs, string(data), xml)
		if err == nil {
			return nil
		}
		sh.tell(err)
		if !sh.Ask("Edit or discard changes (yes to edit, no to discard)") {
			return ErrFailed
		}
	}
}

// filter pipes the text of objects through a program. The program is run directly, not by a shell.
func filter(sh *Shell, args []string) error {
	prog, err := syntax.Words(args[0])
	if err != nil || len(prog) == 0 {
		return usage("the program '%s' cannot be run", args[0])
	}
	objs, text, xml, err := sh.selection(args[1:])
	if err != nil {
		return err
	}
	var out bytes.Buffer
	cmd := exec.CommandContext(sh.Ctx, prog[0], prog[1:]...)
	cmd.Stdin, cmd.Stdout, cmd.Stderr = strings.NewReader(text), &out, sh.Env.Stderr
	if err := cmd.Run(); err != nil {
		return usage("%s: %v", args[0], err)
	}
	if out.String() == text {
		return nil
	}
	return sh.takeBack(objs, out.String(), xml)
}

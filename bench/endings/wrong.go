package main

import (
	_ "embed"
	"os"
	"path/filepath"
	"strings"
)

// cib is a small cluster with a device, a resource, a group, a ticket, a rule and some history.
//
//go:embed cib.xml
var cib string

// Names of what a case finds in its directory.
const (
	goodFile   = "good.xml"
	emptyFile  = "empty"
	secretFile = "secret.xml" // not to be read by an ordinary user
	fixedFile  = "fixed.xml"  // not to be written by an ordinary user
	directory  = "directory"
	noFile     = "none/none.xml"
)

// documents are what a file that should hold a CIB may hold instead.
func documents() map[string]string {
	replace := func(old, new string) string { return strings.Replace(cib, old, new, 1) }
	return map[string]string{
		goodFile:       cib,
		emptyFile:      "",
		secretFile:     cib,
		fixedFile:      cib,
		"garbage":      "\x00\x01\xff\xfeno XML at all\n",
		"blank":        "\n\n",
		"html.xml":     "<html><body/></html>\n",
		"short.xml":    cib[:len(cib)/2],
		"tail.xml":     cib + "<cib/>\n",
		"bare.xml":     "<cib/>\n",
		"invalid.xml":  replace("<resources>", "<resources><nonsense/>"),
		"double.xml":   replace(`id="dummy"`, `id="group"`),
		"future.xml":   replace(`validate-with="pacemaker-4.0"`, `validate-with="pacemaker-9.0"`),
		"schema.xml":   replace(`validate-with="pacemaker-4.0"`, `validate-with="nonsense"`),
		"feature.xml":  replace(`crm_feature_set="3.20.1"`, `crm_feature_set="99.0.0"`),
		"version.xml":  replace(`epoch="1"`, `epoch="many"`),
		"cut.xml.bz2":  "BZh91AY&SY\x00",
		"entities.xml": "<!DOCTYPE cib [<!ENTITY a SYSTEM \"good.xml\">]>\n<cib>&a;</cib>\n",
	}
}

// wrongFiles are the names that stand for a file that should hold a CIB.
var wrongFiles = []string{
	noFile, directory, emptyFile, "garbage", "blank", "html.xml", "short.xml", "tail.xml", "bare.xml", "invalid.xml", "double.xml", "future.xml",
	"schema.xml", "feature.xml", "version.xml", "cut.xml.bz2", "entities.xml",
}

// forbiddenFiles are those that an ordinary user may not read or write.
var forbiddenFiles = []string{secretFile, fixedFile}

// wrongPlaces are names under which nothing can be written.
var wrongPlaces = []string{"none/out", directory, "", "/proc/version"}

// wrongValues stand for the value of an option, whatever it should be.
var wrongValues = []string{"", "nonsense", "-1", "99999999999999999999", "1.5", "two words", strings.Repeat("x", 5000)}

// layOut fills the directory of a case.
func layOut(dir string, ordinary bool) error {
	if err := os.Mkdir(filepath.Join(dir, directory), 0o755); err != nil {
		return err
	}
	for name, text := range documents() {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, []byte(text), 0o644); err != nil {
			return err
		}
		if !ordinary {
			continue
		}
		owner, mode := nobody, os.FileMode(0o644)
		switch name {
		case secretFile:
			owner, mode = 0, 0
		case fixedFile:
			owner = 0
		}
		if err := os.Chown(path, owner, owner); err != nil {
			return err
		}
		if err := os.Chmod(path, mode); err != nil {
			return err
		}
	}
	if ordinary {
		return os.Chown(dir, nobody, nobody)
	}
	return os.Chmod(dir, 0o755)
}

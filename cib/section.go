package cib

import "slices"

// configurationSections are the children of configuration, in the order in which they are made.
var configurationSections = []string{
	"crm_config", "nodes", "resources", "constraints", "rsc_defaults", "op_defaults", "acls", "fencing-topology", "tags", "alerts",
}

// sectionPath gives the element names from the root to a section, the root itself left out. "", "all" and "cib" are the
// whole document.
func sectionPath(name string) ([]string, bool) {
	switch name {
	case "", "all", "cib":
		return nil, true
	case "configuration", "status":
		return []string{name}, true
	case "tickets":
		return []string{"status", name}, true
	}
	if slices.Contains(configurationSections, name) {
		return []string{"configuration", name}, true
	}
	return nil, false
}

// SectionXPath gives the absolute XPath of a section, "" when there is no such section.
func SectionXPath(name string) string {
	path, ok := sectionPath(name)
	if !ok {
		return ""
	}
	out := "/cib"
	for _, p := range path {
		out += "/" + p
	}
	return out
}

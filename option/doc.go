// Package option is the one table of cluster options and meta-attributes: name, older names, default and a short
// description. Whoever needs a default or a spelling asks here.
package option

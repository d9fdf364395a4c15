// Package option is the one table of cluster options, meta-attributes and fencing parameters: name, older names, default and
// description. Whoever needs a default or a spelling asks here. The descriptions of what other tools list as well stand by
// themselves (cluster_words.go, resource_words.go, fencing_words.go), because their words are not free to choose.
package option

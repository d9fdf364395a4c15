// Package crm is the crm shell: `crm configure …`, `crm resource …`, interactively, from a file or as one command.
//
//	crm (this package)  options, modes, exit codes
//	 ├─ term            line editing
//	 ├─ complete        what may come next
//	 ├─ level           the tables of commands and the shell that walks through them
//	 ├─ session         the working copy, commit and merge
//	 └─ syntax          text ⇄ CIB elements
//
// The cluster is reached through package client only: a running one, a CIB_file, or a shadow copy.
package crm

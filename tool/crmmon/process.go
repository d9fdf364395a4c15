package crmmon

import "syscall"

// ownSession takes a process away from the terminal of its parent.
func ownSession() *syscall.SysProcAttr { return &syscall.SysProcAttr{Setsid: true} }

// Package exitcode is the table of exit codes that all commands share, with the names and the texts that crm_error shows
// and that `<status code= message=>` carries.
//
//	error ──Of──▶ Code ──▶ process exit · Text() · Name()
//
// Codes 0 to 9 follow the OCF agent codes, 64 to 78 follow sysexits.h, those from 100 belong to the cluster.
package exitcode

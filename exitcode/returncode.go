package exitcode

import (
	"syscall"

	"golang.org/x/sys/unix"
)

// Return is a return code of the library functions behind the commands, as crm_error -r shows it: 0, a positive errno, or a
// negative code of the cluster's own.
type Return struct {
	Number int
	Name   string
	Text   string
	Exit   Code
}

// Returns are the cluster's own return codes, by rising number.
var Returns = []Return{
	{-1043, "pcmk_rc_digest_mismatch", "Digest does not match expected value", Digest},
	{-1042, "pcmk_rc_cs_internal", "Internal corosync error", Software},
	{-1041, "pcmk_rc_ipc_more", "More IPC message fragments to send", Error},
	{-1040, "pcmk_rc_no_dc", "DC is not yet elected", NoDC},
	{-1039, "pcmk_rc_compression", "Compression/decompression error", Software},
	{-1038, "pcmk_rc_ns_resolution", "Nameserver resolution error", NoHost},
	{-1037, "pcmk_rc_no_transaction", "No active transaction found", NoSuch},
	{-1036, "pcmk_rc_bad_xml_patch", "Bad XML patch format", DataErr},
	{-1035, "pcmk_rc_bad_input", "Bad input value provided", DataErr},
	{-1034, "pcmk_rc_disabled", "Disabled", Error},
	{-1033, "pcmk_rc_duplicate_id", "Two or more XML elements have the same ID", Multiple},
	{-1032, "pcmk_rc_unpack_error", "Unable to parse CIB XML", Config},
	{-1031, "pcmk_rc_invalid_transition", "Cluster simulation produced invalid transition", Error},
	{-1030, "pcmk_rc_graph_error", "Error writing graph file", IOErr},
	{-1029, "pcmk_rc_dot_error", "Error writing dot(1) file", IOErr},
	{-1028, "pcmk_rc_underflow", "Value too small to be stored in data type", Software},
	{-1027, "pcmk_rc_no_input", "Input file not available", NoInput},
	{-1026, "pcmk_rc_no_output", "Output message produced no output", OK},
	{-1025, "pcmk_rc_after_range", "Result occurs after given range", Expired},
	{-1024, "pcmk_rc_within_range", "Result occurs within given range", OK},
	{-1023, "pcmk_rc_before_range", "Result occurs before given range", NotYetInEffect},
	{-1022, "pcmk_rc_undetermined", "Result undetermined", Indeterminate},
	{-1021, "pcmk_rc_op_unsatisfied", "Not applicable under current conditions", Unsatisfied},
	{-1020, "pcmk_rc_ipc_pid_only", "IPC server process is active but not accepting connections", Error},
	{-1019, "pcmk_rc_ipc_unresponsive", "IPC server is unresponsive", Error},
	{-1018, "pcmk_rc_ipc_unauthorized", "IPC server is blocked by unauthorized process", Error},
	{-1017, "pcmk_rc_no_quorum", "Operation requires quorum", Quorum},
	{-1016, "pcmk_rc_schema_validation", "Update does not conform to the configured schema", Config},
	{-1015, "pcmk_rc_schema_unchanged", "Schema is already the latest available", Error},
	{-1014, "pcmk_rc_transform_failed", "Schema transform failed", Config},
	{-1013, "pcmk_rc_old_data", "Update was older than existing configuration", Old},
	{-1012, "pcmk_rc_diff_failed", "Application of update diff failed", Error},
	{-1011, "pcmk_rc_diff_resync", "Application of update diff failed, requesting full refresh", Error},
	{-1010, "pcmk_rc_cib_modified", "On-disk configuration was manually modified", Error},
	{-1009, "pcmk_rc_cib_backup", "Could not archive previous configuration", Error},
	{-1008, "pcmk_rc_cib_save", "Could not save new configuration to disk", Error},
	{-1007, "pcmk_rc_cib_corrupt", "Could not parse on-disk configuration", Config},
	{-1006, "pcmk_rc_multiple", "Resource active on multiple nodes", Multiple},
	{-1005, "pcmk_rc_node_unknown", "Node not found", NoHost},
	{-1004, "pcmk_rc_already", "Already in requested state", Exists},
	{-1003, "pcmk_rc_bad_nvpair", "Bad name/value pair given", InvalidParam},
	{-1002, "pcmk_rc_unknown_format", "Unknown output format", NoSuch},
	{-1001, "pcmk_rc_error", "Error", Error},
	{0, "pcmk_rc_ok", "OK", OK},
}

// legacy maps the codes of the oldest interface to those of today.
var legacy = []struct {
	number int
	name   string
	now    int
}{
	{201, "pcmk_err_generic", -1001}, {202, "pcmk_err_no_quorum", -1017}, {203, "pcmk_err_schema_validation", -1016},
	{204, "pcmk_err_transform_failed", -1014}, {205, "pcmk_err_old_data", -1013}, {206, "pcmk_err_diff_failed", -1012},
	{207, "pcmk_err_diff_resync", -1011}, {208, "pcmk_err_cib_modified", -1010}, {209, "pcmk_err_cib_backup", -1009},
	{210, "pcmk_err_cib_save", -1008}, {212, "pcmk_err_cib_corrupt", -1007}, {213, "pcmk_err_multiple", -1006},
	{214, "pcmk_err_node_unknown", -1005}, {215, "pcmk_err_already", -1004}, {216, "pcmk_err_bad_nvpair", -1003},
	{217, "pcmk_err_unknown_format", -1002},
}

// maxErrno is the last error of the operating system that is listed.
const maxErrno = 133

// ReturnOf looks a return code up.
func ReturnOf(n int) Return {
	if n > 0 && n <= maxErrno {
		return errnoReturn(n)
	}
	for _, r := range Returns {
		if r.Number == n {
			return r
		}
	}
	return Return{n, "Unknown", "Error", Error}
}

func errnoReturn(n int) Return {
	e := syscall.Errno(n)
	return Return{n, unix.ErrnoName(e), Words(e), OfErrno(e)}
}

// LegacyOf looks a code of the oldest interface up; its sign does not matter.
func LegacyOf(n int) Return {
	if n < 0 {
		n = -n
	}
	for _, l := range legacy {
		if l.number == n {
			r := ReturnOf(l.now)
			return Return{n, l.name, r.Text, r.Exit}
		}
	}
	if n <= maxErrno && n > 0 {
		return errnoReturn(n)
	}
	if n == 0 {
		return Return{0, "pcmk_ok", "OK", OK}
	}
	return Return{n, "Unknown", "Unknown error", Error}
}

// LegacyNumbers and ReturnNumbers list the codes that have a meaning, rising.
func LegacyNumbers() []int {
	out := []int{0}
	for n := 1; n <= maxErrno; n++ {
		out = append(out, n)
	}
	for _, l := range legacy {
		out = append(out, l.number)
	}
	return out
}

// ReturnNumbers lists the return codes, rising.
func ReturnNumbers() []int {
	var out []int
	for _, r := range Returns {
		out = append(out, r.Number)
	}
	for n := 1; n <= maxErrno; n++ {
		out = append(out, n)
	}
	return out
}

// Words writes an error of the operating system as the C library does, with a capital letter.
func Words(e syscall.Errno) string {
	text := e.Error()
	if text != "" && text[0] >= 'a' && text[0] <= 'z' {
		text = string(text[0]-'a'+'A') + text[1:]
	}
	return text
}

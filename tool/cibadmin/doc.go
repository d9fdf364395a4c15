// Package cibadmin is cibadmin: the CIB as XML, read and changed by one operation a call.
//
//	options ──▶ one cib.Op ──▶ node, file or shadow ──▶ XML of a query, or nothing
package cibadmin

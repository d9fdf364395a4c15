// Package crmattribute is crm_attribute: cluster options, defaults and node attributes, and on top of it crm_standby and
// crm_master, which are the same with the name given.
//
//	options, defaults, permanent node attributes ──▶ CIB
//	transient node attributes ──▶ attribute manager of the live cluster, or status section of a CIB file
package crmattribute

// Package crmresource is crm_resource: everything about one resource, or about all, and crm_failcount beside it.
//
//	what the CIB says        list.go params.go constraints.go
//	wishes put into the CIB  params.go move.go (constraints cli-prefer-RSC, cli-ban-RSC-on-NODE)
//	asked of the live node   cleanup.go wait.go
//
// Invariant: the ids of the constraints and pairs that it makes are those that Pacemaker makes: people and scripts look for
// them.
package crmresource

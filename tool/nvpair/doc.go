// Package nvpair finds and changes name-value pairs in a CIB: cluster options, defaults, node attributes, utilization and the
// parameters of resources. The commands that change one of them (crm_attribute, crm_standby, crm_resource, …) share it.
//
//	Where (section, node or resource, set, id, name) ──▶ Find ──▶ []Match
//	                                                 └─▶ Update, Delete ──▶ cib.Op
//
// Invariant: a pair that exists keeps its set and its ids; a new one gets the ids that Pacemaker gives, because people and
// scripts know them by heart.
package nvpair

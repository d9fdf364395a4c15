package main

// newerRules are what 3.0 up to 3.0.3 does otherwise than the recorded cases, which were made a little later and which we follow.
var newerRules = []rule{
	{name: "room of guests", reason: "the capacities of guest nodes are not shown any more (the command line case show-utilization-with-crm-simulate)",
		explains: func(_ *pair, x *detail) bool { return x.guestCapacity() }},
}

// guestCapacity recognises the capacity of a node that only they show.
func (x *detail) guestCapacity() bool {
	return x.class == classUtilization && (x.kind == "missing Remaining:" || x.kind == "missing Original:")
}

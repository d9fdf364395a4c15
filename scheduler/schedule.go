package scheduler

import "pacer/cluster"

// Schedule decides.
func Schedule(in Input) *Output {
	out := &Output{}
	out.State, out.Err = cluster.Unpack(in.CIB, in.Now)
	return out
}

package cluster

import (
	"slices"
	"strings"

	"pacer/history"
	"pacer/operation"
	"pacer/rule"
)

// DeviceDigests are what the devices that unfence look like from a node. They go with fencings, so that a node knows later with
// which devices it was unfenced.
type DeviceDigests struct {
	// All and Secure are the digests of all parameters, and of those that are not private, of every device.
	All, Secure string
	// Changed tells whether a device is another one than when the node was unfenced.
	Changed bool
	// Notices say what changed. In a document from which private parameters may have been taken out they say how its node
	// would look unfenced.
	Notices []string
}

// Unfences tells whether a resource is a device that unfences nodes.
func (r *Resource) Unfences() bool {
	return r.Kind == Primitive && r.FenceDevice && r.Meta["provides"] == "unfencing"
}

// DeviceDigests compares the devices that unfence, given in the order in which they are told of, with those with which a node was
// unfenced. The parameters of a device there are given by params.
func (s *State) DeviceDigests(devices []*Resource, n *Node, sanitized bool, params func(*Resource) Values) DeviceDigests {
	var d DeviceDigests
	had, unfenced := n.Attr("#digests-all")
	hadOpen, _ := n.Attr("#digests-secure")
	holds := func(list, entry string) bool { return strings.Contains(","+list, ","+entry+",") }
	for _, r := range devices {
		digest, open := s.fencingDigests(params(r))
		prefix := r.Name + ":" + r.Type + ":"
		d.All += prefix + digest + ","
		d.Secure += prefix + open + ","
		switch {
		case !unfenced || holds(had, prefix+digest):
		case holds(hadOpen, prefix+open):
			d.Notices = append(d.Notices, "Only 'private' parameters to "+r.Name+" for unfencing "+n.Name+" changed")
		default:
			d.Changed = true
			if sanitized {
				d.Notices = append(d.Notices, "Parameters to "+r.Name+" for unfencing "+n.Name+" changed, try '"+prefix+open+"'")
			}
			d.Notices = append(d.Notices, "notice: Unfencing node "+n.Name+" because the definition of "+r.Name+" changed")
		}
	}
	return d
}

// FencingNotices are what there is to say of the devices that unfence when the history alone asks for the fencing of nodes.
func (s *State) FencingNotices(sanitized bool) []string {
	if !s.Unfencing() {
		return nil
	}
	var devices []*Resource
	for _, r := range slices.Backward(s.Resources) {
		if r.Unfences() {
			devices = append(devices, r)
		}
	}
	var list []string
	seen := map[*Node]bool{}
	for i := range s.Facts {
		f := &s.Facts[i]
		switch {
		case f.Fencing != nil:
			seen[f.Fencing] = true // told of before the attributes of that remote node
			continue
		case f.Kind != FactFence || seen[f.Node]:
			continue
		}
		n := f.Node
		seen[n] = true
		list = append(list, s.DeviceDigests(devices, n, sanitized, func(r *Resource) Values { return s.Params(r, n) }).Notices...)
	}
	return list
}

// fencingDigests are the digests of a fence device's parameters, all of them and those that are not private.
func (s *State) fencingDigests(params Values) (all, secure string) {
	var list, open []operation.Param
	set := s.CIB.Get("crm_feature_set")
	for _, k := range params.Names() {
		p := operation.Param{Name: k, Value: params[k]}
		list = append(list, p)
		if !fencerParam(k) || set == "" || rule.CompareVersions(set, "3.16.0") >= 0 {
			open = append(open, p)
		}
	}
	return history.Digest(list, 0), history.SecureDigest(open, 0, []string{"passwd", "password", "user"})
}

package cib

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"

	"pacer/xmltree"
)

// Version orders the states of one document: first by the administrator's epoch, then by changes of the configuration,
// then by changes of the status.
type Version struct {
	AdminEpoch int `json:"admin_epoch"`
	Epoch      int `json:"epoch"`
	NumUpdates int `json:"num_updates"`
}

// Compare is negative when v is older than w, 0 when they are equal, positive when v is newer.
func (v Version) Compare(w Version) int {
	return cmp.Or(cmp.Compare(v.AdminEpoch, w.AdminEpoch), cmp.Compare(v.Epoch, w.Epoch), cmp.Compare(v.NumUpdates, w.NumUpdates))
}

// String gives "admin_epoch.epoch.num_updates".
func (v Version) String() string { return fmt.Sprintf("%d.%d.%d", v.AdminEpoch, v.Epoch, v.NumUpdates) }

// maxCounter is as far as the parts of a version may count.
const maxCounter = 1<<31 - 1

var versionNames = [3]string{"admin_epoch", "epoch", "num_updates"}

// versionOf reads the version from the attributes of an element; what is absent or no number counts as 0.
func versionOf(n *xmltree.Node) Version {
	v, _ := claimedVersion(n)
	return v
}

// claimedVersion is versionOf, and tells whether all three parts are there and numbers.
func claimedVersion(n *xmltree.Node) (v Version, whole bool) {
	whole = true
	count := func(name string) int {
		i, err := strconv.Atoi(strings.TrimSpace(n.Get(name)))
		if err != nil || i < 0 || i > maxCounter {
			whole = false
			return 0
		}
		return i
	}
	return Version{count("admin_epoch"), count("epoch"), count("num_updates")}, whole
}

func (v Version) set(n *xmltree.Node) *xmltree.Node {
	for i, x := range [3]int{v.AdminEpoch, v.Epoch, v.NumUpdates} {
		n.Set(versionNames[i], strconv.Itoa(x))
	}
	return n
}

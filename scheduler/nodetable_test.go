package scheduler

import (
	"strings"
	"testing"
)

// TestTableOrder compares with what GLib 2.74 lists, filled with the same ids by the same hash: tables that grow, and slots
// that are wanted by many.
func TestTableOrder(t *testing.T) {
	for _, c := range []struct{ ids, order string }{
		{"1 2 3 4 5 6 7", "1 3 5 7 2 4 6"},
		{"3 10 17 24 31", "3 10 17 31 24"},
		{"1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23 24 25 26 27 28 29 30 31 32 33 34 35 36 37 38 39 40", "2 18 25 8 13 32 20 37 3 19 26 9 14 33 21 38 4 39 27 40 15 34 22 5 10 28 16 35 23 6 11 30 29 1 17 24 7 31 12 36"},
		{"db-1 db-2 web-1 web-2 1084783375 1084783376 1084783380 9f8e gänse", "1084783376 web-2 1084783375 web-1 1084783380 gänse db-2 db-1 9f8e"},
	} {
		ids := strings.Fields(c.ids)
		var order []string
		for _, i := range tableOrder(ids) {
			order = append(order, ids[i])
		}
		if got := strings.Join(order, " "); got != c.order {
			t.Errorf("%s:\n got %s\nwant %s", c.ids, got, c.order)
		}
	}
}

package status

import (
	"fmt"
	"strings"

	"pacer/isotime"
)

func (t *text) failures() {
	t.section("Failed Resource Actions", func() {
		for i := range t.st.Failures {
			f := &t.st.Failures[i]
			if !t.f.node(f.Node) || !t.f.names(f.Resource, f.XMLID) {
				continue
			}
			if t.d.Detail || t.d.Raw {
				t.item(technical(f))
			} else {
				t.item(friendly(f))
			}
		}
	})
}

// technical is a failure in the words of the history.
func technical(f *Failure) string {
	line := fmt.Sprintf("%s on %s '%s' (%d): call=%d, status='%s'", f.Key, f.Node, f.CodeText, f.Code, f.Call, f.StatusText)
	if f.Reason != "" {
		line += ", exitreason='" + f.Reason + "'"
	}
	if !f.Changed.IsZero() {
		line += fmt.Sprintf(", last-rc-change='%s', queued=%dms, exec=%dms", f.Changed.Format(timeForm),
			f.Queued.Milliseconds(), f.Ran.Milliseconds())
	}
	return line
}

// friendly is a failure in a sentence.
func friendly(f *Failure) string {
	task := f.Task
	if task == "monitor" && f.Interval == 0 {
		task = "probe"
	}
	var line strings.Builder
	line.WriteString(f.Resource + " ")
	if f.Interval > 0 {
		line.WriteString(isotime.Units(f.Interval) + "-interval ")
	}
	line.WriteString(task + " on " + f.Node)
	if f.Status == 0 {
		line.WriteString(" returned '" + f.CodeText + "'")
		if f.Reason != "" {
			line.WriteString(" (" + f.Reason + ")")
		}
	} else {
		line.WriteString(" could not be executed (" + f.StatusText)
		if f.Reason != "" {
			line.WriteString(": " + f.Reason)
		}
		line.WriteString(")")
	}
	if !f.Changed.IsZero() {
		line.WriteString(" at " + f.Changed.Format(timeForm))
	}
	if f.Ran > 0 {
		line.WriteString(" after " + isotime.Units(f.Ran))
	}
	return line.String()
}

func (t *text) tickets() {
	t.section("Tickets", func() {
		for i := range t.st.Tickets {
			k := &t.st.Tickets[i]
			line := k.ID + ": revoked"
			if k.Granted {
				line = k.ID + ": granted"
			}
			if k.Standby {
				line += " [standby]"
			}
			if at := epoch(k.LastGranted); !at.IsZero() {
				line += ` last-granted="` + at.Format(timeForm) + `"`
			}
			t.item(line)
		}
	})
}

func (t *text) bans() {
	t.section("Negative Location Constraints", func() {
		for i := range t.st.Bans {
			b := &t.st.Bans[i]
			if !strings.HasPrefix(b.ID, t.d.BanPrefix) || !t.f.names(b.Resource) {
				continue
			}
			role := ""
			if b.PromotedOnly {
				role = "in Promoted role "
			}
			t.item(b.ID, "\tprevents ", b.Resource, " from running ", role, "on ", t.nodeLabel(b.Node, b.NodeID, "", false))
		}
	})
}

func (t *text) fencing() {
	show := t.d.Show
	list := func(name, state string) {
		t.section(name, func() {
			for i := range t.st.Fencing {
				if f := &t.st.Fencing[i]; f.State == state && t.f.node(f.Target) {
					t.item(f.String())
				}
			}
		})
	}
	if show&FencingFailed != 0 && show&FencingWorked == 0 {
		list("Failed Fencing Actions", "failed")
	}
	if show&FencingPending != 0 && show&FencingWorked == 0 {
		list("Pending Fencing Actions", "pending")
	}
	if show&FencingWorked != 0 {
		t.section("Fencing History", func() {
			for i := range t.st.Fencing {
				f := &t.st.Fencing[i]
				if f.State == "failed" && show&FencingFailed == 0 || f.State == "pending" && show&FencingPending == 0 || !t.f.node(f.Target) {
					continue
				}
				t.item(f.String())
			}
		})
	}
}

// String is a fencing action in one line.
func (f *Fencing) String() string {
	verb := map[string]string{"off": "turning off", "on": "unfencing", "reboot": "reboot"}[f.Action]
	if verb == "" {
		verb = f.Action
	}
	line := verb + " of " + f.Target
	switch f.State {
	case "failed":
		line += " failed"
		if f.Reason != "" {
			line += " (" + f.Reason + ")"
		}
	case "success":
		line += " successful"
	default:
		line += " pending"
	}
	line += ":"
	if f.Delegate != "" {
		line += " delegate=" + f.Delegate + ","
	}
	line += " client=" + f.Client + ", origin=" + f.Origin
	if f.State != "pending" && !f.Completed.IsZero() {
		word := "completed"
		if f.State == "failed" {
			word = "last-failed"
		}
		line += ", " + word + "='" + f.Completed.UTC().Format("2006-01-02 15:04:05Z") + "'"
	}
	return line
}

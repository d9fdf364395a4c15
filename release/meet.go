package release

import "fmt"

// Member is a program that meets others.
type Member struct {
	Name string
	Release
	// AtWork tells that it has been part of the cluster already, and is not just coming.
	AtWork bool
}

// Meeting is what comes of a view's programs.
type Meeting struct {
	// Level is that of those who may take part, when nobody is refused.
	Level Level
	// Refused tells for each member in their order why it must not take part, "" for those who may. Everybody works this out alike
	// from the same words, so that who is refused knows it and goes.
	Refused []string
}

// Anybody tells whether somebody is refused.
func (m Meeting) Anybody() bool {
	for _, why := range m.Refused {
		if why != "" {
			return true
		}
	}
	return false
}

// Meet works out who may take part. reached is the feature set that the configuration has which will be that of all, "" when it is
// new; keeper is the member that has it. Members at work are right against those who come, and the keeper where nobody is at work.
func Meet(members []Member, reached string, keeper int) Meeting {
	out := Meeting{Refused: make([]string, len(members))}
	var all []Release
	atWork := false
	for _, m := range members {
		atWork = atWork || m.AtWork
		all = append(all, m.Release)
	}
	for i, m := range members {
		if Older(m.Features, reached) {
			out.Refused[i] = fmt.Sprintf("its program is too old: it has feature set %s, and the cluster works at %s since all its nodes could; "+
				"install the version of the other nodes", m.Features, reached)
			continue
		}
		for k, o := range members {
			if k == i || atWork && !o.AtWork || !atWork && k != keeper || m.AtWork && o.AtWork {
				continue
			}
			if why := apart(m.Release, o.Release, o.Name); why != "" {
				out.Refused[i] = why
				break
			}
		}
	}
	out.Level = Least(all)
	return out
}

// apart tells why a program cannot work with another, "" when it can.
func apart(m, o Release, name string) string {
	switch a, b := first(m.Features, 1)[0], first(o.Features, 1)[0]; {
	case a < b:
		return fmt.Sprintf("its program is too old: it has feature set %s, and %s has %s; install the version of the other nodes", m.Features, name, o.Features)
	case a > b:
		return fmt.Sprintf("its program is too new: it has feature set %s, and %s has %s; stop the whole cluster to upgrade to it", m.Features, name, o.Features)
	case m.Protocol < o.Oldest:
		return fmt.Sprintf("its program is too old: it speaks protocol %d, and %s understands none before %d; install the version of the other nodes",
			m.Protocol, name, o.Oldest)
	case m.Oldest > o.Protocol:
		return fmt.Sprintf("its program is too new: it understands no protocol before %d, and %s speaks %d; upgrade the other nodes to a version between first",
			m.Oldest, name, o.Protocol)
	}
	return ""
}

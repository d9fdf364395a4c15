package main

import "pacer/xmltree"

// pair is a CIB and what a peer and we made of it.
type pair struct {
	cib          *xmltree.Node
	theirs, ours *outcome
}

// rule is a difference between a peer's version and ours that is known and understood.
type rule struct {
	name   string
	reason string // with what shows it: a recorded case, or the change log
	// explains tells whether the rule is the reason of a detail.
	explains func(p *pair, x *detail) bool
	// rest: what comes after such a detail follows from it, so that the CIB cannot be compared any further.
	rest bool
}

func (r *rule) String() string { return r.name + ": " + r.reason }

// finding is what becomes of the comparison with a peer on a CIB.
type finding int

const (
	alike       finding = iota
	renumbered          // alike but for how actions are numbered
	known               // what differs is explained
	skipped             // explained by a rule after which nothing can be compared
	died                // the peer made nothing of it
	unproved            // not explained, and the newer peer, which would prove it, died
	unexplained         // not explained
)

// verdict is what is found on a CIB.
type verdict struct {
	finding finding
	reason  string      // of the first detail that is explained
	left    *difference // the details that are not
}

// judge tells what becomes of a difference to a peer. Beside an older peer, proof is the verdict on the newer one, nil when there
// is none: where the newer series is at hand and decides as we do, the older one decides otherwise because it is older, and
// the rules only name the reason. Without a proof what the rules explain is explained.
func judge(p *pair, rules []rule, d *difference, proof *verdict) *verdict {
	v := &verdict{left: &difference{}}
	if p.theirs.trouble != "" && p.ours.trouble == "" {
		v.finding, v.reason = died, p.theirs.trouble
		return v
	}
	if d.weak() {
		v.finding, v.left = renumbered, d
		return v
	}
	proven := proof != nil && proof.finding != died
	acts := false // of these something is explained; their numbers and their order follow from it
	for i := range d.list {
		x := &d.list[i]
		r := ruleOn(rules, p, x)
		switch {
		case proven && proof.alikeIn(x.class), !proven && r != nil:
		case acts && (x.class == classSteps || x.class == classNumbers):
			continue
		default:
			v.left.list = append(v.left.list, *x)
			continue
		}
		acts = acts || x.class >= classActions && x.class < classSteps
		if v.reason == "" {
			v.reason = x.String()
			if r != nil {
				v.reason = r.String()
			}
		}
		if !proven && r.rest {
			v.finding, v.reason = skipped, r.String()
			break
		}
	}
	switch {
	case len(v.left.list) > 0 && !v.left.weak():
		v.finding = unexplained
		if proof != nil && !proven {
			v.finding = unproved
		}
	case v.finding == skipped:
	case v.reason != "":
		v.finding = known
	case v.left.weak():
		v.finding = renumbered
	}
	return v
}

// alikeIn tells whether the peer and we are alike in what a class is about: nothing of it is left unexplained.
func (v *verdict) alikeIn(c class) bool {
	for i := range v.left.list {
		if x := v.left.list[i].class; x == c || x == classEnd { // where one did not end well, nothing else was compared
			return false
		}
	}
	return true
}

func ruleOn(rules []rule, p *pair, x *detail) *rule {
	for i := range rules {
		if rules[i].explains(p, x) {
			return &rules[i]
		}
	}
	return nil
}

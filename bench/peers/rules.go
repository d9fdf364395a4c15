package main

import (
	"slices"

	"pacer/xmltree"
)

// pair is a CIB and what both made of it.
type pair struct {
	older        bool
	cib          *xmltree.Node
	theirs, ours *outcome

	family map[string]bool // see together; nil until it is asked for
	scored map[string]bool // the names of the rules that explained differences in scores
}

// rule is a difference between the two series that is known and understood: the newer one decides otherwise, on purpose or
// because a mistake was mended.
type rule struct {
	name, reason string
	// detail tells whether the rule is the reason of one detail; all others still count. Nil for rules on the whole.
	detail func(p *pair, x *detail) bool
	// whole tells whether the rule is the reason of the first of the details that are left, by which nothing after it can be
	// compared: the CIB is skipped. Nil for rules on details.
	whole func(p *pair, d *difference) bool
}

// verdict is what is left of a difference when the rules were applied.
type verdict struct {
	left    *difference // without what rules on details explain; empty when all is explained
	used    []*rule     // these rules
	skipped *rule       // the rule for which the CIB is skipped, if any
}

// judge applies the rules to a difference.
func judge(p *pair, d *difference) *verdict {
	v := &verdict{left: &difference{}}
	if !p.older {
		v.left = d
		return v
	}
	acts := false
	for i := range d.list {
		x := &d.list[i]
		if r := ruleOn(p, x); r != nil {
			if !slices.Contains(v.used, r) {
				v.used = append(v.used, r)
			}
			if x.class == classScores {
				if p.scored == nil {
					p.scored = map[string]bool{}
				}
				p.scored[r.name] = true
			}
			acts = acts || x.class >= classActions && x.class < classSteps
			continue
		}
		if acts && (x.class == classSteps || x.class == classNumbers) {
			continue // follows from what was explained
		}
		v.left.list = append(v.left.list, *x)
	}
	if len(v.left.list) == 0 {
		return v
	}
	for i := range rules {
		if rules[i].whole != nil && rules[i].whole(p, v.left) {
			v.skipped = &rules[i]
			break
		}
	}
	return v
}

func ruleOn(p *pair, x *detail) *rule {
	for i := range rules {
		if rules[i].detail != nil && rules[i].detail(p, x) {
			return &rules[i]
		}
	}
	return nil
}

package randomcib

import (
	"flag"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Flags adds the command line's form of Options (-only, -without, -weights, -nodes, -resources) to a set of flags. The
// function that it returns reads them after parsing, and says which feature is not known.
func Flags(set *flag.FlagSet) func() (Options, error) {
	only := set.String("only", "", "the features that are on, with commas between (\"none\": none at all)")
	without := set.String("without", "", "features that are off")
	weights := set.String("weights", "", "in which share of the documents features are on: NAME=SHARE,…")
	nodes := set.Int("nodes", 0, "the most cluster nodes")
	resources := set.Int("resources", 0, "the most primitives")
	return func() (o Options, err error) {
		o.MaxNodes, o.MaxResources = *nodes, *resources
		if *only == "none" {
			o.Only = []Feature{}
		} else if o.Only, err = parse(*only); err != nil {
			return o, err
		}
		if o.Without, err = parse(*without); err != nil {
			return o, err
		}
		o.Weights = map[Feature]float64{}
		for _, w := range words(*weights) {
			name, share, _ := strings.Cut(w, "=")
			list, err := parse(name)
			if err != nil {
				return o, err
			}
			if o.Weights[list[0]], err = strconv.ParseFloat(share, 64); err != nil {
				return o, fmt.Errorf("weight of %s: %q is no number; write %s=0.5", name, share, name)
			}
		}
		return o, nil
	}
}

func words(text string) []string {
	return strings.FieldsFunc(text, func(r rune) bool { return r == ',' || r == ' ' })
}

func parse(text string) ([]Feature, error) {
	var list []Feature
	for _, w := range words(text) {
		if !slices.Contains(Features(), Feature(w)) {
			return nil, fmt.Errorf("there is no feature %q: see internal/randomcib/feature.go", w)
		}
		list = append(list, Feature(w))
	}
	return list, nil
}

// Args writes options as the command line takes them.
func (o Options) Args() string {
	var b strings.Builder
	add := func(flag string, list []Feature) {
		texts := make([]string, len(list))
		for i, f := range list {
			texts[i] = string(f)
		}
		fmt.Fprintf(&b, " -%s %s", flag, strings.Join(texts, ","))
	}
	switch {
	case o.Only != nil && len(o.Only) == 0:
		b.WriteString(" -only none")
	case o.Only != nil:
		add("only", o.Only)
	}
	if len(o.Without) > 0 {
		add("without", o.Without)
	}
	var weights []string
	for _, f := range Features() {
		if w, ok := o.Weights[f]; ok {
			weights = append(weights, string(f)+"="+strconv.FormatFloat(w, 'g', -1, 64))
		}
	}
	if len(weights) > 0 {
		b.WriteString(" -weights " + strings.Join(weights, ","))
	}
	if o.MaxNodes > 0 {
		fmt.Fprintf(&b, " -nodes %d", o.MaxNodes)
	}
	if o.MaxResources > 0 {
		fmt.Fprintf(&b, " -resources %d", o.MaxResources)
	}
	return strings.TrimPrefix(b.String(), " ")
}

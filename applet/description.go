package applet

// Description is what a command tells of itself, for manual pages and for the completion of shells.
type Description struct {
	Name, Summary string
	// Synopsis names the words that are no options.
	Synopsis string
	Sections []Section
}

// Section is a group of options.
type Section struct {
	Title   string
	Options []Option
}

// Option is one option as people see it.
type Option struct {
	Short byte   // 0 for none
	Long  string // "" for none
	// Value names the value; "" for none. Optional tells that it may be left out.
	Value    string
	Optional bool
	Help     string
}

// Describe asks a command for its description; ok is false for one that has none.
func (a Applet) Describe(env Env) (d Description, ok bool) {
	env.Name, env.Args = a.Names[0], []string{"--help-all"}
	env.Describe = func(told Description) { d, ok = told, true }
	a.Run(env)
	return d, ok
}

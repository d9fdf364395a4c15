package level

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"

	"pacer/applet"
	"pacer/crm/session"
	"pacer/crm/syntax"
	"pacer/exitcode"
)

// Mode is how the shell is used.
type Mode int

// The modes.
const (
	SingleShot Mode = iota
	Batch
	Interactive
)

// Shell walks through the levels.
type Shell struct {
	Env     applet.Env
	Ctx     context.Context
	Mode    Mode
	Session *session.Session
	Options *Options
	// Force answers every question with yes, No with no.
	Force, No bool
	// Wait waits for the cluster to become idle after each command that changes something.
	Wait bool
	// Line is the number of the line that is executed, in batch mode; 0 otherwise.
	Line int
	// ReadLine asks the user for a line; nil when nobody is there.
	ReadLine func(prompt string) (string, error)
	// Open connects to the cluster or file that an environment names.
	Open func(applet.Env) (Cluster, error)
	// Tools are the drop-in commands that some levels call.
	Tools applet.Table
	// Agents lists the resource agents of this machine; nil when that is not known.
	Agents AgentCatalogue
	// ThisNode answers the name of the node on which the shell runs.
	ThisNode func() (string, error)
	// Lend lets another program use the user's terminal while a function runs; nil when there is none to lend.
	Lend func(func() error) error
	// Page shows a long text on the user's terminal; false means that it did not. Nil prints everything.
	Page func(text string) bool

	stack   []*Level
	cluster Cluster
	shadow  string
	done    bool
}

// Cluster is what the shell needs of a cluster or a CIB file.
type Cluster interface{ session.Store }

// ErrFailed tells that a command failed and has already said why.
var ErrFailed = errors.New("failed")

// CommandError is a mistake in the use of a command; it is told with the command's place.
type CommandError struct{ Msg string }

func (e *CommandError) Error() string { return e.Msg }

// usage makes a CommandError.
func usage(format string, args ...any) error { return &CommandError{fmt.Sprintf(format, args...)} }

// NewShell returns a shell at the root level.
func NewShell(env applet.Env) *Shell {
	fillLevels()
	sh := &Shell{Env: env, Ctx: env.Context, Options: DefaultOptions(), stack: []*Level{rootLevel}}
	if sh.Ctx == nil {
		sh.Ctx = context.Background()
	}
	sh.Session = session.New(lazy{sh})
	sh.Session.Say = sh.say
	return sh
}

// At is the level where the shell is.
func (sh *Shell) At() *Level { return sh.stack[len(sh.stack)-1] }

// AtRoot tells whether the shell is at the root level.
func (sh *Shell) AtRoot() bool { return len(sh.stack) == 1 }

// Done tells whether the user has asked to leave.
func (sh *Shell) Done() bool { return sh.done }

// path is the dotted name of a place in the levels.
func path(stack []*Level, word string) string {
	var names []string
	for _, l := range stack[1:] {
		names = append(names, l.Name)
	}
	if word != "" {
		names = append(names, word)
	}
	return strings.Join(names, ".")
}

// Prompt is what stands before the cursor.
func (sh *Shell) Prompt() string {
	where := "live"
	if sh.shadow != "" {
		where = sh.shadow
	}
	var names []string
	for _, l := range sh.stack[1:] {
		names = append(names, l.Name)
	}
	return "crm(" + where + ")" + strings.Join(names, " ") + "# "
}

// Execute runs one line from where the shell is. ok is false when it failed; why was told.
func (sh *Shell) Execute(line string) (ok bool) {
	line = strings.TrimSpace(line)
	if line == "" || strings.HasPrefix(line, "#") {
		return true
	}
	words, err := syntax.Words(line)
	if err != nil {
		sh.Error("%v", err)
		return false
	}
	// The text of an xml command is one argument.
	if i := xmlAt(words); i >= 0 {
		rest := strings.TrimSpace(line)
		for range i + 1 {
			_, rest, _ = strings.Cut(strings.TrimSpace(rest), " ")
		}
		words = append(words[:i+1:i+1], strings.TrimSpace(rest))
	}
	return sh.ExecuteWords(words)
}

// xmlAt finds the word xml of the configure level, whose argument is not split like other words.
func xmlAt(words []string) int {
	for i, w := range words {
		if strings.EqualFold(w, "xml") && i+1 < len(words) && strings.HasPrefix(words[i+1], "<") {
			return i
		}
		if i > 1 {
			break
		}
	}
	return -1
}

// ExecuteWords runs one command given as words.
func (sh *Shell) ExecuteWords(words []string) (ok bool) {
	before := append([]*Level(nil), sh.stack...)
	for i, w := range words {
		e, found := sh.At().lookup(w, sh.AtRoot())
		if !found {
			sh.Error("%s: No such command", path(sh.stack, w))
			sh.back(before)
			return false
		}
		sh.accepted(w, e)
		if e.level != nil {
			if !sh.skilled(e.level.Skill, path(sh.stack, e.name)) || !sh.enter(e.level) {
				sh.back(before)
				return false
			}
			continue
		}
		return sh.run(e.command, w, words[i+1:], before)
	}
	return true
}

// accepted tells how a word was understood when that was not its name.
func (sh *Shell) accepted(word string, e entry) {
	switch {
	case e.old:
		sh.Warn("This command '%s' is deprecated, please use '%s'", word, e.command.Name)
	case e.name != word:
		sh.Info("\"%s\" is accepted as \"%s\"", word, e.name)
	}
}

func (sh *Shell) skilled(need Skill, what string) bool {
	if need > sh.Options.Skill() {
		sh.Error("%s: ACL %s skill level required", what, skillNames[need])
		return false
	}
	return true
}

// run runs one command and goes back to where the shell was, unless the command itself moved.
func (sh *Shell) run(c *Command, word string, args []string, before []*Level) bool {
	where := path(sh.stack, c.Name)
	here := len(sh.stack)
	if !sh.skilled(c.Skill, where) {
		sh.back(before)
		return false
	}
	var err error
	switch n := len(args); {
	case n == 1 && (args[0] == "--help" || args[0] == "-h"):
		err = help(sh, []string{c.Name})
	case n < c.Min || c.Max >= 0 && n > c.Max:
		err = usage("%s", arity(c, n))
	default:
		err = c.Run(sh, args)
	}
	ok := err == nil
	if !ok {
		var cmd *CommandError
		switch {
		case errors.Is(err, ErrFailed):
		case errors.As(err, &cmd):
			sh.Error("%s: %s", where, cmd.Msg)
		default:
			sh.tell(err)
		}
	}
	if ok && c.Waits && sh.Wait {
		sh.waitIdle()
	}
	if len(sh.stack) == here && c.moves() {
		return ok
	}
	if !c.moves() && !sh.back(before) {
		return false
	}
	return ok
}

// moves tells whether a command changes the level by itself.
func (c *Command) moves() bool {
	switch c.Name {
	case "cd", "up", "quit":
		return true
	}
	return false
}

// arity says what arguments a command takes.
func arity(c *Command, given int) string {
	what := fmt.Sprintf("%d argument", c.Min)
	if c.Min != 1 {
		what += "s"
	}
	if given < c.Min && c.Max != c.Min {
		what = "at least " + what
	}
	if given > c.Max && c.Max >= 0 && c.Max != c.Min {
		what = fmt.Sprintf("at most %d arguments", c.Max)
	}
	s := fmt.Sprintf("Expected %s (%d given)", what, given)
	if c.Usage != "" {
		s += "; usage: " + c.Name + " " + c.Usage
	}
	return s
}

// tell prints an error, each of several on a line of its own.
func (sh *Shell) tell(err error) {
	var many interface{ Unwrap() []error }
	if errors.As(err, &many) {
		for _, e := range many.Unwrap() {
			sh.tell(e)
		}
		return
	}
	sh.Error("%v", err)
}

func (sh *Shell) enter(l *Level) bool {
	if l.Enter != nil {
		if err := l.Enter(sh); err != nil {
			sh.tell(err)
			return false
		}
	}
	sh.stack = append(sh.stack, l)
	return true
}

// back leaves levels until the shell is where it was; false when leaving failed.
func (sh *Shell) back(before []*Level) bool {
	ok := true
	for len(sh.stack) > len(before) {
		ok = sh.leave() && ok
	}
	return ok
}

// leave goes one level up.
func (sh *Shell) leave() bool {
	l := sh.At()
	ok := true
	if l.Leave != nil {
		if err := l.Leave(sh); err != nil {
			if errors.Is(err, errStay) {
				return false
			}
			if !errors.Is(err, ErrFailed) {
				sh.tell(err)
			}
			ok = false
		}
	}
	sh.stack = sh.stack[:len(sh.stack)-1]
	return ok
}

// errStay keeps an interactive shell in its level.
var errStay = errors.New("staying here")

// Finish leaves all levels at the end of input.
func (sh *Shell) Finish() bool {
	ok := true
	for len(sh.stack) > 1 {
		here := len(sh.stack)
		ok = sh.leave() && ok
		if len(sh.stack) == here {
			return false
		}
	}
	return ok
}

// RunBatch executes all lines of a text and then leaves; ok is false when anything failed.
func (sh *Shell) RunBatch(text string) (ok bool) {
	ok = true
	for _, line := range syntax.Lines(text) {
		sh.Line = line.No
		ok = sh.Execute(line.Text) && ok
		if sh.done {
			break
		}
	}
	sh.Line = 0
	return sh.Finish() && ok
}

// say prints messages of the session.
func (sh *Shell) say(l session.Level, text string) {
	switch l {
	case session.Error:
		sh.Error("%s", text)
	case session.Warning:
		sh.Warn("%s", text)
	default:
		sh.Info("%s", text)
	}
}

// Error tells of a failure on standard error, with the line's number in batch mode.
func (sh *Shell) Error(format string, args ...any) {
	at := ""
	if sh.Line > 0 {
		at = fmt.Sprintf("%d: ", sh.Line)
	}
	fmt.Fprintf(sh.Env.Stderr, "ERROR: %s%s\n", at, fmt.Sprintf(format, args...))
}

// Warn tells of something doubtful on standard error.
func (sh *Shell) Warn(format string, args ...any) {
	fmt.Fprintf(sh.Env.Stderr, "WARNING: %s\n", fmt.Sprintf(format, args...))
}

// Info tells what was done.
func (sh *Shell) Info(format string, args ...any) {
	fmt.Fprintf(sh.Env.Stdout, "INFO: %s\n", fmt.Sprintf(format, args...))
}

func (sh *Shell) print(text string) { io.WriteString(sh.Env.Stdout, text) }

// page prints a text that may be long.
func (sh *Shell) page(text string) {
	if sh.Page == nil || !sh.Page(text) {
		sh.print(text)
	}
}

// Ask asks a question that is answered with yes or no. Without anybody to ask the answer is no.
func (sh *Shell) Ask(question string) bool {
	switch {
	case sh.Force:
		return true
	case sh.No || sh.ReadLine == nil || sh.Mode == Batch:
		return false
	}
	for range 10 {
		answer, err := sh.ReadLine(question + " (y/n)? ")
		if err != nil {
			return false
		}
		switch strings.ToLower(strings.TrimSpace(answer)) {
		case "y", "yes":
			return true
		case "n", "no":
			return false
		}
	}
	return false
}

// Tool runs one of the drop-in commands in this process.
func (sh *Shell) Tool(name string, args ...string) error { return sh.tool(sh.clusterEnv(), name, args) }

// Answer runs a command of the tools and returns the line that it prints.
func (sh *Shell) Answer(name string, args ...string) (string, error) {
	var out strings.Builder
	env := sh.clusterEnv()
	env.Stdout = &out
	err := sh.tool(env, name, args)
	return strings.TrimSuffix(out.String(), "\n"), err
}

func (sh *Shell) tool(env applet.Env, name string, args []string) error {
	a, ok := sh.Tools.Lookup(name)
	if !ok {
		return fmt.Errorf("%s is not available", name)
	}
	env.Name, env.Args = name, args
	env.Stdin = strings.NewReader("")
	if code := a.Run(env); code != exitcode.OK {
		return ErrFailed
	}
	return nil
}

func (sh *Shell) thisNode() (string, error) {
	if sh.ThisNode == nil {
		return "", usage("name a node: it is not known on which one the shell runs")
	}
	return sh.ThisNode()
}

package level

// Candidates lists what may come after words of a line: the names of the level to which they lead, or what the command's
// completer offers.
func (sh *Shell) Candidates(before []string) []string {
	l, root := sh.At(), sh.AtRoot()
	for i, w := range before {
		e, ok := l.lookup(w, root)
		if !ok {
			return nil
		}
		if e.level != nil {
			l, root = e.level, false
			continue
		}
		args := before[i+1:]
		c := e.command
		if c.Max >= 0 && len(args) >= c.Max || len(c.Complete) == 0 {
			return nil
		}
		at := len(args)
		if at >= len(c.Complete) {
			at = len(c.Complete) - 1
			// A command with a fixed number of arguments offers nothing beyond its last completer.
			if c.Max >= 0 {
				return nil
			}
		}
		return c.Complete[at](sh, args)
	}
	return l.Names(root)
}

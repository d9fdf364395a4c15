package option

// words describe an option: in a few words, and in full. Where one says it all, the other is empty.
type words struct{ short, long string }

// described puts its words to each option of a table.
func described(by map[string]words, table []Option) []Option {
	for i := range table {
		w := by[table[i].Name]
		table[i].Short, table[i].Long = w.short, w.long
	}
	return table
}

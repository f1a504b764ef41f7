package diagnose

// Rows are the fragments of every known text, in order, for tests that each is needed.
func Rows() [][]string {
	var rows [][]string
	for _, known := range texts {
		rows = append(rows, known.fragments)
	}
	return rows
}

package words

// Catalogue is every format of the catalogue, in order.
func Catalogue() (out []string) {
	for _, table := range saidAll() {
		for _, row := range table {
			out = append(out, row.says)
		}
	}
	return out
}

// Termed says that a text is a word of some domain.
func Termed(s string) bool {
	for _, d := range terms() {
		if _, is := d[s]; is {
			return true
		}
	}
	return false
}

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

// Row is one of the catalogue.
type Row struct{ Says, JA, EN string }

// Rows are the catalogue.
func Rows() (out []Row) {
	for _, table := range saidAll() {
		for _, r := range table {
			out = append(out, Row{r.says, r.ja, r.en})
		}
	}
	return out
}

// Has says that a domain has a word.
func Has(d Domain, s string) bool {
	_, is := terms()[d][s]
	return is
}

// Said says that a sentence is in the catalogue.
func Said(s string) bool {
	p, _ := catalogue().find(s)
	return p != nil
}

// IsDomain says that a domain has words.
func IsDomain(d Domain) bool { return len(terms()[d]) > 0 }

package words

import "kidoban/controller/access"

// Domain is what a word of the record belongs to: "lost" is one thing of a card and another of an escort.
type Domain string

// Term is a word of the record as a page says it: Term(l, Permits, "granted") is 許可済. A word that is not known is shown
// as it came.
func Term(l access.Language, d Domain, value string) string {
	if w, known := terms[d][value]; known {
		return w.in(l)
	}
	return value
}

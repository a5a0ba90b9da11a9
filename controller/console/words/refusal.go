package words

import "kidoban/controller/access"

// Refusal is one of the daemon's sentences (a refusal, an error, the description of a proposal) for a page: in Japanese, or
// in English without the hints that are for a command line. What is not in the catalogue is shown as it came.
func Refusal(l access.Language, english string) string {
	return english
}

// Package words says in Japanese and in English what the daemon says in its own: refusals, entries of the journal, reasons,
// states and times. It computes only, from tables; what is not in a table is shown as it came, never lost and never guessed.
//
// Nothing is escaped here: whoever writes a page does that (html/template). The tables hold what glossary and regulation
// call a thing; tests hold them against the daemon's source, so that no refusal, type or state is without its words.
package words

import "kidoban/controller/access"

// word is the same in both languages.
type word struct{ ja, en string }

func (w word) in(l access.Language) string {
	if l == access.English {
		return w.en
	}
	return w.ja
}

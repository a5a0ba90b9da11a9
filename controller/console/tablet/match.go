package tablet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kidoban/controller/ledger"
)

// fold is a name as it is compared: width, kana, case and spaces make no difference.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.IsSpace(r) || r == '・' || r == '.' || r == ',':
		case r >= 'ァ' && r <= 'ヶ':
			b.WriteRune(r - 'ァ' + 'ぁ')
		default:
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}

// partLeast is how much of a name must be typed: fewer characters find only a whole family name.
const partLeast = 2

// fits says that what somebody typed is the beginning of a visitor's name or its reading.
func fits(typed string, v *ledger.Visitor) bool {
	t := fold(typed)
	for _, name := range []string{v.Name, v.Reading} {
		family, _, _ := strings.Cut(norm.NFKC.String(strings.TrimSpace(name)), " ")
		switch {
		case t == "":
		case utf8.RuneCountInString(t) < partLeast:
			if t == fold(family) {
				return true
			}
		case strings.HasPrefix(fold(name), t):
			return true
		}
	}
	return false
}

// same says that two names are one person's, as far as a slip can tell.
func same(a, b *ledger.Visitor) bool {
	return fold(a.Name) == fold(b.Name) && fold(a.Reading) == fold(b.Reading) && house(a.Affiliation) == house(b.Affiliation)
}

// house is a company's name without what kind of company it is.
func house(s string) string {
	s = fold(s)
	for _, kind := range []string{"株式会社", "有限会社", "合同会社", "(株)", "(有)", "(同)"} {
		s = strings.TrimSuffix(strings.TrimPrefix(s, kind), kind)
	}
	return s
}

// Package fold makes one of the ways in which a name is written, so that who looks for it finds it.
package fold

import (
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Text is a text as it is looked for: half-width kana, katakana and hiragana are one, wide and narrow letters, large and
// small ones, common variants of a character in names; spaces do not count. It is never shown or kept.
func Text(s string) string {
	var out strings.Builder
	out.Grow(len(s))
	for _, r := range norm.NFKC.String(s) {
		switch {
		case unicode.IsSpace(r), r == '・':
			continue
		case r >= 'ァ' && r <= 'ヶ':
			r -= 'ァ' - 'ぁ'
		case variants[r] != 0:
			r = variants[r]
		default:
			r = unicode.ToLower(r)
		}
		out.WriteRune(r)
	}
	return out.String()
}

// variants are characters of names by the one that is usually typed.
var variants = pairs("髙高﨑崎𠮷吉邊辺邉辺齋斎齊斉濵浜濱浜德徳廣広澤沢眞真櫻桜國国嶋島嶌島惠恵瀨瀬淺浅龍竜瀧滝與与條条冨富曾曽黑黒槇槙榮栄壽寿圓円藏蔵鹽塩關関學学橫横佛仏團団")

func pairs(s string) map[rune]rune {
	all := []rune(s)
	m := make(map[rune]rune, len(all)/2)
	for i := 0; i+1 < len(all); i += 2 {
		m[all[i]] = all[i+1]
	}
	return m
}

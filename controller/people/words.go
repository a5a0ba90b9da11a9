package people

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"kidoban/controller/access"
)

var kinds = map[string]access.Kind{
	"staff": access.Staff, "職員": access.Staff,
	"contractor": access.Contractor, "委託": access.Contractor, "派遣": access.Contractor,
	"other": access.Other, "その他": access.Other,
}

var posts = map[string]access.Post{
	"ciso": access.CISO, "セキュリティ統括責任者": access.CISO, "市民文化環境部長": access.CISO,
	"security-officer": access.SecurityOfficer, "市民課長": access.SecurityOfficer,
	"west-branch-head": access.WestBranchHead, "西支所長": access.WestBranchHead,
	"system-manager": access.SystemManager, "システム管理者": access.SystemManager, "デジタル推進課長": access.SystemManager,
}

// sections are the ids that zones name; any other section keeps its own name and is nobody's standing.
var sections = map[string]string{"市民課": access.CivicAffairs, "西支所": "west-branch", "デジタル推進課": "digital"}

var states = map[string]access.CardState{
	"": access.Active, "active": access.Active, "有効": access.Active,
	"blocked": access.Blocked, "一時停止": access.Blocked, "停止": access.Blocked,
	"lost": access.Lost, "紛失": access.Lost,
	"revoked": access.Revoked, "失効": access.Revoked,
}

var yes = map[string]bool{
	"": false, "no": false, "false": false, "0": false, "いいえ": false, "×": false, "-": false,
	"yes": true, "true": true, "1": true, "はい": true, "○": true, "〇": true,
}

var idPattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,31}$`)

// IsID says whether s may be the id of a person, a card or a schedule: short, and no place for words.
func IsID(s string) bool { return idPattern.MatchString(s) }

// clean trims a cell and puts together kana that were taken apart, as some systems save them. Nothing else of a name
// changes: normal forms would swap name variants for the common character.
func clean(s string) string {
	s = strings.TrimSpace(s)
	if text, quoted := strings.CutPrefix(s, "'"); quoted && formula(text) { // as Sheet wrote it
		s = text
	}
	if strings.ContainsAny(s, "\u3099\u309a") {
		runes := []rune(s)
		var out strings.Builder
		for i := 0; i < len(runes); i++ {
			if i+1 < len(runes) && (runes[i+1] == '\u3099' || runes[i+1] == '\u309a') {
				out.WriteString(norm.NFC.String(string(runes[i : i+2])))
				i++
				continue
			}
			out.WriteRune(runes[i])
		}
		return out.String()
	}
	return s
}

// flaw says what is wrong with a name, "" if nothing.
func flaw(s string) string {
	for _, r := range s {
		switch {
		case r >= '\uff61' && r <= '\uff9f':
			return "half-width kana; write them full-width (カタカナ)"
		case r == unicode.ReplacementChar:
			return "a character was lost (�) before this file was saved; enter the name again"
		case unicode.IsControl(r):
			return "a line break or control character; remove it"
		}
	}
	if len(s) > 400 {
		return "longer than 400 octets; shorten it"
	}
	return ""
}

// formula reports whether a spreadsheet would take s for a formula when it is exported again.
func formula(s string) bool {
	first, _ := utf8.DecodeRuneInString(s)
	return s != "" && strings.ContainsRune("=+-@＝＋－＠", first) // a Japanese one takes the wide ones as well
}

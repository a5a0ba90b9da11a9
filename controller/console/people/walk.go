package people

import (
	"regexp"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/console/words"
)

// answer is the walk of the decision for one card, or for somebody without one.
type answer struct {
	Steps  []asked
	Asked  bool // it came to a result: there is a card
	May    bool
	Basis  string // the article
	Result string
}

// asked is one step of the walk.
type asked struct {
	Text   string
	Passed string // how it was passed, "" if it was not
	Why    string // why not, as a name
	Rows   []string
}

var (
	passed  = regexp.MustCompile(`^(.*?)(?: -|:) (適.*|passed.*)$`)
	failed  = regexp.MustCompile(`^(.*?)(?: -|:) (?:不可|refused): ([a-z_]+)$`)
	right   = regexp.MustCompile(`^- (職|所属|post|section) (\S+) (.*)$`)
	granted = regexp.MustCompile(`^(?:結果: 入室可|answer: may enter )\((.+)\)$`)
	refused = regexp.MustCompile(`^(?:結果: 入室不可|answer: refused,) [a-z_]+ ?\((.+?)\)\.? (.+)$`)
)

// split makes an answer of each walk of access.Explain: its last line is the result. What goes by an id there has its name.
func split(l access.Language, lines []string) (out []answer) {
	var now answer
	for _, line := range lines {
		if m := granted.FindStringSubmatch(line); m != nil {
			now.Asked, now.May, now.Basis = true, true, m[1]
		} else if m := refused.FindStringSubmatch(line); m != nil {
			now.Asked, now.Basis, now.Result = true, m[1], m[2]
		} else {
			now.add(l, line)
			continue
		}
		out, now = append(out, now), answer{}
	}
	if len(now.Steps) > 0 {
		out = append(out, now)
	}
	return out
}

func (a *answer) add(l access.Language, line string) {
	if m := failed.FindStringSubmatch(line); m != nil {
		a.Steps = append(a.Steps, asked{Text: m[1], Why: words.Term(l, words.Reasons, m[2])})
		return
	}
	if m := passed.FindStringSubmatch(line); m != nil {
		a.Steps = append(a.Steps, asked{Text: m[1], Passed: m[2]})
		return
	}
	row, is := strings.CutPrefix(line, "- ")
	if !is || len(a.Steps) == 0 {
		a.Steps = append(a.Steps, asked{Text: line})
		return
	}
	if m := right.FindStringSubmatch(line); m != nil {
		d := words.Sections
		if m[1] == "職" || m[1] == "post" {
			d = words.Posts
		}
		row = m[1] + " " + words.Term(l, d, m[2]) + " " + m[3]
	}
	last := &a.Steps[len(a.Steps)-1]
	last.Rows = append(last.Rows, row)
}

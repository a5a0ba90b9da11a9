package access

import "fmt"

// Explain answers as Decide does, in sentences: one for each step that was asked, in order, with what was found, and the
// answer with the article it rests on. It is the same walk, so that it cannot say otherwise than the door does.
func Explain(r *Roster, q Question, l Language) []string {
	var lines []string
	i := inquiry{r: r, q: q, win: q.At.window()}
	d := i.walk(func(s step, reason Reason) {
		lines = append(lines, i.describe(s, reason, l))
		if reason == NotAuthorised {
			lines = append(lines, i.card.person.describe(&i.q.Point, i.win, l)...)
		}
	})
	return append(lines, i.conclude(d, l))
}

// ExplainPerson explains a person at an access point: each of their credentials in turn or, where they have none,
// what standing they would have.
func ExplainPerson(r *Roster, id PersonID, q Question, l Language) []string {
	var lines []string
	for _, c := range r.CredentialsOf(id) {
		q.Card = c.Card
		lines = append(lines, Explain(r, q, l)...)
	}
	if lines != nil {
		return lines
	}
	_, p := r.findPerson(id)
	if p == nil {
		return []string{say(l, "%sさんの登録がありません。", "%s is not in the roster.", string(id))}
	}
	lines = append(lines, say(l, "カード: %sに発行されたカードがありません。", "card: none is issued to %s.", string(id)))
	return append(lines, p.describe(&q.Point, q.At.window(), l)...)
}

func say(l Language, ja, en string, args ...any) string { return fmt.Sprintf(pick(l, ja, en), args...) }

var stepNames = [...][2]string{
	stepCard:     {"カード", "card"},
	stepState:    {"カードの状態", "card's state"},
	stepDates:    {"カードの期間", "card's validity"},
	stepStanding: {"資格", "standing"},
	stepSchedule: {"時間帯", "hours"},
	stepLockdown: {"入室停止", "lockdown"},
	stepClock:    {"時計", "clock"},
	stepAntiPass: {"二重入室防止", "anti-passback"},
	stepRoom:     {"在室者数", "persons inside"},
	stepPINBlock: {"暗証番号の停止", "PIN lock-out"},
	stepNeeds:    {"追加の確認", "further needs"},
}

// describe is one line: what was asked, how it stands, whether it passed.
func (i *inquiry) describe(s step, reason Reason, l Language) string {
	verdict := pick(l, "適", "passed")
	if reason != Granted {
		verdict = pick(l, "不可: ", "refused: ") + reason.String()
	} else if i.doubt && s <= stepSchedule {
		verdict = pick(l, "適(時計の確認による)", "passed as far as the clock is known")
	}
	name := pick(l, stepNames[s][0], stepNames[s][1])
	if detail := i.detail(s, l); detail != "" {
		return fmt.Sprintf("%s: %s - %s", name, detail, verdict)
	}
	return fmt.Sprintf("%s: %s", name, verdict)
}

func (i *inquiry) detail(s step, l Language) string {
	if i.card == nil {
		return ""
	}
	switch p := &i.q.Point; s {
	case stepCard:
		return say(l, "%s(%s)", "%s of %s", string(i.card.id), string(i.card.person.id))
	case stepState:
		return [...]string{"", pick(l, "有効", "active"), pick(l, "一時停止", "blocked"), pick(l, "紛失", "lost"), pick(l, "失効", "revoked")}[i.card.state]
	case stepDates:
		return i.card.text(l)
	case stepStanding:
		if i.permit != nil {
			return say(l, "入室許可 %s", "permit %s", string(i.permit.ID))
		}
		if i.rule != "" {
			return cite(l, i.rule)
		}
		return pick(l, "当たるものなし", "none")
	case stepSchedule:
		return i.hours(l)
	case stepClock:
		return i.clock(l)
	case stepAntiPass:
		if i.soft != Undecided {
			return pick(l, "在室中の記録あり(通すが記録する)", "recorded otherwise, let pass and noted")
		}
	case stepRoom:
		if p.Limit > 0 {
			return say(l, "在室%d人・上限%d人", "%d inside, at most %d", i.q.Inside.Count(p.Zone), p.Limit)
		}
	case stepNeeds:
		return i.needed(l)
	}
	return ""
}

func (i *inquiry) clock(l Language) string {
	switch {
	case i.q.At.Trusted:
		return pick(l, "確認済", "trusted")
	case !i.win.known:
		return pick(l, "未同期・最終記録なし", "not synchronised, nothing to go by")
	}
	return say(l, "未同期・%sから%sまでのどの時点でも可か", "not synchronised, judged from %s to %s",
		timeOf(i.win.lo).Format(minuteForm), timeOf(i.win.hi).Format(minuteForm))
}

func (i *inquiry) hours(l Language) string {
	switch {
	case i.card.schedule == nil && i.q.Point.Schedule == "":
		return pick(l, "制限なし", "any hour")
	case i.card.schedule == nil:
		return string(i.q.Point.Schedule)
	case i.q.Point.Schedule == "":
		return string(i.card.schedule.ID)
	}
	return say(l, "%sかつ%s", "%s and %s", string(i.card.schedule.ID), string(i.q.Point.Schedule))
}

func (i *inquiry) needed(l Language) string {
	switch {
	case i.permit != nil:
		return pick(l, "立会者", "an escort")
	case i.pin && i.second:
		return pick(l, "暗証番号と二人目", "a PIN and a second person")
	case i.pin:
		return pick(l, "暗証番号", "a PIN")
	case i.second:
		return pick(l, "二人目", "a second person")
	}
	return pick(l, "なし", "none")
}

func (p period) text(l Language) string {
	s := p.span()
	from, until := s.From.Format(minuteForm), s.Until.Format(minuteForm)
	switch {
	case s.From.IsZero() && s.Until.IsZero():
		return pick(l, "期間の定めなし", "without dates")
	case s.Until.IsZero():
		return say(l, "%sから", "from %s on", from)
	case s.From.IsZero():
		return say(l, "%sまで", "until %s", until)
	}
	return say(l, "%sから%sまで", "from %s until %s", from, until)
}

const minuteForm = "2006-01-02 15:04"

// describe lists a person's dated rows and whether each gives standing at a point.
func (p *person) describe(point *AccessPoint, w window, l Language) []string {
	if p.kind != Staff {
		return []string{say(l, "資格: 職員ではないため第20条第1項に当たりません。", "standing: not a member of staff, so never under Article 20(1).")}
	}
	var lines []string
	for n := range p.rights {
		h := &p.rights[n]
		verdict := pick(l, "入室の資格にならない", "gives no standing here")
		if rule := h.gives(point); rule != "" {
			verdict = cite(l, rule)
			if !w.known || !h.contains(w.lo) {
				verdict += pick(l, "(この時点では期間外)", " (not in force at that time)")
			}
		}
		what := [...]string{"", pick(l, "職", "post"), pick(l, "所属", "section"), pick(l, "メンテナンス従事の認定", "found necessary for maintenance")}[h.what]
		if h.name != "" {
			what += " " + h.name
		}
		lines = append(lines, fmt.Sprintf("- %s %s: %s", what, h.text(l), verdict))
	}
	return lines
}

func cite(l Language, rule string) string {
	ja, en := Article(rule)
	return pick(l, ja, en)
}

func (i *inquiry) conclude(d Decision, l Language) string {
	basis := cite(l, d.Rule)
	if d.Reason == Granted {
		return say(l, "結果: 入室可(%s)", "answer: may enter (%s)", basis)
	}
	text := DeskText(d.Reason, l, d.Fill("", i.q.Point.Limit))
	if d.Reason == OutsideSchedule && !d.From.IsZero() {
		text += say(l, " 次に入室できるのは%sからです。", " Entry is next possible from %s.", DateTime(d.From, l))
	}
	if i.leaving() {
		text += pick(l, " 退室はいつでもできます。", " Leaving is always possible.")
	}
	return say(l, "結果: 入室不可 %s(%s) %s", "answer: refused, %s (%s). %s", d.Reason.String(), basis, text)
}

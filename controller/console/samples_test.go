package console_test

import (
	"net/url"
	"slices"
	"strings"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
)

// sample is how a route is asked for in the matrix.
type sample struct {
	at     string // the address, where it is not the pattern; {it} is what the sample is about
	form   url.Values
	file   string
	makes  maker  // what it is about, anew for each who may
	lasts  bool   // what it is about is not used up
	misses string // why it is taken of nobody here
	ends   bool   // the session
	leads  string // where to, when it is done, where no page says that it was
}

// maker makes what a sample is about for an account, b its browser: it is "it", the rest is filled into the form.
type maker func(m *matrix, who string, b *consoletest.Browser) url.Values

// it is a maker of what a scene makes for everybody.
func it(of func(*scene) string) maker {
	return func(m *matrix, _ string, _ *consoletest.Browser) url.Values { return url.Values{"it": {of(&m.scene)}} }
}

// with is a maker of a further field.
func with(field string, of func(m *matrix, who string) string) maker {
	return func(m *matrix, who string, _ *consoletest.Browser) url.Values { return url.Values{field: {of(m, who)}} }
}

var (
	today = time.Now().In(access.JST).Format(time.DateOnly)
	month = today[:7]
	last  = time.Now().In(access.JST).AddDate(0, -1, -time.Now().In(access.JST).Day()+1).Format("2006-01")
	visit = it((*scene).visit)
)

const withKey = "a passkey is the browser's to make: browser/passkey_test.go"

var visitors = url.Values{
	"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
	"class": {"contractor"}, "entry_purpose": {"サーバ定期点検"}, "most": {"3"}, "day": {today}, "begin": {"00:00"}, "end": {"23:59"}, "do": {"send"},
}

// samples are every route's, and none else's.
var samples = map[string]sample{
	"GET /live":                  {at: "/live?parts=state"},
	"GET /{$}":                   {at: "/"},
	"GET /now":                   {},
	"GET /now/waiting":           {},
	"POST /now/consent":          {form: url.Values{"visits": {"{it}"}}, makes: visit},
	"GET /door/{door}":           {at: "/door/room"},
	"POST /door/{door}/release":  {at: "/door/room/release", form: url.Values{"reason": {"荷物の搬入"}, "seconds": {"5"}}},
	"POST /door/{door}/lockdown": {at: "/door/room/lockdown", form: url.Values{"reason": {"点検"}, "hours": {"1"}}, makes: unlocked},
	"POST /door/{door}/normal":   {at: "/door/room/normal", form: url.Values{"reason": {"点検が終わった"}}, makes: locked},

	"GET /permits":      {},
	"GET /permits/ask":  {},
	"POST /permits/ask": {form: visitors},
	"GET /permits/oral": {},
	"POST /permits/oral": {form: url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"障害対応"}, "day": {today}, "begin": {"00:00"}, "end": {"23:59"},
		"spoken": {today + "T00:00"}, "how": {"telephone"}, "do": {"send"},
	}},
	"GET /permits/{id}":          {at: "/permits/{it}", makes: it((*scene).open), lasts: true},
	"POST /permits/{id}/decide":  {at: "/permits/{it}/decide", form: url.Values{"do": {"grant"}}, makes: decided},
	"POST /permits/{id}/confirm": {at: "/permits/{it}/confirm", makes: it((*scene).spoken)},
	"POST /permits/{id}/revoke":  {at: "/permits/{it}/revoke", form: url.Values{"revoke_reason": {"中止"}}, makes: it((*scene).fresh)},
	"POST /permits/{id}/name": {
		at: "/permits/{it}/name", form: url.Values{"name": {"佐藤 花子"}, "class": {"contractor"}}, makes: it((*scene).fresh),
	},
	"POST /permits/{id}/print": {
		at: "/permits/{it}/print", form: url.Values{"form": {"permit"}, "print_purpose": {"掲示"}}, makes: it((*scene).open), lasts: true,
	},

	"GET /visits":            {},
	"GET /visits/state":      {},
	"POST /visits/consent":   {form: url.Values{"visit": {"{it}"}}, makes: visit},
	"POST /visits/withhold":  {form: url.Values{"visit": {"{it}"}, "withhold_reason": {"確認中"}}, makes: visit},
	"POST /visits/follow-up": {form: url.Values{"visit": {"{it}"}, "looked_into": {"持出しなし"}}, makes: it((*scene).left)},
	"POST /visits/ask":       {form: url.Values{"visit": {"{it}"}}, makes: visit},
	"POST /visits/leave":     {form: url.Values{"visit": {"{it}"}, "do": {"now"}}, makes: visit},
	"POST /visits/hand-over": {form: url.Values{"visit": {"{it}"}}, makes: visit, lasts: true},
	"GET /visits/announce":   {},
	"POST /visits/announce": {
		form:  url.Values{"permit": {"{it}"}, "visitor": {"v{it}-1"}, "door": {"room"}, "identity": {"社員証"}, "badge": {"7"}},
		makes: it((*scene).welcome),
	},
	"GET /visits/late": {},
	"POST /visits/late": {
		form:  url.Values{"visitor": {"{it} v{it}-1"}, "escort": {"0202"}, "entered": {now()}, "how_came": {"扉の記録がない"}},
		makes: it((*scene).fresh),
	},
	"GET /visits/correct": {at: "/visits/correct?visit={it}", makes: visit, lasts: true},
	"POST /visits/correct": {
		form:  url.Values{"visit": {"{it}"}, "line_field": {"purpose"}, "corrected": {"点検"}, "correct_reason": {"誤記"}},
		makes: visit,
	},
	"POST /visits/proposal": {form: url.Values{"proposal": {"{it}"}, "do": {"approve"}}, makes: it(func(s *scene) string { return s.correction("staff2") })},

	"GET /tablet/hand":  {},
	"POST /tablet/hand": {form: url.Values{"door": {"room"}}, ends: true, leads: onward},
	"GET /tablet":       {},
	"POST /tablet":      {form: url.Values{"do": {"own"}}, leads: onward},
	"GET /tablet/state": {},
	"POST /tablet/end":  {ends: true, leads: signIn},

	"GET /register":                        {},
	"POST /register/search":                {form: url.Values{"what": {"month"}, "month": {month}, "why": {"点検"}}},
	"GET /register/found/{record}":         {at: "{it}", makes: searched},
	"GET /register/found/{record}/{visit}": {at: "{it}", makes: searchedLine},
	"GET /register/forms":                  {},
	"POST /register/print": {form: url.Values{
		"form": {"register"}, "month": {month}, "zone": {"room"}, "as": {"page"}, "why": {"掲示"},
	}},
	"GET /register/figures":            {},
	"GET /register/review":             {},
	"POST /register/sign":              {form: url.Values{"zone": {"room"}, "month": {last}}},
	"GET /register/compare":            {},
	"POST /register/compare":           {form: url.Values{"why": {"点検"}, "year": {"2026"}}, makes: compared},
	"GET /register/retention":          {},
	"GET /register/retention/state":    {},
	"POST /register/retention/propose": {form: url.Values{"ground": {"保存期間満了"}}, misses: "nothing is so old: book/retention_test.go"},
	"POST /register/retention/decide":  {form: url.Values{"id": {"9"}, "do": {"reject"}, "ground": {"誤り"}}, misses: "nothing is so old: book/retention_test.go"},
	"POST /register/retention/hold":    {form: url.Values{"class": {"register"}, "year": {"2024"}, "ground": {"争訟"}}},
	"POST /register/retention/lift":    {form: url.Values{"id": {"{it}"}, "ground": {"終結"}}, makes: it((*scene).held)},

	"GET /alarms":           {},
	"GET /alarms/one":       {at: "/alarms/one?id={it}", makes: it((*scene).alarm), lasts: true},
	"POST /alarms/ack":      {form: url.Values{"id": {"{it}"}}, makes: it((*scene).alarm)},
	"POST /alarms/close":    {form: url.Values{"id": {"{it}"}, "finding": {"異常なし"}}, makes: it((*scene).heeded)},
	"POST /alarms/siren":    {form: url.Values{"door": {"room"}}, makes: it((*scene).alarm)},
	"GET /alarms/history":   {},
	"GET /alarms/incidents": {},
	"POST /alarms/declare": {
		form: url.Values{"zone": {"room"}, "reason": {"訓練"}, "hours": {"1"}, "drill": {"1"}}, makes: it(func(s *scene) string { s.calm(); return "" }),
	},
	"POST /alarms/renew":   {form: url.Values{"id": {"{it}"}, "hours": {"1"}, "reason": {"続く"}}, makes: it((*scene).declared)},
	"POST /alarms/clear":   {form: url.Values{"id": {"{it}"}, "text": {"終了"}}, makes: it((*scene).declared)},
	"GET /alarms/muster":   {},
	"POST /alarms/account": {form: url.Values{"of": {"{it}"}}, makes: it((*scene).counted)},
	"GET /alarms/report":   {},
	"POST /alarms/report": {form: url.Values{
		"zone": {"room"}, "found": {today + "T00:00"}, "found_by": {"守衛"}, "what": {"扉が開いていた"}, "status": {"調査中"},
	}},
	"GET /alarms/papers":          {},
	"POST /alarms/print":          {form: url.Values{"form": {"muster"}, "zone": {"room"}, "purpose": {"訓練"}}},
	"GET /alarms/evidence":        {},
	"POST /alarms/evidence":       {form: url.Values{"at": {now()}, "zone": {"room"}, "hours": {"1"}, "purpose": {"調査"}}},
	"GET /alarms/emergency":       {},
	"POST /alarms/emergency":      {form: url.Values{"zone": {"room"}, "service": {"fire"}, "count": {"2"}, "let_in": {"0102"}, "text": {"火災報知"}}},
	"GET /alarms/emergency/{id}":  {at: "/alarms/emergency/{it}", makes: it((*scene).emergency), lasts: true},
	"POST /alarms/emergency/{id}": {at: "/alarms/emergency/{it}", form: url.Values{"count": {"2"}, "text": {"異常なし"}}, makes: it((*scene).emergency)},

	"GET /people":         {},
	"GET /people/of/{id}": {at: "/people/of/0201"},
	"GET /people/edit":    {at: "/people/edit?what=member&person=0302"},
	"POST /people/review": {form: url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}, "begins": {"2027-04-01"}}},
	"POST /people/change": {form: url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}}, makes: with("begins", anyDay)},
	"GET /people/posts":   {},
	"GET /people/hours":   {},
	"GET /people/why":     {at: "/people/why?person=0104"},
	"POST /people/why":    {form: url.Values{"door": {"room"}, "format": {"H10301"}, "facility": {"118"}, "number": {"1104"}}},
	"GET /people/cards":   {},

	"GET /people/card/{id}":          {at: "/people/card/C-0201"},
	"POST /people/card/{id}/state":   {at: "/people/card/X-{it}/state", form: url.Values{"state": {"blocked"}}, makes: it((*scene).spare)},
	"POST /people/card/{id}/pin":     {at: "/people/card/C-0201/pin", form: url.Values{"pin": {"246813"}, "again": {"246813"}}},
	"POST /people/card/{id}/unblock": {at: "/people/card/C-0201/unblock", misses: "no PIN is locked out: people/cards_test.go"},
	"GET /people/cards/new":          {},
	"POST /people/cards/new": {form: url.Values{
		"card": {"N-{it}"}, "person": {"0202"}, "format": {"H10301"}, "facility": {"118"}, "number": {"40{it}"}, "begins": {today},
	}, makes: it((*scene).two)},
	"GET /lost":                       {},
	"POST /lost":                      {form: url.Values{"card": {"X-{it}"}, "state": {"lost"}}, makes: it((*scene).spare)},
	"GET /people/cards/out":           {},
	"GET /people/cards/lend":          {},
	"POST /people/cards/lend":         {form: url.Values{"card": {"S-01"}, "kind": {"visitor"}, "guest": {"{it}/v{it}-1"}}, makes: it((*scene).stocked)},
	"POST /people/cards/return":       {form: url.Values{"card": {"S-01"}}, makes: it((*scene).lent)},
	"GET /people/cards/count":         {},
	"POST /people/cards/count":        {form: url.Values{"all": {"1"}}},
	"GET /people/cards/ledger":        {},
	"POST /people/cards/ledger":       {form: url.Values{"ledger": {"visitors"}, "begins": {today}, "purpose": {"点検"}}},
	"POST /people/cards/print":        {form: url.Values{"ledger": {"visitors"}, "year": {"2026"}, "purpose": {"点検"}}},
	"GET /people/import":              {},
	"POST /people/import":             {file: "id,name,kind\n0302,岡田 涼,職員\n"},
	"POST /people/import/do":          {form: url.Values{"key": {"none"}}, makes: tried},
	"POST /people/export":             {form: url.Values{"list": {"people"}, "purpose": {"点検"}}},
	"GET /people/proposals":           {},
	"POST /people/proposals/approve":  {form: url.Values{"proposal": {"{it}"}}, makes: proposed},
	"POST /people/proposals/reject":   {form: url.Values{"proposal": {"{it}"}, "reason": {"誤り"}}, makes: proposed},
	"GET /people/import/template.csv": {},

	"GET /audit":                     {},
	"GET /audit/verify":              {},
	"POST /audit/verify":             {},
	"GET /audit/entries":             {},
	"GET /audit/entry/{n}":           {at: "/audit/entry/1"},
	"POST /audit/entry/{n}":          {at: "/audit/entry/{it}", form: url.Values{"why": {"監査"}}, makes: it((*scene).private), lasts: true},
	"GET /audit/entry/{n}/proof":     {at: "/audit/entry/1/proof"},
	"GET /audit/entry/{n}/line":      {at: "/audit/entry/1/line"},
	"GET /audit/checkpoints":         {},
	"GET /audit/checkpoints/{which}": {at: "/audit/checkpoints/key"},
	"GET /audit/uses":                {},
	"POST /audit/uses":               {form: url.Values{"month": {month}, "why": {"監査"}}},
	"GET /audit/coverage":            {},
	"GET /audit/articles":            {},

	"GET /sign-in":                {},
	"POST /sign-in":               {form: url.Values{"account": {"officer"}, "password": {consoletest.Password}}, leads: onward, ends: true},
	"POST /sign-out":              {ends: true, leads: signIn},
	"POST /language":              {form: url.Values{"lang": {"en"}, "to": {"/account"}}},
	"POST /sign-in/code":          {form: url.Values{"pending": {"none"}, "code": {"123456"}}, misses: "TestCodeByPage"},
	"POST /sign-in/passkey/begin": {},
	"POST /sign-in/passkey":       {form: url.Values{"flow": {"none"}, "response": {"{}"}}, misses: withKey},
	"GET /sign-in/setup":          {},
	"POST /sign-in/setup":         {form: url.Values{"code": {"{it}"}}, makes: it((*scene).machine), ends: true},

	"GET /prove":                   {},
	"POST /prove":                  {form: url.Values{"password": {consoletest.Password}}},
	"POST /prove/passkey/begin":    {misses: withKey},
	"GET /account":                 {},
	"GET /account/password":        {},
	"POST /account/password":       {form: url.Values{"password_new": {"x"}, "password_again": {"y"}}, makes: own},
	"GET /account/second":          {},
	"POST /account/code/begin":     {},
	"POST /account/code":           {makes: coded},
	"POST /account/code/remove":    {},
	"POST /account/passkey/begin":  {},
	"POST /account/passkey":        {form: url.Values{"flow": {"none"}, "response": {"{}"}}, misses: withKey},
	"POST /account/passkey/remove": {form: url.Values{"id": {"none"}}, misses: withKey},
	"GET /accounts":                {},
	"GET /accounts/add":            {},
	"POST /accounts/add":           {form: url.Values{"account": {"n{it}"}, "person": {"X{it}"}, "kind": {"local"}}, makes: it((*scene).spare)},
	"POST /accounts/reset":         {makes: added, lasts: true},
	"POST /accounts/close":         {makes: added},
	"GET /accounts/roles":          {},
	"GET /setup":                   {},
	"GET /setup/point":             {at: "/setup/point?id=room.contact"},
	"GET /setup/not":               {at: "/setup/not?id=room.contact"},
	"GET /setup/state":             {at: "/setup/state?id=room.contact"},
	"POST /setup/begin":            {form: url.Values{"id": {"room.contact"}}, makes: begins("", "room.contact")},
	"POST /setup/end":              {form: url.Values{"id": {"room.contact"}, "result": {"skipped"}, "reason": {"後日"}}, makes: begins("self", "room.contact")},
	"POST /setup/release":          {form: url.Values{"id": {"room.strike"}}, makes: begins("self", "room.strike")},
	"POST /setup/print":            {},
	"POST /setup/try":              {form: url.Values{"id": {"room.siren"}}, makes: begins("self", "room.siren")},

	"GET /demo":       {},
	"POST /demo/act":  {form: url.Values{"verb": {"close"}, "door": {"room"}}},
	"POST /demo/as":   {form: url.Values{"name": {"officer"}}, leads: signIn},
	"POST /demo/site": {form: url.Values{"what": {"broker"}, "on": {"1"}}},
}

func now() string { return time.Now().In(access.JST).Format("2006-01-02T15:04") }

func unlocked(m *matrix, _ string, _ *consoletest.Browser) url.Values {
	m.unlock()
	return nil
}

func locked(m *matrix, who string, b *consoletest.Browser) url.Values {
	unlocked(m, who, b)
	m.must("officer", "/door/room", "/door/room/lockdown", url.Values{"reason": {"場面"}, "hours": {"1"}})
	return nil
}

// decided is a permit that waits for its decision; a deputy says that they are one.
func decided(m *matrix, who string, _ *consoletest.Browser) url.Values {
	v := url.Values{"it": {m.asked(1)}}
	if who == "deputy" {
		v.Set("deputy", "1")
	}
	return v
}

// searched is the page of what this account has searched for.
func searched(_ *matrix, who string, b *consoletest.Browser) url.Values {
	if !slices.Contains([]string{"ciso", "officer", "clerk", "auditor"}, who) {
		return url.Values{"it": {"/register/found/9"}} // they may not search
	}
	b.HTTP.CheckRedirect = nil
	b.Get("/register").Send("/register/search", url.Values{"what": {"month"}, "month": {month}, "why": {"点検"}})
	return url.Values{"it": {b.Path}}
}

func searchedLine(m *matrix, who string, b *consoletest.Browser) url.Values {
	v := searched(m, who, b)
	line := "2026-000009"
	if i := strings.Index(b.Page, v.Get("it")+"/"); i >= 0 {
		line = b.Page[i+len(v.Get("it"))+1:]
		line = line[:strings.IndexAny(line, `"?#`)]
	}
	return url.Values{"it": {v.Get("it") + "/" + line}}
}

// compared waits until no comparison goes on.
func compared(m *matrix, _ string, _ *consoletest.Browser) url.Values {
	m.Eventually("the comparison has ended", func() bool { return m.in["officer"].Get("/register/compare").Head.Get("Refresh") == "" })
	return nil
}

func anyDay(m *matrix, _ string) string { return day(m.next()) }

// tried is a file that this account has tried; of an account that may not there is none.
func tried(m *matrix, who string, b *consoletest.Browser) url.Values {
	if !slices.Contains([]string{"officer", "manager", "clerk"}, who) {
		return nil
	}
	return url.Values{"key": {m.tried(b)}}
}

// proposed is what this account may decide on: of the staff a correction, of others a change of the roster.
func proposed(m *matrix, who string, _ *consoletest.Browser) url.Values {
	if slices.Contains([]string{"clerk", "staff", "maintenance"}, who) {
		return url.Values{"it": {m.correction("staff2")}}
	}
	return url.Values{"it": {m.member()}}
}

// own is the password of an account that nobody uses further on; the others write theirs wrongly.
func own(_ *matrix, who string, _ *consoletest.Browser) url.Values {
	if who == "nobody" {
		const fresh = "four words of my own"
		return url.Values{"password": {consoletest.Password}, "password_new": {fresh}, "password_again": {fresh}}
	}
	return nil
}

func coded(m *matrix, who string, b *consoletest.Browser) url.Values {
	if who == "nobody" {
		return m.code(b)
	}
	return url.Values{"pending": {"none"}, "code": {"123456"}}
}

func added(m *matrix, _ string, _ *consoletest.Browser) url.Values {
	name, person := m.account()
	return url.Values{"account": {name}, "person": {person}}
}

// begins has an account ("self": whoever asks) begin with a point of the wiring, which nobody else checks.
func begins(who, point string) maker {
	return func(m *matrix, _ string, b *consoletest.Browser) url.Values {
		if who == "" {
			b = nil
		}
		m.begun(b, point)
		return nil
	}
}

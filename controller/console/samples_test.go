package console_test

import (
	"net/url"
	"time"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/consoletest"
)

// sample is how a route is asked for in the matrix.
type sample struct {
	at     string // the address, where it is not the pattern; {id} is the number of a granted permit
	form   url.Values
	as     map[string]url.Values // what an account fills in otherwise
	file   string
	needs  []account.Action // of what the form orders, where the route takes several orders
	misses bool             // it is about something that is not there: the role is right all the same
	ends   bool             // the session
	leads  string           // where to, when it is done: to sign in, or where the session belongs
}

var (
	today   = time.Now().In(access.JST).Format(time.DateOnly)
	month   = today[:7]
	drops   = []account.Action{account.ProposeRoster, account.ApplyForCard, account.ProposeCorrection, account.ManageAccounts}
	blocks  = []account.Action{account.BlockCard}
	decides = []account.Action{account.ApproveRoster, account.IssueCard, account.CheckCorrection, account.PermitCorrection, account.ManageAccounts}
)

// samples are every route's, and none else's.
var samples = map[string]sample{
	"GET /live":                  {at: "/live?parts=state"},
	"GET /{$}":                   {at: "/"},
	"POST /now/consent":          {form: url.Values{"visits": {"9-1"}}, misses: true},
	"GET /door/{door}":           {at: "/door/room"},
	"POST /door/{door}/release":  {at: "/door/room/release", form: url.Values{"reason": {"荷物の搬入"}, "seconds": {"5"}}, leads: onward},
	"POST /door/{door}/lockdown": {at: "/door/room/lockdown", form: url.Values{"reason": {"点検"}, "hours": {"1"}}, leads: onward},
	"POST /door/{door}/normal":   {at: "/door/room/normal", form: url.Values{"reason": {"点検が終わった"}}, leads: onward},

	"GET /permits":     {},
	"GET /permits/ask": {},
	"POST /permits/ask": {form: url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"サーバ定期点検"}, "most": {"3"}, "day": {today}, "begin": {"00:00"}, "end": {"23:59"}, "do": {"send"},
	}},
	"GET /permits/oral": {},
	"POST /permits/oral": {form: url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"障害対応"}, "day": {today}, "begin": {"00:00"}, "end": {"23:59"},
		"spoken": {today + "T00:00"}, "how": {"telephone"}, "do": {"send"},
	}},
	"GET /permits/{id}":          {},
	"POST /permits/{id}/decide":  {form: url.Values{"do": {"grant"}}, as: map[string]url.Values{"deputy": {"deputy": {"1"}}}, misses: true},
	"POST /permits/{id}/confirm": {misses: true},
	"POST /permits/{id}/revoke":  {at: "/permits/9999-9999/revoke", form: url.Values{"revoke_reason": {"中止"}}, misses: true},
	"POST /permits/{id}/name":    {form: url.Values{"name": {"佐藤 花子"}, "class": {"contractor"}}},
	"POST /permits/{id}/print":   {form: url.Values{"form": {"permit"}, "print_purpose": {"掲示"}}},

	"GET /visits":            {},
	"GET /visits/state":      {},
	"POST /visits/consent":   {form: url.Values{"visit": {"9-1"}}, misses: true},
	"POST /visits/withhold":  {form: url.Values{"visit": {"9-1"}, "withhold_reason": {"確認中"}}, misses: true},
	"POST /visits/follow-up": {form: url.Values{"visit": {"9-1"}, "found": {"持出しなし"}}, misses: true},
	"POST /visits/ask":       {form: url.Values{"visit": {"9-1"}}, misses: true},
	"POST /visits/leave":     {form: url.Values{"visit": {"9-1"}, "do": {"now"}}, misses: true},
	"POST /visits/hand-over": {form: url.Values{"visit": {"9-1"}}, misses: true},
	"GET /visits/announce":   {},
	"POST /visits/announce":  {form: url.Values{"permit": {"{id}"}, "visitor": {"v{id}-1"}, "door": {"room"}, "identity": {"社員証"}, "badge": {"7"}}},
	"GET /visits/late":       {},
	"POST /visits/late":      {form: url.Values{"who": {"9999/9"}, "entered": {today + "T00:00"}, "how_came": {"扉の記録がない"}}, misses: true},
	"GET /visits/correct":    {at: "/visits/correct?visit=9-1", misses: true},
	"POST /visits/correct":   {form: url.Values{"visit": {"9-1"}, "what": {"purpose"}, "after": {"点検"}, "why": {"誤記"}}, misses: true},
	"POST /visits/proposal":  {form: url.Values{"id": {"9"}, "do": {"approve"}}, misses: true},

	"GET /tablet/hand":  {},
	"POST /tablet/hand": {form: url.Values{"door": {"room"}}, ends: true, leads: onward},
	"GET /tablet":       {},
	"POST /tablet":      {form: url.Values{"do": {"own"}}, leads: onward},
	"GET /tablet/state": {},
	"POST /tablet/end":  {ends: true, leads: signIn},

	"GET /register":                        {},
	"POST /register/search":                {form: url.Values{"what": {"month"}, "month": {month}, "why": {"点検"}}},
	"GET /register/found/{record}":         {at: "/register/found/9", misses: true},
	"GET /register/found/{record}/{visit}": {at: "/register/found/9/9-1", misses: true},
	"GET /register/forms":                  {},
	"POST /register/print": {
		form: url.Values{"form": {"register"}, "month": {month}, "zone": {"room"}, "as": {"page"}, "why": {"掲示"}}, needs: []account.Action{account.PrintRegister},
	},
	"GET /register/figures":            {},
	"GET /register/review":             {},
	"POST /register/sign":              {form: url.Values{"zone": {"room"}, "month": {"2024-04"}}, misses: true},
	"GET /register/compare":            {},
	"POST /register/compare":           {form: url.Values{"why": {"点検"}}, misses: true},
	"GET /register/retention":          {},
	"POST /register/retention/propose": {form: url.Values{"date": {today}, "ground": {"保存期間満了"}}, misses: true},
	"POST /register/retention/decide":  {form: url.Values{"id": {"9"}, "do": {"reject"}, "ground": {"誤り"}}, misses: true},
	"POST /register/retention/hold":    {form: url.Values{"class": {"register"}, "year": {"2024"}, "ground": {"争訟"}}},
	"POST /register/retention/lift":    {form: url.Values{"id": {"9"}, "ground": {"終結"}}, misses: true},

	"GET /alarms":           {},
	"GET /alarms/one":       {at: "/alarms/one?id=9", misses: true},
	"POST /alarms/ack":      {form: url.Values{"id": {"9"}}, misses: true},
	"POST /alarms/close":    {form: url.Values{"id": {"9"}, "finding": {"異常なし"}}, misses: true},
	"POST /alarms/siren":    {form: url.Values{"door": {"room"}}, misses: true},
	"GET /alarms/history":   {},
	"GET /alarms/incidents": {},
	"POST /alarms/declare":  {form: url.Values{"zone": {"room"}, "reason": {"訓練"}, "hours": {"1"}, "drill": {"1"}}, misses: true},
	"POST /alarms/renew":    {form: url.Values{"id": {"9"}, "hours": {"1"}, "reason": {"続く"}}, misses: true},
	"POST /alarms/clear":    {form: url.Values{"id": {"9"}, "text": {"終了"}}, misses: true},
	"GET /alarms/muster":    {},
	"POST /alarms/account":  {form: url.Values{"of": {"9 9"}}, misses: true},
	"GET /alarms/report":    {},
	"POST /alarms/report": {form: url.Values{
		"zone": {"room"}, "found": {today + "T00:00"}, "found_by": {"守衛"}, "what": {"扉が開いていた"}, "status": {"調査中"},
	}, misses: true},
	"GET /alarms/papers":          {},
	"POST /alarms/print":          {form: url.Values{"form": {"muster"}, "zone": {"room"}, "purpose": {"訓練"}}, misses: true},
	"GET /alarms/evidence":        {},
	"POST /alarms/evidence":       {form: url.Values{"at": {today + "T00:00"}, "zone": {"room"}, "hours": {"1"}, "purpose": {"調査"}}, misses: true},
	"GET /alarms/emergency":       {},
	"POST /alarms/emergency":      {form: url.Values{"zone": {"room"}, "door": {"room"}, "service": {"fire"}, "count": {"2"}, "let_in": {"officer"}, "text": {"火災報知"}}, misses: true},
	"GET /alarms/emergency/{id}":  {at: "/alarms/emergency/9", misses: true},
	"POST /alarms/emergency/{id}": {at: "/alarms/emergency/9", form: url.Values{"count": {"2"}, "left": {today + "T00:00"}, "text": {"異常なし"}}, misses: true},

	"GET /people":         {},
	"GET /people/of/{id}": {at: "/people/of/0201"},
	"GET /people/edit":    {at: "/people/edit?what=member&person=0302"},
	"POST /people/review": {form: url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}, "begins": {"2027-04-01"}}},
	"POST /people/change": {form: url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}, "begins": {"2027-04-01"}}, misses: true},
	"GET /people/posts":   {},
	"GET /people/hours":   {},
	"GET /people/why":     {at: "/people/why?person=0104"},
	"POST /people/why":    {form: url.Values{"door": {"room"}, "format": {"H10301"}, "facility": {"118"}, "number": {"1104"}}},
	"GET /people/cards":   {},

	"GET /people/card/{id}":          {at: "/people/card/C-0201"},
	"POST /people/card/{id}/state":   {at: "/people/card/C-0204/state", form: url.Values{"state": {"blocked"}}, needs: blocks, misses: true},
	"POST /people/card/{id}/pin":     {at: "/people/card/C-0201/pin", form: url.Values{"pin": {"246813"}, "again": {"246813"}}, needs: []account.Action{account.ApplyForCard}, misses: true},
	"POST /people/card/{id}/unblock": {at: "/people/card/C-0201/unblock", misses: true},
	"GET /people/cards/new":          {},
	"POST /people/cards/new": {form: url.Values{
		"card": {"C-0999"}, "person": {"0202"}, "format": {"H10301"}, "facility": {"118"}, "number": {"1999"}, "begins": {today},
	}, needs: []account.Action{account.ApplyForCard}, misses: true},
	"GET /lost":                       {},
	"POST /lost":                      {form: url.Values{"card": {"C-0204"}, "state": {"lost"}}, misses: true},
	"GET /people/cards/out":           {},
	"GET /people/cards/lend":          {},
	"POST /people/cards/lend":         {form: url.Values{"card": {"S-01"}, "kind": {"visitor"}, "guest": {"{id}/v{id}-1"}}},
	"POST /people/cards/return":       {form: url.Values{"card": {"S-01"}}, misses: true},
	"GET /people/cards/count":         {},
	"POST /people/cards/count":        {form: url.Values{"all": {"1"}}},
	"GET /people/cards/ledger":        {},
	"POST /people/cards/ledger":       {form: url.Values{"ledger": {"visitors"}, "purpose": {"点検"}}, misses: true},
	"POST /people/cards/print":        {form: url.Values{"ledger": {"visitors"}, "year": {"2026"}, "purpose": {"点検"}}, misses: true},
	"GET /people/import":              {},
	"POST /people/import":             {file: "id,name\n0302,岡田 涼\n"},
	"POST /people/import/do":          {form: url.Values{"key": {"none"}}, misses: true},
	"POST /people/export":             {form: url.Values{"list": {"people"}, "purpose": {"点検"}}, misses: true},
	"GET /people/proposals":           {},
	"POST /people/proposals/approve":  {form: url.Values{"id": {"9"}}, needs: decides, misses: true},
	"POST /people/proposals/reject":   {form: url.Values{"id": {"9"}, "reason": {"誤り"}}, needs: append(drops, decides...), misses: true},
	"GET /people/import/template.csv": {},

	"GET /audit":                     {},
	"GET /audit/verify":              {misses: true},
	"POST /audit/verify":             {},
	"GET /audit/entries":             {},
	"GET /audit/entry/{n}":           {at: "/audit/entry/1"},
	"POST /audit/entry/{n}":          {at: "/audit/entry/1", form: url.Values{"why": {"監査"}}, misses: true},
	"GET /audit/entry/{n}/proof":     {at: "/audit/entry/1/proof"},
	"GET /audit/entry/{n}/line":      {at: "/audit/entry/1/line"},
	"GET /audit/checkpoints":         {},
	"GET /audit/checkpoints/{which}": {at: "/audit/checkpoints/own", misses: true},
	"GET /audit/uses":                {},
	"POST /audit/uses":               {form: url.Values{"month": {month}, "why": {"監査"}}},
	"GET /audit/coverage":            {},
	"GET /audit/articles":            {},

	"GET /sign-in":                {},
	"POST /sign-in":               {form: url.Values{"account": {"officer"}, "password": {consoletest.Password}}, leads: onward, ends: true},
	"POST /sign-out":              {ends: true, leads: signIn},
	"POST /language":              {form: url.Values{"lang": {"en"}, "to": {"/account"}}},
	"POST /sign-in/code":          {form: url.Values{"pending": {"none"}, "code": {"123456"}}, misses: true},
	"POST /sign-in/passkey/begin": {misses: true},
	"POST /sign-in/passkey":       {form: url.Values{"flow": {"none"}, "response": {"{}"}}, misses: true},
	"GET /sign-in/setup":          {},
	"POST /sign-in/setup":         {form: url.Values{"code": {"NONE"}}, misses: true},

	"GET /prove":                   {},
	"POST /prove":                  {form: url.Values{"password": {consoletest.Password}}, leads: onward},
	"POST /prove/passkey/begin":    {misses: true},
	"GET /account":                 {},
	"GET /account/password":        {},
	"POST /account/password":       {form: url.Values{"password": {"not mine at all"}, "password_new": {"x"}, "password_again": {"y"}}, misses: true},
	"GET /account/second":          {},
	"POST /account/code/begin":     {},
	"POST /account/code":           {form: url.Values{"pending": {"none"}, "code": {"123456"}}, misses: true},
	"POST /account/code/remove":    {misses: true},
	"POST /account/passkey/begin":  {misses: true},
	"POST /account/passkey":        {form: url.Values{"flow": {"none"}, "response": {"{}"}}, misses: true},
	"POST /account/passkey/remove": {form: url.Values{"id": {"none"}}, misses: true},
	"GET /accounts":                {},
	"GET /accounts/add":            {},
	"POST /accounts/add":           {form: url.Values{"account": {"sato"}, "person": {"0203"}, "kind": {"local"}}, misses: true},
	"POST /accounts/reset":         {form: url.Values{"account": {"none"}, "person": {"none"}}, misses: true},
	"POST /accounts/close":         {form: url.Values{"account": {"none"}}, misses: true},
	"GET /accounts/roles":          {},
	"GET /setup":                   {},
	"GET /setup/point":             {at: "/setup/point?id=room.contact"},
	"GET /setup/not":               {at: "/setup/not?id=room.contact"},
	"GET /setup/state":             {at: "/setup/state?id=room.contact"},
	"POST /setup/begin":            {form: url.Values{"id": {"room.contact"}}, misses: true},
	"POST /setup/end":              {form: url.Values{"id": {"room.contact"}, "result": {"skipped"}, "reason": {"後日"}}},
	"POST /setup/release":          {form: url.Values{"id": {"room.strike"}}, needs: []account.Action{account.OperateDoor}, misses: true},
	"POST /setup/try":              {form: url.Values{"id": {"room.siren"}}, misses: true},
	"POST /setup/print":            {},

	"GET /demo":       {},
	"POST /demo/act":  {form: url.Values{"verb": {"close"}, "door": {"room"}}},
	"POST /demo/as":   {form: url.Values{"name": {"officer"}}, leads: signIn},
	"POST /demo/site": {form: url.Values{"what": {"broker"}, "on": {"1"}}},
}

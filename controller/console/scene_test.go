package console_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/pquerna/otp/totp"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/desk"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device/sim"
)

// spares is how many people there are beside the site's, each with a card.
const spares = 90

// scene is a site where there is something for each order to be about.
type scene struct {
	*consoletest.Site
	in      map[string]*consoletest.Browser // by account
	permit  string                          // granted, for as many visitors as an escort lets in
	inside  []string                        // visits that no order was given about yet
	used    int                             // of the spare people
	numbers int                             // what has been numbered so far
}

// prepare is the configuration in which everything may happen.
func prepare(c *config.Config) {
	c.Duties.DeputyDecision, c.Visits.EscortLimit, c.Visits.EscortWindow = true, 20, config.Duration(3*time.Second)
}

func (s *scene) next() int {
	s.numbers++
	return s.numbers
}

// people brings the spare people: one proposes, another approves.
func (s *scene) people() {
	s.Helper()
	var csv strings.Builder
	csv.WriteString("id,name,reading,kind,section,card_id,format,facility,number,state,valid_from\n")
	for i := range spares {
		fmt.Fprintf(&csv, "X%02d,予備 %02d,よび %02d,職員,総務課,X-%02d,H10301,118,%d,有効,2024-04-01\n", i, i, i, i, 3000+i)
	}
	upload(s.in["clerk"], []byte(csv.String()))
	s.approved("officer")
	if s.in["clerk"].Get("/people/of/X01"); s.in["clerk"].Code != http.StatusOK {
		s.Fatal("the spare people were not brought")
	}
}

var proposalField = regexp.MustCompile(`name="proposal" value="([^"]*)"`)

// waiting is the proposal that was made last and that an account may approve.
func (s *scene) waiting(who string) string {
	s.Helper()
	b := s.in[who].Get("/people/proposals?of=me")
	all := matches(proposalField, b.Page)
	if len(all) == 0 {
		s.Fatalf("nothing waits for %s: %s", who, b.Said())
	}
	return slices.Max(all)
}

func (s *scene) approved(who string) {
	s.Helper()
	b := s.in[who]
	if b.Send("/people/proposals/approve", url.Values{"proposal": {s.waiting(who)}}); b.Code != http.StatusOK {
		s.Fatalf("%s approves nothing: %d %s", who, b.Code, b.Said())
	}
}

// asked asks for a permit of today for some visitors, and returns its number.
func (s *scene) asked(visitors int) string {
	s.Helper()
	b := s.in["staff2"].Get("/permits/ask")
	form := url.Values{
		"organisation": {"㈱架空システム保守"}, "class": {}, "entry_purpose": {"サーバ定期点検"}, "most": {"20"}, "day": {today}, "begin": {"00:00"},
		"end": {"23:59"}, "do": {"send"},
	}
	for i := range visitors {
		for field, value := range map[string]string{"name": fmt.Sprintf("山田 %d郎", i+1), "reading": "やまだ", "person": "", "affiliation": "", "class": "contractor"} {
			form.Add(field, value)
		}
	}
	return s.numbered(b.Send("/permits/ask", form), "/permits/")
}

// numbered is the number of what a page has made.
func (s *scene) numbered(b *consoletest.Browser, below string) string {
	s.Helper()
	if id := strings.TrimPrefix(b.Path, below); b.Code == http.StatusOK && regexp.MustCompile(`^\d{4}-\w+$`).MatchString(id) {
		return id
	}
	s.Fatalf("nothing was made: %d %s %s", b.Code, b.Path, b.Said())
	return ""
}

// granted is a permit that was asked for and granted.
func (s *scene) granted(visitors int) string {
	s.Helper()
	id := s.asked(visitors)
	if b := s.in["officer"].Get("/permits/"+id).Send("/permits/"+id+"/decide", url.Values{"do": {"grant"}}); b.Code != http.StatusOK {
		s.Fatalf("no permit was granted: %d %s", b.Code, b.Said())
	}
	return id
}

// spoken is an oral permission that waits for its confirmation.
func (s *scene) spoken() string {
	s.Helper()
	form := url.Values{
		"organisation": {"㈱架空システム保守"}, "name": {"山田 太郎"}, "reading": {"やまだ たろう"}, "person": {""}, "affiliation": {""},
		"class": {"contractor"}, "entry_purpose": {"障害対応"}, "day": {today}, "begin": {"00:00"}, "end": {"23:59"},
		"spoken": {today + "T00:00"}, "how": {"telephone"}, "do": {"send"},
	}
	return s.numbered(s.in["staff2"].Get("/permits/oral").Send("/permits/oral", form), "/permits/")
}

// through has somebody badge and pass.
func (s *scene) through(number uint64, side string) {
	s.Helper()
	granted := s.Told(journal.AccessGranted)
	s.Act(consoletest.Card(number, side))
	s.Eventually("the card is taken", func() bool { return s.Told(journal.AccessGranted) > granted })
	s.pass()
}

// pass has whoever was let in open the door.
func (s *scene) pass() {
	s.Helper()
	taken := s.Told(journal.AccessTaken)
	s.Eventually("the door can be opened", func() bool { return s.Panel.Act(sim.Act{Verb: "open", Door: "room"}) == nil })
	s.Eventually("the door opens", func() bool { return s.Told(journal.AccessTaken) > taken })
	s.Act(sim.Act{Verb: "close"})
}

var visitField = regexp.MustCompile(`name="visit" value="([0-9-]+)"`)

// visit is somebody's who is inside, and whom no order was given about yet. The escort is staff2.
func (s *scene) visit() string {
	s.Helper()
	if len(s.inside) == 0 {
		s.unlock()
		known := s.visits()
		for permit := s.granted(20); len(s.inside) < 20; { // who was announced before may fill the escort's hands for a while
			s.brought(permit)
			s.inside = slices.DeleteFunc(s.visits(), func(id string) bool { return slices.Contains(known, id) })
		}
	}
	id := s.inside[0]
	s.inside = s.inside[1:]
	return id
}

// visits are those that the page has a box for.
func (s *scene) visits() []string {
	all := matches(visitField, s.in["staff2"].Get("/visits").Page)
	slices.Sort(all)
	return slices.Compact(all)
}

// brought has all of a permit announced, and their escort badge and pass.
func (s *scene) brought(permit string) {
	s.Helper()
	form := url.Values{"permit": {permit}, "door": {"room"}, "identity": {"社員証"}, "badge": {"7"}}
	for i := range 20 {
		form.Add("visitor", fmt.Sprintf("v%s-%d", permit, i+1))
	}
	s.in["staff2"].Get("/visits/announce?permit="+permit).Send("/visits/announce", form)
	judged := func() int { return s.Told(journal.AccessGranted) + s.Told(journal.AccessDenied) }
	before, granted := judged(), s.Told(journal.AccessGranted)
	s.Act(consoletest.Card(1202, "entry"))
	s.Eventually("the card is judged", func() bool { return judged() > before })
	if s.Told(journal.AccessGranted) > granted {
		s.pass()
	}
}

// unlock lets people in again.
func (s *scene) unlock() {
	s.Helper()
	s.in["officer"].Get("/door/room").Send("/door/room/normal", url.Values{"reason": {"場面"}}) // it may be so already
}

// left is the visit of somebody who left without consent.
func (s *scene) left() string {
	s.Helper()
	id := s.visit()
	s.must("staff2", "/visits", "/visits/leave", url.Values{"visit": {id}, "do": {"now"}})
	return id
}

// correction is one of somebody's line that waits, made by an account.
func (s *scene) correction(maker string) string {
	s.Helper()
	s.must(maker, "/visits", "/visits/correct", url.Values{"visit": {s.visit()}, "line_field": {"purpose"}, "corrected": {"点検"}, "correct_reason": {"誤記"}})
	return slices.Max(matches(proposalField, s.in[maker].Page))
}

// must has an account send a form, which must be taken.
func (s *scene) must(who, page, path string, form url.Values) *consoletest.Browser {
	s.Helper()
	if b := s.in[who].Get(page).Send(path, form); b.Code != http.StatusOK {
		s.Fatalf("%s: %s of the scene: %d %s", who, path, b.Code, b.Said())
	}
	return s.in[who]
}

// alarm is a door that was forced just now; its siren sounds. What was before is closed.
func (s *scene) alarm() string {
	s.Helper()
	before := s.alarms()
	for _, id := range before {
		s.in["officer"].Get("/alarms").Send("/alarms/ack", url.Values{"id": {id}}) // it may be acknowledged already
		s.in["officer"].Get("/alarms").Send("/alarms/close", url.Values{"id": {id}, "finding": {"場面"}})
	}
	s.Act(sim.Act{Verb: "close"}, sim.Act{Verb: "force"})
	var id string
	s.Eventually("a new alarm", func() bool {
		for _, a := range s.alarms() {
			if !slices.Contains(before, a) && strings.HasPrefix(a, "door.forced/") {
				id = a
			}
		}
		return id != ""
	})
	s.Act(sim.Act{Verb: "close"})
	return id
}

func (s *scene) alarms() (ids []string) {
	var all []ledger.Alarm
	if err := s.Desk.Get(context.Background(), "alarms", nil, &all); err != nil {
		s.Fatal(err)
	}
	for i := range all {
		ids = append(ids, all[i].ID)
	}
	return ids
}

var incidentID, entryID = regexp.MustCompile(`\d{4}-I\d{3}`), regexp.MustCompile(`\d{4}-E\d{3}`)

// calm clears whatever was declared.
func (s *scene) calm() {
	s.Helper()
	for _, id := range slices.Compact(incidentID.FindAllString(s.in["officer"].Get("/alarms/incidents").Said(), -1)) {
		s.must("officer", "/alarms/incidents", "/alarms/clear", url.Values{"id": {id}, "text": {"終了"}})
	}
}

// declared is an emergency that stands.
func (s *scene) declared() string {
	s.Helper()
	s.calm()
	b := s.must("officer", "/alarms/incidents", "/alarms/declare", url.Values{"zone": {"room"}, "reason": {"訓練"}, "hours": {"1"}, "drill": {"1"}})
	return incidentID.FindString(b.Said())
}

var countField = regexp.MustCompile(`name="of" value="(\d{4}-M\d{3} [^" -][^"]*)"`)

// counted is somebody on the kept list of a drill who has not been seen yet.
func (s *scene) counted() string {
	s.Helper()
	s.visit()
	s.declared()
	found := countField.FindStringSubmatch(s.in["officer"].Get("/alarms/muster").Page)
	if found == nil {
		s.Fatalf("nobody is to be counted: %s", s.in["officer"].Said())
	}
	return found[1]
}

// emergency is an entry of the fire brigade that waits for its completion.
func (s *scene) emergency() string {
	s.Helper()
	b := s.must("staff2", "/alarms/emergency", "/alarms/emergency", url.Values{"zone": {"room"}, "service": {"fire"}, "count": {"2"}})
	return slices.Max(entryID.FindAllString(b.Page, -1))
}

// spare is the next of the spare people.
func (s *scene) spare() string {
	s.Helper()
	if s.used++; s.used >= spares {
		s.Fatal("no more spare people")
	}
	return fmt.Sprintf("%02d", s.used)
}

// member proposes that a spare person belongs to a section, and returns the proposal.
func (s *scene) member() string {
	s.Helper()
	n := s.next()
	s.must("clerk", "/people", "/people/change", url.Values{"what": {"member"}, "person": {"0302"}, "section": {"市民課"}, "begins": {day(n)}})
	return s.waiting("officer")
}

// day is one of the days to come, each good for one change.
func day(n int) string { return time.Date(2027, 4, n, 0, 0, 0, 0, access.JST).Format(time.DateOnly) }

// account is one that was added and approved, with its person.
func (s *scene) account() (name, person string) {
	s.Helper()
	person = "X" + s.spare()
	name = "a" + strings.ToLower(person)
	s.must("manager", "/accounts/add", "/accounts/add", url.Values{"account": {name}, "person": {person}, "kind": {"local"}})
	s.approved("officer")
	return name, person
}

var keyField = regexp.MustCompile(`name="key" value="([^"]+)"`)

// tried is the key of a file whose dry run went well, for an account.
func (s *scene) tried(b *consoletest.Browser) string {
	s.Helper()
	b.Get("/people/import")
	s.file(b, "/people/import", fmt.Sprintf("id,name,kind\nX%s,予備 改,職員\n", s.spare()), nil)
	if len(matches(keyField, b.Page)) != 1 {
		s.Fatalf("the file cannot be brought: %d %s", b.Code, b.Said())
	}
	return found(s, keyField, b.Page)
}

// file sends a file as a form does.
func (s *scene) file(b *consoletest.Browser, at, text string, form url.Values) {
	s.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for k, v := range form {
		_ = w.WriteField(k, v[0])
	}
	_ = w.WriteField("once", b.Once())
	f, err := w.CreateFormFile("file", "people.csv")
	if err == nil {
		_, err = f.Write([]byte(text))
	}
	if err != nil || w.Close() != nil {
		s.Fatal(err)
	}
	resp, err := b.HTTP.Post(b.URL+at, w.FormDataContentType(), &body)
	if err != nil {
		s.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	var page bytes.Buffer
	if _, err := page.ReadFrom(resp.Body); err != nil {
		s.Fatal(err)
	}
	b.Code, b.Head, b.Page = resp.StatusCode, resp.Header, page.String()
}

// begun has an account begin with the check of a point, which nobody else checks any more.
func (s *scene) begun(b *consoletest.Browser, id string) {
	s.Helper()
	for _, who := range []string{"officer", "manager"} {
		o := s.in[who]
		o.Get("/setup/point?id="+id).Send("/setup/end", url.Values{"id": {id}, "result": {"skipped"}, "reason": {"後日"}})
	}
	if b != nil {
		b.Get("/setup/point?id="+id).Send("/setup/begin", url.Values{"id": {id}})
	}
}

// code is a one-time code that an account sets up, and what the page that asks for it knows it by.
func (s *scene) code(b *consoletest.Browser) url.Values {
	s.Helper()
	b.Get("/account/second").Send("/account/code/begin", nil)
	word, err := totp.GenerateCode(strings.ReplaceAll(found(s, secretField, b.Page), " ", ""), time.Now())
	if err != nil {
		s.Fatal(err)
	}
	return url.Values{"pending": {found(s, pendingField, b.Page)}, "code": {word}}
}

// machine is the code that the machine's user is given for the first sign-in.
func (s *scene) machine() string {
	s.Helper()
	var code desk.Setup
	if err := s.Desk.Post(context.Background(), "setup/begin", struct{}{}, &code); err != nil {
		s.Fatal(err)
	}
	return string(code.Code)
}

// private is an entry that has a private part.
func (s *scene) private() string {
	s.Helper()
	rows, err := s.Store.Rows(context.Background(), 0, 100_000)
	if err != nil {
		s.Fatal(err)
	}
	for i, r := range rows {
		if bytes.Contains(r.Payload, []byte(`"private":`)) {
			return fmt.Sprint(i)
		}
	}
	s.Fatal("no entry has a private part")
	return ""
}

// open is the permit that is not used up; fresh is one for nobody else.
func (s *scene) open() string {
	if s.permit == "" {
		s.permit = s.fresh()
	}
	return s.permit
}

func (s *scene) fresh() string { return s.granted(1) }

// two is a number of two digits for nobody else.
func (s *scene) two() string { return fmt.Sprintf("%02d", s.next()) }

// heeded is an alarm that was acknowledged.
func (s *scene) heeded() string {
	id := s.alarm()
	s.must("staff2", "/alarms", "/alarms/ack", url.Values{"id": {id}})
	return id
}

var holdField = regexp.MustCompile(`action="/register/retention/lift".*?name="id" value="([^"]+)"`)

// held is a hold on records that stands.
func (s *scene) held() string {
	b := s.must("officer", "/register/retention", "/register/retention/hold", url.Values{"class": {"register"}, "year": {"2023"}, "ground": {"争訟"}})
	return slices.Max(matches(holdField, strings.ReplaceAll(b.Page, "\n", " ")))
}

// stocked is a permit for whose visitor the card of the stock is there to be lent.
func (s *scene) stocked() string {
	s.in["clerk"].Get("/people/cards/out").Send("/people/cards/return", url.Values{"card": {"S-01"}}) // it may be there
	return s.fresh()
}

// lent is the same with the card lent.
func (s *scene) lent() string {
	id := s.stocked()
	s.must("clerk", "/people/cards/lend", "/people/cards/lend", url.Values{"card": {"S-01"}, "kind": {"visitor"}, "guest": {id + "/v" + id + "-1"}})
	return id
}

// welcome is a fresh permit at a door that lets people in.
func (s *scene) welcome() string {
	s.unlock()
	return s.fresh()
}

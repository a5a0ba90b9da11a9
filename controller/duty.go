package controller

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"kidoban/config"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/journal"
	"kidoban/device"
)

// Duties are the site's settings of who acts with whom.
type Duties struct {
	FourEyes  bool          // roster, cards, accounts and corrections take two persons
	Deputy    bool          // 代決 by those who have that duty
	Lockout   account.Rule  // wrong passwords
	Session   time.Duration // most of one sign-in
	Idle      time.Duration
	Second    account.Second // who must have a second proof
	Directory bool           // there is one that tries passwords
}

func newDuties(c config.Duties, directory bool) Duties {
	return Duties{
		FourEyes: c.FourEyes, Deputy: c.DeputyDecision, Lockout: account.Rule{Tries: c.Tries, Lockout: c.Lockout.Std()},
		Session: c.Session.Std(), Idle: c.Idle.Std(), Second: account.Second(c.Second), Directory: directory,
	}
}

// place is what the rules know of a zone: kind, officer, section. "" is the management room.
func (s *State) place(zone string) access.AccessPoint {
	for _, g := range s.gates {
		for _, p := range g.Points {
			if p != nil && (p.Zone == zone || zone == "" && p.Place == access.ManagementRoom) {
				return p.AccessPoint
			}
		}
	}
	return access.AccessPoint{Zone: zone, Place: access.ManagementRoom, Officer: access.SecurityOfficer, Section: access.CivicAffairs}
}

// officerOf is the post that answers for a place: in the management room 市民課長 alone (Articles 11(6) and 20).
func officerOf(p access.AccessPoint) access.Post {
	if p.Place == access.ManagementRoom || p.Officer == "" {
		return access.SecurityOfficer
	}
	return p.Officer
}

// roles are what an account is to the rules of a zone now: by posts, duties and belongings, never by a word on the
// account. They end with those at 00:00 JST.
func (s *State) roles(a Account, zone string) (out []account.Role) {
	if a.Person == "" {
		if a.Operate || a.Roster {
			out = append(out, account.Installer)
		}
		return out
	}
	at, p := s.dated(), s.place(zone)
	add := func(r account.Role, yes bool) {
		if yes && !slices.Contains(out, r) {
			out = append(out, r)
		}
	}
	add(account.CISO, s.roster.Holds(a.Person, access.CISO, at))
	officer := officerOf(p)
	for _, post := range s.officers() {
		if s.roster.Holds(a.Person, post, at) {
			add(account.SecurityOfficer, post == officer)
			add(account.OtherOfficer, post != officer)
		}
	}
	add(account.SystemManager, s.roster.Holds(a.Person, access.SystemManager, at))
	add(account.Clerk, s.roster.HasDuty(a.Person, access.DutyClerk, p.Zone, at))
	add(account.Auditor, s.roster.HasDuty(a.Person, access.DutyAuditor, p.Zone, at))
	add(account.Designee, s.roster.HasDuty(a.Person, access.DutyConsent, p.Zone, at))
	add(account.Deputy, s.site.Duties.Deputy && s.roster.HasDuty(a.Person, access.DutyDeputy, p.Zone, at))
	rule := s.roster.Standing(a.Person, p, at)
	add(account.Staff, rule == access.RuleSection || rule == access.RuleFinding || rule == access.RuleTerminal && len(out) == 0)
	return out
}

// officers are the posts of security officers: the regulation's two, and whoever else answers for a zone of the site.
func (s *State) officers() []access.Post {
	out := []access.Post{access.SecurityOfficer, access.WestBranchHead}
	for _, g := range s.gates {
		if p := g.Points[device.Entry]; p != nil && p.Officer != "" && !slices.Contains(out, p.Officer) {
			out = append(out, p.Officer)
		}
	}
	return out
}

// allows says that an account may do an action in a zone now; "" is the management room and what belongs to no zone.
func (s *State) allows(a Account, action account.Action, zone string) bool {
	return a.Name != "" && s.shut(a) == "" && s.allowed(a, s.roles(a, zone), action)
}

// allowed says it of an account with these roles that is not shut.
func (s *State) allowed(a Account, roles []account.Role, action account.Action) bool {
	for _, r := range roles {
		if r == account.Installer {
			if s.asInstaller(a, action) {
				return true
			}
		} else if account.May(r, action) {
			return true
		}
	}
	return !s.site.Duties.FourEyes && technical(a, action)
}

// asInstaller says what an account of the configuration without a person may do: set the machine up, and little after.
func (s *State) asInstaller(a Account, action account.Action) bool {
	if !account.May(account.Installer, action) {
		return false
	}
	switch action {
	case account.ChangeRoster:
		return a.Roster && s.settingUp()
	case account.ManageAccounts:
		return a.Roster && s.fewManagers()
	case account.Look, account.VerifyJournal, account.Backup, account.BlockCard, account.CheckWiring:
		return true
	}
	return technical(a, action)
}

// technical is what "operate" and "roster" of the configuration stand for where the site does without four eyes.
// Nothing that the regulation gives to a post or a designated person is among it.
func technical(a Account, action account.Action) bool {
	switch action {
	case account.OperateDoor, account.AckAlarm, account.CloseAlarm, account.Declare, account.RecordEmergency,
		account.RequestPermit, account.NameVisitor, account.AnnounceVisitor, account.AskConsent,
		account.SearchRegister, account.PrintRegister, account.HoldRecords:
		return a.Operate
	case account.ChangeRoster, account.ManageAccounts, account.UnblockPIN, account.BlockCard, account.LendCard,
		account.CountCards, account.Backup, account.ProposePurge:
		return a.Roster
	}
	return false
}

// settingUp says that nobody holds the post of security officer yet, so that there is nobody to ask.
func (s *State) settingUp() bool {
	_, held := s.roster.Incumbent(access.SecurityOfficer, s.dated())
	return !held
}

// may is why an account may not do an action in a zone now, "" if it may. Each refusal for want of a role is an entry.
func (s *State) may(a Account, action account.Action, zone string) (refusal string) {
	return s.mayWith(a, action, zone, action.Grave())
}

// mayWith is may of an order that takes a fresh proof of who somebody is, or does not.
func (s *State) mayWith(a Account, action account.Action, zone string, fresh bool) (refusal string) {
	if a.Name == "" {
		return "this user of the machine has no account in the configuration and may only read; or sign in (kidoban sign-in)"
	}
	allowed := s.allows(a, action, zone)
	if allowed && !(a.Stale && fresh) {
		return ""
	}
	d := journal.Data{Account: a.Name, Person: string(a.Person), Mode: action.String(), Zone: zone, Rule: ruleOf(action)}
	if allowed {
		d.Reason = "proof_stale"
	}
	roles := s.roles(a, zone)
	s.note(journal.AccountRefused, journal.Notice, "account/"+a.Name, d)
	switch no := s.shut(a); {
	case allowed:
		return ProveAgain
	case no != "":
		return no
	}
	return s.refusal(a, action, zone, roles)
}

// ruleOf is the rule that a refused action rests on, as the record names it.
func ruleOf(action account.Action) string {
	switch action {
	case account.RequestPermit, account.RecordOral, account.DecidePermit, account.DecideAsDeputy, account.NameVisitor:
		return access.RulePermit
	case account.AnnounceVisitor, account.HandOverEscort:
		return ruleAttend
	case account.AskConsent, account.Consent:
		return ruleLeave
	case account.OperateDoor, account.AckAlarm, account.CloseAlarm, account.SignRegister, account.RecordEmergency:
		return "art11.6"
	case account.ReportThreat:
		return "art11.5"
	case account.Declare:
		return "art9"
	case account.ApprovePurge, account.ProposePurge, account.HoldRecords:
		return "art25"
	}
	return access.RulePractice
}

// refusal names who may, and why this one may not.
func (s *State) refusal(a Account, action account.Action, zone string, roles []account.Role) string {
	p := s.place(zone)
	out := fmt.Sprintf("account %s may not do this: %s (%s)", a.Name, s.whose(action, p), action.Basis())
	switch {
	case slices.Contains(roles, account.Installer):
		return out + ". " + s.installerHint(a, action)
	case !account.May(account.SecurityOfficer, action):
		return out
	}
	officer := officerOf(p)
	if slices.Contains(roles, account.OtherOfficer) {
		if p.Place == access.ManagementRoom {
			return out + ". 西支所長 answers for the terminals of the own office (第11条第2号); for the management room it is 市民課長 alone (第10条第2項, 第11条第6号, 第20条)"
		}
		return out + fmt.Sprintf(". For this place it is %s (第11条第2号)", postName(officer))
	}
	if _, held := s.roster.Incumbent(officer, s.dated()); !held {
		return out + fmt.Sprintf(". %sの在職者が登録されていません: nobody holds the post of %s now; register the appointment (発令)",
			postName(officer), postName(officer))
	}
	return out
}

// whose is "only 市民課長 and 入退室事務担当 may decide on permits".
func (s *State) whose(action account.Action, p access.AccessPoint) string {
	var names []string
	for _, r := range action.Whose() {
		switch {
		case r == account.Installer, r == account.Deputy && !s.site.Duties.Deputy:
		case r == account.SecurityOfficer:
			names = append(names, postName(officerOf(p)))
		default:
			names = append(names, r.Japanese())
		}
	}
	if action == account.ChangeRoster {
		return byAnother
	}
	if len(names) == 0 {
		return "nobody may " + action.English() + " here"
	}
	return fmt.Sprintf("only %s may %s", strings.Join(names, "、"), action.English())
}

func (s *State) installerHint(a Account, action account.Action) string {
	switch {
	case action == account.ChangeRoster && a.Roster && !s.settingUp():
		return "The site is set up: a change is proposed by one person and approved by another (kidoban sign-in, kidoban proposal)"
	case action == account.ManageAccounts && a.Roster:
		return "Two persons who manage accounts have one: they do it (kidoban sign-in)"
	case account.May(account.Installer, action):
		return `Its "may" in the configuration does not say so`
	}
	return "It belongs to no person: sign in as one (kidoban sign-in)"
}

var postNames = map[access.Post]string{
	access.CISO: "市民文化環境部長", access.SecurityOfficer: "市民課長", access.WestBranchHead: "西支所長",
	access.SystemManager: "デジタル推進課長",
}

// postName is a post in Japanese, as the regulation names it.
func postName(p access.Post) string {
	if name, known := postNames[p]; known {
		return name
	}
	return string(p)
}

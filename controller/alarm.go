package controller

import (
	"fmt"
	"slices"
	"strings"

	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
)

// alarmed records what an act on an alarm has made of it, or passes the refusal on.
func (s *State) alarmed(row ledger.Alarm, e journal.Entry, no string) string {
	if no != "" {
		return no
	}
	e.Synced = s.clock.synced
	s.out.Change.Alarms = append(s.out.Change.Alarms, row)
	s.out.Entries = append(s.out.Entries, e)
	return ""
}

// seesSilent says that an account may know of duress: the CISO's and the officers', and one of the configuration that
// operates the doors and is nobody's.
func (s *State) seesSilent(a Account) bool {
	return a.Person == "" && a.Operate || slices.ContainsFunc(s.zones(), func(zone string) bool {
		return s.allows(a, account.Declare, zone)
	})
}

// hidden says that an alarm must not be known to an account: to it, there is none.
func (s *State) hidden(a Account, id string) string {
	if row, open := s.alarms.Find(id); open && alarm.Silent(row) && !s.seesSilent(a) {
		return fmt.Sprintf("no alarm %q is open: kidoban alarm list", id)
	}
	return ""
}

func (s *State) ackAlarm(a Account, ask AckAlarm) string {
	if no := s.hidden(a, ask.ID); no != "" {
		return no
	}
	return s.alarmed(s.alarms.Ack(ask.ID, a.Name, s.now))
}

func (s *State) closeAlarm(a Account, ask CloseAlarm) string {
	if no := s.hidden(a, ask.ID); no != "" {
		return no
	}
	var finding []byte
	if strings.TrimSpace(ask.Finding) != "" {
		finding = s.private(map[string]any{"finding": ask.Finding})
	}
	return s.alarmed(s.alarms.Close(ask.ID, a.Name, s.now, finding))
}

// escalate tells the CISO (通報) of what nobody has acknowledged in its time.
func (s *State) escalate() {
	rows, entries := s.alarms.Escalate(s.now)
	for i, e := range entries {
		ciso, _ := s.roster.Incumbent(access.CISO, s.dated())
		e.Data.Post, e.Data.Person = string(access.CISO), string(ciso)
		s.alarmed(rows[i], e, "")
	}
}

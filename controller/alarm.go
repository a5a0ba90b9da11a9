package controller

import (
	"fmt"

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

// hidden says that an alarm must not be known to an account: to it, there is none.
func (s *State) hidden(a Account, id string) string {
	if row, open := s.alarms.Find(id); open && alarm.Silent(row) && !s.seesSilent(a) {
		return fmt.Sprintf("no alarm %q is open: kidoban alarm list", id)
	}
	return ""
}

// seesSilent says that an account may know of duress.
func (s *State) seesSilent(a Account) bool { return a.Operate }

func (s *State) closeAlarm(a Account, ask CloseAlarm) string {
	if no := s.hidden(a, ask.ID); no != "" {
		return no
	}
	var finding []byte
	if ask.Finding != "" {
		finding = s.private(map[string]any{"finding": ask.Finding})
	}
	row, entry, no := s.alarms.Close(ask.ID, a.Name, s.now, finding)
	return s.alarmed(row, entry, no)
}

// escalate tells the CISO (通報) of what nobody has acknowledged in its time.
func (s *State) escalate() {
	rows, entries := s.alarms.Escalate(s.now)
	for i := range entries {
		s.alarmed(rows[i], entries[i], "")
	}
}

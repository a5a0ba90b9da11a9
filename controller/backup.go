package controller

import (
	"kidoban/controller/journal"
)

type (
	// MayBackUp asks, before an octet of it is sent, whether an account may take a backup.
	MayBackUp struct{}
	// BackedUp says what became of a backup: as an Ask of one that an account took, as an Input of the daemon's own.
	BackedUp struct {
		Size   uint64 // entries in it
		Digest string // SHA-256 of the encrypted file, hex
		For    string // who can open it: the recipients, shortened
		Fault  string // why it is of no use, in fixed words; "" = it is whole
		Late   bool   // the daemon's own: there has been none for a day
	}
)

func (MayBackUp) ask()  {}
func (BackedUp) ask()   {}
func (BackedUp) input() {}

// modeBackup is what system.degraded and system.recovered call the want of a backup.
const modeBackup = "backup"

// backedUp records a copy of everything that has left this disk, or part of one (運用基準, after 第21条第3項).
func (s *State) backedUp(account string, b BackedUp) {
	d := journal.Data{Account: account, Count: int64(b.Size), Digest: b.Digest, Detail: b.For}
	switch {
	case b.Fault == "":
		s.note(journal.JournalBackedUp, journal.Notice, "controller", d)
		if s.unsaved {
			s.unsaved = false
			s.note(journal.SystemRecovered, journal.Notice, "controller", journal.Data{Mode: modeBackup})
		}
	case account != "":
		d.Reason = "incomplete"
		s.note(journal.JournalBackedUp, journal.Warning, "controller", d)
	case b.Late && !s.unsaved:
		s.unsaved = true
		s.note(journal.SystemDegraded, journal.Alert, "controller", journal.Data{Mode: modeBackup, Detail: b.Fault})
	}
}

package access

import (
	"fmt"
	"slices"
)

// Credentials, schedules and local holidays.

func credentialKey(c *Credential) string { return string(c.ID) }

func (r *Roster) checkCredential(c Credential) *Problem {
	key := string(c.ID)
	if c.ID == "" {
		return problem(CredentialTable, "", MissingID, "it has no id", "give the card an id, such as the number of its ledger line")
	}
	if _, bad := r.known(CredentialTable, key, c.Person); bad != nil {
		return bad
	}
	if c.State < Active || c.State > Revoked {
		return problem(CredentialTable, key, BadValue, "its state is not known", "use active, blocked, lost or revoked")
	}
	if bad := checkSpan(CredentialTable, key, c.Span); bad != nil {
		return bad
	}
	if bad := r.checkCard(key, c); bad != nil {
		return bad
	}
	if c.Schedule != "" && r.schedules[c.Schedule] == nil {
		return problem(CredentialTable, key, UnknownSched, fmt.Sprintf("schedule %q is not in the roster", c.Schedule), "add the schedule first, or correct its id")
	}
	switch {
	case c.Duress != Hash{} && c.PIN == Hash{}:
		return problem(CredentialTable, key, DuressAlone, "it has a duress PIN but no PIN", "set a PIN too")
	case c.Duress != Hash{} && c.Duress == c.PIN:
		return problem(CredentialTable, key, DuressIsPIN, "the duress PIN is the same as the PIN", "choose another duress PIN")
	}
	return nil
}

func (r *Roster) checkCard(key string, c Credential) *Problem {
	if c.Card == (Hash{}) {
		return problem(CredentialTable, key, NoCard, "it has no card", "present the card at a reader, or enter its number")
	}
	if held, _ := r.byHash.find(&c.Card); held != nil && held.id != c.ID {
		return problem(CredentialTable, key, DuplicateCard,
			fmt.Sprintf("this card is enrolled as %q for person %q", held.id, held.person.id),
			"use another card, or delete that credential once the card is back")
	}
	return nil
}

func (r *Roster) setCredential(row Credential) {
	at, c := r.findCard(row.ID)
	if c == nil {
		c = &card{id: CredentialID(r.ids.keep(string(row.ID)))}
		r.cards = slices.Insert(r.cards, at, c)
	} else {
		r.byHash.drop(&c.hash)
		c.person.cards--
	}
	_, c.person = r.findPerson(row.Person)
	c.person.cards++
	c.format, c.hash, c.period = r.format(row.Format), row.Card, periodOf(row.Span)
	c.state, c.extended = row.State, row.Extended
	c.schedule = r.schedules[row.Schedule]
	c.pins = nil
	if row.PIN != (Hash{}) {
		c.pins = &pins{row.PIN, row.Duress}
	}
	r.byHash.put(c)
}

func (r *Roster) keepCredential(c Credential) *Problem {
	if _, old := r.findCard(c.ID); old == nil {
		return gone(CredentialTable, string(c.ID))
	}
	return nil
}

func (r *Roster) dropCredential(row Credential) {
	at, c := r.findCard(row.ID)
	c.person.cards--
	r.byHash.drop(&c.hash)
	r.cards = slices.Delete(r.cards, at, at+1)
}

func scheduleKey(s *Schedule) string { return string(s.ID) }

func (r *Roster) checkSchedule(s Schedule) *Problem {
	if s.ID == "" {
		return problem(ScheduleTable, "", MissingID, "it has no id", "give the schedule an id")
	}
	outside := func(h Hours) bool { return h.From >= minutes || h.Until > minutes }
	bad := slices.ContainsFunc(s.Holiday, outside)
	for _, hours := range s.Week {
		bad = bad || slices.ContainsFunc(hours, outside)
	}
	if bad {
		return problem(ScheduleTable, string(s.ID), BadValue, "its hours go past 24:00", "write 22:00 to 06:00 to cross midnight")
	}
	return nil
}

func (r *Roster) setSchedule(s Schedule) {
	s = s.clone()
	if old := r.schedules[s.ID]; old != nil {
		*old = s
		return
	}
	r.schedules[s.ID] = &s
}

func (r *Roster) keepSchedule(s Schedule) *Problem {
	old := r.schedules[s.ID]
	if old == nil {
		return gone(ScheduleTable, string(s.ID))
	}
	for _, c := range r.cards {
		if c.schedule == old {
			return problem(ScheduleTable, string(s.ID), StillReferred, fmt.Sprintf("credential %q uses it", c.id), "give its credentials another schedule first")
		}
	}
	return nil
}

func (r *Roster) dropSchedule(s Schedule) { delete(r.schedules, s.ID) }

func holidayKey(h *Holiday) string { return fmt.Sprintf("%04d-%02d-%02d", h.Year, h.Month, h.Day) }

func (r *Roster) checkHoliday(h Holiday) *Problem {
	if !h.valid() {
		return problem(HolidayTable, holidayKey(&h), BadValue, fmt.Sprintf("there is no such day from %d to %d", firstYear, lastYear), "correct the date")
	}
	return nil
}

func (r *Roster) findHoliday(h Holiday) (int, bool) {
	return slices.BinarySearchFunc(r.local, h, func(a, b Holiday) int { return byDate(&a, &b) })
}

func (r *Roster) setHoliday(h Holiday) {
	if at, ok := r.findHoliday(h); ok {
		r.local[at] = h
	} else {
		r.local = slices.Insert(r.local, at, h)
	}
	r.calendar.set(h.days(), !h.Working)
}

func (r *Roster) keepHoliday(h Holiday) *Problem {
	if _, ok := r.findHoliday(h); !ok {
		return gone(HolidayTable, holidayKey(&h))
	}
	return nil
}

func (r *Roster) dropHoliday(h Holiday) {
	at, _ := r.findHoliday(h)
	r.local = slices.Delete(r.local, at, at+1)
	r.calendar.set(h.days(), national(h.Year, h.Month, h.Day))
}

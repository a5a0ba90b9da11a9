package controller

import (
	"kidoban/controller/account"
	"kidoban/device"
)

// Needs is what an order needs before it is carried out: an action, or none because its handler asks itself.
func (s *State) Needs(ask Ask) (action account.Action, listed bool) {
	n := s.needs(ask)
	return n.action, n != need{}
}

// May is s.may in a turn of its own.
func (s *State) May(at device.Instant, a Account, action account.Action, zone string) (refusal string, out Outcome) {
	s.now, s.out = at, &Outcome{}
	refusal = s.may(a, action, zone)
	return refusal, *s.out
}

// RolesOf are an account's roles in a zone.
func (s *State) RolesOf(at device.Instant, a Account, zone string) []account.Role {
	s.now, s.out = at, &Outcome{}
	return s.roles(a, zone)
}

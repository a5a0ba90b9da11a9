package controller

// correct carries out a correction that has been made, checked and permitted.
func (s *State) correct(a Account, ask CorrectVisit) string {
	if c, can := any(s).(interface {
		correctVisit(a Account, ask CorrectVisit) string
	}); can {
		return c.correctVisit(a, ask)
	}
	return "the register takes no corrections yet"
}

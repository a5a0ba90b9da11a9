package panel_test

// The lines of the door under test, on the desk and in the lab.
const (
	d0, d1 = 17, 27
	strike = 22
	fire   = 23
	door1  = 24 // contact
	button = 25
	green  = 12
	spare  = 26
)

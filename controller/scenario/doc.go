// Package scenario plays a day at the doors from plain text, on the real controller and a real SQLite file, in virtual
// time: a day takes milliseconds. The same language serves simulations, the demonstration and the tests of behaviour.
//
// One line, one thing. A # begins a comment. Times are JST.
//
// The stage (before "start"):
//
//	config FILE                         the site's configuration; without it the demonstration site
//	person ID staff|contractor|other [SECTION]
//	post ID POST [from DATE] [until DATE]         ciso, security-officer, system-manager, west-branch-head
//	member ID SECTION [from DATE] [until DATE]
//	finding ID [from DATE] [until DATE]           Article 20(1)(3)
//	card CARD of ID FACILITY/NUMBER [lost|revoked|blocked] [from DATE] [until DATE] [extended] [hours SCHEDULE]
//	pin CARD DIGITS [duress DIGITS]
//	hours SCHEDULE DAYS HH:MM-HH:MM               DAYS: mon-fri, sat, holiday, all …
//	set KEY VALUE                                 a tunable of the first door or its zone: open, pre_alarm, release,
//	                                              antipassback, limit, two_person, pin
//	start DATE TIME
//
// What happens:
//
//	at TIME · wait DURATION
//	badge CARD [DOOR] [exit]            a card; FACILITY/NUMBER instead of a CARD is one that nobody knows
//	keys DIGITS# [DOOR]
//	open · handle · force · close · button [DOOR]      from outside · inside by the handle · although locked
//	misread · void [DOOR] [exit]        a frame that cannot be read · a further pulse right after a card
//	cut · mend POINT [DOOR]             contact, strike, "exit button", reader …
//	tamper · untamper [DOOR] · mains fails|back · fire alarms|clear
//	disk fails|mends · disk stalls DURATION · clock steps DURATION · clock lost|synchronised · restart
//	lost CARD · transfer ID to SECTION · forgive ID · lockdown [DOOR] for DURATION · normal [DOOR]
//	release [DOOR] · acknowledge TYPE
//
// What must have followed since the last thing that happened:
//
//	expect TYPE [NAME=VALUE …]          in this order, others may lie between
//	never TYPE [NAME=VALUE …]
//	strike released|secured [DOOR] · shows SIGNAL [DOOR] [exit] · inside ID … (or nobody)
package scenario

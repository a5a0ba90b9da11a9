// Package access holds the rules of the room: who may enter under Article 20(1), and under Article 11(2) the terminal
// places, as a roster of dated rows and one function, Decide, that answers one card at one access point at one moment.
//
// Decide asks in this order and answers with the first refusal:
//
//  1. card: enrolled in the roster (an all-zero hash, which stands for a degenerate frame, never is)
//  2. state: not lost, revoked or blocked
//  3. dates: within the credential's own validity
//  4. standing: Article 20(1)(1), (2) or (3), or Article 11(2), computed from the dated rows at that instant; without it,
//     where visitors enter, a permit of Article 20(2): granted before, of this zone, in force now, not used up
//  5. schedule: open in the credential's schedule and in the access point's
//  6. lockdown: entry is not suspended
//  7. clock: where it is not trusted, 3 to 5 hold at every instant of the moment's window
//  8. anti-passback
//  9. room: within the zone's limit
//  10. PIN lock-out: the credential has not been locked by wrong PINs
//  11. needs: a PIN, a second person, of a visitor an escort (Article 20(3)); the grant is on condition of these
//
// What is not known and allowed is refused, and every zero value refuses. A card gives nothing by itself: standing comes
// from posts, belonging and findings, so enrolment never opens a door. Only members of staff have standing; a contractor
// never does, and the roster refuses a finding or a post for one. The West branch head has none by that post, nor has the
// staff of the digital section other than its head. No card, account or mode goes past the order above.
//
// With a clock that is not trusted the window is [LastRecorded, LastRecorded+Grace], both ends included, and the rules are
// evaluated at its start and at each edge of a date or schedule inside it, which is exact. Refused throughout for one
// reason answers with that reason; granted only in part answers ClockUntrusted. Without a last recorded time or with no
// grace there is no window, and nothing is granted.
//
// At an exit the caller always releases, whatever Decide says: it answers there with what an entry would have been
// refused for, so that it can be recorded. Anti-passback is then turned round (leaving without being recorded inside),
// and room, PIN and second person are not asked for.
//
// The package is pure: no I/O, no clock, no goroutine, and no raw card number or PIN, only keyed hashes. A Roster belongs
// to one goroutine; readers elsewhere need one of their own. Dates and hours are Japan's, at a fixed +09:00.
package access

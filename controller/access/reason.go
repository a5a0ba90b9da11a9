package access

// Reason says why a person was not let in, from the closed list of the wire contract; its text is stable. The zero
// Reason is no answer at all and refuses.
type Reason uint8

// The reasons. Granted is the only one that lets in.
const (
	Undecided Reason = iota
	Granted
	UnknownCredential
	Misread
	CredentialLost
	CredentialRevoked
	CredentialBlocked
	CredentialExpired
	NotYetValid
	NotAuthorised
	OutsideSchedule
	NoPermit
	PermitNotGranted
	PermitNotYetValid
	PermitExpired
	PermitRevoked
	PermitUsedUp
	EscortMissing
	EscortNotEntitled
	PINRequired
	PINWrong
	PINBlocked
	AntiPassback
	SecondPersonMissing
	RoomFull
	DoorLockedDown
	ClockUntrusted
	RecordUnavailable
	ReaderDegraded
	DuplicateUse
	PurposeMissing
	PermitOtherZone
	PermitUnconfirmedPerson
	EscortLimitReached
	PostVacant
)

var reasonText = [...]string{
	Undecided: "undecided", Granted: "granted",
	UnknownCredential: "unknown_credential", Misread: "misread", CredentialLost: "credential_lost",
	CredentialRevoked: "credential_revoked", CredentialBlocked: "credential_blocked",
	CredentialExpired: "credential_expired", NotYetValid: "not_yet_valid", NotAuthorised: "not_authorised",
	OutsideSchedule: "outside_schedule", NoPermit: "no_permit", PermitNotGranted: "permit_not_granted",
	PermitNotYetValid: "permit_not_yet_valid", PermitExpired: "permit_expired", PermitRevoked: "permit_revoked",
	PermitUsedUp: "permit_used_up", EscortMissing: "escort_missing", EscortNotEntitled: "escort_not_entitled",
	PINRequired: "pin_required", PINWrong: "pin_wrong", PINBlocked: "pin_blocked", AntiPassback: "antipassback",
	SecondPersonMissing: "second_person_missing", RoomFull: "room_full", DoorLockedDown: "door_locked_down",
	ClockUntrusted: "clock_untrusted", RecordUnavailable: "record_unavailable", ReaderDegraded: "reader_degraded",
	DuplicateUse: "duplicate_use", PurposeMissing: "purpose_missing", PermitOtherZone: "permit_other_zone",
	PermitUnconfirmedPerson: "permit_unconfirmed_person", EscortLimitReached: "escort_limit_reached",
	PostVacant: "post_vacant",
}

// String is the wire text.
func (r Reason) String() string {
	if int(r) < len(reasonText) {
		return reasonText[r]
	}
	return reasonText[Undecided]
}

// ParseReason is the reason with this wire text.
func ParseReason(text string) (Reason, bool) {
	for r, t := range reasonText {
		if t == text {
			return Reason(r), true
		}
	}
	return Undecided, false
}

package journal

// The types of the wire contract: past tense, one fact each. Types is the closed list.
const (
	AccessPending  Type = "access.pending"
	AccessGranted  Type = "access.granted"
	AccessDenied   Type = "access.denied"
	AccessTaken    Type = "access.taken"
	AccessNotTaken Type = "access.not_taken"
	AccessDuress   Type = "access.duress"

	DoorOpened        Type = "door.opened"
	DoorClosed        Type = "door.closed"
	DoorForced        Type = "door.forced"
	DoorHeldWarning   Type = "door.held_warning"
	DoorHeld          Type = "door.held"
	DoorHeldCleared   Type = "door.held_cleared"
	DoorExitRequested Type = "door.exit_requested"
	DoorModeChanged   Type = "door.mode_changed"
	DoorTampered      Type = "door.tampered"
	DoorFault         Type = "door.fault"
	DoorRestored      Type = "door.restored"

	LockReleased Type = "lock.released"
	LockSecured  Type = "lock.secured"

	ReaderOnline   Type = "reader.online"
	ReaderOffline  Type = "reader.offline"
	ReaderTampered Type = "reader.tampered"
	ReaderMisread  Type = "reader.misread"

	RosterChanged Type = "roster.changed"

	CredentialIssued           Type = "credential.issued"
	CredentialRevoked          Type = "credential.revoked"
	CredentialLost             Type = "credential.lost"
	CredentialBlocked          Type = "credential.blocked"
	CredentialUnblocked        Type = "credential.unblocked"
	CredentialDuplicateRefused Type = "credential.duplicate_refused"

	ConfigApplied  Type = "config.applied"
	ConfigRejected Type = "config.rejected"

	ClockSynchronised Type = "clock.synchronised"
	ClockLost         Type = "clock.lost"
	ClockStepped      Type = "clock.stepped"

	PowerMainsLost     Type = "power.mains_lost"
	PowerMainsRestored Type = "power.mains_restored"
	FireAlarmed        Type = "fire.alarmed"
	FireCleared        Type = "fire.cleared"

	LinkLost       Type = "link.lost"
	LinkRestored   Type = "link.restored"
	LinkBacklogged Type = "link.backlogged"
	LinkDrained    Type = "link.drained"

	JournalStarted            Type = "journal.started"
	JournalPurged             Type = "journal.purged"
	JournalVerified           Type = "journal.verified"
	JournalVerificationFailed Type = "journal.verification_failed"

	SystemStarted             Type = "system.started"
	SystemStopping            Type = "system.stopping"
	SystemDegraded            Type = "system.degraded"
	SystemRecovered           Type = "system.recovered"
	SystemRestartedByWatchdog Type = "system.restarted_by_watchdog"

	AlarmRaised       Type = "alarm.raised"
	AlarmAcknowledged Type = "alarm.acknowledged"
)

// Types is the closed list, in the wire contract's order. A type that is not in it is never sealed.
func Types() []Type { return append([]Type(nil), types[:]...) }

// Known reports whether t is in the closed list.
func (t Type) Known() bool {
	for i := range types {
		if types[i] == t {
			return true
		}
	}
	return false
}

var types = [...]Type{
	AccessPending, AccessGranted, AccessDenied, AccessTaken, AccessNotTaken, AccessDuress,
	DoorOpened, DoorClosed, DoorForced, DoorHeldWarning, DoorHeld, DoorHeldCleared, DoorExitRequested,
	DoorModeChanged, DoorTampered, DoorFault, DoorRestored,
	LockReleased, LockSecured,
	ReaderOnline, ReaderOffline, ReaderTampered, ReaderMisread,
	RosterChanged,
	CredentialIssued, CredentialRevoked, CredentialLost, CredentialBlocked, CredentialUnblocked,
	CredentialDuplicateRefused,
	ConfigApplied, ConfigRejected,
	ClockSynchronised, ClockLost, ClockStepped,
	PowerMainsLost, PowerMainsRestored, FireAlarmed, FireCleared,
	LinkLost, LinkRestored, LinkBacklogged, LinkDrained,
	JournalStarted, JournalPurged, JournalVerified, JournalVerificationFailed,
	SystemStarted, SystemStopping, SystemDegraded, SystemRecovered, SystemRestartedByWatchdog,
	AlarmRaised, AlarmAcknowledged,
}

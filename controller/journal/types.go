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
	ConfigChecked  Type = "config.checked" // a point of the wiring, with somebody at it

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
	AlarmSilenced     Type = "alarm.silenced" // a door's siren, not the alarm

	PermitRequested    Type = "permit.requested"
	PermitRecordedOral Type = "permit.recorded_oral"
	PermitConfirmed    Type = "permit.confirmed"
	PermitGranted      Type = "permit.granted"
	PermitRefused      Type = "permit.refused"
	PermitRevoked      Type = "permit.revoked"
	PermitExpired      Type = "permit.expired"
	PermitReviewed     Type = "permit.reviewed"
	PermitNamed        Type = "permit.named"

	VisitAnnounced          Type = "visit.announced"
	VisitOpened             Type = "visit.opened"
	VisitEscorted           Type = "visit.escorted"
	VisitEscortChanged      Type = "visit.escort_changed"
	VisitEscortLost         Type = "visit.escort_lost"
	VisitOverstayed         Type = "visit.overstayed"
	VisitExitRequested      Type = "visit.exit_requested"
	VisitConsented          Type = "visit.consented"
	VisitConsentWithheld    Type = "visit.consent_withheld"
	VisitLeftWithoutConsent Type = "visit.left_without_consent"
	VisitClosed             Type = "visit.closed"
	VisitCorrected          Type = "visit.corrected"
	VisitEmergency          Type = "visit.emergency"

	RosterProposed Type = "roster.proposed"
	RosterApproved Type = "roster.approved"
	RosterRejected Type = "roster.rejected"

	CredentialApplied  Type = "credential.applied"
	CredentialLent     Type = "credential.lent"
	CredentialReturned Type = "credential.returned"
	CredentialCounted  Type = "credential.counted"

	AccountSignedIn     Type = "account.signed_in"
	AccountSignInFailed Type = "account.sign_in_failed"
	AccountSignedOut    Type = "account.signed_out"
	AccountSearched     Type = "account.searched"
	AccountExported     Type = "account.exported"
	AccountPrinted      Type = "account.printed"
	AccountChanged      Type = "account.changed"
	AccountRefused      Type = "account.refused"

	RegisterChecked Type = "register.checked"

	JournalBackedUp    Type = "journal.backed_up"
	JournalHoldChanged Type = "journal.hold_changed"

	JournalPurgeProposed Type = "journal.purge_proposed"
	JournalPurgeEnded    Type = "journal.purge_ended"

	AlarmEscalated Type = "alarm.escalated"
	AlarmClosed    Type = "alarm.closed"
	AlarmReported  Type = "alarm.reported"

	EmergencyDeclared  Type = "emergency.declared"
	EmergencyRenewed   Type = "emergency.renewed"
	EmergencyCleared   Type = "emergency.cleared"
	EmergencyAccounted Type = "emergency.accounted"

	// The central log's own, beside those that doors have too. It is a controller like any other, with a journal of its own.
	ControllerAccepted     Type = "controller.accepted"
	ControllerReplaced     Type = "controller.replaced"
	ControllerClosed       Type = "controller.closed"
	ControllerSilent       Type = "controller.silent"
	ControllerHeard        Type = "controller.heard"
	ControllerRolledBack   Type = "controller.rolled_back"
	ControllerForked       Type = "controller.forked"
	ControllerContradicted Type = "controller.contradicted"
	ControllerGarbled      Type = "controller.garbled"

	CheckpointWitnessed Type = "checkpoint.witnessed"

	NoticeSent   Type = "notice.sent"
	NoticeFailed Type = "notice.failed"

	RosterPublished Type = "roster.published"
	RosterRefused   Type = "roster.refused"
	RosterStale     Type = "roster.stale"
	RosterAccepted  Type = "roster.accepted"

	CertificateIssued   Type = "certificate.issued"
	CertificateRenewed  Type = "certificate.renewed"
	CertificateExpiring Type = "certificate.expiring"
	CertificateRevoked  Type = "certificate.revoked"
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
	PermitRequested, PermitRecordedOral, PermitConfirmed, PermitGranted, PermitRefused, PermitRevoked,
	PermitExpired, PermitReviewed, PermitNamed, VisitAnnounced, VisitOpened, VisitEscorted, VisitEscortChanged,
	VisitEscortLost, VisitOverstayed, VisitExitRequested, VisitConsented, VisitConsentWithheld,
	VisitLeftWithoutConsent, VisitClosed, VisitCorrected, VisitEmergency, RosterProposed, RosterApproved,
	RosterRejected, CredentialApplied, CredentialLent, CredentialReturned, CredentialCounted, AccountSignedIn,
	AccountSignInFailed, AccountSignedOut, AccountSearched, AccountExported, AccountPrinted, AccountChanged,
	AccountRefused, RegisterChecked, JournalBackedUp, JournalHoldChanged, JournalPurgeProposed,
	JournalPurgeEnded, AlarmEscalated, AlarmClosed,
	AlarmReported, AlarmSilenced, EmergencyDeclared, EmergencyRenewed, EmergencyCleared,
	ControllerAccepted, ControllerReplaced, ControllerClosed, ControllerSilent, ControllerHeard, ControllerRolledBack,
	ControllerForked, ControllerContradicted, ControllerGarbled, CheckpointWitnessed, NoticeSent, NoticeFailed,
	RosterPublished, RosterRefused, RosterStale, RosterAccepted,
	CertificateIssued, CertificateRenewed, CertificateExpiring, CertificateRevoked, ConfigChecked, EmergencyAccounted,
}

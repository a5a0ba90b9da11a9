package alarm

import "kidoban/controller/journal"

// Severity is what an entry of a type is worth where nothing about the single entry says more: what a person must act on
// at once is an alert, danger to life an emergency.
func Severity(t journal.Type) journal.Severity {
	switch t {
	case journal.FireAlarmed, journal.EmergencyDeclared:
		return journal.Emergency
	case journal.AccessDuress, journal.DoorForced, journal.DoorTampered, journal.DoorFault, journal.ReaderTampered,
		journal.JournalVerificationFailed, journal.SystemDegraded, journal.SystemRestartedByWatchdog,
		journal.PowerMainsLost, journal.VisitEscortLost, journal.VisitLeftWithoutConsent,
		journal.VisitEmergency, journal.AlarmEscalated:
		return journal.Alert
	case journal.AccessDenied, journal.DoorHeldWarning, journal.DoorHeld, journal.ReaderOffline,
		journal.CredentialLost, journal.CredentialDuplicateRefused, journal.ConfigRejected, journal.ClockLost,
		journal.ClockStepped, journal.LinkLost, journal.LinkBacklogged, journal.VisitConsentWithheld,
		journal.VisitOverstayed: // of a visitor the entry itself is an alert
		return journal.Warning
	case journal.AccessNotTaken, journal.DoorModeChanged, journal.ReaderMisread, journal.RosterChanged,
		journal.CredentialIssued, journal.CredentialRevoked, journal.CredentialBlocked, journal.CredentialUnblocked,
		journal.ConfigApplied, journal.JournalStarted, journal.JournalPurged, journal.SystemStarted,
		journal.SystemStopping, journal.SystemRecovered, journal.PowerMainsRestored, journal.FireCleared,
		journal.AlarmRaised, journal.AlarmAcknowledged, journal.AlarmSilenced, journal.AlarmClosed, journal.AlarmReported,
		journal.EmergencyRenewed, journal.EmergencyCleared, journal.EmergencyAccounted:
		return journal.Notice
	}
	if s, ok := central(t); ok {
		return s
	}
	return deed(t)
}

// central is what the central log's findings and notices are worth.
func central(t journal.Type) (journal.Severity, bool) {
	switch t {
	case journal.ControllerReplaced, journal.ControllerSilent, journal.ControllerRolledBack, journal.ControllerForked,
		journal.ControllerContradicted, journal.RosterRefused:
		return journal.Alert, true
	case journal.NoticeFailed, journal.RosterStale, journal.CertificateExpiring, journal.ControllerGarbled:
		return journal.Warning, true
	case journal.ControllerAccepted, journal.ControllerClosed, journal.ControllerHeard, journal.CheckpointWitnessed,
		journal.RosterPublished, journal.RosterAccepted, journal.CertificateIssued, journal.CertificateRenewed,
		journal.CertificateRevoked:
		return journal.Notice, true
	}
	return "", false
}

// deed is what an act of somebody on permits, the register, people, cards and accounts is worth.
func deed(t journal.Type) journal.Severity {
	switch t {
	case journal.PermitRecordedOral, journal.PermitConfirmed, journal.PermitGranted, journal.PermitRefused,
		journal.PermitRevoked, journal.PermitReviewed, journal.PermitNamed, journal.VisitCorrected,
		journal.RosterProposed, journal.RosterApproved, journal.RosterRejected,
		journal.CredentialApplied, journal.CredentialLent, journal.CredentialReturned, journal.CredentialCounted,
		journal.AccountSignInFailed, journal.AccountExported, journal.AccountPrinted, journal.AccountChanged,
		journal.AccountRefused, journal.RegisterChecked, journal.ConfigChecked, journal.JournalBackedUp, journal.JournalHoldChanged,
		journal.JournalPurgeProposed, journal.JournalPurgeEnded:
		return journal.Notice
	}
	return journal.Info
}

// latches reports whether an entry less than an alert raises an alarm.
func latches(e journal.Entry) bool {
	switch e.Type {
	case journal.DoorHeld, journal.ReaderOffline, journal.LinkLost, journal.LinkBacklogged, journal.ClockLost,
		journal.NoticeFailed, journal.RosterStale, journal.CertificateExpiring, journal.ControllerGarbled:
		return true
	case journal.AccessNotTaken:
		return e.Data.Reason == "late"
	case journal.PermitRecordedOral:
		return e.Data.Reason == "after_entry"
	case journal.AccountSignInFailed:
		return rank(e.Severity) >= rank(journal.Warning) // locked out
	}
	return false
}

// AtLeast says whether s is as grave as least, or graver. One that nobody knows is the least grave.
func AtLeast(s, least journal.Severity) bool { return rank(s) >= rank(least) }

func rank(s journal.Severity) int {
	switch s {
	case journal.Emergency:
		return 4
	case journal.Alert:
		return 3
	case journal.Warning:
		return 2
	case journal.Notice:
		return 1
	}
	return 0
}

func worse(a, b journal.Severity) journal.Severity {
	if rank(b) > rank(a) {
		return b
	}
	return a
}

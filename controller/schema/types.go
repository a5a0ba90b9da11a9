package schema

import "kidoban/controller/journal"

// Described is what a reader of the record needs to know of a type.
type Described struct {
	Type  journal.Type
	Means string
	Needs []string // members of data without which an entry of the type says nothing
}

// Types describes every type of the closed list, in its order.
func Types() []Described {
	var all []Described
	for _, class := range [][]Described{
		atDoors(), ofMachine(), ofRecord(), ofPeople(), ofPermits(), ofVisits(), ofAlarms(), ofCentral(),
	} {
		all = append(all, class...)
	}
	byType := map[journal.Type]Described{}
	for _, d := range all {
		byType[d.Type] = d
	}
	out := make([]Described, 0, len(all))
	for _, t := range journal.Types() {
		d := byType[t]
		d.Type = t
		out = append(out, d)
	}
	return out
}

var (
	door      = []string{"door"}
	direction = []string{"door", "direction"}
)

func atDoors() []Described {
	return []Described{
		{journal.AccessPending, "A card was shown; something is still missing: a PIN, a second person, an escort.", direction},
		{journal.AccessGranted, "Somebody may pass. It is durable before the strike moves.", direction},
		{journal.AccessDenied, "Somebody may not pass, for one reason of a closed list.", []string{"door", "direction", "reason"}},
		{journal.AccessTaken, "A grant was used: the door was opened on it.", door},
		{journal.AccessNotTaken, "A grant was not used.", []string{"door", "reason"}},
		{journal.AccessDuress, "Somebody was forced to open. Never shown at a door.", direction},
		{journal.DoorOpened, "The door was opened.", door},
		{journal.DoorClosed, "The door was closed.", door},
		{journal.DoorForced, "The door was opened without a grant.", door},
		{journal.DoorHeldWarning, "The door has stood open for nearly too long.", door},
		{journal.DoorHeld, "The door has stood open for too long.", door},
		{journal.DoorHeldCleared, "A door that stood open for too long was closed.", door},
		{journal.DoorExitRequested, "Somebody inside pressed the exit button.", door},
		{journal.DoorModeChanged, "A lockdown began or ended.", []string{"door", "mode"}},
		{journal.DoorTampered, "A tamper switch opened, of a door or of the enclosure.", nil},
		{journal.DoorFault, "A line cannot be believed.", nil},
		{journal.DoorRestored, "A line can be believed again, or a tamper switch closed.", nil},
		{journal.LockReleased, "The strike was driven to release.", door},
		{journal.LockSecured, "The strike was driven to secure.", door},
		{journal.ReaderOnline, "A reader answers again.", direction},
		{journal.ReaderOffline, "A reader does not answer.", direction},
		{journal.ReaderTampered, "A reader's tamper switch opened.", direction},
		{journal.ReaderMisread, "What came from a reader was no frame of its format.", direction},
	}
}

func ofMachine() []Described {
	mode, count := []string{"mode"}, []string{"count"}
	return []Described{
		{journal.ConfigApplied, "A configuration came into force; its digest.", nil},
		{journal.ConfigRejected, "A configuration was refused.", nil},
		{journal.ConfigChecked, "A point of the wiring was checked with somebody at it: begun, tried (a lamp or a siren), passed, failed or skipped.", []string{"point", "mode"}},
		{journal.ClockSynchronised, "A time service holds the clock.", nil},
		{journal.ClockLost, "No time service holds the clock any more.", nil},
		{journal.ClockStepped, "The wall clock was moved, by so much.", []string{"duration_ms"}},
		{journal.PowerMainsLost, "The mains failed.", nil},
		{journal.PowerMainsRestored, "The mains are back.", nil},
		{journal.FireAlarmed, "The fire panel alarms.", nil},
		{journal.FireCleared, "The fire panel alarms no more.", nil},
		{journal.LinkLost, "The broker is out of reach.", nil},
		{journal.LinkRestored, "The broker is in reach again.", nil},
		{journal.LinkBacklogged, "More than a thousand entries await acknowledgement.", count},
		{journal.LinkDrained, "What had piled up is acknowledged.", nil},
		{journal.SystemStarted, "The program began.", nil},
		{journal.SystemStopping, "The program was told to end.", nil},
		{journal.SystemDegraded, "Something works less well than it should: the mode says what.", mode},
		{journal.SystemRecovered, "What was degraded is well again.", nil},
		{journal.SystemRestartedByWatchdog, "The program hung and was ended by its watchdog.", nil},
	}
}

func ofRecord() []Described {
	return []Described{
		{journal.JournalStarted, "A journal began; which one it goes on after, if it does.", nil},
		{journal.JournalPurged, "Payloads whose retention ended were disposed of; their hashes remain.", []string{"ranges", "count", "digest"}},
		{journal.JournalVerified, "The whole journal was verified.", nil},
		{journal.JournalVerificationFailed, "The journal does not verify, or is not the one that the central log holds.", nil},
		{journal.JournalBackedUp, "A backup was made, or failed.", nil},
		{journal.JournalHoldChanged, "A hold on disposal was set or lifted.", nil},
		{journal.JournalPurgeProposed, "Somebody proposes a disposal.", nil},
		{journal.JournalPurgeEnded, "A proposed disposal ended without one.", nil},
		{journal.RegisterChecked, "The register was compared with the record, or reviewed.", nil},
	}
}

func ofPeople() []Described {
	card, account := []string{"credential"}, []string{"account"}
	return []Described{
		{journal.RosterProposed, "A change of people or cards was proposed.", nil},
		{journal.RosterApproved, "A proposed change was approved by another person.", nil},
		{journal.RosterRejected, "A proposed change was rejected.", nil},
		{journal.RosterChanged, "People, cards, offices or schedules changed.", nil},
		{journal.CredentialApplied, "A card was applied for.", nil},
		{journal.CredentialIssued, "A card was issued.", card},
		{journal.CredentialLent, "A card was lent.", card},
		{journal.CredentialReturned, "A card came back.", card},
		{journal.CredentialCounted, "The cards were counted.", nil},
		{journal.CredentialRevoked, "A card is valid no more.", card},
		{journal.CredentialLost, "A card was reported lost.", card},
		{journal.CredentialBlocked, "A card is blocked.", card},
		{journal.CredentialUnblocked, "A card is blocked no more.", card},
		{journal.CredentialDuplicateRefused, "A card that somebody has already was not enrolled again.", nil},
		{journal.AccountSignedIn, "Somebody signed in.", account},
		{journal.AccountSignInFailed, "Somebody could not sign in.", nil},
		{journal.AccountSignedOut, "A sign-in ended.", account},
		{journal.AccountSearched, "Somebody searched the record; what for is the private part.", account},
		{journal.AccountExported, "Somebody took a part of the record away.", account},
		{journal.AccountPrinted, "Somebody printed a form.", account},
		{journal.AccountChanged, "An account changed.", account},
		{journal.AccountRefused, "Somebody ordered what that account may not do.", account},
	}
}

func ofPermits() []Described {
	permit := []string{"permit"}
	return []Described{
		{journal.PermitRequested, "A permit to enter was asked for.", permit},
		{journal.PermitRecordedOral, "A permit given by word of mouth was written down.", permit},
		{journal.PermitConfirmed, "Who gave it by word of mouth confirmed it.", permit},
		{journal.PermitGranted, "A permit was given.", permit},
		{journal.PermitRefused, "A permit was refused.", permit},
		{journal.PermitRevoked, "A permit was withdrawn.", permit},
		{journal.PermitExpired, "A permit ran out.", permit},
		{journal.PermitReviewed, "A permit was looked at again.", permit},
		{journal.PermitNamed, "A visitor of a permit was named.", permit},
	}
}

func ofVisits() []Described {
	visit := []string{"visit"}
	return []Described{
		{journal.VisitAnnounced, "A visitor without a card is at the door.", nil},
		{journal.VisitOpened, "A line of the register began: somebody entered.", visit},
		{journal.VisitEscorted, "Who escorts.", visit},
		{journal.VisitEscortChanged, "Another escorts.", visit},
		{journal.VisitEscortLost, "A visitor is alone.", visit},
		{journal.VisitOverstayed, "A visit lasts too long.", visit},
		{journal.VisitExitRequested, "A visitor wants to leave.", visit},
		{journal.VisitConsented, "Somebody consented to the leaving.", visit},
		{journal.VisitConsentWithheld, "Somebody did not consent. The door lets out all the same.", visit},
		{journal.VisitLeftWithoutConsent, "A visitor left without a consent.", visit},
		{journal.VisitClosed, "A line of the register ended: somebody left.", visit},
		{journal.VisitCorrected, "A line of the register was corrected; the original remains.", visit},
		{journal.VisitEmergency, "An entry in an emergency, told afterwards.", nil},
	}
}

func ofAlarms() []Described {
	alarm := []string{"alarm"}
	return []Described{
		{journal.AlarmRaised, "Somebody must act.", alarm},
		{journal.AlarmAcknowledged, "Somebody acts.", alarm},
		{journal.AlarmSilenced, "Somebody stopped the siren of the door; the alarm waits on.", door},
		{journal.AlarmEscalated, "Nobody acted in time: the CISO is told.", alarm},
		{journal.AlarmClosed, "Somebody found out what it was.", alarm},
		{journal.AlarmReported, "A report on a threat was made.", nil},
		{journal.EmergencyDeclared, "An emergency was declared.", []string{"incident"}},
		{journal.EmergencyRenewed, "A declared emergency goes on.", []string{"incident"}},
		{journal.EmergencyCleared, "A declared emergency is over.", []string{"incident"}},
		{journal.EmergencyAccounted, "Somebody of a muster list was seen outside, or was not after all.", []string{"document", "person"}},
	}
}

func ofCentral() []Described {
	whom := []string{"controller"}
	return []Described{
		{journal.ControllerAccepted, "A person accepted a journal at the central log.", whom},
		{journal.ControllerReplaced, "A controller writes a journal that nobody has accepted.", whom},
		{journal.ControllerClosed, "A journal ended; another goes on after it.", whom},
		{journal.ControllerSilent, "No fresh checkpoint came in time.", whom},
		{journal.ControllerHeard, "A silent controller is heard again.", whom},
		{journal.ControllerRolledBack, "A controller's disk holds less than it once had signed.", whom},
		{journal.ControllerForked, "A controller signed two records that contradict each other.", whom},
		{journal.ControllerContradicted, "What came of a controller cannot be true.", whom},
		{journal.ControllerGarbled, "Messages came that are none of the contract's.", nil},
		{journal.CheckpointWitnessed, "A witness signed the day's head.", nil},
		{journal.NoticeSent, "Somebody was told.", []string{"recipient"}},
		{journal.NoticeFailed, "Somebody could not be told.", []string{"recipient"}},
		{journal.RosterPublished, "A roster bundle was published.", nil},
		{journal.RosterRefused, "A roster bundle was refused.", []string{"reason"}},
		{journal.RosterStale, "The roster bundle in force is old.", nil},
		{journal.RosterAccepted, "A person accepted a lower version of the roster bundle.", nil},
		{journal.CertificateIssued, "A certificate was made.", nil},
		{journal.CertificateRenewed, "A certificate was renewed.", nil},
		{journal.CertificateExpiring, "A certificate runs out soon.", nil},
		{journal.CertificateRevoked, "A certificate is valid no more.", nil},
	}
}

// Members describes the members of data.
func Members() map[string]string {
	return map[string]string{
		"door": "The door's name.", "direction": "entry or exit.", "reader": "The reader.", "person": "The person's id, never a name.",
		"credential": "The card's id, never its number.", "reason": "One word of a closed list.",
		"rule": "The provision that it rests on: art20.1.2.", "permit": "The permit's number.", "visit": "The line of the register.",
		"escort": "The escorting person's id.", "consent_by": "The id of who consented to the leaving.", "waiting_for": "What is still missing.",
		"alarm": "The alarm's id.", "account": "Who ordered it.", "grant": "Ties taken and not taken to their grant.",
		"point": "A line: contact, strike, reader entry, …", "mode": "Which mode, which part is degraded, or tablet: written by a visitor at the door's tablet, for which the account answers.", "until": "RFC 3339.",
		"detail": "A diagnosis in fixed English, never a person's words.", "digest": "Of a roster, a configuration, the leaf hashes disposed of.",
		"tag": "32 bits of an unknown card's keyed hash.", "at_start": "It was found so when the daemon began.",
		"assumed": "Nothing at the door shows it.", "count": "How many.", "latency_us": "From the card's last bit to the strike, in microseconds.",
		"duration_ms": "How long, in milliseconds.", "ranges": "Sequences: 0-99,200-299.", "zone": "The zone's name.",
		"post": "The office in which somebody acted.", "approver": "The second person.", "proposal": "What was proposed.",
		"incident": "An emergency.", "from": "RFC 3339.", "drill": "It is a drill.", "document": "A report, a list, a review.",
		"succeeds": "The origin of the journal that this one goes on after.", "controller": "Whom a central log speaks of.",
		"journal": "And which journal of it.", "recipient": "Of a notice, by its name in the configuration.", "version": "Of a roster bundle.",
		"private": "SHA-256 of the private part, which holds names and words.",
	}
}

package main

import (
	"fmt"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/bundle"
	"kidoban/controller/bundle/inbox"
	"kidoban/controller/journal"
)

// receiver is where the office's roster arrives; nil where the roster is the door's own.
func (d *daemon) receiver() (*inbox.Inbox, error) {
	r := d.conf.Roster
	if r.Key == "" {
		return nil, nil
	}
	o := d.origin()
	o.Journal = journal.JournalID(d.keys.Verifier())
	own := bundle.Own{Site: o.Site, Controller: o.Controller, Journal: o.Line(), Identity: d.keys.Identity()}
	var err error
	if own.Key, err = note.NewVerifier(r.Key); err != nil {
		return nil, fmt.Errorf("roster.key is no verifier key: %w (kidoban bundle key prints it)", err)
	}
	if r.LossKey != "" {
		if own.Loss, err = note.NewVerifier(r.LossKey); err != nil {
			return nil, fmt.Errorf("roster.loss_key is no verifier key: %w (kidoban bundle key prints it)", err)
		}
	}
	if own.Identity == nil {
		d.log.Warn("the key directory has no roster.identity, so no roster can be read: kidoban roster enrol makes one; then start again")
	}
	return inbox.New(inbox.Config{Own: own, Clock: d.clock, Log: d.log}, d.store, d.loop), nil
}

package inbox

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"time"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/bundle"
	"kidoban/controller/ledger"
)

// Take takes a bundle that somebody brought, and says what became of it.
func (b *Inbox) Take(ctx context.Context, manifest []byte, parts map[string][]byte) error {
	m, err := b.cfg.Own.Manifest(manifest)
	if err != nil {
		b.doubt(ctx, err)
		return err
	}
	for {
		err := b.judge(ctx, m, parts)
		if !errors.Is(err, errAgain) {
			return err
		}
		select {
		case <-time.After(retryAfter):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Errors that are not refusals.
var (
	errAgain = errors.New("another change of the roster is under way")
	errEarly = errors.New("its time has not come")
)

// take looks at the manifest that came last.
func (b *Inbox) take(ctx context.Context) time.Duration {
	b.mu.Lock()
	msg, parts, since := b.manifest, maps.Clone(b.parts), b.since
	b.mu.Unlock()
	if msg == nil {
		return idle
	}
	m, err := b.cfg.Own.Manifest(msg)
	if err != nil {
		b.doubt(ctx, err)
		b.forget(msg, m)
		return idle
	}
	now := b.cfg.Clock.Now().Wall
	if left := b.cfg.Patience - now.Sub(since); !complete(m, parts) && left > 0 && now.Sub(since) >= 0 {
		if nothing, no, err := b.held(ctx, &m); err == nil && (nothing || no == nil) {
			if nothing {
				b.forget(msg, m)
			}
			return left
		}
	}
	err = b.judge(ctx, m, parts)
	no, refused := err.(*bundle.Refusal)
	switch {
	case errors.Is(err, errAgain):
		return retryAfter
	case errors.Is(err, errEarly):
		return min(max(m.From.Sub(now), time.Second), time.Minute)
	case refused && (no.Reason == bundle.Older || no.Reason == bundle.Other):
		return idle // kept: a person may accept it
	case err != nil && !refused:
		return time.Minute // the disk
	}
	b.forget(msg, m)
	return idle
}

func complete(m bundle.Manifest, parts map[string][]byte) bool {
	for _, p := range m.Parts {
		if !p.Fits(parts[p.Name]) {
			return false
		}
	}
	return true
}

// forget drops what is settled, unless another manifest came meanwhile.
func (b *Inbox) forget(msg []byte, m bundle.Manifest) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if m.Digest != "" {
		b.settled = m
		for name, p := range b.parts {
			if m.Has(name, p) {
				delete(b.parts, name)
			}
		}
	}
	if string(b.manifest) == string(msg) {
		b.manifest = nil
	}
}

func (b *Inbox) held(ctx context.Context, m *bundle.Manifest) (nothing bool, no *bundle.Refusal, err error) {
	s, err := b.standing(ctx)
	if err != nil {
		return false, nil, err
	}
	nothing, no = s.Held.Judge(m)
	return nothing, no, nil
}

func (b *Inbox) standing(ctx context.Context) (s controller.Standing, err error) {
	a, err := b.loop.Ask(ctx, controller.Request{Ask: controller.AskStanding{}})
	if err != nil {
		return s, err
	}
	return a.Value.(controller.Standing), nil
}

// judge takes a bundle whose manifest is believed, or tells why not.
func (b *Inbox) judge(ctx context.Context, m bundle.Manifest, parts map[string][]byte) error {
	err := b.apply(ctx, m, parts)
	if no, is := err.(*bundle.Refusal); is {
		b.cfg.Log.Warn("a roster bundle is refused", "version", m.Version, "reason", no.Reason, "detail", no.Detail)
		b.tell(ctx, m.Digest, m.Version, no)
	}
	return err
}

func (b *Inbox) apply(ctx context.Context, m bundle.Manifest, parts map[string][]byte) error {
	s, err := b.standing(ctx)
	if err != nil {
		return err
	}
	now := b.cfg.Clock.Now().Wall
	nothing, no := s.Held.Judge(&m)
	switch {
	case no != nil:
		return no
	case nothing:
		return nil
	case s.Busy:
		return errAgain
	case now.Before(m.From):
		return fmt.Errorf("%w: %s", errEarly, m.From.In(access.JST).Format("2006-01-02 15:04"))
	}
	content, err := b.cfg.Own.Open(m, parts)
	if err != nil {
		return err
	}
	current, _, err := b.store.Roster(ctx)
	if err != nil {
		return err
	}
	laid, err := bundle.Lay(bundle.Standing{
		Roster: current, Keep: s.Keep, Lent: s.Lent, Lost: s.Lost, Held: s.Held, Now: now,
	}, content)
	if err != nil {
		return err
	}
	return b.switchTo(ctx, s.Base, m, laid, content.Permits)
}

// switchTo stages the roster and has the loop switch to it.
func (b *Inbox) switchTo(ctx context.Context, base uint64, m bundle.Manifest, laid bundle.Laid, permits []ledger.Permit) error {
	rec := laid.Roster.Records
	byName := ledger.NewDirectory(laid.Roster.People)
	for _, p := range laid.Roster.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	roster, bad := access.NewRoster(base+1, rec)
	if len(bad) > 0 {
		return &bundle.Refusal{Reason: bundle.Contrary, Detail: bad[0].String()}
	}
	gen, err := b.store.Stage(ctx, laid.Roster)
	if err != nil {
		return err
	}
	laid.Roster = ledger.Roster{}
	a, err := b.loop.Ask(ctx, controller.Request{Ask: controller.TakeBundle{
		Switch:   controller.SwitchRoster{Base: base, Generation: gen, Roster: roster, People: byName},
		Manifest: m, Laid: laid, Permits: permits,
	}})
	switch {
	case err != nil:
		return err
	case a.Refusal == "":
		b.cfg.Log.Info("the office's roster is in force", "version", m.Version, "people", byName.Len())
		if err := b.store.Sweep(ctx); err != nil {
			b.cfg.Log.Warn("the roster before it is not cleared away", "err", err)
		}
		return nil
	}
	if err := b.store.Drop(gen); err != nil {
		return err
	}
	if a.Refusal == controller.Again {
		return errAgain
	}
	return &bundle.Refusal{Reason: bundle.Unrecorded, Detail: a.Refusal}
}

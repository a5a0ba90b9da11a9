package crier

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode"

	"kidoban/controller/alarm"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
)

const (
	digestMost = 500
	lastWord   = 5 * time.Second
	lookAgain  = 30 * time.Second // for what waits, though nobody said that anything does
)

// send sends to one recipient until ctx ends or the database fails. The first try after a start is made at once.
func (c *Crier) send(ctx context.Context, r Recipient) error {
	var b notify.Backoff
	for ctx.Err() == nil {
		some, err := c.waiting(ctx, r)
		switch {
		case err != nil:
			return err
		case len(some) == 0:
			pause(ctx, c.kicks[r.Name], lookAgain)
			continue
		}
		sent, answer, failed := r.Channel.Send(ctx, some)
		if sent > 0 {
			// The other end has them: to forget that because we are to end would repeat them.
			last, cancel := context.WithTimeout(context.WithoutCancel(ctx), lastWord)
			err := c.delivered(last, r, some[:sent], answer)
			if cancel(); err != nil {
				return err
			}
			b = notify.Backoff{}
		}
		if failed == nil || ctx.Err() != nil {
			continue
		}
		if b, err = c.stumbled(ctx, r, b, failed); err != nil {
			return err
		}
		pause(ctx, nil, b.Next.Sub(c.now()))
	}
	return nil
}

// waiting is what to send next: the oldest notices, or a digest of them.
func (c *Crier) waiting(ctx context.Context, r Recipient) ([]notify.Notice, error) {
	if r.Digest > 0 {
		if _, err := c.shelf.Fold(ctx, r.Name, r.Digest, digestMost, c.now()); err != nil {
			return nil, err
		}
	}
	rows, err := c.shelf.WaitingNotices(ctx, r.Name, max(1, r.Batch))
	all := make([]notify.Notice, len(rows))
	for i, row := range rows {
		all[i] = row.Notice
		if !r.Names {
			all[i] = nameless(all[i])
		}
	}
	return all, err
}

func nameless(n notify.Notice) notify.Notice {
	n.Private = nil
	for i := range n.Folded {
		n.Folded[i].Private = nil
	}
	return n
}

// delivered says on record what was told, if that is worth a line, and forgets it.
func (c *Crier) delivered(ctx context.Context, r Recipient, sent []notify.Notice, answer string) error {
	if d, worth := told(r, sent); worth {
		if err := c.record(ctx, journal.NoticeSent, journal.Info, d); err != nil {
			return err
		}
	}
	ids := make([]string, len(sent))
	for i := range sent {
		ids[i] = sent[i].ID
	}
	return c.shelf.Delivered(ctx, r.Name, ids, c.now(), clip(answer))
}

func told(r Recipient, sent []notify.Notice) (d journal.Data, worth bool) {
	d = journal.Data{Recipient: r.Name, Document: sent[len(sent)-1].ID}
	for _, n := range sent {
		d.Count += max(1, int64(len(n.Folded)))
		worth = worth || r.Person || n.Kind != notify.Told || grave(n.Entry)
	}
	return d, worth
}

func grave(payload []byte) bool {
	e, err := journal.Parse(payload)
	return err == nil && alarm.AtLeast(e.Entry.Severity, journal.Warning)
}

// stumbled keeps that a try failed, and says on record once that the recipient cannot be told.
func (c *Crier) stumbled(ctx context.Context, r Recipient, b notify.Backoff, failed error) (notify.Backoff, error) {
	after, say := b.Failed(c.now(), c.cfg.Pace)
	c.cfg.Log.Warn("a notice is not sent", "recipient", r.Name, "tries", after.Tries, "again", after.Next.Format(time.TimeOnly), "err", failed)
	if say {
		waiting, err := c.waitingFor(ctx, r.Name)
		if err != nil {
			return after, err
		}
		d := journal.Data{Recipient: r.Name, Count: waiting, DurationMS: c.now().Sub(after.Since).Milliseconds(), Detail: "the channel does not take it"}
		if err := c.record(ctx, journal.NoticeFailed, journal.Warning, d); err != nil {
			return after, err
		}
	}
	return after, c.shelf.Stumbled(ctx, r.Name, after, clip(failed.Error()))
}

func (c *Crier) waitingFor(ctx context.Context, name string) (int64, error) {
	all, err := c.shelf.Queues(ctx)
	for _, q := range all {
		if q.Recipient == name {
			return int64(q.Waiting), err
		}
	}
	return 0, err
}

// clip is what of another's text is kept.
func clip(s string) string {
	s = strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return ' '
	}, s)
	return strings.ToValidUTF8(s[:min(len(s), 500)], "")
}

// Send sends one notice to a recipient at once, beside what waits, and returns what the other end answered.
func Send(ctx context.Context, r Recipient, n notify.Notice) (string, error) {
	sent, answer, err := r.Channel.Send(ctx, []notify.Notice{n})
	if err == nil && sent != 1 {
		err = errors.New("the channel did not take it")
	}
	if err != nil {
		return "", fmt.Errorf("tell %s: %w", r.Name, err)
	}
	return answer, nil
}

package store

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/journal"
	"kidoban/device"
)

const (
	succeedingDir = "succeeding" // where a succession puts together what it will put in place
	closedPrefix  = "closed-"    // and the id of a journal that was succeeded: the directory in which it stays
	deliveredFile = "delivered"  // the outbox's position where the broker's word counts
)

// Succession is how a new journal goes on after one that was lost or put back.
type Succession struct {
	Checkpoint []byte         // of the old journal: the last that the central log co-signed, or else the controller's own
	Central    note.Verifier  // the central log's key; nil where there is none
	Old        note.Verifier  // the old journal's key, where neither the data nor the key directory has it; may be nil
	Force      string         // why, in a person's words: against an older checkpoint or a record that is not in order
	NewCards   bool           // make a new card key where there is none
	At         device.Instant // of the first entry
	Synced     bool
	Progress   func(entries uint64) // of the verification; may be nil
}

// Succeeded is what a succession found and did.
type Succeeded struct {
	Keys     Keys
	Old      journal.Checkpoint // where the old journal ends
	Cosigned bool               // the central log has signed for it
	Held     uint64             // entries of the old journal that lie on this disk
	Problems []journal.Problem  // of these; only where it was forced
	Closed   string             // directory in which the old journal stays, "" where it was lost
}

// Succeed begins a new journal in dir whose first entry names the head at which the old one ends. Where dir holds the old
// one's database, what is true there goes on being true: the roster, who is inside (unverified from now on), permits, visits,
// numbers, alarms; and the old record stays beside the new one, verifiable. A new journal has a new signing key, as its id is
// made of it; the card key stays, or no card would be known.
//
// It refuses a checkpoint of another controller, of another journal than the one in dir, or signed by neither the old key
// nor the central log; one whose entries are not those in dir; and, unless forced, one that is older than what lies in dir.
// Until it is complete the old journal and the old keys are what counts; killed, it is simply called again.
func Succeed(ctx context.Context, dir, keyDir string, o journal.Origin, how Succession) (Succeeded, error) {
	out, err := succeed(ctx, dir, keyDir, o, how)
	return out, fault("succeed the old journal in "+dir, err)
}

func succeed(ctx context.Context, dir, keyDir string, o journal.Origin, how Succession) (out Succeeded, err error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return out, err
	}
	before, err := lookBack(ctx, dir, o)
	if err != nil {
		return out, err
	}
	defer func() { err = errors.Join(err, before.close()) }()
	if out.Old, out.Cosigned, err = how.head(o, before, keyDir); err != nil {
		return out, err
	}
	out.Held = before.size
	if out.Problems, err = before.fits(ctx, out.Old, how); err != nil {
		return out, err
	}
	next, err := nextKeys(keyDir, o, how.NewCards || !before.cards)
	if err != nil {
		return out, err
	}
	stage := filepath.Join(dir, succeedingDir)
	defer func() { err = errors.Join(err, os.RemoveAll(stage), os.RemoveAll(filepath.Join(keyDir, nextDir))) }()
	if err := os.RemoveAll(stage); err != nil {
		return out, err
	}
	if err := os.Mkdir(stage, 0o700); err != nil {
		return out, err
	}
	if err := before.begin(ctx, stage, next, o, out.Old.Size, out.first(how)); err != nil {
		return out, err
	}
	if before.size > 0 {
		out.Closed = filepath.Join(dir, closedPrefix+idOf(out.Old.Origin))
	}
	if err := before.replace(stage, keyDir, out.Closed); err != nil {
		return out, err
	}
	out.Keys, err = LoadKeys(keyDir)
	return out, err
}

func idOf(origin string) string { return origin[strings.LastIndexByte(origin, '/')+1:] }

// first is the new journal's first entry.
func (s *Succeeded) first(how Succession) journal.Entry {
	d := journal.Data{Succeeds: s.Old.Origin, Count: int64(s.Old.Size), Digest: s.Old.Root.String(),
		Detail: "head signed by the controller alone"}
	if s.Cosigned {
		d.Detail = "head co-signed by the central log"
	}
	switch {
	case s.Held == 0:
		d.Detail += "; nothing carried over"
	default:
		d.Detail += fmt.Sprintf("; carried over as of entry %d", s.Held-1)
	}
	e := journal.Entry{At: how.At, Synced: how.Synced, Type: journal.JournalStarted, Severity: journal.Alert, Subject: "controller"}
	if how.Force != "" {
		d.Reason = "forced"
		if len(s.Problems) > 0 {
			d.Detail += fmt.Sprintf("; the old record is not in order: %s", s.Problems[0])
		}
		e.Private = words(how.Force)
	}
	e.Data = d
	return e
}

// words makes a private part of a person's reason, with a salt of its own.
func words(reason string) []byte {
	var salt [16]byte
	_, _ = rand.Read(salt[:]) // never fails (crypto/rand)
	b, err := json.Marshal(map[string]string{"reason": reason, "salt": hex.EncodeToString(salt[:])})
	if err != nil {
		return nil
	}
	return b
}

// head believes the checkpoint at which the old journal is to end.
func (how Succession) head(o journal.Origin, before *predecessor, keyDir string) (c journal.Checkpoint, cosigned bool, err error) {
	c, err = journal.PeekCheckpoint(how.Checkpoint)
	if err != nil {
		return c, false, &Fault{Kind: Malformed, Doing: "read the checkpoint: it is none", Err: err,
			Hint: "the central log has it, or kidoban journal checkpoint printed it"}
	}
	id := idOf(c.Origin)
	if c.Origin != o.KeyName()+"/"+id || len(id) != 8 || c.Size == 0 {
		return c, false, &Fault{Kind: WrongKey, Doing: fmt.Sprintf("believe the checkpoint: it is of %s, the config says %s", c.Origin,
			o.KeyName()), Hint: "take the checkpoint of this controller, or the configuration of that one"}
	}
	if have := before.journal(); have != "" && have != id {
		return c, false, &Fault{Kind: WrongKey, Doing: fmt.Sprintf("believe the checkpoint: it is of journal %s, in the data directory "+
			"lies journal %s", id, have), Hint: "take the checkpoint of the journal that lies there, or move the directory away"}
	}
	var known []note.Verifier
	if old := how.oldKey(o, id, before, keyDir); old != nil {
		known = append(known, old)
	}
	if how.Central != nil {
		known = append(known, how.Central)
	}
	if len(known) == 0 {
		return c, false, &Fault{Kind: Missing, Doing: "believe the checkpoint: there is no key here that could check its signatures",
			Hint: "set mqtt.central_key in the configuration, or name the old journal's verifier key: --key"}
	}
	if _, err := journal.OpenCheckpoint(how.Checkpoint, known...); err != nil {
		return c, false, &Fault{Kind: WrongKey, Doing: "believe the checkpoint: neither the old journal's key nor the central log's signed it",
			Err: err, Hint: "take the checkpoint from the central log itself"}
	}
	if how.Central != nil {
		_, not := journal.OpenCheckpoint(how.Checkpoint, how.Central)
		cosigned = not == nil
	}
	return c, cosigned, nil
}

// oldKey finds the key that the old journal's id is made of.
func (how Succession) oldKey(o journal.Origin, id string, before *predecessor, keyDir string) note.Verifier {
	if v := how.Old; v != nil && journal.JournalID(v) == id {
		return v
	}
	candidates := []string{before.public()}
	for _, name := range []string{verifierFile, retired(verifierFile, id)} {
		if b, err := os.ReadFile(filepath.Join(keyDir, name)); err == nil {
			candidates = append(candidates, strings.TrimSpace(string(b)))
		}
	}
	for _, text := range candidates {
		if v, err := note.NewVerifier(text); err == nil && v.Name() == o.KeyName() && journal.JournalID(v) == id {
			return v
		}
	}
	return nil
}

// replace puts what lies in stage in place of the old journal, which stays in closed. The database comes last: until then the
// old one is what counts, and all of this can be done again.
func (p *predecessor) replace(stage, keyDir, closed string) error {
	dir := p.dir
	if err := p.letGo(); err != nil {
		return err
	}
	if closed != "" {
		if err := keepIn(dir, closed); err != nil {
			return err
		}
	}
	if err := changeKeys(keyDir); err != nil {
		return err
	}
	for _, name := range []string{acknowledgedFile, deliveredFile, restoredFile} {
		if err := os.Remove(filepath.Join(dir, name)); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return err
		}
	}
	if err := os.Rename(filepath.Join(stage, checkpointFile), filepath.Join(dir, checkpointFile)); err != nil {
		return err
	}
	if err := syncDir(dir); err != nil {
		return err
	}
	return errors.Join(os.Rename(filepath.Join(stage, databaseFile), filepath.Join(dir, databaseFile)), syncDir(dir))
}

// keepIn links the old journal's files into a directory of their own.
func keepIn(dir, closed string) error {
	if err := os.Mkdir(closed, 0o700); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	for _, name := range []string{checkpointFile, acknowledgedFile, deliveredFile, databaseFile} {
		from, to := filepath.Join(dir, name), filepath.Join(closed, name)
		err := os.Link(from, to)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if errors.Is(err, fs.ErrExist) { // an earlier call had come so far
			continue
		}
		if err != nil {
			return err
		}
	}
	return errors.Join(syncDir(closed), syncDir(dir))
}

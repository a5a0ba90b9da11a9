package desk

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"path"

	"kidoban/controller"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/ledger"
	"kidoban/controller/people"
)

// importMost bounds an imported file.
const importMost = 32 << 20

// Import is what an import changes, or would.
type Import struct {
	Added    int                 `json:"added"`
	Changed  int                 `json:"changed"`
	Removed  int                 `json:"removed"`
	Kept     int                 `json:"kept"` // cards that stay lost, revoked or blocked
	Problems []string            `json:"problems"`
	Warnings []string            `json:"warnings"`
	Done     bool                `json:"done"`
	Changes  []controller.Change `json:"changes,omitempty"`  // the first of them
	Proposal string              `json:"proposal,omitempty"` // it waits for another person's approval; a restart ends that
}

// bring imports a file: read, checked and staged here, beside the control loop; the loop only switches.
func (k *Desk) bring(w http.ResponseWriter, r *http.Request) {
	if !k.account(r).Roster && !k.may(r, account.ChangeRoster, account.ProposeRoster) {
		refuse(w, http.StatusForbidden, "this user may not change the roster")
		return
	}
	data, err := io.ReadAll(http.MaxBytesReader(w, r.Body, importMost))
	if err != nil {
		refuse(w, http.StatusRequestEntityTooLarge, "read the file: %v (at most %d MiB)", err, importMost>>20)
		return
	}
	q := r.URL.Query()
	out, next, err := k.merge(r.Context(), path.Base(q.Get("name")), data, q.Get("replace") == "true")
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	if len(out.Problems) == 0 && q.Get("dry") != "true" && out.Added+out.Changed+out.Removed > 0 {
		if out.Proposal, err = k.switchTo(r.Context(), k.account(r), next, data); err != nil {
			refuse(w, http.StatusConflict, "%v", err)
			return
		}
		out.Done = out.Proposal == ""
	}
	reply(w, http.StatusOK, out)
}

// merged is a roster to come and the version that it was made from.
type merged struct {
	roster ledger.Roster
	base   uint64
}

func (k *Desk) merge(ctx context.Context, name string, data []byte, replace bool) (Import, merged, error) {
	out := Import{Problems: []string{}, Warnings: []string{}}
	imp, problems := people.Parse(name, data, k.Keys.CardHash)
	for _, w := range imp.Warnings {
		out.Warnings = append(out.Warnings, w.String())
	}
	problems = append(problems, imp.Strange(func(zone string) bool { return k.zone(zone) == nil })...)
	a, err := k.Controller.Ask(ctx, controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		return out, merged{}, err
	}
	next := merged{base: a.Value.(controller.Status).Roster}
	current, _, err := k.Store.Roster(ctx)
	if err != nil {
		return out, next, err
	}
	if len(problems) == 0 {
		var sum people.Summary
		next.roster, sum = imp.Merge(current, replace)
		problems = sum.Problems
		out.Added, out.Changed, out.Removed, out.Kept = sum.Added, sum.Changed, sum.Removed, sum.Kept
		out.Changes = firstChanges(sum, ledger.NewDirectory(next.roster.People))
	}
	for _, p := range problems {
		out.Problems = append(out.Problems, p.String())
	}
	return out, next, nil
}

// shownMost bounds the changes that an import shows.
const shownMost = 200

func firstChanges(sum people.Summary, who *ledger.Directory) []controller.Change {
	out := make([]controller.Change, min(len(sum.Edits), shownMost))
	for i := range out {
		e := sum.Edits[i]
		name := who.Of(e.Whose()).Name
		if e.Person != nil {
			name = e.Person.Name
		}
		out[i] = controller.NewChange(sum.Before[i], e, name)
	}
	return out
}

// switchTo stages a roster and has it switched to, or kept as a proposal until another person approves it.
func (k *Desk) switchTo(ctx context.Context, account controller.Account, m merged, data []byte) (proposal string, err error) {
	rec := m.roster.Records
	for _, p := range m.roster.People {
		rec.Persons = append(rec.Persons, p.Person)
	}
	roster, problems := access.NewRoster(m.base+1, rec)
	if len(problems) > 0 {
		return "", errors.New(problems[0].String())
	}
	gen, err := k.Store.Stage(ctx, m.roster)
	if err != nil {
		return "", err
	}
	sum := sha256.Sum256(data)
	a, err := k.Controller.Ask(ctx, controller.Request{Account: account, Ask: controller.Propose{Ask: controller.SwitchRoster{
		Base: m.base, Generation: gen, Roster: roster, People: ledger.NewDirectory(m.roster.People), Digest: hex.EncodeToString(sum[:]),
	}}})
	if err == nil && a.Refusal != "" {
		err = errors.Join(errors.New(a.Refusal), k.Store.Drop(gen))
	}
	p, _ := a.Value.(controller.Proposed)
	return p.ID, err
}

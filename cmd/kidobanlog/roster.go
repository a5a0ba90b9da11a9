package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/mod/sumdb/note"

	"kidoban/controller/archive/shelf"
	"kidoban/controller/bundle"
	"kidoban/controller/bundle/office"
	"kidoban/controller/bundle/publish"
	"kidoban/controller/journal"
)

// rosters begins to keep on the broker what the office has made for the doors.
func (v *service) rosters() error {
	l := v.link
	l.ClientID = v.me().String() + "/roster"
	v.parts = append(v.parts, publish.Publisher{Shelf: v.shelf, Link: l, Log: v.log}.Run)
	return nil
}

func rosterCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "roster", Short: "People of the whole site: publish the office's bundles, report lost cards, see what each door holds"}
	c.AddCommand(rosterPublish(s), rosterLost(s), rosterStatus(s))
	return c
}

// open opens what an order of a person needs.
func (s *site) open(ctx context.Context, by string, cmd *cobra.Command) (f *shelf.Shelf, own shelf.Own, who shelf.Actor, err error) {
	if who, err = s.actor(by, cmd.ErrOrStderr()); err != nil {
		return nil, own, who, err
	}
	if _, own, err = s.identity(); err != nil {
		return nil, own, who, err
	}
	f, err = shelf.Open(ctx, s.where())
	return f, own, who, err
}

func rosterPublish(s *site) *cobra.Command {
	account, older := "", false
	c := &cobra.Command{
		Use: "publish DIR|FILE…", Args: cobra.MinimumNArgs(1), Short: "Publish the bundles of kidoban bundle make, or the list of kidoban bundle lost",
		Long: "Keeps them and has the running kidobanlog publish them, retained, at once and to every broker that forgot them. The doors\n" +
			"believe them for the office's signature alone.",
		RunE: func(cmd *cobra.Command, paths []string) error {
			f, own, who, err := s.open(cmd.Context(), account, cmd)
			if err != nil {
				return err
			}
			defer f.Close()
			p := publication{site: s, shelf: f, who: who, older: older, all: map[string]shelf.Bundle{}}
			for _, path := range paths {
				if err := p.read(cmd.Context(), path); err != nil {
					return err
				}
			}
			if err := f.PutRoster(cmd.Context(), own, p.all, p.entries...); err != nil {
				return err
			}
			_, err = fmt.Fprint(cmd.OutOrStdout(), strings.Join(p.said, ""))
			return err
		},
	}
	c.Flags().StringVar(&account, "account", "", "who gives the order, where the operating system does not know")
	c.Flags().BoolVar(&older, "older", false, "publish a version that is not newer than the one published before: each door then has to accept it")
	return c
}

// publication is what one order publishes.
type publication struct {
	site    *site
	shelf   *shelf.Shelf
	who     shelf.Actor
	older   bool
	all     map[string]shelf.Bundle
	entries []journal.Entry
	said    []string
}

// read takes a list of lost cards, a bundle, or a directory of bundles.
func (p *publication) read(ctx context.Context, path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return err
	}
	if !info.IsDir() {
		return p.list(ctx, path)
	}
	if _, err := os.Stat(filepath.Join(path, "manifest")); err == nil {
		return p.bundle(ctx, path)
	}
	found, err := filepath.Glob(filepath.Join(path, "*", "manifest"))
	if err != nil || len(found) == 0 {
		return fmt.Errorf("%s holds no bundle: kidoban bundle make writes them", path)
	}
	for _, f := range found {
		if err := p.bundle(ctx, filepath.Dir(f)); err != nil {
			return err
		}
	}
	return nil
}

func (p *publication) bundle(ctx context.Context, dir string) error {
	msg, err := os.ReadFile(filepath.Join(dir, "manifest"))
	if err != nil {
		return err
	}
	m, err := p.site.manifest(msg)
	if err != nil {
		return fmt.Errorf("%s: %w", dir, err)
	}
	b := shelf.Bundle{"": msg}
	for _, part := range m.Parts {
		if b[part.Name], err = os.ReadFile(filepath.Join(dir, part.Name)); err != nil {
			return err
		}
		if !part.Fits(b[part.Name]) {
			return fmt.Errorf("%s is not the part that the manifest names: copy the bundle again", filepath.Join(dir, part.Name))
		}
	}
	controller := "kidoban/" + m.Site + "/" + m.Controller
	if err := p.newer(ctx, controller, m); err != nil {
		return err
	}
	p.all[controller] = b
	p.said = append(p.said, fmt.Sprintf("%s: version %d, %d part(s)\n", m.Controller, m.Version, len(m.Parts)))
	return p.note(journal.RosterPublished, journal.Data{
		Mode: "bundle", Controller: m.Site + "/" + m.Controller, Journal: m.Journal, Version: m.Version, Digest: m.Digest, Count: int64(len(m.Parts)),
	})
}

// manifest reads one, held against the office's key where that is known here.
func (s *site) manifest(msg []byte) (bundle.Manifest, error) {
	if s.conf.Roster.Key == "" {
		return bundle.PeekManifest(msg)
	}
	key, err := note.NewVerifier(s.conf.Roster.Key)
	if err != nil {
		return bundle.Manifest{}, err
	}
	return bundle.OpenManifest(msg, key)
}

func (p *publication) newer(ctx context.Context, controller string, m bundle.Manifest) error {
	all, err := p.shelf.Rosters(ctx)
	if err != nil || p.older || all[controller] == nil {
		return err
	}
	old, err := bundle.PeekManifest(all[controller][""])
	if err == nil && old.Version >= m.Version && old.Digest != m.Digest {
		return fmt.Errorf("%s: version %d was published, this is %d; doors take no older one by themselves: --older, and kidoban roster accept at each", m.Controller, old.Version, m.Version)
	}
	return nil
}

func (p *publication) list(_ context.Context, path string) error {
	msg, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	l, err := bundle.PeekLost(msg)
	if err != nil {
		return fmt.Errorf("%s is no list of kidoban bundle lost: %w", path, err)
	}
	where := shelf.WholeSite(l.Site)
	if p.all[where] == nil {
		p.all[where] = shelf.Bundle{}
	}
	p.all[where]["lost-office"] = msg
	p.said = append(p.said, fmt.Sprintf("site %s: list %d of lost cards, %d reports\n", l.Site, l.Sequence, len(l.Cards)))
	return p.note(journal.RosterPublished, journal.Data{Mode: "lost", Version: l.Sequence, Digest: l.Digest, Count: int64(len(l.Cards))})
}

func (p *publication) note(t journal.Type, d journal.Data) error {
	e, err := deed(t, p.who)
	by := e.Data
	e.Data = d
	e.Data.Account, e.Data.Assumed, e.Data.Detail = by.Account, by.Assumed, by.Detail
	p.entries = append(p.entries, e)
	return err
}

func rosterLost(s *site) *cobra.Command {
	var account string
	var how bundle.Loss
	c := &cobra.Command{
		Use: "lost CARD…", Args: cobra.MinimumNArgs(1), Short: "Report cards as lost: every reachable door refuses them within two seconds",
		Long: "Signs the site's list of lost cards with the loss key and publishes it. A door that is off stops them when it is back; one\n" +
			"that does not know the card yet, should it come. This can only take away: who may enter again is decided at the office.",
		RunE: func(cmd *cobra.Command, ids []string) error {
			f, own, who, err := s.open(cmd.Context(), account, cmd)
			if err != nil {
				return err
			}
			defer f.Close()
			how.Account = who.Account
			p := publication{site: s, shelf: f, who: who, all: map[string]shelf.Bundle{}}
			if err := p.lose(cmd.Context(), how, ids); err != nil {
				return err
			}
			if err := f.PutRoster(cmd.Context(), own, p.all, p.entries...); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), "reported: %s\n", strings.Join(ids, ", "))
			return err
		},
	}
	c.Flags().StringVar(&account, "account", "", "who gives the order, where the operating system does not know")
	c.Flags().StringVar(&how.Reason, "reason", "lost", "why, one word of a-z: the list is not encrypted")
	c.Flags().StringVar(&how.To, "to", "lost", "lost, for good; or blocked, which a person of each door can lift")
	return c
}

func (p *publication) lose(ctx context.Context, how bundle.Loss, ids []string) error {
	path := p.site.conf.Roster.LossKey
	if path == "" {
		path = filepath.Join(p.site.keys, "loss.key")
	}
	key, err := office.LoadSigner(path)
	if err != nil {
		return fmt.Errorf("%w; copy the office's loss.key there", err)
	}
	name := strings.Split(key.Name(), "/")
	if len(name) != 3 || name[2] != "loss" {
		return errors.New("the key is none that reports lost cards: the office's roster.key stays at the office")
	}
	all, err := p.shelf.Rosters(ctx)
	if err != nil {
		return err
	}
	where := shelf.WholeSite(name[1])
	var old bundle.Lost
	if b := all[where]["lost"]; b != nil {
		if old, err = bundle.PeekLost(b); err != nil {
			return err
		}
	}
	list := office.Lose(old, name[1], time.Now(), how, ids)
	msg, err := list.Sign(key)
	if err != nil {
		return err
	}
	p.all[where] = shelf.Bundle{"lost": msg}
	t := journal.CredentialLost
	if how.To == "blocked" {
		t = journal.CredentialBlocked
	}
	for _, id := range slices.Compact(slices.Sorted(slices.Values(ids))) {
		if err := p.note(t, journal.Data{Mode: "site", Credential: id, Reason: how.Reason, Version: list.Sequence}); err != nil {
			return err
		}
	}
	return nil
}

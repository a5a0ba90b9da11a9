package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"slices"
	"strconv"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/spf13/cobra"

	"kidoban/config/central"
	"kidoban/controller/archive/shelf"
	"kidoban/controller/journal"
	"kidoban/controller/notify"
	"kidoban/controller/notify/crier"
	"kidoban/controller/notify/mail"
	"kidoban/controller/notify/syslog"
	"kidoban/controller/notify/trust"
	"kidoban/controller/notify/webhook"
	"kidoban/device"
	"kidoban/device/clock"
)

// tell begins to tell people.
func (v *service) tell() error {
	c, err := clock.Start()
	if err != nil {
		return err
	}
	n := v.conf.Notify
	conf := crier.Config{Rules: rules(v.conf), Own: v.own, Log: v.log, Poll: 250 * time.Millisecond,
		Pace: notify.Pace{Least: time.Second, Most: n.RetryMost.Std(), Fail: n.FailAfter.Std()},
		Now: func() (device.Instant, bool) {
			synced, err := clock.Synchronised()
			return c.Now(), err == nil && synced
		}}
	for _, r := range v.conf.Recipients {
		conf.Recipients = append(conf.Recipients, recipient(v.conf, r))
	}
	v.parts = append(v.parts, crier.New(conf, v.shelf).Run)
	return nil
}

// recipient is an address with the way to it.
func recipient(c *central.Config, r central.Recipient) crier.Recipient {
	timeout := c.Notify.Timeout.Std()
	own := trust.Files{CA: r.CA, Cert: r.Cert, Key: r.Key}
	out := crier.Recipient{Recipient: notify.Recipient{Name: r.Name, Person: r.Kind == "mail"}, Names: r.Names, Batch: 100}
	switch r.Kind {
	case "mail":
		m := c.Mail
		out.Batch, out.Digest = 1, c.Notify.DigestAfter
		out.Channel = mail.New(mail.Config{Server: m.Server, Security: mail.Security(m.Security), Trust: trust.Files{CA: m.CA}, Username: m.Username,
			Password: m.Password, From: m.From, To: r.Address, Timeout: timeout})
	case "webhook":
		out.Channel = webhook.New(webhook.Config{URL: r.Address, Trust: own, Secret: r.Secret, Timeout: timeout})
	default:
		out.Channel = syslog.New(syslog.Config{Server: r.Address, Trust: own, Enterprise: r.Enterprise, Timeout: timeout})
	}
	return out
}

func rules(c *central.Config) notify.Rules {
	out := notify.Rules{Zones: map[string]string{}, Office: notify.Office{From: clockOf(c.Office.From), Until: clockOf(c.Office.Until), Closed: c.Office.Closed}}
	for _, z := range c.Zones {
		for _, door := range z.Doors {
			out.Zones[door] = z.Name
		}
	}
	for _, r := range c.Rules {
		out.Rules = append(out.Rules, notify.Rule{
			To: r.Recipients, Severity: journal.Severity(r.Severity), Types: r.Types, Zones: r.Zones, Doors: r.Doors, Controllers: r.Controllers,
			Hours: notify.Hours(r.Hours), Drills: r.Drill == "told", Repeat: r.Repeat.Std(), Escalate: r.Escalate.Std(), EscalateTo: r.EscalateTo,
		})
	}
	return out
}

// clockOf reads "08:30", which the configuration has checked.
func clockOf(s string) time.Duration {
	at, _ := time.Parse("15:04", s)
	return time.Duration(at.Hour())*time.Hour + time.Duration(at.Minute())*time.Minute
}

func notifyCommand(s *site) *cobra.Command {
	c := &cobra.Command{Use: "notify", Short: "Who is told of what happens: how that stands, and a test of it"}
	c.AddCommand(&cobra.Command{
		Use: "list", Args: cobra.NoArgs, Short: "List the recipients: what waits, what the other end answered last",
		RunE: func(cmd *cobra.Command, _ []string) error { return listNotices(cmd.Context(), s, cmd.OutOrStdout()) },
	})
	account := ""
	test := &cobra.Command{
		Use: "test [RECIPIENT…]", Short: "Send a marked test notice, to all or to those named, and say what the other end answered",
		RunE: func(cmd *cobra.Command, names []string) error { return testNotices(cmd, s, account, names) },
	}
	test.Flags().StringVar(&account, "account", "", "whose order it is, where the operating system does not tell")
	c.AddCommand(test)
	return c
}

func listNotices(ctx context.Context, s *site, out io.Writer) error {
	f, err := shelf.OpenReader(ctx, s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	all, err := f.Queues(ctx)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		_, err := fmt.Fprintln(out, "nobody is told of anything: [[recipient]] and [[rule]] of the configuration say whom and of what, once kidobanlog serve has read them")
		return err
	}
	w := tabwriter.NewWriter(out, 0, 0, 2, ' ', 0)
	fmt.Fprintln(w, "RECIPIENT\tWAITING\tOLDEST\tSENT\tLAST\tSTATE\tANSWER")
	for _, q := range all {
		state := "ok"
		switch {
		case q.Backoff.Said:
			state = "failing since " + short(q.Backoff.Since)
		case q.Backoff.Tries > 0:
			state = fmt.Sprintf("tried %d times", q.Backoff.Tries)
		}
		fmt.Fprintln(w, q.Recipient+"\t"+strconv.Itoa(q.Waiting)+"\t"+short(q.Oldest)+"\t"+strconv.FormatInt(q.Sent, 10)+"\t"+short(q.Last)+"\t"+state+"\t"+q.Answer)
	}
	return w.Flush()
}

func short(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.In(jst).Format("01-02 15:04:05")
}

// testNotices records who ordered the test, and sends that entry itself.
func testNotices(cmd *cobra.Command, s *site, account string, names []string) error {
	by, err := s.actor(account, cmd.ErrOrStderr())
	if err != nil {
		return err
	}
	_, own, err := s.identity()
	if err != nil {
		return err
	}
	chosen, err := choose(s.conf, names)
	if err != nil {
		return err
	}
	f, err := shelf.Open(cmd.Context(), s.where())
	if err != nil {
		return err
	}
	defer f.Close()
	var failed []error
	for _, r := range chosen {
		n, err := testNotice(cmd.Context(), f, own, by, r.Name)
		if err != nil {
			return err
		}
		answer, err := crier.Send(cmd.Context(), recipient(s.conf, r), n)
		if err != nil {
			failed = append(failed, err)
			continue
		}
		fmt.Fprintf(cmd.OutOrStdout(), "%s: sent to %s: %s\n", r.Name, r.Kind, answer)
	}
	return errors.Join(failed...)
}

func choose(c *central.Config, names []string) (chosen []central.Recipient, err error) {
	known := map[string]central.Recipient{}
	for _, r := range c.Recipients {
		known[r.Name] = r
	}
	if len(names) == 0 {
		chosen = c.Recipients
	}
	for _, name := range names {
		r, is := known[name]
		if !is {
			return nil, fmt.Errorf("no [[recipient]] of the configuration is named %q", name)
		}
		chosen = append(chosen, r)
	}
	if len(chosen) == 0 {
		return nil, errors.New("the configuration names nobody who could be told: add a [[recipient]] (--config)")
	}
	return chosen, nil
}

// recent is how many entries others may have added meanwhile.
const recent = 100

func testNotice(ctx context.Context, f *shelf.Shelf, own shelf.Own, by shelf.Actor, name string) (n notify.Notice, err error) {
	e, err := deed(journal.NoticeSent, by)
	if err != nil {
		return n, err
	}
	e.Data.Recipient, e.Data.Document = name, "test/"+strconv.FormatInt(e.At.Wall.UnixNano(), 36)
	if err := f.Record(ctx, own, e); err != nil {
		return n, err
	}
	js, err := f.Journals(ctx)
	if err != nil {
		return n, err
	}
	for _, j := range js {
		if !strings.HasPrefix(j.Origin, own.Origin.KeyName()+"/") {
			continue
		}
		if err := f.Entries(ctx, j, j.Size-min(j.Size, recent), func(_ uint64, payload []byte) error {
			got, err := journal.Parse(payload)
			if err == nil && got.Entry.Data.Document == e.Data.Document {
				n = notify.Notice{ID: notify.ID(notify.EntryID(got.Origin.Controller, got.Origin.Journal, got.Sequence), name, 0) + "/test",
					Recipient: name, Kind: notify.Test, Made: e.At.Wall, Entry: slices.Clone(payload)}
			}
			return nil
		}); err != nil {
			return n, err
		}
	}
	if n.Entry == nil {
		return n, errors.New("the test's entry is not found again: try again")
	}
	return n, nil
}

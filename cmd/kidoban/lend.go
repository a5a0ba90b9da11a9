package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/term"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/cards"
	"kidoban/controller/desk"
)

var (
	wCard     = word{"カード", "card"}
	wKind     = word{"区別", "kind"}
	wLent     = word{"貸出", "lent"}
	wUntil    = word{"期限", "until"}
	wReturned = word{"返却等", "ended"}
	wLentBy   = word{"貸出者", "lent by"}
)

var lendingWords = map[cards.Kind]word{
	cards.Issued: {"貸与", "issued"}, cards.Temporary: {"臨時", "temporary"}, cards.Visitor: {"貸出", "visitor"},
}

var lendingStates = map[cards.State]word{
	cards.Out: {"貸出中", "out"}, cards.Overdue: {"未返却", "overdue"}, cards.Returned: {"返却", "returned"},
	cards.Lost: {"紛失", "lost"}, cards.Revoked: {"失効", "revoked"},
}

// lendings are the commands about cards of the stock, which are lent for a day.
func (t *tool) lendings() []*cobra.Command {
	return []*cobra.Command{t.lend(), t.temporary(), t.giveBack(), t.count(), t.cardsOut(), t.cardLedger()}
}

func (t *tool) lend() *cobra.Command {
	var l desk.Lend
	c := &cobra.Command{
		Use: "lend CARD PERSON", Short: "to a visitor, on a permit, until 24:00 (入室者用カードの貸出)", Args: cobra.ExactArgs(2),
		Example: "  kidoban card lend S-01 K-001 --permit 2026-0012 --purpose 定期保守",
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.lent(cmd, "card/lend", &l, a)
		},
	}
	c.Flags().StringVar((*string)(&l.Permit), "permit", "", "the permit that names the person (required)")
	c.Flags().StringVar(&l.Purpose, "purpose", "", "what the card is for")
	_ = c.MarkFlagRequired("permit")
	return c
}

func (t *tool) temporary() *cobra.Command {
	var l desk.Lend
	c := &cobra.Command{
		Use: "temporary CARD PERSON", Short: "to one who forgot their own, until 24:00; two persons lend it, their own is blocked (臨時カード)",
		Args:    cobra.ExactArgs(2),
		Example: "  kidoban card temporary S-02 0102 --second 0203 --reason カード忘れ",
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.lent(cmd, "card/temporary", &l, a)
		},
	}
	c.Flags().StringVar((*string)(&l.Second), "second", "", "the second person who lends it (required)")
	c.Flags().StringVar(&l.Purpose, "reason", "", "why, for the record")
	_ = c.MarkFlagRequired("second")
	return c
}

func (t *tool) lent(cmd *cobra.Command, what string, l *desk.Lend, a []string) error {
	l.Card, l.Person = access.CredentialID(a[0]), access.PersonID(a[1])
	var line cards.Lending
	if err := t.desk().Post(cmd.Context(), what, l, &line); err != nil {
		return err
	}
	fmt.Fprintf(cmd.OutOrStdout(), "%s: %s, %s – %s\n", line.ID, line.Card, stamp(line.Lent), stamp(line.Until))
	for _, own := range line.Blocked {
		fmt.Fprintf(cmd.OutOrStdout(), t.say(word{"%s は返却まで一時停止\n", "%s is blocked until it is back\n"}), own)
	}
	return nil
}

func (t *tool) giveBack() *cobra.Command {
	return &cobra.Command{
		Use: "return CARD", Short: "a lent card is back (返却)", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			return t.desk().Post(cmd.Context(), "card/return", desk.Return{Card: access.CredentialID(a[0])}, nil)
		},
	}
}

// count reads the ids of the cards that are there.
func (t *tool) count() *cobra.Command {
	var s desk.Stocktake
	var none bool
	c := &cobra.Command{
		Use: "count [CARD…]", Short: "a stock-take: which cards are there (現物照合); without names they are read from standard input, a line each",
		Example: "  kidoban card count S-01 S-02\n  kidoban card count --all < found.txt",
		RunE: func(cmd *cobra.Command, a []string) error {
			var err error
			if len(a) == 0 && !none {
				if a, err = readCards(cmd.InOrStdin()); err != nil {
					return err
				}
			}
			for _, id := range a {
				s.Found = append(s.Found, access.CredentialID(id))
			}
			var got cards.Count
			if err := t.desk().Post(cmd.Context(), "card/count", s, &got); err != nil {
				return err
			}
			return t.counted(cmd.OutOrStdout(), &got)
		},
	}
	c.Flags().BoolVar(&s.All, "all", false, "every card is to be shown, those that people hold too")
	c.Flags().BoolVar(&none, "none", false, "no card is there")
	return c
}

func readCards(in io.Reader) (ids []string, err error) {
	if f, is := in.(*os.File); is && term.IsTerminal(int(f.Fd())) {
		return nil, fmt.Errorf("name the cards that are there, or say --none")
	}
	for lines := bufio.NewScanner(in); ; {
		if !lines.Scan() {
			return ids, lines.Err()
		}
		if id := strings.TrimSpace(lines.Text()); id != "" {
			ids = append(ids, id)
		}
	}
}

var countWords = map[string]word{
	cards.CountMissing: {"所在不明", "missing"}, cards.CountLent: {"返却の記録なし", "there, and its return is not on record"},
	cards.CountHeld: {"本人が保管すべきもの", "there, and somebody's own"}, cards.CountLost: {"紛失届出済", "declared lost, and found"},
	cards.CountRevoked: {"失効済(廃棄する)", "revoked: destroy it"}, cards.CountUnknown: {"登録なし", "not in the roster"},
}

func (t *tool) counted(w io.Writer, c *cards.Count) error {
	fmt.Fprintf(w, t.say(word{
		"%s: あるべき枚数 %d、現物 %d、不足 %d、その他の相違 %d\n", "%s: %d expected, %d found, %d missing, %d unexpected\n",
	}), c.ID, c.Expected, c.Found, c.Missing(), c.Unexpected())
	var out clerk.Table
	for _, d := range c.Differences {
		out.Add(string(d.Card), t.say(countWords[d.Why]), string(d.Person))
	}
	return out.Write(w)
}

func (t *tool) cardsOut() *cobra.Command {
	return &cobra.Command{
		Use: "out", Short: "the cards that are out", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			var lines []cards.Lending
			if err := t.desk().Get(cmd.Context(), "cards/out", nil, &lines); err != nil {
				return err
			}
			return t.lendingTable(cmd.OutOrStdout(), lines)
		},
	}
}

func (t *tool) cardLedger() *cobra.Command {
	var q desk.CardLedger
	var from, until string
	var asJSON bool
	c := &cobra.Command{
		Use: "ledger staff|visitors", Short: "入室カード貸与簿(職員), 入室者用カード貸出簿; the look is recorded with its --purpose",
		Args: cobra.ExactArgs(1), Example: "  kidoban card ledger visitors --from R8.4.1 --until R8.5.1 --purpose 月次点検",
		RunE: func(cmd *cobra.Command, a []string) (err error) {
			q.Ledger = a[0]
			for _, d := range []struct {
				text string
				to   *time.Time
			}{{from, &q.From}, {until, &q.Until}} {
				if d.text != "" {
					if *d.to, err = clerk.Day(d.text, time.Now()); err != nil {
						return err
					}
				}
			}
			var lines []cards.Lending
			if err := t.desk().Post(cmd.Context(), "card/ledger", q, &lines); err != nil {
				return err
			}
			if asJSON {
				return printJSON(cmd.OutOrStdout(), lines)
			}
			return t.lendingTable(cmd.OutOrStdout(), lines)
		},
	}
	c.Flags().StringVar(&q.Purpose, "purpose", "", "what you look at it for, for the record")
	c.Flags().StringVar(&from, "from", "", "lines that were open on this day or later")
	c.Flags().StringVar(&until, "until", "", "lines that began before this day")
	c.Flags().BoolVar(&asJSON, "json", false, "as JSON")
	_ = c.MarkFlagRequired("purpose")
	return c
}

func (t *tool) lendingTable(w io.Writer, lines []cards.Lending) error {
	if len(lines) == 0 {
		fmt.Fprintln(w, t.say(word{"該当するカードはありません", "no card"}))
		return nil
	}
	var out clerk.Table
	t.heads(&out, wNumber, wCard, wKind, wName, wOrganisation, wPermit, wPurpose, wLent, wUntil, wLentBy, wState, wReturned)
	now := time.Now()
	for i := range lines {
		l := &lines[i]
		by := orID(l.By.Name, l.By.Person)
		if l.Second.Person != "" {
			by += "・" + orID(l.Second.Name, l.Second.Person)
		}
		out.Add(l.ID, string(l.Card), t.say(lendingWords[l.Kind]), orID(l.Name, l.Person), l.Affiliation, string(l.Permit), l.Purpose,
			dayText(l.Lent, ""), dayText(l.Until, ""), by, t.say(lendingStates[l.At(now)]), dayText(l.Ended, ""))
	}
	return out.Write(w)
}

package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// alarm lists alarms, acknowledges and closes them, and reports a threat to the CISO.
func (t *tool) alarm() *cobra.Command {
	c := &cobra.Command{Use: "alarm", Short: "alarms (警報): list, acknowledge (受け付ける), close with a finding (完了), report (報告)"}
	c.AddCommand(t.alarmList(), t.alarmAck(), t.alarmClose(), t.alarmReport())
	return c
}

func (t *tool) alarmList() *cobra.Command {
	return &cobra.Command{
		Use: "list", Short: "those that nobody has closed", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error {
			alarms, err := t.alarms(cmd)
			if err != nil {
				return err
			}
			out := cmd.OutOrStdout()
			if len(alarms) == 0 {
				_, err := fmt.Fprintln(out, t.say(word{"警報はありません", "no alarm is open"}))
				return err
			}
			var rows clerk.Table
			t.heads(&rows, wNumber, word{"重さ", "severity"}, wZone, word{"発生", "raised"}, wState)
			for _, a := range alarms {
				where := a.Door
				if where == "" {
					where = a.Zone
				}
				rows.Add(a.ID, a.Severity, where, stamp(a.Raised), t.alarmState(a))
			}
			return rows.Write(out)
		},
	}
}

// alarmState is how far an alarm has come. The notice to the CISO is 通報, never 報告.
func (t *tool) alarmState(a ledger.Alarm) string {
	s := t.say(word{"受付待ち", "nobody has acknowledged it"})
	if !a.Escalated.IsZero() {
		s = fmt.Sprintf(t.say(word{"統括責任者へ通報済 %s", "the CISO was told %s"}), stamp(a.Escalated))
	}
	if !a.Acknowledged.IsZero() {
		s = fmt.Sprintf(t.say(word{"受付済 %[2]s %[1]s", "acknowledged by %[1]s %[2]s"}), a.By, stamp(a.Acknowledged))
	}
	if a.Drill {
		s = t.say(word{"【訓練】", "DRILL: "}) + s
	}
	return s
}

func (t *tool) alarmAck() *cobra.Command {
	var all bool
	c := &cobra.Command{
		Use: "ack ID…", Short: "acknowledge them: somebody acts on them (受け付ける)", Args: cobra.ArbitraryArgs,
		RunE: func(cmd *cobra.Command, ids []string) error {
			if all {
				alarms, err := t.alarms(cmd)
				if err != nil {
					return err
				}
				for _, a := range alarms {
					if a.Acknowledged.IsZero() {
						ids = append(ids, a.ID)
					}
				}
			} else if len(ids) == 0 {
				return errors.New("name an alarm (kidoban alarm list), or say --all")
			}
			for _, id := range ids {
				if err := t.desk().Post(cmd.Context(), "alarm/ack", desk.Ack{ID: id}, nil); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every one that nobody has acknowledged")
	return c
}

func (t *tool) alarmClose() *cobra.Command {
	var finding string
	c := &cobra.Command{
		Use: "close ID…", Short: "close what was acknowledged, with what was found (完了)", Args: cobra.MinimumNArgs(1),
		Example: "  kidoban alarm close door.forced/room/mnfa4nps --finding '配送業者の台車が接触。錠・枠に異常なし'",
		RunE: func(cmd *cobra.Command, ids []string) error {
			for _, id := range ids {
				if err := t.desk().Post(cmd.Context(), "alarm/close", desk.Close{ID: id, Finding: finding}, nil); err != nil {
					return err
				}
			}
			return nil
		},
	}
	c.Flags().StringVar(&finding, "finding", "", "what was found and done (required)")
	_ = c.MarkFlagRequired("finding")
	return c
}

// alarmReport is an officer's own act: the text goes to the CISO as セキュリティ脅威報告書.
func (t *tool) alarmReport() *cobra.Command {
	var p desk.Report
	var found string
	c := &cobra.Command{
		Use: "report", Short: "report a threat to the CISO (統括責任者へ報告する, 第11条第5号)", Args: cobra.NoArgs,
		Long: "The security officer of a place reports a threat to the CISO. That an alarm was escalated by itself is a notice (通報)\n" +
			"and takes nobody's place here.",
		Example: "  kidoban alarm report --zone room --found 'today 10:20' --found-by '宿直 山田' --what '不正開扉。侵入の形跡なし' \\\n" +
			"    --affected なし --measures '錠を交換' --status '調査中' --alarm door.forced/room/mnfa4nps",
		RunE: func(cmd *cobra.Command, _ []string) error {
			at, _, err := clerk.Moment(found, time.Now())
			if err != nil {
				return fmt.Errorf("--found: %w", err)
			}
			p.Found = at
			var id string
			if err := t.desk().Post(cmd.Context(), "report", p, &id); err != nil {
				return err
			}
			_, err = fmt.Fprintf(cmd.OutOrStdout(), t.say(word{
				"報告 %s を記録しました。証跡一式を添えてください: kidoban evidence\n",
				"report %s is on record; add the evidence to it: kidoban evidence\n",
			}), id)
			return err
		},
	}
	f := c.Flags()
	f.StringVar(&p.Zone, "zone", "room", "the place that the officer answers for")
	f.StringVar(&found, "found", "now", "when it was found")
	f.StringVar(&p.Text.FoundBy, "found-by", "", "who found it")
	f.StringVar(&p.Text.What, "what", "", "what the threat is (required)")
	f.StringVar(&p.Text.Affected, "affected", "", "what is affected")
	f.StringVar(&p.Text.Measures, "measures", "", "what was done about it")
	f.StringVar(&p.Text.Status, "status", "", "how it stands")
	f.StringVar(&p.Incident, "emergency", "", "the declared emergency that it belongs to")
	f.StringArrayVar(&p.Alarms, "alarm", nil, "an `alarm` that it is about; may be repeated")
	_ = c.MarkFlagRequired("what")
	return c
}

func (t *tool) alarms(cmd *cobra.Command) (out []ledger.Alarm, err error) {
	return out, t.desk().Get(cmd.Context(), "alarms", nil, &out)
}

package main

import (
	"cmp"
	"fmt"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller"
	"kidoban/controller/desk"
)

// checked lists the points of the wiring. They are checked in the console, with somebody at the door.
func (t *tool) checked() *cobra.Command {
	return &cobra.Command{
		Use: "check", Short: "every point of the wiring and how it was last found", Args: cobra.NoArgs,
		Long: "A point is checked in the console (/setup), with somebody at the door. What was checked under another configuration counts\n" +
			"as unchecked.",
		RunE: func(cmd *cobra.Command, _ []string) error {
			var in desk.Installing
			if err := t.desk().Get(cmd.Context(), "wiring", nil, &in); err != nil {
				return err
			}
			var out clerk.Table
			t.heads(&out, word{"点検箇所", "point"}, word{"結果", "result"}, word{"日時", "at"}, word{"点検者", "by"}, word{"備考", "remarks"})
			done := 0
			for _, p := range in.Points {
				c := in.Checked[p.ID]
				if t.addPoint(&out, p.ID, c, in.Digest) {
					done++
				}
			}
			if err := out.Write(cmd.OutOrStdout()); err != nil {
				return err
			}
			fmt.Fprintf(cmd.OutOrStdout(), t.say(word{"%dか所中%dか所が完了\n", "%d points, %d done\n"}), len(in.Points), done)
			return nil
		},
	}
}

// addPoint adds a point's row, and says whether it needs nothing more.
func (t *tool) addPoint(out *clerk.Table, id string, c controller.Checked, digest string) bool {
	at, result := "", pointResults[c.Result]
	if c.Result != "" {
		at = stamp(c.At)
	}
	stale := c.Result != "" && c.Digest != digest
	if stale {
		result = word{"設定変更後、未点検", "not since the configuration changed"}
	}
	remarks := c.Reason
	if remarks == "" && c.ByEye {
		remarks = t.say(word{"目視", "by eye"})
	}
	out.Add(id, t.say(result), at, cmp.Or(c.Name, c.Account), remarks)
	return !stale && (c.Result == controller.PointPassed || c.Result == controller.PointSkipped)
}

var pointResults = map[controller.PointResult]word{
	"": {"未点検", "unchecked"}, controller.PointPassed: {"合格", "passed"}, controller.PointFailed: {"不合格", "failed"},
	controller.PointSkipped: {"省略", "skipped"},
}

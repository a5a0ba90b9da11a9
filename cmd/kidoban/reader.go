package main

import (
	"errors"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/device/wiegand"
)

// reader decodes frames, and shows what a badge sends.
func (t *tool) reader() *cobra.Command {
	c := &cobra.Command{Use: "reader", Short: "what a reader sends, and what it means"}
	decode := &cobra.Command{
		Use: "decode FORMAT BITS", Short: "read a frame, like: decode H10301 10111101100010001110101110", Args: cobra.ExactArgs(2),
		RunE: func(cmd *cobra.Command, a []string) error {
			text, err := wiegand.Explain(a[0], a[1])
			if err != nil {
				return err
			}
			_, err = fmt.Fprintln(cmd.OutOrStdout(), text)
			return err
		},
	}
	c.AddCommand(decode, t.learn())
	return c
}

// learn shows the raw bits of the next badge and every reading of them, and enrols it on request.
func (t *tool) learn() *cobra.Command {
	var side, enrol, person, format string
	var wait time.Duration
	c := &cobra.Command{
		Use: "learn DOOR", Short: "show what the next badge sends; the door does not see it", Args: cobra.ExactArgs(1),
		RunE: func(cmd *cobra.Command, a []string) error {
			if (enrol == "") != (person == "") || (enrol == "") != (format == "") {
				return errors.New("to enrol, give --enrol CARD, --person PERSON and --format FORMAT")
			}
			fmt.Fprintf(cmd.ErrOrStderr(), "present a badge to the %s reader of door %s …\n", side, a[0])
			var got map[string]string
			if err := t.desk().Post(cmd.Context(), "learn", desk.Learn{Door: a[0], Side: side, For: wait}, &got); err != nil {
				return err
			}
			bits, err := wiegand.ParseBits(got["bits"])
			if err != nil {
				return err
			}
			if err := showReadings(cmd, bits); err != nil || enrol == "" {
				return err
			}
			return t.enrolRead(cmd, bits, format, access.CredentialID(enrol), access.PersonID(person))
		},
	}
	c.Flags().StringVar(&side, "side", "entry", "entry or exit")
	c.Flags().DurationVar(&wait, "for", 30*time.Second, "how long to wait")
	c.Flags().StringVar(&enrol, "enrol", "", "enrol it under this card id")
	c.Flags().StringVar(&person, "person", "", "whose it is")
	c.Flags().StringVar(&format, "format", "", "the reading that agrees with the number printed on the card")
	return c
}

func showReadings(cmd *cobra.Command, bits wiegand.Bits) error {
	out := cmd.OutOrStdout()
	fmt.Fprintf(out, "%d bits: %s\n", bits.Len(), bits.Text())
	readings := wiegand.Learn(bits)
	for _, r := range readings {
		fmt.Fprintln(out, r.Text())
	}
	if len(readings) == 0 {
		fmt.Fprintln(out, "no format that is known here has this length")
	}
	return nil
}

func (t *tool) enrolRead(cmd *cobra.Command, bits wiegand.Bits, format string, card access.CredentialID, person access.PersonID) error {
	f, err := wiegand.Lookup(format)
	if err != nil {
		return err
	}
	c, err := wiegand.Decode(f, bits)
	if err != nil {
		return err
	}
	n := desk.Number{Format: c.Format, Card: c.Card}
	if c.HasFacility {
		n.Facility = &c.Facility
	}
	return t.put(cmd, desk.Edit{Card: &desk.Card{ID: card, Person: person, Number: n}})
}

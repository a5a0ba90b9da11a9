package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"kidoban/cmd/clerk"
	"kidoban/controller/access"
	"kidoban/controller/desk"
	"kidoban/controller/ledger"
)

// permitForm is 入室許可申請書 as flags.
type permitForm struct {
	desk.Permit
	when, from, until string
	days, daily       string
	visitors, persons []string
	class             string
	spoken            string
}

func (p *permitForm) flags(c *cobra.Command) {
	f := c.Flags()
	f.StringVar(&p.Zone, "zone", "", "which room; not needed where there is one")
	f.StringVar(&p.Text.Organisation, "organisation", "", "the visitors' affiliation (所属)")
	f.StringVar(&p.Text.Purpose, "purpose", "", "purpose of the entry (入室目的)")
	f.StringVar(&p.Text.Work, "work", "", "what will be done (作業内容)")
	f.StringVar(&p.Text.Equipment, "equipment", "", "on which equipment (対象機器)")
	f.StringVar(&p.Text.Conditions, "conditions", "", "conditions of the permission")
	f.StringVar(&p.Text.EscortPlan, "escort-plan", "", "who will attend (立会計画)")
	f.StringVar(&p.Text.CarryIn, "carry-in", "", "equipment and media carried in (持込機器・媒体)")
	f.StringVar(&p.Text.CarryOut, "carry-out", "", "equipment and media carried out (持出機器・媒体)")
	f.StringVar(&p.when, "when", "", `the day and hours, like "today 09:00-17:00" or "R8.4.1 09:00-17:00"`)
	f.StringVar(&p.from, "from", "", "begin, like "+clerk.WhenForms)
	f.StringVar(&p.until, "until", "", "end, like --from; a date alone means to the end of that day")
	f.StringVar(&p.days, "days", "", "only on these days, like mon-fri")
	f.StringVar(&p.daily, "daily", "", "only within these hours of each day, like 09:00-17:00")
	f.StringArrayVar(&p.visitors, "visitor", nil, "`NAME/READING[/AFFILIATION]` of a visitor; once for each")
	f.StringArrayVar(&p.persons, "person", nil, "`ID` of a visitor who is in the roster; once for each")
	f.StringVar(&p.class, "class", "", "of the visitors: staff, contractor, maintenance or other")
	f.IntVar(&p.Most, "up-to", 0, "so many persons; those without a name here are named on the day")
	f.IntVar(&p.Entries, "entries", 0, "most entries of each visitor; 0 = as often as needed within the time")
}

// fill puts together what the desk takes.
func (p *permitForm) fill(now time.Time) (err error) {
	if err := p.span(now); err != nil {
		return err
	}
	if p.days != "" {
		if p.Days, err = weekdays(p.days); err != nil {
			return err
		}
	}
	if p.daily != "" {
		if p.Daily, err = hours(p.daily); err != nil {
			return err
		}
	}
	p.Text.Visitors = nil
	for _, s := range p.visitors {
		v, err := visitor(s, p.Text.Organisation, p.class)
		if err != nil {
			return err
		}
		p.Text.Visitors = append(p.Text.Visitors, v)
	}
	for _, id := range p.persons {
		p.Text.Visitors = append(p.Text.Visitors, ledger.Visitor{Person: access.PersonID(id), Class: p.class})
	}
	return nil
}

func (p *permitForm) span(now time.Time) error {
	if p.when != "" {
		if p.from != "" || p.until != "" {
			return fmt.Errorf("say --when, or --from and --until, not both")
		}
		s, err := hoursOf(p.when, now)
		p.From, p.Until = s.From, s.Until
		return err
	}
	var err error
	if p.from != "" {
		if p.From, _, err = clerk.Moment(p.from, now); err != nil {
			return fmt.Errorf("--from: %w", err)
		}
	}
	if p.until != "" {
		var whole bool
		if p.Until, whole, err = clerk.Moment(p.until, now); err != nil {
			return fmt.Errorf("--until: %w", err)
		}
		if whole {
			p.Until = p.Until.AddDate(0, 0, 1)
		}
	}
	return nil
}

// visitor reads NAME/READING[/AFFILIATION].
func visitor(s, organisation, class string) (v ledger.Visitor, err error) {
	parts := strings.Split(s, "/")
	if len(parts) > 3 || strings.TrimSpace(parts[0]) == "" {
		return v, fmt.Errorf("%q: a visitor is NAME/READING or NAME/READING/AFFILIATION, like '山田 太郎/やまだ たろう'", s)
	}
	parts = append(parts, "", "")
	v = ledger.Visitor{
		Name: strings.TrimSpace(parts[0]), Reading: strings.TrimSpace(parts[1]), Affiliation: strings.TrimSpace(parts[2]), Class: class,
	}
	if v.Affiliation == "" {
		v.Affiliation = organisation
	}
	return v, nil
}

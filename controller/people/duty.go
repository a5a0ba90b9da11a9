package people

import (
	"regexp"

	"kidoban/config/source"
	"kidoban/controller/access"
)

var duties = map[string]access.DutyKind{
	"consent": access.DutyConsent, "退室承諾の指定者": access.DutyConsent,
	"clerk": access.DutyClerk, "入退室事務担当": access.DutyClerk,
	"auditor": access.DutyAuditor, "監査担当": access.DutyAuditor,
	"deputy": access.DutyDeputy, "代決者": access.DutyDeputy,
}

// whyStaff is what a duty given to somebody else is refused with.
var whyStaff = map[access.DutyKind]string{
	access.DutyConsent: "only 職員 (staff) are designated to consent to leaving (退室承諾の指定者, Article 20(4)); they need not be of Article 20(1)",
	access.DutyClerk:   "only 職員 (staff) are register clerks (入退室事務担当, under Article 11(6))",
	access.DutyAuditor: "only 職員 (staff) are auditors (監査担当) here; they show the record to an auditor from outside",
	access.DutyDeputy:  "only 職員 (staff) decide for the officer (代決), where the city's rules on decisions (事務決裁規程) allow",
}

var zonePattern = regexp.MustCompile(`^[a-z0-9][a-z0-9-]{0,31}$`)

// duty adds what a row says of a dated duty.
func (b *builder) duty(id access.PersonID, c *cells) {
	text := c.text[colDuty]
	if text == "" {
		for _, col := range []column{colDutyZone, colDutyFrom, colDutyUntil} {
			if c.text[col] != "" {
				b.refuseCell(c, col, "is a duty's, and the line has none; write duty (任務) too")
			}
		}
		return
	}
	kind, known := duties[text]
	zone := c.text[colDutyZone]
	switch {
	case text == "指定者":
		b.refuseCell(c, colDuty, "two kinds of person are called so; write 退室承諾の指定者 (Article 20(4)), or the finding of Article 20(1)(3) into finding_from")
		return
	case !known:
		b.refuseCell(c, colDuty, "is one of 退室承諾の指定者 (consent), 入退室事務担当 (clerk), 監査担当 (auditor), 代決者 (deputy)")
		return
	case b.kinds[id] != access.Staff:
		b.refuseCell(c, colDuty, "%s", whyStaff[kind])
		return
	case zone != "" && !zonePattern.MatchString(zone):
		b.refuseCell(c, colDutyZone, "is the name of a zone as the configuration has it, a-z, 0-9, hyphen; leave it empty for every zone")
		return
	}
	span, ok := b.span(c, colDutyFrom, colDutyUntil)
	row := access.Duty{Person: id, Duty: kind, Zone: zone, Span: span}
	if ok && b.once(c, colDuty, rowKey{access.DutyTable, dutyKey(row)}) {
		b.imp.Roster.Records.Duties = append(b.imp.Roster.Records.Duties, row)
		if zone != "" {
			b.imp.zones = append(b.imp.zones, zoned{zone, c.at(colDutyZone)})
		}
	}
}

// zoned is a zone that the file names, and where.
type zoned struct {
	zone string
	at   source.Pos
}

// Strange are the problems of zones that the site does not have: a duty there would never hold.
func (m Import) Strange(known func(zone string) bool) []Problem {
	var bad source.Problems
	for _, z := range m.zones {
		if !known(z.zone) {
			bad = append(bad, Problem{File: m.file, Pos: z.at, Text: "duty_zone: the configuration has no zone of this name; correct it, or leave it empty for every zone"})
		}
	}
	bad.Sort()
	return bad
}

func dutyKey(r access.Duty) string {
	return string(r.Duty) + "/" + r.Zone + "/" + rightKey(r.Person, r.Span)
}

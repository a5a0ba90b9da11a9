package people

import (
	"strconv"
	"strings"

	"kidoban/controller/access"
	"kidoban/device"
	"kidoban/device/wiegand"
)

// card adds the row's card, if it has one. The number is read, hashed and gone.
func (b *builder) card(id access.PersonID, c *cells) {
	if c.text[colCardID] == "" && c.text[colNumber] == "" {
		for _, col := range []column{colValidFrom, colValidUntil, colSchedule} {
			if c.text[col] != "" {
				b.refuseCell(c, col, "is a card's, and the line has no card; write card_id and number too")
			}
		}
		return
	}
	named := b.id(c, colCardID)
	state, known := states[c.text[colState]]
	if !known {
		b.refuseCell(c, colState, "is one of 有効 (active), 一時停止 (blocked), 紛失 (lost), 失効 (revoked)")
	}
	extended, sure := yes[strings.ToLower(c.text[colExtended])]
	if !sure {
		b.refuseCell(c, colExtended, "is yes or no (はい, いいえ)")
	}
	if c.text[colSchedule] != "" && !b.id(c, colSchedule) {
		known = false
	}
	span, dated := b.span(c, colValidFrom, colValidUntil)
	seen, ok := b.number(c)
	c.text[colNumber] = ""
	if !ok || !named || !known || !sure || !dated {
		return
	}
	row := access.Credential{
		ID: access.CredentialID(c.text[colCardID]), Person: id, Format: seen.Format, Card: b.hash(seen), State: state,
		Extended: extended, Schedule: access.ScheduleID(c.text[colSchedule]), Span: span,
	}
	if b.fresh(c, row) {
		b.imp.places[rowKey{access.CredentialTable, string(row.ID)}] = c.at(colCardID)
		b.imp.Roster.Records.Credentials = append(b.imp.Roster.Records.Credentials, row)
	}
}

// fresh refuses a card that the file has already.
func (b *builder) fresh(c *cells, row access.Credential) bool {
	first, sameID := b.ids[row.ID]
	other, sameCard := b.numbers[row.Card]
	if sameID {
		b.refuseCell(c, colCardID, "the card of line %d has this id already; every card has its own", first.Line)
	}
	if sameCard {
		b.refuseCell(c, colNumber, "the card of line %d has this number already; one card belongs to one person (Article 23(2) by analogy)", other.Line)
	}
	if sameID || sameCard {
		return false
	}
	b.ids[row.ID], b.numbers[row.Card] = c.at(colCardID), c.at(colNumber)
	return true
}

// number reads what a reader would have seen of the card.
func (b *builder) number(c *cells) (device.Credential, bool) {
	var none device.Credential
	if c.text[colFormat] == "" {
		b.refuseCell(c, colFormat, "is missing; it is one of %s", formatNames())
		return none, false
	}
	f, err := wiegand.Lookup(c.text[colFormat])
	if err != nil {
		b.refuseCell(c, colFormat, "is not a card format; it is one of %s", formatNames())
		return none, false
	}
	raw := !f.Checked() && !f.HasFacility()
	facility, ok1 := b.facility(c, f)
	card, ok2 := b.digits(c, f, raw)
	if !ok1 || !ok2 {
		return none, false
	}
	frame, err := wiegand.Encode(f, facility, card)
	if err != nil {
		b.refuseCell(c, colNumber, "the card number is above %s's largest", f.Name())
		return none, false
	}
	seen, err := wiegand.Decode(f, frame)
	switch {
	case err != nil:
		b.refuseCell(c, colNumber, "no card of %s sends this number; look at the card again", f.Name())
		return none, false
	case seen.Degenerate:
		b.refuseCell(c, colNumber, "all zeros or all ones is what broken wires send, no card has it; look at the card again")
		return none, false
	}
	return seen, true
}

func (b *builder) facility(c *cells, f wiegand.Format) (uint64, bool) {
	text := c.text[colFacility]
	switch {
	case !f.HasFacility() && text != "":
		b.refuseCell(c, colFacility, "%s has no facility code; leave it empty", f.Name())
		return 0, false
	case !f.HasFacility():
		return 0, true
	case text == "":
		b.refuseCell(c, colFacility, "is missing; cards of %s have one, 0 to %d", f.Name(), f.MaxFacility())
		return 0, false
	case wideDigits(text):
		b.refuseCell(c, colFacility, "full-width digits; write them as 0 to 9")
		return 0, false
	}
	n, err := strconv.ParseUint(text, 10, 64)
	if err != nil || !onlyDigits(text) || n > f.MaxFacility() {
		b.refuseCell(c, colFacility, "is a decimal number of 0 to %d in %s", f.MaxFacility(), f.Name())
		return 0, false
	}
	return n, true
}

// digits reads the number: decimal, or for raw formats all the hexadecimal digits. It never quotes it.
func (b *builder) digits(c *cells, f wiegand.Format, raw bool) (uint64, bool) {
	text := c.text[colNumber]
	line := c.at(colNumber).Line
	switch {
	case text == "":
		b.refuseCell(c, colNumber, "is missing, and the line has a card's other columns")
	case wideDigits(text):
		b.refuseCell(c, colNumber, "full-width digits in the card number in line %d; write them as 0 to 9", line)
	case strings.ContainsAny(text, "eE") && strings.ContainsAny(text, "+."):
		b.refuseCell(c, colNumber, "a spreadsheet has rounded the card number in line %d; format the column as text and enter it again", line)
	case raw:
		n, err := strconv.ParseUint(text, 16, 64)
		if err == nil && len(text) == f.Bits()/4 {
			return n, true
		}
		b.refuseCell(c, colNumber, "%s takes %d hexadecimal digits, as kidoban reader learn shows them", f.Name(), f.Bits()/4)
	case !onlyDigits(text):
		b.refuseCell(c, colNumber, "the card number in line %d is not decimal; write digits alone, the facility code apart", line)
	default:
		n, err := strconv.ParseUint(text, 10, 64)
		if err == nil && n <= f.MaxCard() {
			return n, true
		}
		b.refuseCell(c, colNumber, "the card number in line %d is above %s's largest, %d", line, f.Name(), f.MaxCard())
	}
	return 0, false
}

func formatNames() string {
	all := wiegand.Formats()
	names := make([]string, len(all))
	for i, f := range all {
		names[i] = f.Name()
	}
	return strings.Join(names, ", ")
}

package journal

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Sealed is what an entry's bytes say.
type Sealed struct {
	Origin   Origin // without its Zone
	Sequence uint64
	Salt     [16]byte
	Entry    Entry // times exact to the millisecond; Private is nil, Data.Private its hash
}

// Parse reads sealed bytes. It is strict about what Seal writes: compact JSON, each member once, in its form, and the id,
// source and sequence agreeing. Types and members that it does not know it lets pass.
func Parse(payload []byte) (Sealed, error) {
	var p parser
	p.b = payload
	if err := p.envelope(); err != nil {
		return Sealed{}, fmt.Errorf("parse entry: %w", err)
	}
	return p.out, nil
}

// TypeOf is the type that sealed bytes name, without judging the rest; "" where they name none.
func TypeOf(payload []byte) Type {
	const mark = `","type":"kidoban.`
	i := bytes.Index(payload, []byte(mark))
	if i < 0 {
		return ""
	}
	rest := payload[i+len(mark):]
	j := bytes.IndexByte(rest, '"')
	if j < 0 {
		return ""
	}
	for k := range types {
		if string(types[k]) == string(rest[:j]) {
			return types[k]
		}
	}
	return Type(rest[:j])
}

type parser struct {
	scanner
	out        Sealed
	id, source string
}

// envelopeMembers are those that must be there; subject may be left out.
var envelopeMembers = [...]string{"specversion", "id", "source", "type", "time", "sequence", "severity", "boot",
	"monotonic", "clock", "salt", "datacontenttype", "data", "subject"}

func (p *parser) envelope() error {
	if len(p.b) > MaxPayload {
		return ErrTooLong
	}
	if !p.take('{') {
		return errJSON
	}
	var seen uint
	for first := true; ; {
		name, err := p.member(&first)
		if err != nil {
			return err
		}
		if name == nil {
			break
		}
		if err := p.envelopeMember(name, &seen); err != nil {
			return err
		}
	}
	if p.i != len(p.b) {
		return errJSON
	}
	for i, name := range envelopeMembers[:len(envelopeMembers)-1] {
		if seen>>i&1 == 0 {
			return fmt.Errorf("%s is missing", name)
		}
	}
	return p.agree()
}

func (p *parser) envelopeMember(name []byte, seen *uint) error {
	for i, known := range envelopeMembers {
		if string(name) != known {
			continue
		}
		if *seen>>i&1 == 1 {
			return fmt.Errorf("%s is there twice", known)
		}
		*seen |= 1 << i
		if known == "data" {
			return p.data()
		}
		raw, err := p.text()
		if err != nil {
			return fmt.Errorf("%s: %w", known, err)
		}
		s, err := unescaped(raw)
		if err == nil {
			err = p.set(known, s)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", known, err)
		}
		return nil
	}
	return p.skip(0)
}

var errForm = fmt.Errorf("not in its form")

func check(ok bool) error {
	if !ok {
		return errForm
	}
	return nil
}

func (p *parser) set(name, s string) (err error) {
	e := &p.out.Entry
	switch name {
	case "specversion":
		return check(s == "1.0")
	case "id":
		p.id = s
	case "source":
		p.source = s
	case "type":
		t, ok := strings.CutPrefix(s, "kidoban.")
		e.Type = Type(t)
		return check(ok && strings.Contains(t, "."))
	case "subject":
		e.Subject = s
		return check(s != "")
	case "time":
		e.At.Wall, err = time.Parse(timeLayout, s)
		return check(err == nil && e.At.Wall.Format(timeLayout) == s)
	case "sequence":
		return check(parseSequence(s, &p.out.Sequence))
	case "severity":
		e.Severity = Severity(s)
		return check(s != "")
	case "boot":
		p.out.Origin.Boot = s
	case "monotonic":
		ms, err := strconv.ParseInt(s, 10, 64)
		e.At.Mono = time.Duration(ms) * time.Millisecond
		return check(err == nil && strconv.FormatInt(e.At.Mono.Milliseconds(), 10) == s)
	case "clock":
		e.Synced = Clock(s) == Synchronised
		return check(e.Synced || Clock(s) == Unsynchronised)
	case "salt":
		n, err := hex.Decode(p.out.Salt[:], []byte(s[:min(len(s), 32)]))
		return check(err == nil && n == 16 && hex.EncodeToString(p.out.Salt[:]) == s)
	case "datacontenttype":
		return check(s == "application/json")
	}
	return nil
}

func parseSequence(s string, to *uint64) bool {
	if len(s) != 18 {
		return false
	}
	var n uint64
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
		n = n*10 + uint64(s[i]-'0')
	}
	*to = n
	return true
}

// agree checks id and source against each other and the sequence.
func (p *parser) agree() error {
	o := &p.out.Origin
	id, source := strings.Split(p.id, "/"), strings.Split(p.source, "/")
	var seq uint64
	if len(id) != 3 || len(source) != 3 || source[0] != "kidoban" || !parseSequence(id[2], &seq) {
		return fmt.Errorf("id and source: %w", errForm)
	}
	if seq != p.out.Sequence || id[0] != source[2] {
		return fmt.Errorf("id, source and sequence disagree")
	}
	o.Site, o.Controller, o.Journal = source[1], source[2], id[1]
	return nil
}

func (p *parser) data() error {
	if !p.take('{') {
		return errJSON
	}
	d := &p.out.Entry.Data
	var seen uint64
	for first := true; ; {
		name, err := p.member(&first)
		if err != nil || name == nil {
			return err
		}
		i, to := d.field(string(name))
		if to == nil {
			if err := p.skip(1); err != nil {
				return err
			}
			continue
		}
		if seen>>i&1 == 1 {
			return fmt.Errorf("data.%s is there twice", name)
		}
		seen |= 1 << i
		if err := p.value(to); err != nil {
			return fmt.Errorf("data.%s: %w", name, err)
		}
	}
}

// value takes one value of the sort that to points at; a zero one would not have been written.
func (p *parser) value(to any) error {
	if to, ok := to.(*string); ok {
		raw, err := p.text()
		if err != nil {
			return err
		}
		if *to, err = unescaped(raw); err != nil {
			return err
		}
		return check(*to != "")
	}
	raw, err := p.literal()
	if err != nil {
		return err
	}
	switch to := to.(type) {
	case *bool:
		*to = string(raw) == "true"
		return check(*to)
	case *int64:
		*to, err = strconv.ParseInt(string(raw), 10, 64)
		return check(err == nil && *to != 0)
	}
	return errForm
}

// field is where a member of data belongs, and its place in order.
func (d *Data) field(name string) (int, any) {
	for i, f := range [...]struct {
		name string
		to   any
	}{
		{"door", &d.Door}, {"direction", &d.Direction}, {"reader", &d.Reader}, {"person", &d.Person},
		{"credential", &d.Credential}, {"reason", &d.Reason}, {"rule", &d.Rule}, {"permit", &d.Permit},
		{"visit", &d.Visit}, {"escort", &d.Escort}, {"consent_by", &d.ConsentBy}, {"waiting_for", &d.WaitingFor},
		{"alarm", &d.Alarm}, {"account", &d.Account}, {"grant", &d.Grant}, {"point", &d.Point}, {"mode", &d.Mode},
		{"until", &d.Until}, {"detail", &d.Detail}, {"digest", &d.Digest}, {"tag", &d.Tag}, {"at_start", &d.AtStart},
		{"assumed", &d.Assumed}, {"count", &d.Count}, {"latency_us", &d.LatencyUS}, {"duration_ms", &d.DurationMS},
		{"ranges", &d.Ranges}, {"zone", &d.Zone}, {"post", &d.Post}, {"approver", &d.Approver}, {"proposal", &d.Proposal},
		{"incident", &d.Incident}, {"from", &d.From}, {"drill", &d.Drill}, {"document", &d.Document}, {"succeeds", &d.Succeeds},
		{"controller", &d.Controller}, {"journal", &d.Journal}, {"recipient", &d.Recipient}, {"version", &d.Version},
		{"private", &d.Private},
	} {
		if f.name == name {
			return i, f.to
		}
	}
	return 0, nil
}

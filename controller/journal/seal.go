package journal

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"time"
)

// MaxPayload is the most bytes a sealed entry has.
const MaxPayload = 8 << 10

// MaxSequence is the highest number that 18 digits hold.
const MaxSequence = 1e18 - 1

// ErrTooLong is an entry that would exceed MaxPayload.
var ErrTooLong = errors.New("entry exceeds 8 KiB")

const timeLayout = "2006-01-02T15:04:05.000Z07:00"

// Clock says whether wall-clock time was to be believed, in the wire's words.
type Clock string

// The clock's words.
const (
	Synchronised   Clock = "synchronised"
	Unsynchronised Clock = "unsynchronised"
)

// ClockOf is the word for synced.
func ClockOf(synced bool) Clock {
	if synced {
		return Synchronised
	}
	return Unsynchronised
}

// Seal appends the entry's canonical bytes to dst: a CloudEvents 1.0 JSON object, compact, its members in the wire
// contract's order. Zero severity is Info, zero members are left out, data.private is made from Private alone. On error
// dst comes back as it was.
func (e Entry) Seal(dst []byte, o Origin, seq uint64, salt [16]byte) ([]byte, error) {
	if !e.Type.Known() {
		return dst, fmt.Errorf("seal entry %d: type %q is not in the closed list", seq, string(e.Type))
	}
	if seq > MaxSequence {
		return dst, fmt.Errorf("seal entry %d: number exceeds 18 digits", seq)
	}
	if e.Private != nil && !compactObject(e.Private) {
		return dst, fmt.Errorf("seal entry %d (%s): private part is not a JSON object on one line", seq, e.Type)
	}
	start := len(dst)
	dst = e.appendEnvelope(dst, o, seq, salt)
	dst = append(dst, `","datacontenttype":"application/json","data":`...)
	dst = appendData(dst, &e.Data, e.Private)
	dst = append(dst, '}')
	if len(dst)-start > MaxPayload {
		return dst[:start], fmt.Errorf("seal entry %d (%s): %w", seq, e.Type, ErrTooLong)
	}
	return dst, nil
}

func (e Entry) appendEnvelope(dst []byte, o Origin, seq uint64, salt [16]byte) []byte {
	dst = append(dst, `{"specversion":"1.0","id":"`...)
	dst = appendID(dst, o, seq)
	dst = append(dst, `","source":"kidoban/`...)
	dst = appendEscaped(dst, o.Site)
	dst = append(dst, '/')
	dst = appendEscaped(dst, o.Controller)
	dst = append(dst, `","type":"kidoban.`...)
	dst = append(dst, e.Type...)
	if e.Subject != "" {
		dst = append(dst, `","subject":"`...)
		dst = appendEscaped(dst, e.Subject)
	}
	dst = append(dst, `","time":"`...)
	dst = appendTime(dst, e.At.Wall, o.Zone)
	dst = append(dst, `","sequence":"`...)
	dst = appendSequence(dst, seq)
	dst = append(dst, `","severity":"`...)
	if e.Severity == "" {
		e.Severity = Info
	}
	dst = appendEscaped(dst, string(e.Severity))
	dst = append(dst, `","boot":"`...)
	dst = appendEscaped(dst, o.Boot)
	dst = append(dst, `","monotonic":"`...)
	dst = strconv.AppendInt(dst, e.At.Mono.Milliseconds(), 10)
	dst = append(dst, `","clock":"`...)
	dst = append(dst, ClockOf(e.Synced)...)
	dst = append(dst, `","salt":"`...)
	return hex.AppendEncode(dst, salt[:])
}

func appendID(dst []byte, o Origin, seq uint64) []byte {
	dst = appendEscaped(dst, o.Controller)
	dst = append(dst, '/')
	dst = appendEscaped(dst, o.Journal)
	dst = append(dst, '/')
	return appendSequence(dst, seq)
}

func appendSequence(dst []byte, seq uint64) []byte {
	var b [18]byte
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + seq%10)
		seq /= 10
	}
	return append(dst, b[:]...)
}

func appendTime(dst []byte, t time.Time, zone *time.Location) []byte {
	if zone == nil {
		zone = time.UTC
	}
	return t.In(zone).AppendFormat(dst, timeLayout)
}

func compactObject(b []byte) bool {
	if len(b) == 0 || b[0] != '{' || !json.Valid(b) {
		return false
	}
	for _, c := range b {
		if c == '\n' || c == '\r' {
			return false
		}
	}
	return true
}

// object writes the members of one JSON object, leaving zero ones out.
type object struct{ b []byte }

func (o *object) name(n string) {
	if o.b[len(o.b)-1] != '{' {
		o.b = append(o.b, ',')
	}
	o.b = append(o.b, '"')
	o.b = append(o.b, n...)
	o.b = append(o.b, '"', ':')
}

func (o *object) text(n, v string) {
	if v == "" {
		return
	}
	o.name(n)
	o.b = append(o.b, '"')
	o.b = appendEscaped(o.b, v)
	o.b = append(o.b, '"')
}

func (o *object) number(n string, v int64) {
	if v != 0 {
		o.name(n)
		o.b = strconv.AppendInt(o.b, v, 10)
	}
}

func (o *object) flag(n string, v bool) {
	if v {
		o.name(n)
		o.b = append(o.b, "true"...)
	}
}

func appendData(dst []byte, d *Data, private []byte) []byte {
	o := object{append(dst, '{')}
	o.text("door", d.Door)
	o.text("direction", d.Direction)
	o.text("reader", d.Reader)
	o.text("person", d.Person)
	o.text("credential", d.Credential)
	o.text("reason", d.Reason)
	o.text("rule", d.Rule)
	o.text("permit", d.Permit)
	o.text("visit", d.Visit)
	o.text("escort", d.Escort)
	o.text("consent_by", d.ConsentBy)
	o.text("waiting_for", d.WaitingFor)
	o.text("alarm", d.Alarm)
	o.text("account", d.Account)
	o.text("grant", d.Grant)
	o.text("point", d.Point)
	o.text("mode", d.Mode)
	o.text("until", d.Until)
	o.text("detail", d.Detail)
	o.text("digest", d.Digest)
	o.text("tag", d.Tag)
	o.flag("at_start", d.AtStart)
	o.flag("assumed", d.Assumed)
	o.number("count", d.Count)
	o.number("latency_us", d.LatencyUS)
	o.number("duration_ms", d.DurationMS)
	o.text("ranges", d.Ranges)
	o.text("zone", d.Zone)
	o.text("post", d.Post)
	o.text("approver", d.Approver)
	o.text("proposal", d.Proposal)
	o.text("incident", d.Incident)
	o.text("from", d.From)
	o.flag("drill", d.Drill)
	o.text("document", d.Document)
	o.text("succeeds", d.Succeeds)
	o.text("controller", d.Controller)
	o.text("journal", d.Journal)
	o.text("recipient", d.Recipient)
	o.number("version", d.Version)
	if private != nil {
		sum := sha256.Sum256(private)
		o.name("private")
		o.b = append(o.b, '"')
		o.b = hex.AppendEncode(o.b, sum[:])
		o.b = append(o.b, '"')
	}
	return append(o.b, '}')
}

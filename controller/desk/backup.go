package desk

import (
	"bufio"
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"slices"
	"time"

	"kidoban/controller"
	"kidoban/controller/backup"
	"kidoban/controller/journal"
	"kidoban/controller/store"
)

// Backup asks for a backup that these can open; none means those of the configuration.
type Backup struct {
	Recipients []string `json:"recipients,omitempty"`
}

// Backed is what came of it.
type Backed struct {
	Entries uint64 `json:"entries"`
	Bytes   int64  `json:"bytes"`
	Digest  string `json:"digest"` // SHA-256 of the file, hex
	For     string `json:"for"`
}

// A backup comes in frames: a letter, four octets of length, so many octets. What ends without "end" or "fault" was cut off.
const (
	frameData     = 'd'
	frameProgress = 'p' // two numbers of octets, done and in all
	frameEnd      = 'e' // a Backed
	frameFault    = 'f' // why it is of no use
	frameMost     = 1 << 20
)

// backup streams a backup. It is on record before the last frame: who took it, how much of the record is in it, its digest
// and who can open it; one that broke off too.
func (k *Desk) backup(w http.ResponseWriter, r *http.Request) {
	ask, ok := read[Backup](w, r)
	if !ok {
		return
	}
	who := k.account(r)
	clock, no, err := k.mayBackUp(r.Context(), who)
	switch {
	case err != nil:
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	case no != "":
		refuse(w, http.StatusConflict, "%s", no)
		return
	}
	named := k.Config.Backup.Recipients
	if len(ask.Recipients) == 0 {
		ask.Recipients = named
	}
	if other := slices.IndexFunc(ask.Recipients, func(r string) bool { return len(named) > 0 && !slices.Contains(named, r) }); other >= 0 {
		refuse(w, http.StatusForbidden, "a backup holds every name: the configuration says who can open one (backup.recipients), "+
			"and recipient %d of these is another", other+1)
		return
	}
	to, err := backup.Recipients(ask.Recipients...)
	if err != nil {
		refuse(w, http.StatusBadRequest, "name who can open the backup (--recipient age1…, --recipients-file, or backup.recipients in the configuration): %v", err)
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	out := newFrames(w)
	b, err := k.Store.Backup(r.Context(), out, store.Backing{Recipients: to, At: k.Clock.Now().Wall, Clock: clock, Progress: out.progress})
	out.end(k.backedUp(r.Context(), who, b, backup.For(ask.Recipients), err))
}

// mayBackUp asks the control loop, and what clock it goes by.
func (k *Desk) mayBackUp(ctx context.Context, who controller.Account) (c journal.Clock, refusal string, err error) {
	a, err := k.Controller.Ask(ctx, controller.Request{Account: who, Ask: controller.MayBackUp{}})
	if err != nil || a.Refusal != "" {
		return c, a.Refusal, err
	}
	a, err = k.Controller.Ask(ctx, controller.Request{Ask: controller.AskStatus{}})
	if err != nil {
		return c, "", err
	}
	return journal.Clock(a.Value.(controller.Status).Clock), "", nil
}

// backedUp records what became of a backup, whether or not somebody still waits for it.
func (k *Desk) backedUp(ctx context.Context, who controller.Account, b store.Backed, whom string, failed error) (Backed, error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), recordWait)
	defer cancel()
	done := controller.BackedUp{Size: b.Size, Digest: b.Digest, For: whom}
	if failed != nil {
		done.Fault = "it broke off"
	}
	a, err := k.Controller.Ask(ctx, controller.Request{Account: who, Ask: done})
	if err == nil && a.Refusal != "" {
		err = errors.New(a.Refusal)
	}
	return Backed{b.Size, b.Bytes, b.Digest, whom}, errors.Join(failed, err)
}

const recordWait = 10 * time.Second

// frames writes the frames of one backup.
type frames struct {
	w    *bufio.Writer
	over func() error // flushes what lies under w
	said time.Time    // when progress was last told
}

func newFrames(w http.ResponseWriter) *frames {
	return &frames{w: bufio.NewWriterSize(w, 128<<10), over: http.NewResponseController(w).Flush}
}

func (f *frames) send(kind byte, b []byte) error {
	head := binary.BigEndian.AppendUint32([]byte{kind}, uint32(len(b)))
	if _, err := f.w.Write(head); err != nil {
		return err
	}
	_, err := f.w.Write(b)
	return err
}

func (f *frames) Write(p []byte) (n int, err error) {
	for len(p) > 0 && err == nil {
		part := p[:min(len(p), frameMost)]
		if err = f.send(frameData, part); err == nil {
			n, p = n+len(part), p[len(part):]
		}
	}
	return n, err
}

// progress tells how far it is, a few times a second.
func (f *frames) progress(done, total int64) {
	if now := time.Now(); now.Sub(f.said) >= time.Second/5 {
		f.said = now
		if f.send(frameProgress, fmt.Appendf(nil, "%d %d", done, total)) == nil && f.w.Flush() == nil {
			_ = f.over()
		}
	}
}

func (f *frames) end(b Backed, err error) {
	kind, text := byte(frameFault), []byte(nil)
	if err != nil {
		text = []byte(err.Error())
	} else {
		kind = frameEnd
		text, _ = json.Marshal(b) // two numbers and two strings
	}
	_ = f.send(kind, text)
	_ = f.w.Flush()
}

// Backup writes a backup to w. What w got is of use only if there is no error.
func (c *Client) Backup(ctx context.Context, order Backup, w io.Writer, progress func(done, total int64)) (Backed, error) {
	b, err := json.Marshal(order)
	if err != nil {
		return Backed{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://kidoband/backup", bytes.NewReader(b))
	if err != nil {
		return Backed{}, err
	}
	body, err := c.do(req)
	if err != nil {
		return Backed{}, err
	}
	defer func() { _ = body.Close() }()
	return receive(bufio.NewReaderSize(body, 128<<10), w, progress)
}

// receive reads frames to their end and compares what came with what the daemon says that it sent.
func receive(r io.Reader, w io.Writer, progress func(done, total int64)) (out Backed, err error) {
	sum, n := sha256.New(), int64(0)
	for {
		kind, text, err := frame(r)
		if err != nil {
			return out, fmt.Errorf("receive the backup: it broke off: %w", err)
		}
		switch kind {
		case frameData:
			sum.Write(text)
			n += int64(len(text))
			if _, err := w.Write(text); err != nil {
				return out, err
			}
		case frameProgress:
			var done, total int64
			if _, err := fmt.Sscan(string(text), &done, &total); err == nil && progress != nil {
				progress(done, total)
			}
		case frameFault:
			return out, errors.New(string(text))
		case frameEnd:
			if err := json.Unmarshal(text, &out); err != nil || out.Bytes != n || out.Digest != hex.EncodeToString(sum.Sum(nil)) {
				return out, errors.New("receive the backup: what came is not what was sent")
			}
			return out, nil
		default:
			return out, errors.New("receive the backup: the daemon speaks another version: install the same")
		}
	}
}

func frame(r io.Reader) (kind byte, text []byte, err error) {
	var head [5]byte
	if _, err := io.ReadFull(r, head[:]); err != nil {
		return 0, nil, err
	}
	n := binary.BigEndian.Uint32(head[1:])
	if n > frameMost {
		return 0, nil, fmt.Errorf("a frame of %d octets", n)
	}
	text = make([]byte, n)
	_, err = io.ReadFull(r, text)
	return head[0], text, err
}

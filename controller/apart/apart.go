// Package apart has one question answered by a program of its own: what strangers send is taken to pieces in a process that
// lives for that one question and holds no key, no record and no door, and whose code is in no memory of the door's.
//
// The question goes to the program's standard input as JSON, the answer comes from its standard output; its environment is
// empty. A question that is not answered is an error which names the program, never an answer.
package apart

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"strings"
	"time"
)

// The bounds of one question.
const (
	within = 40 * time.Second // whoever asks bounds it by ctx: this is for a program that never ends
	most   = 1 << 20
)

// Program is whom to ask.
type Program struct {
	Path string
	Args []string
}

// Ask asks one question.
func (p Program) Ask(ctx context.Context, question, answer any) error {
	ctx, cancel := context.WithTimeout(ctx, within)
	defer cancel()
	in, err := json.Marshal(question)
	if err != nil {
		return fmt.Errorf("ask %s: %w", p.Path, err)
	}
	var errs strings.Builder
	c := exec.CommandContext(ctx, p.Path, p.Args...)
	c.Stdin, c.Stderr, c.Env = bytes.NewReader(in), &errs, []string{}
	text, err := c.Output()
	if err == nil {
		err = json.NewDecoder(io.LimitReader(bytes.NewReader(text), most)).Decode(answer)
	}
	if err != nil {
		return fmt.Errorf("ask %s: %w: %.200s", p.Path, err, strings.TrimSpace(errs.String()))
	}
	return nil
}

// Serve answers the one question that comes in: what such a program does.
func Serve[Q, A any](ctx context.Context, in io.Reader, out io.Writer, do func(context.Context, Q) (A, error)) error {
	var q Q
	d := json.NewDecoder(io.LimitReader(in, most))
	d.DisallowUnknownFields()
	if err := d.Decode(&q); err != nil {
		return fmt.Errorf("read the question: %w", err)
	}
	a, err := do(ctx, q)
	if err != nil {
		return err
	}
	return json.NewEncoder(out).Encode(a)
}

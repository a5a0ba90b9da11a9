package bundle

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// kind is the first line of a signed text: no text is ever taken for one of another kind.
type kind string

const (
	manifestKind kind = "kidoban/roster/v1"
	lossKind     kind = "kidoban/lost/v1"
	enrolKind    kind = "kidoban/enrol/v1"
)

// noteMost bounds a signed text.
const noteMost = 768 << 10

var errForm = errors.New("not of the form that it is written in")

// seal signs a value under its kind.
func seal(k kind, v any, by note.Signer) ([]byte, error) {
	text, err := textOf(k, v)
	if err != nil {
		return nil, err
	}
	out, err := note.Sign(&note.Note{Text: text}, by)
	if err != nil {
		return nil, fmt.Errorf("sign %s: %w", k, err)
	}
	if len(out) > noteMost {
		return nil, fmt.Errorf("sign %s: %d octets are too many, at most %d", k, len(out), noteMost)
	}
	return out, nil
}

func textOf(k kind, v any) (string, error) {
	body, err := json.Marshal(v)
	return string(k) + "\n" + string(body) + "\n", err
}

// unseal reads a value that exactly one of the known keys signed, and nobody else. The message is taken only as seal
// writes it, octet for octet.
func unseal(k kind, msg []byte, into any, known ...note.Verifier) (text, signer string, err error) {
	if len(msg) > noteMost {
		return "", "", fmt.Errorf("%w: too long", errForm)
	}
	n, err := note.Open(msg, note.VerifierList(known...))
	if err != nil {
		return "", "", err
	}
	sig := n.Sigs[0] // Open has found one that verifies
	if _, err := base64.StdEncoding.Strict().DecodeString(sig.Base64); err != nil ||
		string(msg) != n.Text+"\n— "+sig.Name+" "+sig.Base64+"\n" {
		return "", "", fmt.Errorf("%w: signature", errForm)
	}
	return n.Text, sig.Name, parse(k, n.Text, into)
}

// parse takes exactly what textOf writes.
func parse(k kind, text string, into any) error {
	body, is := strings.CutPrefix(text, string(k)+"\n")
	if !is || !strings.HasSuffix(body, "\n") {
		return fmt.Errorf("%w: not %s", errForm, k)
	}
	if err := strictly([]byte(body), into); err != nil {
		return err
	}
	if again, err := textOf(k, into); err != nil || again != text {
		return fmt.Errorf("%w: %s", errForm, k)
	}
	return nil
}

func strictly(b []byte, into any) error {
	d := json.NewDecoder(bytes.NewReader(b))
	d.DisallowUnknownFields()
	if err := d.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errForm, err)
	}
	return nil
}

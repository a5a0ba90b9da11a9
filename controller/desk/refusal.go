package desk

import (
	"errors"
	"fmt"
	"net/http"

	"kidoban/controller"
	"kidoban/controller/account"
)

// The codes of refusals: what a client can tell apart without reading words.
const (
	CodeInvalid     = "invalid"     // what was sent is not understood or not filled in: 400
	CodeRefused     = "refused"     // it may not be, or cannot be now: 403, 409
	CodeMissing     = "missing"     // there is no such thing: 404
	CodeEnded       = "ended"       // the sign-in has ended: 401
	CodeProve       = "prove"       // a grave act: prove anew who you are (POST /sign-in/again), then send it again
	CodeSecond      = "second"      // set up a second proof first
	CodePassword    = "password"    // set a password of your own first
	CodeUnavailable = "unavailable" // the daemon, its disk or the directory does not answer now: 502, 503
)

// Error is what a daemon answered instead of doing it. Status is 0 where it could not be asked at all.
type Error struct {
	Status int
	Code   string
	Text   string
	Why    account.End // with CodeEnded
}

// Error is the text for people.
func (e *Error) Error() string { return e.Text }

// Is says that two errors have the same code, so that errors.Is(err, ErrEnded) holds for every end.
func (e *Error) Is(target error) bool {
	t, ok := target.(*Error)
	return ok && t.Code == e.Code
}

// CodeOf is the code of a client's error, "" for one that is nobody's answer.
func CodeOf(err error) string {
	if e, ok := errors.AsType[*Error](err); ok {
		return e.Code
	}
	return ""
}

// ErrEnded says that a sign-in has ended.
var ErrEnded error = &Error{
	Status: http.StatusUnauthorized, Code: CodeEnded, Text: "the sign-in has ended: sign in again (kidoban sign-in NAME)",
}

// EndOf is why a sign-in has ended, by a client's error; forgotten where it does not say.
func EndOf(err error) account.End {
	if e, ok := errors.AsType[*Error](err); ok && e.Why != "" {
		return e.Why
	}
	return account.EndForgotten
}

// away says that nobody answers.
func away(format string, args ...any) error {
	return &Error{Code: CodeUnavailable, Text: fmt.Sprintf(format, args...)}
}

// refusal is what a client is told when something is not done.
type refusal struct {
	Error string      `json:"error"`
	Code  string      `json:"code,omitempty"`
	Why   account.End `json:"why,omitempty"`
}

// codeOf is the code that a status and words stand for.
func codeOf(status int, text string) string {
	switch text {
	case controller.ProveAgain:
		return CodeProve
	case controller.SecondFirst:
		return CodeSecond
	case controller.PasswordFirst:
		return CodePassword
	}
	switch status {
	case http.StatusBadRequest:
		return CodeInvalid
	case http.StatusUnauthorized:
		return CodeEnded
	case http.StatusNotFound:
		return CodeMissing
	case http.StatusBadGateway, http.StatusServiceUnavailable:
		return CodeUnavailable
	}
	return CodeRefused
}

// refuse answers with what was not done and why. What a client must act on first is 403, wherever it is noticed.
func refuse(w http.ResponseWriter, status int, format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	code := codeOf(status, text)
	if code == CodeProve || code == CodeSecond || code == CodePassword {
		status = http.StatusForbidden
	}
	reply(w, status, refusal{Error: text, Code: code})
}

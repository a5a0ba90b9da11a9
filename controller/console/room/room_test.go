package room_test

import (
	"testing"

	"kidoban/controller/console/consoletest"
)

func TestFirstPage(t *testing.T) {
	site := consoletest.Open(t)
	b := site.SignIn("officer").Get("/")
	t.Log(b.Said())
	b = site.SignIn("officer", "en").Get("/")
	t.Log(b.Said())
}

package console_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"kidoban/config"
	"kidoban/controller/console"
	"kidoban/controller/console/consoletest"
)

// The demonstration's pages are this machine's alone: at a real door, or where others reach the console, there are none.
func TestDemonstrationIsOnTheMachineAlone(t *testing.T) {
	for name, x := range map[string]struct {
		kind, listen string
		served       bool
	}{
		"simulated, here": {"sim", "127.0.0.1:8080", true}, "simulated, for all": {"sim", "0.0.0.0:8080", false},
		"simulated, at an address": {"sim", "192.0.2.1:8080", false}, "real": {"rs485", "127.0.0.1:8080", false},
	} {
		conf, err := config.Parse("demo.toml", config.Demo())
		if err != nil {
			t.Fatal(err)
		}
		conf.Panel.Kind, conf.Console.Listen, conf.Console.Name = x.kind, x.listen, "localhost"
		k, err := console.New(conf, nil, slog.New(slog.DiscardHandler))
		if err != nil {
			t.Fatal(err)
		}
		served := false
		for _, r := range k.Routes() {
			served = served || strings.HasPrefix(r.Path, "/demo")
		}
		if served != x.served {
			t.Errorf("%s: served %v", name, served)
		}
	}
}

// A page elsewhere whose name was made to lead to this machine is no page of the console.
func TestByItsOwnNameAlone(t *testing.T) {
	s := consoletest.Open(t)
	for host, want := range map[string]int{
		"localhost:8080": http.StatusOK, "127.0.0.1:8080": http.StatusOK, "[::1]:8080": http.StatusOK, "LOCALHOST": http.StatusOK,
		"elsewhere.example:8080": http.StatusMisdirectedRequest, "localhost.elsewhere.example": http.StatusMisdirectedRequest,
	} {
		r := httptest.NewRequest(http.MethodGet, "/sign-in", nil)
		r.Host = host
		w := httptest.NewRecorder()
		if s.Console.Handler().ServeHTTP(w, r); w.Code != want {
			t.Errorf("%s: %d, want %d", host, w.Code, want)
		}
	}
}

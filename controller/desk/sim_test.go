package desk_test

import (
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"testing"

	"kidoban/controller/desk"
)

// At a real door nothing is simulated, whoever asks; a daemon of a real door cannot even be made with a simulation.
func TestNothingIsSimulatedAtARealDoor(t *testing.T) {
	o := open(t, nil, "operate", "roster")
	deps, conf := o.deps, *o.deps.Config
	deps.Sim, deps.Config = nil, &conf
	conf.Panel.Kind = "rs485"
	k, err := desk.New(deps)
	if err != nil {
		t.Fatal(err)
	}
	before := o.store.Head().Size
	for _, method := range []string{http.MethodPost, http.MethodGet} {
		w := httptest.NewRecorder()
		r := httptest.NewRequest(method, "/sim?door=room", strings.NewReader(`{"verb":"open","door":"room"}`))
		desk.Handler(k, os.Getuid()).ServeHTTP(w, r)
		if w.Code != http.StatusNotFound || !strings.Contains(w.Body.String(), "are real") {
			t.Errorf("%s /sim: %d %s", method, w.Code, w.Body)
		}
	}
	if after := o.store.Head().Size; after != before {
		t.Errorf("%d entries came of it", after-before)
	}
	deps.Sim = o.panel
	if _, err := desk.New(deps); err == nil {
		t.Error("a daemon of a real door takes what is simulated")
	}
}

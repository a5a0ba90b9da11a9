package desk

import (
	"net/http"
	"time"

	"kidoban/controller"
)

func (k *Desk) proofRoutes(m *http.ServeMux) {
	m.HandleFunc("GET /me", k.me)
}

// me says who asks, and how their sign-in stands.
func (k *Desk) me(w http.ResponseWriter, r *http.Request) {
	who := k.account(r)
	a, err := k.Controller.Ask(r.Context(), controller.Request{Account: who, Ask: controller.AskMe{}})
	if err != nil {
		refuse(w, http.StatusServiceUnavailable, "%v", err)
		return
	}
	me := Me{Me: a.Value.(controller.Me), Fresh: who.Name != "" && !who.Stale}
	if s, ok := r.Context().Value(signedKey{}).(signed); ok && s.Name != "" {
		now := k.Clock.Now()
		me.Signed, me.Idle, me.Proved = true, k.Config.Duties.Idle.Std(), (now.Mono - s.open.Proved).Round(time.Second)
		me.Ends = now.Wall.Add(s.open.Began + k.Config.Duties.Session.Std() - now.Mono).Round(time.Second)
	}
	reply(w, http.StatusOK, me)
}

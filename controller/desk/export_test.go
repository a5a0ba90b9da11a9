package desk

import (
	"context"
	"net/http"
)

// Handler is what serves the socket, for a user who did not come through one.
func Handler(k *Desk, uid int) http.Handler {
	routes := k.routes()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		routes.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), peerKey{}, uid)))
	})
}

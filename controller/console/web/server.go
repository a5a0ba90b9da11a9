package web

import (
	"context"
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"log/slog"
	"net/http"
	"path"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/alexedwards/scs/v2/memstore"
	"kidoban/controller/access"
	"kidoban/controller/account"
	"kidoban/controller/console/draw"
	"kidoban/controller/desk"
)

//go:embed *.html words.*.toml
var files embed.FS

//go:embed static
var static embed.FS

// Site is what the pages are of.
type Site struct {
	Room   string // 住基ネット管理室
	City   string // the site's name
	Rule   string // the regulation in force
	Zones  []Place
	Doors  []Place
	Phones [2]string     // whom to ask, by day and by night
	Escort time.Duration // within which an escort's card follows a visitor who was announced
	Demo   bool
	Plan   *draw.Own // the room as the site drew it; nil = drawn from the doors
}

// Place is a zone or a door, by name and title.
type Place struct {
	Name, Title, Zone string
	// What a door has.
	Contact, Button, Lamp bool
}

// Config is what a server needs.
type Config struct {
	Site   Site
	Socket string // the daemon's
	Name   string // the host's name: what the browser must show
	Secure bool   // served over TLS
	Menu   []MenuItem
	Log    *slog.Logger
	Now    func() time.Time
}

// Server answers the browsers.
type Server struct {
	Config
	pages    pages
	words    *Words
	sessions *scs.SessionManager
	once     *once
	asks     *limits
	signs    *limits
	tries    *limits
	routes   []Route
	desk     *desk.Client
	mux      *http.ServeMux
	handler  http.Handler
}

// New reads the pages and words of the groups. It starts nothing.
func New(c Config, groups []Group) (*Server, error) {
	s := &Server{
		Config: c, sessions: newSessions(c.Secure), once: newOnce(), asks: newLimits(asksPerSecond, asksAtOnce, addressesMost),
		signs: newLimits(signsPerSecond, signsAtOnce, addressesMost), tries: newLimits(triesPerSecond, triesAtOnce, triedMost), desk: desk.Dial(c.Socket).Nobody(),
	}
	groups = append([]Group{{Name: "web", Files: files}}, groups...)
	var err error
	if s.words, err = ReadWords(groups...); err != nil {
		return nil, err
	}
	if s.pages, err = readPages(s.words, groups, s.functions); err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	s.mux = mux
	mux.HandleFunc("GET /static/draw.css", func(w http.ResponseWriter, r *http.Request) {
		kept(w, r)
		w.Header().Set("Content-Type", "text/css; charset=utf-8")
		send(w, r, 0, []byte(draw.Style))
	})
	mux.Handle("GET /static/", still(static))
	for _, g := range groups {
		for i := range g.Routes {
			r := g.Routes[i]
			r.group = g.Name
			s.routes = append(s.routes, r)
			mux.Handle(r.Method+" "+r.Path, s.route(&r))
		}
	}
	mux.Handle("/", s.route(&Route{Who: Anyone, Do: func(*Call) (Answer, error) {
		return fault{Status: http.StatusNotFound, Key: "web.fault.nopage"}, nil
	}}))
	s.handler = s.guarded(mux)
	return s, nil
}

// Routes are all that are served.
func (s *Server) Routes() []Route { return s.routes }

// Handler answers every request.
func (s *Server) Handler() http.Handler { return s.handler }

// Run looks through the sessions until ctx ends.
func (s *Server) Run(ctx context.Context) error {
	store, _ := s.sessions.Store.(*memstore.MemStore)
	t := time.NewTicker(time.Minute)
	defer t.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-t.C:
			all, err := store.All()
			if err != nil {
				return err
			}
			for token := range all { // finding one that has ended forgets it
				if _, found, err := store.Find(token); err == nil && !found {
					_ = store.Delete(token)
				}
			}
		}
	}
}

// writeWithin bounds how long an answer takes; a stream sets its own.
const writeWithin = 30 * time.Second

// guarded is what every request goes through.
func (s *Server) guarded(next http.Handler) http.Handler {
	cross := http.NewCrossOriginProtection()
	cross.SetDenyHandler(s.route(&Route{Who: Anyone, Do: func(*Call) (Answer, error) {
		return fault{Status: http.StatusForbidden, Key: "web.fault.foreign"}, nil
	}}))
	inner := cross.Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer s.recovered(w, r)
		s.headers(w.Header())
		if !s.ours(r) {
			http.Error(w, "この名前では開けません。 This is not the console's name.", http.StatusMisdirectedRequest)
			return
		}
		now := s.Now()
		if !s.asks.allow(remote(r), now) || signs(r) && !s.signs.allow(remote(r), now) {
			w.Header().Set("Retry-After", "5")
			http.Error(w, "しばらくお待ちください。 Please wait a moment.", http.StatusTooManyRequests)
			return
		}
		_ = http.NewResponseController(w).SetWriteDeadline(time.Now().Add(writeWithin))
		inner.ServeHTTP(w, r)
	})
}

// route serves one.
func (s *Server) route(rt *Route) http.Handler {
	return s.sessions.LoadAndSave(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		most := rt.Most
		if most == 0 {
			most = BodyMost
		}
		r.Body = http.MaxBytesReader(w, r.Body, most)
		c := &Call{W: w, R: r, Lang: chosen(r), Desk: s.desk, Now: s.Now(), server: s, route: rt}
		answer := c.answer()
		if err := answer.write(c); err != nil {
			s.Log.Error("a page was not written", "path", r.URL.Path, "err", err)
			http.Error(w, brokenPage, http.StatusInternalServerError)
		}
	}))
}

// answer is what a route answers, or why it does not.
func (c *Call) answer() Answer {
	if a := c.identify(); a != nil {
		return a
	}
	if a := c.admitted(); a != nil { // before anything of a form is read: strangers fill no memory
		return a
	}
	form, err := readForm(c.R)
	if err != nil {
		var big *http.MaxBytesError
		if errors.As(err, &big) {
			return fault{Status: http.StatusRequestEntityTooLarge, Key: "web.fault.big"}
		}
		return fault{Status: http.StatusBadRequest, Key: "web.fault.form"}
	}
	c.Form = form
	if c.tooOften() {
		c.W.Header().Set("Retry-After", "60")
		return fault{Status: http.StatusTooManyRequests, Key: "web.fault.wait"}
	}
	if c.route.Method == http.MethodPost && !c.server.once.use(form.Values.Get("once"), c.bound(), c.SignedIn(), c.Now) {
		return fault{Status: http.StatusConflict, Key: "web.fault.once"}
	}
	answer, err := c.route.Do(c)
	if file, ok := answer.(File); ok && err == nil && !file.Inline {
		c.server.once.back(form.Values.Get("once"))
	}
	if p, ok := answer.(Page); ok && err == nil && leads(p.Fault) {
		err = p.Fault
	}
	if err != nil {
		return c.answerTo(err)
	}
	return answer
}

// identify asks the daemon who the session is. One that turns up elsewhere than where it began has ended.
func (c *Call) identify() Answer {
	ctx := c.R.Context()
	if c.token = c.server.sessions.GetString(ctx, keyToken); c.token == "" {
		if c.orphan() {
			c.over(account.EndForgotten)
		}
		return nil
	}
	c.Desk = c.Desk.As(c.token)
	if c.route.Quiet {
		c.Desk = c.Desk.Quiet()
	}
	c.Tablet = c.server.sessions.GetString(ctx, keyTablet)
	if c.server.sessions.GetString(ctx, keyPlace) != place(c.R) {
		c.Log().Warn("a session turned up elsewhere than where it began, and was ended", "address", remote(c.R))
		if err := c.elsewhere(); err != nil {
			return fault{Status: http.StatusServiceUnavailable, Err: err}
		}
		return fault{Status: http.StatusForbidden, Key: "web.fault.stolen"}
	}
	err := c.Get("me", nil, &c.Me)
	if errors.Is(err, desk.ErrEnded) {
		c.over(desk.EndOf(err))
		return nil
	}
	if err != nil {
		c.token = ""
		return fault{Status: http.StatusServiceUnavailable, Err: err}
	}
	if c.server.sessions.GetString(ctx, keyAccount) != c.Me.Account {
		c.server.sessions.Put(ctx, keyAccount, c.Me.Account)
	}
	return nil
}

// admitted is nil if the route's code may run, else what is answered in its place.
func (c *Call) admitted() Answer {
	rt := c.route
	switch {
	case rt.Who == SignedOut && c.SignedIn():
		return Go{To: "/"}
	case rt.Who == Anyone || rt.Who == SignedOut:
	case !c.SignedIn():
		return c.toSignIn()
	case (c.Tablet != "") != (rt.Who == AtTablet):
		return Go{To: map[bool]string{true: "/tablet", false: "/"}[c.Tablet != ""]}
	case rt.Who != HalfWay && c.Me.Temporary:
		return Go{To: "/account/password"}
	case rt.Who != HalfWay && c.Me.Enrol:
		return Go{To: "/account/second"}
	case len(rt.May) > 0 && !c.May(rt.May...):
		return fault{Status: http.StatusForbidden, Key: "web.fault.role"}
	}
	return nil
}

// Back is where this page can be opened again: itself, or of an order the page that it was sent from. Where that was the
// answer to an order too, it is the page that the order's address lies below.
func (c *Call) Back() string {
	if c.R.Method == http.MethodGet {
		return c.R.URL.RequestURI()
	}
	if u, err := c.R.URL.Parse(c.R.Referer()); err == nil && u.Host == c.R.Host {
		if to := Here(u.RequestURI()); c.server.opens(to) {
			return to
		}
	}
	for at := c.R.URL.Path; at != "/" && at != "."; at = path.Dir(at) {
		if c.server.opens(at) {
			return at
		}
	}
	return "/"
}

// opens says that an address is a page's.
func (s *Server) opens(to string) bool {
	r, err := http.NewRequest(http.MethodGet, to, nil) //nolint:noctx // it is sent nowhere
	if err != nil {
		return false
	}
	_, pattern := s.mux.Handler(r)
	return strings.HasPrefix(pattern, http.MethodGet+" ")
}

// functions are what templates may say beyond the words of keys.
func (s *Server) functions(l access.Language) template.FuncMap {
	return template.FuncMap{
		// once is the field that makes a form good for one sending.
		"once": func(v View) template.HTML {
			return template.HTML(fmt.Sprintf(`<input type="hidden" name="once" value="%s">`, s.once.make(v.bound(), v.Now))) //nolint:gosec // base64
		},
		"asset":  func(name string) string { return "/static/" + name + "?v=" + staticVersion() },
		"ticket": func(v View) string { return s.once.make(v.bound(), v.Now) },
		// pair writes a kept field down as one value.
		"pair": func(p [2]string) (string, error) {
			b, err := json.Marshal(p)
			return string(b), err
		},
		// pass gives a template several values by name.
		"pass": func(pairs ...any) map[string]any {
			m := map[string]any{}
			for i := 0; i+1 < len(pairs); i += 2 {
				m[fmt.Sprint(pairs[i])] = pairs[i+1]
			}
			return m
		},
		"other": func() string { return Tag(access.English - l) },
	}
}

package browser_test

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// demonstration is the real one, as make run starts it.
type demonstration struct {
	mu   sync.Mutex
	said bytes.Buffer
	url  string
}

func (d *demonstration) Write(b []byte) (int, error) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.Write(b)
}

func (d *demonstration) all() string {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.said.String()
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// demonstrate builds the programs and runs a demonstration until the test ends; its morning is over when this returns.
func demonstrate(t *testing.T) *demonstration {
	t.Helper()
	if *running != "" {
		return &demonstration{url: *running}
	}
	bin, err := os.MkdirTemp("", "kidoban") // a socket's path is short
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(bin) })
	build := exec.Command("go", "build", "-o", bin, "kidoban/cmd/kidoban", "kidoban/cmd/kidoband", "kidoban/cmd/kidobanlog")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build: %v\n%s", err, out)
	}
	page := free(t)
	d := &demonstration{url: "http://localhost:" + page[strings.LastIndex(page, ":")+1:]}
	run := exec.Command(filepath.Join(bin, "kidoban"), "demo", "--dir", filepath.Join(bin, "site"), "--mqtt", free(t), "--console", page)
	run.Stdout, run.Stderr = d, d
	if err := run.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan error, 1)
	go func() { ended <- run.Wait() }()
	t.Cleanup(func() {
		_ = run.Process.Signal(syscall.SIGINT)
		if err := <-ended; err != nil {
			t.Errorf("the demonstration: %v\n%s", err, d.all())
		}
	})
	for end := time.Now().Add(5 * time.Minute); !strings.Contains(d.all(), "Now try it yourself"); time.Sleep(100 * time.Millisecond) {
		select {
		case err := <-ended:
			ended <- err
			t.Fatalf("the demonstration ended: %v\n%s", err, d.all())
		default:
		}
		if time.Now().After(end) {
			t.Fatalf("the morning does not end:\n%s", d.all())
		}
	}
	return d
}

// A visit is played from the request to the printed line of the register with the mouse alone, in both languages.
func TestVisitByMouse(t *testing.T) {
	if !*wanted {
		t.Skip("needs -chromium")
	}
	d := demonstrate(t)
	for _, lang := range []string{"ja", "en"} {
		t.Run(lang, func(t *testing.T) { visit(open(t, d.url, lang).get("/demo")) })
		t.Run("faults-"+lang, func(t *testing.T) { faults(open(t, d.url, lang).get("/demo"), open(t, d.url, lang).get("/demo")) })
	}
}

// play has the demonstration's page sign in as somebody.
func (b *tab) play(name string) *tab {
	b.Helper()
	if b.path() != "/demo" {
		b.follow(`nav a[href="/demo"]`)
	}
	b.follow(fmt.Sprintf(`#as form:has(input[value="%s"]) button`, name))
	b.until(name+" is signed in", `!!document.querySelector('.self a[href="/account"]')`)
	return b
}

// menu follows the menu.
func (b *tab) menu(path string) *tab { return b.follow(`nav a[href="` + path + `"]`) }

// door does something at the simulated door.
func (b *tab) door(selectors ...string) *tab {
	b.Helper()
	if !strings.HasPrefix(b.path(), "/demo") {
		b.menu("/demo")
	}
	for _, s := range selectors {
		b.follow(s)
	}
	return b
}

func card(number string, side string) string {
	exit := `:not(:has(input[name="side"]))`
	if side == "exit" {
		exit = `:has(input[name="side"])`
	}
	return `#cards form:has(input[name="card"][value="` + number + `"])` + exit + ` button`
}

func verb(name string) string { return `#door form:has(input[value="` + name + `"]) button` }

func visit(b *tab) {
	b.shot("visit-01-demo", 1280)
	b.play("clerk").shot("visit-02-room", 1280)
	b.menu("/permits").follow(`main a[href="/permits/ask"]`)
	b.click(`main details:has(a[href*="like="]) summary`)
	b.follow(`main a[href*="like="]`).shot("visit-03-ask", 1280)
	b.follow(`main button.main[value="preview"]`).shot("visit-04-preview", 1280)
	b.follow(`main button[value="send"]`).shot("visit-05-asked", 1280)
	permit := strings.SplitN(strings.TrimPrefix(b.path(), "/permits/"), "?", 2)[0]

	b.play("officer").menu("/permits").follow(`main a[href="/permits/` + permit + `"]`)
	b.follow(`main button[value="grant"]`).shot("visit-06-granted", 1280)

	b.play("clerk").menu("/visits").follow(`main a[href="/visits/announce"]`)
	b.follow(`main a[href="/visits/announce?permit=` + permit + `"]`)
	for range value[int](b, `document.querySelectorAll('main input[name="visitor"]:not(:checked):not(:disabled)').length`) {
		b.click(`main label:has(input[name="visitor"]:not(:checked):not(:disabled))`)
	}
	b.shot("visit-07-announce", 1280)
	b.follow(`main form button.main`)
	b.door(card("1201", ""), verb("open"), verb("close"))
	b.menu("/visits")
	b.until("visitors are inside", `document.querySelectorAll('main article input[name="visit"]').length > 0`)
	b.shot("visit-08-inside", 1280)
	choose(b)
	b.follow(`main form[action="/visits/ask"] button:not([formaction])`)

	b.play("officer")
	b.until("they wait for a consent", `!!document.querySelector('button[name="visits"]')`)
	b.shot("visit-09-consent", 1280)
	b.follow(`#consent-all, button[id^="consent-"]`).shot("visit-10-consented", 1280)

	b.play("clerk").menu("/visits")
	choose(b)
	b.follow(`main button[formaction="/visits/leave"][value="next"]`)
	b.door(verb("exit"), verb("handle"), verb("close"), card("1201", "exit"), verb("handle"), verb("close"))

	b.play("officer").menu("/register").follow(`main a[href="/register/forms"]`).shot("visit-11-forms", 1280)
	b.click(`main form:has([name="form"] option[value="register"], [name="form"][value="register"]) [data-fill]`)
	b.follow(`main form:has([name="form"] option[value="register"], [name="form"][value="register"]) button[value="page"]`)
	b.shot("visit-12-paper", 1280)
	b.until("the line is printed", fmt.Sprintf(`document.querySelector('.paper').innerText.includes(%q)`, permit))
}

// choose ticks every visitor who is inside.
func choose(b *tab) {
	b.Helper()
	for range value[int](b, `document.querySelectorAll('main form[action="/visits/ask"] input[name="visit"]:not(:checked)').length`) {
		b.click(`main form[action="/visits/ask"] label:has(input[name="visit"]:not(:checked))`)
	}
}

package browser_test

import (
	"strings"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

const signInForm = `main form[action="/sign-in"] `

// enter types a name and a password on the page of signing in, and sends them.
func (b *tab) enter(name, password string) *tab {
	b.Helper()
	return b.fill(signInForm+`input[name="account"]`, name).fill(signInForm+`input[name="password"]`, password).follow(signInForm + `button.main`)
}

// out ends the sign-in by the button of every page.
func (b *tab) out() *tab { return b.follow(`header form[action="/sign-out"] button`) }

// patient repeats what is refused for a moment after a wrong try, as a person does, until the page has gone on.
func (b *tab) patient(on string, try func()) *tab {
	b.Helper()
	for range 6 {
		if try(); value[bool](b, on) {
			return b
		}
		began := time.Now()
		b.until("a moment has passed", `true`)
		time.Sleep(max(0, time.Second-time.Since(began))) // what a wrong try costs
	}
	b.Fatalf("never: %s, at %s: %s", on, b.path(), b.said())
	return b
}

func away(path string) string { return `!location.pathname.startsWith("` + path + `")` }

// Signing in by password: wrong ones are all answered alike, the own password is changed by its holder, and signing out is said.
func TestSignInFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := open(s.TB, s.URL, s.lang).get("/alarms").looks("signin")
		b.enter("staff", "not the password").looks("signin-wrong").says(b.in("パスワードが違う", "password is wrong")).hides("not the password")
		wrong := b.said()
		if b.get("/sign-in").enter("no-such", "not the password"); b.said() != wrong {
			b.Errorf("told apart: %s; %s", wrong, b.said())
		}
		b.get("/alarms").patient(away("/sign-in"), func() { b.enter("staff", consoletest.Password) })
		if b.path() != "/alarms" {
			b.Errorf("at %s, not where one wanted to go", b.path())
		}
		b.follow(`header a[href="/account"]`).looks("account").follow(`main a[href="/account/password"]`)
		const own = "四つの言葉を並べる horse"
		change := func(old, fresh, again string) *tab {
			return b.fill(`#password`, old).fill(`#password_new`, fresh).fill(`#password_again`, again).follow(`main form[action="/account/password"] button.main`)
		}
		change(consoletest.Password, own, own+"x").looks("password-unequal").says(b.in("同じではありません", "not the same"))
		change(consoletest.Password, "staffstaffstaff", "staffstaffstaff").looks("password-weak").hides("staffstaffstaff")
		change(consoletest.Password, consoletest.Password, consoletest.Password).says(b.in("今のものと同じ", "is the old one"))
		change("not the password", own, own).looks("password-old").says(b.in("パスワードが違う", "password is wrong"))
		b.patient(`location.pathname === "/account"`, func() { change(consoletest.Password, own, own) })
		b.says(b.in("パスワードを変更しました", "The password was changed"))
		b.out().looks("signed-out").says(b.in("サインアウトしました", "You have signed out"))
		if b.enter("staff", consoletest.Password); !strings.HasPrefix(b.path(), "/sign-in") {
			b.Error("the old password is good")
		}
		b.patient(away("/sign-in"), func() { b.enter("staff", own) })
		if n := s.Told(journal.AccountChanged); n != 1 {
			b.Errorf("%d changes of accounts on record", n)
		}
	})
}

// One-time codes: set up by the secret of the page, asked for at each sign-in, each good once, and taken away again.
func TestCodeFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("officer").follow(`header a[href="/account"]`).follow(`main a[href="/account/second"]`).looks("second")
		b.follow(`main form[action="/account/code/begin"] button`).looks("code-enrol")
		secret := value[string](b, `document.querySelector("main .mono").innerText`)
		if !value[bool](b, `document.querySelector("main .qr svg").getBoundingClientRect().width > 100`) {
			b.Error("no QR code is seen")
		}
		code := func(at time.Duration) string {
			c, err := totp.GenerateCode(strings.ReplaceAll(secret, " ", ""), time.Now().Add(at))
			if err != nil {
				b.Fatal(err)
			}
			return c
		}
		send := func(c string) *tab { return b.fill(`#code`, c).follow(`main form button.main`) }
		enrol := func(c string) *tab { return b.fill(`#code`, c).follow(`main form[action="/account/code"] button`) }
		enrol("000000").looks("code-wrong").says(b.in("確認コードが違います", "code is wrong"))
		first := code(-30 * time.Second)
		enrol(first).says(b.in("確認コードを登録しました", "One-time codes are set up"))

		b.out().enter("officer", consoletest.Password).looks("code")
		send(first).looks("code-used").says(b.in("使用", "used already"))
		b.patient(away("/sign-in"), func() { send(code(0)) })
		b.get("/account").looks("account-code").follow(`main form[action="/account/code/remove"] button`)
		b.says(b.in("確認コードをやめました", "no longer used"))
		if b.out().enter("officer", consoletest.Password); strings.HasPrefix(b.path(), "/sign-in") {
			b.Errorf("a code is still asked for: %s", b.said())
		}
	})
}

// An account from its making to its end: the manager adds it, the officer approves, its holder sets a password of their own; it is
// begun anew after a lost telephone, and closed, which ends what its holder has open.
func TestAccountsFlow(t *testing.T) {
	play(t, func(s *stage) {
		m, o := s.as("manager"), s.as("officer")
		m.follow(`header a[href="/account"]`).follow(`main a[href="/accounts"]`).looks("accounts").follow(`main a[href="/accounts/add"]`)
		add := func(person, name string) *tab {
			return m.fill(`#person`, person).fill(`#account`, name).follow(`main form[action="/accounts/add"] button.main`)
		}
		add("9999", "yoshida").looks("accounts-nobody").says(m.in("名簿", "roster"))
		add("0203", "yoshida").looks("accounts-made")
		first := value[string](m, `document.querySelector("main .big.mono").innerText`)
		approve := func(name string) {
			o.get("/people/proposals").looks("accounts-" + name).says("yoshida")
			o.follow(`main form[action="/people/proposals/approve"] button`)
		}
		c := s.out().get("/sign-in").enter("yoshida", first)
		c.says(c.in("パスワードが違う", "password is wrong")) // not yet approved
		approve("added")
		const own = "four words of my own"
		set := func(old string) {
			c.get("/permits").fill(`#password`, old).fill(`#password_new`, own).fill(`#password_again`, own).follow(`main form[action="/account/password"] button.main`)
		}
		c.enter("yoshida", first).get("/permits").looks("password-first").says(c.in("自分だけ", "only you know"))
		set(first)

		m.get("/accounts").follow(`main form[action="/accounts/reset"]:has([value="yoshida"]) button`).looks("accounts-reset")
		second := value[string](m, `document.querySelector("main .big.mono").innerText`)
		approve("reset")
		c.get("/permits").says(c.in("自分だけ", "only you know"))
		set(second)

		c.get("/").looks("room-staff")
		m.get("/accounts").follow(`main form[action="/accounts/close"]:has([value="yoshida"]) button`).looks("accounts-closed").says(m.in("利用者を終了しました", "The account was closed"))
		c.until("the open page has ended", `location.pathname === "/sign-in"`)
		c.looks("signin-closed").says(c.in("終了し、使えなくなりました", "This account was closed"))
		c.enter("yoshida", own).says(c.in("パスワードが違う", "password is wrong"))
		m.get("/accounts/roles").looks("roles")
	})
}

// A grave act asks anew who it is, in the middle of a form that was filled in: nothing typed is lost, and nothing is sent twice.
func TestProveFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("manager")
		began := time.Now()
		b.get("/accounts/add").fill(`#person`, "0203").fill(`#account`, "yoshida")
		s.Eventually("the proof is stale", func() bool { return time.Since(began) > 8*time.Second })
		b.follow(`main form[action="/accounts/add"] button.main`).looks("prove").says(b.in("残してあります", "is kept"))
		proof := func(p string) *tab {
			return b.fill(`main form[action="/prove"] input[type="password"]`, p).follow(`main form[action="/prove"]:has(input[type="password"]) button`)
		}
		proof("not the password").looks("prove-wrong").hides("not the password")
		if n := s.Told(journal.AccountChanged); n != 0 {
			b.Errorf("%d accounts changed before the proof", n)
		}
		b.patient(`!!document.querySelector('main form[action="/accounts/add"] button.main')`, func() { proof(consoletest.Password) })
		b.looks("resend").says(b.in("まだ送られていません", "has not been sent yet")).follow(`main form[action="/accounts/add"] button.main`)
		b.says("yoshida", b.in("別の人の確認を待っています", "waits for another person"))
	}, func(c *config.Config) { c.Duties.Prove = config.Duration(8 * time.Second) })
}

// A sign-in ends when nobody uses it: an open page says so by itself, and what was being typed is sent after signing in anew.
func TestIdleFlow(t *testing.T) {
	play(t, func(s *stage) {
		room, b := s.as("officer").get("/"), s.as("clerk")
		began := time.Now()
		b.get("/visits/announce").get("/permits/ask").fill(`input[name="organisation"]`, "㈱架空システム保守").fill(`[name="entry_purpose"]`, "サーバ定期点検")
		s.Eventually("nobody has used it for six seconds", func() bool { return time.Since(began) > 7*time.Second })
		b.click(`main button.main[value="preview"]`)
		b.until("one must sign in", `!!document.querySelector('main form[action="/sign-in"]')`)
		b.looks("signin-kept").says(b.in("しばらく操作がなかった", "Nothing was done for a while"), b.in("残してあります", "is kept"))
		b.fill(signInForm+`input[name="password"]`, consoletest.Password).follow(signInForm + `button.main`)
		b.says(b.in("まだ送られていません", "has not been sent yet")).follow(`main form[action="/permits/ask"] button.main`)
		if got := value[string](b, `document.querySelector('input[name="organisation"]')?.value ?? document.querySelector("main").innerText`); !strings.Contains(got, "㈱架空システム保守") {
			b.Errorf("what was typed is lost: %s", got)
		}
		room.until("the open page has ended", `location.pathname === "/sign-in"`)
		room.looks("signin-idle").says(room.in("しばらく操作がなかった", "Nothing was done for a while"))
	}, func(c *config.Config) { c.Duties.Idle = config.Duration(6 * time.Second) })
}

package browser_test

import (
	"context"
	"testing"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/webauthn"
	"github.com/chromedp/chromedp"

	"kidoban/controller/console/consoletest"
	"kidoban/controller/journal"
)

// authenticator gives the tab a key of its own, as a telephone or a laptop has: its user is always there, and shows it.
func (b *tab) authenticator() {
	b.Helper()
	b.call(func(ctx context.Context, tab *chromedp.Target) error {
		_, err := cdp.Call(ctx, tab, webauthn.Enable, webauthn.EnableParams{})
		if err != nil {
			return err
		}
		_, err = cdp.Call(ctx, tab, webauthn.AddVirtualAuthenticator, webauthn.AddVirtualAuthenticatorParams{Options: &webauthn.VirtualAuthenticatorOptions{
			Protocol: "ctap2", Transport: "internal", HasResidentKey: true, HasUserVerification: true, IsUserVerified: true,
			AutomaticPresenceSimulation: true,
		}})
		return err
	})
}

// A passkey is registered, signs in without name and password, proves anew, and is removed: by Chromium's own authenticator.
func TestPasskey(t *testing.T) {
	if !*wanted {
		t.Skip("needs -chromium")
	}
	s := consoletest.Open(t)
	b := open(t, s.URL, "ja")
	b.authenticator()
	b.signIn("officer").get("/account/second")
	if err := chromedp.Do(b.ctx, chromedp.SendKeys("#key_name", "窓口の端末")); err != nil {
		t.Fatal(err)
	}
	b.follow(`main form[action="/account/passkey"] button`)
	b.until("the passkey is listed", `document.querySelector('main').innerText.includes('窓口の端末')`)
	b.shot("passkey-account", 1280)

	b.follow(`header form[action="/sign-out"] button`)
	b.get("/sign-in?to=/alarms").shot("passkey-signin", 1280)
	b.follow(`main form[action="/sign-in/passkey"] button`)
	b.until("signed in, and where one wanted to go", `location.pathname === '/alarms' && !!document.querySelector('.self a[href="/account"]')`)
	if n := s.Told(journal.AccountSignedIn); n != 2 {
		t.Errorf("%d sign-ins on record", n)
	}

	b.get("/prove?to=/people").follow(`main form[data-passkey="/prove/passkey/begin"] button`)
	b.until("proved, and back", `location.pathname === '/people'`)
	if n := s.Told(journal.AccountSignedIn); n != 3 {
		t.Errorf("%d sign-ins and proofs on record", n)
	}

	b.get("/account").follow(`main form[action="/account/passkey/remove"] button`)
	b.until("it is gone", `!document.querySelector('main').innerText.includes('窓口の端末')`)
	b.follow(`header form[action="/sign-out"] button`)
	b.get("/sign-in").click(`main form[action="/sign-in/passkey"] button`)
	b.until("a removed passkey signs nobody in", `location.pathname.startsWith('/sign-in') && !!document.querySelector('main .note.fault:not([hidden])')`)
}

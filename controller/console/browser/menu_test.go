package browser_test

import (
	"testing"

	"github.com/chromedp/chromedp"

	"kidoban/device/sim"
)

const seenMenu = `document.querySelector('nav a[href="/permits"]').checkVisibility()`

// On a telephone the menu opens below the head by a press, by the keyboard too, and closes again; on a wide page it is always
// there. It counts the alarms that nobody has acknowledged, at once, on whatever page is live.
func TestMenuFlow(t *testing.T) {
	play(t, func(s *stage) {
		b := s.as("officer").get("/")
		b.width(320)
		if value[bool](b, seenMenu) {
			s.Error("the menu of a telephone is open")
		}
		b.click("button.menu")
		b.until("the menu is open", seenMenu)
		b.fits(320)
		b.shot("flow-menu", 320)
		b.keys("\x1b")
		b.until("Escape closes it", "!"+seenMenu)
		b.keys("\r")
		b.until("Enter opens it", seenMenu)
		b.follow(`nav a[href="/permits"]`)
		if b.path() != "/permits" || value[bool](b, seenMenu) {
			s.Errorf("at %s, with the menu open", b.path())
		}
		b.width(1280)
		if !value[bool](b, seenMenu) || value[bool](b, `document.querySelector("button.menu").checkVisibility()`) {
			s.Error("a wide page hides its menu")
		}
		bell := `(document.querySelector('#menu [data-part="bell"]')?.innerText ?? "")`
		b.menu("/")
		b.until("no alarm", bell+` === ""`)
		s.Act(sim.Act{Verb: "force"})
		b.until("an alarm is counted", bell+`.includes("1")`)
		b.menu("/permits").until("on other pages too", bell+`.includes("1")`)
		b.menu("/").follow(`button[form="ack"]`)
		b.until("acknowledged, it counts no more", bell+` === ""`)
	})
}

// keys presses keys.
func (b *tab) keys(keys string) {
	b.Helper()
	if err := chromedp.Do(b.ctx, chromedp.KeyEvent(keys)); err != nil {
		b.Fatal(err)
	}
}

package browser_test

import (
	"bytes"
	"flag"
	"image/jpeg"
	"image/png"
	"os"
	"path/filepath"
	"testing"

	"github.com/chromedp/chromedp"
)

var pictures = flag.String("pictures", "", "`directory` for the pictures of the README: make pictures")

// picture keeps what the window shows, small.
func (b *tab) picture(name string) {
	b.Helper()
	seen, err := chromedp.Run(b.ctx, chromedp.CaptureScreenshot())
	if err != nil {
		b.Fatal(err)
	}
	img, err := png.Decode(bytes.NewReader(seen))
	if err != nil {
		b.Fatal(err)
	}
	var small bytes.Buffer
	if err := jpeg.Encode(&small, img, &jpeg.Options{Quality: 70}); err != nil {
		b.Fatal(err)
	}
	if small.Len() > 150<<10 {
		b.Errorf("%s has %d octets, more than a README should load", name, small.Len())
	}
	if err := os.WriteFile(filepath.Join(*pictures, name+".jpg"), small.Bytes(), 0o644); err != nil {
		b.Fatal(err)
	}
}

// TestPictures plays a visit in the demonstration and takes the README's pictures on the way.
func TestPictures(t *testing.T) {
	if !*wanted || *pictures == "" {
		t.Skip("needs -chromium and -pictures")
	}
	b := open(t, demonstrate(t).url, "ja")
	b.get("/demo").play("clerk").menu("/permits").follow(`main a[href="/permits/ask"]`)
	b.click(`main details:has(a[href*="like="]) summary`)
	b.follow(`main a[href*="like="]`).follow(`main button.main[value="preview"]`).picture("permit")
	b.door(card("1201", ""), verb("open"), verb("close")).menu("/")
	if err := chromedp.Do(b.ctx, chromedp.EmulateViewport(1280, 1150)); err != nil { // down to the plan and who is inside
		t.Fatal(err)
	}
	b.picture("room")
	b.width(1280)
	b.play("officer").menu("/register").follow(`main a[href="/register/figures"]`).picture("figures")
	b.menu("/register").follow(`main a[href="/register/forms"]`)
	b.click(`main form:has([name="form"] option[value="register"], [name="form"][value="register"]) [data-fill]`)
	b.follow(`main form:has([name="form"] option[value="register"], [name="form"][value="register"]) button[value="page"]`).picture("register")
	b.play("clerk").get("/tablet/hand").follow(`main form[action="/tablet/hand"] button`).picture("tablet")
}

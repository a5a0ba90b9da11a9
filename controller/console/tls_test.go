package console_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"math/big"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"kidoban/config"
	"kidoban/controller/console/consoletest"
)

// certified writes a certificate for localhost.
func certified(t *testing.T) (certificate, key string) {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(1), DNSNames: []string{"localhost"}, NotAfter: time.Now().Add(time.Hour)}
	cert, err := x509.CreateCertificate(rand.Reader, template, template, k.Public(), k)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(k)
	if err != nil {
		t.Fatal(err)
	}
	certificate, key = filepath.Join(t.TempDir(), "cert.pem"), filepath.Join(t.TempDir(), "key.pem")
	for name, b := range map[string]*pem.Block{certificate: {Type: "CERTIFICATE", Bytes: cert}, key: {Type: "PRIVATE KEY", Bytes: der}} {
		if err := os.WriteFile(name, pem.EncodeToMemory(b), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return certificate, key
}

// Over TLS the cookies are for TLS alone, and the browser comes back by TLS alone; a cookie that is brought over another
// connection is worth nothing.
func TestOverTLS(t *testing.T) {
	certificate, key := certified(t)
	s := consoletest.Open(t, func(c *config.Config) { c.Console.Certificate, c.Console.Key = certificate, key })
	srv := httptest.NewTLSServer(s.Console.Handler())
	t.Cleanup(srv.Close)
	over := *s
	over.URL = srv.URL
	b := over.Browse()
	b.HTTP.Transport = &http.Transport{TLSClientConfig: &tls.Config{RootCAs: srv.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs}}
	b.Get("/sign-in")
	b.HTTP.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	for _, step := range []func(){
		func() { b.Send("/language", url.Values{"lang": {"en"}, "to": {"/sign-in"}}) },
		func() { b.Get("/sign-in") },
		func() { b.Send("/sign-in", url.Values{"account": {"officer"}, "password": {consoletest.Password}}) },
		func() { b.Get("/") },
		func() { b.Get("/no-such-page") },
		func() { b.Get("/static/console.css") },
	} {
		step()
		for _, wrong := range lacks(b.Head, true) {
			t.Errorf("%s: %s", b.Path, wrong)
		}
	}
	if b.Get("/").Code != http.StatusOK {
		t.Fatalf("not signed in: %d", b.Code)
	}
	plain := s.Browse()
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	from, err := url.Parse(over.URL)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range b.HTTP.Jar.Cookies(from) {
		k.Secure = false
		plain.HTTP.Jar.SetCookies(u, []*http.Cookie{{Name: k.Name, Value: k.Value, Path: "/"}})
	}
	if plain.Get("/account"); plain.Code == http.StatusOK && plain.Path == "/account" {
		t.Error("the cookie of TLS signs in without it")
	}
}

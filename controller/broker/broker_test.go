package broker_test

import (
	"testing"

	"go.uber.org/goleak"

	"kidoban/controller/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestWithoutTLSItStaysOnThisMachine(t *testing.T) {
	for _, listen := range []string{"0.0.0.0:1883", ":1883", "192.0.2.1:1883", "localhost:1883", "1883"} {
		if _, err := broker.New(broker.Config{Listen: listen}); err == nil {
			t.Errorf("listens on %q", listen)
		}
	}
}

package link

import (
	"fmt"
	"time"

	mqtt "github.com/eclipse/paho.mqtt.golang"
)

// order is a change of what a live link is subscribed to.
type order struct {
	filters []string
	leave   bool
}

// filtersMost is how many filters one packet asks for.
const filtersMost = 200

// Subscribe adds filters with QoS 1. It returns at once, and takes effect in order with Unsubscribe; a broker that refuses
// one, or does not answer, loses the link. What is retained under them comes by In, which its owner goes on reading.
func (l *Link) Subscribe(filters ...string) { l.order(order{filters: filters}) }

// Unsubscribe takes filters away. Messages that were on their way may still come.
func (l *Link) Unsubscribe(filters ...string) { l.order(order{filters: filters, leave: true}) }

func (l *Link) order(o order) {
	l.mu.Lock()
	l.orders = append(l.orders, o)
	l.mu.Unlock()
	select {
	case l.ordered <- struct{}{}:
	default:
	}
}

// arrange carries out the orders, one after the other.
func (l *Link) arrange(timeout time.Duration) {
	for {
		select {
		case <-l.ordered:
		case <-l.lost:
			return
		}
		l.mu.Lock()
		orders := l.orders
		l.orders = nil
		l.mu.Unlock()
		for _, o := range orders {
			for len(o.filters) > 0 {
				n := min(len(o.filters), filtersMost)
				if err := l.ask(o.filters[:n], o.leave, timeout); err != nil {
					l.fail(err)
					return
				}
				o.filters = o.filters[n:]
			}
		}
	}
}

// ask waits for what the broker says to one packet; nil too where the link is lost meanwhile.
func (l *Link) ask(filters []string, leave bool, timeout time.Duration) error {
	if leave {
		return l.answer(l.client.Unsubscribe(filters...), "unsubscribe", timeout)
	}
	want := map[string]byte{}
	for _, f := range filters {
		want[f] = 1
	}
	t := l.client.SubscribeMultiple(want, nil)
	if err := l.answer(t, "subscribe", timeout); err != nil {
		return err
	}
	for f, code := range t.(*mqtt.SubscribeToken).Result() {
		if code > 2 {
			return RefusedError(f)
		}
	}
	return nil
}

func (l *Link) answer(t mqtt.Token, what string, timeout time.Duration) error {
	late := time.NewTimer(timeout)
	defer late.Stop()
	select {
	case <-t.Done():
	case <-l.lost:
		return nil
	case <-late.C:
		return fmt.Errorf("%s: no answer in %v", what, timeout)
	}
	if err := t.Error(); err != nil {
		return fmt.Errorf("%s: %w", what, err)
	}
	return nil
}

// RefusedError is the filter that the broker does not grant.
type RefusedError string

func (f RefusedError) Error() string {
	return fmt.Sprintf("subscribe to %s: the broker refuses it: check its access list", string(f))
}

package controller_test

import (
	"testing"
	"time"

	"kidoban/controller"
	"kidoban/controller/journal"
	"kidoban/controller/ledger"
	"kidoban/device"
)

// TestCondition: a machine that is degraded is an alarm that somebody must acknowledge, that it is well again is not, and
// neither touches a door.
func TestCondition(t *testing.T) {
	s := controller.NewState(newSite(), "b0071e55", newRoster(), nil, ledger.Snapshot{})
	at := device.Instant{Wall: time.Date(2026, 4, 1, 9, 0, 0, 0, time.UTC), Mono: time.Minute}
	s.Turn(at, controller.Starting{Version: "v1"})
	bad := s.Turn(at, controller.Condition{Mode: "disk_nearly_full", Detail: "3% of the disk is free"})
	if len(bad.Entries) != 2 || bad.Entries[0].Type != journal.SystemDegraded || bad.Entries[0].Severity != journal.Alert ||
		bad.Entries[0].Data.Mode != "disk_nearly_full" || bad.Entries[1].Type != journal.AlarmRaised {
		t.Errorf("%+v", bad.Entries)
	}
	good := s.Turn(at, controller.Condition{Mode: "disk_nearly_full", Well: true})
	if len(good.Entries) != 1 || good.Entries[0].Type != journal.SystemRecovered {
		t.Errorf("%+v", good.Entries)
	}
	for _, c := range append(append(bad.First, bad.Then...), append(good.First, good.Then...)...) {
		if c.Action != device.Show {
			t.Errorf("a door is touched: %+v", c)
		}
	}
	if n, tampered := s.Waiting(); n != 1 || tampered {
		t.Errorf("%d alarms wait, tampered %t", n, tampered)
	}
}

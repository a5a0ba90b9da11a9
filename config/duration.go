package config

import (
	"errors"
	"time"
)

// Duration is a time.Duration written as "5s", "250ms", "168h".
type Duration time.Duration

// Std is d as the standard library's type.
func (d Duration) Std() time.Duration { return time.Duration(d) }

// String is the text that UnmarshalText reads.
func (d Duration) String() string { return time.Duration(d).String() }

// MarshalText implements encoding.TextMarshaler.
func (d Duration) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (d *Duration) UnmarshalText(b []byte) error {
	v, err := time.ParseDuration(string(b))
	if err != nil {
		return errors.New(`needs a number and a unit in quotes: "5s", "250ms", "168h"`)
	}
	*d = Duration(v)
	return nil
}

func seconds(n int) Duration { return Duration(n) * Duration(time.Second) }

func hours(n int) Duration { return Duration(n) * Duration(time.Hour) }

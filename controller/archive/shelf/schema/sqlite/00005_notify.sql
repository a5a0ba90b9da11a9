-- +goose Up
-- Who is to be told of what. A notice goes once its recipient has it; times are milliseconds since 1970.
CREATE TABLE notice_recipient (
	name    TEXT PRIMARY KEY,
	tries   INTEGER NOT NULL DEFAULT 0, -- since the last success
	failing INTEGER NOT NULL DEFAULT 0, -- the first of them failed
	next    INTEGER NOT NULL DEFAULT 0, -- not tried before
	said    INTEGER NOT NULL DEFAULT 0, -- 1: that it fails is on record
	sent    INTEGER NOT NULL DEFAULT 0, -- notices
	last    INTEGER NOT NULL DEFAULT 0, -- when the last of them was
	answer  TEXT NOT NULL DEFAULT ''    -- of the other end, last
) STRICT;
CREATE TABLE notice_cursor (
	journal INTEGER PRIMARY KEY REFERENCES journal (id),
	next    INTEGER NOT NULL -- the first entry that nobody has looked at
) STRICT;
-- Where a recipient begins who came while entries waited to be looked at.
CREATE TABLE notice_begin (
	recipient TEXT NOT NULL REFERENCES notice_recipient (name) ON DELETE CASCADE,
	journal   INTEGER NOT NULL REFERENCES journal (id),
	first     INTEGER NOT NULL,
	PRIMARY KEY (recipient, journal)
) STRICT;
CREATE TABLE notice (
	id        TEXT PRIMARY KEY,
	recipient TEXT NOT NULL REFERENCES notice_recipient (name) ON DELETE CASCADE,
	place     INTEGER NOT NULL, -- in the recipient's order
	journal   INTEGER NOT NULL REFERENCES journal (id),
	sequence  INTEGER NOT NULL,
	kind      TEXT NOT NULL,
	turn      INTEGER NOT NULL,
	alarm     TEXT NOT NULL DEFAULT '',
	made      INTEGER NOT NULL,
	digest    TEXT NOT NULL DEFAULT '' -- the notice in which it is
) STRICT;
CREATE INDEX notice_order ON notice (recipient, place);
-- Alarms that nobody has acknowledged, and who was told of them: JSON.
CREATE TABLE notice_alarm (
	journal  INTEGER NOT NULL REFERENCES journal (id),
	alarm    TEXT NOT NULL,
	sequence INTEGER NOT NULL, -- of alarm.raised
	since    INTEGER NOT NULL,
	told     TEXT NOT NULL,
	PRIMARY KEY (journal, alarm)
) STRICT;

-- +goose Up
-- Who is to be told of what. A notice goes once its recipient has it; times are milliseconds since 1970.
CREATE TABLE notice_recipient (
	name    TEXT PRIMARY KEY,
	tries   BIGINT NOT NULL DEFAULT 0, -- since the last success
	failing BIGINT NOT NULL DEFAULT 0, -- the first of them failed
	next    BIGINT NOT NULL DEFAULT 0, -- not tried before
	said    BIGINT NOT NULL DEFAULT 0, -- 1: that it fails is on record
	sent    BIGINT NOT NULL DEFAULT 0, -- notices
	last    BIGINT NOT NULL DEFAULT 0, -- when the last of them was
	answer  TEXT NOT NULL DEFAULT ''    -- of the other end, last
);
CREATE TABLE notice_cursor (
	journal BIGINT PRIMARY KEY REFERENCES journal (id),
	next    BIGINT NOT NULL -- the first entry that nobody has looked at
);
-- Where a recipient begins who came while entries waited to be looked at.
CREATE TABLE notice_begin (
	recipient TEXT NOT NULL REFERENCES notice_recipient (name) ON DELETE CASCADE,
	journal   BIGINT NOT NULL REFERENCES journal (id),
	first     BIGINT NOT NULL,
	PRIMARY KEY (recipient, journal)
);
CREATE TABLE notice (
	id        TEXT PRIMARY KEY,
	recipient TEXT NOT NULL REFERENCES notice_recipient (name) ON DELETE CASCADE,
	place     BIGINT NOT NULL, -- in the recipient's order
	journal   BIGINT NOT NULL REFERENCES journal (id),
	sequence  BIGINT NOT NULL,
	kind      TEXT NOT NULL,
	turn      BIGINT NOT NULL,
	alarm     TEXT NOT NULL DEFAULT '',
	made      BIGINT NOT NULL,
	digest    TEXT NOT NULL DEFAULT '' -- the notice in which it is
);
CREATE INDEX notice_order ON notice (recipient, place);
-- Alarms that nobody has acknowledged, and who was told of them: JSON.
CREATE TABLE notice_alarm (
	journal  BIGINT NOT NULL REFERENCES journal (id),
	alarm    TEXT NOT NULL,
	sequence BIGINT NOT NULL, -- of alarm.raised
	since    BIGINT NOT NULL,
	told     TEXT NOT NULL,
	PRIMARY KEY (journal, alarm)
);

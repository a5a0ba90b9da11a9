-- +goose Up
-- What the central log finds out, and what people do about it.
ALTER TABLE journal ADD COLUMN silent TEXT NOT NULL DEFAULT '';  -- since when its controller has not been heard
ALTER TABLE journal ADD COLUMN names INTEGER NOT NULL DEFAULT 0; -- private parts of it have come
ALTER TABLE evidence ADD COLUMN ours BLOB;                       -- what was confirmed when it came
ALTER TABLE waiting ADD COLUMN key TEXT NOT NULL DEFAULT '';     -- the verifier key that the controller announced
CREATE TABLE alarm (
	id           TEXT PRIMARY KEY,
	type         TEXT NOT NULL, -- of the entry that raised it
	controller   TEXT NOT NULL,
	door         TEXT NOT NULL,
	zone         TEXT NOT NULL,
	severity     TEXT NOT NULL,
	drill        INTEGER NOT NULL,
	raised       TEXT NOT NULL,
	due          TEXT NOT NULL, -- escalated then; '' = not, or no more. Times are RFC 3339
	escalated    TEXT NOT NULL,
	acknowledged TEXT NOT NULL,
	account      TEXT NOT NULL, -- who acknowledged it
	closed       INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE INDEX alarm_open ON alarm (type) WHERE closed = 0;
-- Messages that could not be used, counted. controller '' is all those whom nobody knows.
CREATE TABLE garbled (
	controller TEXT NOT NULL,
	kind       TEXT NOT NULL,
	count      INTEGER NOT NULL,
	last       TEXT NOT NULL,
	PRIMARY KEY (controller, kind)
) STRICT;
-- Entries that list what a door has disposed of, and how far this log has come with the same.
CREATE TABLE disposal (
	journal  INTEGER NOT NULL REFERENCES journal (id),
	sequence INTEGER NOT NULL,
	state    TEXT NOT NULL, -- waiting | held | done | false
	PRIMARY KEY (journal, sequence)
) STRICT;
-- Legal holds (廃棄留保) of this log: what they cover is not disposed of here.
CREATE TABLE legal (
	id         TEXT PRIMARY KEY,
	controller TEXT NOT NULL, -- '' = every one
	since      TEXT NOT NULL,
	account    TEXT NOT NULL,
	ended      TEXT NOT NULL DEFAULT '',
	ended_by   TEXT NOT NULL DEFAULT ''
) STRICT;
-- Private parts that an entry binds and that have not come, of journals whose private parts do come.
CREATE TABLE owed (
	journal  INTEGER NOT NULL REFERENCES journal (id),
	sequence INTEGER NOT NULL,
	hash     TEXT NOT NULL, -- hex SHA-256, as data.private
	PRIMARY KEY (journal, sequence)
) STRICT;
CREATE INDEX owed_hash ON owed (journal, hash);
-- Offline witnesses whose signatures are believed, and the last head that each has signed.
CREATE TABLE witness (
	name  TEXT PRIMARY KEY,
	key   TEXT NOT NULL,
	note  BLOB,
	added TEXT NOT NULL
) STRICT;

-- +goose Up
-- What the central log has verified. An entry's row holds the hashes of the tree that it completes, its own leaf first. A
-- row at or beyond its journal's size is not verified yet: nobody but the archive reads it, and it may go again.
CREATE TABLE journal (
	id         INTEGER PRIMARY KEY,
	origin     TEXT NOT NULL UNIQUE,
	key        TEXT NOT NULL,            -- verifier key, accepted by a person
	accepted   TEXT NOT NULL,
	size       INTEGER NOT NULL DEFAULT 0,
	checkpoint BLOB,                     -- of that size, signed by the controller and by this log
	fork       TEXT NOT NULL DEFAULT '', -- why this journal is confirmed no more
	closed     TEXT NOT NULL DEFAULT ''  -- which journal goes on after it
) STRICT;
CREATE TABLE entry (
	journal  INTEGER NOT NULL REFERENCES journal (id),
	sequence INTEGER NOT NULL,
	payload  BLOB, -- NULL: purged, the leaf remains
	private  BLOB, -- what names a person; NULL: the site publishes none, or purged
	hashes   BLOB NOT NULL,
	PRIMARY KEY (journal, sequence)
) STRICT, WITHOUT ROWID;
CREATE TABLE evidence (
	id      INTEGER PRIMARY KEY,
	journal INTEGER NOT NULL REFERENCES journal (id),
	at      TEXT NOT NULL,
	what    TEXT NOT NULL,
	note    BLOB NOT NULL -- the signed checkpoint that contradicts ours
) STRICT;
-- Claims, a few of them, until a person accepts the journal.
CREATE TABLE waiting (
	origin   TEXT PRIMARY KEY,
	succeeds TEXT NOT NULL,
	size     INTEGER NOT NULL,
	seen     TEXT NOT NULL
) STRICT;

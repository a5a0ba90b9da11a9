-- +goose Up

-- Whose journal this is; one row, written by init.
CREATE TABLE journal (
	one        INTEGER PRIMARY KEY CHECK (one = 1),
	site       TEXT NOT NULL,
	controller TEXT NOT NULL,
	journal    TEXT NOT NULL,
	verifier   TEXT NOT NULL
) STRICT;

-- One leaf of the tree a row. hashes: the leaf's hash and those of the subtrees that it completes, 32 bytes each, as
-- tlog.StoredHashIndex numbers them. payload: the sealed bytes, NULL once purged. private: the private part.
CREATE TABLE entry (
	sequence INTEGER PRIMARY KEY CHECK (sequence >= 0),
	hashes   BLOB NOT NULL,
	payload  BLOB,
	private  BLOB
) STRICT;

-- What is now true. Times are microseconds since 1970 UTC, NULL where there is none.
CREATE TABLE occupant (
	zone       TEXT NOT NULL,
	person     TEXT NOT NULL,
	since      INTEGER,
	mono       INTEGER NOT NULL,
	boot       TEXT NOT NULL,
	inside     INTEGER NOT NULL,
	assumed    INTEGER NOT NULL,
	unverified INTEGER NOT NULL,
	PRIMARY KEY (zone, person)
) STRICT, WITHOUT ROWID;

CREATE TABLE open_grant (
	id         TEXT PRIMARY KEY,
	door       TEXT NOT NULL,
	direction  INTEGER NOT NULL,
	person     TEXT NOT NULL,
	credential TEXT NOT NULL,
	pending    INTEGER NOT NULL,
	waiting    TEXT NOT NULL,
	at         INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE tries (
	credential    TEXT PRIMARY KEY,
	wrong         INTEGER NOT NULL,
	blocked_until INTEGER,
	blocked       INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE mode (
	door    TEXT PRIMARY KEY,
	mode    TEXT NOT NULL,
	until   INTEGER,
	account TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE alarm (
	id           TEXT PRIMARY KEY,
	type         TEXT NOT NULL,
	door         TEXT NOT NULL,
	severity     TEXT NOT NULL,
	raised       INTEGER,
	acknowledged INTEGER,
	account      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The roster lies here in generations. state: staging, ready, current, old. edits counts the single changes made to it,
-- base and base_edits say on what a staged one was built.
CREATE TABLE generation (
	number     INTEGER PRIMARY KEY AUTOINCREMENT,
	state      TEXT NOT NULL,
	edits      INTEGER NOT NULL DEFAULT 0,
	base       INTEGER NOT NULL,
	base_edits INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX generation_current ON generation (state) WHERE state = 'current';
INSERT INTO generation (state, base, base_edits) VALUES ('current', 0, 0);

CREATE TABLE person (
	generation  INTEGER NOT NULL,
	id          TEXT NOT NULL,
	kind        INTEGER NOT NULL,
	name        TEXT NOT NULL,
	reading     TEXT NOT NULL,
	affiliation TEXT NOT NULL,
	PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE incumbency (
	generation INTEGER NOT NULL,
	person     TEXT NOT NULL,
	post       TEXT NOT NULL,
	begins     INTEGER NOT NULL,
	ends       INTEGER NOT NULL,
	PRIMARY KEY (generation, person, post, begins)
) STRICT, WITHOUT ROWID;

CREATE TABLE belonging (
	generation INTEGER NOT NULL,
	person     TEXT NOT NULL,
	section    TEXT NOT NULL,
	begins     INTEGER NOT NULL,
	ends       INTEGER NOT NULL,
	PRIMARY KEY (generation, person, section, begins)
) STRICT, WITHOUT ROWID;

CREATE TABLE finding (
	generation INTEGER NOT NULL,
	person     TEXT NOT NULL,
	begins     INTEGER NOT NULL,
	ends       INTEGER NOT NULL,
	PRIMARY KEY (generation, person, begins)
) STRICT, WITHOUT ROWID;

CREATE TABLE credential (
	generation INTEGER NOT NULL,
	id         TEXT NOT NULL,
	person     TEXT NOT NULL,
	format     TEXT NOT NULL,
	card       BLOB NOT NULL CHECK (length(card) = 32),
	state      INTEGER NOT NULL,
	pin        BLOB,
	duress     BLOB,
	extended   INTEGER NOT NULL,
	schedule   TEXT NOT NULL,
	begins     INTEGER NOT NULL,
	ends       INTEGER NOT NULL,
	PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX credential_card ON credential (generation, card);

-- hours: eight lists (Sunday to Saturday, then public holidays) of minutes as JSON.
CREATE TABLE schedule (
	generation INTEGER NOT NULL,
	id         TEXT NOT NULL,
	hours      TEXT NOT NULL,
	PRIMARY KEY (generation, id)
) STRICT, WITHOUT ROWID;

CREATE TABLE holiday (
	generation INTEGER NOT NULL,
	day        INTEGER NOT NULL, -- 20260429
	working    INTEGER NOT NULL,
	PRIMARY KEY (generation, day)
) STRICT, WITHOUT ROWID;

-- +goose Down

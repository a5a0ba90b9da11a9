-- +goose Up

-- The register (入退室管理簿). line: the fiscal year that the line's number is of, times 10^9, plus the number, so that a
-- year's book is a range and a new line goes behind the last. What every line has is a column, what only some have is in
-- more (JSON, NULL where there is nothing). ends: the fiscal year of Japan that the later of entry and exit belongs to,
-- from which retention counts; NULL while the line is open. Names are in no index: a deleted row leaves nothing behind.
CREATE TABLE visit (
	line        INTEGER PRIMARY KEY,
	zone        TEXT NOT NULL,
	person      TEXT NOT NULL,
	name        TEXT NOT NULL,
	reading     TEXT NOT NULL,
	affiliation TEXT NOT NULL,
	class       TEXT NOT NULL,
	credential  TEXT NOT NULL,
	entered     INTEGER,
	"left"      INTEGER,
	left_how    TEXT NOT NULL,
	ends        INTEGER,
	permit      TEXT NOT NULL,
	consent     TEXT NOT NULL,
	purpose     TEXT NOT NULL,
	assumed     INTEGER NOT NULL,
	late        INTEGER NOT NULL,
	more        TEXT
) STRICT;
CREATE INDEX visit_entered ON visit (entered);
CREATE INDEX visit_person ON visit (person, entered);
CREATE INDEX visit_permit ON visit (permit) WHERE permit != '';
-- What a start needs: open lines, and those that wait for a consent.
CREATE INDEX visit_waiting ON visit (zone) WHERE "left" IS NULL OR consent IN ('requested', 'withheld', 'missing');
-- The few lines of more than a day: with them, who was inside at an instant is among the entries of the day before it.
CREATE INDEX visit_long ON visit (entered) WHERE "left" - entered > 86400000000;

-- begins and ends as in the roster: -2^63 is an open side.
CREATE TABLE permit (
	id     TEXT PRIMARY KEY,
	zone   TEXT NOT NULL,
	state  INTEGER NOT NULL,
	begins INTEGER NOT NULL,
	ends   INTEGER NOT NULL,
	body   TEXT NOT NULL
) STRICT;

-- Emergency entries (緊急入室).
CREATE TABLE emergency (
	id        TEXT PRIMARY KEY,
	zone      TEXT NOT NULL,
	entered   INTEGER,
	"left"    INTEGER,
	completed INTEGER,
	body      TEXT NOT NULL
) STRICT;
CREATE INDEX emergency_entered ON emergency (entered);
CREATE INDEX emergency_open ON emergency (id) WHERE completed IS NULL;

-- The last number given out of a kind in a fiscal year. It outlives what it numbered.
CREATE TABLE number (
	kind TEXT NOT NULL,
	year INTEGER NOT NULL,
	last INTEGER NOT NULL,
	PRIMARY KEY (kind, year)
) STRICT, WITHOUT ROWID;

CREATE TABLE document (
	kind TEXT NOT NULL,
	id   TEXT NOT NULL,
	body BLOB,
	PRIMARY KEY (kind, id)
) STRICT;

-- +goose Down

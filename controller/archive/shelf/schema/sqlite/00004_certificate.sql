-- +goose Up
-- Every certificate that was issued, for good: whom the brokers let in, until when, and whom no more. Times are seconds
-- since 1970.
CREATE TABLE certificate (
	serial  TEXT PRIMARY KEY,
	role    TEXT NOT NULL,
	site    TEXT NOT NULL,
	name    TEXT NOT NULL,
	issued  INTEGER NOT NULL,
	expires INTEGER NOT NULL,
	revoked INTEGER NOT NULL DEFAULT 0, -- 0: it is not
	warned  INTEGER NOT NULL DEFAULT 0  -- the record says that it is about to run out
) STRICT;
CREATE INDEX certificate_name ON certificate (site, name);

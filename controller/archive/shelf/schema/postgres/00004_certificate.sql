-- +goose Up
-- Every certificate that was issued, for good: whom the brokers let in, until when, and whom no more. Times are seconds
-- since 1970.
CREATE TABLE certificate (
	serial  TEXT PRIMARY KEY,
	role    TEXT NOT NULL,
	site    TEXT NOT NULL,
	name    TEXT NOT NULL,
	issued  BIGINT NOT NULL,
	expires BIGINT NOT NULL,
	revoked BIGINT NOT NULL DEFAULT 0, -- 0: it is not
	warned  BIGINT NOT NULL DEFAULT 0  -- the record says that it is about to run out
);
CREATE INDEX certificate_name ON certificate (site, name);

-- +goose Up
-- How controllers say that they are, and central logs too: hints, kept so that kidobanlog status can tell. Times are
-- milliseconds since 1970, by the clock of the central log that heard it; 0 = never.
CREATE TABLE health (
	controller TEXT PRIMARY KEY,           -- kidoban/<site>/<controller>
	status     BLOB,                       -- the last message on its status topic
	status_at  INTEGER NOT NULL DEFAULT 0,
	head       INTEGER NOT NULL DEFAULT 0, -- entries that its last checkpoint covers
	head_at    INTEGER NOT NULL DEFAULT 0  -- when a fresh one came
) STRICT;

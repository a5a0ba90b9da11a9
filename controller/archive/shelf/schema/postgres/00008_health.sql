-- +goose Up
-- How controllers say that they are, and central logs too: hints, kept so that kidobanlog status can tell. Times are
-- milliseconds since 1970, by the clock of the central log that heard it; 0 = never.
CREATE TABLE health (
	controller TEXT PRIMARY KEY,           -- kidoban/<site>/<controller>
	status     BYTEA,                      -- the last message on its status topic
	status_at  BIGINT NOT NULL DEFAULT 0,
	head       BIGINT NOT NULL DEFAULT 0,  -- entries that its last checkpoint covers
	head_at    BIGINT NOT NULL DEFAULT 0   -- when a fresh one came
);

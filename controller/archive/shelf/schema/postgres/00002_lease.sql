-- +goose Up
-- Which central log adds to whose journals. With SQLite one process does all; the tables are there all the same.
CREATE TABLE instance (
	name    TEXT PRIMARY KEY,
	session TEXT NOT NULL,    -- of the process that runs under the name
	until   BIGINT NOT NULL   -- ms; later it counts as dead
);
CREATE TABLE lease (
	controller TEXT PRIMARY KEY,          -- kidoban/<site>/<controller>; '+' is whoever is not accepted
	holder     TEXT NOT NULL DEFAULT '',  -- an instance, which has it while it lives
	token      BIGINT NOT NULL DEFAULT 0 -- grows each time that the holder changes
);
INSERT INTO lease (controller) SELECT DISTINCT substr(origin, 1, length(origin) - 9) FROM journal;
INSERT INTO lease (controller) VALUES ('+');
-- Written by a central log itself: nothing of it comes by MQTT.
ALTER TABLE journal ADD COLUMN own BIGINT NOT NULL DEFAULT 0;

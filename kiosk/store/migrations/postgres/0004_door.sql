-- What is known of the time before the ticket.
ALTER TABLE tickets ADD COLUMN door_at BIGINT;

CREATE TABLE arrivals (
    hall  TEXT   NOT NULL,
    seq   BIGINT NOT NULL,
    day   TEXT   NOT NULL,
    at    BIGINT NOT NULL,
    door  TEXT   NOT NULL,
    count BIGINT NOT NULL,
    PRIMARY KEY (hall, seq)
);
CREATE INDEX arrivals_by_day ON arrivals (hall, day, at);

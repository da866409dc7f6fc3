-- The log itself. `digest` chains each row to the one before it (kiosk/store/chain.py).
CREATE TABLE events (
    hall    TEXT    NOT NULL,
    seq     BIGINT  NOT NULL,
    at      BIGINT  NOT NULL,   -- ms since the Unix epoch
    day     TEXT    NOT NULL,   -- business day, YYYY-MM-DD
    actor   TEXT    NOT NULL,
    type    TEXT    NOT NULL,
    payload BYTEA   NOT NULL,
    key     BYTEA,               -- idempotency key of the request behind it
    digest  BYTEA   NOT NULL,
    PRIMARY KEY (hall, seq)
);
CREATE INDEX events_by_day ON events (hall, day, seq);
CREATE INDEX events_configured ON events (hall, seq) WHERE type = 'hall_configured';

-- What requests with an idempotency key were told; purged after two days.
CREATE TABLE answers (
    hall    TEXT    NOT NULL,
    key     BYTEA   NOT NULL,
    request BYTEA   NOT NULL,
    at      BIGINT  NOT NULL,
    status  BIGINT  NOT NULL,
    body    BYTEA   NOT NULL,
    PRIMARY KEY (hall, key)
);
CREATE INDEX answers_by_age ON answers (at);

-- Personal data, encrypted; never part of the log.
CREATE TABLE people (
    hall     TEXT    NOT NULL,
    subject  TEXT    NOT NULL,
    sealed   BYTEA   NOT NULL,
    id_match BYTEA,
    expires  BIGINT  NOT NULL,
    PRIMARY KEY (hall, subject)
);
CREATE INDEX people_by_match ON people (hall, id_match) WHERE id_match IS NOT NULL;
CREATE INDEX people_by_age ON people (expires);

-- Counts restores, so that a server notices that the log beneath it is another one.
CREATE TABLE epoch (number BIGINT  NOT NULL);
INSERT INTO epoch (number) VALUES (1);

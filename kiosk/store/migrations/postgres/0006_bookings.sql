-- Appointments, each with what became of it.
CREATE TABLE bookings (
    hall       TEXT NOT NULL,
    id         TEXT NOT NULL,
    day        TEXT NOT NULL,
    code       TEXT NOT NULL,
    made_at    BIGINT NOT NULL,
    start_at   BIGINT NOT NULL,
    end_at     BIGINT NOT NULL,
    service    TEXT NOT NULL,
    group_id   TEXT NOT NULL,
    services   TEXT NOT NULL,
    channel    TEXT NOT NULL,
    state      TEXT NOT NULL,
    moved      BIGINT NOT NULL,
    overbooked TEXT,
    settled_at BIGINT,
    reason     TEXT,
    ticket     TEXT,
    PRIMARY KEY (hall, id)
);
CREATE INDEX bookings_by_day ON bookings (hall, day, start_at);

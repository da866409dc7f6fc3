-- Tables made from the log (kiosk/store/rows.py); `kiosk rebuild` makes them again.
-- A row is updated several times on its day: the space left in a page lets that happen in place,
-- without touching the indexes.
CREATE TABLE days (
    hall      TEXT    NOT NULL,
    day       TEXT    NOT NULL,
    first_seq BIGINT  NOT NULL,
    last_seq  BIGINT  NOT NULL,
    events    BIGINT  NOT NULL,
    closed    BIGINT  NOT NULL,
    seal      BYTEA   NOT NULL,
    PRIMARY KEY (hall, day)
) WITH (fillfactor = 50);
CREATE INDEX days_open ON days (hall, day) WHERE closed = 0;

CREATE TABLE tickets (
    hall            TEXT    NOT NULL,
    id              TEXT    NOT NULL,
    day             TEXT    NOT NULL,
    number          TEXT    NOT NULL,
    priority        TEXT    NOT NULL,
    channel         TEXT    NOT NULL,
    language        TEXT    NOT NULL,
    state           TEXT    NOT NULL,
    issued_at       BIGINT  NOT NULL,
    first_called_at BIGINT,
    called_at       BIGINT,
    started_at      BIGINT,
    finished_at     BIGINT,
    window_id       TEXT,
    staff           TEXT,
    ahead           BIGINT  NOT NULL,
    low_s           BIGINT,
    median_s        BIGINT,
    high_s          BIGINT,
    calls           BIGINT  NOT NULL,
    recalls         BIGINT  NOT NULL,
    reason          TEXT,
    PRIMARY KEY (hall, id)
) WITH (fillfactor = 70);
CREATE INDEX tickets_by_day ON tickets (hall, day, issued_at);

CREATE TABLE legs (
    hall            TEXT    NOT NULL,
    ticket          TEXT    NOT NULL,
    leg             BIGINT  NOT NULL,
    day             TEXT    NOT NULL,
    place           BIGINT  NOT NULL,
    is_current      BIGINT  NOT NULL,
    service         TEXT    NOT NULL,
    group_id        TEXT    NOT NULL,
    bound           TEXT,
    state           TEXT    NOT NULL,
    waiting_since   BIGINT,
    first_called_at BIGINT,
    called_at       BIGINT,
    started_at      BIGINT,
    finished_at     BIGINT,
    service_ms      BIGINT  NOT NULL,
    window_id       TEXT,
    staff           TEXT,
    outcome         TEXT,
    PRIMARY KEY (hall, ticket, leg)
) WITH (fillfactor = 70);
CREATE INDEX legs_by_day ON legs (hall, day);

CREATE TABLE calls (
    hall       TEXT    NOT NULL,
    seq        BIGINT  NOT NULL,
    day        TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    ticket     TEXT    NOT NULL,
    number     TEXT    NOT NULL,
    window_id  TEXT    NOT NULL,
    staff      TEXT,
    code       TEXT    NOT NULL,
    rule       TEXT    NOT NULL,
    group_id   TEXT    NOT NULL,
    priority   TEXT    NOT NULL,
    waited_s   BIGINT  NOT NULL,
    points     DOUBLE PRECISION    NOT NULL,
    lead       DOUBLE PRECISION    NOT NULL,
    over_cap_s BIGINT  NOT NULL,
    ahead_of   BIGINT  NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (hall, seq)
);
CREATE INDEX calls_by_day ON calls (hall, day, seq);

CREATE TABLE window_times (
    hall      TEXT    NOT NULL,
    window_id TEXT    NOT NULL,
    seq       BIGINT  NOT NULL,
    day       TEXT    NOT NULL,
    state     TEXT    NOT NULL,
    staff     TEXT,
    reason    TEXT,
    from_at   BIGINT  NOT NULL,
    until_at  BIGINT,
    PRIMARY KEY (hall, window_id, seq)
);
CREATE INDEX window_times_by_day ON window_times (hall, day);
CREATE INDEX window_times_open ON window_times (hall, window_id) WHERE until_at IS NULL;

CREATE TABLE ratings (
    hall       TEXT    NOT NULL,
    ticket     TEXT    NOT NULL,
    day        TEXT    NOT NULL,
    at         BIGINT  NOT NULL,
    score      BIGINT  NOT NULL,
    dimensions TEXT    NOT NULL,   -- JSON object
    service    TEXT    NOT NULL,
    group_id   TEXT    NOT NULL,
    window_id  TEXT,
    staff      TEXT,
    PRIMARY KEY (hall, ticket)
);
CREATE INDEX ratings_by_day ON ratings (hall, day);

CREATE TABLE prints (
    hall         TEXT    NOT NULL,
    ticket       TEXT    NOT NULL,
    copy         BIGINT  NOT NULL,
    day          TEXT    NOT NULL,
    printer      TEXT    NOT NULL,
    requested_at BIGINT  NOT NULL,
    expires      BIGINT  NOT NULL,
    sending_at   BIGINT,
    settled_at   BIGINT,
    outcome      TEXT,
    detail       TEXT,
    PRIMARY KEY (hall, ticket, copy)
) WITH (fillfactor = 70);
CREATE INDEX prints_by_day ON prints (hall, day);

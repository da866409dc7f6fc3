-- Who may do what. Secrets are kept as hashes only.
CREATE TABLE keys (
    id          TEXT    NOT NULL PRIMARY KEY,
    role        TEXT    NOT NULL,
    hall        TEXT,               -- NULL: every hall
    name        TEXT    NOT NULL,
    secret_hash BYTEA   NOT NULL UNIQUE,
    created     BIGINT  NOT NULL,
    revoked     BIGINT 
);

CREATE TABLE accounts (
    name         TEXT    NOT NULL PRIMARY KEY,
    password     TEXT    NOT NULL,  -- argon2, in its own notation
    roles        TEXT    NOT NULL,  -- JSON array
    halls        TEXT    NOT NULL,  -- JSON array; empty: every hall
    failed       BIGINT  NOT NULL DEFAULT 0,
    locked_until BIGINT  NOT NULL DEFAULT 0,
    disabled     BIGINT  NOT NULL DEFAULT 0,
    created      BIGINT  NOT NULL
);

CREATE TABLE sessions (
    secret_hash BYTEA   NOT NULL PRIMARY KEY,
    account     TEXT    NOT NULL,
    created     BIGINT  NOT NULL,
    last_seen   BIGINT  NOT NULL,
    expires     BIGINT  NOT NULL
);
CREATE INDEX sessions_by_account ON sessions (account);
CREATE INDEX sessions_by_age ON sessions (expires);

CREATE TABLE devices (
    id          TEXT    NOT NULL PRIMARY KEY,
    kind        TEXT    NOT NULL,
    hall        TEXT,               -- NULL until it is approved
    name        TEXT    NOT NULL,
    code        TEXT    UNIQUE,     -- shown by the device; NULL once approved
    secret_hash BYTEA   NOT NULL UNIQUE,
    key_id      TEXT,
    settings    TEXT    NOT NULL,   -- JSON object
    created     BIGINT  NOT NULL,
    expires     BIGINT  NOT NULL,
    approved    BIGINT,
    last_seen   BIGINT 
);

-- Which screens are connected to which node. A node that counts its beats no more is gone; nothing
-- here is worth a flush to the disk, or anything after a crash.
CREATE UNLOGGED TABLE presence (
    hall     TEXT    NOT NULL,
    node     TEXT    NOT NULL,
    beat     BIGINT  NOT NULL,
    revision BIGINT  NOT NULL,   -- counts changes of `state`
    state    BYTEA   NOT NULL,   -- JSON
    PRIMARY KEY (hall, node)
) WITH (fillfactor = 50);

-- name: put_presence
INSERT INTO presence (hall, node, beat, revision, state) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hall, node) DO UPDATE
SET beat = excluded.beat, revision = excluded.revision, state = excluded.state

-- name: beat_presence
UPDATE presence SET beat = $2 WHERE node = $1

-- name: presence
SELECT hall, node, beat, revision FROM presence

-- name: presence_state
SELECT state FROM presence WHERE hall = $1 AND node = $2

-- name: drop_presence
DELETE FROM presence WHERE hall = $1 AND node = $2

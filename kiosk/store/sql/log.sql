-- name: heads
SELECT w_hall, epoch.number, last.seq, last.digest
FROM {members} AS wanted CROSS JOIN epoch LEFT JOIN events last ON last.hall = w_hall
    AND last.seq = (SELECT MAX(seq) FROM events WHERE hall = w_hall)

-- name: head
SELECT epoch.number, last.seq, last.at FROM epoch LEFT JOIN (
    SELECT seq, at FROM events WHERE hall = $1 ORDER BY seq DESC LIMIT 1
) last ON 1 = 1

-- name: epoch
SELECT number FROM epoch

-- name: behind
SELECT w_hall FROM {pairs} AS wanted
WHERE EXISTS (SELECT 1 FROM events WHERE hall = w_hall AND seq > CAST(w_id AS BIGINT))

-- name: insert_event
INSERT INTO events (hall, seq, at, day, actor, type, payload, key, digest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)

-- name: insert_answer
INSERT INTO answers (hall, key, request, at, status, body) VALUES ($1, $2, $3, $4, $5, $6)

-- name: upsert_person
INSERT INTO people (hall, subject, sealed, id_match, expires) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (hall, subject) DO UPDATE
SET sealed = excluded.sealed, id_match = excluded.id_match, expires = excluded.expires

-- name: halls
WITH RECURSIVE found (hall) AS (
    SELECT MIN(hall) FROM events
    UNION ALL
    SELECT (SELECT MIN(hall) FROM events WHERE hall > found.hall) FROM found
    WHERE found.hall IS NOT NULL
)
SELECT hall FROM found WHERE hall IS NOT NULL

-- name: load_from
SELECT MAX(seq) FROM events WHERE hall = $1 AND type = 'hall_configured' AND seq <= COALESCE(
    (SELECT MIN(first_seq) FROM days WHERE hall = $1 AND closed = 0),
    9223372036854775807
)

-- name: load_entries
SELECT hall, seq, at, day, actor, payload, key FROM events
WHERE hall = $1 AND type = 'hall_configured' AND seq >= $2
UNION ALL
SELECT e.hall, e.seq, e.at, e.day, e.actor, e.payload, e.key
FROM days CROSS JOIN events e
WHERE days.hall = $1 AND days.closed = 0
    AND e.hall = $1 AND e.day = days.day AND e.type <> 'hall_configured'
ORDER BY seq

-- name: remembered_keys
SELECT key FROM answers WHERE hall = $1

-- name: entries_after
SELECT hall, seq, at, day, actor, payload, key FROM events
WHERE hall = $1 AND seq > $2 ORDER BY seq LIMIT $3

-- name: day_entries_after
SELECT hall, seq, at, day, actor, payload, key FROM events
WHERE hall = $1 AND day = $4 AND seq > $2 ORDER BY seq LIMIT $3

-- name: configured_after
SELECT hall, seq, at, day, actor, payload, key FROM events
WHERE hall = $1 AND type = 'hall_configured' AND seq > $2 ORDER BY seq LIMIT $3

-- name: day_ends
SELECT hall, MAX(last_seq) FROM days GROUP BY hall

-- name: rows_after
SELECT hall, seq, at, day, actor, type, payload, key, digest FROM events
WHERE hall = $1 AND seq > $2 ORDER BY seq LIMIT $3

-- name: answer
SELECT hall, key, request, at, status, body FROM answers WHERE hall = $1 AND key = $2

-- name: person
SELECT hall, subject, sealed, id_match, expires FROM people WHERE hall = $1 AND subject = $2

-- name: people_by_match
SELECT hall, subject, sealed, id_match, expires FROM people WHERE hall = $1 AND id_match = $2

-- name: purge_answers
DELETE FROM answers WHERE {oldest}

-- name: purge_people
DELETE FROM people WHERE expires <= $1

-- name: people_after
SELECT hall, subject, sealed FROM people WHERE (hall, subject) > ($1, $2)
ORDER BY hall, subject LIMIT $3

-- name: reseal_person
UPDATE people SET sealed = $4 WHERE hall = $1 AND subject = $2 AND sealed = $3

-- name: facts
SELECT t.id, t.day, t.priority, t.channel, t.state, t.reason, t.issued_at, l.leg, l.service,
    l.group_id, l.state, l.window_id, l.staff, l.waiting_since, l.first_called_at, l.service_ms
FROM tickets t JOIN legs l ON l.hall = t.hall AND l.ticket = t.id
WHERE t.hall = $1 AND t.day = $2

-- name: spans
SELECT window_id, staff, state, from_at, until_at, reason
FROM window_times WHERE hall = $1 AND day = $2

-- name: outcomes
SELECT t.issued_at, MIN(l.first_called_at), t.low_s, t.median_s, t.high_s
FROM tickets t JOIN legs l ON l.hall = t.hall AND l.ticket = t.id
WHERE t.hall = $1 AND t.day >= $2 AND t.day <= $3
    AND t.median_s IS NOT NULL AND l.first_called_at IS NOT NULL
GROUP BY t.hall, t.id, t.issued_at, t.low_s, t.median_s, t.high_s
ORDER BY t.issued_at, t.id

-- name: days_between
SELECT hall, day, first_seq, last_seq, events, closed, seal FROM days
WHERE hall = $1 AND day >= $2 AND day <= $3 ORDER BY day

-- name: find_tickets
SELECT id FROM tickets
WHERE hall = $1 AND day >= $2 AND day <= $3 AND ($4 = '' OR state = $4)
    AND ($5 = '' OR number = $5)
ORDER BY issued_at DESC, id DESC LIMIT $6

-- name: day_events
SELECT hall, seq, at, day, actor, type, payload, digest FROM events
WHERE hall = $1 AND day = $2 AND seq > $3 ORDER BY seq LIMIT $4

-- name: day_arrivals
SELECT at, count FROM arrivals WHERE hall = $1 AND day = $2 ORDER BY at

-- name: day_taken
SELECT issued_at, door_at FROM tickets
WHERE hall = $1 AND day = $2 AND (channel = 'kiosk' OR door_at IS NOT NULL)
ORDER BY issued_at

-- name: door_share
SELECT COALESCE(SUM(arrived), 0), COALESCE(SUM(taken), 0) FROM (
    SELECT SUM(a.count) AS arrived, (
        SELECT COUNT(*) FROM tickets t
        WHERE t.hall = a.hall AND t.day = a.day AND (t.channel = 'kiosk' OR t.door_at IS NOT NULL)
    ) AS taken
    FROM arrivals a WHERE a.hall = $1 AND a.day >= $2 AND a.day < $3 GROUP BY a.hall, a.day
) AS days

-- name: booking_fates
SELECT group_id, state, COUNT(*) FROM bookings
WHERE hall = $1 AND day >= $2 AND day <= $3 GROUP BY group_id, state ORDER BY group_id, state

-- name: service_lengths
SELECT l.service, COUNT(*), AVG(l.service_ms)
FROM tickets t JOIN legs l ON l.hall = t.hall AND l.ticket = t.id
WHERE t.hall = $1 AND t.day >= $2 AND t.day <= $3 AND l.state = 'done' AND l.service_ms > 0
GROUP BY l.service ORDER BY l.service

-- name: turns
SELECT c.code, c.priority, c.passed, COALESCE(l.service_ms, 0)
FROM calls c LEFT JOIN legs l ON l.hall = c.hall AND l.ticket = c.ticket AND l.called_at = c.at
WHERE c.hall = $1 AND c.day >= $2 AND c.day <= $3 ORDER BY c.seq

-- name: transferred
SELECT l.ticket, t.number, l.day, l.group_id, l.state, l.bound
FROM tickets t JOIN legs l ON l.hall = t.hall AND l.ticket = t.id
WHERE t.hall = $1 AND t.day >= $2 AND t.day <= $3 AND EXISTS (
    SELECT 1 FROM legs x WHERE x.hall = l.hall AND x.ticket = l.ticket AND x.state = 'transferred'
)
ORDER BY l.ticket, l.leg

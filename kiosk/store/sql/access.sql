-- name: insert_key
INSERT INTO keys (id, role, hall, name, secret_hash, created, revoked)
VALUES ($1, $2, $3, $4, $5, $6, $7)

-- name: key_by_secret
SELECT id, role, hall, name, secret_hash, created, revoked FROM keys
WHERE secret_hash = $1 AND revoked IS NULL

-- name: keys
SELECT id, role, hall, name, secret_hash, created, revoked FROM keys ORDER BY created, id

-- name: revoke_key
UPDATE keys SET revoked = $2 WHERE id = $1 AND revoked IS NULL

-- name: upsert_account
INSERT INTO accounts (name, password, roles, halls, failed, locked_until, disabled, created)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT (name) DO UPDATE SET password = excluded.password, roles = excluded.roles,
    halls = excluded.halls, failed = excluded.failed, locked_until = excluded.locked_until,
    disabled = excluded.disabled

-- name: account
SELECT name, password, roles, halls, failed, locked_until, disabled, created FROM accounts
WHERE name = $1

-- name: accounts
SELECT name, password, roles, halls, failed, locked_until, disabled, created FROM accounts
ORDER BY name

-- name: delete_account
DELETE FROM accounts WHERE name = $1

-- name: log_in_failed
UPDATE accounts SET failed = CASE WHEN failed + 1 >= $3 THEN 0 ELSE failed + 1 END,
    locked_until = CASE WHEN failed + 1 >= $3 THEN $2 ELSE locked_until END
WHERE name = $1

-- name: log_in_worked
UPDATE accounts SET failed = 0, locked_until = 0
WHERE name = $1 AND (failed <> 0 OR locked_until <> 0)

-- name: insert_session
INSERT INTO sessions (secret_hash, account, created, last_seen, expires)
VALUES ($1, $2, $3, $4, $5)

-- name: session
SELECT secret_hash, account, created, last_seen, expires FROM sessions
WHERE secret_hash = $1 AND expires > $2

-- name: touch_session
UPDATE sessions SET last_seen = $2, expires = $3 WHERE secret_hash = $1

-- name: end_session
DELETE FROM sessions WHERE secret_hash = $1

-- name: end_sessions_of
DELETE FROM sessions WHERE account = $1

-- name: purge_sessions
DELETE FROM sessions WHERE expires <= $1

-- name: insert_device
INSERT INTO devices (id, kind, hall, name, code, secret_hash, key_id, settings, created, expires,
    approved, last_seen)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)

-- name: device
SELECT id, kind, hall, name, code, secret_hash, key_id, settings, created, expires, approved,
    last_seen
FROM devices WHERE id = $1

-- name: device_by_code
SELECT id, kind, hall, name, code, secret_hash, key_id, settings, created, expires, approved,
    last_seen
FROM devices WHERE code = $1 AND expires > $2

-- name: device_by_secret
SELECT id, kind, hall, name, code, secret_hash, key_id, settings, created, expires, approved,
    last_seen
FROM devices WHERE secret_hash = $1

-- name: devices
SELECT id, kind, hall, name, code, secret_hash, key_id, settings, created, expires, approved,
    last_seen
FROM devices ORDER BY created, id

-- name: approve_device
UPDATE devices SET hall = $3, name = $4, key_id = $5, settings = $6, approved = $7, code = NULL
WHERE code = $1 AND expires > $2 AND approved IS NULL

-- name: configure_device
UPDATE devices SET name = $2, settings = $3 WHERE id = $1

-- name: see_device
UPDATE devices SET last_seen = $2 WHERE id = $1

-- name: delete_device
DELETE FROM devices WHERE id = $1

-- name: purge_devices
DELETE FROM devices WHERE approved IS NULL AND expires <= $1

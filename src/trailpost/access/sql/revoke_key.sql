update ingest_keys
set revoked_at = coalesce(revoked_at, now())
where key = %(key)s

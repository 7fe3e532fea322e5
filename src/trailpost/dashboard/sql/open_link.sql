-- Says what it shows, and counts, only while it is open to anybody.
update share_links set opened = opened + 1, opened_at = %(now)s::timestamptz
where token_hash = %(token_hash)s::bytea and revoked_at is null
  and expires_at > %(now)s::timestamptz
returning section, query, expires_at

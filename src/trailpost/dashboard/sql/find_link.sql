-- What it shows while it is open to anybody; counts no visit.
select section, query, expires_at from share_links
where token_hash = %(token_hash)s::bytea and revoked_at is null
  and expires_at > %(now)s::timestamptz

update share_links set revoked_at = %(now)s::timestamptz
where id = %(id)s::bigint and revoked_at is null

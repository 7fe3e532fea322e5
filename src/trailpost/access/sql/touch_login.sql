update logins
set seen_at = %(now)s, expires_at = %(expires_at)s
where token_hash = %(token_hash)s

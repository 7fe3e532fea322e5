insert into logins (token_hash, user_id, csrf, created_at, seen_at, expires_at)
values (%(token_hash)s, %(user_id)s, %(csrf)s, %(now)s, %(now)s, %(expires_at)s)

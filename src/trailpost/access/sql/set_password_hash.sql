update users
set password_hash = %(password_hash)s, password_set_at = now()
where id = %(user_id)s

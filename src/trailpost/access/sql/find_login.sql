select u.id, u.email, u.name, u.role, l.csrf, l.created_at, l.seen_at
from logins l
join users u on u.id = l.user_id
where l.token_hash = %(token_hash)s and l.expires_at > %(now)s

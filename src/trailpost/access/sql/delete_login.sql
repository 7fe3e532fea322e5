delete from logins where token_hash = %(token_hash)s

delete from logins where user_id = %(user_id)s

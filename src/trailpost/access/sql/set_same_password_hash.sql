-- The same password hashed anew, unless another password was set meanwhile.
update users
set password_hash = %(password_hash)s
where id = %(user_id)s and password_hash = %(old_hash)s

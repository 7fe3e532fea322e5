-- Nothing comes back when the e-mail is taken.
insert into users (email, name, password_hash, role)
values (%(email)s, %(name)s, %(password_hash)s, %(role)s)
on conflict (lower(email)) do nothing
returning id

-- Nothing comes back when the slug is taken.
insert into projects (slug, name, time_zone, allowed_origins, secret)
values (%(slug)s, %(name)s, %(time_zone)s, %(allowed_origins)s, %(secret)s)
on conflict (slug) do nothing
returning id, slug, name, time_zone, allowed_origins, secret

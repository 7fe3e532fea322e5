-- Holds other starts off until this one has made the project's key and the administrator.
select id, slug, name, time_zone, allowed_origins, secret
from projects
where slug = %(slug)s
for update

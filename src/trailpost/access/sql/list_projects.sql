select id, slug, name, time_zone, allowed_origins, secret
from projects
order by id

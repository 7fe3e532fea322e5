select id, slug, time_zone from projects where slug = %(slug)s::text

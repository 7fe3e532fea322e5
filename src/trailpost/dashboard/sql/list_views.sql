select id, name, section, query from saved_views where user_id = %(user_id)s::bigint order by name

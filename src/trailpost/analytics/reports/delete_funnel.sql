delete from funnels where project_id = %(project_id)s::int and slug = %(slug)s::text

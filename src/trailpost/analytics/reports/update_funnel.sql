update funnels
set name = %(name)s::text, steps = %(steps)s::jsonb, updated_at = %(now)s::timestamptz
where project_id = %(project_id)s::int and slug = %(slug)s::text

delete from configured_sessions where project_id = %(project_id)s::int and date = %(date)s::date

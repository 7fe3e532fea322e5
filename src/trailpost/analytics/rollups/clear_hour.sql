delete from hour_analytics
where project_id = %(project_id)s::int and starts_at = %(start)s::timestamptz

delete from span_analytics
where project_id = %(project_id)s::int and kind = %(kind)s::text
  and starts_at = %(start)s::timestamptz

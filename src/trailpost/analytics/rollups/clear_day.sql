-- All that is kept of a day but what cannot be made again.
delete from daily_analytics
where project_id = %(project_id)s::int and date = %(date)s::date
  and metric_type <> all (%(but)s::text[])

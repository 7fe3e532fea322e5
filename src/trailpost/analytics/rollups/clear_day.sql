delete from daily_analytics where project_id = %(project_id)s::int and date = %(date)s::date

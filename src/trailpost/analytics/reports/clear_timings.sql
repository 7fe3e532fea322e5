delete from timing_days where project_id = %(project_id)s::int and date = %(date)s::date

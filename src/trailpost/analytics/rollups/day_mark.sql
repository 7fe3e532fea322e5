-- How often the day was marked, in this transaction's moment.
select marked from closed_days where project_id = %(project_id)s::int and date = %(date)s::date

-- How often the hour was marked, in this transaction's moment.
select marked from closed_hours
where project_id = %(project_id)s::int and starts_at = %(start)s::timestamptz

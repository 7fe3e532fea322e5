-- All that is kept of the configured sessions of one local day.
with sessions as (
    delete from configured_sessions
    where project_id = %(project_id)s::int and date = %(date)s::date
),
prices as (
    delete from configured_prices
    where project_id = %(project_id)s::int and date = %(date)s::date
)
delete from abandoned_days where project_id = %(project_id)s::int and date = %(date)s::date

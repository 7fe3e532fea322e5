-- What the visitors of one local day left or took later, by its sessions kept just before.
insert into abandoned_days (
    project_id, date, is_bot, left_visitors, left_cents, recovered_visitors, recovered_cents,
    last_activity)
select %(project_id)s::int, %(date)s::date, o.is_bot,
    count(*) filter (where not o.is_recovered),
    coalesce(sum(o.price_cents) filter (where not o.is_recovered), 0),
    count(*) filter (where o.is_recovered),
    coalesce(sum(o.price_cents) filter (where o.is_recovered), 0),
    max(o.last_activity) filter (where not o.is_recovered)
from visitor_outcomes(
    %(project_id)s::int, '{}', array[%(date)s::date], '{}', '{}', true, '{}') o
group by o.is_bot

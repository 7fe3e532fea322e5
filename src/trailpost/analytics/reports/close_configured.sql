-- The configured sessions of one local day, each and counted; and on this and on other days it is
-- noted who came on both, which holds because days are closed one after the other. By price: a
-- bin of a day is then on few pages.
with day as materialized (
    select c.*
    from configured_in(
        %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz, true, '{}') c
),
returning_visitors as materialized (
    select distinct day.visitor
    from day
    cross join lateral (
        select from configured_sessions c
        where c.project_id = %(project_id)s::int and c.visitor = day.visitor
          and c.date <> %(date)s::date
        limit 1
    ) as other
),
sessions as (
    insert into configured_sessions (
        project_id, date, start_time, last_activity, visitor, price_cents, is_bot, is_converted,
        price_list_version, returns)
    select %(project_id)s::int, %(date)s::date, day.start_time, day.last_activity, day.visitor,
        day.price_cents, day.is_bot, day.is_converted, day.price_list_version,
        again.visitor is not null
    from day left join returning_visitors again on again.visitor = day.visitor
    order by day.price_cents
),
noted as (
    update configured_sessions c
    set returns = true
    where c.project_id = %(project_id)s::int
      and c.visitor = any (array(select again.visitor from returning_visitors again))
      and c.date <> %(date)s::date and not c.returns
)
insert into configured_prices (
    project_id, date, is_bot, price_list_version, price_bin, sessions, converted, price_cents,
    lowest_cents, highest_cents, first_start, last_start)
select %(project_id)s::int, %(date)s::date, d.is_bot, d.price_list_version, d.price_bin, count(*),
    count(*) filter (where d.is_converted), sum(d.price_cents), min(d.price_cents),
    max(d.price_cents), min(d.start_time), max(d.start_time)
from (
    select day.is_bot, day.price_list_version, price_bin(day.price_cents) as price_bin,
        day.is_converted, day.price_cents, day.start_time
    from day
) as d
group by d.is_bot, d.price_list_version, d.price_bin
order by d.price_bin

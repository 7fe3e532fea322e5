-- The final configurations of one local day, and of each that was or is among them its sums over
-- all closed days, bots left out (0 when only bots had it). What the day holds no more goes; what
-- no closed day holds is popular no more.
with day as materialized (
    select c.*
    from configurations_in(
        %(project_id)s::int, %(zone)s::text, 'day', %(start)s::timestamptz,
        %(end)s::timestamptz, true, '{}') c
),
gone as (
    delete from configuration_days d
    where d.project_id = %(project_id)s::int and d.date = %(date)s::date
      and not exists (
          select from day
          where day.is_bot = d.is_bot and day.configuration_hash = d.configuration_hash)
    returning d.configuration_hash
),
made as (
    insert into configuration_days (
        project_id, date, is_bot, configuration_hash, sessions, visitors, converted, complete,
        priced, price_cents, lowest_cents, highest_cents, last_selected)
    select %(project_id)s::int, %(date)s::date, is_bot, configuration_hash, sessions, visitors,
        converted, complete, priced, price_cents, lowest_cents, highest_cents, last_selected
    from day
    on conflict (project_id, date, is_bot, configuration_hash) do update set
        sessions = excluded.sessions, visitors = excluded.visitors,
        converted = excluded.converted, complete = excluded.complete,
        priced = excluded.priced, price_cents = excluded.price_cents,
        lowest_cents = excluded.lowest_cents, highest_cents = excluded.highest_cents,
        last_selected = excluded.last_selected
    returning *
),
touched as (
    select configuration_hash from gone union select configuration_hash from made
),
totals as (
    select d.configuration_hash,
        coalesce(sum(d.sessions) filter (where not d.is_bot), 0) as sessions,
        coalesce(sum(d.complete) filter (where not d.is_bot), 0) as complete,
        sum(d.priced) filter (where not d.is_bot) as priced,
        sum(d.price_cents) filter (where not d.is_bot) as price_cents,
        max(d.last_selected) as last_selected
    from (
        select other.*
        from configuration_days other join touched using (configuration_hash)
        where other.project_id = %(project_id)s::int and other.date <> %(date)s::date
        union all
        select made.* from made
    ) as d
    group by d.configuration_hash
),
removed as (
    delete from popular_configurations p
    using touched t
    where p.project_id = %(project_id)s::int and p.configuration_hash = t.configuration_hash
      and not exists (select from totals where totals.configuration_hash = t.configuration_hash)
)
insert into popular_configurations (
    project_id, configuration_hash, configuration_data, selection_count, completion_count,
    average_price, last_selected)
select %(project_id)s::int, t.configuration_hash,
    coalesce(sample.configuration, known.configuration_data), t.sessions, t.complete,
    round(t.price_cents / 100.0 / nullif(t.priced, 0), 2), t.last_selected
from totals t
left join lateral (
    select day.configuration from day
    where day.configuration_hash = t.configuration_hash order by day.is_bot limit 1
) as sample on true
left join popular_configurations known
  on known.project_id = %(project_id)s::int and known.configuration_hash = t.configuration_hash
on conflict (project_id, configuration_hash) do update set
    configuration_data = excluded.configuration_data,
    selection_count = excluded.selection_count,
    completion_count = excluded.completion_count,
    average_price = excluded.average_price,
    last_selected = excluded.last_selected

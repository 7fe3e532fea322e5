-- One line for each visitor: what became of the last configuration of theirs that was not taken.
-- Closed days have their sums, once all who left something are idle. Whoever came on more than
-- one day is taken out of those and counted anew. Three states, also those that nobody is in.
with closed as materialized (
    select
        coalesce(array_agg(day.date) filter (where day.is_idle), '{}') as summed,
        coalesce(array_agg(day.date) filter (where not day.is_idle), '{}') as unsummed
    from (
        select kept.date, coalesce(
            max(d.last_activity) < %(now)s::timestamptz - %(idle)s::interval, true) as is_idle
        from unnest(%(closed)s::date[]) as kept (date)
        left join abandoned_days d
          on d.project_id = %(project_id)s::int and d.date = kept.date
        group by kept.date
    ) as day
),
counted as (
    select state.name as state, sum(state.visitors) as visitors, sum(state.cents) as price_cents
    from closed
    join abandoned_days d
      on d.project_id = %(project_id)s::int and d.date = any (closed.summed)
     and (not d.is_bot or %(bots)s::boolean)
    cross join lateral (
        values ('abandoned', d.left_visitors, d.left_cents),
            ('recovered', d.recovered_visitors, d.recovered_cents)
    ) as state (name, visitors, cents)
    group by state.name
    union all
    select case
            when o.is_recovered then 'recovered'
            when o.last_activity >= %(now)s::timestamptz - %(idle)s::interval then 'open'
            else 'abandoned' end,
        sum(o.sign), sum(o.sign * o.price_cents)
    from (
        select v.is_recovered, v.last_activity, v.price_cents,
            case when v.date is null then 1 else -1 end as sign
        from visitor_outcomes(
            %(project_id)s::int, (select summed from closed), (select unsummed from closed),
            %(live_from)s::timestamptz[], %(live_until)s::timestamptz[], %(bots)s::boolean,
            %(filters)s::jsonb) v
    ) as o
    group by 1
),
summed as (
    select state, sum(visitors) as visitors, sum(price_cents) as price_cents
    from counted group by state having sum(visitors) > 0
)
select known.state::text as state,
    coalesce(s.visitors, 0)::bigint as visitors,
    coalesce(s.price_cents / 100.0, 0)::numeric(14, 2) as value,
    (s.price_cents / 100.0 / s.visitors)::numeric(14, 2) as average_value,
    (100.0 * s.visitors / nullif(sum(s.visitors) over (), 0))::float8 as share
from unnest(array['open', 'abandoned', 'recovered']) with ordinality as known (state, place)
left join summed s on s.state = known.state
order by known.place

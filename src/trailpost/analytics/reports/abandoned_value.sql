-- One line for each visitor: what became of the last configuration of theirs that was not taken.
-- Three states, also those that nobody is in.
with visitors as (
    select v.is_bot, v.visitor,
        (array_agg(v.price_cents order by v.start_time desc))[1] as price_cents,
        max(v.last_activity) as last_activity,
        bool_or(v.is_converted) as is_converted,
        max(v.start_time) filter (where v.is_converted) as converted_at,
        min(v.start_time) filter (where not v.is_converted) as left_at,
        (array_agg(v.price_cents order by v.start_time desc) filter (where v.is_converted))[1]
            as taken_cents
    from configured_over(
        %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
        %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb) v
    where v.price_cents > 0
    group by v.is_bot, v.visitor
),
outcomes as (
    select case
            when v.is_converted and v.left_at < v.converted_at then 'recovered'
            when v.is_converted then null
            when v.last_activity >= %(now)s::timestamptz - %(idle)s::interval then 'open'
            else 'abandoned' end as state,
        case when v.is_converted then v.taken_cents else v.price_cents end as price_cents
    from visitors v
),
summed as (
    select state, count(*) as visitors, sum(price_cents) as price_cents
    from outcomes where state is not null group by state
)
select known.state::text as state,
    coalesce(s.visitors, 0)::bigint as visitors,
    coalesce(s.price_cents / 100.0, 0)::numeric(14, 2) as value,
    (s.price_cents / 100.0 / s.visitors)::numeric(14, 2) as average_value,
    (100.0 * s.visitors / nullif(sum(s.visitors) over (), 0))::float8 as share
from unnest(array['open', 'abandoned', 'recovered']) with ordinality as known (state, place)
left join summed s on s.state = known.state
order by known.place

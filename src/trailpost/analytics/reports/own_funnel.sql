-- Steps of an owner's own, from raw events. No row at all: there is no such funnel.
with binned as (
    select r.place,
        log_bin(case when s.times[r.place + 1] >= r.at
            then extract(epoch from s.times[r.place + 1] - r.at)::float8 end) as bin,
        count(*) as sessions
    from own_funnel_sessions(
        %(project_id)s::int, %(funnel)s::text, %(start)s::timestamptz, %(end)s::timestamptz,
        %(bots)s::boolean, %(filters)s::jsonb, %(ordered)s::boolean) s
    cross join lateral unnest(s.times) with ordinality as r (at, place)
    where r.at is not null
    group by 1, 2
),
counted as (
    select b.place, sum(b.sessions)::bigint as sessions,
        bin_quantile(
            array_agg(b.bin) filter (where b.bin is not null),
            array_agg(b.sessions) filter (where b.bin is not null), 0.5) as seconds_to_next
    from binned b
    group by b.place
),
steps as (
    select label.place, label.name, coalesce(c.sessions, 0) as sessions, c.seconds_to_next,
        lag(coalesce(c.sessions, 0)) over in_order as before,
        first_value(coalesce(c.sessions, 0)) over in_order as began
    from (
        select distinct s.place, s.name
        from own_funnel_steps(%(project_id)s::int, %(funnel)s::text) s
    ) as label
    left join counted c on c.place = label.place
    window in_order as (order by label.place)
)
select s.place::int as place,
    s.name::text as step,
    null::text as category,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / nullif(s.before, 0))::float8 as of_previous,
    (100.0 * s.sessions / nullif(s.began, 0))::float8 as of_first,
    s.seconds_to_next::float8 as seconds_to_next
from steps s
order by s.place

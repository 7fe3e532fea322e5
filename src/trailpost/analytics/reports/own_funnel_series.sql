-- Steps of an owner's own by step of time.
with summed as (
    select width_bucket(s.start_time, %(edges)s::timestamptz[]) as edge, r.place,
        count(*) as sessions
    from own_funnel_sessions(
        %(project_id)s::int, %(funnel)s::text, %(start)s::timestamptz, %(end)s::timestamptz,
        %(bots)s::boolean, %(filters)s::jsonb, %(ordered)s::boolean) s
    cross join lateral unnest(s.times) with ordinality as r (at, place)
    where r.at is not null
    group by 1, 2
),
steps as (
    select edge.at, label.place, label.name, coalesce(c.sessions, 0) as sessions,
        first_value(coalesce(c.sessions, 0)) over (partition by edge.at order by label.place)
            as began
    from unnest(%(edges)s::timestamptz[]) with ordinality as edge (at, place)
    cross join (
        select distinct s.place, s.name
        from own_funnel_steps(%(project_id)s::int, %(funnel)s::text) s
    ) as label
    left join summed c on c.edge = edge.place and c.place = label.place
)
select s.at as starts_at,
    s.place::int as place,
    s.name::text as step,
    null::text as category,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / nullif(s.began, 0))::float8 as of_first
from steps s
order by s.at, s.place

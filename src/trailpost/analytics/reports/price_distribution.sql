-- Bars of one width between round prices: about 20 of them hold all sessions. Counts of closed
-- days are added up where one bar holds them whole; of those that an edge cuts, the sessions.
with cells as materialized (
    select p.date, p.price_bin, sum(p.sessions) as sessions, sum(p.converted) as converted,
        min(p.lowest_cents) as lowest, max(p.highest_cents) as highest
    from configured_prices p
    where p.project_id = %(project_id)s::int and p.date = any (%(closed)s::date[])
      and (not p.is_bot or %(bots)s::boolean)
    group by p.date, p.price_bin
    union all
    select null, null, count(*), count(*) filter (where l.is_converted), l.price_cents,
        l.price_cents
    from configured_live(
        %(project_id)s::int, %(live_from)s::timestamptz[], %(live_until)s::timestamptz[],
        %(bots)s::boolean, %(filters)s::jsonb) l
    group by l.price_cents
),
spread as (
    select min(lowest) as lowest, greatest(max(highest) - min(lowest), 1) / 20.0 as rough
    from cells
),
-- The width: 1, 2, 2.5 or 5 times a power of ten, and whole euro at least. Worked out once: for
-- each session again, it took seconds.
scale as (
    select lowest, rough, greatest(power(10::numeric, floor(log(rough))), 100) as ten from spread
    where lowest is not null
),
bars as materialized (
    select (ten * case
        when rough <= ten then 1 when rough <= 2 * ten then 2
        when rough <= 2.5 * ten then 2.5 when rough <= 5 * ten then 5 else 10 end)::bigint as width
    from scale
),
counted as (
    select found.low, found.width, sum(found.sessions) as sessions,
        sum(found.converted) as converted
    from (
        select (c.lowest / b.width) * b.width as low, b.width, c.sessions, c.converted
        from cells c, bars b
        where c.lowest / b.width = c.highest / b.width
        union all
        select (s.price_cents / b.width) * b.width, b.width, 1, s.is_converted::int
        from cells c
        cross join bars b
        cross join lateral (
            select k.price_cents, k.is_converted
            from configured_sessions k
            where k.project_id = %(project_id)s::int and k.date = c.date
              and k.price_cents between c.lowest and c.highest
              and (not k.is_bot or %(bots)s::boolean)
            offset 0
        ) as s
        where c.lowest / b.width < c.highest / b.width
    ) as found
    group by found.low, found.width
)
select
    (line.low / 100.0)::numeric(14, 2) as price_from,
    ((line.low + ends.width) / 100.0)::numeric(14, 2) as price_to,
    coalesce(c.sessions, 0)::bigint as sessions,
    coalesce(c.converted, 0)::bigint as converted,
    (100.0 * c.converted / nullif(c.sessions, 0))::float8 as conversion_rate
from (select min(low) as first, max(low) as last, min(width) as width from counted) as ends,
    generate_series(ends.first, ends.last, ends.width) as line (low)
left join counted c on c.low = line.low
order by line.low

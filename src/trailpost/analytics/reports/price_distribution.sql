-- Bars of one width between round prices: about 20 of them hold all sessions.
with configured as materialized (
    select c.price_cents, c.is_converted
    from configured_over(
        %(project_id)s::int, %(closed)s::date[], %(live_from)s::timestamptz[],
        %(live_until)s::timestamptz[], %(bots)s::boolean, %(filters)s::jsonb) c
),
spread as (
    select min(price_cents) as lowest,
        greatest(max(price_cents) - min(price_cents), 1) / 20.0 as rough
    from configured
),
-- The width: 1, 2, 2.5 or 5 times a power of ten, and whole euro at least. Worked out once: for
-- each session again, it took seconds.
scale as (
    select lowest, rough, greatest(power(10::numeric, floor(log(rough))), 100) as ten from spread
    where lowest is not null
),
bars as materialized (
    select lowest, (ten * case
        when rough <= ten then 1 when rough <= 2 * ten then 2
        when rough <= 2.5 * ten then 2.5 when rough <= 5 * ten then 5 else 10 end)::bigint as width
    from scale
),
counted as (
    select (c.price_cents / b.width) * b.width as low, b.width, count(*) as sessions,
        count(*) filter (where c.is_converted) as converted
    from configured c, bars b
    group by 1, 2
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

-- The configurations that most sessions ended with, then all others in one row. Per day and
-- configuration the rows are few; only those that are shown are looked up by name.
with found as (
    select date_trunc('day', d.date::timestamp at time zone %(zone)s::text, %(zone)s::text) as at,
        d.configuration_hash, d.sessions, d.visitors, d.converted, d.complete, d.priced,
        d.price_cents, d.lowest_cents, d.highest_cents, d.last_selected, null::jsonb as configuration
    from configuration_days d
    where d.project_id = %(project_id)s::int and d.date = any (%(closed)s::date[])
      and (not d.is_bot or %(bots)s::boolean)
    union all
    select c.at, c.configuration_hash, c.sessions, c.visitors, c.converted, c.complete, c.priced,
        c.price_cents, c.lowest_cents, c.highest_cents, c.last_selected, c.configuration
    from unnest(%(live_from)s::timestamptz[], %(live_until)s::timestamptz[])
        as span (first, until),
        configurations_in(
            %(project_id)s::int, %(zone)s::text, %(step)s::text, span.first, span.until,
            %(bots)s::boolean, %(filters)s::jsonb) c
),
looks as materialized (
    select f.configuration_hash, f.configuration from found f where f.configuration is not null
),
totals as (
    select f.configuration_hash, sum(f.sessions) as sessions, sum(f.visitors) as visitors,
        sum(f.converted) as converted, sum(f.complete) as complete, sum(f.priced) as priced,
        sum(f.price_cents) as price_cents, min(f.lowest_cents) as lowest_cents,
        max(f.highest_cents) as highest_cents, max(f.last_selected) as last_selected
    from found f
    group by f.configuration_hash
),
ranked as (
    select t.*,
        row_number() over (order by t.sessions desc, t.converted desc, t.configuration_hash)
            as rank,
        sum(t.sessions) over () as all_sessions
    from totals t
),
shown as (
    select case when r.rank <= %(limit)s::int then r.configuration_hash end
            as configuration_hash,
        min(r.rank) as rank, count(*) as configurations, sum(r.sessions) as sessions,
        sum(r.visitors) as visitors, sum(r.converted) as converted,
        sum(r.complete) as complete, sum(r.priced) as priced, sum(r.price_cents) as price_cents,
        min(r.lowest_cents) as lowest_cents, max(r.highest_cents) as highest_cents,
        max(r.last_selected) as last_selected, min(r.all_sessions) as all_sessions
    from ranked r
    group by 1
),
stepped as (
    select s.rank, width_bucket(f.at, %(edges)s::timestamptz[]) as step,
        sum(f.sessions) as sessions
    from shown s
    join ranked r on r.rank = s.rank or (r.rank > s.rank and s.configuration_hash is null)
    join found f on f.configuration_hash = r.configuration_hash
    group by 1, 2
),
trends as (
    select s.rank, array_agg(coalesce(t.sessions, 0)::bigint order by edge.step) as trend
    from shown s
    cross join generate_series(1, cardinality(%(edges)s::timestamptz[])) as edge (step)
    left join stepped t on t.rank = s.rank and t.step = edge.step
    group by s.rank
)
select
    encode(s.configuration_hash, 'hex')::text as configuration_hash,
    coalesce(
        (select l.configuration from looks l
         where l.configuration_hash = s.configuration_hash limit 1),
        (select p.configuration_data from popular_configurations p
         where p.project_id = %(project_id)s::int
           and p.configuration_hash = s.configuration_hash))::jsonb as configuration,
    s.configurations::bigint as configurations,
    s.sessions::bigint as sessions,
    (100.0 * s.sessions / s.all_sessions)::float8 as share,
    s.visitors::bigint as visitors,
    s.complete::bigint as complete,
    s.converted::bigint as converted,
    (100.0 * s.converted / s.sessions)::float8 as conversion_rate,
    (s.lowest_cents / 100.0)::numeric(14, 2) as lowest_price,
    (s.price_cents / 100.0 / nullif(s.priced, 0))::numeric(14, 2) as average_price,
    (s.highest_cents / 100.0)::numeric(14, 2) as highest_price,
    s.last_selected as last_selected,
    t.trend as trend
from shown s join trends t on t.rank = s.rank
order by s.configuration_hash is null, s.rank

-- Each visitor's sessions stand side by side in one index: the first says the cohort, the others
-- how many weeks later. Filters are about the first session.
with visits as (
    select s.visitor, s.start_time,
        min(s.start_time) over (partition by s.visitor) as first_at
    from user_sessions s
    where s.project_id = %(project_id)s::int and s.is_recognised
      and (not s.is_bot or %(bots)s::boolean)
),
members as (
    select v.visitor, date_trunc('week', v.first_at, %(zone)s::text) as cohort,
        date_trunc('week', v.start_time, %(zone)s::text) as week
    from visits v
    where v.first_at >= %(start)s::timestamptz and v.first_at < %(end)s::timestamptz
      and v.start_time <= %(now)s::timestamptz
      and (%(filters)s::jsonb = '{}' or exists (
          select from sessions_in(
              %(project_id)s::int, %(start)s::timestamptz, %(end)s::timestamptz,
              %(bots)s::boolean, %(filters)s::jsonb) f
          where f.visitor = v.visitor and f.is_recognised and f.start_time = v.first_at))
    group by 1, 2, 3
),
came as (
    select m.cohort, m.week, count(*) as visitors from members m group by 1, 2
),
sizes as (
    select c.cohort, c.visitors as size from came c where c.week = c.cohort
),
weeks as (
    select s.cohort, s.size, later.weeks,
        (s.cohort at time zone %(zone)s::text + later.weeks * interval '7 days')
            at time zone %(zone)s::text as week
    from sizes s, generate_series(0, 8) as later (weeks)
)
select w.cohort as starts_at,
    w.size::bigint as size,
    w.weeks::int as weeks_later,
    case when w.week <= %(now)s::timestamptz then coalesce(c.visitors, 0) end::bigint
        as returned,
    case when w.week <= %(now)s::timestamptz
        then 100.0 * coalesce(c.visitors, 0) / w.size end::float8 as share
from weeks w
left join came c on c.cohort = w.cohort and c.week = w.week
order by w.cohort, w.weeks

-- Per option, how many sessions chose it and how many kept it; shares are of the category.
with summed as (
    select category, value, sum(sessions) as chosen, sum(kept) as kept
    from rollup_options
    where project_id = %(project_id)s::int
      and bucket >= %(start)s::timestamptz and bucket < %(end)s::timestamptz
      and (not is_bot or %(bots)s::boolean)
    group by category, value
    having sum(sessions) > 0
),
decided as (
    select category, sum(kept) as decided from summed group by category
)
select
    s.category,
    s.value,
    s.chosen::bigint as chosen,
    s.kept::bigint as kept,
    (s.chosen - s.kept)::bigint as switched_away,
    (100.0 * s.kept / nullif(s.chosen, 0))::float8 as keep_rate,
    (100.0 * s.kept / nullif(d.decided, 0))::float8 as share,
    d.decided::bigint as decided
from summed s join decided d on d.category = s.category
order by d.decided desc, s.category, s.kept desc, s.chosen desc, s.value
limit 1000

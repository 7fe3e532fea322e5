-- What the rollups know of, for a progress bar.
select coalesce(sum(sessions), 0)::bigint
from rollup_sessions
where project_id = %(project_id)s::int and (%(bots)s::boolean or not is_bot)
  and bucket >= coalesce(%(start)s::timestamptz, '-infinity')
  and bucket < coalesce(%(end)s::timestamptz, 'infinity')

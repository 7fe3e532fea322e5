-- The measurements of one local day: sketches of its 15 minutes, added up.
insert into timing_days (
    project_id, date, is_bot, metric_name, endpoint, events, total, answered, failed, sketch)
select %(project_id)s::int, %(date)s::date, r.is_bot, r.metric_name, r.endpoint, sum(r.events),
    sum(r.total), sum(r.answered), sum(r.failed), sketch_sum(r.sketch order by r.bucket)
from rollup_timings r
where r.project_id = %(project_id)s::int
  and r.bucket >= %(start)s::timestamptz and r.bucket < %(end)s::timestamptz
group by r.is_bot, r.metric_name, r.endpoint

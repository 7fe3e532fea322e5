-- Counters of periods that are surely over: the user has a later one, or it began a year ago.
delete from job_quota q
where period_start < %(before)s::timestamptz
    and (period_start < %(before)s::timestamptz - interval '1 year'
        or exists (select from job_quota later where later.kind = q.kind
                   and later.user_id = q.user_id and later.period_start > q.period_start))

delete from job_quota where period_start < %(before)s::timestamptz

insert into stored_timings (
    project_id, session_id, bucket, metric_name, endpoint, status, metric_value)
select project_id, session_id, bucket_of(occurred_at), metric_name, endpoint, status, metric_value
from staged
where kind = 'timing' and metric_name is not null and metric_value is not null

insert into stored_counts (project_id, session_id, bucket, kind, events)
select project_id, session_id, bucket_of(occurred_at), kind, count(*)
from staged group by 1, 2, 3, 4

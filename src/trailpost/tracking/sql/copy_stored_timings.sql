copy stored_timings (
    project_id, session_id, bucket, metric_name, endpoint, status, metric_value)
from stdin (format binary)

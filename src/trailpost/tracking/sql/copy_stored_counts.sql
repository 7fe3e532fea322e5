copy stored_counts (project_id, session_id, bucket, kind, events) from stdin (format binary)

delete from issue_occurrences where (project_id, occurrence_id) in (
    select project_id, occurrence_id from issue_occurrences
    where received_at < %(before)s::timestamptz limit %(most)s::int)

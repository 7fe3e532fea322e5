-- What erased sessions told. Issues keep their counts, which say nothing of anybody.
delete from issue_occurrences o using sessions_before gone
where o.project_id = gone.project_id and o.session_id = gone.session_id

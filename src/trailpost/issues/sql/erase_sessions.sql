-- Which issues erased sessions had.
delete from issue_sessions s using sessions_before gone where s.session_id = gone.session_id

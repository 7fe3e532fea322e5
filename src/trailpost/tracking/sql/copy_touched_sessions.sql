copy touched_sessions (project_id, session_id) from stdin (format binary)

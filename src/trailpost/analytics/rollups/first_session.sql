-- When a project's first session began; null: there is none.
select min(start_time)::timestamptz as at from user_sessions where project_id = %(project_id)s::int

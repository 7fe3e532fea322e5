-- Some that had no event since a moment, and whose page never said their end. What the writer holds
-- is left for the next time: nobody waits for anybody here.
with idle as (
    select project_id, session_id from user_sessions
    where end_time is null and last_bucket < %(before)s::timestamptz
        and last_activity < %(before)s::timestamptz
    order by last_bucket limit %(most)s::int
    for update skip locked
)
update user_sessions s set end_time = s.last_activity, closed_at = %(now)s::timestamptz
from idle where s.project_id = idle.project_id and s.session_id = idle.session_id

-- What they were stays for the hooks, until the transaction ends.
with gone as (
    delete from user_sessions
    where project_id = %(project_id)s::int and session_id = any (%(session_ids)s::uuid[])
    returning *
)
insert into sessions_before select * from gone

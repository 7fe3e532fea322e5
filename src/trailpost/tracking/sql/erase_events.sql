-- In every day that is kept; they too stay for the hooks.
with gone as (
    delete from events
    where project_id = %(project_id)s::int and session_id = any (%(session_ids)s::uuid[])
    returning *
)
insert into staged select * from gone

-- The new ones. Fewer rows than asked for: another writer made one of them in the meantime.
insert into user_sessions
select a.* from sessions_after a
where not exists (
    select from sessions_before b
    where b.project_id = a.project_id and b.session_id = a.session_id)
order by a.project_id, a.session_id
on conflict do nothing

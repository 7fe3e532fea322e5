-- The same name again is the same view, changed.
insert into saved_views (user_id, name, section, query)
values (%(user_id)s::bigint, %(name)s::text, %(section)s::text, %(query)s::text)
on conflict (user_id, name) do update
set section = excluded.section, query = excluded.query

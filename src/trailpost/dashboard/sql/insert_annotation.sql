insert into annotations (project_id, at, text, by)
values (%(project_id)s::int, %(at)s::timestamptz, %(text)s::text, %(by)s::bigint)

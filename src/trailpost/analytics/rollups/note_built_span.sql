insert into built_spans (project_id, kind, starts_at, mark, built_at)
values (
    %(project_id)s::int, %(kind)s::text, %(start)s::timestamptz, %(mark)s::bigint,
    %(now)s::timestamptz)
on conflict (project_id, kind, starts_at) do update set
    mark = excluded.mark, built_at = excluded.built_at

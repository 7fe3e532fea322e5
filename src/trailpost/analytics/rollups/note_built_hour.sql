insert into built_hours (project_id, starts_at, mark, built_at)
values (
    %(project_id)s::int, %(start)s::timestamptz, %(mark)s::bigint,
    %(now)s::timestamptz)
on conflict (project_id, starts_at) do update set
    mark = excluded.mark, built_at = excluded.built_at

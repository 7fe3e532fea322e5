insert into built_days (project_id, date, mark, built_at)
values (%(project_id)s::int, %(date)s::date, %(mark)s::bigint, %(now)s::timestamptz)
on conflict (project_id, date) do update set mark = excluded.mark, built_at = excluded.built_at

-- Count against the user's quota; no row when it would be more than the limit.
insert into job_quota as q (kind, user_id, period_start, used)
values (%(kind)s::text, %(user_id)s::bigint, %(period_start)s::timestamptz, %(count)s::int)
on conflict (kind, user_id, period_start) do update set used = q.used + excluded.used
where q.used + excluded.used <= %(limit)s::int
returning used

insert into job_limit as l (kind, most, period)
values (%(kind)s::text, %(most)s::int, make_interval(secs => %(seconds)s::float8))
on conflict (kind) do update set most = excluded.most, period = excluded.period
where (l.most, l.period) <> (excluded.most, excluded.period)

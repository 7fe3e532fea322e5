insert into process_samples (at, process, cpu_percent, rss_bytes)
values (%(at)s::timestamptz, %(process)s::text, %(cpu_percent)s::float8, %(rss_bytes)s::bigint)
on conflict do nothing

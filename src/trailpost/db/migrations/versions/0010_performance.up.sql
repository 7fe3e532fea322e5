-- A sketch counts values by their log_bin: each element is bin << 40 | count, in order of the bins.
-- Sketches add up: over buckets, days, processes. An empty one is of nothing.
create function sketch_merge(a bigint[], b bigint[]) returns bigint[]
language sql immutable parallel safe as $$
    select case when a = '{}' then b when b = '{}' then a else (
        select array_agg(m.bin << 40 | m.n order by m.bin)
        from (
            select x.cell >> 40 as bin, sum(x.cell & 1099511627775)::bigint as n
            from (select unnest(a) union all select unnest(b)) as x (cell)
            group by 1
        ) as m) end
$$;

create aggregate sketch_sum(bigint[]) (
    sfunc = sketch_merge, stype = bigint[], initcond = '{}', combinefunc = sketch_merge,
    parallel = safe);

create function sketch_cells(sketch bigint[]) returns table (bin int, n bigint)
language sql immutable parallel safe as $$
    select (x.cell >> 40)::int, x.cell & 1099511627775 from unnest(sketch) as x (cell)
$$;

-- Several quantiles at once, in the order they are asked for; of each the value at rank
-- floor(q (n - 1)), to within 1 %. Null of nothing.
create function bin_quantiles(bins int[], counts bigint[], qs float8[]) returns float8[]
language sql immutable parallel safe as $$
    with summed as (
        select b.bin, sum(b.n) as n from unnest(bins, counts) as b (bin, n) group by b.bin
    ),
    ranked as materialized (
        select s.bin, sum(s.n) over (order by s.bin) as until, sum(s.n) over () as total
        from summed s
    )
    select array_agg((
        select bin_value(r.bin) from ranked r where r.until > floor(asked.q * (r.total - 1))
        order by r.bin limit 1) order by asked.place)
    from unnest(qs) with ordinality as asked (q, place)
$$;

alter table rollup_timings
    add column sketch   bigint[] not null default '{}',
    add column answered bigint not null default 0,
    add column failed   bigint not null default 0;
comment on column rollup_timings.answered is 'timings that name a status';
comment on column rollup_timings.failed is 'timings that name a status of 500 or above';

create or replace function raw_rollup_timings(first timestamptz, until timestamptz)
returns setof rollup_timings
language sql stable parallel safe as $$
    select b.project_id, b.bucket, b.is_bot, b.metric_name, b.endpoint, sum(b.n)::bigint,
        sum(b.total), min(b.lowest), max(b.highest),
        array_agg(b.bin::bigint << 40 | b.n order by b.bin), sum(b.answered)::bigint,
        sum(b.failed)::bigint
    from (
        select e.project_id, bucket_of(e.occurred_at) as bucket,
            coalesce(s.is_bot, false) as is_bot, e.metric_name,
            coalesce(e.endpoint, '') as endpoint, log_bin(e.metric_value) as bin,
            count(*) as n, sum(e.metric_value) as total, min(e.metric_value) as lowest,
            max(e.metric_value) as highest, count(e.status) as answered,
            count(*) filter (where e.status >= 500) as failed
        from events e left join user_sessions s
          on s.project_id = e.project_id and s.session_id = e.session_id
        where e.kind = 'timing' and e.metric_name is not null and e.metric_value is not null
          and e.occurred_at >= first and e.occurred_at < until
        group by 1, 2, 3, 4, 5, 6
    ) as b
    group by 1, 2, 3, 4, 5
$$;

-- Measurements of closed local days.
create table timing_days (
    project_id  int not null,
    date        date not null,
    is_bot      boolean not null,
    metric_name text not null,
    endpoint    text not null,
    events      bigint not null,
    total       float8 not null,
    answered    bigint not null,
    failed      bigint not null,
    sketch      bigint[] not null,
    primary key (project_id, date, is_bot, metric_name, endpoint)
);

create function timings_over(
    project int, zone text, step text, closed date[], live_from timestamptz[],
    live_until timestamptz[], bots boolean)
returns table (
    at timestamptz, metric_name text, endpoint text, events bigint, total float8,
    answered bigint, failed bigint, sketch bigint[])
language sql stable parallel safe as $$
    select date_trunc('day', d.date::timestamp at time zone zone, zone), d.metric_name,
        d.endpoint, d.events, d.total, d.answered, d.failed, d.sketch
    from timing_days d
    where d.project_id = project and d.date = any (closed) and (not d.is_bot or bots)
    union all
    select step_start(r.bucket, zone, step), r.metric_name, r.endpoint, r.events, r.total,
        r.answered, r.failed, r.sketch
    from unnest(live_from, live_until) as span (first, until)
    join rollup_timings r on r.project_id = project and r.bucket >= span.first
      and r.bucket < span.until and (not r.is_bot or bots)
$$;

-- Our own HTTP server by 15 minutes, kept when the minutes go.
create table request_quarters (
    bucket   timestamptz not null,
    method   text not null,
    route    text not null,
    requests bigint not null,
    failed   bigint not null,
    total_ms float8 not null,
    max_ms   float8 not null,
    sketch   bigint[] not null,
    primary key (bucket, method, route)
);
comment on column request_quarters.failed is 'answered with status 500 or above';

-- What a process of ours used in the minute before.
create table process_samples (
    at          timestamptz not null,
    process     text not null,
    cpu_percent float8 not null,
    rss_bytes   bigint not null,
    primary key (at, process)
);
comment on column process_samples.process is 'role, host and process id';
comment on column process_samples.cpu_percent is 'of one processor';

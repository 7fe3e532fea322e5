-- Sessions that were erased: what still comes of one is not stored. Nothing else is known of them.
-- An event may come at any age (a client that was offline, a spool, a dead letter), so they stay.
create table erased_sessions (
    project_id int not null,
    session_id uuid not null,
    erased_at  timestamptz not null,
    primary key (session_id, project_id)
);
comment on table erased_sessions is
    'ids alone: of these sessions nothing is kept, and what comes of them is not stored';

alter table ingest_ledger add column erased bigint not null default 0;
comment on column ingest_ledger.erased is
    'events of sessions that were erased: rows removed, and what came afterwards';

-- A sketch less what was added to it before.
create function sketch_less(a bigint[], b bigint[]) returns bigint[]
language sql immutable parallel safe as $$
    select coalesce(array_agg(m.bin << 40 | m.n order by m.bin), '{}')
    from (
        select x.bin, sum(x.n)::bigint as n
        from (
            select cell >> 40 as bin, cell & 1099511627775 as n from unnest(a) as was (cell)
            union all
            select cell >> 40, -(cell & 1099511627775) from unnest(b) as gone (cell)
        ) as x
        group by x.bin
        having sum(x.n) > 0
    ) as m
$$;

-- One bucket of raw_rollup_timings, of some of its timings: those received from its beginning until
-- a moment, and filed under some days. Looking for times of occurrence reads all that is kept, but
-- nearly all come within the hour and lie together, or else are of the bucket's own day.
create function raw_timings_received(
    project int, at timestamptz, until timestamptz, first_day date, last_day date)
returns table (
    is_bot boolean, metric_name text, endpoint text, events bigint, total float8, lowest float8,
    highest float8, sketch bigint[], answered bigint, failed bigint)
language sql stable parallel safe as $$
    select b.is_bot, b.metric_name, b.endpoint, sum(b.n)::bigint, sum(b.total), min(b.lowest),
        max(b.highest), array_agg(b.bin::bigint << 40 | b.n order by b.bin),
        sum(b.answered)::bigint, sum(b.failed)::bigint
    from (
        select coalesce(s.is_bot, false) as is_bot, e.metric_name,
            coalesce(e.endpoint, '') as endpoint, log_bin(e.metric_value) as bin,
            count(*) as n, sum(e.metric_value) as total, min(e.metric_value) as lowest,
            max(e.metric_value) as highest, count(e.status) as answered,
            count(*) filter (where e.status >= 500) as failed
        from events e left join user_sessions s
          on s.project_id = e.project_id and s.session_id = e.session_id
        where e.project_id = project and e.kind = 'timing' and e.metric_name is not null
          and e.metric_value is not null
          and e.occurred_at >= at and e.occurred_at < at + interval '15 minutes'
          and e.received_at >= at and e.received_at < until
          and e.day >= first_day and e.day <= last_day
        group by 1, 2, 3, 4
    ) as b
    group by 1, 2, 3
$$;

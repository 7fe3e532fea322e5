-- Sessions by the 15-minute UTC bucket in which they began. Every column is a sum over sessions,
-- so a batch adds the difference between what its sessions are and what they were.
-- The writer updates the rows of the current bucket with every batch: free room in their pages
-- keeps these updates heap-only.
create table rollup_sessions (
    project_id       int not null,
    bucket           timestamptz not null,
    is_bot           boolean not null,
    sessions         bigint not null default 0,
    visitors         bigint not null default 0,
    bounced          bigint not null default 0,
    engaged          bigint not null default 0,
    in_cart          bigint not null default 0,
    completed        bigint not null default 0,
    converted        bigint not null default 0,
    duration         bigint not null default 0,
    interactions     bigint not null default 0,
    configured       bigint not null default 0,
    configured_value numeric not null default 0,
    completion_known bigint not null default 0,
    completion_sum   bigint not null default 0,
    primary key (project_id, bucket, is_bot)
) with (fillfactor = 70);
comment on column rollup_sessions.visitors is
    'visitors whose first session of its UTC day began in this bucket';
comment on column rollup_sessions.engaged is 'sessions with at least one explicit choice';
comment on column rollup_sessions.in_cart is 'sessions that reached in_cart or further';
comment on column rollup_sessions.completed is 'sessions that reached completed or further';
comment on column rollup_sessions.duration is 'seconds';
comment on column rollup_sessions.configured is
    'sessions with an explicit choice and a total price';

-- Who came first on a day decides the one bucket a visitor counts in. This finds it.
create index user_sessions_visitor on user_sessions (project_id, is_bot, visitor, start_time);

-- Events by the bucket in which they occurred.
create table rollup_events (
    project_id int not null,
    bucket     timestamptz not null,
    is_bot     boolean not null,
    kind       event_kind not null,
    events     bigint not null,
    primary key (project_id, bucket, is_bot, kind)
) with (fillfactor = 70);

-- Options by the bucket in which the session began: a session counts once for an option,
-- however often it came back to it.
create table rollup_options (
    project_id int not null,
    bucket     timestamptz not null,
    is_bot     boolean not null,
    category   text not null,
    value      text not null,
    sessions   bigint not null default 0,
    kept       bigint not null default 0,
    primary key (project_id, bucket, is_bot, category, value)
) with (fillfactor = 70);
comment on column rollup_options.sessions is 'sessions that explicitly chose it at least once';
comment on column rollup_options.kept is
    'sessions whose last explicit choice in the category it is';

create table rollup_timings (
    project_id  int not null,
    bucket      timestamptz not null,
    is_bot      boolean not null,
    metric_name text not null,
    endpoint    text not null,
    events      bigint not null,
    total       float8 not null,
    lowest      float8 not null,
    highest     float8 not null,
    primary key (project_id, bucket, is_bot, metric_name, endpoint)
) with (fillfactor = 70);
comment on column rollup_timings.endpoint is 'empty when the timing names none';

-- Midnight UTC at or before a moment.
create function utc_day(at timestamptz) returns timestamptz
language sql immutable parallel safe as $$
    select date_bin('1 day', at, timestamptz '2000-01-01 00:00:00+00')
$$;

-- What one session adds to rollup_sessions. The writer's step (for a session as it was and as it
-- is) and the rebuild from raw events both use it: one definition.
create function session_measures(
    start_time timestamptz, session_duration int, total_interactions int, total_choices int,
    conversion_status text, total_price numeric, completion smallint)
returns table (
    bucket timestamptz, bounced int, engaged int, in_cart int, completed int, converted int,
    duration int, interactions int, configured int, configured_value numeric,
    completion_known int, completion_sum int)
language sql immutable parallel safe as $$
    select
        bucket_of(start_time),
        (session_duration < 30 and total_choices = 0)::int,
        (total_choices > 0)::int,
        (conversion_status in ('in_cart', 'completed', 'converted'))::int,
        (conversion_status in ('completed', 'converted'))::int,
        (conversion_status = 'converted')::int,
        session_duration,
        total_interactions,
        (total_choices > 0 and total_price is not null)::int,
        case when total_choices > 0 and total_price is not null then total_price else 0 end,
        (completion is not null)::int,
        coalesce(completion, 0)::int
$$;

-- What one session adds to rollup_options: each option it ever chose, and whether it kept it.
create function session_options(choices jsonb)
returns table (category text, value text, kept int)
language sql immutable parallel safe as $$
    select made.key, option.value, coalesce((made.value ->> 'value' = option.value)::int, 0)
    from jsonb_each(choices) as made, jsonb_array_elements_text(made.value -> 'seen') as option
$$;

-- Sessions that began in [first, until), folded from raw events alone and not by the writer's
-- code. Whose they are (visitor, is_bot) no event says: that comes from user_sessions.
-- A session that began before `since` is left out: retention took some of its events.
create function raw_sessions(first timestamptz, until timestamptz, since timestamptz)
returns table (
    project_id int, session_id uuid, is_bot boolean, visitor bigint,
    start_time timestamptz, last_activity timestamptz, session_duration int, total_events int,
    total_interactions int, total_choices int, conversion_status text, total_price numeric,
    completion smallint, choices jsonb)
language sql stable parallel safe as $$
    with wanted as (
        select distinct e.project_id, e.session_id
        from events e
        where e.occurred_at >= first and e.occurred_at < until
          and e.session_id <> '00000000-0000-0000-0000-000000000000'
    ),
    mine as materialized (
        select e.project_id, e.session_id, e.event_id, e.occurred_at, e.kind, e.category, e.value,
            case when e.kind in ('choice', 'snapshot') then e.price end as price,
            case when e.kind = 'snapshot' then e.completion end as completion,
            case when e.kind in ('snapshot', 'session_end') then e.conversion_status end as reached,
            coalesce(e.kind = 'choice' and e.source = 'user' and e.category is not null, false)
                as explicit
        from events e join wanted w
          on w.project_id = e.project_id and w.session_id = e.session_id
    ),
    facts as (
        select m.project_id, m.session_id,
            min(m.occurred_at) as start_time,
            max(m.occurred_at) as last_activity,
            count(*)::int as total_events,
            (count(*) filter (where m.kind in ('interaction', 'choice')))::int
                as total_interactions,
            (count(*) filter (where m.explicit))::int as total_choices,
            max(array_position(
                array['ongoing', 'in_cart', 'completed', 'converted'], m.reached))
                as reached,
            (array_agg(m.price order by m.occurred_at desc, m.event_id desc)
                filter (where m.price is not null))[1] as total_price,
            (array_agg(m.completion order by m.occurred_at desc, m.event_id desc)
                filter (where m.completion is not null))[1] as completion
        from mine m
        group by m.project_id, m.session_id
        having min(m.occurred_at) >= first and min(m.occurred_at) < until
    ),
    -- The bounds on one session are the writer's: 100 categories, 200 values seen in each.
    chosen as (
        select m.project_id, m.session_id, m.category,
            (array_agg(m.value order by m.occurred_at desc, m.event_id desc))[1] as value,
            coalesce(array_agg(distinct m.value collate "C")
                filter (where m.value is not null), '{}') as seen,
            row_number() over (
                partition by m.project_id, m.session_id order by m.category collate "C") as place
        from mine m
        where m.explicit
        group by m.project_id, m.session_id, m.category
    ),
    decided as (
        select c.project_id, c.session_id,
            jsonb_object_agg(
                c.category, jsonb_build_object('value', c.value, 'seen', c.seen[:200])) as choices
        from chosen c
        where c.place <= 100
        group by c.project_id, c.session_id
    )
    select f.project_id, f.session_id, coalesce(s.is_bot, false), coalesce(s.visitor, 0),
        f.start_time, f.last_activity,
        least(floor(extract(epoch from f.last_activity - f.start_time)), 2147483647)::int,
        f.total_events, f.total_interactions, f.total_choices,
        (array['ongoing', 'in_cart', 'completed', 'converted'])[coalesce(f.reached, 1)],
        f.total_price, f.completion, coalesce(d.choices, '{}')
    from facts f
    left join decided d on d.project_id = f.project_id and d.session_id = f.session_id
    left join user_sessions s on s.project_id = f.project_id and s.session_id = f.session_id
    where s.start_time is null or s.start_time >= since
$$;

-- The rollups of whole UTC days as raw events say they must be. What the writer added must be
-- equal; rows of zeros count as absent.
create function raw_rollup_sessions(first timestamptz, until timestamptz, since timestamptz)
returns setof rollup_sessions
language sql stable parallel safe as $$
    with measured as (
        select r.project_id, r.is_bot, m.*,
            row_number() over (
                partition by r.project_id, r.is_bot, r.visitor, utc_day(r.start_time)
                order by r.start_time) = 1 as came_first
        from raw_sessions(first, until, since) r,
            session_measures(
                r.start_time, r.session_duration, r.total_interactions, r.total_choices,
                r.conversion_status, r.total_price, r.completion) m
    )
    select project_id, bucket, is_bot, count(*), count(*) filter (where came_first),
        sum(bounced), sum(engaged), sum(in_cart), sum(completed), sum(converted), sum(duration),
        sum(interactions), sum(configured), sum(configured_value), sum(completion_known),
        sum(completion_sum)
    from measured
    group by project_id, bucket, is_bot
$$;

create function raw_rollup_options(first timestamptz, until timestamptz, since timestamptz)
returns setof rollup_options
language sql stable parallel safe as $$
    select r.project_id, bucket_of(r.start_time), r.is_bot, o.category, o.value, count(*),
        sum(o.kept)
    from raw_sessions(first, until, since) r, session_options(r.choices) o
    group by 1, 2, 3, 4, 5
$$;

create function raw_rollup_events(first timestamptz, until timestamptz)
returns setof rollup_events
language sql stable parallel safe as $$
    select e.project_id, bucket_of(e.occurred_at), coalesce(s.is_bot, false), e.kind, count(*)
    from events e left join user_sessions s
      on s.project_id = e.project_id and s.session_id = e.session_id
    where e.occurred_at >= first and e.occurred_at < until
    group by 1, 2, 3, 4
$$;

create function raw_rollup_timings(first timestamptz, until timestamptz)
returns setof rollup_timings
language sql stable parallel safe as $$
    select e.project_id, bucket_of(e.occurred_at), coalesce(s.is_bot, false), e.metric_name,
        coalesce(e.endpoint, ''), count(*), sum(e.metric_value), min(e.metric_value),
        max(e.metric_value)
    from events e left join user_sessions s
      on s.project_id = e.project_id and s.session_id = e.session_id
    where e.kind = 'timing' and e.metric_name is not null and e.metric_value is not null
      and e.occurred_at >= first and e.occurred_at < until
    group by 1, 2, 3, 4, 5
$$;

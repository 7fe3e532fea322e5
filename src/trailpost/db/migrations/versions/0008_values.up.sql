-- Configured sessions of closed local days, narrow: quantiles and what a visitor gave up cannot be
-- added up from sums.
create table configured_sessions (
    project_id         int not null,
    date               date not null,
    start_time         timestamptz not null,
    last_activity      timestamptz not null,
    visitor            bigint not null,
    price_cents        bigint not null,
    is_bot             boolean not null,
    is_converted       boolean not null,
    price_list_version text
);
create index configured_sessions_date on configured_sessions (project_id, date);

-- Final configurations of closed local days.
create table configuration_days (
    project_id         int not null,
    date               date not null,
    is_bot             boolean not null,
    configuration_hash bytea not null,
    sessions           bigint not null,
    visitors           bigint not null,
    converted          bigint not null,
    complete           bigint not null,
    priced             bigint not null,
    price_cents        bigint not null,
    lowest_cents       bigint,
    highest_cents      bigint,
    last_selected      timestamptz not null,
    primary key (project_id, date, is_bot, configuration_hash)
);
create index configuration_days_hash on configuration_days (project_id, configuration_hash);
comment on column configuration_days.visitors is 'distinct on this day';

create table popular_configurations (
    project_id         int not null,
    configuration_hash bytea not null,
    configuration_data jsonb not null,
    selection_count    bigint not null,
    completion_count   bigint not null,
    average_price      numeric(14, 2),
    last_selected      timestamptz not null,
    primary key (project_id, configuration_hash)
);
comment on table popular_configurations is
    'final configurations of the sessions of all closed days; bots do not count';
comment on column popular_configurations.completion_count is
    'sessions among them in which the visitor decided every required category';

-- A session is configured when it holds a choice by the visitor and a total price is known.
create function configured_in(
    project int, first timestamptz, until timestamptz, bots boolean, filters jsonb)
returns table (
    start_time timestamptz, last_activity timestamptz, visitor bigint, price_cents bigint,
    is_bot boolean, is_converted boolean, price_list_version text)
language sql stable parallel safe as $$
    select s.start_time, s.last_activity, s.visitor, (s.total_price * 100)::bigint, s.is_bot,
        s.conversion_status = 'converted', s.price_list_version
    from sessions_in(project, first, until, bots, filters) s
    where s.total_choices > 0 and s.total_price is not null
$$;

-- The same over a period: from what is kept of closed days, and live between them.
create function configured_over(
    project int, closed date[], live_from timestamptz[], live_until timestamptz[], bots boolean,
    filters jsonb)
returns table (
    start_time timestamptz, last_activity timestamptz, visitor bigint, price_cents bigint,
    is_bot boolean, is_converted boolean, price_list_version text)
language sql stable parallel safe as $$
    select c.start_time, c.last_activity, c.visitor, c.price_cents, c.is_bot, c.is_converted,
        c.price_list_version
    from configured_sessions c
    where c.project_id = project and c.date = any (closed) and (not c.is_bot or bots)
    union all
    select l.*
    from unnest(live_from, live_until) as span (first, until),
        configured_in(project, span.first, span.until, bots, filters) l
$$;

-- Whether the visitor decided every category that the owner requires; none required: whether the
-- session reported itself completed.
create function is_complete(choices jsonb, conversion_status text, required text[])
returns boolean language sql immutable parallel safe as $$
    select case when cardinality(required) = 0
        then conversion_status in ('completed', 'converted')
        else not exists (
            select from unnest(required) as r (category)
            where choices -> r.category ->> 'value' is null)
    end
$$;

-- Final configurations of sessions with a choice by the visitor, by local day or hour.
create function configurations_in(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns table (
    at timestamptz, is_bot boolean, configuration_hash bytea, sessions bigint, visitors bigint,
    converted bigint, complete bigint, priced bigint, price_cents bigint, lowest_cents bigint,
    highest_cents bigint, last_selected timestamptz, configuration jsonb)
language sql stable parallel safe as $$
    select step_start(s.start_time, zone, step), s.is_bot, s.configuration_hash, count(*),
        count(*) filter (where s.is_first), count(*) filter (where s.is_converted),
        count(*) filter (where s.is_complete), count(s.cents),
        coalesce(sum(s.cents), 0)::bigint, min(s.cents), max(s.cents), max(s.configuration_at),
        (array_agg(s.configuration order by s.configuration_at desc, s.session_id))[1]
    from (
        select n.start_time, n.is_bot, n.session_id, n.configuration_hash, n.configuration_at,
            n.configuration, (n.total_price * 100)::bigint as cents,
            n.conversion_status = 'converted' as is_converted,
            is_complete(n.choices, n.conversion_status, required_categories(project))
                as is_complete,
            row_number() over (
                partition by step_start(n.start_time, zone, 'day'), n.is_bot, n.visitor,
                    n.configuration_hash
                order by n.start_time, n.session_id) = 1 as is_first
        from sessions_in(project, first, until, bots, filters) n
        where n.total_choices > 0 and n.configuration_hash is not null
    ) as s
    group by 1, 2, 3
$$;
comment on function configurations_in is
    'visitors: distinct on a local day, in the step of their first such session';

-- Local hours that are over. `marked` grows with each batch that still touches one.
create table closed_hours (
    project_id int not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    zone       text not null,
    marked     bigint not null default 0,
    primary key (project_id, starts_at)
);
comment on column closed_hours.zone is 'that cut it';
create index closed_hours_end on closed_hours (project_id, ends_at);

-- What is kept of them: all that was stored when `marked` was `mark`.
create table built_hours (
    project_id int not null,
    starts_at  timestamptz not null,
    mark       bigint not null,
    built_at   timestamptz not null,
    primary key (project_id, starts_at)
);

create table hour_analytics (
    project_id      int not null,
    starts_at       timestamptz not null,
    is_bot          boolean not null,
    metric_type     text not null,
    category        text not null default '',
    value_text      text not null default '',
    count           bigint not null,
    unique_sessions bigint not null,
    total_time      float8 not null default 0,
    total_amount    numeric not null default 0,
    unique (project_id, starts_at, metric_type, is_bot, category, value_text)
);
comment on table hour_analytics is
    'as daily_analytics, over a closed hour; sessions belong to the hour they began in';
comment on column hour_analytics.total_time is 'seconds';

-- Sums that are kept of closed days and of closed hours. `at` is where the local day, or the hour,
-- begins.
create function closed_cells(
    project int, zone text, step text, dates date[], hours timestamptz[], bots boolean,
    metrics text[])
returns setof cell language sql stable parallel safe as $$
    select d.at, d.is_bot, d.metric_type, d.category, d.value_text, d.count, d.unique_sessions,
        d.total_time, d.total_amount
    from closed_cells(project, zone, dates, bots, metrics) d
    union all
    select case step when 'hour' then s.starts_at else step_start(s.starts_at, zone, step) end,
        s.is_bot, s.metric_type, s.category, s.value_text, s.count, s.unique_sessions,
        s.total_time, s.total_amount
    from hour_analytics s
    where s.project_id = project and s.starts_at = any (hours)
      and s.metric_type = any (metrics) and (not s.is_bot or bots)
$$;

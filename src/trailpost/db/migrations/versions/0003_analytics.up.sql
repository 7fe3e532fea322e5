-- Sessions by the 15-minute UTC bucket in which they began. Every column is a sum over sessions,
-- so a batch adds the difference between what its sessions are and what they were.
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
);
comment on column rollup_sessions.visitors is
    'visitors whose first session of their UTC day began in this bucket';
comment on column rollup_sessions.engaged is 'sessions with at least one explicit choice';
comment on column rollup_sessions.configured is
    'sessions with an explicit choice and a total price';

-- A visitor hash lives one UTC day, so its first session decides the one bucket it counts in.
create table rollup_visitors (
    project_id   int not null,
    visitor      bigint not null,
    is_bot       boolean not null,
    first_bucket timestamptz not null,
    primary key (project_id, visitor, is_bot)
);
create index rollup_visitors_bucket on rollup_visitors (project_id, first_bucket);

-- Events by the bucket in which they occurred.
create table rollup_events (
    project_id int not null,
    bucket     timestamptz not null,
    is_bot     boolean not null,
    kind       event_kind not null,
    events     bigint not null,
    primary key (project_id, bucket, is_bot, kind)
);

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
    choices    bigint not null default 0,
    primary key (project_id, bucket, is_bot, category, value)
);
comment on column rollup_options.kept is 'sessions whose last explicit choice in the category it is';

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
);

-- The measurements among the events that one transaction stored.
create temp table if not exists stored_timings (
    project_id   int not null,
    session_id   uuid not null,
    bucket       timestamptz not null,
    metric_name  text not null,
    endpoint     text,
    status       smallint,
    metric_value float8 not null
) on commit delete rows

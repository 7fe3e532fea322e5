-- How many events one transaction stored, by session, 15 minutes and kind.
create temp table if not exists stored_counts (
    project_id int not null,
    session_id uuid not null,
    bucket     timestamptz not null,
    kind       event_kind not null,
    events     int not null
) on commit delete rows

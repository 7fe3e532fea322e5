create type event_kind as enum (
    'session_start', 'page_view', 'interaction', 'choice', 'snapshot', 'timing', 'session_end',
    'consent', 'identify');

-- One table for every kind, partitioned by day; docs/decisions says why.
-- Columns run from wide to narrow so that no row carries padding.
create table events (
    event_id           uuid not null,
    session_id         uuid not null,
    occurred_at        timestamptz not null,
    received_at        timestamptz not null,
    metric_value       float8,
    project_id         int not null,
    day                date not null,
    kind               event_kind not null,
    time_spent         int,
    viewport_width     smallint,
    viewport_height    smallint,
    status             smallint,
    completion         smallint,
    event_type         text,
    category           text,
    element_id         text,
    value              text,
    previous_value     text,
    source             text,
    trigger_event      text,
    device_type        text,
    price              numeric(14, 2),
    price_before       numeric(14, 2),
    price_list_version text,
    configuration      jsonb,
    configuration_hash bytea,
    url                text,
    metric_name        text,
    unit               text,
    endpoint           text,
    method             text,
    conversion_status  text,
    clock              text,
    additional_data    jsonb
) partition by range (day);
comment on column events.day is
    'UTC day of the time the client gave, or of receipt: the same on every delivery of an event';
comment on column events.clock is
    'future or ancient: the time the client gave is not believable, kept as given';

-- Any day without a partition of its own: an event is never refused for want of one.
create table events_default partition of events default;
create unique index events_default_event on events_default (event_id, day);
create index events_default_session on events_default (session_id);
create index events_default_received on events_default using brin (received_at);

-- The partition of a day. Rows that waited in the default partition move into it.
-- Its unique index needs no day (it is the same for all its rows), which saves 9 bytes an event.
create function ensure_event_partition(wanted date) returns boolean language plpgsql as $$
declare
    part text := 'events_' || to_char(wanted, 'YYYYMMDD');
begin
    if to_regclass(part) is not null then
        return false;
    end if;
    perform pg_advisory_xact_lock(7302115);
    if to_regclass(part) is not null then
        return false;
    end if;
    execute format('create table %I (like events including defaults including constraints)', part);
    execute format(
        'with moved as (delete from events_default where day = %L returning *)
         insert into %I select * from moved', wanted, part);
    execute format('create unique index %I on %I (event_id)', part || '_event', part);
    execute format('create index %I on %I (session_id)', part || '_session', part);
    execute format('create index %I on %I using brin (received_at)', part || '_received', part);
    execute format(
        'alter table %I add constraint %I check (day = %L and day is not null)',
        part, part || '_day', wanted);
    execute format(
        'alter table events attach partition %I for values from (%L) to (%L)',
        part, wanted, wanted + 1);
    execute format('alter table %I drop constraint %I', part, part || '_day');
    return true;
end $$;

-- Drops whole days, never their rows. Returns the days dropped. Of the default partition go the
-- rows received before then: few, and of days that never had a partition to drop.
create function drop_event_partitions(before date) returns setof date language plpgsql as $$
declare
    part record;
begin
    for part in
        select c.relname as name, to_date(right(c.relname, 8), 'YYYYMMDD') as day
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$'
    loop
        if part.day < before then
            execute format('drop table %I', part.name);
            return next part.day;
        end if;
    end loop;
    delete from events_default where received_at < before;
end $$;

create table user_sessions (
    project_id         int not null,
    session_id         uuid not null,
    visitor            bigint not null,
    start_time         timestamptz not null,
    last_activity      timestamptz not null,
    last_bucket        timestamptz not null,
    end_time           timestamptz,
    configuration_at   timestamptz,
    session_duration   int not null default 0,
    total_events       int not null default 0,
    total_interactions int not null default 0,
    total_choices      int not null default 0,
    viewport_width     smallint,
    viewport_height    smallint,
    completion         smallint,
    is_bot             boolean not null default false,
    conversion_status  text not null default 'ongoing'
        check (conversion_status in ('ongoing', 'in_cart', 'completed', 'converted')),
    client_session_id  text,
    user_hash          text,
    bot_class          text,
    bot_reason         text,
    user_agent         text,
    device_type        text,
    browser_name       text,
    os_name            text,
    language           text,
    referrer           text,
    utm_source         text,
    utm_medium         text,
    utm_campaign       text,
    landing_page       text,
    exit_page          text,
    consent            text,
    total_price        numeric(14, 2),
    price_list_version text,
    configuration_hash bytea,
    configuration      jsonb,
    choices            jsonb not null default '{}',
    marks              jsonb not null default '{}',
    primary key (project_id, session_id)
) with (fillfactor = 80);
comment on column user_sessions.visitor is 'salted hash; the salt is thrown away every UTC day';
comment on column user_sessions.last_bucket is
    'last_activity to 15 minutes: an index on it leaves most updates heap-only';
comment on column user_sessions.choices is
    'what the visitor chose: category -> {value, at, count, seen: [values]}; explicit choices only';
comment on column user_sessions.marks is
    'times that decide which of two events wins, so that order of arrival does not matter';
-- Who came on a day is read from the index alone.
create index user_sessions_start on user_sessions (project_id, start_time) include (visitor, is_bot);
create index user_sessions_last on user_sessions (project_id, last_bucket);

-- A session forgets nothing it reached; what it gave up follows from time alone.
create function session_status(reached text, last_activity timestamptz, at timestamptz, idle interval)
returns text language sql immutable parallel safe as $$
    select case
        when reached = 'converted' then reached
        when last_activity < at - interval '30 days' then 'expired'
        when last_activity < at - idle then 'abandoned'
        else reached end
$$;

create function bucket_of(at timestamptz) returns timestamptz
language sql immutable parallel safe as $$
    select date_bin('15 minutes', at, timestamptz '2000-01-01 00:00:00+00')
$$;

create table ingest_ledger (
    minute        timestamptz not null,
    project_id    int not null,
    received      bigint not null default 0,
    stored        bigint not null default 0,
    duplicate     bigint not null default 0,
    rejected      bigint not null default 0,
    dead_lettered bigint not null default 0,
    primary key (minute, project_id)
);
comment on table ingest_ledger is
    'by minute of receipt; project 0 is what could not be read far enough to know its project';

create table stream_positions (
    stream         text primary key,
    incarnation    text not null,
    last_id        text not null,
    received_total bigint not null,
    missing        bigint not null default 0,
    updated_at     timestamptz not null default now()
);
comment on column stream_positions.received_total is
    'the running total that ingest wrote into the entry at last_id';
comment on column stream_positions.missing is
    'events that ingest counted and the stream never delivered: must stay 0';

create table dead_letters (
    id          bigint generated always as identity primary key,
    project_id  int not null default 0,
    stream      text not null,
    entry_id    text not null,
    events      int not null,
    reason      text not null,
    payload     bytea not null,
    received_at timestamptz not null,
    created_at  timestamptz not null default now(),
    replayed_at timestamptz,
    outcome     text
);
create index dead_letters_open on dead_letters (id) where replayed_at is null;

create table request_timings (
    minute   timestamptz not null,
    method   text not null,
    route    text not null,
    status   smallint not null,
    requests bigint not null,
    total_ms float8 not null,
    max_ms   float8 not null,
    primary key (minute, method, route, status)
);
comment on table request_timings is 'our own HTTP server, folded in memory and sent once a few seconds';

create view interaction_events as
select event_id, project_id, session_id, event_type, category, element_id,
    value as selection_value, previous_value, occurred_at, received_at, time_spent,
    device_type, viewport_width, viewport_height, additional_data
from events where kind = 'interaction';

create view page_views as
select event_id, project_id, session_id, occurred_at, received_at, url, time_spent, additional_data
from events where kind = 'page_view';

create view choices as
select event_id, project_id, session_id, occurred_at, received_at, category,
    previous_value as from_value, value as to_value, source, price_before, price as price_after,
    price_list_version, additional_data
from events where kind = 'choice';

create view configuration_snapshots as
select event_id, project_id, session_id, occurred_at, received_at,
    configuration as configuration_data, configuration_hash, price as total_price,
    completion as completion_percentage, price_list_version, trigger_event, additional_data
from events where kind = 'snapshot';

create view performance_metrics as
select e.event_id, e.project_id, e.session_id, e.occurred_at, e.received_at, e.metric_name,
    e.metric_value as value, e.unit, e.endpoint, e.method, e.status, s.user_agent, e.additional_data
from events e left join user_sessions s using (project_id, session_id)
where e.kind = 'timing';

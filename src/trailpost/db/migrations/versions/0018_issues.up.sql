-- In the order of severity, so that greatest() is the worst.
create type issue_level as enum ('info', 'warning', 'error');
create type issue_status as enum ('open', 'resolved', 'ignored');

create table issues (
    id               uuid primary key,
    project_id       int not null,
    version          smallint not null,
    fingerprint      text not null,
    type             text not null,
    title            text not null,
    level            issue_level not null,
    status           issue_status not null default 'open',
    first_seen       timestamptz not null,
    last_seen        timestamptz not null,
    occurrences      bigint not null,
    sessions         bigint not null default 0,
    first_release    text,
    first_release_at timestamptz,
    last_release     text,
    last_release_at  timestamptz,
    resolved_at      timestamptz,
    regressions      int not null default 0,
    regressed_at     timestamptz,
    unique (project_id, version, fingerprint)
);
comment on column issues.id is 'follows from project, version and fingerprint';
comment on column issues.version is 'of the rules that made the fingerprint';
comment on column issues.level is 'the most severe of its occurrences';
comment on column issues.occurrences is 'ever; the rows themselves are kept as long as raw events';
create index issues_by_last_seen on issues (project_id, last_seen desc, id desc);

create table issue_occurrences (
    project_id    int not null,
    occurrence_id uuid not null,
    issue_id      uuid not null references issues deferrable initially deferred,
    session_id    uuid,
    occurred_at   timestamptz not null,
    received_at   timestamptz not null,
    level         issue_level not null,
    type          text not null,
    message       text not null,
    stack         jsonb not null,
    url           text not null,
    release       text,
    environment   text,
    tags          text[] not null,
    context       jsonb,
    primary key (project_id, occurrence_id)
);
create index issue_occurrences_by_issue on issue_occurrences (issue_id, occurred_at desc);
create index issue_occurrences_by_receipt on issue_occurrences (received_at);
create index issue_occurrences_by_session on issue_occurrences (session_id)
    where session_id is not null;

create table issue_sessions (
    issue_id   uuid not null references issues,
    session_id uuid not null,
    seen_at    timestamptz not null,
    primary key (issue_id, session_id)
);
comment on table issue_sessions is 'which sessions an issue has been counted for';
create index issue_sessions_by_time on issue_sessions (seen_at);

create table issue_days (
    issue_id    uuid not null references issues,
    day         date not null,
    occurrences bigint not null,
    primary key (issue_id, day)
);
comment on column issue_days.day is 'UTC, of when it occurred';

create table issue_ledger (
    minute        timestamptz not null,
    project_id    int not null,
    received      bigint not null default 0,
    stored        bigint not null default 0,
    duplicate     bigint not null default 0,
    rejected      bigint not null default 0,
    dead_lettered bigint not null default 0,
    primary key (minute, project_id)
);
comment on table issue_ledger is
    'what ingest_ledger is to events; project 0 is what could not be read far enough';

create table issue_positions (
    stream         text primary key,
    incarnation    text not null,
    last_id        text not null,
    received_total bigint not null,
    missing        bigint not null default 0,
    updated_at     timestamptz not null default now()
);

create table issue_dead_letters (
    id          bigint generated always as identity primary key,
    project_id  int not null default 0,
    stream      text not null,
    entry_id    text not null,
    occurrences int not null,
    reason      text not null,
    payload     bytea not null,
    received_at timestamptz not null,
    created_at  timestamptz not null default now(),
    replayed_at timestamptz,
    outcome     text
);
create index issue_dead_letters_open on issue_dead_letters (id) where replayed_at is null;

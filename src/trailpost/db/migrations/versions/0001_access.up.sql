create table projects (
    id              int generated always as identity primary key,
    slug            text not null unique check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name            text not null,
    time_zone       text not null default 'UTC',
    allowed_origins text[] not null default '{*}',
    secret          bytea not null,
    created_at      timestamptz not null default now()
);
comment on column projects.secret is 'keys the hash of identified users; never leaves the server';

create table ingest_keys (
    key        text primary key,
    project_id int not null references projects,
    name       text not null,
    created_at timestamptz not null default now(),
    revoked_at timestamptz
);

create table users (
    id            bigint generated always as identity primary key,
    email         text not null,
    name          text not null default '',
    password_hash text not null,
    role          text not null default 'admin' check (role in ('admin', 'viewer')),
    created_at    timestamptz not null default now(),
    password_set_at timestamptz not null default now()
);
create unique index users_email on users (lower(email));

create table logins (
    token_hash bytea primary key,
    user_id    bigint not null references users on delete cascade,
    csrf       text not null,
    created_at timestamptz not null default now(),
    seen_at    timestamptz not null default now(),
    expires_at timestamptz not null
);
create index logins_user on logins (user_id);

create table login_failures (
    who  text not null,
    at   timestamptz not null default now()
);
create index login_failures_who on login_failures (who, at);

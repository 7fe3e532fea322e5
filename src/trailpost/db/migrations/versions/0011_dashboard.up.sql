create table annotations (
    id         bigint generated always as identity primary key,
    project_id int not null references projects on delete cascade,
    at         timestamptz not null,
    text       text not null check (length(text) between 1 and 200),
    by         bigint references users on delete set null,
    created_at timestamptz not null default now()
);
create index annotations_at on annotations (project_id, at);

create table saved_views (
    id         bigint generated always as identity primary key,
    user_id    bigint not null references users on delete cascade,
    name       text not null check (length(name) between 1 and 60),
    section    text not null,
    query      text not null,
    created_at timestamptz not null default now(),
    unique (user_id, name)
);

create table share_links (
    id         bigint generated always as identity primary key,
    token_hash bytea not null unique,
    section    text not null,
    query      text not null,
    by         bigint references users on delete set null,
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    revoked_at timestamptz,
    opened     bigint not null default 0,
    opened_at  timestamptz
);
comment on column share_links.token_hash is 'SHA-256: whoever reads the table cannot open the link';

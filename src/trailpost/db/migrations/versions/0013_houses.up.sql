create table house_options (
    category text not null,
    value text not null,
    name_de text not null,
    name_en text not null,
    fact_de text not null,
    fact_en text not null,
    sort_order integer not null,
    active boolean not null default true,
    primary key (category, value)
);

create table price_lists (
    version integer primary key,
    -- In force from then on, until one that begins later; of two that begin together the newer.
    valid_from timestamptz not null,
    note text not null,
    -- apps/houses/wire.py: PriceTable without its version.
    prices jsonb not null,
    created_at timestamptz not null default now()
);

create function refuse_price_change() returns trigger language plpgsql as $$
begin
    raise exception 'price lists are never changed; take a new one'
        using errcode = 'restrict_violation';
end
$$;

create trigger price_lists_are_immutable before update or delete on price_lists
    for each row execute function refuse_price_change();

create trigger price_lists_stay before truncate on price_lists
    for each statement execute function refuse_price_change();

create table house_configurations (
    -- Ten letters and digits, drawn at random: whoever knows it may see it.
    id text primary key,
    configuration jsonb not null,
    price_list_version integer not null references price_lists,
    total_price integer not null check (total_price >= 0),
    -- Grows with each change; who changes names the one they saw.
    revision integer not null default 1,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now()
);

create table customer_inquiries (
    id uuid primary key,
    status text not null default 'NEW'
        check (status in ('NEW', 'CONTACTED', 'QUOTED', 'CONVERTED', 'CLOSED')),
    name text not null,
    email text not null,
    phone text,
    message text,
    language text not null check (language in ('de', 'en')),
    configuration jsonb not null,
    price_list_version integer not null references price_lists,
    total_price integer not null check (total_price >= 0),
    -- The tracker's id of the session; goes when the inquiry is deleted.
    session_id text,
    created_at timestamptz not null default now(),
    status_at timestamptz not null default now()
);

create index customer_inquiries_by_status on customer_inquiries (status, id desc);

create table house_media (
    -- Google Drive's id of the file.
    file_id text primary key,
    -- Below the media folder; unique, or two files would share a place.
    path text not null unique,
    name text not null,
    media_type text not null,
    -- What Drive says its bytes are, as hex; they are checked against it.
    md5 text not null,
    size bigint not null,
    modified_at timestamptz not null,
    -- Which of the preview's views it belongs to.
    view text check (view in ('exterior', 'interior', 'pv', 'fenster')),
    synced_at timestamptz not null default now()
);

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
    -- Ten letters and digits, drawn at random: whoever knows it may see and change it.
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

insert into house_options
    (category, value, name_de, name_en, fact_de, fact_en, sort_order)
values
    ('nest', 'nest80', 'Nest. 80', 'Nest. 80', '80 m², 4 Module', '80 m², 4 modules', 1),
    ('nest', 'nest100', 'Nest. 100', 'Nest. 100', '100 m², 5 Module', '100 m², 5 modules', 2),
    ('nest', 'nest120', 'Nest. 120', 'Nest. 120', '120 m², 6 Module', '120 m², 6 modules', 3),
    ('nest', 'nest140', 'Nest. 140', 'Nest. 140', '140 m², 7 Module', '140 m², 7 modules', 4),
    ('nest', 'nest160', 'Nest. 160', 'Nest. 160', '160 m², 8 Module', '160 m², 8 modules', 5),
    ('gebaeudehuelle', 'trapezblech', 'Trapezblech', 'Trapezoidal sheet', 'RAL 9005, 3000 × 1142 mm', 'RAL 9005, 3000 × 1142 mm', 1),
    ('gebaeudehuelle', 'holzlattung', 'Holzlattung Lärche Natur', 'Natural larch battens', 'PEFC, 5,0 × 4,0 cm', 'PEFC, 5.0 × 4.0 cm', 2),
    ('gebaeudehuelle', 'fassadenplatten_schwarz', 'Fassadenplatten Schwarz', 'Facade panels, black', '268 × 130 cm, Sustainability Award 2024', '268 × 130 cm, Sustainability Award 2024', 3),
    ('gebaeudehuelle', 'fassadenplatten_weiss', 'Fassadenplatten Weiß', 'Facade panels, white', '268 × 130 cm, Sustainability Award 2024', '268 × 130 cm, Sustainability Award 2024', 4),
    ('innenverkleidung', 'kiefer', 'Kiefer', 'Pine', 'PEFC, 1,5 cm', 'PEFC, 1.5 cm', 1),
    ('innenverkleidung', 'fichte', 'Fichte', 'Spruce', 'PEFC, 1,9 cm', 'PEFC, 1.9 cm', 2),
    ('innenverkleidung', 'steirische_eiche', 'Steirische Eiche', 'Styrian oak', 'PEFC, 1,9 cm', 'PEFC, 1.9 cm', 3),
    ('fussboden', 'parkett', 'Parkett Eiche', 'Oak parquet', 'schwimmend verlegt', 'floating installation', 1),
    ('fussboden', 'kalkstein_kanafar', 'Kalkstein Kanafar', 'Kanafar limestone', '800 × 800 mm', '800 × 800 mm', 2),
    ('fussboden', 'schiefer_massiv', 'Schiefer Massiv', 'Solid slate', '800 × 800 mm', '800 × 800 mm', 3),
    ('fenster', 'pvc_fenster', 'PVC', 'PVC', 'RAL 9016', 'RAL 9016', 1),
    ('fenster', 'fichte', 'Fichte', 'Spruce', 'Lärche', 'Larch', 2),
    ('fenster', 'steirische_eiche', 'Steirische Eiche', 'Styrian oak', 'RAL 9005', 'RAL 9005', 3),
    ('fenster', 'aluminium', 'Aluminium', 'Aluminium', 'RAL 9005', 'RAL 9005', 4),
    ('planungspaket', 'basis', 'Planung Basis', 'Planning Basic', 'Einreichplanung', 'Building permit plans', 1),
    ('planungspaket', 'plus', 'Planung Plus', 'Planning Plus', '+ HKLS-Planung', '+ HVAC and plumbing plans', 2),
    ('planungspaket', 'pro', 'Planung Pro', 'Planning Pro', '+ Interiorkonzept', '+ interior concept', 3),
    ('pvanlage', 'pv_panels', 'Photovoltaik-Panels', 'Photovoltaic panels', '0,4 kWpeak pro Panel', '0.4 kWpeak per panel', 1),
    ('grundstueckscheck', 'grundstueckscheck', 'Grundstückscheck', 'Plot check', 'Prüfung deines Grundstücks', 'A check of your plot', 1);

-- From the beginning of time: what was configured earlier was priced by it too.
insert into price_lists (version, valid_from, note, prices) values (1, 'epoch', 'First list', '{
    "cores": [
        {"shell": "trapezblech", "interior": "kiefer", "floor": "parkett", "base": 155500, "perModule": 33600},
        {"shell": "trapezblech", "interior": "fichte", "floor": "parkett", "base": 156900, "perModule": 33800},
        {"shell": "trapezblech", "interior": "eiche", "floor": "parkett", "base": 165700, "perModule": 35400},
        {"shell": "holzlattung", "interior": "kiefer", "floor": "parkett", "base": 165100, "perModule": 35600},
        {"shell": "holzlattung", "interior": "fichte", "floor": "parkett", "base": 166400, "perModule": 35800},
        {"shell": "holzlattung", "interior": "eiche", "floor": "parkett", "base": 175300, "perModule": 37400},
        {"shell": "platten", "interior": "kiefer", "floor": "parkett", "base": 191900, "perModule": 40300},
        {"shell": "platten", "interior": "fichte", "floor": "parkett", "base": 193200, "perModule": 40600},
        {"shell": "platten", "interior": "eiche", "floor": "parkett", "base": 202100, "perModule": 42200},
        {"shell": "trapezblech", "interior": "kiefer", "floor": "stone", "base": 161200, "perModule": 35000},
        {"shell": "trapezblech", "interior": "fichte", "floor": "stone", "base": 162600, "perModule": 35300},
        {"shell": "trapezblech", "interior": "eiche", "floor": "stone", "base": 171400, "perModule": 36900},
        {"shell": "holzlattung", "interior": "kiefer", "floor": "stone", "base": 170800, "perModule": 37000},
        {"shell": "holzlattung", "interior": "fichte", "floor": "stone", "base": 172100, "perModule": 37300},
        {"shell": "holzlattung", "interior": "eiche", "floor": "stone", "base": 181000, "perModule": 38900},
        {"shell": "platten", "interior": "kiefer", "floor": "stone", "base": 197600, "perModule": 41700},
        {"shell": "platten", "interior": "fichte", "floor": "stone", "base": 198900, "perModule": 42000},
        {"shell": "platten", "interior": "eiche", "floor": "stone", "base": 207800, "perModule": 43600}
    ],
    "windows": {"pvc_fenster": 280, "fichte": 400, "steirische_eiche": 550, "aluminium": 700},
    "planning": {"basis": 8900, "plus": 13900, "pro": 18900},
    "panel": 390,
    "plotCheck": 490,
    "instalment": {"rate": 0.035, "months": 240}
}');

-- What the owner of a project says its reports should know.
create table report_settings (
    project_id          int primary key,
    required_categories text[] not null default '{}'
);
comment on column report_settings.required_categories is
    'categories without which a configuration is not complete, in the order they are asked for';

create function required_categories(project int) returns text[]
language sql stable parallel safe as $$
    select coalesce(
        (select r.required_categories from report_settings r where r.project_id = project), '{}')
$$;

-- Local days that are over. `marked` grows with each batch that still touches one.
create table closed_days (
    project_id int not null,
    date       date not null,
    zone       text not null,
    starts_at  timestamptz not null,
    ends_at    timestamptz not null,
    marked     bigint not null default 0,
    frozen     boolean not null default false,
    primary key (project_id, date)
);
comment on column closed_days.frozen is
    'its raw events are gone: what was made of them stays';
create index closed_days_end on closed_days (project_id, ends_at);

-- What of them is in daily_analytics: all that was stored when `marked` was `mark`.
create table built_days (
    project_id int not null,
    date       date not null,
    mark       bigint not null,
    built_at   timestamptz not null,
    primary key (project_id, date)
);

create table daily_analytics (
    project_id     int not null,
    date           date not null,
    is_bot         boolean not null,
    metric_type    text not null,
    category       text not null default '',
    value_text     text not null default '',
    count          bigint not null,
    unique_sessions bigint not null,
    total_time     float8 not null default 0,
    total_amount   numeric not null default 0,
    average_time   float8 generated always as (total_time / nullif(count, 0)) stored,
    unique (project_id, metric_type, date, is_bot, category, value_text)
);
comment on table daily_analytics is
    'sums over a closed local day of the project; sessions belong to the day they began in';
comment on column daily_analytics.total_time is 'seconds';

-- One row of sums, live or of a closed day. `at` is where the local day, or the hour, begins.
create type cell as (
    at              timestamptz,
    is_bot          boolean,
    metric_type     text,
    category        text,
    value_text      text,
    count           bigint,
    unique_sessions bigint,
    total_time      float8,
    total_amount    numeric
);

create function step_start(at timestamptz, zone text, step text) returns timestamptz
language sql stable parallel safe as $$ select date_trunc(step, at, zone) $$;

create function closed_cells(project int, zone text, dates date[], bots boolean, metrics text[])
returns setof cell language sql stable parallel safe as $$
    select date_trunc('day', d.date::timestamp at time zone zone, zone), d.is_bot, d.metric_type,
        d.category, d.value_text, d.count, d.unique_sessions, d.total_time, d.total_amount
    from daily_analytics d
    where d.project_id = project and d.metric_type = any (metrics) and d.date = any (dates)
      and (not d.is_bot or bots)
$$;

-- Sessions that began in [first, until) and are what the filters ask for: device, source,
-- campaign, country, option_category with option_value (kept as it stands), price_list, converted.
create function sessions_in(
    project int, first timestamptz, until timestamptz, bots boolean, filters jsonb)
returns setof user_sessions language sql stable parallel safe as $$
    select s.*
    from user_sessions s
    where s.project_id = project and s.start_time >= first and s.start_time < until
      and (not s.is_bot or bots)
      and (filters ->> 'device' is null or s.device_type = filters ->> 'device')
      and (filters ->> 'source' is null
          or session_source(s.utm_source, s.referrer) = filters ->> 'source')
      and (filters ->> 'campaign' is null or s.utm_campaign = filters ->> 'campaign')
      and (filters ->> 'country' is null or s.country = filters ->> 'country')
      and (filters ->> 'price_list' is null or s.price_list_version = filters ->> 'price_list')
      and (filters ->> 'converted' is null
          or (s.conversion_status = 'converted') = (filters ->> 'converted')::boolean)
      and (filters ->> 'option_category' is null
          or s.choices -> (filters ->> 'option_category') ->> 'value'
              = filters ->> 'option_value')
$$;

-- Quantiles from sums. The mapping is DDSketch's with 1 % relative accuracy: values of one bin
-- differ by less than 2 %, its value is within 1 % of each. Bins add up over days and servers.
-- Charles Masson, Jee E. Rim, Homin K. Lee: DDSketch, VLDB 2019.
create function log_bin(v float8) returns int language sql immutable parallel safe as $$
    select case
        when v > 0 then ceil(ln(v) / ln(1.01::float8 / 0.99))::int
        when v <= 0 then -100000 end
$$;

create function bin_value(bin int) returns float8 language sql immutable parallel safe as $$
    select case when bin = -100000 then 0
        else 2 * power(1.01::float8 / 0.99, bin) / (1.01::float8 / 0.99 + 1) end
$$;

-- The value at rank floor(q (n - 1)) of all that was counted; null of nothing. One row per bin and
-- day may come: they are added up.
create function bin_quantile(bins int[], counts bigint[], q float8) returns float8
language sql immutable parallel safe as $$
    with summed as (
        select b.bin, sum(b.n) as n
        from unnest(bins, counts) as b (bin, n)
        group by b.bin
    ),
    ranked as (
        select s.bin, sum(s.n) over (order by s.bin) as until, sum(s.n) over () as total
        from summed s
    )
    select bin_value(r.bin) from ranked r where r.until > floor(q * (r.total - 1))
    order by r.bin limit 1
$$;

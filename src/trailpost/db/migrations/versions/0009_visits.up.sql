-- Visitors that outlive the day, one after the other and each in the order of the visits: who came
-- back is read from this index alone.
create index user_sessions_recognised on user_sessions (project_id, visitor, start_time)
    include (is_bot) where is_recognised;

-- The path of an address: no host, no query, and of the fragment only a path of its own (`#/…`,
-- a view of a one-page application). An index row takes 500 characters.
create function url_path(url text) returns text
language sql immutable parallel safe as $$
    select case when url is not null then left(
        coalesce(
            nullif(
                regexp_replace(
                    split_part(split_part(url, '#', 1), '?', 1),
                    '^([A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*', ''),
                ''),
            '/')
        || case when strpos(url, '#') > 0
            then coalesce(substring(url, '#!?/[^?#]*'), '') else '' end,
        500) end
$$;

-- A window's width in four classes.
create function viewport_class(width int) returns text
language sql immutable parallel safe as $$
    select case
        when width < 640 then 'under 640'
        when width < 1024 then '640 to 1023'
        when width < 1440 then '1024 to 1439'
        when width >= 1440 then '1440 and over' end
$$;

create function visit_metrics() returns text[]
language sql immutable parallel safe as $$
    select array[
        'visit_source', 'visit_referrer', 'visit_medium', 'visit_campaign', 'visit_landing',
        'visit_country', 'visit_source_first', 'visit_referrer_first', 'visit_medium_first',
        'visit_campaign_first', 'visit_landing_first', 'visit_country_first', 'visit_device',
        'visit_browser', 'visit_os', 'visit_viewport', 'visit_language']
$$;

-- Sessions by how they came or what they came on; the metric says what is asked, value_text is the
-- answer, empty where none is known. Category says which of them are counted: all sessions,
-- visitors (the first of each on a local day), engaged, converted, configured or bounced ones.
-- A metric that ends in _first asks how the visitor came first: a recognised one ever, another on
-- that local day. Of a metric that is a constant only its own branch is planned.
create function visit_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb, metric text)
returns setof cell language sql stable parallel safe as $$
    select g.at, g.is_bot, metric, counted.what, g.value, counted.sessions, counted.sessions,
        counted.seconds, counted.amount
    from (
        select step_start(v.start_time, zone, step) as at, v.is_bot, v.value,
            count(*) as sessions, count(*) filter (where v.is_first) as visitors,
            sum(v.engaged) as engaged, sum(v.converted) as converted,
            sum(v.configured) as configured, sum(v.bounced) as bounced,
            sum(v.session_duration) as seconds, sum(v.configured_value) as amount
        from (
            select s.start_time, s.is_bot, s.session_duration, named.value,
                m.engaged, m.converted, m.configured, m.bounced, m.configured_value,
                row_number() over (
                    partition by step_start(s.start_time, zone, 'day'), s.is_bot, named.value,
                        s.visitor
                    order by s.start_time, s.session_id) = 1 as is_first
            from sessions_in(project, first, until, bots, filters) s
            cross join lateral session_measures(
                s.start_time, s.session_duration, s.total_interactions, s.total_choices,
                s.conversion_status, s.total_price, s.completion) m
            cross join lateral (
                select s.utm_source, s.referrer, s.utm_medium, s.utm_campaign, s.landing_page,
                    s.country
                where metric not like '%\_first'
                union all
                (select o.utm_source, o.referrer, o.utm_medium, o.utm_campaign, o.landing_page,
                    o.country
                from user_sessions o
                where metric like '%\_first' and o.project_id = project
                  and o.is_bot = s.is_bot and o.visitor = s.visitor
                  and o.start_time <= s.start_time
                  and o.start_time >= case when s.is_recognised then '-infinity'
                      else step_start(s.start_time, zone, 'day') end
                  and (o.is_recognised or not s.is_recognised)
                order by o.start_time, o.session_id limit 1)
            ) as came
            cross join lateral (
                select left(coalesce(
                    case split_part(metric, '_', 2)
                        when 'source' then session_source(came.utm_source, came.referrer)
                        when 'referrer' then rtrim(substring(
                            came.referrer from '^[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?([^?#]+)'),
                            '/')
                        when 'medium' then came.utm_medium
                        when 'campaign' then came.utm_campaign
                        when 'landing' then url_path(came.landing_page)
                        when 'country' then came.country
                        when 'device' then s.device_type
                        when 'browser' then s.browser_name
                        when 'os' then s.os_name
                        when 'viewport' then viewport_class(s.viewport_width)
                        when 'language' then s.language end,
                    ''), 500) as value
                offset 0
            ) as named
        ) as v
        group by 1, 2, 3
    ) as g
    cross join lateral (values
        ('sessions', g.sessions, g.seconds::float8, 0::numeric),
        ('visitors', g.visitors, 0, 0),
        ('engaged', g.engaged, 0, 0),
        ('converted', g.converted, 0, 0),
        ('configured', g.configured, 0, g.amount),
        ('bounced', g.bounced, 0, 0)
    ) as counted (what, sessions, seconds, amount)
    where counted.sessions > 0
$$;

-- The same sums over a period, by value; null where it is not known.
create function visits_over(
    project int, zone text, step text, closed date[], live_from timestamptz[],
    live_until timestamptz[], bots boolean, filters jsonb, metric text)
returns table (
    value text, sessions bigint, visitors bigint, engaged bigint, converted bigint,
    conversion_rate float8, average_configured_value numeric, bounce_rate float8)
language sql stable parallel safe as $$
    select nullif(v.value_text, ''), v.sessions, v.visitors, v.engaged, v.converted,
        (100.0 * v.converted / v.sessions)::float8, round(v.amount / nullif(v.configured, 0), 2),
        (100.0 * v.bounced / v.sessions)::float8
    from (
        select c.value_text,
            (sum(c.count) filter (where c.category = 'sessions'))::bigint as sessions,
            coalesce(sum(c.count) filter (where c.category = 'visitors'), 0)::bigint as visitors,
            coalesce(sum(c.count) filter (where c.category = 'engaged'), 0)::bigint as engaged,
            coalesce(sum(c.count) filter (where c.category = 'converted'), 0)::bigint
                as converted,
            sum(c.count) filter (where c.category = 'configured') as configured,
            sum(c.total_amount) as amount,
            coalesce(sum(c.count) filter (where c.category = 'bounced'), 0) as bounced
        from (
            select d.category, d.value_text, d.count, d.total_amount
            from closed_cells(project, zone, closed, bots, array[metric]) d
            union all
            select l.category, l.value_text, l.count, l.total_amount
            from unnest(live_from, live_until) as span (first, until),
                visit_cells(
                    project, zone, step, span.first, span.until, bots, filters, metric) l
        ) as c
        group by c.value_text
    ) as v
$$;

-- Which pages were seen, by the local day on which they were; `at` is the step of the session's
-- first event there on that day. page_view: count is views, unique_sessions the sessions of the
-- day. page_time: count is sessions, category the bin of the seconds the page was in sight.
-- page_entry, page_exit: sessions by their first and last page, on the day they began.
-- What a device with a wrong clock reports may lie in any partition: more than a day off, it is
-- left out.
create function page_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    with told as materialized (
        select step_start(e.occurred_at, zone, 'day') as day, e.session_id,
            case when e.kind = 'page_view' then e.url else e.element_id end as url,
            min(e.occurred_at) as first_at,
            count(*) filter (where e.kind = 'page_view') as views,
            sum(e.time_spent) filter (where e.kind = 'interaction') as milliseconds
        from events e
        where e.project_id = project and e.clock is null
          and e.occurred_at >= first and e.occurred_at < until and e.received_at >= first
          and e.day >= (first at time zone 'UTC')::date - 1
          and e.day <= (until at time zone 'UTC')::date + 1
          and e.day >= (e.occurred_at at time zone 'UTC')::date - 1
          and e.day <= (e.occurred_at at time zone 'UTC')::date + 1
          and (e.kind = 'page_view' or (e.kind = 'interaction' and e.category = 'page'
              and e.value = 'left'))
        group by 1, 2, 3
    ),
    paths as materialized (
        select t.url, url_path(t.url) as path from (select distinct url from told) as t
    ),
    mine as materialized (
        select s.session_id, s.is_bot
        from (select distinct session_id from told) as t
        join sessions_in(project, '-infinity', until, bots, filters) s
          on s.session_id = t.session_id
    ),
    seen as materialized (
        select step_start(min(t.first_at), zone, step) as at, m.is_bot, p.path,
            sum(t.views)::bigint as views, sum(t.milliseconds) / 1000.0 as seconds
        from told t
        join paths p on p.url = t.url
        join mine m on m.session_id = t.session_id
        group by t.day, m.is_bot, t.session_id, p.path
    )
    select v.at, v.is_bot, 'page_view'::text, ''::text, v.path, sum(v.views)::bigint, count(*),
        0::float8, 0::numeric
    from seen v
    where v.views > 0
    group by v.at, v.is_bot, v.path
    union all
    select v.at, v.is_bot, 'page_time'::text, log_bin(v.seconds::float8)::text, v.path, count(*),
        count(*), sum(v.seconds)::float8, 0::numeric
    from seen v
    where v.seconds is not null
    group by v.at, v.is_bot, v.path, log_bin(v.seconds::float8)
    union all
    select g.at, g.is_bot, g.metric, ''::text, url_path(g.url), sum(g.sessions)::bigint,
        sum(g.sessions)::bigint, 0::float8, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, ends.metric, ends.url,
            count(*) as sessions
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral (values
            ('page_entry', s.landing_page), ('page_exit', s.exit_page)
        ) as ends (metric, url)
        where ends.url is not null
        group by 1, 2, 3, 4
    ) as g
    group by g.at, g.is_bot, g.metric, url_path(g.url)
$$;

-- Sums by local week or month. Visitors count once per UTC day, where they came first; those who
-- had come before the period began on such a day count where they come first in it. Without
-- filters rollups know all of it but these last.
create function growth_sums(
    project int, zone text, unit text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns table (
    at timestamptz, sessions bigint, visitors bigint, converted bigint, configured_value numeric)
language sql stable parallel safe as $$
    select date_trunc(unit, r.bucket, zone), sum(r.sessions)::bigint, sum(r.visitors)::bigint,
        sum(r.converted)::bigint, sum(r.configured_value)
    from rollup_sessions r
    where filters = '{}' and r.project_id = project and r.bucket >= first and r.bucket < until
      and (not r.is_bot or bots)
    group by 1
    union all
    select date_trunc(unit, back.first_at, zone), 0, count(*), 0, 0
    from (
        select min(s.start_time) as first_at
        from user_sessions s
        where filters = '{}' and s.project_id = project and (not s.is_bot or bots)
          and s.start_time >= first
          and s.start_time < least(until, utc_day(first) + interval '24 hours')
          and exists (
              select from user_sessions e
              where e.project_id = project and e.is_bot = s.is_bot and e.visitor = s.visitor
                and e.start_time >= utc_day(first) and e.start_time < first)
        group by s.is_bot, s.visitor
    ) as back
    group by 1
    union all
    select date_trunc(unit, v.start_time, zone), count(*), count(*) filter (where v.came_first),
        sum(v.converted)::bigint, sum(v.configured_value)
    from (
        select s.start_time, m.converted, m.configured_value,
            row_number() over (
                partition by s.is_bot, s.visitor, utc_day(s.start_time)
                order by s.start_time, s.session_id) = 1 as came_first
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral session_measures(
            s.start_time, s.session_duration, s.total_interactions, s.total_choices,
            s.conversion_status, s.total_price, s.completion) m
        where filters <> '{}'
    ) as v
    group by 1
$$;

create function change_of(now numeric, before numeric, is_compared boolean) returns float8
language sql immutable parallel safe as $$
    select case when is_compared then (100.0 * (now - before) / nullif(before, 0))::float8 end
$$;

-- Local weeks or months with their changes in percent. Where one of the two is not whole, or the
-- first had nothing, there is no change.
create function growth(
    project int, zone text, unit text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns table (
    starts_at timestamptz, is_whole boolean, sessions bigint, sessions_change float8,
    visitors bigint, visitors_change float8, converted bigint, converted_change float8,
    configured_value numeric, configured_value_change float8)
language sql stable parallel safe as $$
    with sums as (
        select g.at, sum(g.sessions)::bigint as sessions, sum(g.visitors)::bigint as visitors,
            sum(g.converted)::bigint as converted, sum(g.configured_value) as configured_value
        from growth_sums(project, zone, unit, first, until, bots, filters) g
        group by g.at
    ),
    steps as (
        select line.at at time zone zone as at,
            line.at at time zone zone >= first
                and (line.at + ('1 ' || unit)::interval) at time zone zone <= until as is_whole
        from generate_series(
            date_trunc(unit, first at time zone zone),
            (until - interval '1 microsecond') at time zone zone,
            ('1 ' || unit)::interval) as line (at)
    ),
    known as (
        select s.at, s.is_whole, coalesce(k.sessions, 0) as sessions,
            coalesce(k.visitors, 0) as visitors, coalesce(k.converted, 0) as converted,
            coalesce(k.configured_value, 0) as configured_value
        from steps s left join sums k on k.at = s.at
    ),
    pairs as (
        select k.*,
            case when k.is_whole then lag(k.is_whole) over in_order end as is_compared,
            lag(k.sessions) over in_order as sessions_before,
            lag(k.visitors) over in_order as visitors_before,
            lag(k.converted) over in_order as converted_before,
            lag(k.configured_value) over in_order as value_before
        from known k
        window in_order as (order by k.at)
    )
    select p.at, p.is_whole,
        p.sessions, change_of(p.sessions, p.sessions_before, p.is_compared),
        p.visitors, change_of(p.visitors, p.visitors_before, p.is_compared),
        p.converted, change_of(p.converted, p.converted_before, p.is_compared),
        p.configured_value, change_of(p.configured_value, p.value_before, p.is_compared)
    from pairs p
    order by p.at
$$;

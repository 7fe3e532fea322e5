-- What a page report asks of the day's events. An entry is made of one event in seven at most.
-- A partition's own table has no such index while it is not attached, so ensure_event_partition
-- makes it.
create index events_default_page on events_default (occurred_at)
    where kind = 'page_view' or (kind = 'interaction' and category = 'page' and value = 'left');

do $$
declare
    part text;
begin
    for part in
        select c.relname
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$'
    loop
        execute format(
            'create index %I on %I (occurred_at) where kind = ''page_view''
             or (kind = ''interaction'' and category = ''page'' and value = ''left'')',
            part || '_page', part);
    end loop;
end $$;

create or replace function ensure_event_partition(wanted date) returns boolean
language plpgsql as $$
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
        'create index %I on %I (occurred_at) where kind = ''page_view''
         or (kind = ''interaction'' and category = ''page'' and value = ''left'')',
        part || '_page', part);
    execute format(
        'alter table %I add constraint %I check (day = %L and day is not null)',
        part, part || '_day', wanted);
    execute format(
        'alter table events attach partition %I for values from (%L) to (%L)',
        part, wanted, wanted + 1);
    execute format('alter table %I drop constraint %I', part, part || '_day');
    return true;
end $$;

-- Sessions of a funnel are read once: the steps that a session reached in order are among those it
-- reached in any order, and as long as they are in order the time to the next one is the same.
-- `ordered_only`: the metrics of steps in any order are not asked for, and wrong.
drop function funnel_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
create function funnel_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb, ordered_only boolean default false)
returns setof cell language sql stable parallel safe as $$
    with reached as materialized (
        select r.at, r.is_bot, r.place, r.in_order, log_bin(r.seconds) as bin,
            count(*) as sessions, coalesce(sum(r.seconds), 0) as seconds
        from (
            select s.at, s.is_bot, t.place, t.place <= s.depth as in_order,
                case when t.next_at >= t.at then date_part('epoch', t.next_at - t.at) end
                    as seconds
            from (
                select step_start(o.start_time, zone, step) as at, o.is_bot, o.times,
                    steps_in_order(o.times) as depth
                from funnel_sessions(project, first, until, bots, filters) o
                offset 0
            ) as s
            cross join lateral unnest(
                case when ordered_only then s.times[:s.depth] else s.times end,
                case when ordered_only then s.times[2:s.depth] else s.times[2:] end
            ) with ordinality as t (at, next_at, place)
            where t.at is not null
            offset 0
        ) as r
        group by 1, 2, 3, 4, 5
    ),
    named as materialized (
        select r.at, r.is_bot, label.step, r.in_order, r.bin, r.sessions, r.seconds
        from reached r
        join unnest(funnel_steps(required_categories(project)))
            with ordinality as label (step, place) on label.place = r.place
    )
    select n.at, n.is_bot, 'funnel_ordered'::text, n.step, ''::text, sum(n.sessions)::bigint,
        sum(n.sessions)::bigint, 0::float8, 0::numeric
    from named n
    where n.in_order
    group by n.at, n.is_bot, n.step
    union all
    select n.at, n.is_bot, 'funnel_any'::text, n.step, ''::text, sum(n.sessions)::bigint,
        sum(n.sessions)::bigint, 0::float8, 0::numeric
    from named n
    group by n.at, n.is_bot, n.step
    union all
    select n.at, n.is_bot, 'funnel_ordered_time'::text, n.step, coalesce(n.bin::text, ''),
        n.sessions, n.sessions, n.seconds, 0::numeric
    from named n
    where n.in_order
    union all
    select n.at, n.is_bot, 'funnel_any_time'::text, n.step, coalesce(n.bin::text, ''),
        sum(n.sessions)::bigint, sum(n.sessions)::bigint, sum(n.seconds), 0::numeric
    from named n
    group by n.at, n.is_bot, n.step, n.bin
$$;

-- What a digit of an event's mark stands for: 6 bits. The digits begin with `-`.
create function mark_digit(mark bytea, place int) returns bigint
language sql immutable parallel safe as $$
    select get_byte(
        '\x0000000102030405060708090a000000000000000b0c0d0e0f101112131415161718191a1b1c1d1e1f20212223'
        '24000000002500262728292a2b2c2d2e2f303132333435363738393a3b3c3d3e3f'::bytea,
        get_byte(mark, place) - 45)::bigint
$$;

-- The time in an event's mark, in microseconds since 1970. As mark_time, which takes four times as
-- long: for marks by the million.
create function mark_micros(mark bytea) returns bigint
language sql immutable parallel safe as $$
    select case when octet_length(mark) = 32 then (
        (mark_digit(mark, 0) << 58) | (mark_digit(mark, 1) << 52) | (mark_digit(mark, 2) << 46)
        | (mark_digit(mark, 3) << 40) | (mark_digit(mark, 4) << 34) | (mark_digit(mark, 5) << 28)
        | (mark_digit(mark, 6) << 22) | (mark_digit(mark, 7) << 16) | (mark_digit(mark, 8) << 10)
        | (mark_digit(mark, 9) << 4) | (mark_digit(mark, 10) >> 2)
        ) # (-9223372036854775808)::bigint end
$$;

-- As before, and `path`: beside the last category, the first 8 of them as JSON; names to 50
-- characters, so that it fits into an index. Times are compared in microseconds, and what is not
-- asked for is not worked out.
drop function session_path(timestamptz, jsonb);
create function session_path(start_time timestamptz, choices jsonb)
returns table (
    place bigint, category text, value text, seconds float8, came_back boolean,
    next_category text, seen jsonb, path text)
language sql immutable parallel safe as $$
    select row_number() over in_order, m.category, m.value,
        (coalesce(m.first, m.began) - lag(coalesce(m.first, m.began), 1, m.began) over in_order)
            / 1000000::float8,
        coalesce(m.times > 1 and mark_micros(m.mark) > lead(m.first) over in_order, false),
        lead(m.category) over in_order, m.seen,
        case when lead(m.category) over in_order is null
            then to_jsonb((array_agg(left(m.category, 50)) over in_order)[:8])::text end
    from (
        select c.key as category, c.value ->> 'value' as value, c.value -> 'seen' as seen,
            (c.value ->> 'first')::bigint as first, (c.value ->> 'count')::int as times,
            convert_to(c.value ->> 'at', 'UTF8') as mark,
            (date_part('epoch', start_time) * 1000000)::bigint as began
        from jsonb_each(choices) as c
        offset 0
    ) as m
    window in_order as (order by m.first nulls first, m.category collate "C")
    offset 0
$$;
drop function choice_path(jsonb);

create or replace function drop_off_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    select d.at, d.is_bot,
        case when d.category is null then 'drop_off_no_choice' else 'drop_off' end,
        coalesce(d.category, ''), coalesce(d.bin::text, '') || coalesce(':' || d.value, ''),
        d.sessions, d.sessions, 0::float8, d.price
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, made.category, made.value,
            log_bin(made.price::float8) as bin, count(*) as sessions,
            coalesce(sum(made.price), 0) as price
        from sessions_in(project, first, until, bots, filters) s
        left join lateral (
            select c.key as category, c.value ->> 'value' as value,
                (c.value ->> 'price')::numeric / 100 as price
            from jsonb_each(s.choices) c
            order by c.value ->> 'at' collate "C" desc limit 1
        ) as made on true
        where s.conversion_status <> 'converted'
        group by 1, 2, 3, 4, 5
    ) as d
$$;

-- What was left again is counted by all that a session saw in a category: few sessions differ in
-- that, so only few lists are unfolded. So are those of the categories a session was shown.
create or replace function option_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    with decided as materialized (
        select d.at, d.is_bot, d.category, d.kept, d.seen,
            case when d.kept is not null then log_bin(d.seconds) end as bin, count(*) as sessions,
            sum(d.seconds) as seconds
        from (
            select s.at, s.is_bot, p.category, p.seen, p.seconds,
                case when p.seen ? p.value then p.value end as kept
            from (
                select step_start(i.start_time, zone, step) as at, i.is_bot, i.start_time,
                    i.choices
                from sessions_in(project, first, until, bots, filters) i
                offset 0
            ) as s
            cross join lateral session_path(s.start_time, s.choices) p
            offset 0
        ) as d
        group by 1, 2, 3, 4, 5, 6
    )
    select d.at, d.is_bot, 'option'::text, d.category, d.bin::text || ':' || d.kept,
        sum(d.sessions)::bigint, sum(d.sessions)::bigint, sum(d.seconds), 0::numeric
    from decided d
    where d.kept is not null
    group by d.at, d.is_bot, d.category, d.kept, d.bin
    union all
    select d.at, d.is_bot, 'option'::text, d.category, ':' || seen.value,
        sum(d.sessions)::bigint, sum(d.sessions)::bigint, 0::float8, 0::numeric
    from (
        select c.at, c.is_bot, c.category, c.kept, c.seen, sum(c.sessions) as sessions
        from decided c
        group by 1, 2, 3, 4, 5
    ) as d
    cross join lateral jsonb_array_elements_text(d.seen) as seen (value)
    where seen.value is distinct from d.kept
    group by d.at, d.is_bot, d.category, seen.value
    union all
    select e.at, e.is_bot, 'option_exposed'::text, seen.category, ''::text,
        sum(e.sessions)::bigint, sum(e.sessions)::bigint, 0::float8, 0::numeric
    from (
        select s.at, s.is_bot, s.exposed, s.chose_page, count(*) as sessions
        from (
            select step_start(i.start_time, zone, step) as at, i.is_bot, i.exposed,
                i.choices ? 'page' as chose_page
            from sessions_in(project, first, until, bots, filters) i
            where i.exposed <> '{}'
            offset 0
        ) as s
        group by 1, 2, 3, 4
    ) as e
    cross join lateral unnest(e.exposed) as seen (category)
    -- The tracker's own word for a page that was left; a product may have such a category too.
    where seen.category <> 'page' or e.chose_page
    group by e.at, e.is_bot, seen.category
$$;

create or replace function journey_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    with walked as materialized (
        select step_start(s.start_time, zone, step) as at, s.is_bot, w.place, w.category,
            w.next_category, w.seconds, w.came_back, w.path,
            s.conversion_status = 'converted' as converted, s.session_duration
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral session_path(s.start_time, s.choices) w
    ),
    timed as materialized (
        select w.at, w.is_bot, w.path, w.converted, log_bin(w.session_duration::float8) as bin,
            count(*) as sessions, sum(w.session_duration)::float8 as seconds
        from walked w
        where w.path is not null
        group by 1, 2, 3, 4, 5
    )
    select t.at, t.is_bot, 'journey_path'::text, t.path,
        case when t.converted then '+' else '' end, sum(t.sessions)::bigint,
        sum(t.sessions)::bigint, sum(t.seconds), 0::numeric
    from timed t
    group by t.at, t.is_bot, t.path, t.converted
    union all
    select t.at, t.is_bot, 'journey_time'::text, t.path,
        t.bin::text || case when t.converted then '+' else '' end, t.sessions, t.sessions,
        t.seconds, 0::numeric
    from timed t
    union all
    select j.at, j.is_bot, 'journey_link'::text, j.category, j.place || ':' || j.next_category,
        j.sessions, j.sessions, 0::float8, 0::numeric
    from (
        select w.at, w.is_bot, w.category, w.place, w.next_category, count(*) as sessions
        from walked w
        where w.place < 8 and w.next_category is not null
        group by 1, 2, 3, 4, 5
    ) as j
    union all
    select j.at, j.is_bot, 'journey_category'::text, j.category,
        j.bin || case when j.came_back then '+' else '' end, j.sessions, j.sessions, j.seconds,
        0::numeric
    from (
        select w.at, w.is_bot, w.category, log_bin(w.seconds) as bin, w.came_back,
            count(*) as sessions, sum(w.seconds) as seconds
        from walked w
        group by 1, 2, 3, 4, 5
    ) as j
$$;

-- How a session came, by metric; `touch` is what the metrics' names end in. Of metrics that are a
-- constant only the branches asked for are planned.
create function arrival_values(
    metrics text[], touch text, utm_source text, referrer text, medium text, campaign text,
    landing text, country text)
returns table (metric text, value text) language sql immutable parallel safe as $$
    select 'visit_source' || touch, session_source(utm_source, referrer)
    where 'visit_source' || touch = any (metrics)
    union all
    select 'visit_referrer' || touch, rtrim(substring(
        referrer from '^[A-Za-z][A-Za-z0-9+.-]*://(?:www\.)?([^?#]+)'), '/')
    where 'visit_referrer' || touch = any (metrics)
    union all
    select 'visit_medium' || touch, medium where 'visit_medium' || touch = any (metrics)
    union all
    select 'visit_campaign' || touch, campaign where 'visit_campaign' || touch = any (metrics)
    union all
    select 'visit_landing' || touch, url_path(landing)
    where 'visit_landing' || touch = any (metrics)
    union all
    select 'visit_country' || touch, country where 'visit_country' || touch = any (metrics)
$$;

-- How a session came, how its visitor came first, and what it came on, by metric; empty where that
-- is not known.
create function visit_values(
    metrics text[], utm_source text, referrer text, medium text, campaign text, landing text,
    country text, first_utm_source text, first_referrer text, first_medium text,
    first_campaign text, first_landing text, first_country text, device text, browser text,
    os text, viewport text, language text)
returns table (metric text, value text) language sql immutable parallel safe as $$
    select v.metric, left(coalesce(v.value, ''), 500)
    from (
        select l.* from arrival_values(
            metrics, '', utm_source, referrer, medium, campaign, landing, country) l
        union all
        select f.* from arrival_values(
            metrics, '_first', first_utm_source, first_referrer, first_medium, first_campaign,
            first_landing, first_country) f
        union all
        select 'visit_device', device where 'visit_device' = any (metrics)
        union all
        select 'visit_browser', browser where 'visit_browser' = any (metrics)
        union all
        select 'visit_os', os where 'visit_os' = any (metrics)
        union all
        select 'visit_viewport', viewport where 'visit_viewport' = any (metrics)
        union all
        select 'visit_language', language where 'visit_language' = any (metrics)
    ) as v (metric, value)
$$;

drop function visits_over(
    int, text, text, date[], timestamptz[], timestamptz[], boolean, jsonb, text);
drop function visit_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb, text);

-- Sessions by how they came or what they came on; the metrics say what is asked, value_text is the
-- answer, empty where none is known. Category says which of them are counted: all sessions,
-- visitors (the first of each on a local day), engaged, converted, configured or bounced ones.
-- A metric that ends in _first asks how the visitor came first: a recognised one ever, another on
-- that local day. The sessions are read once for all metrics, and those that are alike in all that
-- is asked are counted before their values are worked out. Only visitors who came more than once on
-- a day are told apart value by value.
create function visit_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb, metrics text[])
returns setof cell language sql stable parallel safe as $$
    with began as materialized (
        select s.day, step_start(s.start_time, zone, step) as at, s.is_bot, s.visitor,
            s.start_time, count(*) over (partition by s.visitor, s.is_bot, s.day) = 1 as is_alone,
            s.session_duration, m.engaged, m.converted, m.configured, m.bounced,
            (m.configured_value * 100)::bigint as cents,
            case when 'visit_source' = any (metrics) then s.utm_source end as utm_source,
            case when metrics && array['visit_source', 'visit_referrer'] then s.referrer end
                as referrer,
            case when 'visit_medium' = any (metrics) then s.utm_medium end as medium,
            case when 'visit_campaign' = any (metrics) then s.utm_campaign end as campaign,
            case when 'visit_landing' = any (metrics) then s.landing_page end as landing,
            case when 'visit_country' = any (metrics) then s.country end as country,
            case when 'visit_device' = any (metrics) then s.device_type end as device,
            case when 'visit_browser' = any (metrics) then s.browser_name end as browser,
            case when 'visit_os' = any (metrics) then s.os_name end as os,
            case when 'visit_viewport' = any (metrics) then viewport_class(s.viewport_width) end
                as viewport,
            case when 'visit_language' = any (metrics) then s.language end as language,
            came.utm_source as first_utm_source, came.referrer as first_referrer,
            came.utm_medium as first_medium, came.utm_campaign as first_campaign,
            came.landing_page as first_landing, came.country as first_country
        from (
            select i.*, step_start(i.start_time, zone, 'day') as day
            from sessions_in(project, first, until, bots, filters) i
            offset 0
        ) as s
        cross join lateral session_measures(
            s.start_time, s.session_duration, s.total_interactions, s.total_choices,
            s.conversion_status, s.total_price, s.completion) m
        left join lateral (
            select o.utm_source, o.referrer, o.utm_medium, o.utm_campaign, o.landing_page,
                o.country
            from user_sessions o
            where array_to_string(metrics, ' ') like '%\_first%'
              and o.project_id = project and o.is_bot = s.is_bot and o.visitor = s.visitor
              and o.start_time <= s.start_time
              and o.start_time >= case when s.is_recognised then '-infinity' else s.day end
              and (o.is_recognised or not s.is_recognised)
            order by o.start_time, o.session_id limit 1
        ) as came on true
    ),
    alike as (
        select b.at, b.is_bot, b.utm_source, b.referrer, b.medium, b.campaign, b.landing,
            b.country, b.device, b.browser, b.os, b.viewport, b.language, b.first_utm_source,
            b.first_referrer, b.first_medium, b.first_campaign, b.first_landing, b.first_country,
            count(*) as sessions, count(*) filter (where b.is_alone) as visitors,
            sum(b.engaged) as engaged, sum(b.converted) as converted,
            sum(b.configured) as configured, sum(b.bounced) as bounced,
            sum(b.session_duration) as seconds, sum(b.cents) as cents
        from began b
        group by 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19
    ),
    summed as (
        select a.at, a.is_bot, v.metric, v.value, a.sessions, a.visitors, a.engaged, a.converted,
            a.configured, a.bounced, a.seconds, a.cents
        from alike a
        cross join lateral visit_values(
            metrics, a.utm_source, a.referrer, a.medium, a.campaign, a.landing, a.country,
            a.first_utm_source, a.first_referrer, a.first_medium, a.first_campaign,
            a.first_landing, a.first_country, a.device, a.browser, a.os, a.viewport, a.language) v
        union all
        select step_start(c.first_at, zone, step), c.is_bot, c.metric, c.value, 0, 1, 0, 0, 0, 0,
            0, 0
        from (
            select b.is_bot, v.metric, v.value, min(b.start_time) as first_at
            from began b
            cross join lateral visit_values(
                metrics, b.utm_source, b.referrer, b.medium, b.campaign, b.landing, b.country,
                b.first_utm_source, b.first_referrer, b.first_medium, b.first_campaign,
                b.first_landing, b.first_country, b.device, b.browser, b.os, b.viewport,
                b.language) v
            where not b.is_alone
            group by b.day, b.is_bot, v.metric, v.value, b.visitor
        ) as c
    )
    select g.at, g.is_bot, g.metric, counted.what, g.value, counted.sessions::bigint,
        counted.sessions::bigint, counted.seconds, counted.amount
    from (
        select s.at, s.is_bot, s.metric, s.value, sum(s.sessions) as sessions,
            sum(s.visitors) as visitors, sum(s.engaged) as engaged, sum(s.converted) as converted,
            sum(s.configured) as configured, sum(s.bounced) as bounced,
            sum(s.seconds)::float8 as seconds, sum(s.cents) * 0.01 as amount
        from summed s
        group by 1, 2, 3, 4
    ) as g
    cross join lateral (values
        ('sessions', g.sessions, g.seconds, 0::numeric),
        ('visitors', g.visitors, 0, 0),
        ('engaged', g.engaged, 0, 0),
        ('converted', g.converted, 0, 0),
        ('configured', g.configured, 0, g.amount),
        ('bounced', g.bounced, 0, 0)
    ) as counted (what, sessions, seconds, amount)
    where counted.sessions > 0
$$;

-- The same sums over a period, by metric and value; null where it is not known.
create function visits_over(
    project int, zone text, step text, closed date[], live_from timestamptz[],
    live_until timestamptz[], bots boolean, filters jsonb, metrics text[])
returns table (
    metric text, value text, sessions bigint, visitors bigint, engaged bigint, converted bigint,
    conversion_rate float8, average_configured_value numeric, bounce_rate float8)
language sql stable parallel safe as $$
    select v.metric_type, nullif(v.value_text, ''), v.sessions, v.visitors, v.engaged,
        v.converted, (100.0 * v.converted / v.sessions)::float8,
        round(v.amount / nullif(v.configured, 0), 2), (100.0 * v.bounced / v.sessions)::float8
    from (
        select c.metric_type, c.value_text,
            (sum(c.count) filter (where c.category = 'sessions'))::bigint as sessions,
            coalesce(sum(c.count) filter (where c.category = 'visitors'), 0)::bigint as visitors,
            coalesce(sum(c.count) filter (where c.category = 'engaged'), 0)::bigint as engaged,
            coalesce(sum(c.count) filter (where c.category = 'converted'), 0)::bigint
                as converted,
            sum(c.count) filter (where c.category = 'configured') as configured,
            sum(c.total_amount) as amount,
            coalesce(sum(c.count) filter (where c.category = 'bounced'), 0) as bounced
        from (
            select d.metric_type, d.category, d.value_text, d.count, d.total_amount
            from closed_cells(project, zone, closed, bots, metrics) d
            union all
            select l.metric_type, l.category, l.value_text, l.count, l.total_amount
            from unnest(live_from, live_until) as span (first, until),
                visit_cells(
                    project, zone, step, span.first, span.until, bots, filters, metrics) l
        ) as c
        group by c.metric_type, c.value_text
    ) as v
$$;

-- As before. Sessions that began in the span are read once for what they saw and for their ends;
-- those that began before it are looked up one by one. `earliest` and `latest` bound all spans asked
-- for: given as constants, they leave partitions out before the statement is planned.
drop function page_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
create function page_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb, earliest timestamptz default null, latest timestamptz default null)
returns setof cell language sql stable parallel safe as $$
    with told as materialized (
        select e.occurred_at, e.session_id, e.kind = 'page_view' as is_view,
            case when e.kind = 'page_view' then e.url else e.element_id end as url,
            case when e.kind = 'interaction' then e.time_spent end as milliseconds
        from events e
        where e.project_id = project and e.clock is null
          and e.occurred_at >= first and e.occurred_at < until and e.received_at >= first
          and e.day >= (first at time zone 'UTC')::date - 1
          and e.day <= (until at time zone 'UTC')::date + 1
          and (earliest is null or e.day >= (earliest at time zone 'UTC')::date - 1)
          and (latest is null or e.day <= (latest at time zone 'UTC')::date + 1)
          and abs(e.day - date '1970-01-01'
              - floor(date_part('epoch', e.occurred_at) / 86400)) <= 1
          and (e.kind = 'page_view' or (e.kind = 'interaction' and e.category = 'page'
              and e.value = 'left'))
    ),
    began as materialized (
        select s.session_id, step_start(s.start_time, zone, step) as at, s.is_bot,
            s.landing_page, s.exit_page
        from sessions_in(project, first, until, bots, filters) s
    ),
    mine as materialized (
        select b.session_id, b.is_bot from began b
        union all
        select s.session_id, s.is_bot
        from (
            select distinct t.session_id from told t
            where not exists (select from began b where b.session_id = t.session_id)
            offset 0
        ) as t
        join sessions_in(project, '-infinity', first, bots, filters) s
          on s.session_id = t.session_id
    ),
    -- One object and not a table: the planner, who cannot know how many addresses there are, might
    -- compare each event with each of them.
    paths as materialized (
        select jsonb_object_agg(u.url, url_path(u.url)) as by_url
        from (select distinct t.url from told t where t.url is not null) as u
    ),
    seen as materialized (
        select step_start(min(t.occurred_at), zone, step) as at, t.is_bot, t.path,
            count(*) filter (where t.is_view) as views, sum(t.milliseconds) / 1000.0 as seconds
        from (
            select a.occurred_at, step_start(a.occurred_at, zone, 'day') as day, m.is_bot,
                a.session_id, (select p.by_url from paths p) ->> a.url as path, a.is_view,
                a.milliseconds
            from told a
            join mine m on m.session_id = a.session_id
            where a.url is not null
            offset 0
        ) as t
        group by t.day, t.is_bot, t.session_id, t.path
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
        select b.at, b.is_bot, ends.metric, ends.url, count(*) as sessions
        from began b
        cross join lateral (values
            ('page_entry', b.landing_page), ('page_exit', b.exit_page)
        ) as ends (metric, url)
        where ends.url is not null
        group by 1, 2, 3, 4
    ) as g
    group by g.at, g.is_bot, g.metric, url_path(g.url)
$$;

-- As before. What is sorted is narrow: of each configuration one session is looked up for how it
-- looks.
create or replace function configurations_in(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns table (
    at timestamptz, is_bot boolean, configuration_hash bytea, sessions bigint, visitors bigint,
    converted bigint, complete bigint, priced bigint, price_cents bigint, lowest_cents bigint,
    highest_cents bigint, last_selected timestamptz, configuration jsonb)
language sql stable parallel safe as $$
    select c.at, c.is_bot, c.configuration_hash, c.sessions, c.visitors, c.converted, c.complete,
        c.priced, c.price_cents, c.lowest_cents, c.highest_cents, c.last_selected,
        (select l.configuration from user_sessions l
         where l.project_id = project and l.session_id = c.latest)
    from (
        select s.at, s.is_bot, s.configuration_hash, count(*) as sessions,
            count(*) filter (where s.is_first) as visitors,
            count(*) filter (where s.is_converted) as converted,
            count(*) filter (where s.is_complete) as complete, count(s.cents) as priced,
            coalesce(sum(s.cents), 0)::bigint as price_cents, min(s.cents) as lowest_cents,
            max(s.cents) as highest_cents, max(s.configuration_at) as last_selected,
            (array_agg(s.session_id order by s.configuration_at desc, s.session_id))[1] as latest
        from (
            select step_start(n.start_time, zone, step) as at, n.is_bot, n.session_id,
                n.configuration_hash, n.configuration_at, n.cents, n.is_converted, n.is_complete,
                row_number() over (
                    partition by n.visitor, n.configuration_hash, n.is_bot,
                        step_start(n.start_time, zone, 'day')
                    order by n.start_time, n.session_id) = 1 as is_first
            from (
                select i.start_time, i.is_bot, i.session_id, i.visitor, i.configuration_hash,
                    i.configuration_at, (i.total_price * 100)::bigint as cents,
                    i.conversion_status = 'converted' as is_converted,
                    is_complete(i.choices, i.conversion_status, required_categories(project))
                        as is_complete
                from sessions_in(project, first, until, bots, filters) i
                where i.total_choices > 0 and i.configuration_hash is not null
                offset 0
            ) as n
        ) as s
        group by 1, 2, 3
    ) as c
$$;

create or replace function is_complete(choices jsonb, conversion_status text, required text[])
returns boolean language sql immutable parallel safe as $$
    select case when cardinality(required) = 0
        then conversion_status in ('completed', 'converted')
        else choices ?& required and not exists (
            select from unnest(required) as r (category)
            where choices -> r.category ->> 'value' is null)
    end
$$;

drop function visits_over(
    int, text, text, date[], timestamptz[], timestamptz[], boolean, jsonb, text[]);
drop function visit_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb, text[]);
drop function visit_values(
    text[], text, text, text, text, text, text, text, text, text, text, text, text, text, text,
    text, text, text);
drop function arrival_values(text[], text, text, text, text, text, text, text);
drop function funnel_cells(
    int, text, text, timestamptz, timestamptz, boolean, jsonb, boolean);
drop function page_cells(
    int, text, text, timestamptz, timestamptz, boolean, jsonb, timestamptz, timestamptz);
drop function session_path(timestamptz, jsonb);
drop function mark_micros(bytea);
drop function mark_digit(bytea, int);

-- funnel_ordered, funnel_any: category is the step, count the sessions that count in it.
-- funnel_ordered_time, funnel_any_time: the same, and value_text is the bin of the time to the
-- next step; empty for those that did not reach it (or, in any order, had reached it before).
create function funnel_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    select f.at, f.is_bot, 'funnel_ordered'::text, label.step, ''::text, sum(f.sessions)::bigint,
        sum(f.sessions)::bigint, 0::float8, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot,
            steps_in_order(s.times) as depth, count(*) as sessions
        from funnel_sessions(project, first, until, bots, filters) s
        group by 1, 2, 3
    ) as f
    join unnest(funnel_steps(required_categories(project))) with ordinality as label (step, place)
        on label.place <= f.depth
    group by f.at, f.is_bot, label.step
    union all
    select f.at, f.is_bot, 'funnel_any'::text, label.step, ''::text, sum(f.sessions)::bigint,
        sum(f.sessions)::bigint, 0::float8, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, reached.place,
            count(*) as sessions
        from funnel_sessions(project, first, until, bots, filters) s,
            unnest(s.times) with ordinality as reached (at, place)
        where reached.at is not null
        group by 1, 2, 3
    ) as f
    join unnest(funnel_steps(required_categories(project))) with ordinality as label (step, place)
        on label.place = f.place
    group by f.at, f.is_bot, label.step
    union all
    select f.at, f.is_bot, 'funnel_ordered_time'::text, label.step, coalesce(f.bin::text, ''),
        f.sessions, f.sessions, f.seconds, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, reached.place,
            log_bin(took.seconds) as bin, count(*) as sessions,
            coalesce(sum(took.seconds), 0) as seconds
        from (
            select o.start_time, o.is_bot, o.times, steps_in_order(o.times) as depth
            from funnel_sessions(project, first, until, bots, filters) o
            offset 0
        ) as s
        cross join lateral generate_series(1, s.depth) as reached (place)
        cross join lateral (
            select case when reached.place < s.depth then extract(
                epoch from s.times[reached.place + 1] - s.times[reached.place])::float8 end
            offset 0
        ) as took (seconds)
        group by 1, 2, 3, 4
    ) as f
    join unnest(funnel_steps(required_categories(project))) with ordinality as label (step, place)
        on label.place = f.place
    union all
    select f.at, f.is_bot, 'funnel_any_time'::text, label.step, coalesce(f.bin::text, ''),
        f.sessions, f.sessions, f.seconds, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, reached.place,
            log_bin(took.seconds) as bin, count(*) as sessions,
            coalesce(sum(took.seconds), 0) as seconds
        from funnel_sessions(project, first, until, bots, filters) s
        cross join lateral unnest(s.times) with ordinality as reached (at, place)
        cross join lateral (
            select case when s.times[reached.place + 1] >= reached.at then extract(
                epoch from s.times[reached.place + 1] - reached.at)::float8 end
            offset 0
        ) as took (seconds)
        where reached.at is not null
        group by 1, 2, 3, 4
    ) as f
    join unnest(funnel_steps(required_categories(project))) with ordinality as label (step, place)
        on label.place = f.place
$$;

-- What a session's visitor chose, category by category in the order of the first choices; between
-- equal times the name decides. `seconds`: since the first choice before it, or the beginning.
-- `came_back`: the last choice in it came after the first in the category begun next.
create function session_path(start_time timestamptz, choices jsonb)
returns table (
    place bigint, category text, value text, seconds float8, came_back boolean,
    next_category text, seen jsonb)
language sql immutable parallel safe as $$
    select row_number() over in_order, m.category, m.value,
        extract(epoch from coalesce(m.at, start_time)
            - lag(coalesce(m.at, start_time), 1, start_time) over in_order)::float8,
        coalesce(m.times > 1 and mark_time(m.mark) > lead(m.at) over in_order, false),
        lead(m.category) over in_order, m.seen
    from (
        select c.key as category, c.value ->> 'value' as value, c.value ->> 'at' as mark,
            micros_time((c.value ->> 'first')::bigint) as at, (c.value ->> 'count')::int as times,
            c.value -> 'seen' as seen
        from jsonb_each(choices) as c
    ) as m
    window in_order as (order by m.at nulls first, m.category collate "C")
    offset 0
$$;

-- drop_off: sessions that did not convert, by the category of the last choice; value_text is the
-- bin of the price after it (empty: not known), and `:` with the option unless it was taken back.
-- drop_off_no_choice: those without a choice.
create or replace function drop_off_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    select d.at, d.is_bot, 'drop_off'::text, d.category,
        coalesce(d.bin::text, '') || coalesce(':' || d.value, ''), d.sessions, d.sessions,
        0::float8, d.price
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, made.category, made.value,
            log_bin(made.price::float8) as bin, count(*) as sessions,
            coalesce(sum(made.price), 0) as price
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral (
            select c.key as category, c.value ->> 'value' as value,
                (c.value ->> 'price')::numeric / 100 as price
            from jsonb_each(s.choices) c
            order by c.value ->> 'at' collate "C" desc limit 1
        ) as made
        where s.conversion_status <> 'converted'
        group by 1, 2, 3, 4, 5
    ) as d
    union all
    select step_start(s.start_time, zone, step), s.is_bot, 'drop_off_no_choice'::text, ''::text,
        ''::text, count(*), count(*), 0::float8, 0::numeric
    from sessions_in(project, first, until, bots, filters) s
    where s.conversion_status <> 'converted' and s.choices = '{}'
    group by step_start(s.start_time, zone, step), s.is_bot
$$;

-- option: sessions that ever chose it; value_text is `:` and the option, and before it, where it
-- was kept, the bin of the decision time. option_exposed: sessions that saw the category.
create or replace function option_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    select o.at, o.is_bot, 'option'::text, o.category,
        coalesce(o.bin::text, '') || ':' || o.value, o.sessions, o.sessions, o.seconds, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, decided.category,
            seen.value, log_bin(case when decided.value = seen.value then decided.seconds end)
                as bin,
            count(*) as sessions,
            coalesce(sum(decided.seconds) filter (where decided.value = seen.value), 0) as seconds
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral session_path(s.start_time, s.choices) decided
        cross join lateral jsonb_array_elements_text(decided.seen) as seen (value)
        group by 1, 2, 3, 4, 5
    ) as o
    union all
    select step_start(s.start_time, zone, step), s.is_bot, 'option_exposed'::text, seen.category,
        ''::text, count(*), count(*), 0::float8, 0::numeric
    from sessions_in(project, first, until, bots, filters) s
    cross join lateral unnest(s.exposed) as seen (category)
    -- The tracker's own word for a page that was left; a product may have such a category too.
    where seen.category <> 'page' or s.choices ? 'page'
    group by step_start(s.start_time, zone, step), s.is_bot, seen.category
$$;

-- The first 8 categories in the order of the first choices, as JSON; names to 50 characters, so
-- that a path fits into an index.
create function choice_path(choices jsonb) returns text
language sql immutable parallel safe as $$
    select to_jsonb((array_agg(
        left(c.key, 50) order by (c.value ->> 'first')::bigint nulls first, c.key collate "C"))[:8]
        )::text
    from jsonb_each(choices) as c
$$;

-- journey_path: category is the path, value_text `+` of sessions that converted.
-- journey_time: the same, with the bin of the session's duration before the `+`.
-- journey_link: category is where from, value_text the step, `:` and where to.
-- journey_category: value_text is the bin of the time since the choice before, `+` if it was come
-- back to.
create or replace function journey_cells(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns setof cell language sql stable parallel safe as $$
    select j.at, j.is_bot, 'journey_path'::text, j.path,
        case when j.converted then '+' else '' end, count(*), count(*), sum(j.seconds), 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, choice_path(s.choices) as path,
            s.conversion_status = 'converted' as converted, s.session_duration::float8 as seconds
        from sessions_in(project, first, until, bots, filters) s
        where s.choices <> '{}'
        offset 0
    ) as j
    group by j.at, j.is_bot, j.path, j.converted
    union all
    select j.at, j.is_bot, 'journey_time'::text, j.path,
        log_bin(j.seconds)::text || case when j.converted then '+' else '' end, count(*),
        count(*), sum(j.seconds), 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, choice_path(s.choices) as path,
            s.conversion_status = 'converted' as converted, s.session_duration::float8 as seconds
        from sessions_in(project, first, until, bots, filters) s
        where s.choices <> '{}'
        offset 0
    ) as j
    group by j.at, j.is_bot, j.path, j.converted, log_bin(j.seconds)
    union all
    select j.at, j.is_bot, 'journey_link'::text, j.category, j.place || ':' || j.next_category,
        j.sessions, j.sessions, 0::float8, 0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, chosen.category,
            chosen.place, chosen.next_category, count(*) as sessions
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral session_path(s.start_time, s.choices) chosen
        where chosen.place < 8 and chosen.next_category is not null
        group by 1, 2, 3, 4, 5
    ) as j
    union all
    select j.at, j.is_bot, 'journey_category'::text, j.category,
        j.bin || case when j.came_back then '+' else '' end, j.sessions, j.sessions, j.seconds,
        0::numeric
    from (
        select step_start(s.start_time, zone, step) as at, s.is_bot, chosen.category,
            log_bin(chosen.seconds) as bin, chosen.came_back, count(*) as sessions,
            sum(chosen.seconds) as seconds
        from sessions_in(project, first, until, bots, filters) s
        cross join lateral session_path(s.start_time, s.choices) chosen
        group by 1, 2, 3, 4, 5
    ) as j
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

-- The partition of a day. Rows that waited in the default partition move into it.
-- Its unique index needs no day (it is the same for all its rows), which saves 9 bytes an event.
create or replace function ensure_event_partition(wanted date) returns boolean language plpgsql as $$
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

create or replace function configurations_in(
    project int, zone text, step text, first timestamptz, until timestamptz, bots boolean,
    filters jsonb)
returns table (
    at timestamptz, is_bot boolean, configuration_hash bytea, sessions bigint, visitors bigint,
    converted bigint, complete bigint, priced bigint, price_cents bigint, lowest_cents bigint,
    highest_cents bigint, last_selected timestamptz, configuration jsonb)
language sql stable parallel safe as $$
    select step_start(s.start_time, zone, step), s.is_bot, s.configuration_hash, count(*),
        count(*) filter (where s.is_first), count(*) filter (where s.is_converted),
        count(*) filter (where s.is_complete), count(s.cents),
        coalesce(sum(s.cents), 0)::bigint, min(s.cents), max(s.cents), max(s.configuration_at),
        (array_agg(s.configuration order by s.configuration_at desc, s.session_id))[1]
    from (
        select n.start_time, n.is_bot, n.session_id, n.configuration_hash, n.configuration_at,
            n.configuration, (n.total_price * 100)::bigint as cents,
            n.conversion_status = 'converted' as is_converted,
            is_complete(n.choices, n.conversion_status, required_categories(project))
                as is_complete,
            row_number() over (
                partition by step_start(n.start_time, zone, 'day'), n.is_bot, n.visitor,
                    n.configuration_hash
                order by n.start_time, n.session_id) = 1 as is_first
        from sessions_in(project, first, until, bots, filters) n
        where n.total_choices > 0 and n.configuration_hash is not null
    ) as s
    group by 1, 2, 3
$$;

create or replace function is_complete(choices jsonb, conversion_status text, required text[])
returns boolean language sql immutable parallel safe as $$
    select case when cardinality(required) = 0
        then conversion_status in ('completed', 'converted')
        else not exists (
            select from unnest(required) as r (category)
            where choices -> r.category ->> 'value' is null)
    end
$$;

drop index events_default_page;

do $$
declare
    part text;
begin
    for part in
        select c.relname
        from pg_inherits i join pg_class c on c.oid = i.inhrelid
        where i.inhparent = 'events'::regclass and c.relname ~ '^events_[0-9]{8}$'
    loop
        execute format('drop index if exists %I', part || '_page');
    end loop;
end $$;

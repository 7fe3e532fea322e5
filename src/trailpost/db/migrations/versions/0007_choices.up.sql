-- Options are read from closed days and from sessions; the writer need not add them up.
drop function raw_rollup_options(timestamptz, timestamptz, timestamptz);
drop function session_options(jsonb);
drop table rollup_options;

-- Funnels of the owner's own steps.
create table funnels (
    project_id int not null,
    slug       text not null check (slug ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name       text not null,
    steps      jsonb not null,
    created_by bigint,
    created_at timestamptz not null default now(),
    updated_at timestamptz not null default now(),
    primary key (project_id, slug)
);
comment on column funnels.steps is
    '1 to 12 of {kind, name} and what the step asks for: category, value, element, url, event, status';
comment on column funnels.created_by is 'users.id';

-- The steps of a project's funnel. Where no category is required, complete is a status, and the
-- order attempt comes before it as it does among statuses.
create function funnel_steps(required text[]) returns text[]
language sql immutable parallel safe as $$
    select array['session', 'first_choice'] || case
        when cardinality(required) = 0 then array['order_attempt', 'complete', 'converted']
        else array(
            select 'decided:' || r.category
            from unnest(required) with ordinality as r (category, place) order by r.place)
            || array['complete', 'order_attempt', 'converted'] end
$$;

-- How many steps were reached one after the other, none before the one that precedes it.
create function steps_in_order(times timestamptz[]) returns int
language plpgsql immutable parallel safe as $$
declare
    place int := 0;
    earlier timestamptz := '-infinity';
    at timestamptz;
begin
    foreach at in array times loop
        if at is null or at < earlier then
            return place;
        end if;
        earlier := at;
        place := place + 1;
    end loop;
    return place;
end $$;

-- When each session first reached each step of the project's funnel; null: it did not.
-- A decision whose time is not known (of before such times were kept) counts from the beginning.
-- `offset 0` keeps what is worked out once from being worked out again at each use.
create function funnel_sessions(
    project int, first timestamptz, until timestamptz, bots boolean, filters jsonb)
returns table (start_time timestamptz, is_bot boolean, times timestamptz[])
language sql stable parallel safe as $$
    select s.start_time, s.is_bot,
        array[s.start_time, chosen.at] || case
            when cardinality(needed.required) = 0 then array[
                session_reached(s.reached, 'in_cart'), session_reached(s.reached, 'completed')]
            else decided.times || array[
                case when array_position(decided.times, null) is null
                    then (select max(d.at) from unnest(decided.times) as d (at)) end,
                session_reached(s.reached, 'in_cart')] end
            || session_reached(s.reached, 'converted')
    from required_categories(project) as needed (required),
        sessions_in(project, first, until, bots, filters) s,
        lateral (
            select micros_time(min((c.value ->> 'first')::bigint)) as at
            from jsonb_each(s.choices) c
        ) as chosen,
        lateral (
            select array(
                select case when s.choices -> r.category ->> 'value' is not null then coalesce(
                    micros_time((s.choices -> r.category ->> 'first')::bigint), s.start_time) end
                from unnest(needed.required) with ordinality as r (category, place)
                order by r.place) as times
            offset 0
        ) as decided
    offset 0
$$;

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
create function drop_off_cells(
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
create function option_cells(
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
create function journey_cells(
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

-- Bounds of Wilson's 95 % interval for `hits` of `all_of` as percent, lower (-1) or upper (1).
-- E. B. Wilson: Probable inference, the law of succession, and statistical inference,
-- Journal of the American Statistical Association 22 (1927), 209-212.
create function wilson(hits bigint, all_of bigint, side int) returns float8
language sql immutable parallel safe as $$
    select case when all_of > 0 then 100 * least(1, greatest(0, (
        hits::float8 / all_of + 3.841458820694124 / (2 * all_of) + side * 1.959963984540054 * sqrt(
            hits::float8 / all_of * (1 - hits::float8 / all_of) / all_of
            + 3.841458820694124 / (4 * all_of::float8 * all_of))
        ) / (1 + 3.841458820694124 / all_of))) end
$$;

-- The steps of an owner's funnel, one row per kind of event that a step may match.
create function own_funnel_steps(project int, wanted text)
returns table (
    place int, name text, kind event_kind, category text, value text, element text, url text,
    event text, statuses text[])
language sql stable parallel safe as $$
    select s.place::int, s.step ->> 'name', matched.kind::event_kind, s.step ->> 'category',
        s.step ->> 'value', s.step ->> 'element',
        replace(replace(replace(replace(
            s.step ->> 'url', '\', '\\'), '%', '\%'), '_', '\_'), '*', '%'),
        s.step ->> 'event',
        case s.step ->> 'status'
            when 'in_cart' then array['in_cart', 'completed', 'converted']
            when 'completed' then array['completed', 'converted']
            when 'converted' then array['converted'] end
    from funnels f
    cross join jsonb_array_elements(f.steps) with ordinality as s (step, place)
    cross join unnest(case s.step ->> 'kind'
        when 'status' then array['snapshot', 'session_end']
        else array[s.step ->> 'kind'] end) as matched (kind)
    where f.project_id = project and f.slug = wanted
$$;

-- When each of `steps` steps was reached, of matches sorted by time and, where that is equal, by
-- step. In order: by its first match since the step before it was reached.
create function own_funnel_times(
    places int[], times timestamptz[], steps int, ordered boolean)
returns timestamptz[]
language plpgsql immutable parallel safe as $$
declare
    reached timestamptz[] := array_fill(null::timestamptz, array[steps]);
    wanted int := 1;
begin
    for n in 1 .. cardinality(places) loop
        if not ordered then
            wanted := places[n];
        end if;
        if places[n] = wanted and reached[wanted] is null then
            reached[wanted] := times[n];
            wanted := wanted + 1;
        end if;
    end loop;
    return reached;
end $$;

-- When sessions that began in [first, until) reached the steps of an owner's funnel, by raw
-- events. Sessions that matched none are left out. No event happens after it was received, so
-- what was received before `first` belongs to no such session.
-- `offset 0` fixes the order of the joins: the planner cannot know how many events match a step.
create function own_funnel_sessions(
    project int, wanted text, first timestamptz, until timestamptz, bots boolean, filters jsonb,
    ordered boolean)
returns table (start_time timestamptz, times timestamptz[])
language sql stable parallel safe as $$
    select m.start_time,
        own_funnel_times(
            array_agg(m.place order by m.at, m.place), array_agg(m.at order by m.at, m.place),
            (select max(s.place) from own_funnel_steps(project, wanted) s), ordered)
    from (
        select h.session_id, h.start_time, s.place,
            case when h.clock is null then h.occurred_at else h.received_at end as at
        from (
            select b.session_id, b.start_time, e.kind, e.category, e.value, e.element_id, e.url,
                e.event_type, e.conversion_status, e.clock, e.occurred_at, e.received_at
            from events e
            join (
                select s.session_id, s.start_time
                from sessions_in(project, first, until, bots, filters) s
                offset 0
            ) as b on b.session_id = e.session_id
            where e.project_id = project and e.received_at >= first
              and e.kind = any (array(select s.kind from own_funnel_steps(project, wanted) s))
              and (e.kind <> 'choice' or e.source = 'user' and e.category is not null)
            offset 0
        ) as h
        join (
            select s.* from own_funnel_steps(project, wanted) s offset 0
        ) as s on s.kind = h.kind
        where (s.category is null or s.category = h.category)
          and (s.value is null or s.value = h.value)
          and (s.element is null or s.element = h.element_id)
          and (s.url is null or h.url like s.url)
          and (s.event is null or s.event = h.event_type)
          and (s.statuses is null or h.conversion_status = any (s.statuses))
        offset 0
    ) as m
    group by m.session_id, m.start_time
$$;

-- Days that are kept lack all this.
update closed_days set marked = marked + 1;

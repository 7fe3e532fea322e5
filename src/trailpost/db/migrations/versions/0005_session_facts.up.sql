alter table user_sessions
    add column country       text,
    add column is_recognised boolean not null default false,
    add column reached       jsonb not null default '{}',
    add column exposed       text[] not null default '{}';
comment on column user_sessions.country is
    'ISO 3166-1 alpha-2, as a trusted proxy gave it; null: not known';
comment on column user_sessions.is_recognised is
    'visitor is made of an id that the page gave with consent, so it outlives the day';
comment on column user_sessions.reached is
    'status -> microseconds since 1970 of the first event that reported it';
comment on column user_sessions.exposed is
    'categories that an interaction or a choice named, whatever its source; sorted, at most 100';
comment on column user_sessions.choices is
    'what the visitor chose: category -> {value, at, count, seen: [values], first: microseconds,
    price: cents after the last choice}; explicit choices only';

create function micros_time(us bigint) returns timestamptz
language sql immutable parallel safe as $$
    select to_timestamp(us / 1000000::float8)
$$;
comment on function micros_time(bigint) is
    'of microseconds since 1970; exact until the year 2242';

-- A mark is the time, plus 2^63 microseconds, and the event's id in big-endian base64 whose
-- alphabet sorts; marks of touch and landing begin with one character more.
create function event_mark(at timestamptz, event_id uuid) returns text
language sql immutable parallel safe as $$
    select translate(
        encode(
            int8send(((extract(epoch from at) * 1000000)::bigint::bit(64)
                # x'8000000000000000')::bigint) || uuid_send(event_id),
            'base64'),
        'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/',
        '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz')
$$;

-- Null of a mark that no event made.
create function mark_time(mark text) returns timestamptz
language sql immutable parallel safe as $$
    select case when length(mark) >= 32 then micros_time((('x' || encode(substring(decode(
        translate(
            substring(right(mark, 32) from 1 for 12),
            '-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz',
            'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/'),
        'base64') from 1 for 8), 'hex'))::bit(64) # x'8000000000000000')::bigint) end
$$;

-- One row per category in which the visitor ever chose. `value` null: the choice was taken back.
-- `price` is the total after the last choice, null when that did not say; `first_at` is null of a
-- session whose events retention had dropped before this column of facts was kept.
create function session_decisions(choices jsonb)
returns table (
    category text, value text, first_at timestamptz, last_at timestamptz, count int,
    price numeric, seen text[])
language sql immutable parallel safe as $$
    select made.key, made.value ->> 'value', micros_time((made.value ->> 'first')::bigint),
        mark_time(made.value ->> 'at'), (made.value ->> 'count')::int,
        ((made.value ->> 'price')::numeric / 100)::numeric(14, 2),
        array(select jsonb_array_elements_text(made.value -> 'seen'))
    from jsonb_each(choices) as made
$$;

-- When the session first reported `status` (in_cart, completed, converted) or a further one.
create function session_reached(reached jsonb, status text) returns timestamptz
language sql immutable parallel safe as $$
    select micros_time(least(
        (reached ->> 'converted')::bigint,
        case when status in ('completed', 'in_cart') then (reached ->> 'completed')::bigint end,
        case when status = 'in_cart' then (reached ->> 'in_cart')::bigint end))
$$;

-- Where a visitor came from, in one word: the campaign's source, else the host of the referrer.
create function session_source(utm_source text, referrer text) returns text
language sql immutable parallel safe as $$
    select coalesce(
        nullif(lower(btrim(utm_source)), ''),
        substring(
            lower(referrer) from
            '^[a-z][a-z0-9+.-]*://(?:[^/?#@]*@)?(?:www\.)?(\[[^]/?#]*\]|[^/?#:]+)'),
        'direct')
$$;

-- Sessions that began in [first, until), folded from raw events alone and not by the writer's
-- code. Whose they are (visitor, is_bot) no event says: that comes from user_sessions.
-- An event whose clock is not believed happened when it was received.
-- A session that began before `since` is left out: retention took some of its events.
drop function raw_sessions(timestamptz, timestamptz, timestamptz);
create function raw_sessions(first timestamptz, until timestamptz, since timestamptz)
returns table (
    project_id int, session_id uuid, is_bot boolean, visitor bigint,
    start_time timestamptz, last_activity timestamptz, session_duration int, total_events int,
    total_interactions int, total_choices int, conversion_status text, total_price numeric,
    completion smallint, choices jsonb, reached jsonb, exposed text[])
language sql stable parallel safe as $$
    with wanted as (
        select distinct e.project_id, e.session_id
        from events e
        where case when e.clock is null then e.occurred_at else e.received_at end >= first
          and case when e.clock is null then e.occurred_at else e.received_at end < until
          and e.session_id <> '00000000-0000-0000-0000-000000000000'
    ),
    mine as materialized (
        select e.project_id, e.session_id, e.event_id, e.kind, e.category, e.value,
            case when e.clock is null then e.occurred_at else e.received_at end as at,
            case when e.kind in ('choice', 'snapshot') then e.price end as price,
            case when e.kind = 'snapshot' then e.completion end as completion,
            case when e.kind in ('snapshot', 'session_end') then e.conversion_status end as status,
            coalesce(e.kind = 'choice' and e.source = 'user' and e.category is not null, false)
                as explicit
        from events e join wanted w
          on w.project_id = e.project_id and w.session_id = e.session_id
    ),
    facts as (
        select m.project_id, m.session_id,
            min(m.at) as start_time,
            max(m.at) as last_activity,
            count(*)::int as total_events,
            (count(*) filter (where m.kind in ('interaction', 'choice')))::int
                as total_interactions,
            (count(*) filter (where m.explicit))::int as total_choices,
            min(m.at) filter (where m.status = 'in_cart') as in_cart_at,
            min(m.at) filter (where m.status = 'completed') as completed_at,
            min(m.at) filter (where m.status = 'converted') as converted_at,
            (array_agg(m.price order by m.at desc, m.event_id desc)
                filter (where m.price is not null))[1] as total_price,
            (array_agg(m.completion order by m.at desc, m.event_id desc)
                filter (where m.completion is not null))[1] as completion,
            array_agg(distinct m.category collate "C")
                filter (where m.kind in ('interaction', 'choice') and m.category is not null)
                as exposed
        from mine m
        group by m.project_id, m.session_id
        having min(m.at) >= first and min(m.at) < until
    ),
    -- The bounds on one session are the writer's: 100 categories, 200 values seen in each.
    chosen as (
        select m.project_id, m.session_id, m.category,
            (array_agg(m.value order by m.at desc, m.event_id desc))[1] as value,
            (array_agg(m.price order by m.at desc, m.event_id desc))[1] as price,
            (array_agg(event_mark(m.at, m.event_id) order by m.at desc, m.event_id desc))[1]
                as mark,
            min(m.at) as first_at,
            count(*) as times,
            coalesce(array_agg(distinct m.value collate "C")
                filter (where m.value is not null), '{}') as seen,
            row_number() over (
                partition by m.project_id, m.session_id order by m.category collate "C") as place
        from mine m
        where m.explicit
        group by m.project_id, m.session_id, m.category
    ),
    decided as (
        select c.project_id, c.session_id,
            jsonb_object_agg(
                c.category,
                jsonb_build_object(
                    'value', c.value, 'at', c.mark, 'count', c.times, 'seen', c.seen[:200],
                    'first', (extract(epoch from c.first_at) * 1000000)::bigint,
                    'price', (c.price * 100)::bigint)) as choices
        from chosen c
        where c.place <= 100
        group by c.project_id, c.session_id
    )
    select f.project_id, f.session_id, coalesce(s.is_bot, false), coalesce(s.visitor, 0),
        f.start_time, f.last_activity,
        least(floor(extract(epoch from f.last_activity - f.start_time)), 2147483647)::int,
        f.total_events, f.total_interactions, f.total_choices,
        case
            when f.converted_at is not null then 'converted'
            when f.completed_at is not null then 'completed'
            when f.in_cart_at is not null then 'in_cart'
            else 'ongoing' end,
        f.total_price, f.completion, coalesce(d.choices, '{}'),
        jsonb_strip_nulls(jsonb_build_object(
            'in_cart', (extract(epoch from f.in_cart_at) * 1000000)::bigint,
            'completed', (extract(epoch from f.completed_at) * 1000000)::bigint,
            'converted', (extract(epoch from f.converted_at) * 1000000)::bigint)),
        coalesce(f.exposed[:100], '{}')
    from facts f
    left join decided d on d.project_id = f.project_id and d.session_id = f.session_id
    left join user_sessions s on s.project_id = f.project_id and s.session_id = f.session_id
    where s.start_time is null or s.start_time >= since
$$;

-- The sessions that are there already, as far as their raw events are.
update user_sessions s
set reached = r.reached, exposed = r.exposed, choices = r.choices
from raw_sessions(
    '-infinity', 'infinity',
    coalesce(
        (select min(to_date(right(part.relname, 8), 'YYYYMMDD'))
         from pg_inherits i join pg_class part on part.oid = i.inhrelid
         where i.inhparent = 'events'::regclass and part.relname ~ '^events_[0-9]{8}$'),
        '-infinity')) r
where s.project_id = r.project_id and s.session_id = r.session_id;

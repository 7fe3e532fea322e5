drop function raw_sessions(timestamptz, timestamptz, timestamptz);
create function raw_sessions(first timestamptz, until timestamptz, since timestamptz)
returns table (
    project_id int, session_id uuid, is_bot boolean, visitor bigint,
    start_time timestamptz, last_activity timestamptz, session_duration int, total_events int,
    total_interactions int, total_choices int, conversion_status text, total_price numeric,
    completion smallint, choices jsonb)
language sql stable parallel safe as $$
    with wanted as (
        select distinct e.project_id, e.session_id
        from events e
        where e.occurred_at >= first and e.occurred_at < until
          and e.session_id <> '00000000-0000-0000-0000-000000000000'
    ),
    mine as materialized (
        select e.project_id, e.session_id, e.event_id, e.occurred_at, e.kind, e.category, e.value,
            case when e.kind in ('choice', 'snapshot') then e.price end as price,
            case when e.kind = 'snapshot' then e.completion end as completion,
            case when e.kind in ('snapshot', 'session_end') then e.conversion_status end as reached,
            coalesce(e.kind = 'choice' and e.source = 'user' and e.category is not null, false)
                as explicit
        from events e join wanted w
          on w.project_id = e.project_id and w.session_id = e.session_id
    ),
    facts as (
        select m.project_id, m.session_id,
            min(m.occurred_at) as start_time,
            max(m.occurred_at) as last_activity,
            count(*)::int as total_events,
            (count(*) filter (where m.kind in ('interaction', 'choice')))::int
                as total_interactions,
            (count(*) filter (where m.explicit))::int as total_choices,
            max(array_position(
                array['ongoing', 'in_cart', 'completed', 'converted'], m.reached))
                as reached,
            (array_agg(m.price order by m.occurred_at desc, m.event_id desc)
                filter (where m.price is not null))[1] as total_price,
            (array_agg(m.completion order by m.occurred_at desc, m.event_id desc)
                filter (where m.completion is not null))[1] as completion
        from mine m
        group by m.project_id, m.session_id
        having min(m.occurred_at) >= first and min(m.occurred_at) < until
    ),
    -- The bounds on one session are the writer's: 100 categories, 200 values seen in each.
    chosen as (
        select m.project_id, m.session_id, m.category,
            (array_agg(m.value order by m.occurred_at desc, m.event_id desc))[1] as value,
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
                c.category, jsonb_build_object('value', c.value, 'seen', c.seen[:200])) as choices
        from chosen c
        where c.place <= 100
        group by c.project_id, c.session_id
    )
    select f.project_id, f.session_id, coalesce(s.is_bot, false), coalesce(s.visitor, 0),
        f.start_time, f.last_activity,
        least(floor(extract(epoch from f.last_activity - f.start_time)), 2147483647)::int,
        f.total_events, f.total_interactions, f.total_choices,
        (array['ongoing', 'in_cart', 'completed', 'converted'])[coalesce(f.reached, 1)],
        f.total_price, f.completion, coalesce(d.choices, '{}')
    from facts f
    left join decided d on d.project_id = f.project_id and d.session_id = f.session_id
    left join user_sessions s on s.project_id = f.project_id and s.session_id = f.session_id
    where s.start_time is null or s.start_time >= since
$$;

drop function session_source(text, text);
drop function session_reached(jsonb, text);
drop function session_decisions(jsonb);
drop function mark_time(text);
drop function event_mark(timestamptz, uuid);
drop function micros_time(bigint);
comment on column user_sessions.choices is
    'what the visitor chose: category -> {value, at, count, seen: [values]}; explicit choices only';
-- What this migration added to each choice goes with it.
update user_sessions
set choices = (
    select jsonb_object_agg(made.key, made.value - 'first' - 'price')
    from jsonb_each(choices) as made)
where choices <> '{}';
alter table user_sessions
    drop column exposed,
    drop column reached,
    drop column is_recognised,
    drop column country;

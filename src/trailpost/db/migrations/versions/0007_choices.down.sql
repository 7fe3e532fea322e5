drop function own_funnel_sessions(int, text, timestamptz, timestamptz, boolean, jsonb, boolean);
drop function own_funnel_times(int[], timestamptz[], int, boolean);
drop function own_funnel_steps(int, text);
drop function wilson(bigint, bigint, int);
drop function journey_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function choice_path(jsonb);
drop function option_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function drop_off_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function session_path(timestamptz, jsonb);
drop function funnel_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function funnel_sessions(int, timestamptz, timestamptz, boolean, jsonb);
drop function steps_in_order(timestamptz[]);
drop function funnel_steps(text[]);
drop table funnels;
delete from daily_analytics where metric_type like any (
    array['funnel\_%', 'drop\_off%', 'option%', 'journey\_%']);

-- Options by the bucket in which the session began: a session counts once for an option,
-- however often it came back to it.
create table rollup_options (
    project_id int not null,
    bucket     timestamptz not null,
    is_bot     boolean not null,
    category   text not null,
    value      text not null,
    sessions   bigint not null default 0,
    kept       bigint not null default 0,
    primary key (project_id, bucket, is_bot, category, value)
) with (fillfactor = 70);
comment on column rollup_options.sessions is 'sessions that explicitly chose it at least once';
comment on column rollup_options.kept is
    'sessions whose last explicit choice in the category it is';

-- What one session adds to rollup_options: each option it ever chose, and whether it kept it.
create function session_options(choices jsonb)
returns table (category text, value text, kept int)
language sql immutable parallel safe as $$
    select made.key, option.value, coalesce((made.value ->> 'value' = option.value)::int, 0)
    from jsonb_each(choices) as made, jsonb_array_elements_text(made.value -> 'seen') as option
$$;

create function raw_rollup_options(first timestamptz, until timestamptz, since timestamptz)
returns setof rollup_options
language sql stable parallel safe as $$
    select r.project_id, bucket_of(r.start_time), r.is_bot, o.category, o.value, count(*),
        sum(o.kept)
    from raw_sessions(first, until, since) r, session_options(r.choices) o
    group by 1, 2, 3, 4, 5
$$;

insert into rollup_options
select s.project_id, bucket_of(s.start_time), s.is_bot, o.category, o.value, count(*), sum(o.kept)
from user_sessions s, session_options(s.choices) o
group by 1, 2, 3, 4, 5;

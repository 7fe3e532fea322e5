drop table process_samples;
drop table request_quarters;
drop function timings_over(int, text, text, date[], timestamptz[], timestamptz[], boolean);
drop table timing_days;
alter table rollup_timings drop column sketch, drop column answered, drop column failed;
create or replace function raw_rollup_timings(first timestamptz, until timestamptz)
returns setof rollup_timings
language sql stable parallel safe as $$
    select e.project_id, bucket_of(e.occurred_at), coalesce(s.is_bot, false), e.metric_name,
        coalesce(e.endpoint, ''), count(*), sum(e.metric_value), min(e.metric_value),
        max(e.metric_value)
    from events e left join user_sessions s
      on s.project_id = e.project_id and s.session_id = e.session_id
    where e.kind = 'timing' and e.metric_name is not null and e.metric_value is not null
      and e.occurred_at >= first and e.occurred_at < until
    group by 1, 2, 3, 4, 5
$$;

drop function bin_quantiles(int[], bigint[], float8[]);
drop function sketch_cells(bigint[]);
drop aggregate sketch_sum(bigint[]);
drop function sketch_merge(bigint[], bigint[]);

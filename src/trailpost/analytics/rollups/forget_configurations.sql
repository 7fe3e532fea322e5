-- A popular configuration is shown as one session had it: from now on as another one had it. One
-- that no other session of its days has is popular no more.
with mine as (
    select project_id, configuration_hash from sessions_before where configuration_hash is not null
    union
    select project_id, configuration_hash from staged where configuration_hash is not null
),
others as materialized (
    select m.project_id, m.configuration_hash, o.configuration
    from mine m
    left join lateral (
        select s.configuration
        from (
            select distinct d.date from configuration_days d
            where d.project_id = m.project_id and d.configuration_hash = m.configuration_hash
        ) as d
        join closed_days c on c.project_id = m.project_id and c.date = d.date
        join user_sessions s on s.project_id = m.project_id
          and s.start_time >= c.starts_at and s.start_time < c.ends_at
        where s.configuration_hash = m.configuration_hash and s.total_choices > 0
        limit 1
    ) as o on true
),
removed as (
    delete from popular_configurations p using others o
    where p.project_id = o.project_id and p.configuration_hash = o.configuration_hash
      and o.configuration is null
)
update popular_configurations p set configuration_data = o.configuration
from others o
where p.project_id = o.project_id and p.configuration_hash = o.configuration_hash
  and o.configuration is not null

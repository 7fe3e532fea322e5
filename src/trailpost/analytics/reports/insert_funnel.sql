-- No more than a project may have; one that exists stays as it is.
insert into funnels (project_id, slug, name, steps, created_by, created_at, updated_at)
select %(project_id)s::int, %(slug)s::text, %(name)s::text, %(steps)s::jsonb,
    %(created_by)s::bigint, %(now)s::timestamptz, %(now)s::timestamptz
where (select count(*) from funnels where project_id = %(project_id)s::int) < %(most)s::int
on conflict do nothing

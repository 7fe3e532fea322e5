-- What is kept of hours that were dropped.
with dropped as (
    delete from built_hours b
    where b.project_id = %(project_id)s::int and not exists (
        select from closed_hours c
        where c.project_id = b.project_id and c.starts_at = b.starts_at)
    returning b.project_id, b.starts_at
)
delete from hour_analytics a
using dropped d
where a.project_id = d.project_id and a.starts_at = d.starts_at

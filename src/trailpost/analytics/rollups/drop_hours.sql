-- Hours for which their day answers, and those of another time zone. What is kept of them goes with
-- the next run: a report may be reading it.
delete from closed_hours h
where h.project_id = %(project_id)s::int
  and (h.zone <> %(zone)s::text
      or h.ends_at <= %(before)s::timestamptz and exists (
          select from closed_days d
          join built_days b on b.project_id = d.project_id and b.date = d.date
          where d.project_id = h.project_id and d.zone = h.zone and b.mark = d.marked
            and d.starts_at <= h.starts_at and d.ends_at >= h.ends_at))

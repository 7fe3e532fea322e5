-- A closed day keeps a row of each configured session. The days are marked, so nobody reads these
-- rows before the day is made anew; but that may be a while, and an erased session is gone at once.
delete from configured_sessions kept
using sessions_before b, closed_days day
where day.project_id = b.project_id
  and day.starts_at <= b.last_activity and day.ends_at > b.start_time - interval '2 days'
  and kept.project_id = day.project_id and kept.date = day.date and kept.visitor = b.visitor
  and not exists (
      select from built_days built
      where built.project_id = day.project_id and built.date = day.date and built.mark = day.marked)

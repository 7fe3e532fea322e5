-- A page, newest first, each with its last 14 UTC days. Null: not asked for.
select i.id, i.project_id, i.version::int as version, i.fingerprint, i.type, i.title,
    i.level::text as level, i.status::text as status, i.first_seen, i.last_seen,
    i.occurrences, i.sessions, i.first_release, i.last_release, i.resolved_at, i.regressions,
    i.regressed_at,
    array(
        select coalesce(d.occurrences, 0)
        from generate_series(0, 13) as n
        left join issue_days d on d.issue_id = i.id and d.day = %(today)s::date - 13 + n
        order by n
    ) as days
from issues i
where i.project_id = %(project_id)s::int
  and (%(status)s::text is null or i.status = %(status)s::text::issue_status)
  and (%(level)s::text is null or i.level = %(level)s::text::issue_level)
  and (%(words)s::text is null
    or position(lower(%(words)s::text) in lower(i.title || ' ' || i.type)) > 0)
  and (%(before_at)s::timestamptz is null
    or (i.last_seen, i.id) < (%(before_at)s::timestamptz, %(before_id)s::uuid))
order by i.last_seen desc, i.id desc
limit %(most)s::int

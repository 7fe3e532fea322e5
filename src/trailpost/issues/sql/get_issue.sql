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
where i.id = %(id)s::uuid

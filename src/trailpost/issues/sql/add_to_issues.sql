-- Sums of occurrences that this transaction stored, in whatever order they come. One that occurred
-- after its issue was resolved opens it again.
insert into issues as i (
    id, project_id, version, fingerprint, type, title, level, first_seen, last_seen, occurrences,
    first_release, first_release_at, last_release, last_release_at
)
select id, project_id, version, fingerprint, type, title, level,
    to_timestamp(first_seen / 1000000.0), to_timestamp(last_seen / 1000000.0), occurrences,
    first_release, to_timestamp(first_release_at / 1000000.0),
    last_release, to_timestamp(last_release_at / 1000000.0)
from jsonb_to_recordset(%(rows)s::jsonb) as t (
    id uuid, project_id int, version smallint, fingerprint text, type text, title text,
    level issue_level, first_seen bigint, last_seen bigint, occurrences bigint,
    first_release text, first_release_at bigint, last_release text, last_release_at bigint
)
order by id
on conflict (id) do update
set title = case when excluded.last_seen >= i.last_seen then excluded.title else i.title end,
    level = greatest(i.level, excluded.level),
    first_seen = least(i.first_seen, excluded.first_seen),
    last_seen = greatest(i.last_seen, excluded.last_seen),
    occurrences = i.occurrences + excluded.occurrences,
    first_release = case
        when i.first_release_at is null or excluded.first_release_at < i.first_release_at
        then excluded.first_release else i.first_release end,
    first_release_at = least(i.first_release_at, excluded.first_release_at),
    last_release = case
        when i.last_release_at is null or excluded.last_release_at >= i.last_release_at
        then excluded.last_release else i.last_release end,
    last_release_at = greatest(i.last_release_at, excluded.last_release_at),
    status = case
        when i.status = 'resolved' and excluded.last_seen > i.resolved_at then 'open'
        else i.status end,
    regressions = i.regressions
        + (i.status = 'resolved' and excluded.last_seen > i.resolved_at)::int,
    regressed_at = case
        when i.status = 'resolved' and excluded.last_seen > i.resolved_at then excluded.last_seen
        else i.regressed_at end

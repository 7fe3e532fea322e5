-- The moment of a resolution is kept: what occurs after it opens the issue again.
update issues
set status = %(status)s::text::issue_status,
    resolved_at = case when %(status)s::text = 'resolved' then %(now)s::timestamptz end
where id = %(id)s::uuid

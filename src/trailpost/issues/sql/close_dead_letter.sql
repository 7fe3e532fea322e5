update issue_dead_letters
set outcome = %(outcome)s,
    replayed_at = case when %(done)s::boolean then now() end
where id = %(id)s

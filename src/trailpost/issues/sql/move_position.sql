-- No row: another writer was here since, and this transaction must not happen.
update issue_positions
set last_id = %(last_id)s,
    received_total = %(received_total)s,
    missing = missing + %(missing)s::bigint,
    updated_at = now()
where stream = %(stream)s and incarnation = %(incarnation)s and last_id = %(previous)s

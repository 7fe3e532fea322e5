-- A stream's first position, or its first after Redis lost all it had: totals begin anew with it.
insert into issue_positions as p (stream, incarnation, last_id, received_total)
values (%(stream)s, %(incarnation)s, '0-0', 0)
on conflict (stream) do update
set incarnation = excluded.incarnation, last_id = excluded.last_id,
    received_total = excluded.received_total, updated_at = now()
where p.incarnation <> excluded.incarnation

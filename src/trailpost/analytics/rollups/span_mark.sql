-- How often the span was marked, in this transaction's moment.
select marked from closed_spans
where project_id = %(project_id)s::int and kind = %(kind)s::text
  and starts_at = %(start)s::timestamptz

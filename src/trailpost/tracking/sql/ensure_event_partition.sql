select ensure_event_partition(%(day)s::date)

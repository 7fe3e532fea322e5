select drop_event_partitions(%(before)s::date) as day

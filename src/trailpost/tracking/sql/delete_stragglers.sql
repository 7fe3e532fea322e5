-- Events of a day that has no partition of its own; few, so deleting them row by row is cheap.
delete from events_default
where received_at < %(before)s::date

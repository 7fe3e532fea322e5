select exists (
    select from events where event_id = %(event_id)s and day = %(day)s
) as arrived

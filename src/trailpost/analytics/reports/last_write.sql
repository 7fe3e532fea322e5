-- Another text after every batch that a writer committed: what shows figures asks it often.
select (coalesce(sum(received_total), 0)::text || ' ' || coalesce(max(updated_at)::text, ''))::text
    as last_write
from stream_positions

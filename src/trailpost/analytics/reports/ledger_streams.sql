select stream, incarnation, last_id, received_total, missing, updated_at
from stream_positions
order by stream

select incarnation, last_id, received_total, missing
from stream_positions
where stream = %(stream)s

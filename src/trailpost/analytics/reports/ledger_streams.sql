select stream, incarnation, last_id, received_total, missing, updated_at
from stream_positions
union all
select stream, incarnation, last_id, received_total, missing, updated_at
from issue_positions
order by stream

select incarnation, last_id, received_total, missing
from issue_positions
where stream = %(stream)s

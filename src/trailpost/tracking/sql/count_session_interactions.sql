select count(*)
from events
where project_id = %(project_id)s and session_id = %(session_id)s and kind = 'interaction'

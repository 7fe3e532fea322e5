-- Which of a batch's sessions were erased, in whatever project. The ids come in one text: an array
-- of thousands takes the driver longer than all the rest of this.
select project_id, uuid_send(session_id) as session_id
from erased_sessions
where session_id = any (string_to_array(%(session_ids)s::text, ',')::uuid[])

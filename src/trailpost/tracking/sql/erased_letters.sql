-- By their places, those letters that name a session that was erased: its id stands in the bytes.
select (letter.place - 1)::int as place
from unnest(%(payloads)s::bytea[]) with ordinality as letter (payload, place)
where exists (
    select from erased_sessions e where position(uuid_send(e.session_id) in letter.payload) > 0)

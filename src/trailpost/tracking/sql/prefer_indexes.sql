-- For this connection: a plan that was prepared while user_sessions was small would go on reading
-- all of it when it has grown. The temporary tables have no index, so nothing changes for them.
set enable_seqscan = off

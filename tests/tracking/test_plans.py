"""The writer's statements read what they need, not whole tables."""

from trailpost import tracking
from trailpost.db import all_queries


def test_sessions_are_found_by_their_key_however_many_there_are(db):
    for text in tracking.BATCH_TABLES:
        db.execute(text)
    db.execute(
        """insert into user_sessions
               (project_id, session_id, visitor, start_time, last_activity, last_bucket)
           select 1, md5(n::text)::uuid, n, now(), now(), now() from generate_series(1, 5000) n"""
    )
    db.execute("analyze user_sessions")
    (found,) = (q.text for q in all_queries() if q.name.endswith("/lock_sessions"))
    plan = "\n".join(row[0] for row in db.execute(f"explain {found}"))
    assert "user_sessions_pkey" in plan
    assert "Merge Join" not in plan
    assert "Hash Join" not in plan

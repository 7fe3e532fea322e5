-- Which sessions one transaction changes.
create temp table if not exists touched_sessions (
    project_id int not null,
    session_id uuid not null
) on commit delete rows

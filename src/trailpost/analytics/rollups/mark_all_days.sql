-- Everything that is kept of a project's closed days is to be made anew.
update closed_days set marked = marked + 1 where project_id = %(project_id)s::int

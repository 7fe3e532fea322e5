-- Everything that is kept of a project's closed hours is to be made anew.
update closed_hours set marked = marked + 1 where project_id = %(project_id)s::int

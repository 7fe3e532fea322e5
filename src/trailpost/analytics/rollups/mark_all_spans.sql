-- Everything that is kept of a project's closed spans is to be made anew.
update closed_spans set marked = marked + 1 where project_id = %(project_id)s::int

select slug, name, steps, created_by, created_at, updated_at
from funnels where project_id = %(project_id)s::int and slug = %(slug)s::text

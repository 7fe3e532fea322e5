select required_categories(%(project_id)s::int)::text[] as categories

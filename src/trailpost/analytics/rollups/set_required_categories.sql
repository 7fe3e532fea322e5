insert into report_settings (project_id, required_categories)
values (%(project_id)s::int, %(categories)s::text[])
on conflict (project_id) do update set required_categories = excluded.required_categories

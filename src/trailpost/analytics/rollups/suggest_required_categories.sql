-- For as long as the owner has not said otherwise.
insert into report_settings (project_id, required_categories)
values (%(project_id)s::int, %(categories)s::text[])
on conflict (project_id) do nothing

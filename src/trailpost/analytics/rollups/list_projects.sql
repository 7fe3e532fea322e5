select id, slug, time_zone from projects order by id

insert into house_options (category, value, name_de, name_en, fact_de, fact_en, sort_order)
select o ->> 'category', o ->> 'value', o -> 'name' ->> 'de', o -> 'name' ->> 'en',
    o -> 'fact' ->> 'de', o -> 'fact' ->> 'en', (o ->> 'sortOrder')::integer
from jsonb_array_elements((current_setting('trailpost.seed')::jsonb) -> 'options') as o;

-- From the beginning of time: what was configured earlier was priced by it too.
insert into price_lists (version, valid_from, note, prices)
values (1, 'epoch', 'First list', (current_setting('trailpost.seed')::jsonb) -> 'prices');

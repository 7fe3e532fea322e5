select category, value, name_de, name_en, fact_de, fact_en, sort_order
from house_options
where active
order by category, sort_order, value

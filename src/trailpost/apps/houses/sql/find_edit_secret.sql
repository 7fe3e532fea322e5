select edit_secret from house_configurations where id = %(id)s::text

delete from house_media where file_id = %(file_id)s::text

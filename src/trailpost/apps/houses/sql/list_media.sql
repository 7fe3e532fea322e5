select file_id, path, name, media_type, md5, size, modified_at, view
from house_media
order by view nulls last, name, file_id

insert into house_media (file_id, path, name, media_type, md5, size, modified_at, view)
values (%(file_id)s::text, %(path)s::text, %(name)s::text, %(media_type)s::text, %(md5)s::text,
    %(size)s::bigint, %(modified_at)s::timestamptz, %(view)s::text)
on conflict (file_id) do update
set path = excluded.path, name = excluded.name, media_type = excluded.media_type,
    md5 = excluded.md5, size = excluded.size, modified_at = excluded.modified_at,
    view = excluded.view, synced_at = now()

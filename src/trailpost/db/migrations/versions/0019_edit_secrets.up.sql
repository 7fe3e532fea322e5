-- SHA-256 of what its maker was given; null: it was made before there was one, and is never changed.
alter table house_configurations add column edit_secret bytea;

-- The id that the browser gave it, so that it is taken once however often it is sent.
alter table customer_inquiries add column sent_as uuid unique;

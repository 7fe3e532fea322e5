alter table customer_inquiries drop column sent_as;
alter table house_configurations drop column edit_secret;

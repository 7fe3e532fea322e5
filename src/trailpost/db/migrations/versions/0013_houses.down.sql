drop table house_media;
drop table customer_inquiries;
drop table house_configurations;
drop table price_lists;
drop table house_options;
drop function refuse_price_change();

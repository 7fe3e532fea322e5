drop table share_links;
drop table saved_views;
drop table annotations;

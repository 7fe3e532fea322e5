drop function closed_cells(int, text, text, date[], timestamptz[], boolean, text[]);
drop table hour_analytics;
drop table built_hours;
drop table closed_hours;

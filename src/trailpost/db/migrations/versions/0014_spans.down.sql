drop function closed_cells(int, text, text, date[], timestamptz[], boolean, text[]);
drop table span_analytics;
drop table built_spans;
drop table closed_spans;

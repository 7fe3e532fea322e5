drop function growth(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function change_of(numeric, numeric, boolean);
drop function growth_sums(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function page_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function visits_over(
    int, text, text, date[], timestamptz[], timestamptz[], boolean, jsonb, text);
drop function visit_cells(int, text, text, timestamptz, timestamptz, boolean, jsonb, text);
drop function visit_metrics();
drop function viewport_class(int);
drop function url_path(text);
drop index user_sessions_recognised;
delete from daily_analytics where metric_type like any (array['visit\_%', 'page\_%']);

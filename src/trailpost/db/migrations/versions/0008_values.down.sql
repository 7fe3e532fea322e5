drop function configurations_in(int, text, text, timestamptz, timestamptz, boolean, jsonb);
drop function is_complete(jsonb, text, text[]);
drop function configured_over(int, date[], timestamptz[], timestamptz[], boolean, jsonb);
drop function configured_in(int, timestamptz, timestamptz, boolean, jsonb);
drop table popular_configurations;
drop table configuration_days;
drop table configured_sessions;

drop table rollup_timings;
drop table rollup_options;
drop table rollup_events;
drop table rollup_visitors;
drop table rollup_sessions;

-- Asks every question of :kind twice against :schema: once to warm up, once measured by the CPU time
-- of this backend (user and system, in ticks of 10 ms). Answers go to :dir/:schema.:kind.csv, the
-- ticks to standard output.
\set ON_ERROR_STOP on
\set questions :dir '/' :kind '.sql'
\set answers :dir '/' :schema '.' :kind '.csv'
\set statements :here '/' :schema '.sql'
\i :statements
SELECT pg_backend_pid() AS pid \gset
\pset tuples_only on
\pset format csv
\o /dev/null
\i :questions
\o :answers
\set before `awk '{print $14 + $15}' /proc/:pid/stat`
\i :questions
\set after `awk '{print $14 + $15}' /proc/:pid/stat`
\o
SELECT :after - :before;

-- As a good user writes it: a spatial index for the place and an inverted index for the skills; the
-- planner chooses for each question which to read, or combines them.
\set ON_ERROR_STOP on
SET maintenance_work_mem = '1GB';
CREATE INDEX posting_place ON posting USING gist (place);
CREATE INDEX posting_skill ON posting USING gin (skill);
CREATE INDEX seeker_place ON seeker USING gist (place);
CREATE INDEX seeker_skill ON seeker USING gin (skill);
VACUUM ANALYZE posting;
VACUUM ANALYZE seeker;

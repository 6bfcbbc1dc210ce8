-- The wire form into tables. Variables: data (a folder of yizhan generate), questions (a file).
-- Ids become integers, wages whole numbers of 1/120 fen per month, types bits, as the pair rule
-- compares them. Every record has what every question needs in one row.
\set ON_ERROR_STOP on
CREATE EXTENSION postgis;
CREATE EXTENSION pg_prewarm;
SET maintenance_work_mem = '1GB';
SET work_mem = '256MB';

CREATE FUNCTION wage(amount jsonb, yuan jsonb) RETURNS bigint LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce((yuan::numeric * 100 * CASE amount->>'unit'
        WHEN 'hour' THEN 20880 WHEN 'day' THEN 2610 WHEN 'week' THEN 522 WHEN 'biweek' THEN 261
        WHEN 'month' THEN 120 WHEN 'year' THEN 10 END)::bigint, 0)
$$;
CREATE FUNCTION type_bit(word text) RETURNS int LANGUAGE sql IMMUTABLE AS $$
    SELECT CASE word WHEN 'full' THEN 1 WHEN 'part' THEN 2 WHEN 'gig' THEN 4 WHEN 'intern' THEN 8 END
$$;
CREATE FUNCTION point(place jsonb) RETURNS geography LANGUAGE sql IMMUTABLE AS $$
    SELECT ST_MakePoint((place->'lon')::float8, (place->'lat')::float8)::geography
$$;

CREATE UNLOGGED TABLE line (j jsonb);

\set from_file ' WITH (FORMAT csv, QUOTE E''\\x01'', DELIMITER E''\\x02'')'
\set copy_line '\\copy line FROM ''' :data '/skills.ndjson''' :from_file
:copy_line
-- Weight of skill i at place i + 1; small and plain, or every look at it would unpack it first.
CREATE UNLOGGED TABLE weights (of smallint[]);
ALTER TABLE weights ALTER of SET STORAGE PLAIN;
INSERT INTO weights SELECT array_agg((j->'weight')::smallint ORDER BY j->>'id') FROM line;
TRUNCATE line;

\set copy_line '\\copy line FROM ''' :data '/postings.ndjson''' :from_file
:copy_line
CREATE UNLOGGED TABLE posting AS
    SELECT substr(j->>'id', 2)::int AS id, point(j->'place') AS place,
           wage(j->'wage', j->'wage'->'max') AS wage_max,
           (j->'education_min')::int AS education_min, type_bit(j->>'type') AS type,
           (j->'shifts')::int AS shifts, skill, level, weight, total, preferred
    FROM line, weights,
    LATERAL (SELECT coalesce(array_agg(s), '{}') AS skill, coalesce(array_agg(l), '{}') AS level,
                    coalesce(array_agg(weights.of[s + 1]::int), '{}') AS weight,
                    coalesce(sum(weights.of[s + 1]), 0) AS total
             FROM (SELECT substr(e->>'skill', 2)::int AS s, (e->'level')::int AS l
                   FROM jsonb_array_elements(j->'required') e) required) r,
    LATERAL (SELECT coalesce(array_agg(substr(e, 2)::int), '{}') AS preferred
             FROM jsonb_array_elements_text(j->'preferred') e) p
    ORDER BY 2; -- neighbours lie together
TRUNCATE line;

\set copy_line '\\copy line FROM ''' :data '/seekers.ndjson''' :from_file
:copy_line
CREATE UNLOGGED TABLE seeker AS
    SELECT substr(j->>'id', 2)::int AS id, point(j->'place') AS place,
           (j->'radius_km')::float8 AS radius_km,
           wage(j->'wage_floor', j->'wage_floor'->'amount') AS wage_floor,
           (j->'education')::int AS education, types, (j->'shifts')::int AS shifts, skill, level
    FROM line,
    LATERAL (SELECT bit_or(type_bit(w)) AS types FROM jsonb_array_elements_text(j->'types') w) t,
    LATERAL (SELECT coalesce(array_agg(s), '{}') AS skill, coalesce(array_agg(l), '{}') AS level
             FROM (SELECT substr(e->>'skill', 2)::int AS s, (e->'level')::int AS l
                   FROM jsonb_array_elements(j->'skills') e) held) k
    ORDER BY 2;
TRUNCATE line;

\set copy_line '\\copy line FROM ''' :questions '''' :from_file
:copy_line
CREATE UNLOGGED TABLE question AS
    SELECT j->>'id' AS q, j->>'question' AS kind, coalesce(j->'seeker', j->'posting') AS j FROM line;
TRUNCATE line;

ALTER TABLE posting ADD PRIMARY KEY (id);
ALTER TABLE seeker ADD PRIMARY KEY (id);

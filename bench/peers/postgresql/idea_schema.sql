-- Given our idea: who meets none of a posting's heaviest skills (its prefix) cannot fit. One index
-- per side, by skill and longitude, carrying all that the cheap limits compare, so that it is read
-- without its table.
\set ON_ERROR_STOP on
SET maintenance_work_mem = '1GB';
SET work_mem = '1GB';
CREATE FUNCTION prefix_of(skill int[], weight int[]) RETURNS int[] LANGUAGE sql IMMUTABLE AS $$
    SELECT coalesce(array_agg(s), '{}')
    FROM (SELECT s, sum(w) OVER (ORDER BY w DESC, s) - w AS before, sum(w) OVER () AS total
          FROM unnest(skill, weight) u(s, w)) ranked
    WHERE 5 * before <= 2 * total
$$;
CREATE UNLOGGED TABLE posting_prefix AS
    SELECT u.s AS skill, p.level[array_position(p.skill, u.s)] AS level,
           ST_X(place::geometry) AS lon, ST_Y(place::geometry) AS lat, wage_max, education_min,
           type, shifts, id
    FROM posting p, unnest(prefix_of(p.skill, p.weight)) u(s);
CREATE INDEX posting_prefix_lon ON posting_prefix (skill, lon)
    INCLUDE (level, lat, wage_max, education_min, type, shifts, id);
CREATE UNLOGGED TABLE held AS
    SELECT u.s AS skill, u.l AS level, ST_X(place::geometry) AS lon, ST_Y(place::geometry) AS lat,
           radius_km, wage_floor, education, types, shifts, id
    FROM seeker, unnest(skill, level) u(s, l);
CREATE INDEX held_lon ON held (skill, lon)
    INCLUDE (level, lat, radius_km, wage_floor, education, types, shifts, id);
VACUUM ANALYZE posting_prefix;
VACUUM ANALYZE held;

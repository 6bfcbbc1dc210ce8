-- One EXECUTE per question into the files jobs.sql, seekers.sql, standing.sql of folder :dir. What a
-- caller would work out (weights, the prefix, the box around a circle) is worked out here.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset format unaligned
CREATE FUNCTION lon_around(lat float8, km float8) RETURNS float8 LANGUAGE sql IMMUTABLE AS $$
    SELECT degrees(asin(sin(km / 6371.0087714150598) / cos(radians(lat)))) + 1e-6
$$;
CREATE FUNCTION ints(list int[]) RETURNS text LANGUAGE sql IMMUTABLE AS $$
    SELECT quote_literal(list::text)
$$;
CREATE UNLOGGED TABLE ask AS
    SELECT q, kind, j, (j#>'{place,lon}')::float8 AS lon, (j#>'{place,lat}')::float8 AS lat,
           (j->'radius_km')::float8 AS radius_km, skill, level, weight, preferred, types
    FROM question, weights,
    LATERAL (SELECT coalesce(array_agg(s), '{}') AS skill, coalesce(array_agg(l), '{}') AS level,
                    coalesce(array_agg(weights.of[s + 1]::int), '{}') AS weight
             FROM (SELECT substr(e->>'skill', 2)::int AS s, (e->'level')::int AS l
                   FROM jsonb_array_elements(coalesce(j->'required', j->'skills')) e) k) r,
    LATERAL (SELECT coalesce(array_agg(substr(e, 2)::int), '{}') AS preferred
             FROM jsonb_array_elements_text(j->'preferred') e) p,
    LATERAL (SELECT bit_or(type_bit(w)) AS types FROM jsonb_array_elements_text(
                 coalesce(j->'types', jsonb_build_array(j->'type'))) w) t;

\set file :dir '/jobs.sql'
\o :file
SELECT format('EXECUTE jobs(%L, %s, %s, ST_MakePoint(%s, %s)::geography, %s, %s, %s, %s, %s, %s, %s, %s, %s);',
              q, ints(skill), ints(level), lon, lat, lon, lat, radius_km,
              wage(j->'wage_floor', j->'wage_floor'->'amount'), j->'education', types, j->'shifts',
              lon_around(lat, radius_km), degrees(radius_km / 6371.0087714150598) + 1e-6)
FROM ask WHERE kind = 'jobs' ORDER BY q;

CREATE TEMP TABLE about_posting AS
    SELECT q, kind, format('(%L, %s, %s, %s, %s, ST_MakePoint(%s, %s)::geography, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s);',
              q, ints(skill), ints(level), ints(weight), ints(preferred), lon, lat, lon, lat,
              wage(j->'wage', j->'wage'->'max'), j->'education_min', types, j->'shifts',
              ints(prefix),
              ints(ARRAY(SELECT level[array_position(skill, s)] FROM unnest(prefix) s)),
              lon_around(lat, 100), degrees(100 / 6371.0087714150598) + 1e-6,
              111.19 * cos(radians(lat + 1)) * 0.999) AS words
    FROM ask, LATERAL (SELECT prefix_of(skill, weight) AS prefix) x WHERE kind <> 'jobs';
\set file :dir '/seekers.sql'
\o :file
SELECT 'EXECUTE seekers' || words FROM about_posting WHERE kind = 'seekers' ORDER BY q;
\set file :dir '/standing.sql'
\o :file
SELECT 'EXECUTE standing' || words FROM about_posting WHERE kind = 'standing' ORDER BY q;

-- The three questions against the natural schema. Distances on the sphere: PostGIS takes the mean
-- radius 6371008.7714150598 m, as the pair rule does.
--
-- jobs:  q, skill, level, place, lon, lat, radius_km, wage_floor, education, types, shifts, dlon, dlat
PREPARE jobs(text, int[], int[], geography, float8, float8, float8, bigint, int, int, int, float8,
             float8) AS
SELECT $1, id, met::float8 / total + 0.3 * pref + 0.2 * (1 - d / $7)
       + 0.1 * CASE WHEN $8 = 0 THEN 1 ELSE least(1, (wage_max - $8)::float8 / $8) END AS score
FROM (
    SELECT p.id, p.total, p.wage_max, c.met, ST_Distance(p.place, $4, false) / 1000 AS d,
           CASE WHEN p.preferred = '{}' THEN 0 ELSE
               (SELECT count(*) FROM unnest(p.preferred) s WHERE s = ANY($2))::float8
               / cardinality(p.preferred) END AS pref
    FROM posting p
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(w) FILTER (WHERE l <= $3[array_position($2, s)]), 0) AS met
        FROM unnest(p.skill, p.level, p.weight) u(s, l, w)) c
    WHERE ST_DWithin(p.place, $4, $7 * 1000, false)
      AND p.wage_max >= $8 AND p.education_min <= $9 AND p.type & $10 <> 0 AND p.shifts & $11 <> 0
      AND p.skill && $2 AND 5 * c.met >= 3 * p.total) fits
ORDER BY score DESC, id LIMIT 10;

-- seekers, standing:  q, skill, level, weight, preferred, place, lon, lat, wage_max, education_min,
--                     type, shifts, prefix, prefix_level, dlon, dlat, km_of_lon
-- 100 km is the largest radius anyone has.
PREPARE seekers(text, int[], int[], int[], int[], geography, float8, float8, bigint, int, int, int,
                int[], int[], float8, float8, float8) AS
SELECT $1, id, met::float8 / total + 0.3 * pref + 0.2 * (1 - d / radius_km)
       + 0.1 * CASE WHEN wage_floor = 0 THEN 1
                    ELSE least(1, ($9 - wage_floor)::float8 / wage_floor) END AS score
FROM (
    SELECT k.id, k.radius_km, k.wage_floor, c.met, c.total,
           ST_Distance(k.place, $6, false) / 1000 AS d,
           CASE WHEN $5 = '{}' THEN 0 ELSE
               (SELECT count(*) FROM unnest($5) s WHERE s = ANY(k.skill))::float8
               / cardinality($5) END AS pref
    FROM seeker k
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(w) FILTER (WHERE k.level[array_position(k.skill, s)] >= l), 0) AS met,
               sum(w) AS total
        FROM unnest($2, $3, $4) u(s, l, w)) c
    WHERE ST_DWithin(k.place, $6, 100000, false)
      AND ST_DWithin(k.place, $6, k.radius_km * 1000, false)
      AND k.wage_floor <= $9 AND k.education >= $10 AND k.types & $11 <> 0 AND k.shifts & $12 <> 0
      AND k.skill && $2 AND 5 * c.met >= 3 * c.total) fits
ORDER BY score DESC, id LIMIT 50;

PREPARE standing(text, int[], int[], int[], int[], geography, float8, float8, bigint, int, int, int,
                 int[], int[], float8, float8, float8) AS
SELECT $1, k.id, 0
FROM seeker k
CROSS JOIN LATERAL (
    SELECT coalesce(sum(w) FILTER (WHERE k.level[array_position(k.skill, s)] >= l), 0) AS met,
           sum(w) AS total
    FROM unnest($2, $3, $4) u(s, l, w)) c
WHERE ST_DWithin(k.place, $6, 100000, false)
  AND ST_DWithin(k.place, $6, k.radius_km * 1000, false)
  AND k.wage_floor <= $9 AND k.education >= $10 AND k.types & $11 <> 0 AND k.shifts & $12 <> 0
  AND k.skill && $2 AND 5 * c.met >= 3 * c.total;

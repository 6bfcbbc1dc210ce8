-- The three questions against the schema with the idea; parameters as in natural.sql. Both sides
-- name candidates from the index, then verify the record. The plan is the same for every question,
-- so it is made once.
SET plan_cache_mode = force_generic_plan;

PREPARE jobs(text, int[], int[], geography, float8, float8, float8, bigint, int, int, int, float8,
             float8) AS
SELECT $1, id, met::float8 / total + 0.3 * pref + 0.2 * (1 - d / $7)
       + 0.1 * CASE WHEN $8 = 0 THEN 1 ELSE least(1, (wage_max - $8)::float8 / $8) END AS score
FROM (
    SELECT p.id, p.total, p.wage_max, c.met, ST_Distance(p.place, $4, false) / 1000 AS d,
           CASE WHEN p.preferred = '{}' THEN 0 ELSE
               (SELECT count(*) FROM unnest(p.preferred) s WHERE s = ANY($2))::float8
               / cardinality(p.preferred) END AS pref
    FROM (SELECT DISTINCT found.id
          FROM unnest($2, $3) h(skill, level)
          CROSS JOIN LATERAL (
              SELECT id FROM posting_prefix x
              WHERE x.skill = h.skill AND x.lon BETWEEN $5 - $12 AND $5 + $12
                AND x.lat BETWEEN $6 - $13 AND $6 + $13 AND x.level <= h.level
                AND x.wage_max >= $8 AND x.education_min <= $9 AND x.type & $10 <> 0
                AND x.shifts & $11 <> 0) found) candidate
    JOIN posting p ON p.id = candidate.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(w) FILTER (WHERE l <= $3[array_position($2, s)]), 0) AS met
        FROM unnest(p.skill, p.level, p.weight) u(s, l, w)) c
    WHERE 5 * c.met >= 3 * p.total AND ST_Distance(p.place, $4, false) <= $7 * 1000) fits
ORDER BY score DESC, id LIMIT 10;

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
    FROM (SELECT DISTINCT found.id
          FROM unnest($13, $14) h(skill, level)
          CROSS JOIN LATERAL (
              SELECT id FROM held x
              WHERE x.skill = h.skill AND x.lon BETWEEN $7 - $15 AND $7 + $15
                AND abs(x.lat - $8) <= x.radius_km / 111.19
                AND abs(x.lon - $7) <= x.radius_km / $17 AND x.level >= h.level
                AND x.wage_floor <= $9 AND x.education >= $10 AND x.types & $11 <> 0
                AND x.shifts & $12 <> 0) found) candidate
    JOIN seeker k ON k.id = candidate.id
    CROSS JOIN LATERAL (
        SELECT coalesce(sum(w) FILTER (WHERE k.level[array_position(k.skill, s)] >= l), 0) AS met,
               sum(w) AS total
        FROM unnest($2, $3, $4) u(s, l, w)) c
    WHERE 5 * c.met >= 3 * c.total
      AND ST_Distance(k.place, $6, false) <= k.radius_km * 1000) fits
ORDER BY score DESC, id LIMIT 50;

PREPARE standing(text, int[], int[], int[], int[], geography, float8, float8, bigint, int, int, int,
                 int[], int[], float8, float8, float8) AS
SELECT $1, k.id, 0
FROM (SELECT DISTINCT found.id
      FROM unnest($13, $14) h(skill, level)
      CROSS JOIN LATERAL (
          SELECT id FROM held x
          WHERE x.skill = h.skill AND x.lon BETWEEN $7 - $15 AND $7 + $15
            AND abs(x.lat - $8) <= x.radius_km / 111.19
            AND abs(x.lon - $7) <= x.radius_km / $17 AND x.level >= h.level
            AND x.wage_floor <= $9 AND x.education >= $10 AND x.types & $11 <> 0
            AND x.shifts & $12 <> 0) found) candidate
JOIN seeker k ON k.id = candidate.id
CROSS JOIN LATERAL (
    SELECT coalesce(sum(w) FILTER (WHERE k.level[array_position(k.skill, s)] >= l), 0) AS met,
           sum(w) AS total
    FROM unnest($2, $3, $4) u(s, l, w)) c
WHERE 5 * c.met >= 3 * c.total AND ST_Distance(k.place, $6, false) <= k.radius_km * 1000;

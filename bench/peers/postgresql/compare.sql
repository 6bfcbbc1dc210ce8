-- Answers of :schema against those of yizhan match (:dir/yizhan.ndjson), id by id. A difference is
-- excused only where rounding explains it: the distance lies within 1e-6 km of the radius,
-- or another hit's score within 1e-9. Prints: questions, ids, differing, excused.
\set ON_ERROR_STOP on
\pset tuples_only on
\pset format unaligned
\pset fieldsep ' '
CREATE TEMP TABLE theirs (q text, id int, score float8);
CREATE TEMP TABLE line (j jsonb);
\set from_file ' WITH (FORMAT csv)'
\set copy_theirs '\\copy theirs FROM ''' :dir '/' :schema '.' :kind '.csv''' :from_file
:copy_theirs
\set copy_line '\\copy line FROM ''' :dir '/yizhan.ndjson'' WITH (FORMAT csv, QUOTE E''\\x01'', DELIMITER E''\\x02'')'
:copy_line
CREATE TEMP TABLE ours AS
    SELECT j->>'id' AS q, substr(h->>'id', 2)::int AS id, (h->'score')::float8 AS score
    FROM line, jsonb_array_elements(j->'hits') h WHERE j->>'question' = :'kind'
    UNION ALL
    SELECT j->>'id', substr(h, 2)::int, 0
    FROM line, jsonb_array_elements_text(j->'ids') h WHERE j->>'question' = :'kind';
CREATE TEMP TABLE differing AS
    SELECT q, id, coalesce(o.score, t.score) AS score,
           o.id IS NOT NULL AND t.id IS NOT NULL AS both_have
    FROM ours o FULL JOIN theirs t USING (q, id)
    WHERE o.id IS NULL OR t.id IS NULL OR abs(o.score - t.score) >= 1e-9;
CREATE TEMP TABLE excused AS
    SELECT d.q, d.id FROM differing d JOIN ask a USING (q)
    LEFT JOIN posting p ON a.kind = 'jobs' AND p.id = d.id
    LEFT JOIN seeker k ON a.kind <> 'jobs' AND k.id = d.id
    WHERE abs(ST_Distance(coalesce(p.place, k.place), point(a.j->'place'), false) / 1000
              - coalesce(a.radius_km, k.radius_km)) < 1e-6
       OR (NOT d.both_have AND a.kind <> 'standing' AND EXISTS (
               SELECT FROM ours o WHERE o.q = d.q AND o.id <> d.id AND abs(o.score - d.score) < 1e-9));
SELECT (SELECT count(*) FROM ask WHERE kind = :'kind'), (SELECT count(*) FROM ours),
       (SELECT count(*) FROM differing), (SELECT count(*) FROM excused);

SELECT DISTINCT ON (g.seeker) g.seeker, g.s_county AS county, g.s_occupation AS occupation, g.grp,
       g.s_type AS type
FROM signing g
WHERE g.at_ms >= {start} AND g.at_ms < {end} AND EXISTS (
    SELECT 1 FROM seeker_span o
    WHERE o.is_open = 1 AND o.seeker = g.seeker AND o.seq < g.seq
      AND o.from_ms < {end} AND o.to_ms >= {start})
ORDER BY g.seeker, g.seq

SELECT DISTINCT ON (seeker) seeker, county, occupation, grp, type
FROM seeker_span
WHERE is_open = 1 AND from_ms < {end} AND to_ms >= {start}
ORDER BY seeker, seq

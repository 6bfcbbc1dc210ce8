SELECT {k1} AS k1, {k2} AS k2, count(*) AS n
FROM seeker_span
WHERE is_open = 1 AND to_seq = 2147483647
GROUP BY 1, 2

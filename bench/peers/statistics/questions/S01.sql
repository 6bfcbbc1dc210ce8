SELECT {k1} AS k1, {k2} AS k2, count(*) AS n
FROM registration
WHERE at_ms >= {start} AND at_ms < {end}
GROUP BY 1, 2

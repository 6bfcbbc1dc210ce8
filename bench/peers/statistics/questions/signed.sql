SELECT {k1} AS k1, {k2} AS k2, count(*) AS n
FROM ({first_signing}) g
GROUP BY 1, 2

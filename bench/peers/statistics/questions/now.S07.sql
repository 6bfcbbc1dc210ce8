SELECT k1, k2, n, (20 * age + n) / (2 * n)
FROM (
    SELECT {k1} AS k1, {k2} AS k2, CAST(sum(vacant) AS bigint) AS n,
           CAST(sum(vacant * ({today} - posted_day)) AS bigint) AS age
    FROM ({vacant}) v
    GROUP BY 1, 2
) c
WHERE n <> 0

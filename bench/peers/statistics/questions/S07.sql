SELECT k1, k2, n, (20 * sum + n) / (2 * n), median, p90
FROM (
    SELECT k1, k2, CAST(sum(n) AS bigint) AS n, CAST(sum(n * days) AS bigint) AS sum,
           min(CASE WHEN 2 * upto >= total THEN days END) AS median,
           min(CASE WHEN 10 * upto >= 9 * total THEN days END) AS p90
    FROM (
        SELECT k1, k2, days, n, sum(n) OVER (PARTITION BY k1, k2 ORDER BY days) AS upto,
               sum(n) OVER (PARTITION BY k1, k2) AS total
        FROM (
            SELECT {k1} AS k1, {k2} AS k2, days, count(*) AS n
            FROM signing
            WHERE at_ms >= {start} AND at_ms < {end}
            GROUP BY 1, 2, 3
        ) d
    ) u
    GROUP BY k1, k2
) s

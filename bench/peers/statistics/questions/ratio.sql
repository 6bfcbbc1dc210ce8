SELECT k1, k2, n, d,
       CASE WHEN d = 0 THEN '-' ELSE CAST((2 * {scale} * n + d) / (2 * d) AS text) END
FROM (
    SELECT k1, k2, CAST(sum(n) AS bigint) AS n, CAST(sum(d) AS bigint) AS d
    FROM (
        SELECT k1, k2, n, 0 AS d FROM ({upper}) u
        UNION ALL
        SELECT k1, k2, 0, n FROM ({lower}) l
    ) both_sides
    GROUP BY k1, k2
) r

SELECT k1, k2, n, d, CASE WHEN d = 0 THEN '-' ELSE CAST((20000 * n + d) / (2 * d) AS text) END
FROM (
    SELECT {k1} AS k1, {k2} AS k2, sum(signed) AS n, count(*) AS d
    FROM (
        SELECT c.*, CASE WHEN EXISTS (
            SELECT 1 FROM signing g
            WHERE g.person = c.person AND g.seq > c.seq AND g.day <= c.day + 90
        ) THEN 1 ELSE 0 END AS signed
        FROM ({first_registration}) c
    ) p
    GROUP BY 1, 2
) r

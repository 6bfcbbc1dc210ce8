SELECT * FROM (
    SELECT {k1} AS k1, {k2} AS k2, CAST(sum(vacant) AS bigint) AS n
    FROM ({vacant}) v
    GROUP BY 1, 2
) c
WHERE n <> 0

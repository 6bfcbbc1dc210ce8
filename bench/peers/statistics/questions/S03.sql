SELECT * FROM (
    SELECT {k1} AS k1, {k2} AS k2,
           CAST(sum(CASE WHEN openings > filled THEN openings - filled ELSE 0 END) AS bigint) AS n
    FROM (
        SELECT f.county, f.occupation, f.type, l.openings, coalesce(b.filled, 0) AS filled
        FROM (
            SELECT posting, min(seq) AS first, max(seq) AS last
            FROM posting_span
            WHERE is_open = 1 AND from_ms < {end} AND to_ms >= {start}
            GROUP BY posting
        ) s
        JOIN posting_span f ON f.seq = s.first
        JOIN posting_span l ON l.seq = s.last
        LEFT JOIN (
            SELECT posting, sum(delta) AS filled FROM fill WHERE at_ms < {start} GROUP BY posting
        ) b ON b.posting = s.posting
    ) d
    GROUP BY 1, 2
) c
WHERE n <> 0

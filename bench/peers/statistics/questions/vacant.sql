SELECT p.county, p.occupation, p.type, p.posted_day, p.openings - coalesce(b.filled, 0) AS vacant
FROM posting_span p
LEFT JOIN (SELECT posting, sum(delta) AS filled FROM fill GROUP BY posting) b ON b.posting = p.posting
WHERE p.is_open = 1 AND p.to_seq = 2147483647

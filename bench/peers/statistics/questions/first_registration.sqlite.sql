SELECT person, min(seq) AS seq, day, county, occupation, grp, type
FROM registration
WHERE at_ms >= {start} AND at_ms < {end}
GROUP BY person

SELECT DISTINCT ON (person) person, seq, day, county, occupation, grp, type
FROM registration
WHERE at_ms >= {start} AND at_ms < {end}
ORDER BY person, seq

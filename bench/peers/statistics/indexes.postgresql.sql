-- Each carries all that its questions read, so that the tables themselves are not touched.
CREATE INDEX ON seeker_span (seeker, seq) INCLUDE (county, occupation, grp, type, from_ms, to_ms)
    WHERE is_open = 1;
CREATE INDEX ON seeker_span (county, occupation) INCLUDE (grp)
    WHERE is_open = 1 AND to_seq = 2147483647;
CREATE INDEX ON posting_span (posting, seq) INCLUDE (from_ms, to_ms) WHERE is_open = 1;
CREATE INDEX ON posting_span (posting) INCLUDE (county, occupation, type, openings, posted_day)
    WHERE is_open = 1 AND to_seq = 2147483647;
CREATE INDEX ON fill (posting) INCLUDE (at_ms, delta);
CREATE INDEX ON registration (at_ms) INCLUDE (county, occupation, grp, type, person, seq, day);
CREATE INDEX ON signing (at_ms) INCLUDE (county, occupation, grp, type, days);
CREATE INDEX ON signing (person, seq) INCLUDE (day);
VACUUM ANALYZE;

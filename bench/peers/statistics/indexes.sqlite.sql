-- The same for SQLite, whose indexes carry what follows the key.
CREATE INDEX seeker_open ON seeker_span (seeker, seq, county, occupation, grp, type, from_ms, to_ms)
    WHERE is_open = 1;
CREATE INDEX seeker_now ON seeker_span (county, occupation, grp)
    WHERE is_open = 1 AND to_seq = 2147483647;
CREATE INDEX posting_open ON posting_span (posting, seq, from_ms, to_ms) WHERE is_open = 1;
CREATE INDEX posting_now ON posting_span (posting, county, occupation, type, openings, posted_day)
    WHERE is_open = 1 AND to_seq = 2147483647;
CREATE INDEX fill_posting ON fill (posting, at_ms, delta);
CREATE INDEX registration_at ON registration (at_ms, county, occupation, grp, type, person, seq, day);
CREATE INDEX signing_at ON signing (at_ms, county, occupation, grp, type, days);
CREATE INDEX signing_person ON signing (person, seq, day);
ANALYZE;

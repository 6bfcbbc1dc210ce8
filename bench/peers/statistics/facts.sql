-- From events to what the questions are asked of, by the words of docs/statistics.md. For
-- PostgreSQL and SQLite. A day is Beijing's, counted from 1970-01-01; without an end: the largest.

-- A seeker from one of its events to the next.
CREATE TABLE seeker_span AS
SELECT seq, seeker, CASE WHEN person IS NULL THEN -1 - seeker ELSE person END AS person,
       county, occupation, grp, type, CASE WHEN state = 'open' THEN 1 ELSE 0 END AS is_open,
       at_ms AS from_ms, lead(at_ms, 1, 9223372036854775807) OVER w AS to_ms,
       lead(seq, 1, 2147483647) OVER w AS to_seq,
       CASE WHEN command = 'seeker_put' AND lag(state, 1, 'closed') OVER w = 'closed' THEN 1 ELSE 0 END
           AS registers
FROM seeker_event
WINDOW w AS (PARTITION BY seeker ORDER BY seq);

CREATE TABLE registration AS
SELECT seq, from_ms AS at_ms, (from_ms + 28800000) / 86400000 AS day, person,
       county, occupation, grp, type
FROM seeker_span
WHERE registers = 1;

-- A posting likewise. A life of it begins when it is created or reopened; where it is open for the
-- first time in a life it is posted, and the newest such day is its posting date.
CREATE TABLE posting_span AS
WITH begun AS (
    SELECT posting_event.*,
           lead(at_ms, 1, 9223372036854775807) OVER w AS to_ms,
           lead(seq, 1, 2147483647) OVER w AS to_seq,
           CASE WHEN state = 'open' THEN 1 ELSE 0 END AS is_open,
           CASE WHEN state NOT IN ('closed', 'expired')
                 AND lag(state, 1, 'closed') OVER w IN ('closed', 'expired') THEN 1 ELSE 0 END AS begins
    FROM posting_event
    WINDOW w AS (PARTITION BY posting ORDER BY seq)
), lives AS (
    SELECT begun.*, sum(begins) OVER (PARTITION BY posting ORDER BY seq) AS life FROM begun
), opened AS (
    SELECT lives.*, sum(is_open) OVER (PARTITION BY posting, life ORDER BY seq) AS times FROM lives
)
SELECT seq, posting, county, occupation, type, openings, is_open, at_ms AS from_ms, to_ms, to_seq,
       max(CASE WHEN is_open = 1 AND times = 1 THEN (at_ms + 28800000) / 86400000 END)
           OVER (PARTITION BY posting ORDER BY seq) AS posted_day
FROM opened;

CREATE UNIQUE INDEX seeker_span_seq ON seeker_span (seq);
CREATE INDEX seeker_span_seeker ON seeker_span (seeker, seq);
CREATE UNIQUE INDEX posting_span_seq ON posting_span (seq);
CREATE INDEX posting_span_posting ON posting_span (posting, seq);

-- How the filled openings of a posting change: who works there, and who stayed to the end.
CREATE TABLE fill AS
WITH after AS (
    SELECT seq, at_ms, posting,
           CASE WHEN step IN ('placed', 'started', 'kept_30', 'kept_90')
                  OR (step = 'ended' AND reason = 'completed') THEN 1 ELSE 0 END AS takes,
           CASE WHEN lag(step, 1, '') OVER w IN ('placed', 'started', 'kept_30', 'kept_90')
                THEN 1 ELSE 0 END AS took
    FROM step_event
    WINDOW w AS (PARTITION BY seeker, posting ORDER BY seq)
)
SELECT seq, at_ms, posting, takes - took AS delta FROM after WHERE takes <> took;

-- Signings, where posting and seeker stood just before; s_: of the seeker.
CREATE TABLE signing AS
SELECT t.seq, t.at_ms, (t.at_ms + 28800000) / 86400000 AS day, t.seeker, k.person, k.grp,
       k.county AS s_county, k.occupation AS s_occupation, k.type AS s_type,
       t.posting, p.county, p.occupation, p.type,
       (t.at_ms + 28800000) / 86400000 - p.posted_day AS days
FROM step_event t
JOIN seeker_span k ON k.seeker = t.seeker AND k.seq < t.seq AND k.to_seq >= t.seq
JOIN posting_span p ON p.posting = t.posting AND p.seq < t.seq AND p.to_seq >= t.seq
WHERE t.step = 'placed';

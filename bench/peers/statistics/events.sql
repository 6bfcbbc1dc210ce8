-- What happened, as it is exported (bench/stats_rows.h). For PostgreSQL and SQLite.
CREATE TABLE seeker_event (
    seq integer PRIMARY KEY,
    at_ms bigint NOT NULL,
    seeker integer NOT NULL,
    command text NOT NULL,
    state text NOT NULL,
    person integer,
    county integer NOT NULL,
    occupation integer NOT NULL,
    grp integer NOT NULL,
    type integer NOT NULL
);
CREATE TABLE posting_event (
    seq integer PRIMARY KEY,
    at_ms bigint NOT NULL,
    posting integer NOT NULL,
    state text NOT NULL,
    county integer NOT NULL,
    occupation integer NOT NULL,
    type integer NOT NULL,
    openings integer NOT NULL
);
CREATE TABLE step_event (
    seq integer PRIMARY KEY,
    at_ms bigint NOT NULL,
    seeker integer NOT NULL,
    posting integer NOT NULL,
    step text NOT NULL,
    reason text
);

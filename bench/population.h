/* A made-up province for the policy engine: persons, employers and everything else a measure can
 * be decided about, as rows of the catalogue of facts (engine/policy/facts.h), all in memory.
 *
 *     population *people = population_new((population_size){2000000, 100000}, seed);
 *     for (each kind)
 *         for (uint32_t i = 0; i < population_count(people, kind); i++) {
 *             yz_facts facts;
 *             population_facts(people, kind, i, &facts);
 *             for (each of population_measures(kind, &count)) decide(&facts, measure)
 *         }
 *
 * A subject is a kind and a number. Subjects share rows: the hire 17 is the person 34 with an
 * employer and a row of its own. Depends on the sizes and the seed alone: the same on every
 * machine. How each fact is drawn stands in one table (population_table.c), which is also what
 * population_print prints. Everything is evaluated on one day, population_as_of(). */
#ifndef YZ_BENCH_POPULATION_H
#define YZ_BENCH_POPULATION_H

#include "engine/policy/facts.h"

#include <stdio.h>

/* Subjects, what objects they have beside `top`, and how many there are. */
typedef enum population_kind {
    POPULATION_PERSON,      // person, campaign                     persons
    POPULATION_HIRE,        // person, employer, hire               persons / 2
    POPULATION_CERTIFICATE, // person, cert; employer if at work    persons / 8
    POPULATION_TRANSFER,    // person, employer, transfer, agency   persons / 16
    POPULATION_GRASSROOTS,  // person, employer, work, posting      persons / 32
    POPULATION_VENTURE,     // person, venture                      persons / 32
    POPULATION_LOAN,        // person, loan                         persons / 32
    POPULATION_HOUSEHOLD,   // household                            persons / 8
    POPULATION_EMPLOYER,    // employer                             employers
    POPULATION_CREDIT,      // employer, loan                       employers / 5
    POPULATION_STATE_OWNED, // employer, soe                        employers / 32
    POPULATION_ORGAN,       // org                                  employers / 20
    POPULATION_POSTING,     // posting                              employers / 5
    POPULATION_BATCH,       // employer, interns of top, unit       employers / 5
    POPULATION_TRAINING,    // training                             employers / 10
    POPULATION_GUIDE,       // guide                                18 x 104
    POPULATION_DIVISION,    // keywork, report, lists of top        104
    POPULATION_LEDGER,      // ledger                               employers / 10
    POPULATION_ENTRY,       // entry                                persons / 64
    POPULATION_OFFER,       // offer                                persons / 64
    POPULATION_PROVINCE,    // counts                               1
    POPULATION_KINDS,
} population_kind;

#define POPULATION_PERSONS_MAX 20000000
#define POPULATION_EMPLOYERS_MAX 2000000

typedef struct population_size {
    uint32_t persons, employers; // at least 64 and 32
} population_size;

typedef struct population population;

/* About 2 us and 500 bytes for each person, 2 M persons and 100,000 employers: some 5 s and 1 GB.
 * The caller owns it. Never NULL. After this it is only read. */
population *population_new(population_size size, uint64_t seed);
void population_free(population *people);

const char *population_kind_name(population_kind kind);
uint32_t population_count(const population *people, population_kind kind);
/* The measures decided for each subject of a kind, in the order of their ids; all of them together
 * are the `ask` of the subject, so groups go over them. */
const char *const *population_measures(population_kind kind, uint32_t *count);
/* Pairs of subject and measure of all kinds. */
uint64_t population_pairs(const population *people);

/* The facts of subject `index` (below population_count). The rows are the population's: read them
 * as long as it lives. Some 10 ns. */
void population_facts(const population *people, population_kind kind, uint32_t index,
                      yz_facts *facts);
int32_t population_as_of(void);

/* All subjects of a kind in order, some of them fetched into the cache before their turn: a hire
 * has an employer anywhere in the register, and deciding it takes less than a miss or two. */
#define POPULATION_AHEAD 8
typedef struct population_walk {
    const population *people;
    population_kind kind;
    uint32_t next, count;
    yz_facts ahead[POPULATION_AHEAD];
} population_walk;

void population_walk_init(population_walk *walk, const population *people, population_kind kind);
/* NULL after the last. Borrowed until the next call. */
const yz_facts *population_walk_next(population_walk *walk);

/* The table of distributions, a line for each fact; then the subjects of each kind. */
void population_print(const population *people, FILE *out);
/* One subject as a line of JSON: {"subject":"hire","number":17,"facts":{...}}. */
void population_write(const population *people, population_kind kind, uint32_t index, FILE *out);

#endif

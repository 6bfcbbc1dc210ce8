/* A town written down as plain records: put into a book as facts, and counted again from the
 * records by day and by hand, with nothing of engine/policy/census. */
#ifndef YZ_TESTS_POLICY_CENSUS_TOWN_H
#define YZ_TESTS_POLICY_CENSUS_TOWN_H

#include "engine/base/random.h"
#include "engine/policy/census.h"

#define CENSUS_TOWN_KEYS_MAX 64
#define CENSUS_TOWN_KEY_MAX 16

typedef struct plain plain;

typedef struct plain_payment {
    const char *measure;
    int person, employer; // places among the subjects; -1
    int32_t day, level;
    const char *occupation; // "" none
    int64_t amount;
} plain_payment;

typedef struct census_town {
    plain *subjects; // owned
    plain_payment *payments;
    uint32_t count, payment_count;
    yz_book *book;        // owned
    yz_rule_table *table; // owned; NULL: no rules
    yz_arena *arena;
    /* The numbers of the rules: SPEC's, or those of the file. */
    int followup_days, upgrades_max, retain_days, rate_max_percent10; // of 5.5 %: 55
    bool adults_too;
} census_town;

/* A day between 2022 and 2024: mostly one before, on or after the end of a month. */
int32_t census_town_day(yz_random *random);

/* The caller owns it; rules (may be NULL) must outlive it. */
census_town *census_town_new(yz_random *random, uint32_t subjects, const yz_rules *rules,
                             const yz_params *params);
void census_town_free(census_town *town);

/* The slow twin: of a key (NULL: of all). */
void census_town_count(const census_town *town, const yz_census_ask *ask, const yz_text *key,
                       int64_t counts[YZ_CENSUS_COUNT_COUNT]);
/* All keys rows may have. */
uint32_t census_town_keys(const census_town *town, const yz_census_ask *ask,
                          char keys[CENSUS_TOWN_KEYS_MAX][CENSUS_TOWN_KEY_MAX]);

#endif

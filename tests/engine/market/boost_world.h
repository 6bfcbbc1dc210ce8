/* A town of seekers, postings, employers and what policy knows of them, as plain structs, and its
 * boosts written anew from policy/SPEC.md 10.4: every fitting pair, the measures by the twin of the
 * policy engine, one sort. */
#ifndef YZ_TESTS_ENGINE_MARKET_BOOST_WORLD_H
#define YZ_TESTS_ENGINE_MARKET_BOOST_WORLD_H

#include "engine/base/random.h"
#include "engine/market/market.h"
#include "tests/engine/policy/twin.h"

#define TOWN_SKILLS 6
#define TOWN_POSTINGS 120
#define TOWN_SEEKERS 60
#define TOWN_EMPLOYERS 12
#define TOWN_PAID 64

typedef struct town_person { // of the seeker of the same number
    char id[8];
    bool put, by_seeker; // by_seeker: the seeker names no person, its id is the person's
    int graduate_kind;   // -1: not said; also below
    int32_t graduated, born;
    uint32_t tags;
    int32_t registered_from, registered_to; // registered_to INT32_MAX: still; from INT32_MIN: never
    int32_t employed_from;                  // INT32_MIN: never; until now
    int able, willing;
    bool market_failed;
    const char *hukou; // NULL: not said
    int trained;       // occupation of a training; -1: none
    bool trained_in_catalogue, as_certificate;
} town_person;

typedef struct town_employer {
    char id[8];
    bool put;
    int kind, insured_as_unit;
    uint32_t key_tags;
} town_employer;

typedef struct town_post { // what policy knows of a posting
    bool put;
    int kind, level;
} town_post;

typedef struct town_paid {
    const char *measure;
    int person, employer; // -1: none
    int32_t day;
} town_paid;

typedef struct town {
    yz_market *market;
    yz_random random;
    uint64_t sequence;
    yz_arena *arena;
    yz_posting postings[TOWN_POSTINGS];
    yz_seeker seekers[TOWN_SEEKERS];
    char posting_ids[TOWN_POSTINGS][8], seeker_ids[TOWN_SEEKERS][8];
    yz_skill_level posting_skills[TOWN_POSTINGS][3], seeker_skills[TOWN_SEEKERS][4];
    town_person persons[TOWN_SEEKERS];
    town_employer employers[TOWN_EMPLOYERS];
    town_post posts[TOWN_POSTINGS];
    int employer_of[TOWN_POSTINGS]; // -1: none
    town_paid paid[TOWN_PAID];
    uint32_t paid_count;
    uint32_t each[6], cap; // units of 1e-8
    twin_params params;
} town;

/* With the rules of the notice and, of postings and seekers, what the seed says. */
void town_init(town *t, uint64_t seed);
void town_deinit(town *t);

/* Puts what the structs say into the market; what was put and is said no more is dropped. */
void town_put_person(town *t, uint32_t at);
void town_put_employer(town *t, uint32_t at);
void town_put_post(town *t, uint32_t at);
void town_pay(town *t, const char *measure, int person, int employer, int32_t day);
/* Other values of B1 ... B6 and the cap, in units of 1e-8. */
void town_values(town *t, const uint32_t each[6], uint32_t cap);

void town_draw_person(town *t, uint32_t at);
void town_draw_employer(town *t, uint32_t at);
void town_draw_post(town *t, uint32_t at);

/* The twin: the boosts of a pair. */
uint32_t town_boosts(const town *t, uint32_t seeker, uint32_t posting, int32_t day);

typedef struct town_hit {
    const char *id;
    double base, rank;
    uint32_t boosts;
} town_hit;
/* All that fit, best first; returns how many. Room for all. */
uint32_t town_jobs(const town *t, yz_desk *desk, uint32_t seeker, int32_t day, town_hit *hits);
uint32_t town_seekers(const town *t, yz_desk *desk, uint32_t posting, int32_t day, town_hit *hits);

#endif

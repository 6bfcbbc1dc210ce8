/* The standard workload (datasets/README.md) as a library without files: made-up postings, seekers
 * and questions of any number. Record i depends on the seed and on i only, so a set of 10 million
 * is never held, and the first 1,000 of two sizes are the same. Integers and engine/base
 * arithmetic: the same bytes on every machine.
 *
 *     generate *set = generate_new((generate_options){GENERATE_NORMAL, 1000000, 1000000, 1});
 *     generate_posting(set, 17, arena, &posting);      ids p00000000 .. p00999999
 *     generate_seeker(set, 17, arena, &seeker);        ids k00000000 .. k00999999
 *     generate_entry(set, YZ_SKILLS, 17, &entry);      ids s0000 .. s2999, weights derived
 *
 * Ids are padded with zeros, so byte order is number order. After generate_new everything reads
 * only, so any number of threads may share a set. */
#ifndef YZ_TOOLS_GENERATE_H
#define YZ_TOOLS_GENERATE_H

#include "engine/base/arena.h"
#include "engine/model/records.h"

typedef enum generate_kind {
    GENERATE_NORMAL,
    GENERATE_DENSE, // seekers: radius 100 km, level 5, floor 1,000 yuan, all shifts and types
    GENERATE_GIG,   // 40 % of postings, 20 % of seekers without a skill; radius 2-10 km; day wages
} generate_kind;

typedef struct generate_options {
    generate_kind kind;
    uint32_t postings, seekers; // at most YZ_RECORDS_MAX
    uint64_t seed;
} generate_options;

typedef struct generate generate;

/* Passes once over the postings to derive the skill weights: about 0.7 us for each. The caller owns
 * the set. Never NULL. */
generate *generate_new(generate_options options);
void generate_free(generate *set);
generate_options generate_options_of(const generate *set);

/* Record `index` of the set (an index past the set's size is a record like any other). Id, title
 * and lists lie in `arena` (about 1 KB at most; the caller resets it), ids of dictionary entries in
 * the set. */
void generate_posting(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting);
void generate_seeker(const generate *set, uint32_t index, yz_arena *arena, yz_seeker *seeker);

/* Dictionary entries, in the order of their ids: 3,000 skills, 200 occupations, 104 divisions (a
 * province, 13 prefectures, 90 counties; codes like those of GB/T 2260), 5,000 employers, no
 * persons. Names lie in `arena`. */
uint32_t generate_entry_count(const generate *set, yz_dictionary dictionary);
void generate_entry(const generate *set, yz_dictionary dictionary, uint32_t index, yz_arena *arena,
                    yz_entry *entry);

/* The questions: fresh records from streams of their own, so none of them is in the set. */
#define GENERATE_Q1_COUNT 2000  // jobs for a seeker, k = 10
#define GENERATE_Q2_COUNT 2000  // seekers for a posting, k = 50
#define GENERATE_Q3_COUNT 10000 // arrivals: postings for standing searches
void generate_q1(const generate *set, uint32_t index, yz_arena *arena, yz_seeker *seeker);
void generate_q2(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting);
void generate_q3(const generate *set, uint32_t index, yz_arena *arena, yz_posting *posting);

#endif

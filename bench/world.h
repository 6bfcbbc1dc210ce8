/* A generated set, packed and indexed: what the matching benches and tests ask questions of. */
#ifndef YZ_BENCH_WORLD_H
#define YZ_BENCH_WORLD_H

#include "engine/match/oracle.h"
#include "tools/generate.h"

typedef struct world {
    generate *set;
    yz_arena *arena;
    yz_slab postings, seekers;
    yz_ids *posting_ids, *seeker_ids;
    yz_posting_index *posting_index;
    yz_seeker_index *seeker_index;
    uint32_t *weights;
    uint8_t *posting_open, *seeker_open; // by row
    uint32_t posting_count, seeker_count;
    double bulk_us_per_record; // CPU: packing not counted
} world;

void world_init(world *w, generate_options options);
void world_deinit(world *w);
yz_match_state world_state(const world *w, yz_profile profile);
yz_oracle_rows world_postings(const world *w);
yz_oracle_rows world_seekers(const world *w);

/* Packs a generated record; lists that do not fit are taken from the heap and never given back. */
yz_packed_posting world_pack_posting(const yz_posting *posting);
yz_packed_seeker world_pack_seeker(const yz_seeker *seeker);

/* Generated question `index` of each kind, packed. */
yz_packed_seeker world_q1(world *w, uint32_t index);
yz_packed_posting world_q2(world *w, uint32_t index);
yz_packed_posting world_q3(world *w, uint32_t index);

#endif

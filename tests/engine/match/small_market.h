/* A small state for tests of questions: plain records, their packed rows, and the indexes. */
#ifndef YZ_TESTS_ENGINE_MATCH_SMALL_MARKET_H
#define YZ_TESTS_ENGINE_MATCH_SMALL_MARKET_H

#include "engine/base/alloc.h"
#include "engine/match/search.h"
#include "tests/engine/match/pairs.h"

#include <stdio.h>

typedef struct small_market {
    uint32_t kinds; // skills that records draw from
    uint32_t posting_count, seeker_count;
    plain_posting *postings;
    plain_seeker *seekers;
    packed_room *posting_rooms, *seeker_rooms; // far blocks live here
    yz_slab posting_slab, seeker_slab;
    yz_ids *posting_ids, *seeker_ids, *skill_ids;
    yz_posting_index *posting_index;
    yz_seeker_index *seeker_index;
    uint32_t weights[PLAIN_SKILLS];
    yz_match_state state;
    yz_search_scratch *scratch;
} small_market;

static inline yz_ids *numbered_ids(char letter, uint32_t count) {
    yz_ids *ids = yz_ids_new((yz_hash_key){1, 2});
    for (uint32_t row = 0; row < count; row++) {
        char id[24];
        // falls as the row rises, so that the order of ids is not that of rows
        int size = snprintf(id, sizeof id, "%c-%06u", letter, (unsigned)(count - row));
        yz_ids_add(ids, (yz_text){id, (uint32_t)size});
    }
    return ids;
}

static inline small_market *small_market_new(yz_random *random, uint32_t kinds, uint32_t postings,
                                             uint32_t seekers) {
    small_market *m = yz_alloc_zeroed(sizeof *m);
    m->kinds = kinds;
    m->posting_count = postings, m->seeker_count = seekers;
    m->postings = yz_alloc_zeroed(postings * sizeof *m->postings);
    m->seekers = yz_alloc_zeroed(seekers * sizeof *m->seekers);
    m->posting_rooms = yz_alloc_zeroed(postings * sizeof *m->posting_rooms);
    m->seeker_rooms = yz_alloc_zeroed(seekers * sizeof *m->seeker_rooms);
    yz_slab_init(&m->posting_slab, sizeof(yz_packed_posting));
    yz_slab_init(&m->seeker_slab, sizeof(yz_packed_seeker));
    uint32_t *rows = yz_alloc_zeroed((postings + seekers) * sizeof *rows);
    for (uint32_t i = 0; i < PLAIN_SKILLS; i++)
        m->weights[i] = 1000 * (1 + below(random, 4));
    for (uint32_t row = 0; row < postings; row++) {
        m->postings[row] = random_posting(random, kinds, below(random, 20) ? 4 : YZ_REQUIRED_MAX);
        yz_slab_reserve(&m->posting_slab, row);
        yz_packed_posting *p = yz_slab_at(&m->posting_slab, row);
        *p = *pack_posting(&m->postings[row], &m->posting_rooms[row]);
        rows[row] = row;
    }
    m->posting_index = yz_posting_index_new(&m->posting_slab);
    yz_posting_index_build(m->posting_index, rows, postings, m->weights, 600);
    for (uint32_t row = 0; row < seekers; row++) {
        m->seekers[row] = random_seeker(random, kinds, below(random, 10) ? 8 : 40);
        yz_slab_reserve(&m->seeker_slab, row);
        yz_packed_seeker *s = yz_slab_at(&m->seeker_slab, row);
        *s = *pack_seeker(&m->seekers[row], &m->seeker_rooms[row]);
        rows[row] = row;
    }
    m->seeker_index = yz_seeker_index_new(&m->seeker_slab);
    yz_seeker_index_build(m->seeker_index, rows, seekers);
    yz_free(rows);
    m->posting_ids = numbered_ids('p', postings);
    m->seeker_ids = numbered_ids('n', seekers);
    m->skill_ids = numbered_ids('s', PLAIN_SKILLS);
    m->state = (yz_match_state){
        .postings = &m->posting_slab,
        .seekers = &m->seeker_slab,
        .posting_ids = m->posting_ids,
        .seeker_ids = m->seeker_ids,
        .posting_index = m->posting_index,
        .seeker_index = m->seeker_index,
        .weights = m->weights,
        .profile = YZ_PROFILE_DEFAULT,
    };
    m->scratch = yz_search_scratch_new();
    return m;
}

static inline void small_market_free(small_market *m) {
    yz_search_scratch_free(m->scratch);
    yz_posting_index_free(m->posting_index);
    yz_seeker_index_free(m->seeker_index);
    yz_ids_free(m->posting_ids);
    yz_ids_free(m->seeker_ids);
    yz_ids_free(m->skill_ids);
    yz_slab_deinit(&m->posting_slab);
    yz_slab_deinit(&m->seeker_slab);
    yz_free(m->postings);
    yz_free(m->seekers);
    yz_free(m->posting_rooms);
    yz_free(m->seeker_rooms);
    yz_free(m);
}

#endif

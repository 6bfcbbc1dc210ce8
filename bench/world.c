#include "bench/world.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"

#include <stdlib.h>

// Generated skills are "s0000" .. "s2999": the row is the number.
static uint16_t skill_row(yz_text id) {
    char digits[8] = {0};
    memcpy(digits, id.bytes + 1, id.size - 1 < 7 ? id.size - 1 : 7);
    return (uint16_t)strtoul(digits, NULL, 10);
}

typedef struct skill {
    uint16_t row;
    uint8_t level;
} skill;

static int by_row(const void *a, const void *b) {
    return ((const skill *)a)->row - ((const skill *)b)->row;
}

yz_packed_posting world_pack_posting(const yz_posting *posting) {
    yz_packed_posting p = {
        .lat_e7 = posting->place.lat_e7,
        .lon_e7 = posting->place.lon_e7,
        .wage_max =
            posting->has_wage ? yz_wage_normal(posting->wage_max_fen, posting->wage_unit) : 0,
        .gate = yz_gate(posting->shifts, posting->education_min, posting->type),
        .required_count = (uint8_t)posting->required_count,
        .preferred_count = (uint8_t)posting->preferred_count,
    };
    skill required[YZ_REQUIRED_MAX], preferred[YZ_PREFERRED_MAX];
    for (uint32_t i = 0; i < posting->required_count; i++) {
        required[i] = (skill){skill_row(posting->required[i].skill), posting->required[i].level};
    }
    for (uint32_t i = 0; i < posting->preferred_count; i++) {
        preferred[i] = (skill){skill_row(posting->preferred[i]), 0};
    }
    qsort(required, posting->required_count, sizeof *required, by_row);
    qsort(preferred, posting->preferred_count, sizeof *preferred, by_row);
    p.far_away = posting->required_count > YZ_PACKED_REQUIRED ||
                 posting->preferred_count > YZ_PACKED_PREFERRED;
    if (p.far_away) p.far = yz_alloc_zeroed(sizeof *p.far);
    for (uint32_t i = 0; i < posting->required_count; i++) {
        *(p.far_away ? &p.far->required[i] : &p.here.required[i]) = required[i].row;
        *(p.far_away ? &p.far->level[i] : &p.here.level[i]) = required[i].level;
    }
    for (uint32_t i = 0; i < posting->preferred_count; i++) {
        *(p.far_away ? &p.far->preferred[i] : &p.here.preferred[i]) = preferred[i].row;
    }
    return p;
}

yz_packed_seeker world_pack_seeker(const yz_seeker *seeker) {
    yz_packed_seeker s = {
        .lat_e7 = seeker->place.lat_e7,
        .lon_e7 = seeker->place.lon_e7,
        .wage_floor = yz_wage_normal(seeker->floor_fen, seeker->floor_unit),
        .gate = yz_gate(seeker->shifts, seeker->education, seeker->types),
        .radius_m = seeker->radius_m,
    };
    skill held[YZ_SEEKER_SKILLS_MAX];
    uint32_t count = seeker->skill_count;
    for (uint32_t i = 0; i < count; i++) {
        held[i] = (skill){skill_row(seeker->skills[i].skill), seeker->skills[i].level};
    }
    qsort(held, count, sizeof *held, by_row);
    uint16_t *skills = s.here.skill;
    uint8_t *levels = s.here.level;
    if (count > YZ_PACKED_SKILLS) {
        s.away.far = yz_alloc(count * 3);
        skills = s.away.far->skill;
        levels = (uint8_t *)(skills + count);
    }
    for (uint32_t i = 0; i < count; i++) {
        skills[i] = held[i].row;
        levels[i] = held[i].level;
    }
    s.tail.skill_count = (uint8_t)count;
    return s;
}

static void load(world *w) {
    generate_options o = generate_options_of(w->set);
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    w->weights = yz_alloc_zeroed((YZ_SKILLS_MAX + 1) * sizeof *w->weights);
    for (uint32_t i = 0; i < generate_entry_count(w->set, YZ_SKILLS); i++) {
        yz_arena_reset(w->arena);
        generate_entry(w->set, YZ_SKILLS, i, w->arena, &entry);
        w->weights[skill_row(entry.id)] = entry.weight;
    }
    for (uint32_t i = 0; i < o.postings; i++) {
        yz_arena_reset(w->arena);
        generate_posting(w->set, i, w->arena, &posting);
        yz_slab_reserve(&w->postings, yz_ids_add(w->posting_ids, posting.id));
        *(yz_packed_posting *)yz_slab_at(&w->postings, i) = world_pack_posting(&posting);
    }
    for (uint32_t i = 0; i < o.seekers; i++) {
        yz_arena_reset(w->arena);
        generate_seeker(w->set, i, w->arena, &seeker);
        yz_slab_reserve(&w->seekers, yz_ids_add(w->seeker_ids, seeker.id));
        *(yz_packed_seeker *)yz_slab_at(&w->seekers, i) = world_pack_seeker(&seeker);
    }
    w->posting_count = o.postings;
    w->seeker_count = o.seekers;
}

void world_init(world *w, generate_options options) {
    *w = (world){.set = generate_new(options), .arena = yz_arena_new(1 << 20)};
    yz_slab_init(&w->postings, sizeof(yz_packed_posting));
    yz_slab_init(&w->seekers, sizeof(yz_packed_seeker));
    w->posting_ids = yz_ids_new((yz_hash_key){options.seed, 1});
    w->seeker_ids = yz_ids_new((yz_hash_key){options.seed, 2});
    load(w);
    uint32_t larger = w->posting_count > w->seeker_count ? w->posting_count : w->seeker_count;
    uint32_t *rows = yz_alloc(larger * sizeof *rows);
    for (uint32_t i = 0; i < larger; i++)
        rows[i] = i;
    w->posting_index = yz_posting_index_new(&w->postings);
    w->seeker_index = yz_seeker_index_new(&w->seekers);
    uint64_t start = clock_cpu_ns();
    yz_posting_index_build(w->posting_index, rows, w->posting_count, w->weights,
                           YZ_PROFILE_DEFAULT.coverage_permille);
    yz_seeker_index_build(w->seeker_index, rows, w->seeker_count);
    w->bulk_us_per_record =
        (double)(clock_cpu_ns() - start) / 1000.0 / (w->posting_count + w->seeker_count);
    yz_free(rows);
    w->posting_open = yz_alloc(w->posting_count);
    w->seeker_open = yz_alloc(w->seeker_count);
    memset(w->posting_open, 1, w->posting_count);
    memset(w->seeker_open, 1, w->seeker_count);
}

void world_deinit(world *w) {
    yz_posting_index_free(w->posting_index);
    yz_seeker_index_free(w->seeker_index);
    yz_ids_free(w->posting_ids);
    yz_ids_free(w->seeker_ids);
    yz_slab_deinit(&w->postings);
    yz_slab_deinit(&w->seekers);
    yz_free(w->weights);
    yz_free(w->posting_open);
    yz_free(w->seeker_open);
    yz_arena_free(w->arena);
    generate_free(w->set);
}

yz_match_state world_state(const world *w, yz_profile profile) {
    return (yz_match_state){
        .postings = &w->postings,
        .seekers = &w->seekers,
        .posting_ids = w->posting_ids,
        .seeker_ids = w->seeker_ids,
        .posting_index = w->posting_index,
        .seeker_index = w->seeker_index,
        .weights = w->weights,
        .profile = profile,
    };
}

static bool is_open(const void *context, uint32_t row) {
    return ((const uint8_t *)context)[row] != 0;
}

yz_oracle_rows world_postings(const world *w) {
    return (yz_oracle_rows){w->posting_count, is_open, w->posting_open};
}

yz_oracle_rows world_seekers(const world *w) {
    return (yz_oracle_rows){w->seeker_count, is_open, w->seeker_open};
}

yz_packed_seeker world_q1(world *w, uint32_t index) {
    yz_seeker seeker;
    yz_arena_reset(w->arena);
    generate_q1(w->set, index, w->arena, &seeker);
    return world_pack_seeker(&seeker);
}

yz_packed_posting world_q2(world *w, uint32_t index) {
    yz_posting posting;
    yz_arena_reset(w->arena);
    generate_q2(w->set, index, w->arena, &posting);
    return world_pack_posting(&posting);
}

yz_packed_posting world_q3(world *w, uint32_t index) {
    yz_posting posting;
    yz_arena_reset(w->arena);
    generate_q3(w->set, index, w->arena, &posting);
    return world_pack_posting(&posting);
}

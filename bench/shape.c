/* What shape do the generated sets have? Draws a set, answers a sample of its questions by brute
 * force over all pairs, and prints how many fit: the figures of datasets/README.md.
 *
 *     shape [normal|dense|gig] [POSTINGS] [SEEKERS] [SEED] [SAMPLE]
 *
 * The pair rule stands here once more, short and slow, in a layout of its own. */
#include "engine/base/alloc.h"
#include "engine/base/arith.h"
#include "tools/generate.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SKILLS 3000
#define SKILLS_OF_RECORD_MAX 20

typedef struct side {
    double lat, lon, cos_lat, radius_km; // radians
    int64_t wage;                        // posting: max; seeker: floor
    uint32_t shifts;
    uint8_t education, types, skill_count;
    uint8_t level[SKILLS_OF_RECORD_MAX];
    uint16_t skill[SKILLS_OF_RECORD_MAX];
} side;

static uint32_t weight_of[SKILLS];

static uint16_t skill_number(yz_text id) {
    return (uint16_t)strtoul(id.bytes + 1, NULL, 10);
}

static side side_of(yz_place place, const yz_skill_level *skills, uint32_t count) {
    side s = {.lat = place.lat_e7 * 1e-7 * YZ_PI / 180, .lon = place.lon_e7 * 1e-7 * YZ_PI / 180};
    s.cos_lat = yz_cos(s.lat);
    s.skill_count = (uint8_t)count;
    for (uint32_t i = 0; i < count; i++) {
        s.skill[i] = skill_number(skills[i].skill);
        s.level[i] = skills[i].level;
    }
    return s;
}

static side posting_side(const yz_posting *p) {
    side s = side_of(p->place, p->required, p->required_count);
    s.wage = yz_wage_normal(p->wage_max_fen, p->wage_unit);
    s.shifts = p->shifts;
    s.education = p->education_min;
    s.types = p->type;
    return s;
}

static side seeker_side(const yz_seeker *k) {
    side s = side_of(k->place, k->skills, k->skill_count);
    s.wage = yz_wage_normal(k->floor_fen, k->floor_unit);
    s.shifts = k->shifts;
    s.education = k->education;
    s.types = k->types;
    s.radius_km = k->radius_m / 1000.0;
    return s;
}

static bool gates_open(const side *seeker, const side *posting) {
    return (seeker->types & posting->types) && (seeker->shifts & posting->shifts) &&
           seeker->education >= posting->education && posting->wage >= seeker->wage;
}

static bool covered(const side *seeker, const side *posting) {
    uint64_t met = 0, total = 0;
    for (uint32_t i = 0; i < posting->skill_count; i++) {
        uint32_t weight = weight_of[posting->skill[i]];
        total += weight;
        for (uint32_t k = 0; k < seeker->skill_count; k++) {
            if (seeker->skill[k] != posting->skill[i]) continue;
            if (seeker->level[k] >= posting->level[i]) met += weight;
        }
    }
    return 5 * met >= 3 * total;
}

static bool near(const side *seeker, const side *posting) {
    double north = yz_sin((posting->lat - seeker->lat) / 2);
    double east = yz_sin((posting->lon - seeker->lon) / 2);
    double a = north * north + seeker->cos_lat * posting->cos_lat * east * east;
    return 2 * 6371.0087714150598 * yz_asin(sqrt(a < 1 ? a : 1)) <= seeker->radius_km;
}

static bool fits(const side *seeker, const side *posting) {
    return gates_open(seeker, posting) && near(seeker, posting) && covered(seeker, posting);
}

/* ---- figures ---- */

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void print_counts(const char *name, uint32_t *counts, uint32_t sample, uint32_t of) {
    double sum = 0;
    uint32_t empty = 0;
    for (uint32_t i = 0; i < sample; i++) {
        sum += counts[i];
        empty += counts[i] == 0;
    }
    qsort(counts, sample, sizeof *counts, by_size);
    printf("%s.fits of %u: median %u, p90 %u, p99 %u, max %u, mean %.1f, none %.1f %%\n", name, of,
           counts[sample / 2], counts[(uint64_t)sample * 90 / 100],
           counts[(uint64_t)sample * 99 / 100], counts[sample - 1], sum / sample,
           100.0 * empty / sample);
}

/* The prefix of a posting: its rarest skills until 5 w(prefix) > 2 T. */
static void print_lists(const side *postings, uint32_t count) {
    uint32_t all[SKILLS] = {0}, prefix[SKILLS] = {0};
    uint64_t required = 0, in_prefix = 0;
    for (uint32_t i = 0; i < count; i++) {
        const side *p = &postings[i];
        bool used[SKILLS_OF_RECORD_MAX] = {false};
        uint64_t total = 0, taken = 0;
        for (uint32_t k = 0; k < p->skill_count; k++) {
            total += weight_of[p->skill[k]];
            all[p->skill[k]] += 1;
        }
        required += p->skill_count;
        while (p->skill_count && 5 * taken <= 2 * total) {
            uint32_t best = SKILLS_OF_RECORD_MAX;
            for (uint32_t k = 0; k < p->skill_count; k++) {
                if (used[k]) continue;
                if (best == SKILLS_OF_RECORD_MAX ||
                    weight_of[p->skill[k]] > weight_of[p->skill[best]])
                    best = k;
            }
            used[best] = true;
            taken += weight_of[p->skill[best]];
            prefix[p->skill[best]] += 1;
            in_prefix += 1;
        }
    }
    qsort(all, SKILLS, sizeof all[0], by_size);
    qsort(prefix, SKILLS, sizeof prefix[0], by_size);
    printf("required: mean %.2f of a posting, longest list %u\n", (double)required / count,
           all[SKILLS - 1]);
    printf("prefix: mean %.2f of a posting, longest list %u\n", (double)in_prefix / count,
           prefix[SKILLS - 1]);
}

static uint32_t count_fits(const side *question, bool is_seeker, const side *all, uint32_t count) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < count; i++)
        found += is_seeker ? fits(question, &all[i]) : fits(&all[i], question);
    return found;
}

static double seconds_since(clock_t start) {
    return (double)(clock() - start) / CLOCKS_PER_SEC;
}

static void run(const generate *set, uint32_t sample) {
    generate_options o = generate_options_of(set);
    yz_arena *arena = yz_arena_new(1 << 20);
    side *postings = yz_alloc(sizeof *postings * o.postings);
    side *seekers = yz_alloc(sizeof *seekers * o.seekers);
    uint32_t *counts = yz_alloc(sizeof *counts * sample);
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    for (uint32_t i = 0; i < SKILLS; i++) {
        generate_entry(set, YZ_SKILLS, i, arena, &entry);
        weight_of[i] = entry.weight;
        yz_arena_reset(arena);
    }
    clock_t start = clock();
    for (uint32_t i = 0; i < o.postings; i++) {
        generate_posting(set, i, arena, &posting);
        postings[i] = posting_side(&posting);
        yz_arena_reset(arena);
    }
    printf("generate: %.2f us per posting", seconds_since(start) * 1e6 / o.postings);
    start = clock();
    for (uint32_t i = 0; i < o.seekers; i++) {
        generate_seeker(set, i, arena, &seeker);
        seekers[i] = seeker_side(&seeker);
        yz_arena_reset(arena);
    }
    printf(", %.2f us per seeker\n", seconds_since(start) * 1e6 / o.seekers);
    print_lists(postings, o.postings);
    for (uint32_t i = 0; i < sample; i++) {
        generate_q1(set, i, arena, &seeker);
        side question = seeker_side(&seeker);
        counts[i] = count_fits(&question, true, postings, o.postings);
        yz_arena_reset(arena);
    }
    print_counts("q1", counts, sample, o.postings);
    for (uint32_t i = 0; i < sample; i++) {
        generate_q2(set, i, arena, &posting);
        side question = posting_side(&posting);
        counts[i] = count_fits(&question, false, seekers, o.seekers);
        yz_arena_reset(arena);
    }
    print_counts("q2", counts, sample, o.seekers);
    yz_free(counts);
    yz_free(seekers);
    yz_free(postings);
    yz_arena_free(arena);
}

int main(int argc, char **argv) {
    generate_options options = {
        .kind = GENERATE_NORMAL, .postings = 1000000, .seekers = 1000000, .seed = 1};
    if (argc > 1 && strcmp(argv[1], "dense") == 0) options.kind = GENERATE_DENSE;
    if (argc > 1 && strcmp(argv[1], "gig") == 0) options.kind = GENERATE_GIG;
    if (argc > 2) options.postings = (uint32_t)strtoul(argv[2], NULL, 10);
    if (argc > 3) options.seekers = (uint32_t)strtoul(argv[3], NULL, 10);
    if (argc > 4) options.seed = strtoull(argv[4], NULL, 10);
    uint32_t sample = argc > 5 ? (uint32_t)strtoul(argv[5], NULL, 10) : 500;
    if (options.postings == 0 || options.seekers == 0 || sample == 0 ||
        options.postings > YZ_RECORDS_MAX || options.seekers > YZ_RECORDS_MAX) {
        fputs("usage: shape [normal|dense|gig] [POSTINGS] [SEEKERS] [SEED] [SAMPLE]\n", stderr);
        return 2;
    }
    clock_t start = clock();
    generate *set = generate_new(options);
    printf("weights: %.2f s\n", seconds_since(start));
    run(set, sample);
    generate_free(set);
    return 0;
}

/* The engine room of a search: pages come from the walk, rows from the pages, and each stage asks
 * memory for what the next one will read, some steps ahead.
 *
 *     walk -> [8 pages wait for their blocks] -> scan -> [rows wait for their records] -> consider
 *
 * A record that is not in the cache costs about 100 ns alone and about 8 ns when a dozen are asked
 * for together; that is most of what a question costs. Inlined into each search. */
#ifndef YZ_ENGINE_MATCH_DRIVE_H
#define YZ_ENGINE_MATCH_DRIVE_H

#include "engine/index/codes.h"
#include "engine/match/search.h"
#include "engine/match/topk.h"
#include "engine/match/walk.h"

#define PAGES_WAITING 8u
#define ROWS_WAITING 32u
#define PEEK_LEAST 4u // rows that have been peeked at before one is considered
#define PEEK_AT_ONCE 16u
#define ROWS_ROOM 1024u

#define LIST_OPEN 0x40000000u // rows of the list without skills: limits to be checked
#define LIST_SURE 0x80000000u // the same, known to fit: to be scored

typedef struct yz_waiting_page {
    const yz_place_page *page;
    yz_scan_place place;
    uint32_t blocks, list;
} yz_waiting_page;

struct yz_search_scratch {
    const yz_scan *scan;
    yz_walk walk;
    yz_circle circle;
    uint8_t skill[YZ_SKILLS_MAX + 1]; // of the question; all zero between questions
    uint32_t row_count, considered, peeked;
    uint32_t rows[ROWS_ROOM + YZ_PAGE_ENTRIES + YZ_SCAN_SLACK];
    uint32_t lists[ROWS_ROOM + YZ_PAGE_ENTRIES + YZ_SCAN_SLACK];
    uint32_t sure[YZ_PAGE_ENTRIES + YZ_SCAN_SLACK];
    yz_topk_place heap[YZ_K_MAX];
    yz_hit hits[YZ_K_MAX];
};

typedef struct yz_drive {
    yz_search_scratch *scratch;
    const yz_slab *records;
    void *asker;
    const yz_circle_class *fixed; // see yz_walk_begin
    double square;
    /* Puts the roots of the lists to read into the walk. */
    void (*begin)(void *asker, yz_walk *walk);
    /* Appends rows of the waiting page to scratch->rows, with their lists. */
    void (*scan)(void *asker, const yz_waiting_page *waiting);
    /* A row some steps before it is considered: its record has come, `far` parts may be asked for.
     */
    void (*peek)(void *asker, uint32_t row);
    void (*consider)(void *asker, uint32_t row, uint32_t list);
} yz_drive;

/* Appends rows that a scan has put behind the last ones. */
static inline void yz_drive_rows(yz_search_scratch *scratch, const yz_slab *records, uint32_t count,
                                 uint32_t list) {
    for (uint32_t i = 0; i < count; i++) {
        uint32_t at = scratch->row_count++;
        scratch->lists[at] = list;
        __builtin_prefetch(yz_slab_at(records, scratch->rows[at]));
    }
}

/* Many at once: the far parts that are not in the cache come side by side. One before each row that
 * is considered, the next miss would wait until the one before is over. */
static inline __attribute__((always_inline)) void yz_drive_peek(const yz_drive *drive,
                                                                uint32_t end) {
    yz_search_scratch *s = drive->scratch;
    if (end > s->row_count) end = s->row_count;
    for (; s->peeked < end; s->peeked++)
        drive->peek(drive->asker, s->rows[s->peeked]);
}

static inline __attribute__((always_inline)) void yz_drive_consider(const yz_drive *drive,
                                                                    uint32_t waiting) {
    yz_search_scratch *s = drive->scratch;
    while (s->considered + waiting < s->row_count) {
        uint32_t at = s->considered++;
        if (s->peeked <= at + PEEK_LEAST) yz_drive_peek(drive, at + PEEK_LEAST + PEEK_AT_ONCE);
        drive->consider(drive->asker, s->rows[at], s->lists[at]);
    }
    if (waiting == 0 || s->row_count < ROWS_ROOM) {
        if (s->considered == s->row_count) s->considered = s->row_count = s->peeked = 0;
        return;
    }
    uint32_t left = s->row_count - s->considered;
    for (uint32_t i = 0; i < left; i++) {
        s->rows[i] = s->rows[s->considered + i];
        s->lists[i] = s->lists[s->considered + i];
    }
    s->peeked = s->peeked > s->considered ? s->peeked - s->considered : 0;
    s->considered = 0;
    s->row_count = left;
}

static inline __attribute__((always_inline)) void yz_drive_image(const yz_drive *drive,
                                                                 bool first) {
    yz_search_scratch *s = drive->scratch;
    yz_waiting_page waiting[PAGES_WAITING];
    yz_walk_step step;
    uint32_t come = 0, gone = 0;
    yz_walk_begin(&s->walk, &s->circle, drive->fixed, drive->square);
    drive->begin(drive->asker, &s->walk);
    for (;;) {
        const yz_place_page *page = yz_walk_page(&s->walk, &step);
        if (page == NULL && come == gone) break;
        if (page == NULL || come - gone == PAGES_WAITING) {
            drive->scan(drive->asker, &waiting[gone++ % PAGES_WAITING]);
            yz_drive_consider(drive, ROWS_WAITING);
        }
        if (page == NULL) continue;
        const yz_circle_class *class =
            drive->fixed ? drive->fixed : yz_circle_reach(&s->circle, step.reach);
        if (!first && class->x_near == 0.0) continue; // longitude says nothing: once is enough
        yz_waiting_page *w = &waiting[come % PAGES_WAITING];
        w->page = page;
        w->list = step.list;
        w->place = yz_scan_place_of(&s->circle, class, page);
        w->blocks = drive->fixed ? s->scan->touch(page, &w->place, (float)drive->square)
                                 : s->scan->touch_reach(page, &w->place);
        if (w->blocks == 0) continue;
        for (uint32_t b = w->blocks; b != 0; b &= b - 1) {
            const char *block = (const char *)&page->blocks[__builtin_ctz(b)];
            __builtin_prefetch(block);
            __builtin_prefetch(block + 64);
            __builtin_prefetch(block + 128);
            __builtin_prefetch(block + 192);
        }
        come += 1;
    }
}

static inline __attribute__((always_inline)) void yz_drive_all(const yz_drive *drive) {
    yz_search_scratch *s = drive->scratch;
    double lon_e7[2];
    uint32_t images = yz_circle_images(&s->circle, lon_e7);
    s->row_count = s->considered = s->peeked = 0;
    for (uint32_t i = 0; i < images; i++) {
        s->circle.lon_e7 = lon_e7[i];
        yz_drive_image(drive, i == 0);
    }
    yz_drive_consider(drive, 0);
}

/* Float scores of the sure scans are this near to the true ones, per unit of score. */
#define SCORE_SLACK 1e-5f

/* What a float score must reach to be worth a look; all if `all`. */
static inline float yz_drive_threshold(const yz_topk *top, const yz_profile *profile,
                                       double boost_most, bool all) {
    if (all) return -1e30f;
    if (top->k == 0) return 1e30f;
    if (top->count < top->k) return -1e30f;
    float slack =
        SCORE_SLACK * (1.0f + (float)(profile->preferred_permille + profile->distance_permille +
                                      profile->wage_permille) *
                                  0.001f);
    return (float)(top->heap[0].score - boost_most) - slack;
}

static inline double yz_drive_boost_most(const yz_match_options *options) {
    return options->boost == NULL ? 0.0 : yz_match_boosted(0.0, options->boost_most);
}

/* Adds the boosts of a hit, which are not asked for if even the most would not bring it in. */
static inline bool yz_drive_boost(const yz_match_options *options, yz_topk *top, yz_hit *hit) {
    if (!yz_topk_wants(top, yz_match_boosted(hit->score, options->boost_most))) return false;
    uint32_t boost = options->boost(options->boost_context, hit->row, &hit->boosts);
    hit->score = yz_match_boosted(hit->score, boost);
    if (boost == YZ_BOOST_STOP) top->k = 0; // nobody is wanted any more
    return boost != YZ_BOOST_STOP;
}

static inline uint32_t yz_drive_coverage(const yz_profile *profile,
                                         const yz_match_options *options) {
    uint32_t asked = options->coverage_permille;
    return asked > profile->coverage_permille ? asked : profile->coverage_permille;
}

#endif

/* The whole, its time, and what all files need. */
#include "engine/stats/stats.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "engine/stats/stats_inner.h"

yz_stats *yz_stats_new(const yz_stats_names *names) {
    yz_stats *s = yz_alloc_zeroed(sizeof *s);
    s->names = *names;
    s->cube = yz_cube_new(COUNTERS);
    yz_cube_at_hand(s->cube, AT_HAND);
    s->station_cube = yz_cube_new(VENUE_COUNTERS);
    yz_slab_init(&s->vacant_days, sizeof(posting_days));
    yz_slab_init(&s->seekers, sizeof(stats_seeker));
    yz_slab_init(&s->postings, sizeof(stats_posting));
    yz_slab_init(&s->employers, sizeof(stats_employer));
    yz_slab_init(&s->persons, sizeof(cohort));
    yz_slab_init(&s->selves, sizeof(cohort));
    yz_slab_init(&s->venues, sizeof(stats_venue));
    yz_slab_init(&s->entries, sizeof(fair_entry));
    yz_slab_init(&s->scopes, sizeof(distinct_scope));
    pool_init(&s->links);
    pool_init(&s->histories);
    fills_init(&s->fills);
    skills_init(&s->skills);
    return s;
}

static void distinct_deinit(distinct *d) {
    if (d->persons != NULL) roaring_bitmap_free(d->persons);
    yz_free(d->past);
}

static void venue_deinit(stats_venue *v) {
    yz_free(v->booths);
    if (v->joined != NULL) roaring_bitmap_free(v->joined);
    if (v->dispatched != NULL) roaring_bitmap_free(v->dispatched);
    distinct_deinit(&v->persons.month);
    distinct_deinit(&v->persons.year);
}

void yz_stats_free(yz_stats *s) {
    if (s == NULL) return;
    for (uint32_t row = 0; row < slab_end(&s->venues); row++)
        venue_deinit(stats_venue_at(s, row));
    for (uint32_t node = 0; node < slab_end(&s->scopes); node++) {
        distinct_scope *scope = yz_slab_at(&s->scopes, node);
        distinct_deinit(&scope->month);
        distinct_deinit(&scope->year);
    }
    yz_cube_free(s->cube);
    yz_cube_free(s->station_cube);
    yz_slab_deinit(&s->vacant_days);
    yz_slab_deinit(&s->seekers);
    yz_slab_deinit(&s->postings);
    yz_slab_deinit(&s->employers);
    yz_slab_deinit(&s->persons);
    yz_slab_deinit(&s->selves);
    yz_slab_deinit(&s->venues);
    yz_slab_deinit(&s->entries);
    yz_slab_deinit(&s->scopes);
    pool_deinit(&s->links);
    pool_deinit(&s->histories);
    fills_deinit(&s->fills);
    skills_deinit(&s->skills);
    yz_free(s);
}

const yz_cube *yz_stats_cube(const yz_stats *s) {
    return s->cube;
}

// ---- time ----

static uint32_t first_day(yz_window window, int64_t at_ms) {
    return (uint32_t)yz_day_at(yz_period_begin_ms(yz_period_at(window, at_ms)));
}

stats_day stats_day_at(int64_t at_ms) {
    stats_day day = {
        .day = (uint32_t)yz_day_at(at_ms),
        .month = (uint32_t)yz_period_at(YZ_WINDOW_MONTH, at_ms).index,
        .year = (uint32_t)yz_period_at(YZ_WINDOW_YEAR, at_ms).index,
        .first = {(uint32_t)yz_day_at(at_ms), first_day(YZ_WINDOW_MONTH, at_ms),
                  first_day(YZ_WINDOW_YEAR, at_ms)},
    };
    return day;
}

void stats_now(yz_stats *s, int64_t at_ms) {
    if (at_ms < 0) at_ms = 0; // the cube has no minutes before 1970
    uint32_t minute = (uint32_t)(at_ms / 60000);
    yz_check(!s->begun || at_ms >= s->at_ms);
    s->at_ms = at_ms;
    if (s->begun && minute == s->minute) return;
    if (!s->begun || (uint32_t)yz_day_at(at_ms) != s->today.day) s->today = stats_day_at(at_ms);
    s->minute = minute;
    s->begun = true;
}

// ---- cells ----

yz_text stats_division_code(const yz_stats *s, uint32_t division) {
    return division == YZ_ROW_NONE ? YZ_TEXT("") : s->names.division(s->names.context, division);
}

uint32_t stats_pair(yz_stats *s, uint32_t division, uint32_t occupation) {
    return yz_cube_pair(s->cube, division, stats_division_code(s, division), occupation);
}

uint8_t stats_type(uint8_t types) {
    return types == 0 ? 0 : (uint8_t)__builtin_ctz(types);
}

// ---- memory ----

static uint64_t bitmap_bytes(const roaring_bitmap_t *bitmap) {
    return bitmap == NULL ? 0 : roaring_bitmap_size_in_bytes(bitmap);
}

static uint64_t scope_bytes(const distinct_scope *scope) {
    return bitmap_bytes(scope->month.persons) + bitmap_bytes(scope->year.persons) +
           ((uint64_t)scope->month.past_room + scope->year.past_room) * sizeof(distinct_past);
}

static uint64_t venues_bytes(const yz_stats *s) {
    yz_cube_bytes cube = yz_cube_memory(s->station_cube);
    uint64_t bytes = cube.nodes + cube.pairs + cube.rows + cube.blocks + cube.histories +
                     pool_bytes(&s->histories) + yz_slab_bytes(&s->venues) +
                     yz_slab_bytes(&s->entries) + yz_slab_bytes(&s->scopes) +
                     yz_slab_bytes(&s->employers);
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        const stats_venue *v = stats_venue_at(s, row);
        bytes += bitmap_bytes(v->joined) + bitmap_bytes(v->dispatched) + scope_bytes(&v->persons) +
                 v->booth_count * sizeof *v->booths;
    }
    for (uint32_t node = 0; node < slab_end(&s->scopes); node++)
        bytes += scope_bytes(yz_slab_at(&s->scopes, node));
    return bytes;
}

yz_stats_bytes yz_stats_memory(const yz_stats *s) {
    return (yz_stats_bytes){
        .cube = yz_cube_memory(s->cube),
        .seekers = yz_slab_bytes(&s->seekers) + pool_bytes(&s->links),
        .postings = yz_slab_bytes(&s->postings) + yz_slab_bytes(&s->vacant_days),
        .persons = yz_slab_bytes(&s->persons) + yz_slab_bytes(&s->selves),
        .fills = fills_bytes(&s->fills),
        .venues = venues_bytes(s),
        .skills = skills_bytes(&s->skills),
    };
}

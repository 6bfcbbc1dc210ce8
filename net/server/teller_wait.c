/* What has to wait: a heap of times, who waits, how many were told today. And who is told outside a
 * tranche: whose wait is over, and who opened while a posting tells everybody. */
#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/model/time.h"
#include "net/server/teller_inner.h"

#include <stdlib.h>
#include <string.h>

#define WAKE_MAX 512u       // whose wait is over, looked at together
#define PAIRS_A_SLICE 2000u // new seekers times postings that tell everybody

/* ---- small tools ---- */

static uint32_t place_of(const teller_map *map, uint64_t key) {
    uint32_t at = (uint32_t)yz_mix(key) & (map->room - 1);
    while (map->keys[at] != 0 && map->keys[at] != key)
        at = (at + 1) & (map->room - 1);
    return at;
}

uint32_t *teller_map_find(const teller_map *map, uint64_t key) {
    if (map->count == 0) return NULL;
    uint32_t at = place_of(map, key);
    return map->keys[at] == 0 ? NULL : &map->values[at];
}

static void grow(teller_map *map) {
    teller_map old = *map;
    map->room = old.room == 0 ? 64 : old.room * 2;
    map->keys = yz_alloc_zeroed(map->room * sizeof *map->keys);
    map->values = yz_alloc_zeroed(map->room * sizeof *map->values);
    for (uint32_t i = 0; i < old.room; i++) {
        if (old.keys[i] == 0) continue;
        uint32_t at = place_of(map, old.keys[i]);
        map->keys[at] = old.keys[i];
        map->values[at] = old.values[i];
    }
    yz_free(old.keys);
    yz_free(old.values);
}

uint32_t *teller_map_put(teller_map *map, uint64_t key) {
    if (2 * (map->count + 1) > map->room) grow(map);
    uint32_t at = place_of(map, key);
    if (map->keys[at] == 0) {
        map->keys[at] = key;
        map->values[at] = 0;
        map->count += 1;
    }
    return &map->values[at];
}

// Whatever was put past this place moves up.
void teller_map_remove(teller_map *map, uint64_t key) {
    if (map->count == 0) return;
    uint32_t at = place_of(map, key), last = map->room - 1;
    if (map->keys[at] == 0) return;
    map->count -= 1;
    for (uint32_t next = (at + 1) & last; map->keys[next] != 0; next = (next + 1) & last) {
        uint32_t home = (uint32_t)yz_mix(map->keys[next]) & last;
        if (((next - home) & last) < ((next - at) & last)) continue;
        map->keys[at] = map->keys[next];
        map->values[at] = map->values[next];
        at = next;
    }
    map->keys[at] = 0;
}

void teller_map_clear(teller_map *map) {
    teller_map_deinit(map);
    *map = (teller_map){0};
}

void teller_map_deinit(teller_map *map) {
    yz_free(map->keys);
    yz_free(map->values);
}

void teller_heap_push(teller_heap *heap, teller_due due) {
    if (heap->count == heap->room) {
        heap->room = heap->room * 2 + 64;
        heap->list = yz_realloc(heap->list, heap->room * sizeof *heap->list);
    }
    uint32_t at = heap->count++;
    for (uint32_t up; at > 0 && heap->list[up = (at - 1) / 2].at_ms > due.at_ms; at = up)
        heap->list[at] = heap->list[up];
    heap->list[at] = due;
}

void teller_heap_pop(teller_heap *heap) {
    teller_due last = heap->list[--heap->count];
    uint32_t at = 0;
    for (uint32_t down; (down = 2 * at + 1) < heap->count; at = down) {
        if (down + 1 < heap->count && heap->list[down + 1].at_ms < heap->list[down].at_ms)
            down += 1;
        if (heap->list[down].at_ms >= last.at_ms) break;
        heap->list[at] = heap->list[down];
    }
    heap->list[at] = last;
}

/* ---- caps and quiet hours ---- */

// The day began, in Beijing, at:
static int64_t day_begins(int64_t at_ms) {
    return (int64_t)yz_day_at(at_ms) * YZ_DAY_MS - YZ_BEIJING_MS;
}

static int64_t quiet_ends(const yz_tranche_pick *pick, int64_t at_ms) {
    if (pick->quiet_from == pick->quiet_to) return at_ms;
    int64_t begun = day_begins(at_ms), minute = (at_ms - begun) / TELLER_MINUTE_MS;
    bool after = minute >= pick->quiet_from, before = minute < pick->quiet_to;
    bool over_midnight = pick->quiet_from > pick->quiet_to;
    if (over_midnight ? !after && !before : !after || !before) return at_ms;
    int64_t end = begun + (int64_t)pick->quiet_to * TELLER_MINUTE_MS;
    return end > at_ms ? end : end + YZ_DAY_MS;
}

static void turn_day(teller *t) {
    int32_t day = yz_day_at(t->now_ms);
    if (day == t->day) return;
    if (t->start_day == INT32_MIN) t->start_day = day;
    t->day = day;
    teller_map_clear(&t->today);
}

static uint32_t *told_today(teller *t, const yz_market *m, uint32_t seeker) {
    turn_day(t);
    uint32_t *count = teller_map_find(&t->today, (uint64_t)seeker + 1);
    if (count != NULL) return count;
    count = teller_map_put(&t->today, (uint64_t)seeker + 1);
    if (t->day == t->start_day) *count = yz_market_told_since(m, seeker, day_begins(t->now_ms));
    return count;
}

int64_t teller_may_hear_at(teller *t, const yz_market *m, const yz_tranche_pick *pick) {
    int64_t at_ms = t->now_ms;
    if (pick->push_per_day > 0 && *told_today(t, m, pick->row) >= pick->push_per_day) {
        at_ms = day_begins(at_ms) + YZ_DAY_MS;
    }
    return quiet_ends(pick, at_ms);
}

void teller_count_told(teller *t, const yz_market *m, const yz_tranche_pick *pick) {
    if (pick->push_per_day > 0) *told_today(t, m, pick->row) += 1;
}

void teller_uncount_told(teller *t, uint32_t seeker) {
    uint32_t *count = teller_map_find(&t->today, (uint64_t)seeker + 1);
    if (count != NULL && *count > 0) *count -= 1;
}

/* ---- who waits ---- */

static uint64_t key_of(uint32_t posting, uint32_t seeker) {
    return ((uint64_t)posting << 32 | seeker) + 1;
}

// Who waits for an epoch that is over waits for nothing.
static teller_job *job_in(teller *t, uint32_t posting, uint32_t epoch) {
    teller_job *job = teller_job_of(t, posting);
    if (job->epoch < epoch) {
        job->epoch = epoch;
        job->waiting = 0;
    }
    return job;
}

uint32_t teller_waiting(teller *t, uint32_t posting, uint32_t epoch) {
    return job_in(t, posting, epoch)->waiting;
}

void teller_wait(teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch, int64_t at_ms) {
    teller_job *job = job_in(t, posting, epoch);
    if (job->epoch != epoch) return;
    uint32_t *waits = teller_map_put(&t->waiting, key_of(posting, seeker));
    if (*waits != epoch) job->waiting += 1;
    *waits = epoch;
    teller_heap_push(&t->heap, (teller_due){at_ms, posting, seeker, epoch});
}

bool teller_waits(const teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch) {
    const uint32_t *waits = teller_map_find(&t->waiting, key_of(posting, seeker));
    return waits != NULL && *waits == epoch;
}

void teller_wait_over(teller *t, uint32_t posting, uint32_t seeker, uint32_t epoch) {
    if (!teller_waits(t, posting, seeker, epoch)) return;
    teller_map_remove(&t->waiting, key_of(posting, seeker));
    teller_job *job = teller_job_of(t, posting);
    if (job->epoch == epoch) job->waiting -= 1;
}

static int by_posting(const void *left, const void *right) {
    const teller_due *a = left, *b = right;
    if (a->posting != b->posting) return a->posting < b->posting ? -1 : 1;
    return a->seeker < b->seeker ? -1 : a->seeker > b->seeker;
}

static int best_first(const void *left, const void *right) {
    const yz_tranche_pick *a = left, *b = right;
    if (a->score != b->score) return a->score > b->score ? -1 : 1;
    return yz_text_compare(a->seeker, b->seeker);
}

// Those of one posting: who may be told now is told, in one command.
static void wake(teller *t, const teller_due *due, uint32_t count) {
    uint32_t posting = due[0].posting, told = 0;
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    yz_posting_push push = yz_market_posting_push(m, posting);
    for (uint32_t i = 0; i < count; i++) {
        yz_tranche_pick *pick = &t->picks[told];
        bool still = due[i].epoch == push.epoch && push.free > 0 &&
                     yz_market_may_tell(m, due[i].seeker, posting, pick);
        int64_t at_ms = still ? teller_may_hear_at(t, m, pick) : 0;
        if (!still) teller_wait_over(t, posting, due[i].seeker, due[i].epoch);
        if (still && at_ms > t->now_ms) {
            teller_wait(t, posting, due[i].seeker, due[i].epoch, at_ms);
        } else if (still) {
            teller_count_told(t, m, pick);
            told += 1;
        }
    }
    teller_read_end(t, since);
    if (told == 0) return;
    qsort(t->picks, told, sizeof *t->picks, best_first);
    uint32_t tranche = push.told.tranche > 0 ? push.told.tranche : 1;
    if (teller_submit(t, NULL, &push, posting, YZ_TELL_FIT, YZ_GONE_NOT_SAID, tranche, told))
        return;
    for (uint32_t i = 0; i < told; i++) {
        teller_uncount_told(t, t->picks[i].row);
        teller_wait(t, posting, t->picks[i].row, push.epoch, t->now_ms + TELLER_AGAIN_MS);
    }
}

bool teller_wake_slice(teller *t) {
    teller_due due[WAKE_MAX];
    uint32_t count = 0;
    while (count < WAKE_MAX && t->heap.count > 0) {
        teller_due first = t->heap.list[0];
        if (first.at_ms > t->now_ms || first.seeker == YZ_ROW_NONE) break;
        teller_heap_pop(&t->heap);
        if (teller_waits(t, first.posting, first.seeker, first.epoch)) due[count++] = first;
    }
    if (count == 0) return false;
    qsort(due, count, sizeof *due, by_posting);
    uint32_t kept = 1;
    for (uint32_t i = 1; i < count; i++) { // his hours were changed: he stands there twice
        if (by_posting(&due[i], &due[kept - 1]) != 0) due[kept++] = due[i];
    }
    count = kept;
    for (uint32_t i = 0, end; i < count; i = end) {
        end = i + 1;
        while (end < count && due[end].posting == due[i].posting && end - i < YZ_TELL_MAX)
            end += 1;
        wake(t, &due[i], end - i);
    }
    return true;
}

/* ---- who opened while a posting tells everybody ---- */

// Whoever fits waits for nothing: told with the next ones whose wait is over.
bool teller_seekers_slice(teller *t) {
    if (t->seekers_next == t->seekers_count) {
        t->seekers_next = t->seekers_count = t->seekers_all = 0;
        return false;
    }
    uint64_t since;
    const yz_market *m = teller_read(t, &since);
    for (uint32_t i = 0; i < PAIRS_A_SLICE && t->seekers_next < t->seekers_count; i++) {
        if (t->seekers_all >= t->alls_count) {
            t->seekers_all = 0;
            t->seekers_next += 1;
            continue;
        }
        uint32_t seeker = t->seekers[t->seekers_next], posting = t->alls[t->seekers_all++];
        yz_tranche_pick pick;
        // Also whoever waits already: the hours may be others now.
        if (!yz_market_may_tell(m, seeker, posting, &pick)) continue;
        teller_wait(t, posting, seeker, pick.epoch, t->now_ms);
    }
    teller_read_end(t, since);
    return true;
}

#include "engine/stats/history.h"

#include "engine/base/check.h"

#include <string.h>

#define ENTRY_WORDS 3u
#define ENTRIES_MAX ((POOL_WORDS_MAX - 1) / ENTRY_WORDS)
#define THIN_FROM 40u // shorter ones just grow

static uint32_t *head_of(const pool *p, uint32_t history) {
    return pool_at(p, history);
}

static uint32_t room_of(uint32_t head) {
    return head >> 16;
}

static uint32_t count_of(uint32_t head) {
    return head & 0xFFFF;
}

static history_entry entry_in(const uint32_t *head, uint32_t index) {
    const uint32_t *at = head + 1 + (size_t)index * ENTRY_WORDS;
    return (history_entry){at[0], (int64_t)((uint64_t)at[2] << 32 | at[1])};
}

static void entry_put(uint32_t *head, uint32_t index, history_entry entry) {
    uint32_t *at = head + 1 + (size_t)index * ENTRY_WORDS;
    at[0] = entry.minute;
    at[1] = (uint32_t)(uint64_t)entry.value;
    at[2] = (uint32_t)((uint64_t)entry.value >> 32);
}

uint32_t history_count(const pool *p, uint32_t history) {
    return history == 0 ? 0 : count_of(*head_of(p, history));
}

history_entry history_at(const pool *p, uint32_t history, uint32_t index) {
    return entry_in(head_of(p, history), index);
}

// ---- what has to be kept ----

// The first end of a window of `minutes` (a divisor of a day) after `minute`; Beijing's hours and
// minutes end where UTC's do, its days 16 hours into UTC's.
static uint64_t next_end(uint64_t minute, uint64_t minutes, uint64_t shift) {
    return (minute + shift) / minutes * minutes + minutes - shift;
}

static uint64_t first_end_from(uint64_t minute, uint64_t minutes, uint64_t shift) {
    return (minute + shift + minutes - 1) / minutes * minutes - shift;
}

static bool end_in(uint32_t minute, uint32_t next, uint32_t now, uint32_t keep, uint32_t minutes,
                   uint32_t shift) {
    uint64_t end = next_end(minute, minutes, shift);
    uint64_t oldest = now > keep ? first_end_from(now - keep, minutes, shift) : 0;
    return (end > oldest ? end : oldest) <= next;
}

bool history_needs(uint32_t minute, uint32_t next, uint32_t now) {
    if (end_in(minute, next, now, KEEP_MINUTES, 1, 0)) return true;
    if (end_in(minute, next, now, KEEP_HOURS, 60, 0)) return true;
    if (end_in(minute, next, now, KEEP_DAYS, 1440, 480)) return true;
    yz_period month = yz_period_at(YZ_WINDOW_MONTH, (int64_t)minute * 60000);
    return yz_period_end_ms(month) <= (int64_t)next * 60000;
}

static void thin(uint32_t *head, uint32_t now) {
    uint32_t count = count_of(*head), kept = 0;
    for (uint32_t i = 0; i < count; i++) {
        history_entry entry = entry_in(head, i);
        bool last = i + 1 == count;
        if (!last && !history_needs(entry.minute, entry_in(head, i + 1).minute, now)) continue;
        entry_put(head, kept++, entry);
    }
    *head = room_of(*head) << 16 | kept;
}

static void grow(pool *p, uint32_t *history) {
    uint32_t *old = *history == 0 ? NULL : head_of(p, *history);
    uint32_t count = old == NULL ? 0 : count_of(*old);
    uint32_t old_words = old == NULL ? 0 : 1 + room_of(*old) * ENTRY_WORDS;
    uint32_t words = pool_room(old == NULL ? 4 : old_words * 2);
    if (words > POOL_WORDS_MAX) words = POOL_WORDS_MAX;
    uint32_t grown = pool_take(p, words);
    uint32_t *head = head_of(p, grown);
    if (old != NULL) {
        old = head_of(p, *history);
        memcpy(head, old, (1 + (size_t)count * ENTRY_WORDS) * sizeof *head);
        pool_give(p, *history, old_words);
    }
    *head = (words - 1) / ENTRY_WORDS << 16 | count;
    *history = grown;
}

// A thousand years of months do not fit: the oldest go.
static void forget_oldest(uint32_t *head) {
    uint32_t count = count_of(*head), gone = count / 4;
    memmove(head + 1, head + 1 + (size_t)gone * ENTRY_WORDS,
            (size_t)(count - gone) * ENTRY_WORDS * sizeof *head);
    *head -= gone;
}

// Room for one entry more.
static uint32_t *with_room(pool *p, uint32_t *history, uint32_t now) {
    uint32_t *head = *history == 0 ? NULL : head_of(p, *history);
    if (head != NULL && count_of(*head) < room_of(*head)) return head;
    if (head != NULL && count_of(*head) >= THIN_FROM) {
        thin(head, now);
        // Half full after thinning is room enough; more would be thinned again too soon.
        if (count_of(*head) <= room_of(*head) / 2) return head;
        if (room_of(*head) >= ENTRIES_MAX) {
            if (count_of(*head) > ENTRIES_MAX / 4 * 3) forget_oldest(head);
            return head;
        }
    }
    grow(p, history);
    return head_of(p, *history);
}

// ---- adding and reading ----

void history_add(pool *p, uint32_t *history, uint32_t minute, int64_t by) {
    uint32_t count = history_count(p, *history);
    history_entry last = {0, 0};
    if (count > 0) {
        last = history_at(p, *history, count - 1);
        yz_check(last.minute <= minute);
        if (last.minute == minute) {
            entry_put(head_of(p, *history), count - 1, (history_entry){minute, last.value + by});
            return;
        }
    }
    uint32_t *head = with_room(p, history, minute);
    count = count_of(*head);
    entry_put(head, count, (history_entry){minute, last.value + by});
    *head += 1;
}

int64_t history_now(const pool *p, uint32_t history) {
    if (history == 0) return 0;
    const uint32_t *head = head_of(p, history);
    return entry_in(head, count_of(*head) - 1).value;
}

int64_t history_before(const pool *p, uint32_t history, uint32_t minute) {
    if (history == 0) return 0;
    const uint32_t *head = head_of(p, history);
    uint32_t low = 0, high = count_of(*head); // entries below low are before, from high on are not
    if (entry_in(head, high - 1).minute < minute) return entry_in(head, high - 1).value;
    while (low < high) {
        uint32_t middle = (low + high) / 2;
        if (entry_in(head, middle).minute < minute)
            low = middle + 1;
        else
            high = middle;
    }
    return low == 0 ? 0 : entry_in(head, low - 1).value;
}

bool history_restore(pool *p, uint32_t *history, history_entry entry) {
    uint32_t count = history_count(p, *history);
    if (count > 0 && history_at(p, *history, count - 1).minute >= entry.minute) return false;
    if (count >= ENTRIES_MAX) return false;
    if (count == 0 || count == room_of(*head_of(p, *history))) grow(p, history);
    uint32_t *head = head_of(p, *history);
    entry_put(head, count, entry);
    *head += 1;
    return true;
}

#include "engine/stats/history.h"

#include "engine/base/check.h"

#include <string.h>

#define ENTRY_WORDS 3u
#define LIST_WORDS_MAX 49152u
#define ENTRIES_MAX ((LIST_WORDS_MAX - 1) / ENTRY_WORDS)
#define THIN_FROM 40u // shorter ones just grow

#define LIST (1u << 31)

static bool is_list(const uint32_t slot[2]) {
    return (slot[0] & LIST) != 0;
}

static uint32_t *list_of(const pool *p, const uint32_t slot[2]) {
    return pool_at(p, slot[1]);
}

uint32_t history_day(uint32_t minute) {
    uint64_t begin = ((uint64_t)minute + 480) / 1440 * 1440;
    return begin < 480 ? 0 : (uint32_t)(begin - 480);
}

uint32_t history_day_number(uint32_t minute) {
    return (uint32_t)(((uint64_t)minute + 480) / 1440);
}

uint32_t history_day_minute(uint32_t day) {
    return day == 0 ? 0 : day * 1440 - 480;
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

uint32_t history_count(const pool *p, const uint32_t slot[2]) {
    if (is_list(slot)) return count_of(*list_of(p, slot));
    return slot[0] != 0;
}

static history_entry inline_entry(const uint32_t slot[2]) {
    return (history_entry){history_day_minute(slot[0] - 1), (int32_t)slot[1]};
}

history_entry history_at(const pool *p, const uint32_t slot[2], uint32_t index) {
    return is_list(slot) ? entry_in(list_of(p, slot), index) : inline_entry(slot);
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

// Another half, so that small ones stay small.
static void grow(pool *p, uint32_t slot[2]) {
    uint32_t *old = list_of(p, slot);
    uint32_t count = count_of(*old), old_words = 1 + room_of(*old) * ENTRY_WORDS;
    uint32_t words = pool_room(old_words + (old_words < 8 ? 4 : old_words / 2));
    if (words > LIST_WORDS_MAX) words = LIST_WORDS_MAX;
    uint32_t grown = pool_take(p, words);
    uint32_t *head = pool_at(p, grown);
    memcpy(head, old, (1 + (size_t)count * ENTRY_WORDS) * sizeof *head);
    *head = (words - 1) / ENTRY_WORDS << 16 | count;
    pool_give(p, slot[1], old_words);
    slot[1] = grown;
}

// A list with room for `entries`; what the slot had inline is its first one.
static void begin_list(pool *p, uint32_t slot[2], uint32_t entries) {
    uint32_t words = pool_room(1 + entries * ENTRY_WORDS);
    uint32_t piece = pool_take(p, words);
    uint32_t *head = pool_at(p, piece);
    *head = (words - 1) / ENTRY_WORDS << 16;
    if (slot[0] != 0) {
        entry_put(head, 0, inline_entry(slot));
        *head += 1;
    }
    slot[0] = LIST;
    slot[1] = piece;
}

// A thousand years of months do not fit: the oldest go.
static void forget_oldest(uint32_t *head) {
    uint32_t count = count_of(*head), gone = count / 4;
    memmove(head + 1, head + 1 + (size_t)gone * ENTRY_WORDS,
            (size_t)(count - gone) * ENTRY_WORDS * sizeof *head);
    *head -= gone;
}

// Room for one entry more.
static uint32_t *with_room(pool *p, uint32_t slot[2], uint32_t now) {
    uint32_t *head = list_of(p, slot);
    if (count_of(*head) < room_of(*head)) return head;
    if (count_of(*head) >= THIN_FROM) {
        thin(head, now);
        // Two thirds full after thinning is room enough; more would be thinned again too soon.
        if (count_of(*head) <= room_of(*head) / 3 * 2) return head;
        if (room_of(*head) >= ENTRIES_MAX) {
            if (count_of(*head) > ENTRIES_MAX / 4 * 3) forget_oldest(head);
            return head;
        }
    }
    grow(p, slot);
    return list_of(p, slot);
}

// ---- adding and reading ----

static bool fits_inline(int64_t value) {
    return value >= INT32_MIN && value <= INT32_MAX;
}

static void set_inline(uint32_t slot[2], uint32_t minute, int64_t value) {
    slot[0] = history_day_number(minute) + 1;
    slot[1] = (uint32_t)(int32_t)value;
}

static void append(pool *p, uint32_t slot[2], history_entry entry) {
    uint32_t *head = with_room(p, slot, entry.minute);
    entry_put(head, count_of(*head), entry);
    *head += 1;
}

// Nearly every add by the minute: to a list that has the minute or room for it. False: it is
// another one, and nothing was done.
static bool add_simply(const pool *p, const uint32_t slot[2], uint32_t minute, int64_t by) {
    if (!is_list(slot)) return false;
    uint32_t *head = list_of(p, slot), count = count_of(*head);
    if (count == 0) return false;
    history_entry last = entry_in(head, count - 1);
    bool same = last.minute == minute;
    if (last.minute > minute || (!same && count == room_of(*head))) return false;
    entry_put(head, same ? count - 1 : count, (history_entry){minute, last.value + by});
    *head += !same;
    return true;
}

void history_add(pool *p, uint32_t slot[2], uint32_t minute, int64_t by, bool fine) {
    if (fine && add_simply(p, slot, minute, by)) return;
    if (!fine) minute = history_day(minute);
    uint32_t count = history_count(p, slot);
    history_entry last = {0, 0};
    if (count > 0) last = history_at(p, slot, count - 1);
    yz_check(last.minute <= minute);
    bool same = count > 0 && last.minute == minute;
    history_entry next = {minute, last.value + by};
    if (!is_list(slot)) {
        if (!fine && (count == 0 || same) && fits_inline(next.value)) {
            set_inline(slot, minute, next.value);
            return;
        }
        begin_list(p, slot, 1 + count);
    }
    if (same)
        entry_put(list_of(p, slot), count - 1, next);
    else
        append(p, slot, next);
}

void history_ask(const pool *p, const uint32_t slot[2]) {
    if (is_list(slot)) __builtin_prefetch(list_of(p, slot), 1);
}

void history_ask_end(const pool *p, const uint32_t slot[2]) {
    if (!is_list(slot)) return;
    const uint32_t *head = list_of(p, slot);
    __builtin_prefetch(head + 1 + (size_t)count_of(*head) * ENTRY_WORDS, 1);
}

int64_t history_now(const pool *p, const uint32_t slot[2]) {
    if (!is_list(slot)) return slot[0] == 0 ? 0 : (int32_t)slot[1];
    const uint32_t *head = list_of(p, slot);
    return entry_in(head, count_of(*head) - 1).value;
}

int64_t history_before(const pool *p, const uint32_t slot[2], uint32_t minute) {
    if (!is_list(slot)) {
        return slot[0] != 0 && history_day_minute(slot[0] - 1) < minute ? (int32_t)slot[1] : 0;
    }
    const uint32_t *head = list_of(p, slot);
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

bool history_restore(pool *p, uint32_t slot[2], history_entry entry, bool fine) {
    uint32_t count = history_count(p, slot);
    if (count > 0 && history_at(p, slot, count - 1).minute >= entry.minute) return false;
    if (!fine && entry.minute != history_day(entry.minute)) return false;
    if (!fine && count == 0 && fits_inline(entry.value)) {
        set_inline(slot, entry.minute, entry.value);
        return true;
    }
    if (count >= ENTRIES_MAX) return false;
    if (!is_list(slot)) begin_list(p, slot, 1 + count);
    uint32_t *head = list_of(p, slot);
    if (count == room_of(*head)) grow(p, slot);
    head = list_of(p, slot);
    entry_put(head, count, entry);
    *head += 1;
    return true;
}

/* Records to statistics. Nothing a record says is believed before it is looked at: a row must be
 * one that came, a number one that can be; and at the end sums must be what their parts say. */
#include "engine/base/check.h"
#include "engine/stats/stats_form.h"

#define GAP_MAX 65536u // between the rows of records: a market tells of every one

static bool choice(uint64_t value, uint64_t count) {
    return value < count;
}

static bool is_row_or_none(uint32_t row, uint32_t count) {
    return row == YZ_ROW_NONE || row < count;
}

static bool is_cell(const yz_stats *s, uint32_t pair, uint8_t group, uint8_t type) {
    return pair < yz_cube_pairs(s->cube) && group < YZ_GROUPS && type < YZ_TYPES;
}

// A Beijing day + 1, or none; none lies ahead.
static bool is_day(const yz_stats *s, uint32_t day) {
    return day == 0 || (s->begun && day <= s->today.day + 1);
}

static bool has_seeker(const yz_stats *s, uint32_t row) {
    return slab_has(&s->seekers, row) && stats_seeker_at(s, row)->touched != 0;
}

static bool has_posting(const yz_stats *s, uint32_t row) {
    return slab_has(&s->postings, row) && stats_posting_at(s, row)->touched != 0;
}

static bool has_venue(const yz_stats *s, uint32_t row) {
    return slab_has(&s->venues, row) && stats_venue_at(s, row)->told;
}

static bool is_fair(const yz_stats *s, uint32_t row) {
    return has_venue(s, row) && stats_venue_at(s, row)->kind == YZ_VENUE_FAIR;
}

static bool take_time(yz_stats *s, yz_in *in) {
    bool begun = yz_in_bool(in);
    int64_t at_ms = (int64_t)yz_in_64(in);
    if (in->why != NULL || in->at != in->end || at_ms < 0 || at_ms > YZ_TIME_MS_MAX) return false;
    if (begun) stats_now(s, at_ms);
    return true;
}

// ---- records ----

static bool take_seeker(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in);
    stats_seeker seeker = {.pair = yz_in_32(in), .person = yz_in_32(in), .touched = yz_in_32(in)};
    seeker.group = yz_in_8(in);
    seeker.type = yz_in_8(in);
    seeker.in = yz_in_8(in);
    seeker.open = yz_in_bool(in);
    seeker.closed = yz_in_bool(in);
    seeker.skills = yz_in_bool(in);
    if (in->why != NULL || row >= YZ_RECORDS_MAX || row > slab_end(&s->seekers) + GAP_MAX ||
        has_seeker(s, row)) {
        return false;
    }
    if (!is_cell(s, seeker.pair, seeker.group, seeker.type) || seeker.touched == 0 ||
        !is_day(s, seeker.touched) || !is_row_or_none(seeker.person, YZ_DICTIONARY_MAX) ||
        !choice(seeker.in, 1u << 2 * SPANS)) {
        return false;
    }
    yz_slab_reserve(&s->seekers, row);
    *stats_seeker_at(s, row) = seeker;
    return true;
}

static bool posting_can_be(const yz_stats *s, const stats_posting *p) {
    for (uint32_t span = 0; span < SPANS; span++) {
        if (p->before[span] > YZ_OPENINGS_MAX) return false;
    }
    return is_cell(s, p->pair, 0, p->type) && p->touched != 0 && is_day(s, p->touched) &&
           is_day(s, p->posted) && is_row_or_none(p->employer, YZ_DICTIONARY_MAX) &&
           p->openings <= YZ_OPENINGS_MAX && p->counted <= YZ_OPENINGS_MAX &&
           p->filled <= YZ_OPENINGS_MAX && p->in <= ALL_SPANS && !(p->open && p->over) &&
           (p->venue == NO_VENUE || has_venue(s, p->venue));
}

static bool take_posting(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in);
    stats_posting p = {.pair = yz_in_32(in), .next_open = YZ_ROW_NONE, .prev_open = YZ_ROW_NONE};
    p.employer = yz_in_32(in);
    p.openings = yz_in_32(in);
    p.counted = yz_in_32(in);
    p.filled = yz_in_32(in);
    for (uint32_t span = 0; span < SPANS; span++)
        p.before[span] = yz_in_32(in);
    p.posted = yz_in_32(in);
    p.touched = yz_in_32(in);
    p.venue = yz_in_16(in);
    p.type = yz_in_8(in);
    p.in = yz_in_8(in);
    p.open = yz_in_bool(in);
    p.over = yz_in_bool(in);
    p.begins = yz_in_bool(in);
    p.skills = yz_in_bool(in);
    if (in->why != NULL || row >= YZ_RECORDS_MAX || row > slab_end(&s->postings) + GAP_MAX ||
        has_posting(s, row) || !posting_can_be(s, &p)) {
        return false;
    }
    yz_slab_reserve(&s->postings, row);
    *stats_posting_at(s, row) = p;
    if (p.open) stats_open_link(s, row);
    stats_vacant_days_add(s, &p, stats_vacant_days(&p));
    return true;
}

static bool take_homes(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in);
    posting_homes homes;
    bool right = true;
    for (uint32_t span = 0; span < SPANS; span++)
        homes.pair[span] = yz_in_32(in);
    for (uint32_t span = 0; span < SPANS; span++) {
        homes.type[span] = yz_in_8(in);
        right &= is_cell(s, homes.pair[span], 0, homes.type[span]);
    }
    if (in->why != NULL || !right || !has_posting(s, row)) return false;
    stats_posting *p = stats_posting_at(s, row);
    if (p->homes != 0) return false;
    p->homes = pool_take(&s->links, LINK_WORDS);
    *(posting_homes *)link_at(s, p->homes) = homes;
    return true;
}

static bool take_hired(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in);
    hired_link link = {.posting = yz_in_32(in), .pair = yz_in_32(in)};
    link.group = yz_in_8(in);
    link.type = yz_in_8(in);
    if (in->why != NULL || !has_seeker(s, row) || !has_posting(s, link.posting) ||
        !is_cell(s, link.pair, link.group, link.type)) {
        return false;
    }
    stats_seeker *seeker = stats_seeker_at(s, row);
    link.next = seeker->hired;
    seeker->hired = pool_take(&s->links, LINK_WORDS);
    *(hired_link *)link_at(s, seeker->hired) = link;
    return true;
}

static bool take_cohort(yz_stats *s, yz_in *in) {
    bool is_person = yz_in_bool(in);
    uint32_t row = yz_in_32(in);
    cohort c = {.pair = yz_in_32(in), .day = yz_in_32(in)};
    c.group = yz_in_8(in);
    c.type = yz_in_8(in);
    c.has_signed = yz_in_bool(in);
    bool there = is_person ? row < YZ_DICTIONARY_MAX : has_seeker(s, row);
    if (in->why != NULL || !there || !is_cell(s, c.pair, c.group, c.type) || c.day == 0 ||
        !is_day(s, c.day)) {
        return false;
    }
    cohort *latest = stats_cohort_of(s, is_person, row);
    if (latest->day >= c.day) return false;
    if (latest->day != 0) {
        c.next = pool_take(&s->links, LINK_WORDS);
        *(cohort *)link_at(s, c.next) = *latest;
    }
    *latest = c;
    return true;
}

// ---- skills, durations ----

static bool take_table(yz_stats *s, yz_in *in) {
    uint8_t level = yz_in_8(in);
    yz_text code = yz_in_text(in);
    return in->why == NULL && skills_restore_table(&s->skills, code, level);
}

static bool take_skill(yz_stats *s, yz_in *in) {
    uint32_t table = yz_in_32(in), skill = yz_in_32(in);
    skill_need need = {.demand = (int64_t)yz_in_64(in)};
    need.supply = (int64_t)yz_in_64(in);
    return in->why == NULL && need.demand >= 0 && need.supply >= 0 &&
           skills_restore(&s->skills, table, skill, need);
}

static bool take_fill(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in), key = yz_in_32(in);
    history_entry entry = {.minute = yz_in_32(in)};
    entry.value = (int64_t)yz_in_64(in);
    return in->why == NULL && row < yz_cube_rows(s->cube) && s->begun &&
           entry.minute <= s->minute && fills_restore(&s->fills, row, key, entry);
}

// ---- venues ----

static bool take_venue(yz_stats *s, yz_in *in) {
    uint32_t row = yz_in_32(in);
    stats_venue v = {.told = true, .kind = yz_in_8(in)};
    v.channel = yz_in_8(in);
    v.closed = yz_in_bool(in);
    v.division = yz_in_32(in);
    v.pair = yz_in_32(in);
    v.from_ms = (int64_t)yz_in_64(in);
    v.to_ms = (int64_t)yz_in_64(in);
    v.closed_ms = (int64_t)yz_in_64(in);
    v.employers = (int64_t)yz_in_64(in);
    v.postings = (int64_t)yz_in_64(in);
    v.openings = (int64_t)yz_in_64(in);
    v.day = yz_in_32(in);
    if (in->why != NULL || row >= NO_VENUE || has_venue(s, row) || !is_day(s, v.day)) return false;
    if ((v.kind != YZ_VENUE_STATION && v.kind != YZ_VENUE_FAIR) ||
        !is_row_or_none(v.division, YZ_DICTIONARY_MAX) ||
        v.pair >= yz_cube_pairs(s->station_cube) || v.from_ms < YZ_TIME_MS_MIN ||
        v.to_ms < YZ_TIME_MS_MIN || v.to_ms > YZ_TIME_MS_MAX) {
        return false;
    }
    yz_slab_reserve(&s->venues, row);
    *stats_venue_at(s, row) = v;
    return true;
}

static bool take_venue_count(yz_stats *s, yz_in *in) {
    uint32_t venue = yz_in_32(in), counter = yz_in_8(in);
    history_entry entry = {.minute = yz_in_32(in)};
    entry.value = (int64_t)yz_in_64(in);
    if (in->why != NULL || !has_venue(s, venue) || counter >= VENUE_COUNTERS ||
        entry.minute > s->minute) {
        return false;
    }
    return history_restore(&s->histories, stats_venue_at(s, venue)->counts[counter], entry, true);
}

static bool take_entry(yz_stats *s, yz_in *in) {
    uint32_t venue = yz_in_32(in), employer = yz_in_32(in);
    bool in_chain = yz_in_bool(in);
    if (in->why != NULL || !is_fair(s, venue) || !is_row_or_none(employer, YZ_DICTIONARY_MAX)) {
        return false;
    }
    if (employer == YZ_ROW_NONE && (in_chain || stats_venue_at(s, venue)->named != 0)) return false;
    uint32_t number = stats_entry_add(s, venue, employer);
    if (!in_chain) return true;
    stats_employer *of = stats_employer_of(s, employer);
    fair_entry *e = fair_entry_at(s, number);
    e->in_chain = true;
    e->next_of_employer = of->entries;
    of->entries = number + 1;
    return true;
}

static bool take_booth(yz_stats *s, yz_in *in) {
    uint32_t venue = yz_in_32(in), booth = yz_in_32(in), employer = yz_in_32(in);
    if (in->why != NULL || !is_fair(s, venue) || booth >= YZ_BOOTHS_MAX ||
        employer >= YZ_DICTIONARY_MAX) {
        return false;
    }
    const stats_venue *v = stats_venue_at(s, venue);
    if (booth < v->booth_count && v->booths[booth] != YZ_ROW_NONE) return false;
    stats_booth_put(s, venue, booth, employer);
    return true;
}

static bool take_link(yz_stats *s, yz_in *in) {
    uint32_t entry = yz_in_32(in), posting = yz_in_32(in);
    bool off = yz_in_bool(in);
    return in->why == NULL && entry < s->entry_count && has_posting(s, posting) &&
           stats_fair_link(s, entry, posting, off);
}

static bool take_joined(yz_stats *s, yz_in *in) {
    uint32_t venue = yz_in_32(in), seeker = yz_in_32(in);
    bool dispatched = yz_in_bool(in);
    if (in->why != NULL || !has_venue(s, venue) || seeker >= YZ_RECORDS_MAX) return false;
    stats_venue *v = stats_venue_at(s, venue);
    return stats_bitmap_add(&v->joined, seeker) &&
           (!dispatched || stats_bitmap_add(&v->dispatched, seeker));
}

distinct *stats_distinct_at(yz_stats *s, bool of_venue, uint32_t row, bool yearly) {
    distinct_scope *scope;
    if (of_venue) {
        if (!has_venue(s, row)) return NULL;
        scope = &stats_venue_at(s, row)->persons;
    } else {
        if (row >= yz_cube_node_count(s->station_cube)) return NULL;
        yz_slab_reserve(&s->scopes, row);
        scope = yz_slab_at(&s->scopes, row);
    }
    return yearly ? &scope->year : &scope->month;
}

static bool take_distinct(yz_stats *s, yz_in *in, bool present) {
    bool of_venue = yz_in_bool(in);
    uint32_t row = yz_in_32(in);
    bool yearly = yz_in_bool(in);
    uint32_t period = yz_in_32(in), value = yz_in_32(in);
    if (in->why != NULL || period > (yearly ? s->today.year : s->today.month)) return false;
    distinct *d = stats_distinct_at(s, of_venue, row, yearly);
    if (d == NULL) return false;
    if (!present) return stats_distinct_restore(d, (distinct_past){period, value});
    if (d->count > 0 && d->period != period) return false;
    if (d->past_count > 0 && d->past[d->past_count - 1].period >= period) return false;
    d->period = period;
    d->count += 1;
    return stats_bitmap_add(&d->persons, value);
}

// ---- all of it ----

static bool take_entries(yz_stats *s, char kind, yz_in *in) {
    bool right = true;
    while (right && in->at < in->end) {
        switch (kind) {
        case 'T': right = take_time(s, in); break;
        case 'V': right = take_venue(s, in); break;
        case 'W': right = take_venue_count(s, in); break;
        case 'S': right = take_seeker(s, in); break;
        case 'P': right = take_posting(s, in); break;
        case 'M': right = take_homes(s, in); break;
        case 'H': right = take_hired(s, in); break;
        case 'K': right = take_cohort(s, in); break;
        case 'L': right = take_table(s, in); break;
        case 'D': right = take_skill(s, in); break;
        case 'F': right = take_fill(s, in); break;
        case 'E': right = take_entry(s, in); break;
        case 'B': right = take_booth(s, in); break;
        case 'N': right = take_link(s, in); break;
        case 'J': right = take_joined(s, in); break;
        case 'G': right = take_distinct(s, in, false); break;
        case 'Q': right = take_distinct(s, in, true); break;
        default: return false;
        }
    }
    return right;
}

bool yz_stats_restore(yz_stats *s, const void *record, uint32_t size) {
    const unsigned char *bytes = record;
    if (size <= 1 + STATS_CRC_BYTES || size > YZ_STATS_RECORD_MAX) return false;
    size -= STATS_CRC_BYTES;
    if (yz_get32(bytes + size) != yz_crc32c(0, bytes, size)) return false;
    const char *place = strchr(STATS_KINDS, bytes[0]);
    if (bytes[0] == 0 || place == NULL) return false;
    uint32_t order = (uint32_t)(place - STATS_KINDS) + 1;
    bool is_first = s->restored == 0;
    if (order < s->restored || is_first != (bytes[0] == 'T')) return false;
    s->restored = order;
    if (bytes[0] == 'c') return yz_cube_restore(s->cube, bytes + 1, size - 1);
    if (bytes[0] == 'v') return yz_cube_restore(s->station_cube, bytes + 1, size - 1);
    yz_in in = {bytes + 1, bytes + size, NULL};
    return take_entries(s, (char)bytes[0], &in);
}

static int64_t everywhere(const yz_stats *s, uint32_t counter) {
    return yz_cube_now(s->cube, counter, (yz_cell){0, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL});
}

static bool seekers_add_up(const yz_stats *s) {
    int64_t open = 0, hired = 0;
    for (uint32_t row = 0; row < slab_end(&s->seekers); row++) {
        const stats_seeker *seeker = stats_seeker_at(s, row);
        open += seeker->open;
        for (uint32_t next = seeker->hired; next != 0;) {
            hired += 1;
            next = ((const hired_link *)link_at(s, next))->next;
        }
    }
    return open == everywhere(s, COUNT_REGISTERED) + everywhere(s, COUNT_OPEN) &&
           hired == everywhere(s, COUNT_PLACED) - everywhere(s, COUNT_LEFT);
}

static bool postings_add_up(const yz_stats *s) {
    int64_t open = 0, vacant = 0;
    for (uint32_t row = 0; row < slab_end(&s->postings); row++) {
        const stats_posting *p = stats_posting_at(s, row);
        open += p->open;
        vacant += stats_vacant(p);
    }
    return open == everywhere(s, COUNT_POSTED) + everywhere(s, COUNT_POSTINGS) &&
           vacant == everywhere(s, COUNT_POSTED_OPENINGS) + everywhere(s, COUNT_VACANT);
}

static bool fills_add_up(const yz_stats *s) {
    uint32_t row = yz_cube_row(s->cube, 0, YZ_OCCUPATION_ALL);
    const uint32_t *keys, *histories;
    uint32_t count = row == YZ_ROW_NONE ? 0 : fills_keys(&s->fills, row, &keys, &histories);
    int64_t sum = 0;
    for (uint32_t i = 0; i < count; i++)
        sum += history_now(&s->fills.histories, histories + 2 * (size_t)i);
    return sum == everywhere(s, COUNT_PLACED);
}

bool yz_stats_restored(yz_stats *s) {
    return yz_cube_restored(s->cube) && yz_cube_restored(s->station_cube) && seekers_add_up(s) &&
           postings_add_up(s) && fills_add_up(s) && stats_fairs_add_up(s);
}

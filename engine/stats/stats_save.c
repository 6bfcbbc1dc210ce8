/* Statistics to records: stats_form.h draws them. */
#include "engine/base/check.h"
#include "engine/stats/stats_form.h"

#include "engine/base/alloc.h"

typedef bool (*put_record)(void *context, const void *record, uint32_t size);

typedef struct writer {
    put_record put;
    void *context;
    unsigned char bytes[YZ_STATS_RECORD_MAX];
    yz_out out;
    char kind; // of the record begun; 0: none
    bool failed;
} writer;

static void flush(writer *w) {
    if (w->kind == 0) return;
    uint32_t size = (uint32_t)(w->out.at - w->bytes);
    yz_check(!w->out.full && size + STATS_CRC_BYTES <= sizeof w->bytes);
    yz_put32(w->bytes + size, yz_crc32c(0, w->bytes, size));
    w->kind = 0;
    if (!w->failed) w->failed = !w->put(w->context, w->bytes, size + STATS_CRC_BYTES);
}

// Where the next entry of a kind is written.
static yz_out *entry(writer *w, char kind, uint32_t size) {
    size_t left = (size_t)(w->bytes + sizeof w->bytes - w->out.at);
    if (w->kind != kind || left < size + STATS_CRC_BYTES) {
        flush(w);
        w->out = (yz_out){w->bytes, w->bytes + sizeof w->bytes, false};
        yz_out_8(&w->out, (uint8_t)kind);
        w->kind = kind;
    }
    return &w->out;
}

static void save_time(const yz_stats *s, writer *w) {
    yz_out *out = entry(w, 'T', 9);
    yz_out_8(out, s->begun);
    yz_out_64(out, (uint64_t)s->at_ms);
    flush(w);
}

// ---- cubes ----

static bool put_nested(writer *w, char kind, const void *record, uint32_t size) {
    memcpy(yz_out_take(entry(w, kind, size), size), record, size);
    flush(w);
    return !w->failed;
}

static bool put_cube(void *context, const void *record, uint32_t size) {
    return put_nested(context, 'c', record, size);
}

static bool put_station_cube(void *context, const void *record, uint32_t size) {
    return put_nested(context, 'v', record, size);
}

// ---- records ----

static void save_seekers(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->seekers); row++) {
        const stats_seeker *seeker = stats_seeker_at(s, row);
        if (seeker->touched == 0) continue;
        yz_out *out = entry(w, 'S', 22);
        yz_out_32(out, row);
        yz_out_32(out, seeker->pair);
        yz_out_32(out, seeker->person);
        yz_out_32(out, seeker->touched);
        yz_out_8(out, seeker->group);
        yz_out_8(out, seeker->type);
        yz_out_8(out, seeker->in);
        yz_out_8(out, seeker->open);
        yz_out_8(out, seeker->closed);
        yz_out_8(out, seeker->skills);
    }
}

static void save_postings(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->postings); row++) {
        const stats_posting *p = stats_posting_at(s, row);
        if (p->touched == 0) continue;
        yz_out *out = entry(w, 'P', 52);
        yz_out_32(out, row);
        yz_out_32(out, p->pair);
        yz_out_32(out, p->employer);
        yz_out_32(out, p->openings);
        yz_out_32(out, p->counted);
        yz_out_32(out, p->filled);
        for (uint32_t span = 0; span < SPANS; span++)
            yz_out_32(out, p->before[span]);
        yz_out_32(out, p->posted);
        yz_out_32(out, p->touched);
        yz_out_16(out, p->venue);
        yz_out_8(out, p->type);
        yz_out_8(out, p->in);
        yz_out_8(out, p->open);
        yz_out_8(out, p->over);
        yz_out_8(out, p->begins);
        yz_out_8(out, p->skills);
    }
}

static void save_homes(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->postings); row++) {
        const stats_posting *p = stats_posting_at(s, row);
        if (p->homes == 0) continue;
        const posting_homes *homes = link_at(s, p->homes);
        yz_out *out = entry(w, 'M', 19);
        yz_out_32(out, row);
        for (uint32_t span = 0; span < SPANS; span++)
            yz_out_32(out, homes->pair[span]);
        for (uint32_t span = 0; span < SPANS; span++)
            yz_out_8(out, homes->type[span]);
    }
}

static void save_hired(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->seekers); row++) {
        for (uint32_t next = stats_seeker_at(s, row)->hired; next != 0;) {
            const hired_link *link = link_at(s, next);
            yz_out *out = entry(w, 'H', 14);
            yz_out_32(out, row);
            yz_out_32(out, link->posting);
            yz_out_32(out, link->pair);
            yz_out_8(out, link->group);
            yz_out_8(out, link->type);
            next = link->next;
        }
    }
}

static void save_cohort(const yz_stats *s, writer *w, bool is_person, uint32_t row,
                        const cohort *c) {
    if (c->day == 0) return;
    if (c->next != 0) save_cohort(s, w, is_person, row, link_at(s, c->next)); // a few at most
    yz_out *out = entry(w, 'K', 16);
    yz_out_8(out, is_person);
    yz_out_32(out, row);
    yz_out_32(out, c->pair);
    yz_out_32(out, c->day);
    yz_out_8(out, c->group);
    yz_out_8(out, c->type);
    yz_out_8(out, c->has_signed);
}

static void save_cohorts(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->persons); row++)
        save_cohort(s, w, true, row, yz_slab_at(&s->persons, row));
    for (uint32_t row = 0; row < slab_end(&s->selves); row++)
        save_cohort(s, w, false, row, yz_slab_at(&s->selves, row));
}

// ---- skills, durations ----

static void save_page(const skill_page *page, writer *w, uint32_t table, uint32_t first) {
    for (uint32_t i = 0; i < SKILL_PAGE; i++) {
        skill_need need = page->need[i];
        if (need.demand == 0 && need.supply == 0) continue;
        yz_out *out = entry(w, 'D', 24);
        yz_out_32(out, table);
        yz_out_32(out, first + i);
        yz_out_64(out, (uint64_t)need.demand);
        yz_out_64(out, (uint64_t)need.supply);
    }
}

static void save_skills(const yz_stats *s, writer *w) {
    for (uint32_t table = 0; table < skills_table_count(&s->skills); table++) {
        uint8_t level;
        yz_text code = skills_table_code(&s->skills, table, &level);
        yz_out *out = entry(w, 'L', 3 + code.size);
        yz_out_8(out, level);
        yz_out_text(out, code);
        flush(w);
    }
    for (uint32_t table = 0; table < skills_table_count(&s->skills); table++) {
        for (uint32_t page = 0; page < SKILL_PAGES; page++) {
            const skill_page *part = skills_page(&s->skills, table, page);
            if (part != NULL) save_page(part, w, table, page * SKILL_PAGE);
        }
    }
}

static void save_fills(const yz_stats *s, writer *w) {
    const uint32_t *keys, *histories;
    for (uint32_t row = 0; row < yz_cube_rows(s->cube); row++) {
        uint32_t count = fills_keys(&s->fills, row, &keys, &histories);
        for (uint32_t i = 0; i < count; i++) {
            const uint32_t *history = histories + 2 * (size_t)i;
            uint32_t entries = history_count(&s->fills.histories, history);
            for (uint32_t e = 0; e < entries; e++) {
                history_entry h = history_at(&s->fills.histories, history, e);
                yz_out *out = entry(w, 'F', 20);
                yz_out_32(out, row);
                yz_out_32(out, keys[i]);
                yz_out_32(out, h.minute);
                yz_out_64(out, (uint64_t)h.value);
            }
        }
    }
}

// ---- venues ----

static void save_venues(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        const stats_venue *v = stats_venue_at(s, row);
        if (!v->told) continue;
        yz_out *out = entry(w, 'V', 67);
        yz_out_32(out, row);
        yz_out_8(out, v->kind);
        yz_out_8(out, v->channel);
        yz_out_8(out, v->closed);
        yz_out_32(out, v->division);
        yz_out_32(out, v->pair);
        yz_out_64(out, (uint64_t)v->from_ms);
        yz_out_64(out, (uint64_t)v->to_ms);
        yz_out_64(out, (uint64_t)v->closed_ms);
        yz_out_64(out, (uint64_t)v->employers);
        yz_out_64(out, (uint64_t)v->postings);
        yz_out_64(out, (uint64_t)v->openings);
        yz_out_32(out, v->day);
    }
}

static void save_venue_counts(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        for (uint32_t counter = 0; counter < VENUE_COUNTERS; counter++) {
            const uint32_t *history = stats_venue_at(s, row)->counts[counter];
            for (uint32_t i = 0; i < history_count(&s->histories, history); i++) {
                history_entry h = history_at(&s->histories, history, i);
                yz_out *out = entry(w, 'W', 17);
                yz_out_32(out, row);
                yz_out_8(out, (uint8_t)counter);
                yz_out_32(out, h.minute);
                yz_out_64(out, (uint64_t)h.value);
            }
        }
    }
}

// The last of the chain first: each one that is restored comes before those that are there, so the
// chain is as it was, and saved again gives the same bytes.
static void save_links(const yz_stats *s, writer *w, uint32_t number) {
    uint32_t count = 0;
    for (uint32_t next = fair_entry_at(s, number)->links; next != 0; count++) {
        next = ((const fair_link *)link_at(s, next))->next_of_entry;
    }
    uint32_t *chain = yz_alloc(((size_t)count + 1) * sizeof *chain);
    uint32_t next = fair_entry_at(s, number)->links;
    for (uint32_t i = 0; i < count; i++) {
        chain[i] = next;
        next = ((const fair_link *)link_at(s, next))->next_of_entry;
    }
    for (uint32_t i = count; i-- > 0;) {
        const fair_link *link = link_at(s, chain[i]);
        yz_out *out = entry(w, 'N', 9);
        yz_out_32(out, number);
        yz_out_32(out, link->posting);
        yz_out_8(out, link->entry_off & 1);
    }
    yz_free(chain);
}

static void save_fairs(const yz_stats *s, writer *w) {
    for (uint32_t number = 0; number < s->entry_count; number++) {
        const fair_entry *e = fair_entry_at(s, number);
        yz_out *out = entry(w, 'E', 9);
        yz_out_32(out, e->venue);
        yz_out_32(out, e->employer);
        yz_out_8(out, e->in_chain);
    }
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        const stats_venue *v = stats_venue_at(s, row);
        for (uint32_t booth = 0; booth < v->booth_count; booth++) {
            if (v->booths[booth] == YZ_ROW_NONE) continue;
            yz_out *out = entry(w, 'B', 12);
            yz_out_32(out, row);
            yz_out_32(out, booth);
            yz_out_32(out, v->booths[booth]);
        }
    }
    for (uint32_t number = 0; number < s->entry_count; number++)
        save_links(s, w, number);
}

typedef struct bitmap_writer {
    const yz_stats *stats;
    writer *w;
    const stats_venue *venue; // of J
    uint32_t row;
    const distinct *persons; // of Q
    bool of_venue, yearly;
} bitmap_writer;

static bool put_joined(uint32_t seeker, void *context) {
    const bitmap_writer *b = context;
    const roaring_bitmap_t *dispatched = b->venue->dispatched;
    yz_out *out = entry(b->w, 'J', 9);
    yz_out_32(out, b->row);
    yz_out_32(out, seeker);
    yz_out_8(out, dispatched != NULL && roaring_bitmap_contains(dispatched, seeker));
    return true;
}

static void put_count(writer *w, char kind, bool of_venue, uint32_t row, bool yearly,
                      uint32_t period, uint32_t count) {
    yz_out *out = entry(w, kind, 14);
    yz_out_8(out, of_venue);
    yz_out_32(out, row);
    yz_out_8(out, yearly);
    yz_out_32(out, period);
    yz_out_32(out, count);
}

static bool put_person(uint32_t person, void *context) {
    const bitmap_writer *b = context;
    put_count(b->w, 'Q', b->of_venue, b->row, b->yearly, b->persons->period, person);
    return true;
}

static void save_past(writer *w, const distinct *d, bool of_venue, uint32_t row, bool yearly) {
    for (uint32_t i = 0; i < d->past_count; i++)
        put_count(w, 'G', of_venue, row, yearly, d->past[i].period, d->past[i].count);
}

static void save_present(writer *w, const distinct *d, bool of_venue, uint32_t row, bool yearly) {
    bitmap_writer b = {.w = w, .row = row, .persons = d, .of_venue = of_venue, .yearly = yearly};
    if (d->persons != NULL) roaring_iterate(d->persons, put_person, &b);
}

typedef void (*save_distinct)(writer *w, const distinct *d, bool of_venue, uint32_t row,
                              bool yearly);

static void save_scopes(const yz_stats *s, writer *w, save_distinct save) {
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        const stats_venue *v = stats_venue_at(s, row);
        save(w, &v->persons.month, true, row, false);
        save(w, &v->persons.year, true, row, true);
    }
    for (uint32_t node = 0; node < slab_end(&s->scopes); node++) {
        const distinct_scope *scope = yz_slab_at(&s->scopes, node);
        save(w, &scope->month, false, node, false);
        save(w, &scope->year, false, node, true);
    }
}

static void save_stations(const yz_stats *s, writer *w) {
    for (uint32_t row = 0; row < slab_end(&s->venues); row++) {
        const stats_venue *v = stats_venue_at(s, row);
        bitmap_writer b = {.w = w, .venue = v, .row = row};
        if (v->joined != NULL) roaring_iterate(v->joined, put_joined, &b);
    }
    save_scopes(s, w, save_past);
    save_scopes(s, w, save_present);
}

bool yz_stats_save(const yz_stats *s, put_record put, void *context) {
    writer w = {.put = put, .context = context};
    w.out = (yz_out){w.bytes, w.bytes, false};
    save_time(s, &w);
    if (!yz_cube_save(s->cube, put_cube, &w)) return false;
    if (!yz_cube_save(s->station_cube, put_station_cube, &w)) return false;
    save_venues(s, &w);
    save_venue_counts(s, &w);
    save_seekers(s, &w);
    save_postings(s, &w);
    save_homes(s, &w);
    save_hired(s, &w);
    save_cohorts(s, &w);
    save_skills(s, &w);
    save_fills(s, &w);
    save_fairs(s, &w);
    save_stations(s, &w);
    flush(&w);
    return !w.failed;
}

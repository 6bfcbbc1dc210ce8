/* The fingerprint of the statistics: a sum over everything, each thing by the ids of what it is
 * about, as it would be read at a time. What was put back, thinned or forgotten already, and what
 * would be at the next look, make no difference. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"
#include "engine/stats/stats_inner.h"

#define THING_BYTES_MAX 1024u

typedef struct printer {
    const yz_stats *stats;
    stats_day today;
    uint32_t minute; // now
    yz_print sum;
    unsigned char bytes[THING_BYTES_MAX]; // of the thing at hand
    yz_out out;
} printer;

// ---- one thing ----

static void begin(printer *p, char role) {
    p->out = (yz_out){p->bytes, p->bytes + sizeof p->bytes, false};
    yz_out_8(&p->out, (uint8_t)role);
}

static void number(printer *p, int64_t value) {
    yz_out_64(&p->out, (uint64_t)value);
}

static void name(printer *p, yz_text (*of)(void *context, uint32_t row), uint32_t row) {
    yz_out_8(&p->out, row != YZ_ROW_NONE);
    if (row != YZ_ROW_NONE) yz_out_text(&p->out, of(p->stats->names.context, row));
}

static void cell(printer *p, const yz_cube *cube, uint32_t pair, uint8_t group, uint8_t type) {
    uint32_t division, occupation;
    yz_cube_pair_is(cube, pair, &division, &occupation);
    name(p, p->stats->names.division, division);
    name(p, p->stats->names.occupation, occupation);
    number(p, group);
    number(p, type);
}

static void end(printer *p) {
    yz_check(!p->out.full);
    yz_print_add(&p->sum, yz_print_of(p->bytes, (size_t)(p->out.at - p->bytes)));
}

// ---- records ----

static void print_seeker(printer *p, uint32_t row) {
    stats_seeker seeker = *stats_seeker_at(p->stats, row);
    if (seeker.touched == 0) return;
    stats_seeker_roll(&p->today, &seeker);
    begin(p, 'S');
    name(p, p->stats->names.seeker, row);
    name(p, p->stats->names.person, seeker.person);
    cell(p, p->stats->cube, seeker.pair, seeker.group, seeker.type);
    number(p, seeker.in);
    number(p, seeker.open | seeker.closed << 1 | seeker.skills << 2);
    end(p);
    for (uint32_t next = seeker.hired; next != 0;) {
        const hired_link *link = link_at(p->stats, next);
        begin(p, 'H');
        name(p, p->stats->names.seeker, row);
        name(p, p->stats->names.posting, link->posting);
        cell(p, p->stats->cube, link->pair, link->group, link->type);
        end(p);
        next = link->next;
    }
}

// What it counts for in a span that it counts in, and where.
static void print_demand(printer *p, const stats_posting *posting, uint32_t w) {
    bool has_begun = (stats_new_spans(&p->today, posting->touched) >> w & 1) != 0;
    bool counts = has_begun ? posting->open : (posting->in & OPEN_IN(w)) != 0;
    number(p, has_begun ? posting->filled : posting->before[w]);
    number(p, counts);
    if (!counts) return;
    const posting_homes *homes =
        posting->homes == 0 || has_begun ? NULL : link_at(p->stats, posting->homes);
    cell(p, p->stats->cube, homes == NULL ? posting->pair : homes->pair[w], 0,
         homes == NULL ? posting->type : homes->type[w]);
    number(p, posting->counted);
}

static void print_posting(printer *p, uint32_t row) {
    const stats_posting *posting = stats_posting_at(p->stats, row);
    if (posting->touched == 0) return;
    begin(p, 'P');
    name(p, p->stats->names.posting, row);
    name(p, p->stats->names.employer, posting->employer);
    name(p, p->stats->names.venue, posting->venue == NO_VENUE ? YZ_ROW_NONE : posting->venue);
    cell(p, p->stats->cube, posting->pair, 0, posting->type);
    number(p, posting->openings);
    number(p, posting->filled);
    number(p, posting->posted);
    number(p, posting->open | posting->over << 1 | posting->begins << 2 | posting->skills << 3);
    for (uint32_t w = 0; w < SPANS; w++)
        print_demand(p, posting, w);
    end(p);
}

static void print_cohort(printer *p, bool is_person, uint32_t row, const cohort *c) {
    bool in_reach = c->day != 0 && p->today.day + 1 - c->day <= COHORT_DAYS;
    if (!in_reach) return; // those before are not, either
    begin(p, 'K');
    name(p, is_person ? p->stats->names.person : p->stats->names.seeker, row);
    number(p, is_person);
    cell(p, p->stats->cube, c->pair, c->group, c->type);
    number(p, c->day);
    number(p, c->has_signed);
    end(p);
    if (c->next != 0) print_cohort(p, is_person, row, link_at(p->stats, c->next));
}

// ---- skills, durations ----

static void print_skills(printer *p) {
    const skill_tables *skills = &p->stats->skills;
    for (uint32_t table = 0; table < skills_table_count(skills); table++) {
        uint8_t level;
        yz_text code = skills_table_code(skills, table, &level);
        for (uint32_t skill = 0; skill < SKILL_PAGES * SKILL_PAGE; skill++) {
            const skill_page *page = skills_page(skills, table, skill / SKILL_PAGE);
            skill_need need = page == NULL ? (skill_need){0} : page->need[skill % SKILL_PAGE];
            if (need.demand == 0 && need.supply == 0) continue;
            begin(p, 'D');
            number(p, level);
            yz_out_text(&p->out, code);
            name(p, p->stats->names.skill, skill);
            number(p, need.demand);
            number(p, need.supply);
            end(p);
        }
    }
}

// The entries of a history that are needed now, each with what was written before them.
static void print_history(printer *p, const pool *histories, const uint32_t *history) {
    uint32_t count = history_count(histories, history);
    unsigned char *begun = p->out.at;
    for (uint32_t i = 0; i < count; i++) {
        history_entry entry = history_at(histories, history, i);
        uint32_t next = i + 1 < count ? history_at(histories, history, i + 1).minute : 0;
        if (i + 1 < count && !history_needs(entry.minute, next, p->minute)) continue;
        p->out.at = begun;
        number(p, entry.minute);
        number(p, entry.value);
        end(p);
    }
}

// As thinned now; a key after the other.
static void print_fill(printer *p, uint32_t row, const fill_entry *entry, const fill_entry *next) {
    uint32_t of, occupation;
    if (next != NULL && next->key == entry->key &&
        !history_needs(entry->minute, next->minute, p->minute))
        return;
    yz_cube_row_is(p->stats->cube, row, &of, &occupation);
    begin(p, 'F');
    yz_out_text(&p->out, yz_cube_node_code(p->stats->cube, of));
    number(p, occupation == YZ_OCCUPATION_ALL);
    if (occupation != YZ_OCCUPATION_ALL) name(p, p->stats->names.occupation, occupation);
    number(p, entry->key);
    number(p, entry->minute);
    number(p, entry->value);
    end(p);
}

static void print_fills(printer *p) {
    for (uint32_t row = 0; row < yz_cube_rows(p->stats->cube); row++) {
        fill_entry *list;
        uint32_t count = fills_list(&p->stats->fills, row, &list);
        for (uint32_t i = 0; i < count; i++)
            print_fill(p, row, &list[i], i + 1 < count ? &list[i + 1] : NULL);
        yz_free(list);
    }
}

// ---- venues ----

static void print_entries(printer *p, uint32_t venue) {
    const yz_stats *s = p->stats;
    for (uint32_t next = stats_venue_at(s, venue)->entries; next != 0;) {
        const fair_entry *e = fair_entry_at(s, next - 1);
        begin(p, 'E');
        name(p, s->names.venue, venue);
        name(p, s->names.employer, e->employer);
        number(p, e->booths);
        end(p);
        for (uint32_t reference = e->links; reference != 0;) {
            const fair_link *link = link_at(s, reference);
            reference = link->next_of_entry;
            if (link->entry_off & 1) continue;
            begin(p, 'N');
            name(p, s->names.venue, venue);
            name(p, s->names.employer, e->employer);
            name(p, s->names.posting, link->posting);
            end(p);
        }
        next = e->next_of_venue;
    }
}

static void begin_distinct(printer *p, char role, uint32_t venue, uint32_t of, bool yearly,
                           uint32_t period) {
    begin(p, role);
    if (venue != YZ_ROW_NONE) {
        name(p, p->stats->names.venue, venue);
    } else {
        yz_out_text(&p->out, yz_cube_node_code(p->stats->station_cube, of));
    }
    number(p, venue != YZ_ROW_NONE);
    number(p, yearly);
    number(p, period);
}

// Of a venue, or of a node where that is none.
static void print_distinct(printer *p, const distinct *d, uint32_t venue, uint32_t of,
                           bool yearly) {
    for (uint32_t i = 0; i < d->past_count; i++) {
        begin_distinct(p, 'G', venue, of, yearly, d->past[i].period);
        number(p, d->past[i].count);
        end(p);
    }
    if (d->count == 0) return;
    begin_distinct(p, 'G', venue, of, yearly, d->period);
    number(p, d->count);
    end(p);
    if (d->period != (yearly ? p->today.year : p->today.month)) return;
    roaring_uint32_iterator_t persons;
    for (roaring_init_iterator(d->persons, &persons); persons.has_value;
         roaring_advance_uint32_iterator(&persons)) {
        begin_distinct(p, 'Q', venue, of, yearly, d->period);
        bool is_self = persons.current_value >= STATS_SELF_FROM;
        name(p, is_self ? p->stats->names.seeker : p->stats->names.person,
             persons.current_value - (is_self ? STATS_SELF_FROM : 0));
        number(p, is_self);
        end(p);
    }
}

static void print_joined(printer *p, const stats_venue *v, uint32_t row) {
    if (v->joined == NULL || v->day != p->today.day + 1) return;
    roaring_uint32_iterator_t seekers;
    for (roaring_init_iterator(v->joined, &seekers); seekers.has_value;
         roaring_advance_uint32_iterator(&seekers)) {
        begin(p, 'J');
        name(p, p->stats->names.venue, row);
        name(p, p->stats->names.seeker, seekers.current_value);
        number(p, v->dispatched != NULL &&
                      roaring_bitmap_contains(v->dispatched, seekers.current_value));
        end(p);
    }
}

static void print_venue(printer *p, uint32_t row) {
    const stats_venue *v = stats_venue_at(p->stats, row);
    if (!v->told) return;
    begin(p, 'V');
    name(p, p->stats->names.venue, row);
    name(p, p->stats->names.division, v->division);
    number(p, v->kind | v->channel << 8 | v->closed << 16);
    number(p, v->from_ms);
    number(p, v->to_ms);
    number(p, v->closed ? v->closed_ms : 0);
    number(p, v->employers);
    number(p, v->postings);
    number(p, v->openings);
    end(p);
    for (uint32_t counter = 0; counter < VENUE_COUNTERS; counter++) {
        begin(p, 'W');
        name(p, p->stats->names.venue, row);
        number(p, counter);
        print_history(p, &p->stats->histories, v->counts[counter]);
    }
    print_entries(p, row);
    print_joined(p, v, row);
    print_distinct(p, &v->persons.month, row, 0, false);
    print_distinct(p, &v->persons.year, row, 0, true);
}

// ---- all of it ----

static void print_cubes(printer *p, int64_t now_ms) {
    const yz_stats *s = p->stats;
    yz_print_add(&p->sum, yz_cube_print(s->cube, now_ms, s->names.occupation, s->names.context));
    yz_print stations =
        yz_cube_print(s->station_cube, now_ms, s->names.occupation, s->names.context);
    // Else one cube could stand for the other.
    yz_print_add(&p->sum, yz_print_member(stations, 's'));
}

yz_print yz_stats_print(const yz_stats *s, int64_t now_ms) {
    if (now_ms < 0) now_ms = 0;
    printer p = {.stats = s, .today = stats_day_at(now_ms), .minute = (uint32_t)(now_ms / 60000)};
    print_cubes(&p, now_ms);
    for (uint32_t row = 0; row < slab_end(&s->seekers); row++)
        print_seeker(&p, row);
    for (uint32_t row = 0; row < slab_end(&s->postings); row++)
        print_posting(&p, row);
    for (uint32_t row = 0; row < slab_end(&s->persons); row++)
        print_cohort(&p, true, row, yz_slab_at(&s->persons, row));
    for (uint32_t row = 0; row < slab_end(&s->selves); row++)
        print_cohort(&p, false, row, yz_slab_at(&s->selves, row));
    print_skills(&p);
    print_fills(&p);
    for (uint32_t row = 0; row < slab_end(&s->venues); row++)
        print_venue(&p, row);
    for (uint32_t node = 0; node < slab_end(&s->scopes); node++) {
        const distinct_scope *scope = yz_slab_at(&s->scopes, node);
        print_distinct(&p, &scope->month, YZ_ROW_NONE, node, false);
        print_distinct(&p, &scope->year, YZ_ROW_NONE, node, true);
    }
    return p.sum;
}

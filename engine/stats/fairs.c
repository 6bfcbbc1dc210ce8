/* What a fair counts beside the steps: employers with a booth, and their postings (S18).
 *
 *     fair -> entries    an employer that has or had a booth; one more for postings that name it
 *     entry -> links     postings that were open since the employer's first booth
 *     posting -> links   the same, from the other side
 *
 * A posting counts once, by the first of its links that counts. As long as a fair goes on its three
 * numbers are kept up; then they stay, and should it be prolonged they are counted anew. */
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/stats/stats_inner.h"

bool stats_fair_goes_on(const yz_stats *s, const stats_venue *v) {
    return v->told && v->kind == YZ_VENUE_FAIR && !v->closed && s->at_ms <= v->to_ms;
}

static bool fair_goes_on(const yz_stats *s, uint32_t venue) {
    return stats_fair_goes_on(s, stats_venue_at(s, venue));
}

// ---- entries and links ----

uint32_t stats_entry_add(yz_stats *s, uint32_t venue, uint32_t employer) {
    uint32_t number = s->entry_count++;
    yz_slab_reserve(&s->entries, number);
    stats_venue *v = stats_venue_at(s, venue);
    *fair_entry_at(s, number) =
        (fair_entry){.employer = employer, .venue = (uint16_t)venue, .next_of_venue = v->entries};
    v->entries = number + 1;
    if (employer == YZ_ROW_NONE) v->named = number + 1;
    return number;
}

static uint32_t entry_of(yz_stats *s, uint32_t venue, uint32_t employer) {
    uint32_t next = stats_venue_at(s, venue)->entries;
    for (; next != 0; next = fair_entry_at(s, next - 1)->next_of_venue) {
        if (fair_entry_at(s, next - 1)->employer == employer) return next - 1;
    }
    return stats_entry_add(s, venue, employer);
}

static fair_link *link_of(const yz_stats *s, const stats_posting *p, uint32_t entry) {
    for (uint32_t next = p->fairs; next != 0;) {
        fair_link *link = link_at(s, next);
        if (link->entry_off >> 1 == entry) return link;
        next = link->next_of_posting;
    }
    return NULL;
}

bool stats_fair_link(yz_stats *s, uint32_t entry, uint32_t posting, bool off) {
    stats_posting *p = stats_posting_at(s, posting);
    if (link_of(s, p, entry) != NULL) return false;
    fair_entry *e = fair_entry_at(s, entry);
    uint32_t reference = pool_take(&s->links, LINK_WORDS);
    *(fair_link *)link_at(s, reference) = (fair_link){.next_of_posting = p->fairs,
                                                      .next_of_entry = e->links,
                                                      .posting = posting,
                                                      .entry_off = entry << 1 | (off ? 1 : 0)};
    p->fairs = e->links = reference;
    return true;
}

static void link_once(yz_stats *s, uint32_t entry, uint32_t posting) {
    if (stats_fair_link(s, entry, posting, false)) return;
    link_of(s, stats_posting_at(s, posting), entry)->entry_off &= ~1u;
}

// The first link by which a posting counts at a fair, or NULL.
static const fair_link *counting_link(const yz_stats *s, const stats_posting *p, uint32_t venue) {
    for (uint32_t next = p->fairs; next != 0;) {
        const fair_link *link = link_at(s, next);
        const fair_entry *e = fair_entry_at(s, link->entry_off >> 1);
        bool is_named = e->employer == YZ_ROW_NONE;
        if (e->venue == venue && (is_named ? !(link->entry_off & 1) : e->booths > 0)) return link;
        next = link->next_of_posting;
    }
    return NULL;
}

// ---- the numbers of a fair ----

typedef struct fair_numbers {
    int64_t employers, postings, openings;
} fair_numbers;

static fair_numbers numbers_of(const yz_stats *s, uint32_t venue) {
    fair_numbers n = {0};
    for (uint32_t next = stats_venue_at(s, venue)->entries; next != 0;) {
        const fair_entry *e = fair_entry_at(s, next - 1);
        n.employers += e->employer != YZ_ROW_NONE && e->booths > 0;
        for (uint32_t reference = e->links; reference != 0;) {
            const fair_link *link = link_at(s, reference);
            const stats_posting *p = stats_posting_at(s, link->posting);
            if (counting_link(s, p, venue) == link) {
                n.postings += 1;
                n.openings += p->openings;
            }
            reference = link->next_of_entry;
        }
        next = e->next_of_venue;
    }
    return n;
}

uint32_t yz_stats_fair_postings(const yz_stats *s, uint32_t venue, uint32_t *postings,
                                uint32_t room) {
    uint32_t count = 0;
    if (!slab_has(&s->venues, venue)) return 0;
    for (uint32_t next = stats_venue_at(s, venue)->entries; next != 0;) {
        const fair_entry *e = fair_entry_at(s, next - 1);
        for (uint32_t reference = e->links; reference != 0;) {
            const fair_link *link = link_at(s, reference);
            if (counting_link(s, stats_posting_at(s, link->posting), venue) == link) {
                if (count < room) postings[count] = link->posting;
                count += 1;
            }
            reference = link->next_of_entry;
        }
        next = e->next_of_venue;
    }
    return count;
}

static void recount(const yz_stats *s, uint32_t venue) {
    stats_venue *v = stats_venue_at(s, venue);
    fair_numbers n = numbers_of(s, venue);
    v->employers = n.employers;
    v->postings = n.postings;
    v->openings = n.openings;
}

bool stats_fairs_add_up(const yz_stats *s) {
    for (uint32_t venue = 0; venue < slab_end(&s->venues); venue++) {
        const stats_venue *v = stats_venue_at(s, venue);
        if (!stats_fair_goes_on(s, v)) continue;
        fair_numbers n = numbers_of(s, venue);
        if (n.employers != v->employers || n.postings != v->postings || n.openings != v->openings)
            return false;
    }
    return true;
}

// A posting gets a link, or one is off: does it count now, other than before?
static void change_link(yz_stats *s, uint32_t entry, uint32_t posting, bool off) {
    stats_posting *p = stats_posting_at(s, posting);
    uint32_t venue = fair_entry_at(s, entry)->venue;
    bool did = counting_link(s, p, venue) != NULL;
    if (off) {
        fair_link *link = link_of(s, p, entry);
        if (link != NULL) link->entry_off |= 1;
    } else {
        link_once(s, entry, posting);
    }
    bool does = counting_link(s, p, venue) != NULL;
    if (did == does || !fair_goes_on(s, venue)) return;
    stats_venue *v = stats_venue_at(s, venue);
    v->postings += does ? 1 : -1;
    v->openings += does ? (int64_t)p->openings : -(int64_t)p->openings;
}

// ---- postings ----

static void openings_change(yz_stats *s, const stats_posting *p, uint32_t before) {
    for (uint32_t next = p->fairs; next != 0;) {
        const fair_link *link = link_at(s, next);
        uint32_t venue = fair_entry_at(s, link->entry_off >> 1)->venue;
        if (counting_link(s, p, venue) == link && fair_goes_on(s, venue)) {
            stats_venue_at(s, venue)->openings += (int64_t)p->openings - before;
        }
        next = link->next_of_posting;
    }
}

static void name_fair(yz_stats *s, uint32_t posting, uint32_t venue, bool off) {
    if (venue == NO_VENUE) return;
    const stats_venue *v = stats_venue_at(s, venue);
    if (v->kind != YZ_VENUE_FAIR) return;
    uint32_t entry = v->named != 0 ? v->named - 1 : stats_entry_add(s, venue, YZ_ROW_NONE);
    change_link(s, entry, posting, off);
}

// At the fairs of its employer that go on; those that are over leave the employer's chain.
static void opens_at_fairs(yz_stats *s, uint32_t posting, uint32_t employer) {
    if (!slab_has(&s->employers, employer)) return;
    stats_employer *of = yz_slab_at(&s->employers, employer);
    for (uint32_t *next = &of->entries; *next != 0;) {
        uint32_t number = *next - 1;
        fair_entry *e = fair_entry_at(s, number);
        if (fair_goes_on(s, e->venue)) {
            change_link(s, number, posting, false);
            next = &e->next_of_employer;
        } else {
            e->in_chain = false;
            *next = e->next_of_employer;
        }
    }
}

void stats_fairs_posting(yz_stats *s, uint32_t posting, const stats_posting *before) {
    const stats_posting *p = stats_posting_at(s, posting);
    if (p->fairs != 0 && p->openings != before->openings) {
        openings_change(s, p, before->openings);
    }
    if (p->venue != before->venue) {
        name_fair(s, posting, before->venue, true);
        name_fair(s, posting, p->venue, false);
    }
    bool opens = p->open && (!before->open || p->employer != before->employer);
    if (opens && p->employer != YZ_ROW_NONE) opens_at_fairs(s, posting, p->employer);
}

// ---- booths ----

// From now on the employer's postings count there when they open; those that are open do.
static void enter_fair(yz_stats *s, uint32_t entry) {
    fair_entry *e = fair_entry_at(s, entry);
    stats_employer *of = stats_employer_of(s, e->employer);
    if (!e->in_chain) {
        e->next_of_employer = of->entries;
        of->entries = entry + 1;
        e->in_chain = true;
    }
    for (uint32_t next = of->first_open; next != 0;) {
        link_once(s, entry, next - 1);
        uint32_t after = stats_posting_at(s, next - 1)->next_open;
        next = after == YZ_ROW_NONE ? 0 : after + 1;
    }
}

static uint32_t *booth_of(stats_venue *v, uint32_t booth) {
    if (booth >= v->booth_count) {
        uint32_t count = booth + 1 + booth / 2;
        v->booths = yz_realloc(v->booths, count * sizeof *v->booths);
        for (uint32_t i = v->booth_count; i < count; i++)
            v->booths[i] = YZ_ROW_NONE;
        v->booth_count = count;
    }
    return v->booths + booth;
}

void stats_booth_put(yz_stats *s, uint32_t venue, uint32_t booth, uint32_t employer) {
    uint32_t *of = booth_of(stats_venue_at(s, venue), booth);
    if (*of != YZ_ROW_NONE) fair_entry_at(s, entry_of(s, venue, *of))->booths -= 1;
    *of = employer;
    if (employer != YZ_ROW_NONE) fair_entry_at(s, entry_of(s, venue, employer))->booths += 1;
}

void yz_stats_booth(yz_stats *s, uint32_t venue, uint32_t booth, uint32_t employer, int64_t at_ms) {
    yz_check(booth < YZ_BOOTHS_MAX);
    stats_now(s, at_ms);
    if (*booth_of(stats_venue_at(s, venue), booth) == employer) return;
    stats_booth_put(s, venue, booth, employer);
    if (!fair_goes_on(s, venue)) return;
    if (employer != YZ_ROW_NONE) enter_fair(s, entry_of(s, venue, employer));
    recount(s, venue);
}

// ---- the venue ----

void yz_stats_venue(yz_stats *s, const yz_venue_fact *fact, int64_t at_ms) {
    yz_check(fact->venue < NO_VENUE);
    stats_now(s, at_ms);
    yz_slab_reserve(&s->venues, fact->venue);
    stats_venue *v = stats_venue_at(s, fact->venue);
    bool went_on = stats_fair_goes_on(s, v);
    if (fact->closed && !v->closed) v->closed_ms = s->at_ms;
    v->told = true;
    v->closed = fact->closed;
    v->kind = fact->kind;
    v->channel = fact->channel;
    v->division = fact->division;
    v->from_ms = fact->from_ms;
    v->to_ms = fact->to_ms;
    v->pair = yz_cube_pair(s->station_cube, fact->division, stats_division_code(s, fact->division),
                           YZ_ROW_NONE);
    if (went_on || !stats_fair_goes_on(s, v)) return;
    for (uint32_t next = v->entries; next != 0; next = fair_entry_at(s, next - 1)->next_of_venue) {
        if (fair_entry_at(s, next - 1)->employer != YZ_ROW_NONE) enter_fair(s, next - 1);
    }
    recount(s, fact->venue);
}

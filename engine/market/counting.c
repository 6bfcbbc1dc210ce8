#include "engine/market/counting.h"

#include "engine/market/sweep.h"

// ---- names of rows ----

static yz_text division_name(void *context, uint32_t row) {
    return dictionary_id(context, YZ_DIVISIONS, row);
}

static yz_text occupation_name(void *context, uint32_t row) {
    return dictionary_id(context, YZ_OCCUPATIONS, row);
}

static yz_text person_name(void *context, uint32_t row) {
    return dictionary_id(context, YZ_PERSONS, row);
}

static yz_text employer_name(void *context, uint32_t row) {
    return dictionary_id(context, YZ_EMPLOYERS, row);
}

static yz_text skill_name(void *context, uint32_t row) {
    return dictionary_id(context, YZ_SKILLS, row);
}

static yz_text seeker_name(void *context, uint32_t row) {
    const yz_market *m = context;
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->seeker_ids, row);
}

static yz_text posting_name(void *context, uint32_t row) {
    const yz_market *m = context;
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->posting_ids, row);
}

static yz_text venue_name(void *context, uint32_t row) {
    const yz_market *m = context;
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->venues.ids, row);
}

void counting_init(yz_market *m) {
    if (m->options.uncounted) return;
    m->stats = yz_stats_new(&(yz_stats_names){
        .division = division_name,
        .occupation = occupation_name,
        .seeker = seeker_name,
        .person = person_name,
        .posting = posting_name,
        .employer = employer_name,
        .venue = venue_name,
        .skill = skill_name,
        .context = m,
    });
}

void counting_deinit(yz_market *m) {
    sweep_free(m->sweep);
    m->sweep = NULL;
    yz_stats_free(m->stats);
    m->stats = NULL;
}

const yz_stats *yz_market_stats(const yz_market *m) {
    return m->stats;
}

// ---- seekers ----

yz_seeker_fact counted_seeker(const yz_market *m, uint32_t row) {
    const seeker_cold *cold = cold_seeker(m, row);
    const yz_packed_seeker *packed = packed_seeker(m, row);
    return (yz_seeker_fact){
        .seeker = row,
        .person = cold->person,
        .division = cold->division,
        .occupation = cold->occupation,
        .skills = yz_seeker_skills(packed),
        .skill_count = yz_seeker_skill_count(packed),
        .group = cold->primary_group,
        .types = (uint8_t)yz_gate_types(packed->gate),
        .state = cold->state,
    };
}

void count_seeker_leaves(yz_market *m, uint32_t row) {
    if (m->stats == NULL) return;
    yz_seeker_fact before = counted_seeker(m, row);
    yz_stats_seeker_leaves(m->stats, &before);
    sweep_seeker(m->sweep, &before, -1);
}

// What is counted of a record says its state alone; only a sweep under way counts its own way.
void count_seeker_turns(yz_market *m, uint32_t row) {
    if (m->sweep == NULL) return;
    yz_seeker_fact before = counted_seeker(m, row);
    sweep_seeker(m->sweep, &before, -1);
}

void count_seeker_stands(yz_market *m, uint32_t row) {
    if (m->stats == NULL) return;
    yz_seeker_fact now = counted_seeker(m, row);
    yz_stats_seeker(m->stats, &now, m->at_ms);
    sweep_seeker(m->sweep, &now, 1);
}

// ---- postings ----

// A station or fair that is there; one that never was is none.
static uint32_t venue_of(const yz_market *m, const posting_cold *cold) {
    if (cold->station == YZ_ROW_NONE) return YZ_ROW_NONE;
    return yz_ids_find(m->venues.ids, market_text(m, cold->station));
}

yz_posting_fact counted_posting(const yz_market *m, uint32_t row) {
    const posting_cold *cold = cold_posting(m, row);
    const yz_packed_posting *packed = packed_posting(m, row);
    const posting_pairs *pairs = pairs_of(m, row);
    return (yz_posting_fact){
        .posting = row,
        .employer = cold->employer,
        .division = cold->division,
        .occupation = cold->occupation,
        .venue = venue_of(m, cold),
        .required = yz_posting_required(packed),
        .required_count = packed->required_count,
        .type = (uint8_t)yz_gate_types(packed->gate),
        .openings = cold->openings,
        .filled = pairs == NULL ? 0 : pairs->placed + pairs->filled,
        .state = cold->state,
    };
}

void count_posting_leaves(yz_market *m, uint32_t row) {
    if (m->stats == NULL) return;
    yz_posting_fact before = counted_posting(m, row);
    yz_stats_posting_leaves(m->stats, &before);
    sweep_posting(m->sweep, &before, -1);
}

void count_posting_turns(yz_market *m, uint32_t row) {
    if (m->sweep == NULL) return;
    yz_posting_fact before = counted_posting(m, row);
    sweep_posting(m->sweep, &before, -1);
}

void count_posting_stands(yz_market *m, uint32_t row) {
    if (m->stats == NULL) return;
    yz_posting_fact now = counted_posting(m, row);
    yz_stats_posting(m->stats, &now, m->at_ms);
    sweep_posting(m->sweep, &now, 1);
}

// ---- steps and venues ----

void count_step(yz_market *m, const referral *r, yz_step from) {
    if (m->stats == NULL) return;
    yz_step_fact fact = {
        .seeker = r->seeker,
        .posting = r->posting,
        .venue = r->venue,
        .from = (uint8_t)from,
        .to = r->step,
    };
    yz_stats_step(m->stats, &fact, m->at_ms);
}

void count_told(yz_market *m, uint32_t posting, uint32_t people) {
    if (m->stats == NULL) return;
    yz_stats_told(m->stats, posting, people, m->at_ms);
}

void count_venue(yz_market *m, uint32_t venue) {
    if (m->stats == NULL) return;
    const venue_row *v = venue_at(&m->venues, venue);
    yz_venue_fact fact = {
        .venue = venue,
        .division = v->division,
        .kind = v->kind,
        .channel = v->channel,
        .closed = v->closed,
        .from_ms = v->from_ms,
        .to_ms = v->to_ms,
    };
    yz_stats_venue(m->stats, &fact, m->at_ms);
}

void count_booth(yz_market *m, uint32_t venue, uint32_t booth) {
    if (m->stats == NULL) return;
    const venue_booth *b = booth_at(venue_at(&m->venues, venue), booth);
    yz_stats_booth(m->stats, venue, booth, b->gone ? YZ_ROW_NONE : b->employer, m->at_ms);
}

void count_entry(yz_market *m, uint32_t venue, uint32_t ticket) {
    if (m->stats == NULL) return;
    bool first = ticket_at(venue_at(&m->venues, venue), ticket)->entries == 1;
    yz_stats_entry(m->stats, venue, first, m->at_ms);
}

void count_joined(yz_market *m, uint32_t venue, uint32_t seeker) {
    if (m->stats == NULL) return;
    yz_stats_joined(m->stats, venue, seeker, m->at_ms);
}

// ---- a snapshot of before ----

void counting_begin(yz_market *m) {
    for (uint32_t row = 0; row < yz_ids_count(m->venues.ids); row++) {
        const venue_row *v = venue_at(&m->venues, row);
        count_venue(m, row);
        for (uint32_t booth = 0; booth < yz_ids_count(v->booth_ids); booth++) {
            if (!booth_at(v, booth)->gone) count_booth(m, row, booth);
        }
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++)
        count_seeker_stands(m, row);
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++)
        count_posting_stands(m, row);
    for (uint32_t row = 0; row < m->referral_count; row++) {
        const referral *r = referral_at(m, row);
        if (r->step < YZ_STEP_PLACED || r->step > YZ_STEP_KEPT_90) continue;
        yz_stats_in_work(m->stats, r->seeker, r->posting, m->at_ms);
    }
}

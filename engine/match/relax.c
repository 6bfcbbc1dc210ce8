#include "engine/match/relax.h"

#include "engine/base/check.h"
#include "engine/match/distance.h"

static const uint32_t RADII_M[] = {5000, 10000, 25000, 50000, 100000};
static const uint32_t FLOORS_PERMILLE[] = {900, 800, 700};
static const uint32_t WAGES_PERMILLE[] = {1100, 1200, 1300};

yz_text yz_relax_kind_name(yz_relax_kind kind) {
    switch (kind) {
    case YZ_RELAX_RADIUS: return YZ_TEXT("radius");
    case YZ_RELAX_WAGE: return YZ_TEXT("wage");
    case YZ_RELAX_EDUCATION: return YZ_TEXT("education");
    case YZ_RELAX_TYPE: return YZ_TEXT("type");
    case YZ_RELAX_SHIFT: return YZ_TEXT("shift");
    }
    return YZ_TEXT("");
}

// What the widened search meets, sorted into the steps of one kind.
typedef struct sorter {
    const yz_match_state *state;
    const yz_match_options *options; // the caller's, for its filter
    const yz_packed_seeker *seeker;  // who asks; the other is NULL
    const yz_packed_posting *posting;
    yz_relax_kind kind;
    yz_relaxation *steps; // of this kind
    uint32_t step_count;
    uint64_t now;
} sorter;

// wage * permille / 1000, rounded down, without leaving 64 bits.
static int64_t scaled(int64_t wage, int64_t permille) {
    return wage / 1000 * permille + wage % 1000 * permille / 1000;
}

static bool lifts(const yz_relaxation *step, const yz_packed_seeker *seeker,
                  const yz_packed_posting *posting, bool seeker_asks, double km) {
    uint32_t other = seeker_asks ? posting->gate : seeker->gate;
    switch (step->kind) {
    case YZ_RELAX_RADIUS: return km <= (double)step->value / 1000.0;
    case YZ_RELAX_WAGE:
        if (seeker_asks) return posting->wage_max >= scaled(seeker->wage_floor, step->value);
        return scaled(posting->wage_max, step->value) >= seeker->wage_floor;
    case YZ_RELAX_EDUCATION: return true; // the one step is the widened search itself
    case YZ_RELAX_TYPE: return (yz_gate_types(other) & (uint32_t)step->value) != 0;
    case YZ_RELAX_SHIFT: return (yz_gate_shifts(other) >> step->value & 1) != 0;
    }
    return false;
}

static bool holds(yz_relax_kind kind, const yz_packed_seeker *seeker,
                  const yz_packed_posting *posting, double km) {
    uint32_t both = seeker->gate & posting->gate;
    switch (kind) {
    case YZ_RELAX_RADIUS: return km <= seeker->radius_m / 1000.0;
    case YZ_RELAX_WAGE: return posting->wage_max >= seeker->wage_floor;
    case YZ_RELAX_EDUCATION:
        return yz_gate_education(seeker->gate) >= yz_gate_education(posting->gate);
    case YZ_RELAX_TYPE: return yz_gate_types(both) != 0;
    case YZ_RELAX_SHIFT: return yz_gate_shifts(both) != 0;
    }
    return false;
}

// Called for every row of the widened search; lets none into the answer, the counts are all.
static bool sort_row(const void *context, uint32_t row) {
    sorter *s = *(sorter *const *)context;
    if (s->options->passes && !s->options->passes(s->options->context, row)) return false;
    const yz_packed_seeker *seeker = s->seeker ? s->seeker : yz_slab_at(s->state->seekers, row);
    const yz_packed_posting *posting =
        s->posting ? s->posting : yz_slab_at(s->state->postings, row);
    double km = 0.0;
    if (s->kind == YZ_RELAX_RADIUS) {
        km = yz_distance_km(seeker->lat_e7, seeker->lon_e7, posting->lat_e7, posting->lon_e7);
    }
    if (holds(s->kind, seeker, posting, km)) {
        s->now += 1;
        return false;
    }
    for (uint32_t i = 0; i < s->step_count; i++) {
        s->steps[i].more += lifts(&s->steps[i], seeker, posting, s->seeker != NULL, km);
    }
    return false;
}

static void add_step(sorter *s, yz_relaxations *out, int64_t value) {
    yz_check(out->count < YZ_RELAXATIONS_MAX);
    out->list[out->count++] = (yz_relaxation){.kind = s->kind, .value = value};
    s->step_count += 1;
}

static void add_bits(sorter *s, yz_relaxations *out, uint32_t missing, bool as_number) {
    for (uint32_t bit = 0; bit < 21; bit++) {
        if (missing >> bit & 1) add_step(s, out, as_number ? bit : 1u << bit);
    }
}

// The steps a seeker has, and his question with the widest of them.
static void widen_seeker(sorter *s, yz_packed_seeker *wide, yz_relaxations *out) {
    uint32_t shifts = yz_gate_shifts(wide->gate), types = yz_gate_types(wide->gate);
    uint32_t education = yz_gate_education(wide->gate);
    switch (s->kind) {
    case YZ_RELAX_RADIUS:
        for (uint32_t i = 0; i < sizeof RADII_M / sizeof RADII_M[0]; i++) {
            if (RADII_M[i] > s->seeker->radius_m) {
                add_step(s, out, RADII_M[i]);
                wide->radius_m = RADII_M[i];
            }
        }
        break;
    case YZ_RELAX_WAGE:
        for (uint32_t i = 0; wide->wage_floor > 0 && i < 3; i++)
            add_step(s, out, FLOORS_PERMILLE[i]);
        wide->wage_floor = scaled(wide->wage_floor, FLOORS_PERMILLE[2]);
        break;
    case YZ_RELAX_EDUCATION:
        if (education < YZ_EDUCATION_MAX) add_step(s, out, ++education);
        break;
    case YZ_RELAX_TYPE:
        add_bits(s, out, YZ_TYPES_ALL & ~types, false);
        types = YZ_TYPES_ALL;
        break;
    case YZ_RELAX_SHIFT:
        add_bits(s, out, YZ_SHIFTS_ALL & ~shifts, true);
        shifts = YZ_SHIFTS_ALL;
        break;
    }
    wide->gate = yz_gate(shifts, education, types);
}

static void widen_posting(sorter *s, yz_packed_posting *wide, yz_relaxations *out) {
    uint32_t shifts = yz_gate_shifts(wide->gate), types = yz_gate_types(wide->gate);
    uint32_t education = yz_gate_education(wide->gate);
    switch (s->kind) {
    case YZ_RELAX_RADIUS: break; // how far people travel is theirs to say
    case YZ_RELAX_WAGE:
        for (uint32_t i = 0; wide->wage_max > 0 && i < 3; i++)
            add_step(s, out, WAGES_PERMILLE[i]);
        wide->wage_max = scaled(wide->wage_max, WAGES_PERMILLE[2]);
        break;
    case YZ_RELAX_EDUCATION:
        if (education > 0) add_step(s, out, --education);
        break;
    case YZ_RELAX_TYPE:
        add_bits(s, out, YZ_TYPES_ALL & ~types, false);
        types = YZ_TYPES_ALL;
        break;
    case YZ_RELAX_SHIFT:
        add_bits(s, out, YZ_SHIFTS_ALL & ~shifts, true);
        shifts = YZ_SHIFTS_ALL;
        break;
    }
    wide->gate = yz_gate(shifts, education, types);
}

void yz_relax_jobs(const yz_match_state *state, yz_search_scratch *scratch,
                   const yz_packed_seeker *question, const yz_match_options *options,
                   yz_relax_kind kind, yz_relaxations *out) {
    sorter s = {.state = state,
                .options = options,
                .seeker = question,
                .kind = kind,
                .steps = out->list + out->count};
    yz_packed_seeker wide = *question;
    widen_seeker(&s, &wide, out);
    if (s.step_count == 0 && kind != YZ_RELAX_RADIUS) return;
    sorter *context = &s;
    yz_match_options broad = {
        .coverage_permille = options->coverage_permille, .passes = sort_row, .context = &context};
    yz_answer answer = {.hits = NULL};
    yz_search_jobs(state, scratch, &wide, &broad, &answer);
    out->now = s.now;
}

void yz_relax_seekers(const yz_match_state *state, yz_search_scratch *scratch,
                      const yz_packed_posting *question, const yz_match_options *options,
                      yz_relax_kind kind, yz_relaxations *out) {
    sorter s = {.state = state,
                .options = options,
                .posting = question,
                .kind = kind,
                .steps = out->list + out->count};
    yz_packed_posting wide = *question;
    widen_posting(&s, &wide, out);
    if (s.step_count == 0 && kind != YZ_RELAX_RADIUS) return;
    sorter *context = &s;
    yz_match_options broad = {
        .coverage_permille = options->coverage_permille, .passes = sort_row, .context = &context};
    yz_search_standing(state, scratch, &wide, &broad, NULL);
    out->now = s.now;
}

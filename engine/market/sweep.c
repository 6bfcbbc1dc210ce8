#include "engine/market/sweep.h"

#include "engine/base/alloc.h"
#include "engine/market/counting.h"

enum { SWEPT_SEEKERS, SWEPT_POSTINGS, SWEPT_VACANT, SWEPT_COUNT };

// What each counter is compared with.
static const yz_series SERIES[SWEPT_COUNT] = {YZ_S02, YZ_Y01, YZ_S03};

typedef enum sweep_phase { SWEEP_SEEKERS, SWEEP_POSTINGS, SWEEP_COMPARE, SWEEP_DONE } sweep_phase;

struct market_sweep {
    const yz_market *market;
    yz_cube *cube;
    sweep_phase phase;
    uint32_t row;              // of seekers or postings: those below are counted
    uint32_t node, occupation; // which is compared next
    yz_sweep_result result;
};

void sweep_free(market_sweep *s) {
    if (s == NULL) return;
    yz_cube_free(s->cube);
    yz_free(s);
}

// The first of its types in the order full, part, gig, intern: those are the bits from below.
static uint8_t first_type(uint8_t types) {
    return types == 0 ? 0 : (uint8_t)__builtin_ctz(types);
}

static void add(market_sweep *s, uint32_t counter, uint32_t division, uint32_t occupation,
                uint8_t group, uint8_t type, int64_t by) {
    yz_text code = dictionary_id(s->market, YZ_DIVISIONS, division);
    uint32_t at = yz_cube_pair(s->cube, division, code, occupation);
    yz_cube_add(s->cube, counter, at, group, type, by, 0);
}

static void add_seeker(market_sweep *s, const yz_seeker_fact *f, int by) {
    if (f->state != YZ_STATE_OPEN) return;
    add(s, SWEPT_SEEKERS, f->division, f->occupation, f->group, first_type(f->types), by);
}

static void add_posting(market_sweep *s, const yz_posting_fact *f, int by) {
    if (f->state != YZ_STATE_OPEN) return;
    uint8_t type = first_type(f->type);
    add(s, SWEPT_POSTINGS, f->division, f->occupation, 0, type, by);
    int64_t vacant = (int64_t)f->openings - f->filled;
    add(s, SWEPT_VACANT, f->division, f->occupation, 0, type, by * vacant);
}

void sweep_seeker(market_sweep *s, const yz_seeker_fact *f, int by) {
    if (s == NULL) return;
    bool counted = s->phase > SWEEP_SEEKERS || f->seeker < s->row;
    if (counted) add_seeker(s, f, by);
}

void sweep_posting(market_sweep *s, const yz_posting_fact *f, int by) {
    if (s == NULL || s->phase < SWEEP_POSTINGS) return;
    bool counted = s->phase > SWEEP_POSTINGS || f->posting < s->row;
    if (counted) add_posting(s, f, by);
}

// ---- a slice of it ----

static void compare_cell(market_sweep *s, uint32_t counter, yz_cell cell, yz_cell theirs) {
    yz_stats_ask ask = {.series = SERIES[counter], .cell = theirs, .period = {YZ_WINDOW_NOW, 0}};
    yz_stats_value value = {0};
    int64_t mine = yz_cube_now(s->cube, counter, cell);
    s->result.compared += 1;
    if (!yz_stats_read(s->market->stats, &ask, s->market->at_ms, &value)) value.value = 0;
    s->result.mismatches += value.value != mine;
}

// One (node, occupation): whole, and by group (of seekers) and type.
static void compare(market_sweep *s, uint32_t occupation) {
    const yz_cube *cube = yz_stats_cube(s->market->stats);
    yz_text code = yz_cube_node_code(s->cube, s->node);
    uint32_t node = yz_cube_node(cube, code);
    for (uint32_t counter = 0; counter < SWEPT_COUNT; counter++) {
        yz_cell mine = {s->node, occupation, YZ_ALL, YZ_ALL};
        yz_cell theirs = {node, occupation, YZ_ALL, YZ_ALL};
        compare_cell(s, counter, mine, theirs);
        for (uint8_t type = 0; type < YZ_TYPES; type++) {
            mine.type = theirs.type = type;
            compare_cell(s, counter, mine, theirs);
        }
        mine.type = theirs.type = YZ_ALL;
        for (uint8_t group = 0; counter == SWEPT_SEEKERS && group < YZ_GROUPS; group++) {
            mine.group = theirs.group = group;
            compare_cell(s, counter, mine, theirs);
        }
    }
}

static bool compare_next(market_sweep *s) {
    if (s->node >= yz_cube_node_count(s->cube)) return false;
    uint32_t occupation;
    if (s->occupation == 0) {
        compare(s, YZ_OCCUPATION_ALL);
        s->occupation = 1;
    } else if (yz_cube_occupations(s->cube, s->node, s->occupation - 1, &occupation, 1) == 1) {
        compare(s, occupation);
        s->occupation += 1;
    } else {
        s->node += 1;
        s->occupation = 0;
    }
    return true;
}

static void step(market_sweep *s, yz_market *m) {
    switch (s->phase) {
    case SWEEP_SEEKERS:
        if (s->row < yz_ids_count(m->seeker_ids)) {
            yz_seeker_fact f = counted_seeker(m, s->row++);
            add_seeker(s, &f, 1);
        } else {
            s->phase = SWEEP_POSTINGS;
            s->row = 0;
        }
        break;
    case SWEEP_POSTINGS:
        if (s->row < yz_ids_count(m->posting_ids)) {
            yz_posting_fact f = counted_posting(m, s->row++);
            add_posting(s, &f, 1);
        } else {
            s->phase = SWEEP_COMPARE;
        }
        break;
    case SWEEP_COMPARE:
        if (!compare_next(s)) s->phase = SWEEP_DONE;
        break;
    case SWEEP_DONE: break;
    }
}

bool yz_market_sweep(yz_market *m, uint32_t rows, yz_sweep_result *result) {
    if (m->sweep == NULL) {
        m->sweep = yz_alloc_zeroed(sizeof *m->sweep);
        m->sweep->market = m;
        m->sweep->cube = yz_cube_new(SWEPT_COUNT);
    }
    market_sweep *s = m->sweep;
    for (uint32_t i = 0; s->phase != SWEEP_DONE && (rows == 0 || i < rows); i++)
        step(s, m);
    if (s->phase != SWEEP_DONE) return true;
    *result = s->result;
    sweep_free(s);
    m->sweep = NULL;
    return false;
}

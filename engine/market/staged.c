/* Other weights or another profile need other lists for the postings. They are staged by command,
 * the lists are built beside the live ones a few rows at a time, and PROFILE_SWITCH puts weights,
 * profile and lists in force in one step. Until then every answer is by the old ones.
 *
 * While building, rows below `built_rows` stand in both indexes and are kept up in both. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"

void staged_restart(yz_market *m) {
    yz_posting_index_free(m->index_next);
    yz_free(m->weights_next);
    m->index_next = NULL;
    m->weights_next = NULL;
    m->built_rows = 0;
}

void staged_weight(yz_market *m, uint32_t skill, uint32_t weight) {
    dictionary_entry *entry = entry_at(m, YZ_SKILLS, skill);
    uint32_t staged = weight == m->weights[skill] ? 0 : weight;
    if (staged == entry->weight_staged) return;
    m->weights_staged += (staged != 0) - (uint32_t)(entry->weight_staged != 0);
    entry->weight_staged = staged;
    staged_restart(m);
}

void apply_weights(yz_market *m, const yz_command *c, yz_outcome *out) {
    // All are looked up before one is changed.
    for (uint32_t i = 0; i < c->weights.count; i++) {
        if (dictionary_find(m, YZ_SKILLS, c->weights.weights[i].skill) == YZ_ROW_NONE) {
            REFUSE(out, yz_problem_element(&out->problem, YZ_PROBLEM_UNKNOWN_SKILL, "/weights", i,
                                           "/skill", c->weights.weights[i].skill));
        }
    }
    for (uint32_t i = 0; i < c->weights.count; i++) {
        uint32_t row = dictionary_find(m, YZ_SKILLS, c->weights.weights[i].skill);
        dictionary_entry *entry = entry_at(m, YZ_SKILLS, row);
        uint32_t before = entry->weight_staged;
        yz_print old = entry_print(m, YZ_SKILLS, row);
        staged_weight(m, row, c->weights.weights[i].weight);
        if (entry->weight_staged == before) continue;
        yz_print_subtract(&m->records_print, old);
        entry->version += 1;
        yz_print_add(&m->records_print, entry_print(m, YZ_SKILLS, row));
        out->changed = true;
    }
}

static bool same_profile(yz_profile a, yz_profile b) {
    return a.coverage_permille == b.coverage_permille &&
           a.preferred_permille == b.preferred_permille &&
           a.distance_permille == b.distance_permille && a.wage_permille == b.wage_permille;
}

void apply_profile(yz_market *m, const yz_command *c, yz_outcome *out) {
    yz_profile in_sight = m->profile_is_staged ? m->profile_next : m->profile;
    if (same_profile(c->profile, in_sight)) return;
    m->profile_is_staged = !same_profile(c->profile, m->profile);
    m->profile_next = c->profile;
    out->changed = true;
    staged_restart(m);
}

bool yz_market_switch_waits(const yz_market *m) {
    return m->profile_is_staged || m->weights_staged > 0;
}

static void begin_building(yz_market *m) {
    size_t bytes = (YZ_SKILLS_MAX + 1) * sizeof(uint32_t);
    m->weights_next = yz_alloc(bytes);
    memcpy(m->weights_next, m->weights, bytes);
    for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[YZ_SKILLS].ids); row++) {
        uint32_t staged = entry_at(m, YZ_SKILLS, row)->weight_staged;
        if (staged != 0) m->weights_next[row] = staged;
    }
    if (!m->profile_is_staged) m->profile_next = m->profile;
    m->index_next = yz_posting_index_new(&m->postings);
    m->built_rows = 0;
}

bool yz_market_work(yz_market *m, uint32_t rows) {
    if (!yz_market_switch_waits(m) || m->resting) return false;
    if (m->index_next == NULL) begin_building(m);
    uint32_t end = yz_ids_count(m->posting_ids);
    if (rows != 0 && end - m->built_rows > rows) end = m->built_rows + rows;
    for (; m->built_rows < end; m->built_rows++) {
        if (cold_posting(m, m->built_rows)->state != YZ_STATE_OPEN) continue;
        yz_posting_index_add(m->index_next, m->built_rows, packed_posting(m, m->built_rows),
                             m->weights_next, m->profile_next.coverage_permille);
    }
    return m->built_rows < yz_ids_count(m->posting_ids);
}

static void put_in_force(yz_market *m) {
    yz_posting_index_free(m->index_retired);
    m->index_retired = m->posting_index;
    m->posting_index = m->index_next;
    m->index_next = NULL;
    staged_restart(m);
}

void apply_switch(yz_market *m, yz_outcome *out, yz_effects *effects) {
    if (!yz_market_switch_waits(m)) {
        REFUSE(out, yz_problem_at(&out->problem, YZ_PROBLEM_SWITCH_NOT_READY, ""));
    }
    if (m->resting) {
        // The lists are built at the end of the bulk load, by what is in force then.
        staged_restart(m);
        if (!m->profile_is_staged) m->profile_next = m->profile;
    } else {
        yz_market_work(m, 0); // nothing is left to do, unless this is a replay
    }
    for (uint32_t row = 0; row < yz_ids_count(m->dictionaries[YZ_SKILLS].ids); row++) {
        dictionary_entry *entry = entry_at(m, YZ_SKILLS, row);
        if (entry->weight_staged == 0) continue;
        yz_print_subtract(&m->records_print, entry_print(m, YZ_SKILLS, row));
        m->weights[row] = entry->weight_staged;
        entry->weight_staged = 0;
        entry->version += 1;
        yz_print_add(&m->records_print, entry_print(m, YZ_SKILLS, row));
    }
    m->weights_staged = 0;
    m->profile = m->profile_next;
    m->profile_is_staged = false;
    if (!m->resting) put_in_force(m);
    m->switches += 1;
    out->changed = true;
    effect(effects, YZ_EFFECT_PROFILE_SWITCHED, 0);
}

yz_retired *yz_market_take_retired(yz_market *m) {
    yz_retired *retired = (yz_retired *)m->index_retired;
    m->index_retired = NULL;
    return retired;
}

void yz_retired_free(yz_retired *retired) {
    yz_posting_index_free((yz_posting_index *)retired);
}

yz_profile yz_market_profile(const yz_market *m) {
    return m->profile;
}

bool yz_market_profile_staged(const yz_market *m, yz_profile *staged) {
    if (m->profile_is_staged) *staged = m->profile_next;
    return m->profile_is_staged;
}

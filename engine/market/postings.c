/* Postings: open, change, pause, resume, close; due ones open and expire by tick.
 *
 *     scheduled -> open -> expired        a tick moves along this line
 *        paused <-> open                  pause and resume
 *          full <-> open                  the last opening is taken, one is free again
 *     any -> closed                       close; a put of what is closed or expired reopens it
 *
 * Only open postings stand in the indexes. The epoch rises each time one becomes open again. */
#include "engine/market/counting.h"

#include "engine/base/alloc.h"

static bool is_over(uint8_t state) {
    return state == YZ_STATE_CLOSED || state == YZ_STATE_EXPIRED;
}

static void require(yz_market *m, const yz_packed_posting *p, int32_t by) {
    for (uint32_t i = 0; i < p->required_count; i++) {
        dictionary_entry *entry = entry_at(m, YZ_SKILLS, yz_posting_required(p)[i]);
        entry->required_by = (uint32_t)((int32_t)entry->required_by + by);
    }
}

void posting_index_enter(yz_market *m, uint32_t row) {
    const yz_packed_posting *p = packed_posting(m, row);
    const posting_cold *cold = cold_posting(m, row);
    m->openings += cold->openings;
    require(m, p, 1);
    if (m->resting) return;
    yz_words_add(m->words, row, (yz_text){cold->title, cold->title_size});
    yz_posting_index_add(m->posting_index, row, p, m->weights, m->profile.coverage_permille);
    if (m->index_next != NULL && row < m->built_rows) {
        yz_posting_index_add(m->index_next, row, p, m->weights_next,
                             m->profile_next.coverage_permille);
    }
}

void posting_index_leave(yz_market *m, uint32_t row) {
    const yz_packed_posting *p = packed_posting(m, row);
    const posting_cold *cold = cold_posting(m, row);
    m->openings -= cold->openings;
    require(m, p, -1);
    if (m->resting) return;
    yz_words_remove(m->words, row, (yz_text){cold->title, cold->title_size});
    yz_posting_index_remove(m->posting_index, row, p, m->weights, m->profile.coverage_permille);
    if (m->index_next != NULL && row < m->built_rows) {
        yz_posting_index_remove(m->index_next, row, p, m->weights_next,
                                m->profile_next.coverage_permille);
    }
}

// When the posting next changes by itself: YZ_TIME_MS_MAX + 1 is never.
static int64_t due_of(const posting_cold *cold) {
    if (cold->state == YZ_STATE_SCHEDULED) return cold->valid_from_ms;
    if (is_over(cold->state)) return YZ_TIME_MS_MAX + 1;
    return cold->valid_to_ms + 1;
}

// Paused postings expire too; a stale entry names a time that is no longer the posting's.
static bool is_stale(const void *market, due_item item) {
    return due_of(cold_posting(market, item.row)) != item.at_ms;
}

static void push_due(yz_market *m, uint32_t row) {
    int64_t due = due_of(cold_posting(m, row));
    if (due > YZ_TIME_MS_MAX) return;
    due_tidy(&m->due, is_stale, m);
    due_push(&m->due, due, row, 0);
}

static void use_references(yz_market *m, const yz_packed_posting *p, const posting_cold *cold,
                           int64_t by) {
    dictionary_use(m, YZ_EMPLOYERS, cold->employer, by);
    dictionary_use(m, YZ_OCCUPATIONS, cold->occupation, by);
    dictionary_use(m, YZ_DIVISIONS, cold->division, by);
    for (uint32_t i = 0; i < p->required_count; i++) {
        dictionary_use(m, YZ_SKILLS, yz_posting_required(p)[i], by);
    }
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        dictionary_use(m, YZ_SKILLS, yz_posting_preferred(p)[i], by);
    }
}

static yz_status refer(const yz_market *m, yz_dictionary which, yz_text id, yz_problem_code unknown,
                       const char *pointer, uint32_t *row, yz_problem *problem) {
    *row = YZ_ROW_NONE;
    if (id.size == 0) return YZ_OK;
    *row = dictionary_find(m, which, id);
    return *row == YZ_ROW_NONE ? yz_problem_value(problem, unknown, pointer, id) : YZ_OK;
}

// The posting the command asks for, whole: its own fields over those in force.
static yz_posting merged(const yz_posting *given, uint32_t fields, const yz_posting *old) {
    yz_posting p = *given;
    if (old == NULL) {
        if (!(fields & YZ_POSTING_PUSH)) p.push_k = p.push_lag_minutes = 0;
        if (!(fields & YZ_POSTING_GIG)) {
            p.station = YZ_TEXT("");
            p.gig_from_ms = p.gig_to_ms = 0;
        }
        return p;
    }
    if (!(fields & YZ_POSTING_EMPLOYER)) p.employer = old->employer;
    if (!(fields & YZ_POSTING_TITLE)) p.title = old->title;
    if (!(fields & YZ_POSTING_OCCUPATION)) p.occupation = old->occupation;
    if (!(fields & YZ_POSTING_PLACE)) p.place = old->place;
    if (!(fields & YZ_POSTING_REQUIRED)) {
        p.required = old->required;
        p.required_count = old->required_count;
    }
    if (!(fields & YZ_POSTING_PREFERRED)) {
        p.preferred = old->preferred;
        p.preferred_count = old->preferred_count;
    }
    if (!(fields & YZ_POSTING_WAGE)) {
        p.has_wage = old->has_wage;
        p.wage_unit = old->wage_unit;
        p.wage_min_fen = old->wage_min_fen;
        p.wage_max_fen = old->wage_max_fen;
    }
    if (!(fields & YZ_POSTING_EDUCATION)) p.education_min = old->education_min;
    if (!(fields & YZ_POSTING_TYPE)) p.type = old->type;
    if (!(fields & YZ_POSTING_OPENINGS)) p.openings = old->openings;
    if (!(fields & YZ_POSTING_SHIFTS)) p.shifts = old->shifts;
    if (!(fields & YZ_POSTING_VALID_FROM)) p.valid_from_ms = old->valid_from_ms;
    if (!(fields & YZ_POSTING_VALID_TO)) p.valid_to_ms = old->valid_to_ms;
    if (!(fields & YZ_POSTING_PUSH)) {
        p.push_k = old->push_k;
        p.push_lag_minutes = old->push_lag_minutes;
    }
    if (!(fields & YZ_POSTING_GIG)) {
        p.station = old->station;
        p.gig_from_ms = old->gig_from_ms;
        p.gig_to_ms = old->gig_to_ms;
    }
    return p;
}

yz_status posting_may_last(const yz_posting *p, int64_t at_ms, yz_problem *problem) {
    if (p->valid_to_ms < p->valid_from_ms) {
        return yz_problem_at(problem, YZ_PROBLEM_ENDS_BEFORE_START, "/valid_to");
    }
    if (p->valid_to_ms < at_ms) {
        return yz_problem_range(problem, YZ_PROBLEM_ALREADY_OVER, "/valid_to", p->valid_to_ms,
                                at_ms, 0);
    }
    return YZ_OK;
}

// Resolves a whole posting against the dictionaries. On success `packed` owns its far block and
// `cold` borrows the title.
static yz_status resolve(const yz_market *m, const yz_posting *p, yz_packed_posting *packed,
                         posting_cold *cold, yz_problem *problem) {
    *cold = (posting_cold){
        .title = (char *)(uintptr_t)p->title.bytes,
        .title_size = (uint16_t)p->title.size,
        .wage_min_fen = p->has_wage ? p->wage_min_fen : 0,
        .wage_max_fen = p->has_wage ? p->wage_max_fen : 0,
        .wage_unit = p->has_wage ? (uint8_t)p->wage_unit : 0,
        .has_wage = p->has_wage,
        .valid_from_ms = p->valid_from_ms,
        .valid_to_ms = p->valid_to_ms,
        .openings = p->openings,
        .push_k = p->push_k,
        .push_lag_minutes = p->push_lag_minutes,
        .gig_from_ms = p->gig_from_ms,
        .gig_to_ms = p->gig_to_ms,
    };
    yz_status status = posting_may_last(p, m->at_ms, problem);
    if (status != YZ_OK) return status;
    status = refer(m, YZ_EMPLOYERS, p->employer, YZ_PROBLEM_UNKNOWN_EMPLOYER, "/employer",
                   &cold->employer, problem);
    if (status == YZ_OK) {
        status = refer(m, YZ_OCCUPATIONS, p->occupation, YZ_PROBLEM_UNKNOWN_OCCUPATION,
                       "/occupation", &cold->occupation, problem);
    }
    if (status == YZ_OK) {
        status = refer(m, YZ_DIVISIONS, p->place.division, YZ_PROBLEM_UNKNOWN_DIVISION,
                       "/place/division", &cold->division, problem);
    }
    if (status == YZ_OK) status = pack_posting(m, p, packed, problem);
    return status;
}

static bool same_content(const yz_packed_posting *a, const posting_cold *ca,
                         const yz_packed_posting *b, const posting_cold *cb) {
    return packed_posting_equal(a, b) && ca->employer == cb->employer &&
           ca->occupation == cb->occupation && ca->division == cb->division &&
           ca->openings == cb->openings && ca->valid_from_ms == cb->valid_from_ms &&
           ca->valid_to_ms == cb->valid_to_ms && ca->has_wage == cb->has_wage &&
           ca->wage_unit == cb->wage_unit && ca->wage_min_fen == cb->wage_min_fen &&
           ca->wage_max_fen == cb->wage_max_fen && ca->push_k == cb->push_k &&
           ca->push_lag_minutes == cb->push_lag_minutes && ca->station == cb->station &&
           ca->gig_from_ms == cb->gig_from_ms && ca->gig_to_ms == cb->gig_to_ms &&
           yz_text_equal((yz_text){ca->title, ca->title_size},
                         (yz_text){cb->title, cb->title_size});
}

// Puts the resolved record in the row's place and keeps sums and indexes true.
static void install(yz_market *m, uint32_t row, bool is_new, yz_packed_posting *packed,
                    posting_cold *cold) {
    yz_packed_posting *at = packed_posting(m, row);
    posting_cold *cold_at = cold_posting(m, row);
    char *title = yz_alloc(cold->title_size); // before the old one goes: a patch borrows it
    memcpy(title, cold->title, cold->title_size);
    cold->title = title;
    use_references(m, packed, cold, 1);
    if (!is_new) {
        if (cold_at->state == YZ_STATE_OPEN) posting_index_leave(m, row);
        yz_print_subtract(&m->records_print, posting_print(m, row));
        m->posting_counts[cold_at->state] -= 1;
        use_references(m, at, cold_at, -1);
        m->posting_far_bytes -= packed_posting_far_bytes(at) + cold_at->title_size;
        packed_posting_deinit(at);
        yz_free(cold_at->title);
    }
    *at = *packed;
    *cold_at = *cold;
    m->posting_far_bytes += packed_posting_far_bytes(at) + cold->title_size;
    m->posting_counts[cold->state] += 1;
    yz_print_add(&m->records_print, posting_print(m, row));
    if (cold->state == YZ_STATE_OPEN) posting_index_enter(m, row);
    push_due(m, row);
}

void posting_restore(yz_market *m, yz_text id, yz_packed_posting *packed, posting_cold *cold) {
    uint32_t row = yz_ids_add_soon(m->posting_ids, id);
    yz_slab_reserve(&m->postings, row);
    yz_slab_reserve(&m->postings_cold, row);
    pairs_reserve_posting(m, row);
    install(m, row, true, packed, cold);
}

// Every opening is taken, where there are that many.
static bool is_taken(const yz_market *m, uint32_t row, uint32_t openings) {
    return row != YZ_ROW_NONE && pairs_taken(pairs_of(m, row)) >= openings;
}

// The state that time and openings leave a posting in that nobody keeps closed or paused.
static yz_record_state natural_state(const yz_market *m, uint32_t row, const posting_cold *cold) {
    if (cold->valid_to_ms < m->at_ms) return YZ_STATE_EXPIRED;
    if (cold->valid_from_ms > m->at_ms) return YZ_STATE_SCHEDULED;
    return is_taken(m, row, cold->openings) ? YZ_STATE_FULL : YZ_STATE_OPEN;
}

// Goes over to another state; what opens again does so in a new epoch.
static void become(posting_cold *cold, yz_record_state before, yz_record_state state) {
    if (state == YZ_STATE_OPEN && before != YZ_STATE_OPEN) {
        cold->epoch += cold->opened;
        cold->opened = true;
    }
    if (is_over((uint8_t)state)) cold->opened = true; // so that it says nothing there
    cold->state = (uint8_t)state;
}

yz_status posting_may_write(const yz_market *m, const yz_command *c, uint32_t row, uint32_t ahead,
                            yz_problem *problem) {
    bool patch = c->type == YZ_COMMAND_POSTING_PATCH;
    uint32_t wanted = c->posting_put.if_version;
    if (row == YZ_ROW_NONE) {
        if (patch) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_POSTING, "",
                                    c->posting_put.posting.id);
        }
        if (wanted != YZ_VERSION_ANY) {
            return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, 0);
        }
        if (yz_ids_count(m->posting_ids) + ahead >= YZ_RECORDS_MAX) {
            return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_RECORDS_MAX, 0,
                                    YZ_RECORDS_MAX);
        }
        return YZ_OK;
    }
    const posting_cold *cold = cold_posting(m, row);
    if (c->posting_put.only_new) {
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id",
                                c->posting_put.posting.id);
    }
    if (wanted != YZ_VERSION_ANY && wanted != cold->version) {
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, cold->version);
    }
    if (patch && is_over(cold->state)) {
        return yz_problem_value(problem, YZ_PROBLEM_NOT_OPEN, "",
                                yz_record_state_name((yz_record_state)cold->state));
    }
    return YZ_OK;
}

yz_status posting_may_have_openings(const yz_market *m, uint32_t row, uint32_t openings,
                                    yz_problem *problem) {
    uint32_t taken = row == YZ_ROW_NONE ? 0 : pairs_taken(pairs_of(m, row));
    if (openings >= taken) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/openings", openings, taken,
                            YZ_OPENINGS_MAX);
}

// A gig is where a station or a fair is, or was: one that closed stays named.
yz_status posting_may_be_at(const yz_market *m, const yz_command *c, yz_problem *problem) {
    yz_text station = c->posting_put.posting.station;
    if (!(c->posting_put.fields & YZ_POSTING_GIG) || station.size == 0) return YZ_OK;
    if (yz_ids_find(m->venues.ids, station) != YZ_ROW_NONE) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/gig/station", station);
}

void apply_posting_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    const yz_posting *given = &c->posting_put.posting;
    uint32_t row = yz_ids_find(m->posting_ids, given->id);
    yz_status status = posting_may_write(m, c, row, 0, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);

    bool patch = c->type == YZ_COMMAND_POSTING_PATCH;
    yz_arena *arena = patch ? yz_arena_new((size_t)1 << 20) : NULL;
    yz_posting_view old;
    if (patch) yz_market_posting_at(m, row, arena, &old);
    yz_posting whole = merged(given, c->posting_put.fields, patch ? &old.posting : NULL);
    yz_packed_posting packed;
    posting_cold cold;
    status = posting_may_have_openings(m, row, whole.openings, &out->problem);
    if (status == YZ_OK) status = posting_may_be_at(m, c, &out->problem);
    if (status == YZ_OK) status = resolve(m, &whole, &packed, &cold, &out->problem);
    if (status != YZ_OK) {
        yz_arena_free(arena);
        REFUSE(out, status);
    }
    bool is_new = row == YZ_ROW_NONE;
    const posting_cold *in_force = is_new ? NULL : cold_posting(m, row);
    bool reopen = !is_new && is_over(in_force->state);
    bool was_open = !is_new && in_force->state == YZ_STATE_OPEN;
    cold.station = market_keep_text(m, whole.station);
    cold.version = is_new ? 1 : in_force->version + 1;
    cold.epoch = is_new ? 1 : in_force->epoch + (reopen ? 1 : 0);
    cold.opened = !is_new && !reopen && in_force->opened;
    become(&cold, is_new ? YZ_STATE_CLOSED : (yz_record_state)in_force->state,
           !is_new && in_force->state == YZ_STATE_PAUSED ? YZ_STATE_PAUSED
                                                         : natural_state(m, row, &cold));
    out->created = is_new;
    out->reopened = reopen;
    out->changed = is_new || reopen || cold.state != in_force->state ||
                   !same_content(&packed, &cold, packed_posting(m, row), in_force);
    if (!out->changed) {
        out->version = in_force->version;
        packed_posting_deinit(&packed);
    } else {
        if (is_new) {
            row = yz_ids_add(m->posting_ids, given->id);
            yz_slab_reserve(&m->postings, row);
            yz_slab_reserve(&m->postings_cold, row);
            pairs_reserve_posting(m, row);
        }
        out->version = cold.version;
        if (!is_new) count_posting_leaves(m, row);
        install(m, row, is_new, &packed, &cold);
        count_posting_stands(m, row);
        posting_pairs *pairs = pairs_of(m, row);
        if (pairs != NULL && pairs->live > 0) pairs->changed = true;
        if (cold.state == YZ_STATE_OPEN) {
            effect(effects, YZ_EFFECT_POSTING_OPENED, row);
        } else if (was_open) {
            effect(effects, YZ_EFFECT_POSTING_GONE, row);
        }
    }
    yz_arena_free(arena);
}

// Moves a posting to another state; the record's content stays.
static void move(yz_market *m, uint32_t row, yz_record_state state, yz_effects *effects) {
    posting_cold *cold = cold_posting(m, row);
    bool was_open = cold->state == YZ_STATE_OPEN;
    int64_t due = due_of(cold);
    count_posting_turns(m, row);
    if (was_open) posting_index_leave(m, row);
    yz_print_subtract(&m->records_print, posting_print(m, row));
    m->posting_counts[cold->state] -= 1;
    become(cold, (yz_record_state)cold->state, state);
    cold->version += 1;
    m->posting_counts[cold->state] += 1;
    yz_print_add(&m->records_print, posting_print(m, row));
    if (state == YZ_STATE_OPEN) {
        posting_index_enter(m, row);
        effect(effects, YZ_EFFECT_POSTING_OPENED, row);
    } else if (was_open) {
        effect(effects, YZ_EFFECT_POSTING_GONE, row);
    }
    if (due_of(cold) != due) push_due(m, row);
    count_posting_stands(m, row);
}

void posting_settle(yz_market *m, uint32_t row, yz_effects *effects) {
    const posting_cold *cold = cold_posting(m, row);
    bool taken = is_taken(m, row, cold->openings);
    if (cold->state == YZ_STATE_OPEN && taken) move(m, row, YZ_STATE_FULL, effects);
    if (cold->state == YZ_STATE_FULL && !taken) move(m, row, YZ_STATE_OPEN, effects);
}

void apply_posting_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    uint32_t row = yz_ids_find(m->posting_ids, c->named.id);
    if (row == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_POSTING, "", c->named.id));
    }
    const posting_cold *cold = cold_posting(m, row);
    uint32_t wanted = c->named.if_version;
    if (wanted != YZ_VERSION_ANY && wanted != cold->version) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                     cold->version));
    }
    yz_record_state state = (yz_record_state)cold->state, next = YZ_STATE_CLOSED;
    bool legal = !is_over(cold->state);
    yz_problem_code refusal = YZ_PROBLEM_NOT_OPEN;
    if (c->type == YZ_COMMAND_POSTING_PAUSE) {
        legal = state == YZ_STATE_OPEN || state == YZ_STATE_FULL || state == YZ_STATE_SCHEDULED;
        next = YZ_STATE_PAUSED;
    } else if (c->type == YZ_COMMAND_POSTING_RESUME) {
        legal = state == YZ_STATE_PAUSED;
        refusal = YZ_PROBLEM_NOT_PAUSED;
        next = natural_state(m, row, cold);
    }
    if (!legal) {
        REFUSE(out, yz_problem_value(&out->problem, refusal, "", yz_record_state_name(state)));
    }
    move(m, row, next, effects);
    out->version = cold->version;
    out->changed = true;
}

void due_skip_stale(yz_market *m) {
    due_item item;
    while (due_top(&m->due, &item) && is_stale(m, item))
        due_pop(&m->due);
}

void apply_tick(yz_market *m, yz_outcome *out, yz_effects *effects) {
    due_item item;
    uint32_t done = 0;
    while (due_top(&m->due, &item) && item.at_ms <= m->at_ms) {
        if (!is_stale(m, item)) {
            if (done == YZ_TICK_DUE_MAX) {
                out->more_due = true;
                break;
            }
            due_pop(&m->due);
            const posting_cold *cold = cold_posting(m, item.row);
            bool opens = cold->state == YZ_STATE_SCHEDULED;
            move(m, item.row, opens ? natural_state(m, item.row, cold) : YZ_STATE_EXPIRED, effects);
            done += 1;
        } else {
            due_pop(&m->due);
        }
    }
    out->changed = done > 0;
}

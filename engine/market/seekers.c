/* Seekers: open, change, pause, resume, close. Only open seekers stand in the index. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"

static void enter(yz_market *m, uint32_t row) {
    if (!m->resting) yz_seeker_index_add(m->seeker_index, row, packed_seeker(m, row));
}

static void leave(yz_market *m, uint32_t row) {
    if (!m->resting) yz_seeker_index_remove(m->seeker_index, row, packed_seeker(m, row));
}

static void use_references(yz_market *m, const yz_packed_seeker *s, const seeker_cold *cold,
                           int64_t by) {
    dictionary_use(m, YZ_DIVISIONS, cold->division, by);
    dictionary_use(m, YZ_PERSONS, cold->person, by);
    for (uint32_t i = 0; i < yz_seeker_skill_count(s); i++) {
        dictionary_use(m, YZ_SKILLS, yz_seeker_skills(s)[i], by);
    }
}

static yz_seeker merged(const yz_seeker *given, uint32_t fields, const yz_seeker *old) {
    yz_seeker s = *given;
    if (old == NULL) return s;
    if (!(fields & YZ_SEEKER_PERSON)) s.person = old->person;
    if (!(fields & YZ_SEEKER_SKILLS)) {
        s.skills = old->skills;
        s.skill_count = old->skill_count;
    }
    if (!(fields & YZ_SEEKER_PLACE)) s.place = old->place;
    if (!(fields & YZ_SEEKER_RADIUS)) s.radius_m = old->radius_m;
    if (!(fields & YZ_SEEKER_WAGE_FLOOR)) {
        s.floor_unit = old->floor_unit;
        s.floor_fen = old->floor_fen;
    }
    if (!(fields & YZ_SEEKER_EDUCATION)) s.education = old->education;
    if (!(fields & YZ_SEEKER_TYPES)) s.types = old->types;
    if (!(fields & YZ_SEEKER_SHIFTS)) s.shifts = old->shifts;
    if (!(fields & YZ_SEEKER_GROUPS)) {
        s.groups = old->groups;
        s.primary_group = old->primary_group;
    }
    if (!(fields & YZ_SEEKER_WANTS_PUSH)) s.wants_push = old->wants_push;
    return s;
}

static yz_status resolve(const yz_market *m, const yz_seeker *s, yz_packed_seeker *packed,
                         seeker_cold *cold, yz_problem *problem) {
    *cold = (seeker_cold){
        .person = YZ_ROW_NONE,
        .division = YZ_ROW_NONE,
        .groups = s->groups,
        .floor_unit = (uint8_t)s->floor_unit,
        .primary_group = s->primary_group,
        .wants_push = s->wants_push,
    };
    if (s->person.size > 0) {
        cold->person = dictionary_find(m, YZ_PERSONS, s->person);
        if (cold->person == YZ_ROW_NONE) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_PERSON, "/person", s->person);
        }
    }
    if (s->place.division.size > 0) {
        cold->division = dictionary_find(m, YZ_DIVISIONS, s->place.division);
        if (cold->division == YZ_ROW_NONE) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_DIVISION, "/place/division",
                                    s->place.division);
        }
    }
    return pack_seeker(m, s, packed, problem);
}

static bool same_content(const yz_packed_seeker *a, const seeker_cold *ca,
                         const yz_packed_seeker *b, const seeker_cold *cb) {
    return packed_seeker_equal(a, b) && ca->person == cb->person && ca->division == cb->division &&
           ca->groups == cb->groups && ca->floor_unit == cb->floor_unit &&
           ca->primary_group == cb->primary_group && ca->wants_push == cb->wants_push;
}

static void install(yz_market *m, uint32_t row, bool is_new, const yz_packed_seeker *packed,
                    const seeker_cold *cold) {
    yz_packed_seeker *at = packed_seeker(m, row);
    seeker_cold *cold_at = cold_seeker(m, row);
    use_references(m, packed, cold, 1);
    if (!is_new) {
        if (cold_at->state == YZ_STATE_OPEN) leave(m, row);
        yz_print_subtract(&m->records_print, seeker_print(m, row));
        m->seeker_counts[cold_at->state] -= 1;
        use_references(m, at, cold_at, -1);
        m->seeker_far_bytes -= packed_seeker_far_bytes(at);
        packed_seeker_deinit(at);
    }
    *at = *packed;
    *cold_at = *cold;
    m->seeker_far_bytes += packed_seeker_far_bytes(at);
    m->seeker_counts[cold->state] += 1;
    yz_print_add(&m->records_print, seeker_print(m, row));
    if (cold->state == YZ_STATE_OPEN) enter(m, row);
}

static yz_status may_write(const yz_market *m, const yz_command *c, uint32_t row,
                           yz_problem *problem) {
    bool patch = c->type == YZ_COMMAND_SEEKER_PATCH;
    uint32_t wanted = c->seeker_put.if_version;
    if (row == YZ_ROW_NONE) {
        if (patch) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "",
                                    c->seeker_put.seeker.id);
        }
        if (wanted != YZ_VERSION_ANY) {
            return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, 0);
        }
        if (yz_ids_count(m->seeker_ids) >= YZ_RECORDS_MAX) {
            return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_RECORDS_MAX, 0,
                                    YZ_RECORDS_MAX);
        }
        return YZ_OK;
    }
    const seeker_cold *cold = cold_seeker(m, row);
    if (c->seeker_put.only_new) {
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", c->seeker_put.seeker.id);
    }
    if (wanted != YZ_VERSION_ANY && wanted != cold->version) {
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, cold->version);
    }
    if (patch && cold->state == YZ_STATE_CLOSED) {
        return yz_problem_value(problem, YZ_PROBLEM_NOT_OPEN, "",
                                yz_record_state_name(YZ_STATE_CLOSED));
    }
    return YZ_OK;
}

void apply_seeker_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    const yz_seeker *given = &c->seeker_put.seeker;
    uint32_t row = yz_ids_find(m->seeker_ids, given->id);
    yz_status status = may_write(m, c, row, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);

    bool patch = c->type == YZ_COMMAND_SEEKER_PATCH;
    yz_arena *arena = patch ? yz_arena_new((size_t)1 << 20) : NULL;
    yz_seeker_view old;
    if (patch) yz_market_seeker_at(m, row, arena, &old);
    yz_seeker whole = merged(given, c->seeker_put.fields, patch ? &old.seeker : NULL);
    yz_packed_seeker packed;
    seeker_cold cold;
    status = resolve(m, &whole, &packed, &cold, &out->problem);
    yz_arena_free(arena);
    if (status != YZ_OK) REFUSE(out, status);

    bool is_new = row == YZ_ROW_NONE;
    const seeker_cold *in_force = is_new ? NULL : cold_seeker(m, row);
    bool reopen = !is_new && in_force->state == YZ_STATE_CLOSED;
    cold.state = !is_new && !reopen ? in_force->state : YZ_STATE_OPEN;
    cold.version = is_new ? 1 : in_force->version + 1;
    out->created = is_new;
    out->reopened = reopen;
    out->changed =
        is_new || reopen || !same_content(&packed, &cold, packed_seeker(m, row), in_force);
    if (!out->changed) {
        out->version = in_force->version;
        packed_seeker_deinit(&packed);
        return;
    }
    if (is_new) {
        row = yz_ids_add(m->seeker_ids, given->id);
        yz_slab_reserve(&m->seekers, row);
        yz_slab_reserve(&m->seekers_cold, row);
    }
    out->version = cold.version;
    install(m, row, is_new, &packed, &cold);
    if (cold.state == YZ_STATE_OPEN) effect(effects, YZ_EFFECT_SEEKER_OPENED, row);
}

void apply_seeker_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    uint32_t row = yz_ids_find(m->seeker_ids, c->named.id);
    if (row == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SEEKER, "", c->named.id));
    }
    seeker_cold *cold = cold_seeker(m, row);
    uint32_t wanted = c->named.if_version;
    if (wanted != YZ_VERSION_ANY && wanted != cold->version) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                     cold->version));
    }
    yz_record_state state = (yz_record_state)cold->state, next = YZ_STATE_CLOSED;
    bool legal = state != YZ_STATE_CLOSED;
    yz_problem_code refusal = YZ_PROBLEM_NOT_OPEN;
    if (c->type == YZ_COMMAND_SEEKER_PAUSE) {
        legal = state == YZ_STATE_OPEN;
        next = YZ_STATE_PAUSED;
    } else if (c->type == YZ_COMMAND_SEEKER_RESUME) {
        legal = state == YZ_STATE_PAUSED;
        refusal = YZ_PROBLEM_NOT_PAUSED;
        next = YZ_STATE_OPEN;
    }
    if (!legal) {
        REFUSE(out, yz_problem_value(&out->problem, refusal, "", yz_record_state_name(state)));
    }
    if (state == YZ_STATE_OPEN) leave(m, row);
    yz_print_subtract(&m->records_print, seeker_print(m, row));
    m->seeker_counts[state] -= 1;
    cold->state = (uint8_t)next;
    cold->version += 1;
    m->seeker_counts[next] += 1;
    yz_print_add(&m->records_print, seeker_print(m, row));
    if (next == YZ_STATE_OPEN) enter(m, row);
    effect(effects, next == YZ_STATE_OPEN ? YZ_EFFECT_SEEKER_OPENED : YZ_EFFECT_SEEKER_GONE, row);
    out->version = cold->version;
    out->changed = true;
}

/* Seekers: open, change, pause, resume, close. Only open seekers stand in the index, and of those
 * only whose place is known: a replay does not see what was sealed under a destroyed key. */
#include "engine/market/counting.h"

#include "engine/base/alloc.h"

static bool counts_as_pusher(const yz_market *m, uint32_t row) {
    return seeker_is_found(cold_seeker(m, row)) && cold_seeker(m, row)->wants_push;
}

static void enter(yz_market *m, uint32_t row) {
    m->pushers += counts_as_pusher(m, row);
    if (m->resting || !seeker_is_found(cold_seeker(m, row))) return;
    yz_seeker_index_add(m->seeker_index, row, packed_seeker(m, row));
}

static void leave(yz_market *m, uint32_t row) {
    m->pushers -= counts_as_pusher(m, row);
    if (m->resting || !seeker_is_found(cold_seeker(m, row))) return;
    yz_seeker_index_remove(m->seeker_index, row, packed_seeker(m, row));
}

static void use_references(yz_market *m, const yz_packed_seeker *s, const seeker_cold *cold,
                           int64_t by) {
    dictionary_use(m, YZ_DIVISIONS, cold->division, by);
    dictionary_use(m, YZ_PERSONS, cold->person, by);
    dictionary_use(m, YZ_OCCUPATIONS, cold->occupation, by);
    for (uint32_t i = 0; i < yz_seeker_skill_count(s); i++) {
        dictionary_use(m, YZ_SKILLS, yz_seeker_skills(s)[i], by);
    }
}

// What is sealed and could not be opened: a place nobody knows, no group but the primary one.
static yz_seeker tagged(const yz_seeker *given) {
    yz_seeker s = *given;
    if (s.place_tag == 0) s.place_tag = tag_of_numbers('p', s.place.lat_e7, s.place.lon_e7);
    if (s.groups_tag == 0) s.groups_tag = tag_of_numbers('g', s.groups, 0);
    if (s.withheld) {
        s.place.lat_e7 = s.place.lon_e7 = 0;
        s.groups = 1u << s.primary_group;
    }
    return s;
}

static yz_seeker merged(const yz_seeker *given, uint32_t fields, const yz_seeker *old) {
    yz_seeker s = tagged(given);
    if (old == NULL) {
        if (!(fields & YZ_SEEKER_PUSH)) s.push_per_day = s.quiet_from = s.quiet_to = 0;
        if (!(fields & YZ_SEEKER_OCCUPATION)) s.occupation = YZ_TEXT("");
        return s;
    }
    if (!(fields & YZ_SEEKER_PERSON)) s.person = old->person;
    if (!(fields & YZ_SEEKER_SKILLS)) {
        s.skills = old->skills;
        s.skill_count = old->skill_count;
    }
    if (!(fields & YZ_SEEKER_PLACE)) {
        s.place = old->place;
        s.place_tag = old->place_tag;
        s.withheld = old->withheld;
    }
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
        s.groups_tag = old->groups_tag;
        s.primary_group = old->primary_group;
    }
    if (!(fields & YZ_SEEKER_WANTS_PUSH)) s.wants_push = old->wants_push;
    if (!(fields & YZ_SEEKER_PUSH)) {
        s.push_per_day = old->push_per_day;
        s.quiet_from = old->quiet_from;
        s.quiet_to = old->quiet_to;
    }
    if (!(fields & YZ_SEEKER_OCCUPATION)) s.occupation = old->occupation;
    return s;
}

static yz_status resolve(const yz_market *m, const yz_seeker *s, yz_packed_seeker *packed,
                         seeker_cold *cold, yz_problem *problem) {
    *cold = (seeker_cold){
        .place_tag = s->place_tag,
        .groups_tag = s->groups_tag,
        .person = YZ_ROW_NONE,
        .next_of_person = YZ_ROW_NONE,
        .division = YZ_ROW_NONE,
        .occupation = YZ_ROW_NONE,
        .groups = s->groups,
        .floor_unit = (uint8_t)s->floor_unit,
        .primary_group = s->primary_group,
        .wants_push = s->wants_push,
        .push_per_day = s->push_per_day & 0x3FFu,
        .quiet_from = s->quiet_from & 0x7FFu,
        .quiet_to = s->quiet_to & 0x7FFu,
        .withheld = s->withheld,
    };
    if (s->person.size > 0) {
        cold->person = dictionary_find(m, YZ_PERSONS, s->person);
        if (cold->person == YZ_ROW_NONE) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_PERSON, "/person", s->person);
        }
    }
    if (s->occupation.size > 0) {
        cold->occupation = dictionary_find(m, YZ_OCCUPATIONS, s->occupation);
        if (cold->occupation == YZ_ROW_NONE) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_OCCUPATION, "/occupation",
                                    s->occupation);
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
    return packed_seeker_alike(a, b) && ca->person == cb->person && ca->division == cb->division &&
           ca->occupation == cb->occupation && ca->place_tag == cb->place_tag &&
           ca->groups_tag == cb->groups_tag && ca->floor_unit == cb->floor_unit &&
           ca->primary_group == cb->primary_group && ca->wants_push == cb->wants_push &&
           ca->push_per_day == cb->push_per_day && ca->quiet_from == cb->quiet_from &&
           ca->quiet_to == cb->quiet_to;
}

static void install(yz_market *m, uint32_t row, bool is_new, const yz_packed_seeker *packed,
                    const seeker_cold *cold) {
    yz_packed_seeker *at = packed_seeker(m, row);
    seeker_cold *cold_at = cold_seeker(m, row);
    use_references(m, packed, cold, 1);
    if (!is_new) {
        leave(m, row);
        yz_print_subtract(&m->records_print, seeker_print(m, row));
        m->seeker_counts[cold_at->state] -= 1;
        use_references(m, at, cold_at, -1);
        m->seeker_far_bytes -= packed_seeker_far_bytes(at);
        packed_seeker_deinit(at);
        person_unlink(m, cold_at->person, row);
    }
    *at = *packed;
    *cold_at = *cold;
    person_link(m, cold->person, row);
    m->seeker_far_bytes += packed_seeker_far_bytes(at);
    m->seeker_counts[cold->state] += 1;
    yz_print_add(&m->records_print, seeker_print(m, row));
    enter(m, row);
}

void seeker_restore(yz_market *m, yz_text id, const yz_packed_seeker *packed,
                    const seeker_cold *cold) {
    uint32_t row = yz_ids_add_soon(m->seeker_ids, id);
    yz_slab_reserve(&m->seekers, row);
    yz_slab_reserve(&m->seekers_cold, row);
    pairs_reserve_seeker(m, row);
    install(m, row, true, packed, cold);
}

// Another person's key seals from now on, so what is sealed has to come again; else destroying the
// first key would take it from the second.
static yz_status may_change_person(const yz_command *c, const yz_seeker *old, yz_problem *problem) {
    uint32_t fields = c->seeker_put.fields;
    const yz_seeker *given = &c->seeker_put.seeker;
    if (!(fields & YZ_SEEKER_PERSON)) return YZ_OK;
    yz_text before = old->person.size > 0 ? old->person : old->id;
    yz_text after = given->person.size > 0 ? given->person : given->id;
    if (yz_text_equal(before, after)) return YZ_OK;
    if (!(fields & YZ_SEEKER_PLACE)) {
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/place");
    }
    if (!(fields & YZ_SEEKER_GROUPS)) {
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/groups");
    }
    return YZ_OK;
}

yz_status person_may_have_one_more(uint64_t count, yz_problem *problem) {
    if (count < YZ_PERSON_SEEKERS_MAX) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/person", (int64_t)count + 1, 0,
                            YZ_PERSON_SEEKERS_MAX);
}

static yz_status may_add_to_person(const yz_market *m, uint32_t person, uint32_t row,
                                   yz_problem *problem) {
    if (person == YZ_ROW_NONE) return YZ_OK;
    if (row != YZ_ROW_NONE && cold_seeker(m, row)->person == person) return YZ_OK;
    return person_may_have_one_more(entry_at(m, YZ_PERSONS, person)->used_by, problem);
}

yz_status seeker_may_write(const yz_market *m, const yz_command *c, uint32_t row, uint32_t ahead,
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
        if (yz_ids_count(m->seeker_ids) + ahead >= YZ_RECORDS_MAX) {
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
    yz_status status = seeker_may_write(m, c, row, 0, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);

    bool patch = c->type == YZ_COMMAND_SEEKER_PATCH;
    yz_arena *arena = patch ? yz_arena_new((size_t)1 << 20) : NULL;
    yz_seeker_view old;
    if (patch) yz_market_seeker_at(m, row, arena, &old);
    yz_seeker whole = merged(given, c->seeker_put.fields, patch ? &old.seeker : NULL);
    yz_packed_seeker packed;
    seeker_cold cold;
    if (patch) status = may_change_person(c, &old.seeker, &out->problem);
    if (status == YZ_OK) status = resolve(m, &whole, &packed, &cold, &out->problem);
    yz_arena_free(arena);
    if (status != YZ_OK) REFUSE(out, status);
    status = may_add_to_person(m, cold.person, row, &out->problem);
    if (status != YZ_OK) {
        packed_seeker_deinit(&packed);
        REFUSE(out, status);
    }

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
        pairs_reserve_seeker(m, row);
    } else if (!cold.wants_push) {
        told_let_go(m, row); // wants to hear nothing
    } else if (!cold.withheld) {
        told_wishes_change(m, row, &packed);
    }
    out->version = cold.version;
    if (!is_new) count_seeker_leaves(m, row);
    install(m, row, is_new, &packed, &cold);
    count_seeker_stands(m, row);
    if (cold.state == YZ_STATE_OPEN) effect(effects, YZ_EFFECT_SEEKER_OPENED, row);
}

void seeker_move(yz_market *m, uint32_t row, yz_record_state state, yz_effects *effects) {
    seeker_cold *cold = cold_seeker(m, row);
    count_seeker_turns(m, row);
    leave(m, row);
    yz_print_subtract(&m->records_print, seeker_print(m, row));
    m->seeker_counts[cold->state] -= 1;
    cold->state = (uint8_t)state;
    cold->version += 1;
    m->seeker_counts[state] += 1;
    yz_print_add(&m->records_print, seeker_print(m, row));
    enter(m, row);
    count_seeker_stands(m, row);
    effect(effects, state == YZ_STATE_OPEN ? YZ_EFFECT_SEEKER_OPENED : YZ_EFFECT_SEEKER_GONE, row);
}

void apply_seeker_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    uint32_t row = yz_ids_find(m->seeker_ids, c->named.id);
    if (row == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SEEKER, "", c->named.id));
    }
    const seeker_cold *cold = cold_seeker(m, row);
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
    if (next == YZ_STATE_CLOSED) told_let_go(m, row);
    seeker_move(m, row, next, effects);
    out->version = cold->version;
    out->changed = true;
}

bool seeker_erase(yz_market *m, uint32_t row, yz_effects *effects) {
    seeker_cold *cold = cold_seeker(m, row);
    yz_packed_seeker *packed = packed_seeker(m, row);
    if (cold->erased) return false;
    bool was_there = cold->state != YZ_STATE_CLOSED;
    told_let_go(m, row);
    count_seeker_turns(m, row);
    leave(m, row);
    yz_print_subtract(&m->records_print, seeker_print(m, row));
    m->seeker_counts[cold->state] -= 1;
    cold->state = YZ_STATE_CLOSED;
    cold->version += 1;
    cold->erased = true;
    cold->withheld = true;
    cold->groups = 1u << cold->primary_group;
    packed->lat_e7 = packed->lon_e7 = 0;
    m->seeker_counts[YZ_STATE_CLOSED] += 1;
    yz_print_add(&m->records_print, seeker_print(m, row));
    count_seeker_stands(m, row);
    if (was_there) effect(effects, YZ_EFFECT_SEEKER_GONE, row);
    return true;
}

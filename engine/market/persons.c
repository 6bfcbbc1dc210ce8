/* Persons: entries of a dictionary like any other, and beside each what the door derived. Erasing
 * leaves the entry and the skeleton of the person's seekers; what identifies is forgotten.
 *
 *     facts of person 7:  first_seeker -> 12 -> 40 -> 41     the seekers that name the person, by
 *                                                            row, linked through seeker_cold */
#include "engine/market/state.h"

_Static_assert(YZ_PERSON_SEEKERS_MAX + 2 <= YZ_EFFECTS_MAX,
               "an erasure's effects: the seekers that name the person, the one that bears the "
               "person's id, the entry");

uint64_t tag_of_numbers(char role, int64_t a, int64_t b) {
    unsigned char bytes[17] = {(unsigned char)role};
    for (int i = 0; i < 8; i++) {
        bytes[1 + i] = (unsigned char)((uint64_t)a >> (8 * i));
        bytes[9 + i] = (unsigned char)((uint64_t)b >> (8 * i));
    }
    uint64_t tag = yz_print_of(bytes, sizeof bytes).words[0];
    return tag != 0 ? tag : 1;
}

static uint64_t birth_tag_of(int32_t birth_day) {
    return tag_of_numbers('b', birth_day, 0);
}

static uint64_t tags_tag_of(uint32_t tags) {
    return tag_of_numbers('t', tags, 0);
}

void person_facts_clear(yz_market *m, uint32_t row) {
    person_facts *facts = facts_of(m, row);
    dictionary_use(m, YZ_DIVISIONS, facts->division, -1);
    *facts = (person_facts){.division = YZ_ROW_NONE,
                            .first_seeker = facts->first_seeker,
                            .birth_day = YZ_DAY_NONE,
                            .birth_tag = birth_tag_of(YZ_DAY_NONE),
                            .tags_tag = tags_tag_of(0)};
}

// ---- the person's seekers ----

// Where the row of the first seeker at or after `seeker` is written.
static uint32_t *place_in_list(yz_market *m, uint32_t person, uint32_t seeker) {
    uint32_t *place = &facts_of(m, person)->first_seeker;
    while (*place != YZ_ROW_NONE && *place < seeker)
        place = &cold_seeker(m, *place)->next_of_person;
    return place;
}

void person_link(yz_market *m, uint32_t person, uint32_t seeker) {
    if (person == YZ_ROW_NONE) return;
    uint32_t *place = place_in_list(m, person, seeker);
    cold_seeker(m, seeker)->next_of_person = *place;
    *place = seeker;
}

void person_unlink(yz_market *m, uint32_t person, uint32_t seeker) {
    if (person == YZ_ROW_NONE) return;
    *place_in_list(m, person, seeker) = cold_seeker(m, seeker)->next_of_person;
}

// ---- register, change ----

// The facts that the command asks for: its own fields over those in force.
static yz_status merged(const yz_market *m, const yz_person *given, uint32_t fields,
                        person_facts *facts, yz_problem *problem) {
    if (fields & YZ_PERSON_DIVISION) {
        facts->division = YZ_ROW_NONE;
        if (given->division.size > 0) {
            facts->division = dictionary_find(m, YZ_DIVISIONS, given->division);
            if (facts->division == YZ_ROW_NONE) {
                return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_DIVISION, "/division",
                                        given->division);
            }
        }
    }
    if (fields & YZ_PERSON_SEX) facts->sex = (uint8_t)given->sex;
    if (fields & YZ_PERSON_GROUP) facts->group = given->group;
    if (fields & YZ_PERSON_ID_CHECK) facts->id_check = (uint8_t)given->id_check;
    if (fields & YZ_PERSON_ACCOUNT) {
        facts->account_hash[0] = given->account_hash[0];
        facts->account_hash[1] = given->account_hash[1];
    }
    uint64_t tag = given->sealed_tag;
    if (fields & YZ_PERSON_BIRTH_DAY) {
        facts->birth_day = given->withheld ? YZ_DAY_NONE : given->birth_day;
        facts->birth_tag = tag != 0 ? tag : birth_tag_of(given->birth_day);
    }
    if (fields & YZ_PERSON_TAGS) {
        facts->tags = given->withheld ? 0 : (uint16_t)given->tags;
        facts->tags_tag = tag != 0 ? tag : tags_tag_of(given->tags);
    }
    if (fields & (YZ_PERSON_BIRTH_DAY | YZ_PERSON_TAGS)) {
        facts->withheld =
            given->withheld || ((fields & YZ_PERSON_ALL) != YZ_PERSON_ALL && facts->withheld);
    }
    return YZ_OK;
}

static bool same_facts(const person_facts *a, const person_facts *b) {
    return a->division == b->division && a->sex == b->sex && a->group == b->group &&
           a->id_check == b->id_check && a->account_hash[0] == b->account_hash[0] &&
           a->account_hash[1] == b->account_hash[1] && a->birth_tag == b->birth_tag &&
           a->tags_tag == b->tags_tag && a->erased == b->erased;
}

static yz_status may_write(const yz_market *m, const yz_command *c, uint32_t row, bool known,
                           yz_problem *problem) {
    uint32_t wanted = c->person_put.if_version;
    uint32_t version = known ? entry_at(m, YZ_PERSONS, row)->version : 0;
    if (!known && c->type == YZ_COMMAND_PERSON_PATCH) {
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_ENTRY, "", c->person_put.person.id);
    }
    yz_status allowed = version_allows(wanted, known, version, c->person_put.person.id, problem);
    if (allowed != YZ_OK) return allowed;
    return row == YZ_ROW_NONE ? dictionary_has_room(m, YZ_PERSONS, 0, problem) : YZ_OK;
}

/* What a write comes to: the row (YZ_ROW_NONE: a new one), and the facts it will have. */
typedef struct person_plan {
    uint32_t row;
    bool known;
    person_facts facts;
} person_plan;

static yz_status plan_write(const yz_market *m, const yz_command *c, person_plan *plan,
                            yz_problem *problem) {
    const yz_person *given = &c->person_put.person;
    uint32_t row = yz_ids_find(m->dictionaries[YZ_PERSONS].ids, given->id);
    plan->row = row;
    plan->known = row != YZ_ROW_NONE && !entry_at(m, YZ_PERSONS, row)->gone &&
                  !facts_of(m, row)->erased; // an erased person registers anew
    yz_status status = may_write(m, c, row, plan->known, problem);
    if (status != YZ_OK) return status;
    plan->facts = plan->known ? *facts_of(m, row) : (person_facts){.division = YZ_ROW_NONE};
    return merged(m, given, c->person_put.fields, &plan->facts, problem);
}

void apply_person_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    person_plan plan;
    yz_status status = plan_write(m, c, &plan, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    const yz_person *given = &c->person_put.person;
    uint32_t row = plan.row;
    bool known = plan.known;
    person_facts facts = plan.facts;

    if (row == YZ_ROW_NONE) row = dictionary_add(m, YZ_PERSONS, given->id);
    dictionary_entry *entry = entry_at(m, YZ_PERSONS, row);
    person_facts *at = facts_of(m, row);
    out->created = !known;
    bool vault = c->person_put.fields & YZ_PERSON_VAULT;
    out->changed = !known || vault || !same_facts(&facts, at);
    out->version = entry->version + out->changed;
    if (!out->changed) return;
    if (entry->version > 0) {
        yz_print_subtract(&m->records_print, entry_print(m, YZ_PERSONS, row));
    }
    if (entry->gone) m->dictionaries[YZ_PERSONS].live += 1;
    entry->gone = false;
    entry->version += 1;
    dictionary_use(m, YZ_DIVISIONS, facts.division, 1);
    dictionary_use(m, YZ_DIVISIONS, at->division, -1);
    facts.first_seeker = at->first_seeker;
    facts.reveals = at->reveals;
    *at = facts;
    yz_print_add(&m->records_print, entry_print(m, YZ_PERSONS, row));
    effect(effects, YZ_EFFECT_ENTRY_CHANGED, row);
}

// ---- erase, reveal ----

static void forget(yz_market *m, uint32_t row) {
    person_facts *facts = facts_of(m, row);
    yz_print_subtract(&m->records_print, entry_print(m, YZ_PERSONS, row));
    facts->birth_day = YZ_DAY_NONE;
    facts->tags = 0;
    facts->account_hash[0] = facts->account_hash[1] = 0;
    facts->withheld = true;
    facts->erased = true;
    entry_at(m, YZ_PERSONS, row)->version += 1;
    yz_print_add(&m->records_print, entry_print(m, YZ_PERSONS, row));
}

/* Who is to be erased: the row of the person, of the seeker who names no person and so is one of
 * that id, of the subject of policy. */
typedef struct erasure {
    uint32_t person, seeker, subject;
} erasure;

static uint32_t version_of(const yz_market *m, const erasure *e) {
    if (e->person != YZ_ROW_NONE) return entry_at(m, YZ_PERSONS, e->person)->version;
    if (e->seeker != YZ_ROW_NONE) return cold_seeker(m, e->seeker)->version;
    return yz_book_version(m->policy.book, e->subject);
}

static yz_status may_erase(const yz_market *m, const yz_command *c, erasure *e,
                           yz_problem *problem) {
    e->person = dictionary_find(m, YZ_PERSONS, c->named.id);
    e->seeker = yz_ids_find(m->seeker_ids, c->named.id);
    if (e->seeker != YZ_ROW_NONE && cold_seeker(m, e->seeker)->person != YZ_ROW_NONE) {
        e->seeker = YZ_ROW_NONE;
    }
    e->subject = yz_book_row(m->policy.book, YZ_SUBJECT_person, c->named.id);
    if (e->person == YZ_ROW_NONE && e->seeker == YZ_ROW_NONE && e->subject == YZ_ROW_NONE) {
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_ENTRY, "", c->named.id);
    }
    uint32_t wanted = c->named.if_version, version = version_of(m, e);
    if (wanted == YZ_VERSION_ANY || wanted == version) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, version);
}

void apply_person_erase(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects) {
    erasure e;
    yz_status status = may_erase(m, c, &e, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    uint32_t row = e.person, same = e.seeker;
    if (same != YZ_ROW_NONE) out->changed = seeker_erase(m, same, effects);
    if (policy_forget(m, c->named.id)) out->changed = true;
    if (row != YZ_ROW_NONE) {
        uint32_t seeker = facts_of(m, row)->first_seeker;
        for (; seeker != YZ_ROW_NONE; seeker = cold_seeker(m, seeker)->next_of_person) {
            if (seeker_erase(m, seeker, effects)) out->changed = true;
        }
        if (!facts_of(m, row)->erased) out->changed = true;
        if (out->changed) {
            forget(m, row);
            effect(effects, YZ_EFFECT_ENTRY_CHANGED, row);
        }
    }
    out->version = version_of(m, &e);
}

bool yz_market_foresee(const yz_market *m, const yz_command *c, yz_outcome *out) {
    *out = (yz_outcome){.sequence = m->sequence};
    if (market_repeats(m, c, out)) return false;
    if (c->type == YZ_COMMAND_PERSON_ERASE) {
        erasure e;
        out->status = may_erase(m, c, &e, &out->problem);
    } else {
        person_plan plan;
        out->status = plan_write(m, c, &plan, &out->problem);
    }
    return out->status == YZ_OK;
}

void apply_person_reveal(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t row = dictionary_find(m, YZ_PERSONS, c->reveal.id);
    if (row == YZ_ROW_NONE || facts_of(m, row)->erased) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_ENTRY, "", c->reveal.id));
    }
    yz_print_subtract(&m->records_print, entry_print(m, YZ_PERSONS, row));
    facts_of(m, row)->reveals += 1;
    yz_print_add(&m->records_print, entry_print(m, YZ_PERSONS, row));
    out->version = entry_at(m, YZ_PERSONS, row)->version;
    out->changed = true;
}

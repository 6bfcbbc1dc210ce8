/* Would a whole group of commands be carried out? Nothing may be changed to find out, so what the
 * earlier ones of the group would have made is noted beside the market:
 *
 *     note   posting "p1"            written by the group: there, and new if the market lacks it
 *            seeker "s1" -> "h1"     whom it names by then
 *            skill "welding"         known by then
 *            seekers of "h1": +3     more than the market counts
 *            receipt (key) -> 17     kept by then, by the 18th command
 *
 * A group only adds: nothing in it closes or deletes, so what the market knows stays known. What a
 * write has to pass otherwise is asked of the functions that apply asks. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

/* After the dictionaries. */
enum { NOTE_POSTING = YZ_DICTIONARY_COUNT, NOTE_SEEKER, NOTE_PERSON_SEEKERS, NOTE_RECEIPT };
#define NOTES_PER_COMMAND_MAX 4 // a seeker: itself, the person it leaves, the one it joins, receipt

typedef struct note {
    yz_text id; // of what; bytes NULL: the slot is free
    uint32_t kind;
    uint32_t at;    // RECEIPT: which command of the group kept it
    int64_t more;   // PERSON_SEEKERS
    yz_text person; // SEEKER: whom it names, or ""
} note;

typedef struct foresight {
    const yz_market *m;
    const yz_command *commands;
    note *notes; // by hash, open addressing
    uint32_t slots;
    uint32_t ahead[NOTE_SEEKER + 1]; // new rows of each table
    uint64_t kept;                   // receipts
} foresight;

// Where the note is, or would be.
static note *slot_of(const foresight *f, uint32_t kind, yz_text id) {
    uint64_t hash = yz_siphash(f->m->options.hash_key, id.bytes, id.size) + kind;
    for (;; hash++) {
        note *n = &f->notes[hash & (f->slots - 1)];
        if (n->id.bytes == NULL || (n->kind == kind && yz_text_equal(n->id, id))) return n;
    }
}

static const note *noted(const foresight *f, uint32_t kind, yz_text id) {
    const note *n = slot_of(f, kind, id);
    return n->id.bytes == NULL ? NULL : n;
}

static note *take_note(foresight *f, uint32_t kind, yz_text id) {
    note *n = slot_of(f, kind, id);
    n->id = id;
    n->kind = kind;
    return n;
}

// Written by the group: from now on it is there. `row`: in the market.
static note *note_record(foresight *f, uint32_t kind, yz_text id, uint32_t row) {
    if (row == YZ_ROW_NONE && noted(f, kind, id) == NULL) f->ahead[kind] += 1;
    return take_note(f, kind, id);
}

// ---- what a record names ----

static bool is_known(const foresight *f, yz_dictionary which, yz_text id) {
    return dictionary_find(f->m, which, id) != YZ_ROW_NONE || noted(f, which, id) != NULL;
}

static yz_status refer(const foresight *f, yz_dictionary which, yz_text id, yz_problem_code unknown,
                       const char *pointer, yz_problem *problem) {
    if (id.size == 0 || is_known(f, which, id)) return YZ_OK;
    return yz_problem_value(problem, unknown, pointer, id);
}

static yz_status refer_skills(const foresight *f, const yz_skill_level *skills, uint32_t count,
                              const char *list, yz_problem *problem) {
    for (uint32_t i = 0; i < count; i++) {
        if (is_known(f, YZ_SKILLS, skills[i].skill)) continue;
        return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SKILL, list, i, "/skill",
                                  skills[i].skill);
    }
    return YZ_OK;
}

static yz_status refer_preferred(const foresight *f, const yz_posting *p, yz_problem *problem) {
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        if (is_known(f, YZ_SKILLS, p->preferred[i])) continue;
        return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SKILL, "/preferred", i, "",
                                  p->preferred[i]);
    }
    return YZ_OK;
}

// ---- one command, as the ones before it leave the market ----

static yz_status foresee_entry(foresight *f, const yz_command *c, yz_problem *problem) {
    yz_dictionary which = c->entry_put.dictionary;
    yz_text id = c->entry_put.entry.id;
    uint32_t row = yz_ids_find(f->m->dictionaries[which].ids, id);
    if (row == YZ_ROW_NONE && noted(f, which, id) == NULL) {
        yz_status status = dictionary_has_room(f->m, which, f->ahead[which], problem);
        if (status != YZ_OK) return status;
    }
    note_record(f, which, id, row);
    return YZ_OK;
}

static yz_status foresee_posting(foresight *f, const yz_command *c, yz_problem *problem) {
    const yz_posting *p = &c->posting_put.posting;
    uint32_t row = yz_ids_find(f->m->posting_ids, p->id);
    yz_status status = YZ_OK;
    if (row == YZ_ROW_NONE && noted(f, NOTE_POSTING, p->id) != NULL) {
        if (c->posting_put.only_new) {
            status = yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", p->id);
        }
    } else {
        status = posting_may_write(f->m, c, row, f->ahead[NOTE_POSTING], problem);
    }
    if (status == YZ_OK) status = posting_may_have_openings(f->m, row, p->openings, problem);
    if (status == YZ_OK) status = posting_may_be_at(f->m, c, problem);
    if (status == YZ_OK) status = posting_may_last(p, f->commands[0].at_ms, problem);
    if (status == YZ_OK) {
        status =
            refer(f, YZ_EMPLOYERS, p->employer, YZ_PROBLEM_UNKNOWN_EMPLOYER, "/employer", problem);
    }
    if (status == YZ_OK) {
        status = refer(f, YZ_OCCUPATIONS, p->occupation, YZ_PROBLEM_UNKNOWN_OCCUPATION,
                       "/occupation", problem);
    }
    if (status == YZ_OK) {
        status = refer(f, YZ_DIVISIONS, p->place.division, YZ_PROBLEM_UNKNOWN_DIVISION,
                       "/place/division", problem);
    }
    if (status == YZ_OK) {
        status = refer_skills(f, p->required, p->required_count, "/required", problem);
    }
    if (status == YZ_OK) status = refer_preferred(f, p, problem);
    if (status == YZ_OK) note_record(f, NOTE_POSTING, p->id, row);
    return status;
}

static uint64_t seekers_of(const foresight *f, yz_text person) {
    uint32_t row = yz_ids_find(f->m->dictionaries[YZ_PERSONS].ids, person);
    const note *n = noted(f, NOTE_PERSON_SEEKERS, person);
    uint64_t count = row == YZ_ROW_NONE ? 0 : entry_at(f->m, YZ_PERSONS, row)->used_by;
    return n == NULL ? count : (uint64_t)((int64_t)count + n->more);
}

// Whom the seeker names before this command; "" is nobody.
static yz_text person_before(const foresight *f, yz_text seeker, uint32_t row) {
    const note *n = noted(f, NOTE_SEEKER, seeker);
    if (n != NULL) return n->person;
    return row == YZ_ROW_NONE ? YZ_TEXT("")
                              : dictionary_id(f->m, YZ_PERSONS, cold_seeker(f->m, row)->person);
}

static void count_seeker(foresight *f, yz_text person, int64_t by) {
    if (person.size > 0) take_note(f, NOTE_PERSON_SEEKERS, person)->more += by;
}

static yz_status foresee_seeker(foresight *f, const yz_command *c, yz_problem *problem) {
    const yz_seeker *s = &c->seeker_put.seeker;
    uint32_t row = yz_ids_find(f->m->seeker_ids, s->id);
    yz_status status = YZ_OK;
    if (row == YZ_ROW_NONE && noted(f, NOTE_SEEKER, s->id) != NULL) {
        if (c->seeker_put.only_new) {
            status = yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", s->id);
        }
    } else {
        status = seeker_may_write(f->m, c, row, f->ahead[NOTE_SEEKER], problem);
    }
    if (status == YZ_OK) {
        status = refer(f, YZ_PERSONS, s->person, YZ_PROBLEM_UNKNOWN_PERSON, "/person", problem);
    }
    if (status == YZ_OK && (c->seeker_put.fields & YZ_SEEKER_OCCUPATION)) {
        status = refer(f, YZ_OCCUPATIONS, s->occupation, YZ_PROBLEM_UNKNOWN_OCCUPATION,
                       "/occupation", problem);
    }
    if (status == YZ_OK) {
        status = refer(f, YZ_DIVISIONS, s->place.division, YZ_PROBLEM_UNKNOWN_DIVISION,
                       "/place/division", problem);
    }
    if (status == YZ_OK) status = refer_skills(f, s->skills, s->skill_count, "/skills", problem);
    yz_text before = person_before(f, s->id, row);
    bool joins = s->person.size > 0 && !yz_text_equal(before, s->person);
    if (status == YZ_OK && joins) {
        status = person_may_have_one_more(seekers_of(f, s->person), problem);
    }
    if (status != YZ_OK) return status;
    count_seeker(f, before, -1);
    count_seeker(f, s->person, 1);
    note_record(f, NOTE_SEEKER, s->id, row)->person = s->person;
    return YZ_OK;
}

// ---- receipts ----

static bool has_key(const yz_command *c) {
    return c->receipt.key[0] != 0 || c->receipt.key[1] != 0;
}

static yz_text key_text(const yz_command *c) {
    return (yz_text){(const char *)c->receipt.key, sizeof c->receipt.key};
}

// Is it still there when the group has kept its receipts so far, and the oldest made room?
static bool outlasts(const foresight *f, uint64_t sequence) {
    const receipts *r = &f->m->receipts;
    uint64_t end = r->next + f->kept;
    if (end <= YZ_RECEIPTS_MAX || end - YZ_RECEIPTS_MAX <= r->oldest) return true;
    uint64_t oldest = end - YZ_RECEIPTS_MAX;
    return oldest < r->next && receipts_at(r, oldest)->sequence <= sequence;
}

// Is the receipt known by then, so that `out` is what apply says without carrying anything out?
static bool repeats(const foresight *f, const yz_command *c, yz_outcome *out) {
    const note *n = noted(f, NOTE_RECEIPT, key_text(c));
    if (n == NULL) {
        const kept_receipt *kept =
            receipts_find(&f->m->receipts, &c->receipt, f->commands[0].at_ms);
        return kept != NULL && outlasts(f, kept->sequence) && market_repeats(f->m, c, out);
    }
    uint64_t sequence = f->m->sequence + 1 + n->at;
    *out = (yz_outcome){.status = YZ_OK, .sequence = sequence, .repeated = true};
    if (f->commands[n->at].receipt.body == c->receipt.body) return true;
    out->repeated = false;
    out->status =
        yz_problem_range(&out->problem, YZ_PROBLEM_KEY_REUSED, "", (int64_t)sequence, 0, 0);
    return true;
}

static bool foresee_one(foresight *f, uint32_t at, yz_outcome *out) {
    const yz_command *c = &f->commands[at];
    yz_check(yz_market_foresees(c));
    if (has_key(c) && repeats(f, c, out)) return out->status == YZ_OK;
    switch (c->type) {
    case YZ_COMMAND_ENTRY_PUT: out->status = foresee_entry(f, c, &out->problem); break;
    case YZ_COMMAND_POSTING_PUT: out->status = foresee_posting(f, c, &out->problem); break;
    default: out->status = foresee_seeker(f, c, &out->problem); break;
    }
    if (out->status != YZ_OK) return false;
    if (has_key(c)) {
        take_note(f, NOTE_RECEIPT, key_text(c))->at = at;
        f->kept += 1;
    }
    return true;
}

// ---- the group ----

bool yz_market_foresees(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_ENTRY_PUT:
        if (c->entry_put.if_version == YZ_VERSION_NEW) return !has_key(c);
        return c->entry_put.if_version == YZ_VERSION_ANY;
    case YZ_COMMAND_POSTING_PUT: return c->posting_put.if_version == YZ_VERSION_ANY;
    case YZ_COMMAND_SEEKER_PUT: return c->seeker_put.if_version == YZ_VERSION_ANY;
    default: return false;
    }
}

bool yz_market_foresee_all(const yz_market *m, const yz_command *commands, uint32_t count,
                           uint32_t *refused, yz_outcome *out) {
    foresight f = {.m = m, .commands = commands, .slots = 16};
    while (f.slots < 2 * NOTES_PER_COMMAND_MAX * (uint64_t)count)
        f.slots *= 2;
    f.notes = yz_alloc_zeroed(f.slots * sizeof *f.notes);
    bool all = true;
    *out = (yz_outcome){.status = YZ_OK};
    for (uint32_t i = 0; i < count && all; i++) {
        *out = (yz_outcome){.status = YZ_OK};
        all = foresee_one(&f, i, out);
        if (!out->repeated) out->sequence = m->sequence + 1 + i;
        if (!all) *refused = i;
    }
    yz_free(f.notes);
    return all;
}

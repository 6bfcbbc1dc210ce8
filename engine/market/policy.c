/* Commands of policy. */
#include "engine/market/boosts.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "engine/policy/events.h"

_Static_assert(YZ_POLICY_FOUND_FEN_MAX == YZ_FACT_INT_MAX, "whatever rules find can be booked");
_Static_assert(YZ_POLICY_FOUND_MAX >= YZ_ENTRY_LINES_MAX, "and all that one look finds");
_Static_assert(YZ_POLICY_ALERTS_MAX >= YZ_FOUND_ALERTS_MAX, "alerts too");

void policy_init(yz_market *m) {
    m->policy.book = yz_book_new(m->options.hash_key);
    m->policy.spares = boost_spares_new();
    m->policy.ledger = yz_ledger_new(m->options.hash_key);
}

void policy_deinit(yz_market *m) {
    policy *p = &m->policy;
    boost_spares_free(p->spares);
    yz_book_free(p->book);
    yz_ledger_free(p->ledger);
    policy_rules_deinit(p);
    policy_budgets_deinit(p);
    *p = (policy){0};
}

int32_t policy_market_day(const yz_market *m) {
    return yz_day_at(m->at_ms);
}

yz_text policy_kept(yz_text text) {
    if (text.size == 0) return (yz_text){NULL, 0};
    char *bytes = yz_alloc(text.size);
    memcpy(bytes, text.bytes, text.size);
    return (yz_text){bytes, text.size};
}

// A subject leaves the sum of fingerprints as it was and enters it as it is.
static void count_out(yz_market *m, uint32_t row) {
    if (row != YZ_ROW_NONE)
        yz_print_subtract(&m->records_print, yz_book_print(m->policy.book, row));
}

static void count_in(yz_market *m, uint32_t row) {
    if (row != YZ_ROW_NONE) yz_print_add(&m->records_print, yz_book_print(m->policy.book, row));
}

uint32_t policy_subject_row(const yz_market *m, yz_policy_subject s, yz_outcome *out) {
    if (s.kind >= YZ_SUBJECT_KIND_COUNT) {
        out->status = yz_problem_range(&out->problem, YZ_PROBLEM_BAD_CHOICE, "/kind", s.kind, 0,
                                       YZ_SUBJECT_KIND_COUNT - 1);
        return YZ_ROW_NONE;
    }
    uint32_t row = yz_book_row(m->policy.book, (yz_subject_kind)s.kind, s.id);
    if (row == YZ_ROW_NONE)
        out->status = yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SUBJECT, "/id", s.id);
    return row;
}

// ---- facts ----

// Whose the facts of the subject are, once this command is carried out.
static yz_text owner_of(const yz_market *m, const yz_policy_put *p) {
    const yz_book *book = m->policy.book;
    if (p->subject.kind == YZ_SUBJECT_person) return p->subject.id;
    if (p->person.size > 0) return p->person;
    uint32_t row = yz_book_row(book, (yz_subject_kind)p->subject.kind, p->subject.id);
    return row != YZ_ROW_NONE ? yz_book_named_person(book, row) : YZ_TEXT("");
}

// What of a certificate is said to be there, or to be no more.
static void fill_open(yz_policy_put *put, const yz_facts_change *change) {
    const yz_row *cert = change->given.objects[YZ_OBJECT_cert];
    uint64_t known = cert != NULL ? cert->known : 0, said = known;
    said |= change->cleared[YZ_OBJECT_cert];
    if (change->dropped >> YZ_OBJECT_cert & 1) said = UINT64_MAX;
    put->open = (uint8_t)((said >> yz_field_cert_occupation & 1 ? YZ_POLICY_OCCUPATION : 0) |
                          (said >> yz_field_cert_level & 1 ? YZ_POLICY_LEVEL : 0));
    if (known >> yz_field_cert_occupation & 1) {
        put->occupation = *(const yz_text *)(intptr_t)cert->values[yz_field_cert_occupation];
        // What would not be written down is no occupation.
        yz_command command = {.type = YZ_COMMAND_POLICY_PUT, .policy_put = *put};
        if (yz_policy_check(&command, NULL) != YZ_OK) put->occupation = YZ_TEXT("");
    }
    int64_t level = known >> yz_field_cert_level & 1 ? cert->values[yz_field_cert_level] : 0;
    if (level >= INT32_MIN && level <= INT32_MAX) put->level = (int32_t)level;
}

void yz_market_policy_put_fill(const yz_market *m, yz_policy_put *put) {
    yz_facts_change change;
    const char *why;
    put->open = 0;
    put->level = 0;
    put->occupation = YZ_TEXT("");
    put->owner = owner_of(m, put);
    if (put->owner.size == 0 || put->change.size == 0) return;
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    if (yz_facts_change_decode((const unsigned char *)put->change.bytes, put->change.size, arena,
                               &change, &why))
        fill_open(put, &change);
    yz_arena_free(arena);
}

static yz_status read_change(const yz_market *m, const yz_policy_put *p, yz_arena *arena,
                             yz_facts_change *change, bool *known, yz_problem *problem) {
    const char *why = NULL;
    *change = (yz_facts_change){0};
    *known = !p->withheld;
    if (p->subject.kind >= YZ_SUBJECT_KIND_COUNT)
        return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "/kind");
    if (!yz_text_equal(owner_of(m, p), p->owner)) { // it came to name another person meanwhile
        const yz_book *book = m->policy.book;
        uint32_t row = yz_book_row(book, (yz_subject_kind)p->subject.kind, p->subject.id);
        return yz_problem_range(problem, YZ_PROBLEM_POLICY_CHANGED, "", 0, 0,
                                row != YZ_ROW_NONE ? yz_book_stamp(book, row) : 0);
    }
    if (p->change.size == 0) return YZ_OK;
    if (yz_facts_change_decode((const unsigned char *)p->change.bytes, p->change.size, arena,
                               change, &why))
        return p->owner.size > 0 ? YZ_OK // of what is sealed the door alone sees the events
                                 : yz_events_check((yz_subject_kind)p->subject.kind, &change->given,
                                                   "/facts/events", problem);
    // Of what is sealed nothing is refused that a replay without the key would take.
    *known = false;
    *change = (yz_facts_change){0};
    if (p->owner.size > 0) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_FACTS, "/facts",
                            yz_text_of(why != NULL ? why : "too many"));
}

static uint64_t change_tag(const yz_policy_put *p) {
    if (p->sealed_tag != 0) return p->sealed_tag;
    uint64_t tag = yz_print_of(p->change.bytes, p->change.size).words[0];
    return tag != 0 ? tag : 1;
}

static void put_subject(yz_market *m, const yz_policy_put *p, const yz_facts_change *change,
                        bool known, yz_outcome *out) {
    yz_book *book = m->policy.book;
    yz_sealed_change sealed = {.tag = change_tag(p),
                               .size = yz_policy_change_size(p),
                               .withheld = !known,
                               .named = p->open & YZ_POLICY_OCCUPATION,
                               .ranked = p->open & YZ_POLICY_LEVEL,
                               .occupation = p->occupation,
                               .level = p->level};
    yz_subject_change wanted = {
        .kind = (yz_subject_kind)p->subject.kind,
        .id = p->subject.id,
        .person = p->person,
        .employer = p->employer,
        .division = p->division,
        .facts = change,
        .sealed = p->owner.size > 0 ? &sealed : NULL,
        .if_version = p->if_version,
        .only_new = p->only_new,
        .replace = p->replace,
    };
    uint32_t row = yz_book_row(book, wanted.kind, wanted.id), before = 0, version = 0;
    if (row != YZ_ROW_NONE) before = yz_book_version(book, row);
    if (before > 0 && !p->replace && !yz_book_is_there(book, row)) // only a whole one begins anew
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SUBJECT, "/id", wanted.id));
    count_out(m, row);
    yz_status status = yz_book_put(book, &wanted, &version);
    count_in(m, yz_book_row(book, wanted.kind, wanted.id));
    if (status == YZ_ERR_CONFLICT && p->only_new && p->if_version == YZ_VERSION_ANY)
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", wanted.id));
    if (status == YZ_ERR_CONFLICT)
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", p->if_version,
                                     0, version));
    if (status != YZ_OK)
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_TOO_LONG, "/facts", 0, 0,
                                     YZ_FACTS_BYTES_MAX));
    out->version = version;
    out->created = before == 0;
    out->changed = version != before;
}

void apply_policy_put(yz_market *m, const yz_command *c, yz_outcome *out) {
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    yz_facts_change change;
    bool known;
    out->status = read_change(m, &c->policy_put, arena, &change, &known, &out->problem);
    if (out->status == YZ_OK) put_subject(m, &c->policy_put, &change, known, out);
    yz_arena_free(arena);
}

void apply_policy_drop(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t row = policy_subject_row(m, c->policy_drop.subject, out);
    if (row == YZ_ROW_NONE) return;
    yz_book *book = m->policy.book;
    uint32_t version = yz_book_version(book, row), wanted = c->policy_drop.if_version;
    if (wanted != YZ_VERSION_ANY && wanted != version)
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                     version));
    count_out(m, row);
    yz_status status = yz_book_drop(book, (yz_subject_kind)c->policy_drop.subject.kind,
                                    c->policy_drop.subject.id, policy_market_day(m));
    count_in(m, row);
    if (status != YZ_OK)
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SUBJECT, "/id",
                                     c->policy_drop.subject.id));
    out->version = yz_book_version(book, row);
    out->changed = true;
}

static bool forget_row(yz_market *m, uint32_t row) {
    yz_book *book = m->policy.book;
    count_out(m, row);
    yz_status status =
        yz_book_drop(book, yz_book_kind(book, row), yz_book_id(book, row), policy_market_day(m));
    count_in(m, row);
    return status == YZ_OK;
}

bool policy_forget(yz_market *m, yz_text person) {
    yz_book *book = m->policy.book;
    yz_ledger_forget(m->policy.ledger, person);
    uint32_t row = yz_book_row(book, YZ_SUBJECT_person, person), other;
    if (row == YZ_ROW_NONE) return false;
    bool known = false;
    while ((other = yz_book_named_by(book, row)) != YZ_ROW_NONE)
        known |= forget_row(m, other);
    return forget_row(m, row) || known;
}

// ---- what was found ----

static yz_status may_find(const yz_market *m, const yz_policy_find *f, yz_outcome *out) {
    for (uint32_t i = 0; i < f->count; i++) {
        uint32_t row = policy_subject_row(m, f->looks[i].subject, out);
        if (row == YZ_ROW_NONE) return out->status;
        uint32_t stamp = yz_book_stamp(m->policy.book, row);
        if (stamp != f->looks[i].version)
            return yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "/looks",
                                    f->looks[i].version, 0, stamp);
        for (uint32_t j = 0; j < f->looks[i].count; j++)
            if (f->looks[i].found[j].decision > yz_word_decision_open)
                return yz_problem_at(&out->problem, YZ_PROBLEM_BAD_CHOICE, "/decision");
    }
    return YZ_OK;
}

void apply_policy_find(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_find *f = &c->policy_find;
    out->status = may_find(m, f, out);
    if (out->status != YZ_OK) return;
    for (uint32_t i = 0; i < f->count; i++) {
        yz_found found[YZ_POLICY_FOUND_MAX];
        const yz_policy_look *look = &f->looks[i];
        uint32_t row =
            yz_book_row(m->policy.book, (yz_subject_kind)look->subject.kind, look->subject.id);
        for (uint32_t j = 0; j < look->count; j++)
            found[j] = (yz_found){look->found[j].measure, look->found[j].decision,
                                  look->found[j].has_amount, look->found[j].amount};
        yz_found_alert alerts[YZ_POLICY_ALERTS_MAX];
        for (uint32_t j = 0; j < look->alert_count; j++)
            alerts[j] = (yz_found_alert){look->alerts[j].check, look->alerts[j].hold,
                                         look->alerts[j].stands};
        yz_look seen = {row,         look->version, look->as_of,       look->until,
                        look->count, found,         look->alert_count, alerts};
        count_out(m, row);
        yz_check(yz_book_find(m->policy.book, &seen, NULL, NULL) == YZ_OK);
        count_in(m, row);
        out->changed |= look->count + look->alert_count > 0;
    }
}

uint32_t yz_market_policy_due(yz_market *m, uint32_t *rows, uint32_t room) {
    return yz_book_due(m->policy.book, policy_market_day(m), rows, room);
}

yz_seen yz_market_policy_see(const yz_market *m, uint32_t row, yz_arena *arena,
                             yz_policy_look *look, yz_policy_rest *rest) {
    yz_look seen;
    bool fresh = yz_arena_used(arena) == 0;
    yz_status status = yz_book_look(m->policy.book, row, policy_market_day(m), arena, &seen);
    *rest = (yz_policy_rest){row, seen.version, seen.as_of, seen.until};
    if (status == YZ_ERR_FULL && !fresh) return YZ_SEEN_LATER;
    if (status != YZ_OK || seen.count + seen.alert_count == 0) return YZ_SEEN_NOTHING;
    yz_policy_found *found = yz_arena_take(arena, (seen.count + 1) * sizeof *found);
    yz_policy_found_alert *alerts = yz_arena_take(arena, (seen.alert_count + 1) * sizeof *alerts);
    if (found == NULL || alerts == NULL) return YZ_SEEN_LATER;
    for (uint32_t i = 0; i < seen.count; i++)
        found[i] = (yz_policy_found){seen.found[i].measure, seen.found[i].amount,
                                     (uint8_t)seen.found[i].decision, seen.found[i].has_amount};
    yz_policy_subject subject = {(uint8_t)yz_book_kind(m->policy.book, row),
                                 yz_book_id(m->policy.book, row)};
    for (uint32_t i = 0; i < seen.alert_count; i++)
        alerts[i] = (yz_policy_found_alert){seen.alerts[i].check, seen.alerts[i].hold,
                                            seen.alerts[i].stands};
    *look = (yz_policy_look){subject,    seen.version, seen.as_of,       seen.until,
                             seen.count, found,        seen.alert_count, alerts};
    return YZ_SEEN_NEWS;
}

void yz_market_policy_rest(yz_market *m, const yz_policy_rest *rest) {
    yz_look look = {rest->row, rest->version, rest->as_of, rest->until, 0, NULL, 0, NULL};
    (void)yz_book_rest(m->policy.book, &look);
}

bool yz_market_policy_look(yz_market *m, uint32_t row, yz_arena *arena, yz_policy_look *look) {
    yz_policy_rest rest;
    yz_seen seen = yz_market_policy_see(m, row, arena, look, &rest);
    if (seen == YZ_SEEN_NOTHING) yz_market_policy_rest(m, &rest);
    return seen == YZ_SEEN_NEWS;
}

void yz_market_policy_make_room(yz_market *m) {
    yz_book_make_room(m->policy.book);
}

bool yz_market_policy_is_anybody_due(const yz_market *m) {
    return yz_book_is_anybody_due(m->policy.book, policy_market_day(m));
}

int32_t yz_market_policy_next_day(const yz_market *m) {
    return yz_book_next_day(m->policy.book);
}

// ---- reading ----

const yz_book *yz_market_book(const yz_market *m) {
    return m->policy.book;
}

const yz_ledger *yz_market_ledger(const yz_market *m) {
    return m->policy.ledger;
}

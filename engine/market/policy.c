/* Commands of policy. */
#include "engine/market/boosts.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"

#include <stdio.h>

_Static_assert(YZ_POLICY_FOUND_FEN_MAX == YZ_FACT_INT_MAX, "whatever rules find can be booked");
_Static_assert(YZ_POLICY_FOUND_MAX >= YZ_ENTRY_LINES_MAX, "and all that one look finds");
_Static_assert(YZ_POLICY_ALERTS_MAX >= YZ_FOUND_ALERTS_MAX, "alerts too");

void policy_init(yz_market *m) {
    m->policy.book = yz_book_new(m->options.hash_key);
    m->policy.ledger = yz_ledger_new();
    m->policy.spares = boost_spares_new();
}

void policy_deinit(yz_market *m) {
    policy *p = &m->policy;
    boost_spares_free(p->spares);
    yz_book_free(p->book);
    yz_ledger_free(p->ledger);
    for (uint32_t i = 0; i < p->file_count; i++) {
        yz_free(p->files[i].name);
        yz_free(p->files[i].text);
    }
    for (uint32_t i = 0; i < p->set_count; i++) {
        yz_params_free(p->sets[i].params);
        yz_rules_free(p->sets[i].rules);
    }
    yz_free(p->files);
    yz_free(p->sets);
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

static yz_status read_change(const yz_policy_put *p, yz_arena *arena, yz_facts_change *change,
                             yz_problem *problem) {
    const char *why = NULL;
    *change = (yz_facts_change){0};
    if (p->subject.kind >= YZ_SUBJECT_KIND_COUNT)
        return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "/kind");
    if (p->change.size == 0) return YZ_OK;
    if (yz_facts_change_decode((const unsigned char *)p->change.bytes, p->change.size, arena,
                               change, &why))
        return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_FACTS, "/facts",
                            yz_text_of(why != NULL ? why : "too many"));
}

static void put_subject(yz_market *m, const yz_policy_put *p, const yz_facts_change *change,
                        yz_outcome *out) {
    yz_book *book = m->policy.book;
    yz_subject_change wanted = {
        .kind = (yz_subject_kind)p->subject.kind,
        .id = p->subject.id,
        .person = p->person,
        .employer = p->employer,
        .division = p->division,
        .facts = change,
        .if_version = p->if_version,
        .only_new = p->only_new,
        .replace = p->replace,
    };
    uint32_t row = yz_book_row(book, wanted.kind, wanted.id), before = 0, version = 0;
    if (row != YZ_ROW_NONE) before = yz_book_version(book, row);
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
    out->status = read_change(&c->policy_put, arena, &change, &out->problem);
    if (out->status == YZ_OK) put_subject(m, &c->policy_put, &change, out);
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
    uint32_t row = yz_book_row(book, YZ_SUBJECT_person, person), other;
    if (row == YZ_ROW_NONE) return false;
    bool known = false;
    while ((other = yz_book_named_by(book, row)) != YZ_ROW_NONE)
        known |= forget_row(m, other);
    return forget_row(m, row) || known;
}

// ---- rules ----

yz_print policy_file_print(const policy_file *file) {
    yz_print name = yz_print_of(file->name, file->name_size);
    yz_print text = yz_print_of(file->text, file->text_size);
    return yz_print_member(name, text.words[0] ^ yz_mix(text.words[1]));
}

static uint32_t file_named(const policy *p, yz_text name) {
    uint32_t at = 0;
    while (at < p->file_count &&
           !yz_text_equal(name, (yz_text){p->files[at].name, p->files[at].name_size}))
        at += 1;
    return at;
}

static yz_status not_too_many(const yz_rules *rules, yz_rules_problem *problem) {
    yz_subject_kind kind;
    if (yz_book_takes_rules(rules, &kind)) return YZ_OK;
    const char *name = yz_subject_kind_name(kind);
    snprintf(problem->what, sizeof problem->what,
             "More than %d rules have the subject %s; put several into one.", YZ_ENTRY_LINES_MAX,
             name);
    snprintf(problem->what_zh, sizeof problem->what_zh,
             "以 %s 为对象的规则超过 %d 条；请合并其中几条。", name, YZ_ENTRY_LINES_MAX);
    return YZ_ERR_BAD_INPUT;
}

// The files with one of them other, new, or (an empty text) gone.
static yz_status load_with(const policy *p, yz_text name, yz_text text, policy_set *set,
                           yz_rules_problem *problem) {
    yz_rules_file *files = yz_alloc((p->file_count + 1) * sizeof *files);
    char *names = yz_alloc_zeroed((p->file_count + 1) * (YZ_ID_BYTES_MAX + 1));
    uint32_t count = 0, place = file_named(p, name);
    for (uint32_t i = 0; i <= p->file_count; i++) {
        bool other = i == place;
        if (!other && i == p->file_count) break;
        if (other && text.size == 0) continue;
        yz_text of = other ? name : (yz_text){p->files[i].name, p->files[i].name_size};
        char *named = names + count * (YZ_ID_BYTES_MAX + 1);
        memcpy(named, of.bytes, of.size);
        files[count].name = named;
        files[count++].text = other ? text : (yz_text){p->files[i].text, p->files[i].text_size};
    }
    *set = (policy_set){NULL, NULL};
    yz_status status = yz_rules_load(files, count, &set->rules, problem);
    if (status == YZ_OK) status = not_too_many(set->rules, problem);
    if (status == YZ_OK) status = yz_params_new(set->rules, NULL, 0, &set->params, problem);
    if (status != YZ_OK) {
        yz_rules_free(set->rules);
        set->rules = NULL;
        problem->file = NULL; // its name was borrowed
    }
    yz_free(files);
    yz_free(names);
    return status;
}

static void set_in_force(policy *p, policy_set set) {
    p->sets = yz_realloc(p->sets, (p->set_count + 1) * sizeof *p->sets);
    p->sets[p->set_count++] = set;
}

static void keep_file(yz_market *m, yz_text name, yz_text text) {
    policy *p = &m->policy;
    uint32_t at = file_named(p, name);
    if (at < p->file_count) {
        yz_print_subtract(&m->records_print, policy_file_print(&p->files[at]));
        yz_free(p->files[at].text);
    } else {
        p->files = yz_realloc(p->files, (p->file_count + 1) * sizeof *p->files);
        p->files[p->file_count++] = (policy_file){
            .name = (char *)(uintptr_t)policy_kept(name).bytes, .name_size = name.size};
    }
    if (text.size == 0) {
        yz_free(p->files[at].name);
        p->file_count -= 1;
        memmove(&p->files[at], &p->files[at + 1], (p->file_count - at) * sizeof *p->files);
        return;
    }
    p->files[at].text = (char *)(uintptr_t)policy_kept(text).bytes;
    p->files[at].text_size = text.size;
    yz_print_add(&m->records_print, policy_file_print(&p->files[at]));
}

void apply_policy_rules(yz_market *m, const yz_command *c, yz_outcome *out) {
    policy *p = &m->policy;
    yz_text name = c->policy_rules.name, text = c->policy_rules.text;
    uint32_t at = file_named(p, name);
    if (at == p->file_count && text.size == 0)
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_RULES, "/name", name));
    if (at < p->file_count &&
        yz_text_equal(text, (yz_text){p->files[at].text, p->files[at].text_size}))
        return; // as it was
    yz_rules_problem problem;
    policy_set set;
    if (load_with(p, name, text, &set, &problem) != YZ_OK) {
        out->status =
            yz_problem_value(&out->problem, YZ_PROBLEM_BAD_RULES, "", yz_text_of(problem.what));
        out->problem.given = problem.line;
        out->problem.low = problem.column;
        return;
    }
    keep_file(m, name, text);
    set_in_force(p, set);
    yz_book_rules(p->book, set.rules, set.params);
    out->created = at == p->file_count - (text.size > 0);
    out->changed = true;
}

void policy_file_restore(yz_market *m, yz_text name, yz_text text) {
    keep_file(m, name, text);
}

bool policy_files_restored(yz_market *m) {
    policy *p = &m->policy;
    yz_rules_problem problem;
    policy_set set;
    if (p->file_count == 0) return true;
    // None of this name: all files as they are.
    if (load_with(p, YZ_TEXT(""), YZ_TEXT(""), &set, &problem) != YZ_OK) return false;
    set_in_force(p, set);
    yz_book_rules_again(p->book, set.rules, set.params);
    return true;
}

yz_status yz_market_rules_try(const yz_market *m, yz_text name, yz_text text,
                              yz_rules_problem *problem) {
    policy_set set;
    yz_status status = load_with(&m->policy, name, text, &set, problem);
    yz_params_free(set.params);
    yz_rules_free(set.rules);
    return status;
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

bool yz_market_policy_look(yz_market *m, uint32_t row, yz_arena *arena, yz_policy_look *look) {
    yz_look seen;
    bool fresh = yz_arena_used(arena) == 0;
    yz_status status = yz_book_look(m->policy.book, row, policy_market_day(m), arena, &seen);
    if (status == YZ_ERR_FULL && !fresh) return false;
    if (status != YZ_OK || seen.count + seen.alert_count == 0) {
        (void)yz_book_rest(m->policy.book, &seen);
        return false;
    }
    yz_policy_found *found = yz_arena_take(arena, (seen.count + 1) * sizeof *found);
    yz_policy_found_alert *alerts = yz_arena_take(arena, (seen.alert_count + 1) * sizeof *alerts);
    if (found == NULL || alerts == NULL) return false;
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
    return true;
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

const yz_rules *yz_market_rules(const yz_market *m) {
    return m->policy.set_count > 0 ? m->policy.sets[m->policy.set_count - 1].rules : NULL;
}

const yz_params *yz_market_params(const yz_market *m) {
    return m->policy.set_count > 0 ? m->policy.sets[m->policy.set_count - 1].params : NULL;
}

const yz_rules *yz_market_rules_of(const yz_market *m, const uint8_t version[16],
                                   const yz_params **params) {
    for (uint32_t i = m->policy.set_count; i-- > 0;) {
        if (memcmp(m->policy.sets[i].rules->version, version, 16) != 0) continue;
        *params = m->policy.sets[i].params;
        return m->policy.sets[i].rules;
    }
    return NULL;
}

uint32_t yz_market_rules_files(const yz_market *m) {
    return m->policy.file_count;
}

yz_policy_file_view yz_market_rules_file(const yz_market *m, uint32_t at) {
    const policy_file *file = &m->policy.files[at];
    return (yz_policy_file_view){{file->name, file->name_size}, {file->text, file->text_size}};
}

/* Rules of policy in the market: files in force, sets of before that rows of the ledger name, and
 * drafts: what is slow about new rules, done beside. */
#include "engine/market/boosts.h"
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdatomic.h>
#include <stdio.h>

// ---- texts, files, sets ----

static policy_text *text_new(yz_text text) {
    policy_text *made = yz_alloc(sizeof *made);
    *made = (policy_text){.bytes = yz_alloc(text.size + 1), .size = text.size, .uses = 1};
    memcpy(made->bytes, text.bytes, text.size);
    made->print = yz_print_of(made->bytes, made->size);
    return made;
}

static policy_text *text_use(policy_text *text) {
    text->uses += 1;
    return text;
}

static void text_drop(policy_text *text) {
    if (text == NULL || --text->uses > 0) return;
    yz_free(text->bytes);
    yz_free(text);
}

static yz_text text_of(const policy_text *text) {
    return (yz_text){text->bytes, text->size};
}

static yz_text name_of(const policy_file *file) {
    return (yz_text){file->name, file->name_size};
}

static yz_print print_of(const policy_file *file, yz_print text) {
    yz_print name = yz_print_of(file->name, file->name_size);
    return yz_print_member(name, text.words[0] ^ yz_mix(text.words[1]));
}

yz_print policy_file_print(const policy_file *file) {
    return print_of(file, yz_print_of(file->text->bytes, file->text->size));
}

// Takes one use of the text.
static void set_add(policy_set *set, yz_text name, policy_text *text) {
    set->files = yz_realloc(set->files, (set->file_count + 1) * sizeof *set->files);
    set->files[set->file_count++] =
        (policy_file){(char *)(uintptr_t)policy_kept(name).bytes, name.size, text};
}

static void set_deinit(policy_set *set) {
    for (uint32_t i = 0; i < set->file_count; i++) {
        yz_free(set->files[i].name);
        text_drop(set->files[i].text);
    }
    yz_free(set->files);
    *set = (policy_set){0};
}

static uint32_t file_named(const policy_set *set, yz_text name) {
    uint32_t at = 0;
    while (at < set->file_count && !yz_text_equal(name, name_of(&set->files[at])))
        at += 1;
    return at;
}

struct yz_rules_lease {
    atomic_uint uses; // that of the market or the draft is one of them
    policy_loaded of;
};

static void parts_free(policy_loaded *l) {
    yz_rule_table_free(l->table);
    yz_params_free(l->params);
    yz_rules_free(l->rules);
    *l = (policy_loaded){0};
}

static void loaded_complete(policy_loaded *l) {
    l->lease = yz_alloc(sizeof *l->lease);
    atomic_init(&l->lease->uses, 1);
    l->lease->of = *l;
}

static void loaded_free(policy_loaded *l) {
    if (l->lease != NULL)
        yz_rules_lease_end(l->lease);
    else
        parts_free(l);
    *l = (policy_loaded){0};
}

yz_rules_lease *yz_market_rules_lease(const yz_market *m) {
    yz_rules_lease *lease = m->policy.loaded.lease;
    if (lease != NULL) atomic_fetch_add_explicit(&lease->uses, 1, memory_order_relaxed);
    return lease;
}

void yz_rules_lease_end(yz_rules_lease *lease) {
    if (lease == NULL) return;
    if (atomic_fetch_sub_explicit(&lease->uses, 1, memory_order_acq_rel) > 1) return;
    parts_free(&lease->of);
    yz_free(lease);
}

void policy_rules_deinit(policy *p) {
    loaded_free(&p->loaded);
    set_deinit(&p->now);
    for (uint32_t i = 0; i < p->before_count; i++)
        set_deinit(&p->before[i]);
    yz_free(p->before);
}

// ---- drafts ----

struct yz_rules_draft {
    yz_rules_file *files;      // with names and texts in one block of `bytes`; owned
    char *bytes;               // owned
    uint32_t count, turn;      // turn: of the files it was made from
    yz_policy_file_view other; // name and text given; owned
    policy_text *text;         // the other one, for the market; NULL: it is gone, or was taken
    policy_set of_before;      // after it was taken: what nobody names any more, to be freed
    policy_loaded loaded;
    yz_rules_problem problem;
    yz_status status;
    bool made, as_it_was;
};

// Names with a NUL behind them, texts, in one block.
static void copy_files(yz_rules_draft *d, const yz_policy_file_view *from, uint32_t count) {
    size_t size = 1;
    for (uint32_t i = 0; i < count; i++)
        size += from[i].name.size + 1 + from[i].text.size;
    char *at = d->bytes = yz_alloc(size);
    d->files = yz_alloc((count + 1) * sizeof *d->files);
    d->count = count;
    for (uint32_t i = 0; i < count; i++) {
        d->files[i].name = at;
        memcpy(at, from[i].name.bytes, from[i].name.size);
        at += from[i].name.size;
        *at++ = '\0';
        d->files[i].text = (yz_text){at, from[i].text.size};
        memcpy(at, from[i].text.bytes, from[i].text.size);
        at += from[i].text.size;
    }
}

// The files as they would be, in their order.
static void draw(yz_rules_draft *d, const policy *p) {
    const policy_set *now = &p->now;
    yz_policy_file_view *views = yz_alloc((now->file_count + 1) * sizeof *views);
    uint32_t count = 0, place = file_named(now, d->other.name);
    for (uint32_t i = 0; i < now->file_count; i++) {
        if (i == place && d->other.text.size == 0) continue;
        views[count++] = i == place ? d->other
                                    : (yz_policy_file_view){name_of(&now->files[i]),
                                                            text_of(now->files[i].text)};
    }
    if (place == now->file_count && d->other.text.size > 0) views[count++] = d->other;
    d->turn = p->files_turn;
    d->as_it_was = place < now->file_count
                       ? yz_text_equal(d->other.text, text_of(now->files[place].text))
                       : d->other.text.size == 0;
    d->made = false;
    if (!d->as_it_was) copy_files(d, views, count);
    yz_free(views);
}

static void forget_files(yz_rules_draft *d) {
    loaded_free(&d->loaded);
    yz_free(d->files);
    yz_free(d->bytes);
    d->files = NULL;
    d->bytes = NULL;
    d->count = 0;
}

yz_rules_draft *yz_rules_draft_new(const yz_market *m, yz_text name, yz_text text) {
    yz_rules_draft *d = yz_alloc_zeroed(sizeof *d);
    d->other = (yz_policy_file_view){policy_kept(name), policy_kept(text)};
    draw(d, &m->policy);
    return d;
}

static const policy_set *set_of(const policy *p, const uint8_t version[16]) {
    if (p->loaded.rules != NULL && memcmp(p->now.version, version, 16) == 0) return &p->now;
    for (uint32_t i = 0; i < p->before_count; i++)
        if (memcmp(p->before[i].version, version, 16) == 0) return &p->before[i];
    return NULL;
}

static yz_rules_draft *draft_of(const policy_set *set) {
    yz_rules_draft *d = yz_alloc_zeroed(sizeof *d);
    yz_policy_file_view *views = yz_alloc((set->file_count + 1) * sizeof *views);
    for (uint32_t i = 0; i < set->file_count; i++)
        views[i] = (yz_policy_file_view){name_of(&set->files[i]), text_of(set->files[i].text)};
    copy_files(d, views, set->file_count);
    yz_free(views);
    return d;
}

yz_rules_draft *yz_rules_draft_of(const yz_market *m, const uint8_t version[16]) {
    const policy_set *set = set_of(&m->policy, version);
    if (set == NULL) return NULL;
    return draft_of(set);
}

void yz_rules_draft_free(yz_rules_draft *d) {
    if (d == NULL) return;
    forget_files(d);
    set_deinit(&d->of_before);
    text_drop(d->text);
    yz_free((char *)(uintptr_t)d->other.name.bytes);
    yz_free((char *)(uintptr_t)d->other.text.bytes);
    yz_free(d);
}

static yz_status not_too_many(const yz_rules *rules, yz_rules_problem *problem) {
    yz_subject_kind kind;
    if (yz_book_takes_rules(rules, &kind)) return YZ_OK;
    const char *name = yz_subject_kind_name(kind);
    problem->file = NULL;
    snprintf(problem->what, sizeof problem->what,
             "More than %d rules have the subject %s; put several into one.", YZ_ENTRY_LINES_MAX,
             name);
    snprintf(problem->what_zh, sizeof problem->what_zh,
             "以 %s 为对象的规则超过 %d 条；请合并其中几条。", name, YZ_ENTRY_LINES_MAX);
    return YZ_ERR_BAD_INPUT;
}

static void load_files(yz_rules_draft *d) {
    policy_loaded *l = &d->loaded;
    d->made = true;
    d->status = yz_rules_load(d->files, d->count, &l->rules, &d->problem);
    if (d->status == YZ_OK) d->status = not_too_many(l->rules, &d->problem);
    if (d->status == YZ_OK) d->status = yz_params_new(l->rules, NULL, 0, &l->params, &d->problem);
    if (d->status == YZ_OK) {
        l->table = yz_rule_table_new(l->rules, l->params);
        loaded_complete(l);
    } else {
        loaded_free(l);
    }
    if (d->text == NULL && d->other.text.size > 0) d->text = text_new(d->other.text);
}

yz_status yz_rules_draft_make(yz_rules_draft *d) {
    if (d->as_it_was) return YZ_OK;
    if (!d->made) load_files(d);
    return d->status;
}

const yz_rules_problem *yz_rules_draft_problem(const yz_rules_draft *d) {
    return &d->problem;
}

const yz_rules *yz_rules_draft_rules(const yz_rules_draft *d, const yz_params **params) {
    *params = d->loaded.params;
    return d->loaded.rules;
}

yz_policy_file_view yz_rules_draft_file(const yz_rules_draft *d) {
    return d->other;
}

static bool is_ready(const yz_rules_draft *d, const policy *p) {
    return d->turn == p->files_turn && (d->made || d->as_it_was);
}

void yz_market_rules_refresh(const yz_market *m, const yz_command *c) {
    if (c->type != YZ_COMMAND_POLICY_RULES || c->policy_rules.draft == NULL) return;
    yz_rules_draft *d = c->policy_rules.draft;
    if (is_ready(d, &m->policy)) return;
    forget_files(d);
    draw(d, &m->policy);
    (void)yz_rules_draft_make(d);
}

// ---- the command ----

static void before_remove(policy *p, uint32_t at) {
    p->before_count -= 1;
    memmove(&p->before[at], &p->before[at + 1], (p->before_count - at) * sizeof *p->before);
}

static policy_set *before_add(policy *p) {
    p->before = yz_realloc(p->before, (p->before_count + 1) * sizeof *p->before);
    p->before[p->before_count] = (policy_set){0};
    return &p->before[p->before_count++];
}

// The set in force as the draft has it; texts that stay are not copied.
static policy_set next_set(const policy *p, yz_rules_draft *d) {
    policy_set next = {.file_count = 0};
    for (uint32_t i = 0; i < d->count; i++) {
        yz_text name = yz_text_of(d->files[i].name);
        uint32_t at = file_named(&p->now, name);
        if (yz_text_equal(name, d->other.name)) {
            set_add(&next, name, d->text);
            d->text = NULL;
        } else {
            yz_check(at < p->now.file_count);
            set_add(&next, name, text_use(p->now.files[at].text));
        }
    }
    memcpy(next.version, d->loaded.rules->version, 16);
    return next;
}

/* A version that comes back has its rows again. What leaves is kept if a row names it, else it is
 * in the draft, to be freed with it, as what was loaded of it is. */
static void put_in_force(policy *p, yz_rules_draft *d) {
    policy_set next = next_set(p, d), last = p->now;
    policy_loaded loaded = p->loaded;
    uint32_t same = 0;
    while (same < p->before_count && memcmp(p->before[same].version, next.version, 16) != 0)
        same += 1;
    if (memcmp(last.version, next.version, 16) == 0) { // the same texts by other names
        next.rows = last.rows;
        last.rows = 0;
    } else if (same < p->before_count) {
        next.rows = p->before[same].rows;
        set_deinit(&p->before[same]);
        before_remove(p, same);
    }
    if (last.rows > 0 && last.file_count > 0)
        *before_add(p) = last;
    else
        d->of_before = last;
    p->now = next;
    p->loaded = d->loaded;
    boost_spares_forget_rules(p->spares);
    d->loaded = loaded;
    p->files_turn += 1;
}

static void count_files(yz_market *m, yz_text name, bool in) {
    const policy_set *now = &m->policy.now;
    uint32_t at = file_named(now, name);
    if (at == now->file_count) return;
    yz_print print = print_of(&now->files[at], now->files[at].text->print);
    if (in)
        yz_print_add(&m->records_print, print);
    else
        yz_print_subtract(&m->records_print, print);
}

static void carry_out(yz_market *m, yz_rules_draft *d, yz_outcome *out) {
    policy *p = &m->policy;
    if (d->as_it_was) return;
    if (d->status != YZ_OK) {
        const yz_rules_problem *problem = &d->problem;
        out->status = yz_problem_value(&out->problem, YZ_PROBLEM_BAD_RULES, "",
                                       yz_text_of(problem->file != NULL ? problem->file : ""));
        out->problem.given = problem->line;
        out->problem.low = problem->column;
        return;
    }
    out->created = file_named(&p->now, d->other.name) == p->now.file_count;
    count_files(m, d->other.name, false);
    put_in_force(p, d);
    count_files(m, d->other.name, true);
    yz_book_rules(p->book, p->loaded.table);
    out->changed = true;
}

static bool is_of(const yz_rules_draft *d, const yz_policy_rules *r) {
    return d != NULL && yz_text_equal(d->other.name, r->name) &&
           yz_text_equal(d->other.text, r->text);
}

void apply_policy_rules(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_policy_rules *r = &c->policy_rules;
    bool known = file_named(&m->policy.now, r->name) < m->policy.now.file_count;
    if (!known && r->text.size == 0)
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_RULES, "/name", r->name));
    if (is_of(r->draft, r) && is_ready(r->draft, &m->policy)) {
        carry_out(m, r->draft, out);
        return;
    }
    yz_rules_draft *own = yz_rules_draft_new(m, r->name, r->text);
    (void)yz_rules_draft_make(own);
    carry_out(m, own, out);
    yz_rules_draft_free(own);
}

void policy_rules_named(policy *p, const uint8_t version[16]) {
    policy_set *set = (policy_set *)(uintptr_t)set_of(p, version);
    if (set != NULL) set->rows += 1;
}

// ---- from a snapshot ----

void policy_file_restore(yz_market *m, yz_text name, yz_text text) {
    set_add(&m->policy.now, name, text_new(text));
    count_files(m, name, true);
}

bool policy_files_restored(yz_market *m) {
    policy *p = &m->policy;
    if (p->now.file_count == 0) return true;
    yz_rules_draft *d = draft_of(&p->now);
    bool loads = yz_rules_draft_make(d) == YZ_OK;
    if (loads) {
        p->loaded = d->loaded;
        boost_spares_forget_rules(p->spares);
        d->loaded = (policy_loaded){0};
        memcpy(p->now.version, p->loaded.rules->version, 16);
        yz_book_rules_again(p->book, p->loaded.table);
    }
    yz_rules_draft_free(d);
    return loads;
}

void policy_set_restore(policy *p) {
    (void)before_add(p);
}

void policy_set_file_restore(policy *p, yz_text name, yz_text text) {
    set_add(&p->before[p->before_count - 1], name, text_new(text));
}

bool policy_set_file_again(policy *p, yz_text name, uint32_t set, uint32_t file) {
    if (set != POLICY_IN_FORCE && set >= p->before_count) return false;
    const policy_set *from = set == POLICY_IN_FORCE ? &p->now : &p->before[set];
    if (file >= from->file_count) return false;
    set_add(&p->before[p->before_count - 1], name, text_use(from->files[file].text));
    return true;
}

void policy_set_restored(policy *p) {
    if (p->before_count == 0) return;
    policy_set *set = &p->before[p->before_count - 1];
    yz_rules_file *files = yz_alloc((set->file_count + 1) * sizeof *files);
    for (uint32_t i = 0; i < set->file_count; i++)
        files[i] = (yz_rules_file){NULL, text_of(set->files[i].text)};
    yz_rules_version(files, set->file_count, set->version);
    yz_free(files);
}

// ---- reading ----

const yz_rules *yz_market_rules(const yz_market *m) {
    return m->policy.loaded.rules;
}

const yz_params *yz_market_params(const yz_market *m) {
    return m->policy.loaded.params;
}

uint32_t yz_market_rules_files(const yz_market *m) {
    return m->policy.now.file_count;
}

yz_policy_file_view yz_market_rules_file(const yz_market *m, uint32_t at) {
    const policy_file *file = &m->policy.now.files[at];
    return (yz_policy_file_view){name_of(file), text_of(file->text)};
}

uint32_t yz_market_rules_kept(const yz_market *m) {
    return m->policy.before_count;
}

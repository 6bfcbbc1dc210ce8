/* Subjects, their facts and links, payments, and who is due. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define ARENA_BYTES (4u << 20) // of one change: the facts of one subject at their limit, as rows

static const char *const kind_names[] = {
#define NAME(kind) #kind,
    YZ_SUBJECT_KINDS(NAME)
#undef NAME
};

const char *yz_subject_kind_name(yz_subject_kind kind) {
    return kind_names[kind];
}

int yz_subject_kind_named(yz_text name) {
    for (int i = 0; i < YZ_SUBJECT_KIND_COUNT; i++)
        if (yz_text_equal(name, yz_text_of(kind_names[i]))) return i;
    return -1;
}

yz_book *yz_book_new(yz_hash_key key) {
    yz_book *book = yz_alloc_zeroed(sizeof *book);
    book->ids = yz_ids_new(key);
    book->measures = yz_ids_new(key);
    book->words = yz_ids_new(key);
    yz_slab_init_short(&book->subjects, sizeof(subject));
    yz_slab_init_short(&book->payments, sizeof(payment));
    yz_slab_init_short(&book->spells, sizeof(spell));
    yz_slab_init_short(&book->alerts, sizeof(alert));
    yz_slab_init_short(&book->clawbacks, sizeof(clawback));
    yz_slab_init_short(&book->refunds, sizeof(refund));
    yz_blocks_init(&book->lines, sizeof(line));
    yz_slab_init_short(&book->certs, sizeof(open_cert));
    book->queue_first = book->queue_last = YZ_ROW_NONE;
    return book;
}

void yz_book_free(yz_book *book) {
    if (book == NULL) return;
    for (uint32_t row = 0; row < yz_ids_count(book->ids); row++)
        yz_free(book_subject(book, row)->facts);
    for (uint32_t at = 0; at < book->alert_count; at++)
        yz_free(book_alert(book, at)->said);
    yz_slab_deinit(&book->alerts);
    yz_slab_deinit(&book->clawbacks);
    yz_slab_deinit(&book->refunds);
    yz_blocks_deinit(&book->lines);
    yz_slab_deinit(&book->subjects);
    yz_slab_deinit(&book->payments);
    yz_slab_deinit(&book->spells);
    yz_slab_deinit(&book->certs);
    yz_ids_free(book->ids);
    yz_ids_free(book->measures);
    yz_ids_free(book->words);
    book_days_free(book);
    yz_free(book);
}

// ---- rows ----

// The key of an id: a letter for its kind, then the id.
static yz_text key_of(char key[YZ_SUBJECT_ID_MAX + 1], yz_subject_kind kind, yz_text id) {
    yz_check(id.size <= YZ_SUBJECT_ID_MAX);
    key[0] = (char)('a' + (int)kind);
    memcpy(key + 1, id.bytes, id.size);
    return (yz_text){key, id.size + 1};
}

uint32_t book_find_row(const yz_book *book, yz_subject_kind kind, yz_text id) {
    char key[YZ_SUBJECT_ID_MAX + 1];
    if (id.size == 0 || id.size > YZ_SUBJECT_ID_MAX) return YZ_ROW_NONE;
    return yz_ids_find(book->ids, key_of(key, kind, id));
}

uint32_t book_need_row(yz_book *book, yz_subject_kind kind, yz_text id) {
    char key[YZ_SUBJECT_ID_MAX + 1];
    uint32_t row = book_find_row(book, kind, id);
    if (row != YZ_ROW_NONE) return row;
    row = yz_ids_add(book->ids, key_of(key, kind, id));
    yz_slab_reserve(&book->subjects, row);
    subject *s = book_subject(book, row);
    s->kind = (uint8_t)kind;
    s->until = INT32_MAX;
    s->stamp = 0 - book->rules_turn; // as it will show: 0
    s->rules_turn = book->rules_turn;
    s->first = s->payment = s->spell = s->cert = s->alert = s->clawback = YZ_ROW_NONE;
    s->next_due = s->day_next = s->day_prior = YZ_ROW_NONE;
    for (int l = 0; l < LINKS; l++)
        s->links[l] = (link){YZ_ROW_NONE, YZ_ROW_NONE, YZ_ROW_NONE};
    return row;
}

yz_text book_id(const yz_book *book, uint32_t row) {
    yz_text key = yz_ids_text(book->ids, row);
    return (yz_text){key.bytes + 1, key.size - 1};
}

uint32_t yz_book_rows(const yz_book *book) {
    return yz_ids_count(book->ids);
}

// ---- who is due ----

yz_fact_set book_fact(yz_object object, uint32_t field) {
    const yz_fact_form *forms;
    yz_fact_set set = {{0}};
    yz_object_fields(object, &forms);
    set.words[forms[field].number / 64] = UINT64_C(1) << forms[field].number % 64;
    return set;
}

yz_fact_set book_every_fact(void) {
    yz_fact_set set;
    memset(&set, 0xff, sizeof set);
    return set;
}

static void enqueue(yz_book *book, uint32_t row) {
    subject *s = book_subject(book, row);
    s->due = true;
    book->due_count += 1;
    if (s->queued) return; // it keeps its place
    s->queued = true;
    s->next_due = YZ_ROW_NONE;
    if (book->queue_count == 0)
        book->queue_first = row;
    else
        book_subject(book, book->queue_last)->next_due = row;
    book->queue_last = row;
    book->queue_count += 1;
}

void book_make_due(yz_book *book, uint32_t row) {
    subject *s = book_subject(book, row);
    s->touched = book_every_fact();
    if (!s->due) enqueue(book, row);
}

void book_make_rest(yz_book *book, uint32_t row) {
    subject *s = book_subject(book, row);
    book->due_count -= s->due;
    s->due = false;
    s->touched = (yz_fact_set){{0}};
    s->rules_turn = book->rules_turn;
}

void book_due(yz_book *book, uint32_t row, const yz_fact_set *facts) {
    subject *s = book_subject(book, row);
    const yz_rule_table *table = book->table;
    if (table == NULL) return;
    bool checked = yz_fact_sets_meet(facts, &table->checks_read) && book_is_claim(s);
    if (!checked && !yz_fact_sets_meet(facts, &table->kind_reads[s->kind])) return;
    yz_fact_set_join(&s->touched, facts);
    if (!s->due) enqueue(book, row);
}

void book_touch(yz_book *book, uint32_t row, const yz_fact_set *facts) {
    book_subject(book, row)->stamp += 1;
    book->changes += 1;
    book_due(book, row, facts);
}

// The first of those who name it, and by what.
static uint32_t first_naming(const yz_book *book, uint32_t row, int *by) {
    const subject *s = book_subject(book, row);
    if (s->kind != YZ_SUBJECT_person && s->kind != YZ_SUBJECT_employer) return YZ_ROW_NONE;
    *by = s->kind == YZ_SUBJECT_person ? BY_PERSON : BY_EMPLOYER;
    return s->first;
}

static void restamp_all_of(yz_book *book, uint32_t row) {
    int by = BY_PERSON;
    book_subject(book, row)->stamp += 1;
    for (uint32_t at = first_naming(book, row, &by); at != YZ_ROW_NONE;
         at = book_subject(book, at)->links[by].next)
        book_subject(book, at)->stamp += 1;
}

void book_touch_all_of(yz_book *book, uint32_t row, const yz_fact_set *facts) {
    int by = BY_PERSON;
    book_touch(book, row, facts);
    for (uint32_t at = first_naming(book, row, &by); at != YZ_ROW_NONE;
         at = book_subject(book, at)->links[by].next)
        book_touch(book, at, facts);
}

// ---- links ----

static void unlink_from(yz_book *book, uint32_t row, int by) {
    link *l = &book_subject(book, row)->links[by];
    if (l->to == YZ_ROW_NONE) return;
    if (l->prior == YZ_ROW_NONE)
        book_subject(book, l->to)->first = l->next;
    else
        book_subject(book, l->prior)->links[by].next = l->next;
    if (l->next != YZ_ROW_NONE) book_subject(book, l->next)->links[by].prior = l->prior;
    *l = (link){YZ_ROW_NONE, YZ_ROW_NONE, YZ_ROW_NONE};
}

void book_link(yz_book *book, uint32_t row, int by, uint32_t to) {
    subject *whom = book_subject(book, to);
    link *l = &book_subject(book, row)->links[by];
    *l = (link){to, whom->first, YZ_ROW_NONE};
    if (whom->first != YZ_ROW_NONE) book_subject(book, whom->first)->links[by].prior = row;
    whom->first = row;
}

// True: it is another now.
static bool relink(yz_book *book, uint32_t row, int by, yz_text id) {
    if (id.size == 0) return false;
    yz_subject_kind kind = by == BY_PERSON ? YZ_SUBJECT_person : YZ_SUBJECT_employer;
    uint32_t to = book_need_row(book, kind, id);
    if (book_subject(book, row)->links[by].to == to) return false;
    unlink_from(book, row, by);
    book_link(book, row, by, to);
    return true;
}

// ---- facts ----

static bool own_facts(const subject *s, yz_arena *arena, yz_facts *facts) {
    const char *why = NULL;
    if (s->facts == NULL) return true;
    bool read = yz_facts_decode(s->facts, s->facts_size, arena, facts, &why);
    yz_check(read || why == NULL); // only what was written here is read back
    return read;
}

static void lose_facts(yz_book *book, subject *s) {
    book->facts_bytes -= s->facts_size;
    yz_free(s->facts);
    s->facts = NULL;
    s->facts_size = 0;
}

static void keep_facts(yz_book *book, subject *s, const yz_bytes *bytes) {
    lose_facts(book, s);
    book->facts_bytes += bytes->size;
    s->facts = yz_alloc(bytes->size);
    memcpy(s->facts, bytes->bytes, bytes->size);
    s->facts_size = (uint32_t)bytes->size;
}

// Everything of before that is not given anew is known no more.
static void clear_rest(const yz_facts *before, yz_facts_change *change) {
    for (int o = 0; o < YZ_OBJECTS; o++) {
        if (before->objects[o] == NULL) continue;
        if (change->given.objects[o] == NULL) change->dropped |= UINT64_C(1) << o;
        change->cleared[o] = UINT64_MAX;
    }
}

/* What payments made of a batch say stays, whatever is put of it: only who says another sum changes
 * it. */
static void keep_paid(const yz_facts *before, yz_facts_change *change) {
    const uint64_t paid = UINT64_C(1) << yz_field_unit_m09_paid_yuan;
    const yz_row *had = before->objects[YZ_OBJECT_unit];
    const yz_row *given = change->given.objects[YZ_OBJECT_unit];
    if (had == NULL || !(had->known & paid) || (given != NULL && given->known & paid)) return;
    if (change->dropped & UINT64_C(1) << YZ_OBJECT_unit) {
        change->dropped &= ~(UINT64_C(1) << YZ_OBJECT_unit);
        change->cleared[YZ_OBJECT_unit] = UINT64_MAX;
    }
    change->cleared[YZ_OBJECT_unit] &= ~paid;
}

// The facts after the change, as bytes; `touched` says which are others now.
static yz_status merged(const yz_book *book, uint32_t row, const yz_subject_change *change,
                        bool replace, yz_arena *arena, yz_bytes *bytes, yz_fact_set *touched) {
    yz_facts facts = {{NULL}};
    if (row != YZ_ROW_NONE && !own_facts(book_subject(book, row), arena, &facts))
        return YZ_ERR_FULL;
    yz_facts_change facts_change = *change->facts;
    if (replace) clear_rest(&facts, &facts_change);
    if (change->sealed == NULL) keep_paid(&facts, &facts_change);
    if (!yz_facts_merge(&facts, &facts_change, arena, touched->words)) return YZ_ERR_FULL;
    return yz_facts_encode(&facts, bytes) ? YZ_OK : YZ_ERR_FULL;
}

static bool set_division(subject *s, yz_text division) {
    if (division.size == 0 || yz_text_equal(division, yz_text_of(s->division))) return false;
    yz_check(division.size <= YZ_DIVISION_DIGITS_MAX);
    memcpy(s->division, division.bytes, division.size);
    s->division[division.size] = '\0';
    return true;
}

// ---- sealed facts: what the outside sees of them rests on what stands in the open ----

// Facts of before that are not this owner's, or were nobody's, are not his.
static bool changes_owner(const yz_book *book, const subject *s, const yz_subject_change *change) {
    if (s == NULL || s->version == 0 || s->gone) return false;
    if (s->sealed != (change->sealed != NULL)) return true;
    uint32_t to = s->links[BY_PERSON].to;
    return s->sealed && s->kind != YZ_SUBJECT_person && change->person.size > 0 &&
           to != YZ_ROW_NONE && !yz_text_equal(change->person, book_id(book, to));
}

static bool is_new_change(const subject *s, const yz_sealed_change *c, bool replace) {
    if (s == NULL || s->version == 0 || s->gone || !s->sealed) return true;
    return replace ? s->tag != c->tag : c->size > 0 && s->last_tag != c->tag;
}

_Static_assert(YZ_FACTS_BYTES_MAX <= UINT16_MAX, "what is taken of sealed changes fits");

static uint32_t sealed_size(const subject *s, const yz_sealed_change *c, bool replace) {
    return (s != NULL && s->sealed && !replace ? s->sealed_size : 0) + c->size;
}

// A place once given stays the subject's.
void book_keep_cert(yz_book *book, subject *s, open_cert cert) {
    if (s->cert == YZ_ROW_NONE) {
        if (cert.occupation == YZ_ROW_NONE && cert.level == 0) return;
        s->cert = book->cert_count++;
        yz_slab_reserve(&book->certs, s->cert);
    }
    *(open_cert *)yz_slab_at(&book->certs, s->cert) = cert;
}

static void keep_open(yz_book *book, subject *s, const yz_sealed_change *c, bool replace) {
    open_cert cert = book_cert(book, s);
    s->sealed_size = (uint16_t)sealed_size(s, c, replace);
    s->tag = replace ? c->tag : yz_mix(s->tag + yz_mix(c->tag));
    s->last_tag = c->tag;
    if (replace || c->ranked) cert.level = c->level;
    if (replace || c->named)
        cert.occupation =
            c->occupation.size > 0 ? book_word(book->words, c->occupation) : YZ_ROW_NONE;
    book_keep_cert(book, s, cert);
    s->sealed = true;
}

static void lose_open(yz_book *book, subject *s) {
    s->tag = s->last_tag = 0;
    s->sealed_size = 0;
    book_keep_cert(book, s, (open_cert){YZ_ROW_NONE, 0});
    s->sealed = false;
}

static bool any(const yz_fact_set *set) {
    uint64_t all = 0;
    for (int i = 0; i < YZ_FACT_WORDS; i++)
        all |= set->words[i];
    return all != 0;
}

// `bytes` empty: the facts are withheld from now on.
static void put(yz_book *book, const yz_subject_change *change, bool replace, const yz_bytes *bytes,
                yz_fact_set *touched, uint32_t *version) {
    uint32_t row = book_need_row(book, change->kind, change->id);
    subject *s = book_subject(book, row);
    bool changed = s->version == 0 || s->gone;
    bool other = change->sealed != NULL ? is_new_change(s, change->sealed, replace) : any(touched);
    changed |= other;
    bool linked = relink(book, row, BY_PERSON, change->person);
    linked |= relink(book, row, BY_EMPLOYER, change->employer);
    // Of facts that could not be opened nobody knows which are others now.
    if (linked || s->version == 0 || s->gone || book_is_withheld(s)) *touched = book_every_fact();
    if (linked) book_lines_of_others(s);
    bool moved = set_division(s, change->division);
    if (moved) book_spell_moved(book, row);
    if (moved) book_alerts_moved(book, row);
    changed |= linked | moved;
    *version = s->version;
    if (!changed) {
        restamp_all_of(book, row);
        return;
    }
    s->gone = false;
    if (change->sealed == NULL) lose_open(book, s);
    if (change->sealed != NULL && other) keep_open(book, s, change->sealed, replace || !s->sealed);
    if (bytes->size == 0)
        lose_facts(book, s);
    else if (change->sealed == NULL || other || book_is_withheld(s)) // the same, known again
        keep_facts(book, s, bytes);
    *version = s->version += 1;
    book_touch_all_of(book, row, touched);
}

yz_status yz_book_put(yz_book *book, const yz_subject_change *change, uint32_t *version) {
    uint32_t row = book_find_row(book, change->kind, change->id);
    const subject *s = row != YZ_ROW_NONE ? book_subject(book, row) : NULL;
    bool there = s != NULL && s->version > 0 && !s->gone;
    *version = s != NULL ? s->version : 0;
    if (there && change->only_new) return YZ_ERR_CONFLICT;
    if (change->if_version != 0 && (!there || change->if_version != s->version))
        return YZ_ERR_CONFLICT;
    bool replace = change->replace || changes_owner(book, s, change);
    const yz_sealed_change *sealed = change->sealed;
    if (sealed != NULL && is_new_change(s, sealed, replace) &&
        sealed_size(s, sealed, replace) > YZ_FACTS_BYTES_MAX)
        return YZ_ERR_FULL;
    yz_fact_set touched = {{0}};
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_FACTS_BYTES_MAX);
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    bool unknown =
        sealed != NULL && (sealed->withheld || (there && !replace && book_is_withheld(s)));
    yz_status status =
        unknown ? YZ_ERR_DENIED : merged(book, row, change, replace, arena, &bytes, &touched);
    if (status != YZ_OK && sealed != NULL) { // what does not fit within these bounds is withheld
        yz_bytes_reset(&bytes);
        touched = book_every_fact();
        status = YZ_OK;
    }
    if (status == YZ_OK) put(book, change, replace, &bytes, &touched, version);
    yz_arena_free(arena);
    yz_bytes_deinit(&bytes);
    return status;
}

yz_status yz_book_drop(yz_book *book, yz_subject_kind kind, yz_text id, int32_t day) {
    uint32_t row = book_find_row(book, kind, id);
    if (row == YZ_ROW_NONE) return YZ_ERR_NOT_FOUND;
    subject *s = book_subject(book, row);
    if (s->version == 0 || s->gone) return YZ_ERR_NOT_FOUND;
    yz_fact_set every = book_every_fact();
    book_touch_all_of(book, row, &every);
    unlink_from(book, row, BY_PERSON);
    unlink_from(book, row, BY_EMPLOYER);
    for (uint32_t i = 0; i < s->line_count; i++)
        book_spell_lapse(book, &s->lines[i], day);
    book_alerts_drop(book, row, day);
    lose_facts(book, s);
    yz_blocks_give(&book->lines, s->lines, s->line_count);
    s->lines = NULL;
    s->line_count = 0;
    lose_open(book, s);
    s->division[0] = '\0';
    s->gone = true;
    book_mark_day(book, row, INT32_MAX);
    s->version += 1;
    return YZ_OK;
}

// ---- reading ----

static yz_text linked_id(const yz_book *book, const subject *s, int by) {
    if (s->links[by].to == YZ_ROW_NONE) return YZ_TEXT("");
    return book_id(book, s->links[by].to);
}

yz_text yz_book_named_person(const yz_book *book, uint32_t row) {
    return linked_id(book, book_subject(book, row), BY_PERSON);
}

bool yz_book_subject_at(const yz_book *book, uint32_t row, yz_arena *arena, yz_subject_view *view) {
    const subject *s = book_subject(book, row);
    *view = (yz_subject_view){
        .kind = (yz_subject_kind)s->kind,
        .id = book_id(book, row),
        .person = linked_id(book, s, BY_PERSON),
        .employer = linked_id(book, s, BY_EMPLOYER),
        .division = yz_text_of(s->division),
        .version = s->version,
        .row = row,
        .gone = s->gone || s->version == 0,
        .withheld = book_is_withheld(s),
    };
    return own_facts(s, arena, &view->facts);
}

bool yz_book_subject(const yz_book *book, yz_subject_kind kind, yz_text id, yz_arena *arena,
                     yz_subject_view *view) {
    uint32_t row = book_find_row(book, kind, id);
    return row != YZ_ROW_NONE && yz_book_subject_at(book, row, arena, view);
}

uint32_t yz_book_named_by(const yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    bool can = s->kind == YZ_SUBJECT_person || s->kind == YZ_SUBJECT_employer;
    return can ? s->first : YZ_ROW_NONE;
}

uint32_t yz_book_changes(const yz_book *book) {
    return book->changes;
}

uint32_t yz_book_rules_turn(const yz_book *book) {
    return book->rules_turn;
}

bool yz_book_is_there(const yz_book *book, uint32_t row) {
    return book_subject(book, row)->version > 0 && !book_subject(book, row)->gone;
}

uint32_t yz_book_next_of_person(const yz_book *book, uint32_t at) {
    return book_subject(book, at)->links[BY_PERSON].next;
}

bool yz_book_was_paid(const yz_book *book, uint32_t row) {
    return book_subject(book, row)->payment != YZ_ROW_NONE;
}

// ---- payments ----

static void remember_payment(yz_book *book, uint32_t at, uint32_t row, int by) {
    payment *p = book_payment(book, at);
    p->who[by] = row;
    p->next[by] = YZ_ROW_NONE;
    if (row == YZ_ROW_NONE) return;
    p->next[by] = book_subject(book, row)->payment;
    book_subject(book, row)->payment = at;
}

uint32_t book_word(yz_ids *ids, yz_text text) {
    uint32_t row = yz_ids_find(ids, text);
    return row != YZ_ROW_NONE ? row : yz_ids_add(ids, text);
}

void book_add_payment(yz_book *book, const yz_payment *paid) {
    uint32_t at = book->payment_count++;
    yz_slab_reserve(&book->payments, at);
    payment *p = book_payment(book, at);
    *p = (payment){
        .amount = paid->amount, .day = paid->day, .level = paid->level, .ledger = paid->ledger};
    p->measure = book_word(book->measures, paid->measure);
    p->occupation = YZ_ROW_NONE;
    if (paid->occupation.size > 0) p->occupation = book_word(book->words, paid->occupation);
    uint32_t person = YZ_ROW_NONE, employer = YZ_ROW_NONE;
    if (paid->person.size > 0) person = book_need_row(book, YZ_SUBJECT_person, paid->person);
    if (paid->employer.size > 0)
        employer = book_need_row(book, YZ_SUBJECT_employer, paid->employer);
    remember_payment(book, at, person, BY_PERSON);
    remember_payment(book, at, employer, BY_EMPLOYER);
}

void yz_book_make_room(yz_book *book) {
    yz_slab_make_room(&book->subjects, yz_ids_count(book->ids));
    yz_slab_make_room(&book->payments, book->payment_count);
    yz_slab_make_room(&book->spells, book->spell_count);
    yz_slab_make_room(&book->certs, book->cert_count);
    yz_slab_make_room(&book->alerts, book->alert_count);
    yz_slab_make_room(&book->clawbacks, book->clawback_count);
    yz_slab_make_room(&book->refunds, book->refund_count);
    yz_blocks_make_room(&book->lines);
}

uint64_t yz_book_bytes(const yz_book *book) {
    return book->facts_bytes + yz_blocks_bytes(&book->lines) + yz_ids_bytes(book->ids) +
           yz_ids_bytes(book->measures) + yz_ids_bytes(book->words) +
           yz_slab_bytes(&book->subjects) + yz_slab_bytes(&book->payments) +
           yz_slab_bytes(&book->spells) + yz_slab_bytes(&book->certs) +
           yz_slab_bytes(&book->alerts) + yz_slab_bytes(&book->clawbacks) +
           yz_slab_bytes(&book->refunds) + book_days_bytes(book);
}

/* Alerts: raised by a look, closed by an officer. */
#include "engine/policy/book_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/wire.h"

#define ALERT_BYTES_MAX 8192

bool book_is_claim(const subject *s) {
    for (uint32_t i = 0; i < s->line_count; i++) {
        const line *l = &s->lines[i];
        bool money = l->decision == yz_word_decision_grant || l->decision == yz_word_decision_refer;
        if (money && l->state != YZ_ENTRY_LAPSED) return true;
    }
    return false;
}

uint32_t yz_book_alert_of(const yz_book *book, uint32_t row, yz_text check) {
    uint32_t word = yz_ids_find(book->words, check), at = book_subject(book, row)->alert;
    if (word == YZ_ROW_NONE) return YZ_ROW_NONE;
    while (at != YZ_ROW_NONE && book_alert(book, at)->check != word)
        at = book_alert(book, at)->of_subject;
    return at;
}

static bool stands(const yz_book *book, uint32_t row, yz_text check) {
    uint32_t at = yz_book_alert_of(book, row, check);
    return at != YZ_ROW_NONE && book_alert(book, at)->stands;
}

// ---- looking ----

// Checks that the rules have no more stand no more.
static void add_gone(const yz_book *book, yz_look *look, yz_found_alert *found) {
    for (uint32_t at = book_subject(book, look->row)->alert; at != YZ_ROW_NONE;
         at = book_alert(book, at)->of_subject) {
        const alert *a = book_alert(book, at);
        yz_text name = yz_ids_text(book->words, a->check);
        bool known = false;
        for (uint32_t i = 0; i < book->table->rules->check_count && !known; i++)
            known = yz_text_equal(book->table->rules->checks[i].name, name);
        if (known || !a->stands || look->alert_count == YZ_FOUND_ALERTS_MAX) continue;
        found[look->alert_count++] = (yz_found_alert){name, a->hold, false};
    }
}

yz_status book_look_checks(const yz_book *book, const yz_policy_ask *ask,
                           const yz_fact_set *touched, bool all, yz_look *look) {
    uint32_t count = book->table->rules->check_count;
    yz_found_alert *found = yz_arena_take(ask->arena, YZ_FOUND_ALERTS_MAX * sizeof *found);
    if (found == NULL) return YZ_ERR_FULL;
    look->alerts = found;
    for (uint32_t i = 0; i < count && look->alert_count < YZ_FOUND_ALERTS_MAX; i++) {
        const yz_fraud_check *check = &book->table->rules->checks[i];
        bool holds;
        if (!all && !yz_fact_sets_meet(&book->table->check_reads[i], touched)) continue;
        // One that leads to no answer is as silent as one with an unknown input.
        if (yz_decide_check(ask, check, &holds, &look->until) != YZ_OK) continue;
        if (holds != stands(book, look->row, check->name))
            found[look->alert_count++] = (yz_found_alert){check->name, check->hold, holds};
    }
    add_gone(book, look, found);
    return YZ_OK;
}

// ---- booking ----

static uint32_t word_of_division(yz_book *book, const subject *s) {
    yz_text division = yz_text_of(s->division);
    return division.size > 0 ? book_word(book->words, division) : YZ_ROW_NONE;
}

static uint32_t add(yz_book *book, const alert *given) {
    subject *s = book_subject(book, given->row);
    uint32_t at = book->alert_count++;
    yz_slab_reserve(&book->alerts, at);
    *book_alert(book, at) = *given;
    book_alert(book, at)->of_subject = s->alert;
    s->alert = at;
    return at;
}

static void note_one(yz_book *book, uint32_t row, const yz_found_alert *found, int32_t day) {
    uint32_t at = yz_book_alert_of(book, row, found->check);
    alert *before = at != YZ_ROW_NONE ? book_alert(book, at) : NULL;
    bool again = before != NULL && !before->stands;
    if (before != NULL && (!found->stands || before->state == YZ_ALERT_OPEN || !again)) {
        before->stands = found->stands;
        return;
    }
    if (!found->stands) return;
    alert raised = {.row = row,
                    .check = book_word(book->words, found->check),
                    .division = word_of_division(book, book_subject(book, row)),
                    .raised = day,
                    .closed = INT32_MAX,
                    .state = YZ_ALERT_OPEN,
                    .hold = found->hold,
                    .stands = true};
    (void)add(book, &raised);
}

void book_note_alerts(yz_book *book, const yz_look *look) {
    for (uint32_t i = 0; i < look->alert_count; i++)
        note_one(book, look->row, &look->alerts[i], look->as_of);
}

void book_alerts_moved(yz_book *book, uint32_t row) {
    const subject *s = book_subject(book, row);
    uint32_t division = word_of_division(book, s);
    for (uint32_t at = s->alert; at != YZ_ROW_NONE; at = book_alert(book, at)->of_subject)
        if (book_alert(book, at)->state == YZ_ALERT_OPEN) book_alert(book, at)->division = division;
}

void book_alerts_drop(yz_book *book, uint32_t row, int32_t day) {
    for (uint32_t at = book_subject(book, row)->alert; at != YZ_ROW_NONE;
         at = book_alert(book, at)->of_subject) {
        alert *a = book_alert(book, at);
        a->stands = false;
        if (a->state != YZ_ALERT_OPEN) continue;
        a->state = YZ_ALERT_DROPPED;
        a->closed = day;
    }
}

// ---- what stops a payment ----

static bool is_dismissed(const yz_book *book, uint32_t row, yz_text check) {
    uint32_t at = yz_book_alert_of(book, row, check);
    const alert *a = at != YZ_ROW_NONE ? book_alert(book, at) : NULL;
    return a != NULL && a->state == YZ_ALERT_DISMISSED && a->stands;
}

yz_text yz_book_held_by(const yz_book *book, uint32_t row, yz_text holds) {
    yz_text first = YZ_TEXT("");
    for (uint32_t at = book_subject(book, row)->alert; at != YZ_ROW_NONE;
         at = book_alert(book, at)->of_subject) {
        const alert *a = book_alert(book, at);
        if (a->hold && a->state == YZ_ALERT_OPEN) first = yz_ids_text(book->words, a->check);
    }
    while (first.size == 0 && holds.size > 0) {
        const char *space = memchr(holds.bytes, ' ', holds.size);
        yz_text code = {holds.bytes, space != NULL ? (uint32_t)(space - holds.bytes) : holds.size};
        uint32_t taken = code.size + (space != NULL);
        if (!is_dismissed(book, row, code)) first = code;
        holds = (yz_text){holds.bytes + taken, holds.size - taken};
    }
    return first;
}

// ---- closing ----

static void say(alert *a, yz_text officer, yz_text reviewer, yz_text note) {
    uint32_t size = 6 + officer.size + reviewer.size + note.size;
    yz_check(size <= UINT16_MAX);
    a->said = yz_alloc(size);
    a->said_size = (uint16_t)size;
    yz_out out = {.at = (unsigned char *)a->said, .end = (unsigned char *)a->said + size};
    yz_out_text(&out, officer);
    yz_out_text(&out, reviewer);
    yz_out_text(&out, note);
    yz_check(!out.full);
}

yz_status yz_book_close_alert(yz_book *book, const yz_alert_close *close, uint32_t *number) {
    uint32_t at = yz_book_alert_of(book, close->row, close->check);
    if (at == YZ_ROW_NONE || book_alert(book, at)->state != YZ_ALERT_OPEN) return YZ_ERR_NOT_FOUND;
    alert *a = book_alert(book, at);
    a->state = (uint8_t)close->to;
    a->closed = close->day;
    say(a, close->officer, close->reviewer, close->note);
    *number = at;
    return YZ_OK;
}

// ---- reading ----

uint32_t yz_book_alerts(const yz_book *book) {
    return book->alert_count;
}

yz_alert yz_book_alert_at(const yz_book *book, uint32_t at) {
    const alert *a = book_alert(book, at);
    yz_alert shown = {.check = yz_ids_text(book->words, a->check),
                      .division = book_word_text(book, a->division),
                      .officer = YZ_TEXT(""),
                      .reviewer = YZ_TEXT(""),
                      .note = YZ_TEXT(""),
                      .row = a->row,
                      .hold = a->hold,
                      .stands = a->stands,
                      .state = (yz_alert_state)a->state,
                      .raised = a->raised,
                      .closed = a->closed};
    if (a->said == NULL) return shown;
    yz_in in = {.at = (const unsigned char *)a->said,
                .end = (const unsigned char *)a->said + a->said_size};
    shown.officer = yz_in_text(&in);
    shown.reviewer = yz_in_text(&in);
    shown.note = yz_in_text(&in);
    return shown;
}

// ---- as bytes ----

bool yz_book_save_alert(const yz_book *book, uint32_t at, yz_bytes *bytes) {
    yz_alert a = yz_book_alert_at(book, at);
    size_t room = yz_bytes_reserve(bytes, ALERT_BYTES_MAX);
    yz_out out = {.at = bytes->bytes + bytes->size, .end = bytes->bytes + bytes->size + room};
    yz_out_32(&out, a.row);
    yz_out_32(&out, (uint32_t)a.raised);
    yz_out_32(&out, (uint32_t)a.closed);
    yz_out_8(&out, (uint8_t)a.state);
    yz_out_8(&out, a.hold);
    yz_out_8(&out, a.stands);
    yz_out_text(&out, a.check);
    yz_out_text(&out, a.division);
    yz_out_text(&out, a.officer);
    yz_out_text(&out, a.reviewer);
    yz_out_text(&out, a.note);
    if (out.full) return false;
    bytes->size = (size_t)(out.at - bytes->bytes);
    return true;
}

static bool good_alert(const yz_book *book, const yz_alert *a) {
    bool open = a->state == YZ_ALERT_OPEN;
    uint32_t before = YZ_ROW_NONE;
    if (a->row >= yz_ids_count(book->ids) || a->check.size == 0 ||
        a->check.size > YZ_SUBJECT_ID_MAX || a->division.size > YZ_DIVISION_DIGITS_MAX ||
        a->state > YZ_ALERT_DROPPED || a->raised > a->closed || open != (a->closed == INT32_MAX) ||
        (a->state == YZ_ALERT_DROPPED && a->stands))
        return false;
    before = yz_book_alert_of(book, a->row, a->check);
    // Another one of the check is raised only after the one before was closed and ceased.
    return before == YZ_ROW_NONE || book_alert(book, before)->state != YZ_ALERT_OPEN;
}

bool yz_book_load_alert(yz_book *book, const unsigned char *bytes, size_t size) {
    yz_in in = {.at = bytes, .end = bytes + size};
    yz_alert a = {.row = yz_in_32(&in)};
    a.raised = (int32_t)yz_in_32(&in);
    a.closed = (int32_t)yz_in_32(&in);
    a.state = (yz_alert_state)yz_in_8(&in);
    a.hold = yz_in_bool(&in);
    a.stands = yz_in_bool(&in);
    a.check = yz_in_text(&in);
    a.division = yz_in_text(&in);
    a.officer = yz_in_text(&in);
    a.reviewer = yz_in_text(&in);
    a.note = yz_in_text(&in);
    if (in.why != NULL || in.at != in.end || size > ALERT_BYTES_MAX || !good_alert(book, &a))
        return false;
    alert kept = {.row = a.row,
                  .check = book_word(book->words, a.check),
                  .division =
                      a.division.size > 0 ? book_word(book->words, a.division) : YZ_ROW_NONE,
                  .raised = a.raised,
                  .closed = a.closed,
                  .state = (uint8_t)a.state,
                  .hold = a.hold,
                  .stands = a.stands};
    if (a.state == YZ_ALERT_CONFIRMED || a.state == YZ_ALERT_DISMISSED)
        say(&kept, a.officer, a.reviewer, a.note);
    (void)add(book, &kept);
    return true;
}

yz_print book_alerts_print(const yz_book *book, uint32_t row) {
    yz_print sum = {{0, 0}};
    uint32_t at = book_subject(book, row)->alert;
    if (at == YZ_ROW_NONE) return sum;
    yz_bytes bytes;
    yz_bytes_init(&bytes, ALERT_BYTES_MAX);
    for (; at != YZ_ROW_NONE; at = book_alert(book, at)->of_subject) {
        yz_bytes_reset(&bytes);
        yz_check(yz_book_save_alert(book, at, &bytes));
        yz_print_add(&sum, yz_print_of(bytes.bytes, bytes.size));
    }
    yz_bytes_deinit(&bytes);
    return sum;
}

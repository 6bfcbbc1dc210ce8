#include "tests/engine/policy/random_facts.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tests/engine/policy/random_inner.h"
#include "tests/engine/policy/twin_dates.h"

#include <stdio.h>

#define ROOM_BYTES (8 << 20)
#define COUNT(array) (sizeof(array) / sizeof((array)[0]))
#define PICK(array) ((array)[pick(room, COUNT(array))])

random_facts *random_facts_new(void) {
    random_facts *room = yz_alloc_zeroed(sizeof *room);
    room->arena = yz_arena_new(ROOM_BYTES);
    return room;
}

void random_facts_free(random_facts *room) {
    if (room == NULL) return;
    yz_arena_free(room->arena);
    yz_free(room);
}

void *room_take(random_facts *room, size_t size) {
    void *taken = yz_arena_take(room->arena, size);
    yz_check(taken != NULL);
    return taken;
}

const yz_text *room_text(random_facts *room, const char *written) {
    yz_text *text = room_take(room, sizeof *text);
    *text = yz_arena_text(room->arena, yz_text_of(written));
    return text;
}

/* ---- dates ---- */

/* Days that something ends or begins on, and days whose month is short. */
static int64_t turning_day(random_facts *room) {
    static const int32_t days[][3] = {
        {2022, 12, 31}, {2023, 1, 1},   {2023, 2, 28},  {2023, 6, 30},  {2023, 8, 31},
        {2023, 9, 1},   {2023, 10, 31}, {2023, 11, 30}, {2023, 12, 30}, {2023, 12, 31},
        {2024, 1, 1},   {2024, 2, 28},  {2024, 2, 29},  {2024, 3, 1},   {2024, 8, 31},
        {2023, 3, 30},  {2023, 7, 1},   {2023, 5, 31},
    };
    const int32_t *day = PICK(days);
    return twin_day(day[0], day[1], day[2]);
}

/* Some months before or after a day that counts, to the day or one beside it. */
static int64_t near_day(random_facts *room, int64_t day) {
    static const int64_t months[] = {0, 0, 0, 1, -1, 2, 3, -3, 6, -6, 12, -12, 24, -24, 5, -7};
    int64_t near = twin_add_months(day, PICK(months));
    return near + (int64_t)pick(room, 3) - 1 + (one_in(room, 200) ? (int64_t)pick(room, 60) : 0);
}

static int64_t any_day(random_facts *room) {
    const int64_t days[] = {room->as_of, room->start, room->graduation};
    return near_day(room, one_in(room, 150) ? turning_day(room) : days[pick(room, 3)]);
}

static int64_t birth_day(random_facts *room) {
    static const int64_t years[] = {15, 16, 16, 18, 20, 22, 24, 25, 25, 30, 40, 45, 50, 60};
    int64_t on = one_in(room, 700) ? room->start : room->as_of;
    if (one_in(room, 30)) return twin_day(2000 + 4 * (int64_t)pick(room, 3), 2, 29);
    return twin_add_months(on, -12 * PICK(years)) + (int64_t)pick(room, 3) - 1;
}

static int64_t graduation_day(random_facts *room) {
    static const int64_t months[] = {0, -2, -12, -23, -24, -24, -24, -25, 3};
    if (one_in(room, 200)) return turning_day(room);
    return twin_add_months(room->start, PICK(months)) + (int64_t)pick(room, 3) - 1;
}

/* ---- numbers and texts ---- */

static int64_t whole(random_facts *room) {
    static const int64_t counts[] = {0, 1, 2, 3, 5, 6, 7, 11, 12, 13, 29, 30, 31, 90, 100};
    return one_in(room, 700) ? PICK(counts) : (int64_t)pick(room, 400);
}

static int64_t yuan(random_facts *room) {
    static const int64_t fen[] = {0, 0, 1, 12345, 99999, 100000, 100001, 150000, 600000, 12345678};
    return one_in(room, 700) ? PICK(fen) : (int64_t)pick(room, 1000000000);
}

/* A number with the right check digit, mostly of the person's birth date. */
static const char *id_number(random_facts *room, char bytes[32]) {
    static const int weights[] = {7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2};
    int64_t birth = room->birth;
    int sum = 0;
    if (one_in(room, 300)) birth = birth_day(room);
    int64_t month = twin_month_of(birth);
    snprintf(bytes, 32, "620502%04d%02d%02d%03d", (int)(month / 12), (int)(month % 12 + 1),
             (int)twin_day_in_month(birth), (int)pick(room, 1000));
    for (int i = 0; i < 17; i++)
        sum += (bytes[i] - '0') * weights[i];
    bytes[17] = "10X98765432"[sum % 11];
    if (bytes[17] == 'X' && one_in(room, 300)) bytes[17] = 'x';
    if (one_in(room, 150)) bytes[pick(room, 18)] = (char)('0' + pick(room, 11));
    bytes[one_in(room, 30) ? 17 : 18] = 0;
    return bytes;
}

typedef struct words {
    const char *field;     // of any object
    const char *texts[14]; // NULL at the end
} words;

// Few of each, so that they meet.
static const words texts[] = {
    {"id", {"A1", "A2", "A3"}},
    {"person", {"A1", "A2", "A3"}},
    {"employer", {"A1", "A2", "A3", "A4"}},
    {"related", {"A1", "A2", "A4"}},
    {"subject", {"A1", "A2", "A3", "A4"}},
    {"account", {"622001", "622002"}},
    {"claimant", {"A1", "A2"}},
    {"measure",
     {"m01", "m05a", "m05b", "m14c", "m12b", "m13a", "m13b", "m13c", "m14b", "m15c", "m15e",
      "m11b"}},
    {"occupation", {"6-18-02-04", "4-01-01-01"}},
    {"industry", {"C3811", "J6621", "K7010", "A0111", "9", "", "j66"}},
    {"hukou_division", {"620522", "620522101205", "620502", "6205", "610100", "62", ""}},
    {"work_division", {"620522", "620522101", "620502", "610100", "6205"}},
    {"credit_code",
     {"91350100M000100Y43", "91420000737944946L", "9111000071093123XX", "91350100M000100Y44",
      "91420000737944946I", "91350100M000100Y4", "91350100m000100Y43"}},
    {"operator", {"U1", "U2"}},
    {"reviewer", {"U1", "U2"}},
    {"number", {"C1", "C2", "C3", "C4", "C5", "C6", "C7", "C8", "C9", "C10", "C11", "C12"}},
    {"vouchers", {"V1", "V2", "V3", "V4"}},
    {"lead", {"N1", "N2", "N3", ""}},
    {"deputy", {"N1", "N2", "N3", ""}},
    {NULL, {"x", "y", "z", "x", "y", ""}},
};

static const yz_text *some_text(random_facts *room, const char *field) {
    const words *w = texts;
    uint32_t count = 0;
    char bytes[32];
    if (strcmp(field, "id_number") == 0) return room_text(room, id_number(room, bytes));
    while (w->field != NULL && strcmp(w->field, field) != 0)
        w++;
    while (w->texts[count] != NULL)
        count += 1;
    return room_text(room, w->texts[pick(room, count)]);
}

static const char *measure_name(random_facts *room, uint32_t number) {
    char *name = room_take(room, 16);
    snprintf(name, 16, "m%02u", number);
    return name;
}

/* The inspections of a month are measures by number; all other sets of texts are names. */
static const yz_texts *some_texts(random_facts *room, const char *field) {
    bool measures = strcmp(field, "inspections") == 0;
    uint32_t count = measures ? 18 : pick(room, 5), kept = 0;
    yz_texts *set = room_take(room, sizeof *set);
    yz_text *list = room_take(room, 18 * sizeof *list);
    for (uint32_t i = 0; i < count; i++) {
        if (measures && one_in(room, 60)) continue;
        list[kept++] = measures ? yz_text_of(measure_name(room, i + 1)) : *some_text(room, field);
    }
    *set = (yz_texts){kept, list};
    return set;
}

/* ---- a field by its type ---- */

static const yz_text one_person = {"A1", 2}, capped = {"m12b", 4}; // so many times a year

static void fill_row(random_facts *room, yz_object object, yz_row *row, uint32_t absent);

static void set_if_known(yz_row *row, int field, int64_t value) {
    if ((row->known >> field & 1) != 0) row->values[field] = value;
}

/* Payments of one measure, mostly to one person and in the last weeks: for caps. */
static void mend_one_ledger(random_facts *room, yz_row *row, const yz_text *measure) {
    set_if_known(row, yz_field_paid_measure, (intptr_t)measure);
    if (one_in(room, 850)) set_if_known(row, yz_field_paid_person, (intptr_t)&one_person);
    if (one_in(room, 850)) {
        set_if_known(row, yz_field_paid_date, room->as_of - (int64_t)pick(room, 40));
    }
}

static const yz_list *some_list(random_facts *room, yz_object shape) {
    yz_list *list = room_take(room, sizeof *list);
    uint32_t stride = yz_row_size(shape), count = pick(room, 5);
    if (shape == YZ_OBJECT_keywork_row) count = 16 + pick(room, 4);
    if (shape == YZ_OBJECT_paid) count = one_in(room, 500) ? 0 : 1 + pick(room, 8);
    bool one_measure = shape == YZ_OBJECT_paid && one_in(room, 500);
    const yz_text *paid_for = one_in(room, 500) ? &capped : some_text(room, "measure");
    char *rows = room_take(room, (size_t)stride * (count + 1));
    uint32_t absent = one_in(room, 600) ? 0 : room->absent / 2;
    for (uint32_t i = 0; i < count; i++) {
        yz_row *row = (yz_row *)(void *)(rows + (size_t)i * stride);
        fill_row(room, shape, row, absent);
        if (one_measure) mend_one_ledger(room, row, paid_for);
        if (shape != YZ_OBJECT_keywork_row || one_in(room, 50)) continue;
        row->known |= UINT64_C(1) << yz_field_keywork_row_measure;
        row->values[yz_field_keywork_row_measure] =
            (intptr_t)room_text(room, measure_name(room, i + 1));
    }
    *list = (yz_list){count, stride, rows};
    return list;
}

static int64_t some_set(random_facts *room, yz_enumeration of) {
    const char *const *ignored;
    uint32_t words_of = yz_enumeration_words(of, &ignored);
    uint32_t likely = of == YZ_WORDS_person_tag ? 200 : 850;
    int64_t set = 0;
    for (uint32_t w = 0; w < words_of; w++) {
        if (one_in(room, likely)) set |= INT64_C(1) << w;
    }
    return set;
}

/* The first words of an enumeration are the ones that measures ask for. */
static int64_t some_word(random_facts *room, yz_enumeration of) {
    const char *const *ignored;
    uint32_t words_of = yz_enumeration_words(of, &ignored);
    if (one_in(room, 500)) return pick(room, words_of < 2 ? words_of : 2);
    return pick(room, words_of);
}

static int64_t some_value(random_facts *room, const yz_fact_form *form) {
    bool likely = strcmp(form->name, "asks_registration_card") != 0;
    switch (form->type) {
    case YZ_FACT_INT: return whole(room);
    case YZ_FACT_YUAN: return yuan(room);
    case YZ_FACT_DATE: return any_day(room);
    case YZ_FACT_MONTH:
        return twin_month_of(one_in(room, 500) ? room->start : room->as_of) +
               (int64_t)pick(room, 4) - 2;
    case YZ_FACT_BOOL: return one_in(room, likely ? 720 : 200);
    case YZ_FACT_WORD: return some_word(room, (yz_enumeration)form->of);
    case YZ_FACT_SET: return some_set(room, (yz_enumeration)form->of);
    case YZ_FACT_TEXT: return (intptr_t)some_text(room, form->name);
    case YZ_FACT_TEXTS: return (intptr_t)some_texts(room, form->name);
    case YZ_FACT_LIST: return (intptr_t)some_list(room, (yz_object)form->of);
    }
    return 0;
}

/* ---- rows, and what hangs together in them ---- */

static void mend_employer(random_facts *room, yz_row *row) {
    static const int64_t starts[] = {0, 1, 5, 20, 30, 31, 36, 37, 100, 200, 1000};
    static const int64_t left[] = {0, 1, 10, 11, 54, 55, 56, 60, 200, 201, -100};
    int64_t start = PICK(starts);
    int64_t end = start - start * PICK(left) / 1000 - (int64_t)pick(room, 2);
    set_if_known(row, yz_field_employer_insured_start, start);
    set_if_known(row, yz_field_employer_insured_end, end < 0 ? 0 : end);
    set_if_known(row, yz_field_employer_registered_on,
                 room->as_of - (int64_t[]){0, 364, 365, 366, -1, 20}[pick(room, 6)]);
    if (one_in(room, 600) && (row->known >> yz_field_employer_ui_premium_yuan & 1) != 0) {
        set_if_known(row, yz_field_employer_ui_receipts_yuan,
                     row->values[yz_field_employer_ui_premium_yuan]);
    }
    if (one_in(room, 700)) row->known &= ~(UINT64_C(1) << yz_field_employer_deregistered_on);
}

static void mend_person(random_facts *room, yz_row *row) {
    if (one_in(room, 500)) set_if_known(row, yz_field_person_id, (intptr_t)&one_person);
    set_if_known(row, yz_field_person_birth_date, room->birth);
    set_if_known(row, yz_field_person_graduation_date, room->graduation);
    if (one_in(room, 600)) {
        set_if_known(row, yz_field_person_graduate_kind, yz_word_graduate_kind_general);
    }
    if (one_in(room, 400)) row->known &= ~(UINT64_C(1) << yz_field_person_employment_spells);
    if (one_in(room, 900)) row->known &= ~(UINT64_C(1) << yz_field_person_in_custody);
    if (one_in(room, 800)) row->known &= ~(UINT64_C(1) << yz_field_person_deceased_on);
    if (one_in(room, 700)) row->known &= ~(UINT64_C(1) << yz_field_person_id_number);
}

static void mend_hire(random_facts *room, yz_row *row) {
    static const int64_t months[] = {12, 12, 12, 24, 6, 11};
    set_if_known(row, yz_field_hire_contract_start, room->start);
    set_if_known(row, yz_field_hire_contract_end,
                 twin_add_months(room->start, PICK(months)) - 2 + (int64_t)pick(room, 3));
    set_if_known(row, yz_field_hire_contract_kind, pick(room, one_in(room, 800) ? 2 : 6));
    set_if_known(row, yz_field_hire_ended_on,
                 twin_add_months(room->start, PICK(months)) - 2 + (int64_t)pick(room, 3));
    if (one_in(room, 700)) row->known &= ~(UINT64_C(1) << yz_field_hire_ended_on);
}

static void mend_loan(random_facts *room, yz_row *row) {
    int64_t due = room->as_of + (int64_t[]){-1, 0, 1, 89, 90, 91}[pick(room, 6)];
    set_if_known(row, yz_field_loan_due, due);
    set_if_known(row, yz_field_loan_new_due,
                 twin_add_months(due, one_in(room, 700) ? 12 : 0) - 1 + (int64_t)pick(room, 3));
}

/* End within the plan: nobody serves longer than was agreed. */
static void mend_intern(random_facts *room, yz_row *row) {
    static const int64_t months[] = {1, 2, 3, 6, 12, 13};
    int64_t start = twin_add_months(room->as_of, -(int64_t)pick(room, 8)) - (int64_t)pick(room, 3);
    int64_t planned = twin_add_months(start, PICK(months)) - 2 + (int64_t)pick(room, 3);
    int64_t served = twin_add_months(start, (int64_t)pick(room, 6)) - 1 - (int64_t)pick(room, 2);
    int64_t end = one_in(room, 500) || served > planned ? planned : served;
    int64_t signed_on = end + (int64_t[]){1, 2, 29, 30, 31, 32}[pick(room, 6)];
    set_if_known(row, yz_field_intern_start, start);
    set_if_known(row, yz_field_intern_planned_end, planned);
    set_if_known(row, yz_field_intern_end, end);
    set_if_known(row, yz_field_intern_contract_start,
                 one_in(room, 200) ? turning_day(room) : signed_on);
    if (one_in(room, 850)) {
        set_if_known(row, yz_field_intern_graduation_date,
                     twin_add_months(start, (int64_t[]){0, -12, -24, 1}[pick(room, 4)]) - 1 +
                         (int64_t)pick(room, 3));
    }
    set_if_known(row, yz_field_intern_birth_date,
                 twin_add_months(start, -12 * (int64_t[]){16, 20, 24, 25}[pick(room, 4)]) - 1 +
                     (int64_t)pick(room, 3));
    if (one_in(room, 700)) row->known &= ~(UINT64_C(1) << yz_field_intern_employment_spells);
    if (one_in(room, 800)) row->known &= ~(UINT64_C(1) << yz_field_intern_in_school);
    if ((row->known >> yz_field_intern_planned_end & 1) == 0) {
        row->known &= ~(UINT64_C(1) << yz_field_intern_end); // or it could be the longer one
    }
}

static void mend_unit(random_facts *room, yz_row *row) {
    static const int64_t finished[] = {0, 1, 2, 3, 10, 100, 10000};
    static const int64_t share[] = {0, 4999, 5000, 5999, 6000, 6999, 7000, 10000};
    int64_t all = PICK(finished);
    set_if_known(row, yz_field_unit_finished, all);
    set_if_known(row, yz_field_unit_retained, all * PICK(share) / 10000);
    set_if_known(row, yz_field_unit_m09_paid_yuan, 100000 * (int64_t)pick(room, 12));
    if (one_in(room, 500)) row->known &= ~(UINT64_C(1) << yz_field_unit_m09_paid_yuan);
}

static void mend_member(random_facts *room, yz_row *row) {
    static const int64_t years[] = {15, 16, 17, 30, 59, 60, 61};
    set_if_known(row, yz_field_member_age, PICK(years));
    set_if_known(row, yz_field_member_in_school, one_in(room, 150));
    set_if_known(row, yz_field_member_employed, one_in(room, 150));
}

static void mend_counts(random_facts *room, yz_row *row) {
    static const int64_t targets[] = {1900000, 15000, 10000, 5000, 100, 100, 0, 18};
    for (int field = 0; field < (int)COUNT(targets); field++) {
        int64_t near = targets[field] - 1 + (int64_t)pick(room, 3);
        if (one_in(room, 300)) near = targets[field] * (int64_t)pick(room, 200) / 100;
        set_if_known(row, field, near < 0 ? 0 : near);
    }
    if (one_in(room, 100)) set_if_known(row, yz_field_counts_t05_total, 0);
}

static void mend(random_facts *room, yz_object object, yz_row *row) {
    switch (object) {
    case YZ_OBJECT_employer: mend_employer(room, row); break;
    case YZ_OBJECT_person: mend_person(room, row); break;
    case YZ_OBJECT_hire: mend_hire(room, row); break;
    case YZ_OBJECT_loan: mend_loan(room, row); break;
    case YZ_OBJECT_intern: mend_intern(room, row); break;
    case YZ_OBJECT_unit: mend_unit(room, row); break;
    case YZ_OBJECT_member: mend_member(room, row); break;
    case YZ_OBJECT_counts: mend_counts(room, row); break;
    case YZ_OBJECT_cert: set_if_known(row, yz_field_cert_level, 1 + (int64_t)pick(room, 5)); break;
    case YZ_OBJECT_paid:
        set_if_known(row, yz_field_paid_level, 3 + (int64_t)pick(room, 3));
        if (one_in(room, 500)) {
            set_if_known(row, yz_field_paid_date, room->as_of - (int64_t)pick(room, 40));
        }
        break;
    case YZ_OBJECT_employment_spell: // so many days in common with another
        if (one_in(room, 300)) {
            set_if_known(row, yz_field_employment_spell_from,
                         room->as_of - 29 - (int64_t)pick(room, 4));
            row->known &= ~(UINT64_C(1) << yz_field_employment_spell_to);
        }
        break;
    case YZ_OBJECT_cert_row: // so many days apart
        set_if_known(row, yz_field_cert_row_issue_date,
                     room->as_of - (int64_t[]){0, 1, 29, 30, 31}[pick(room, 5)]);
        if (one_in(room, 600)) set_if_known(row, yz_field_cert_row_person, (intptr_t)&one_person);
        break;
    case YZ_OBJECT_entry:
        set_if_known(row, yz_field_entry_found_on, room->as_of - 6 - (int64_t)pick(room, 3));
        break;
    default: break;
    }
}

static void fill_row(random_facts *room, yz_object object, yz_row *row, uint32_t absent) {
    const yz_fact_form *forms;
    uint32_t count = yz_object_fields(object, &forms);
    row->known = 0;
    for (uint32_t f = 0; f < count; f++) {
        int64_t value = some_value(room, &forms[f]);
        row->values[f] = value;
        if (!one_in(room, absent)) row->known |= UINT64_C(1) << f;
    }
    mend(room, object, row);
}

static yz_row *new_row(random_facts *room, yz_object object) {
    yz_row *row = room_take(room, yz_row_size(object));
    fill_row(room, object, row, room->absent);
    return row;
}

/* ---- subjects ---- */

void random_facts_begin(random_facts *room, uint64_t seed) {
    static const uint32_t absent[] = {0, 20, 60, 150, 400};
    yz_arena_reset(room->arena);
    room->random = yz_random_seeded(seed);
    room->absent = PICK(absent);
    room->start = turning_day(room) + (int64_t)pick(room, 3) - 1;
    room->as_of = one_in(room, 500) ? near_day(room, room->start) : turning_day(room);
    if (one_in(room, 600) && room->as_of < room->start) room->as_of = room->start + 40;
    room->graduation = graduation_day(room);
    room->birth = birth_day(room);
}

static yz_row *new_top(random_facts *room) {
    yz_row *top = new_row(room, YZ_OBJECT_top);
    top->known |= UINT64_C(1) << yz_field_top_as_of;
    top->values[yz_field_top_as_of] = room->as_of;
    if (one_in(room, 400)) top->known &= ~(UINT64_C(1) << yz_field_top_paid);
    return top;
}

void random_facts_draw(random_facts *room, yz_facts *facts) {
    *facts = (yz_facts){.objects = {NULL}};
    facts->objects[YZ_OBJECT_top] = new_top(room);
    for (yz_object object = YZ_OBJECT_top + 1; object < YZ_OBJECTS; object++) {
        if (!one_in(room, 80)) facts->objects[object] = new_row(room, object);
    }
}

void random_facts_again(random_facts *room, const yz_facts *like, yz_facts *facts) {
    static const yz_object others[] = {YZ_OBJECT_employer, YZ_OBJECT_hire, YZ_OBJECT_cert,
                                       YZ_OBJECT_unit};
    *facts = *like;
    if (one_in(room, 500)) room->start = near_day(room, room->start);
    for (uint32_t i = 0; i < COUNT(others); i++)
        facts->objects[others[i]] = new_row(room, others[i]);
    if (one_in(room, 400)) facts->objects[YZ_OBJECT_person] = new_row(room, YZ_OBJECT_person);
}

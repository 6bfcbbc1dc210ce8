#include "net/api/wire_person.h"

#include "engine/model/check_digit.h"
#include "engine/model/time.h"
#include "net/api/mask.h"
#include "net/api/wire_common.h"

#include <stdio.h>

#define P(record) (&((wire_person *)(record))->person)
#define SECRET(record) (&((wire_person *)(record))->secret)
#define FIELD_ID (1u << 31)
#define FIELD_VAULT(bit) ((uint32_t)(bit) << 16) // beside the yz_person_field bits
#define PHONE_BYTES_MAX 32
#define ACCOUNT_BYTES_MAX 64

// ---- members ----

static yz_status read_id(const json_tree *tree, const cJSON *node, void *record,
                         yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id", &P(record)->id, problem);
}

static yz_status read_name(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/name", &SECRET(record)->name, problem);
}

static yz_status read_id_number(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/id_number", &SECRET(record)->id_number, problem);
}

static yz_status read_phone(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/phone", &SECRET(record)->phone, problem);
}

static yz_status read_account(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/account", &SECRET(record)->account, problem);
}

static yz_status read_birth_date(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    yz_text text;
    yz_status status = wire_text(node, "/birth_date", &text, problem);
    if (status != YZ_OK || yz_day_parse(text, &P(record)->birth_day)) return status;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_TIME, "/birth_date", text);
}

static yz_status read_sex(const json_tree *tree, const cJSON *node, void *record,
                          yz_problem *problem) {
    (void)tree;
    yz_text text;
    yz_status status = wire_text(node, "/sex", &text, problem);
    if (status != YZ_OK || yz_sex_parse(text, &P(record)->sex)) return status;
    return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, "/sex", text);
}

static yz_status read_division(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/division", &P(record)->division, problem);
}

static yz_status read_group(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    int64_t value;
    yz_status status = wire_whole(tree, node, "/group", 0, YZ_GROUP_MAX, &value, problem);
    if (status == YZ_OK) P(record)->group = (uint8_t)value;
    return status;
}

static yz_status read_tags(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    uint32_t count, index = 0;
    yz_status status = wire_list(node, "/tags", 32, &count, problem);
    if (status != YZ_OK) return status;
    for (const cJSON *element = node->child; element != NULL; element = element->next, index++) {
        char pointer[16];
        yz_text word;
        yz_person_tag tag;
        snprintf(pointer, sizeof pointer, "/tags/%u", (unsigned)index);
        status = wire_text(element, pointer, &word, problem);
        if (status != YZ_OK) return status;
        if (!yz_person_tag_parse(word, &tag)) {
            return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, pointer, word);
        }
        P(record)->tags |= (uint32_t)tag;
    }
    return YZ_OK;
}

static yz_status read_id_check(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    (void)record;
    yz_text ours; // is found out anew, whatever it says
    return wire_text(node, "/id_check", &ours, problem);
}

static const wire_member MEMBERS[] = {
    {"id", read_id, FIELD_ID, false},
    {"name", read_name, FIELD_VAULT(YZ_VAULT_NAME), true},
    {"id_number", read_id_number, FIELD_VAULT(YZ_VAULT_ID_NUMBER), true},
    {"phone", read_phone, FIELD_VAULT(YZ_VAULT_PHONE), true},
    {"account", read_account, FIELD_VAULT(YZ_VAULT_ACCOUNT), true},
    {"birth_date", read_birth_date, YZ_PERSON_BIRTH_DAY, true},
    {"sex", read_sex, YZ_PERSON_SEX, true},
    {"division", read_division, YZ_PERSON_DIVISION, true},
    {"group", read_group, YZ_PERSON_GROUP, true},
    {"tags", read_tags, YZ_PERSON_TAGS, true},
    {"id_check", read_id_check, 0, true},
    {0},
};

yz_status wire_person_read(const json_tree *tree, const cJSON *object, wire_mode mode,
                           int32_t today, wire_person *out, yz_problem *problem) {
    *out = (wire_person){.person.birth_day = YZ_DAY_NONE};
    uint32_t seen;
    yz_status status = wire_members(tree, object, "", MEMBERS, out, &seen, problem);
    if (status != YZ_OK) return status;
    if (mode == WIRE_RECORD && !(seen & FIELD_ID)) {
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/id");
    }
    out->fields = seen & YZ_PERSON_ALL;
    out->secret.fields = seen >> 16 & YZ_VAULT_ALL;
    return wire_person_finish(out, mode != WIRE_PATCH, today, tree->arena, problem);
}

// ---- what goes into the vault ----

static yz_status check_characters(yz_text text, uint32_t bytes_max, const char *pointer,
                                  yz_problem *problem) {
    if (text.size > bytes_max) {
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, text.size, 0, bytes_max);
    }
    for (uint32_t i = 0; i < text.size; i++) {
        unsigned char c = (unsigned char)text.bytes[i];
        if (c < 0x20 || c == 0x7F) {
            return yz_problem_range(problem, YZ_PROBLEM_CONTROL_CHARACTER, pointer, c, 0, 0);
        }
        if (c == '*') return yz_problem_at(problem, YZ_PROBLEM_MASKED_VALUE, pointer);
    }
    return YZ_OK;
}

// Only characters of `allowed`, and at least `digits_min` digits or letters.
static bool consists_of(yz_text text, const char *allowed, uint32_t least) {
    uint32_t solid = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c == '\0' || strchr(allowed, c) == NULL) return false;
        solid += strchr(" -()+", c) == NULL;
    }
    return solid >= least;
}

static yz_status check_vault(const store_secret *s, yz_problem *problem) {
    yz_status status = check_characters(s->name, YZ_NAME_BYTES_MAX, "/name", problem);
    if (status == YZ_OK) status = check_characters(s->phone, PHONE_BYTES_MAX, "/phone", problem);
    if (status == YZ_OK)
        status = check_characters(s->account, ACCOUNT_BYTES_MAX, "/account", problem);
    if (status == YZ_OK)
        status = check_characters(s->id_number, YZ_NAME_BYTES_MAX, "/id_number", problem);
    if (status != YZ_OK) return status;
    if (s->phone.size > 0 && !consists_of(s->phone, "0123456789 -()+", 5)) {
        return yz_problem_at(problem, YZ_PROBLEM_BAD_PHONE, "/phone");
    }
    if (s->account.size > 0 &&
        !consists_of(s->account, "0123456789 -ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz",
                     4)) {
        return yz_problem_at(problem, YZ_PROBLEM_BAD_ACCOUNT, "/account");
    }
    return YZ_OK;
}

// ---- what is derived ----

static void warn(wire_warnings *warnings, wire_warning_code code, const char *pointer,
                 const char *expected) {
    if (warnings->count == WIRE_WARNINGS_MAX) return; // one of each kind at most, so never
    wire_warning *w = &warnings->list[warnings->count++];
    w->code = code;
    snprintf(w->pointer, sizeof w->pointer, "%s", pointer);
    snprintf(w->expected, sizeof w->expected, "%.11s", expected);
}

static void compare(wire_person *out, const yz_id_number *id) {
    yz_person *p = &out->person;
    if (p->birth_day == YZ_DAY_NONE) {
        p->birth_day = id->birth_day;
        out->fields |= YZ_PERSON_BIRTH_DAY;
    } else if (p->birth_day != id->birth_day) {
        char text[YZ_TIME_TEXT_MAX];
        yz_day_format(id->birth_day, text);
        warn(&out->warnings, WIRE_BIRTH_DATE_DIFFERS, "/birth_date", text);
    }
    if (p->sex == YZ_SEX_UNKNOWN) {
        p->sex = id->sex;
        out->fields |= YZ_PERSON_SEX;
    } else if (p->sex != id->sex) {
        warn(&out->warnings, WIRE_SEX_DIFFERS, "/sex", id->sex == YZ_SEX_MALE ? "male" : "female");
    }
}

static yz_status look_at_number(wire_person *out, int32_t today, yz_arena *arena,
                                yz_problem *problem) {
    store_secret *s = &out->secret;
    out->person.id_check = YZ_ID_NOT_GIVEN;
    out->fields |= s->fields & YZ_VAULT_ID_NUMBER ? YZ_PERSON_ID_CHECK : 0u;
    if (s->id_number.size == 0) return YZ_OK;
    yz_id_number id = yz_id_number_read(s->id_number);
    if (id.form != YZ_ID_FORM_FULL) {
        return yz_problem_at(problem,
                             id.form == YZ_ID_FORM_OLD ? YZ_PROBLEM_OLD_ID_NUMBER
                                                       : YZ_PROBLEM_BAD_ID_NUMBER,
                             "/id_number");
    }
    if (s->id_number.bytes[17] == 'x') {
        char *upper = yz_arena_take(arena, YZ_ID_NUMBER_BYTES);
        if (upper == NULL) return yz_problem_at(problem, YZ_PROBLEM_TOO_LONG, "/id_number");
        memcpy(upper, s->id_number.bytes, 17);
        upper[17] = 'X';
        s->id_number.bytes = upper;
    }
    bool dated = yz_birth_day_sane(id.birth_day, today);
    out->person.id_check = id.digit_right && dated ? YZ_ID_VALID : YZ_ID_WRONG_DIGIT;
    if (!id.digit_right) {
        char expected[2] = {id.expected, '\0'};
        warn(&out->warnings, WIRE_ID_NUMBER_DIGIT, "/id_number", expected);
    }
    if (!dated) warn(&out->warnings, WIRE_ID_NUMBER_DATE, "/id_number", "");
    if (id.digit_right && dated) compare(out, &id);
    return YZ_OK;
}

static yz_status check_birth_day(int32_t day, int32_t today, yz_problem *problem) {
    if (day == YZ_DAY_NONE || yz_birth_day_sane(day, today)) return YZ_OK;
    char text[YZ_TIME_TEXT_MAX], now[YZ_TIME_TEXT_MAX];
    uint32_t size = yz_day_format(day, text);
    yz_day_format(today, now);
    int year = 0;
    for (int i = 0; i < 4; i++)
        year = year * 10 + (now[i] - '0');
    (void)yz_problem_value(problem, YZ_PROBLEM_OUT_OF_RANGE, "/birth_date", (yz_text){text, size});
    if (problem != NULL) {
        problem->low = year - 130;
        problem->high = year;
    }
    return YZ_ERR_BAD_INPUT;
}

yz_status wire_person_finish(wire_person *out, bool whole, int32_t today, yz_arena *arena,
                             yz_problem *problem) {
    yz_status status = check_vault(&out->secret, problem);
    if (status == YZ_OK) status = check_birth_day(out->person.birth_day, today, problem);
    if (status == YZ_OK) status = look_at_number(out, today, arena, problem);
    if (status != YZ_OK) return status;
    out->fields |= out->secret.fields & YZ_VAULT_ACCOUNT ? YZ_PERSON_ACCOUNT : 0u;
    if (whole) out->fields = YZ_PERSON_ALL;
    yz_text id = out->person.id;
    if (id.size == 0) out->person.id = YZ_TEXT("-"); // it stands in the path
    status = yz_person_check(&out->person, out->fields, problem);
    out->person.id = id;
    return status;
}

void wire_employer_look(yz_text id, wire_warnings *warnings) {
    yz_credit_code code = yz_credit_code_read(id);
    char expected[2] = {code.org_expected, '\0'};
    if (code.is_one && !code.org_right) warn(warnings, WIRE_ORG_CODE_DIGIT, "/id", expected);
    expected[0] = code.expected;
    if (code.is_one && !code.digit_right) warn(warnings, WIRE_CREDIT_CODE_DIGIT, "/id", expected);
}

// ---- out ----

static void write_masked(json_out *out, const char *name, yz_vault_field field, yz_text value) {
    char masked[MASK_BYTES_MAX];
    uint32_t size = mask_value(field, value, masked);
    if (size > 0) json_field_text(out, name, (yz_text){masked, size});
}

void wire_person_write(json_out *out, const yz_person *p, const store_secret *secret) {
    json_begin_object(out);
    json_field_text(out, "id", p->id);
    if (secret != NULL) {
        write_masked(out, "name", YZ_VAULT_NAME, secret->name);
        write_masked(out, "id_number", YZ_VAULT_ID_NUMBER, secret->id_number);
        write_masked(out, "phone", YZ_VAULT_PHONE, secret->phone);
        write_masked(out, "account", YZ_VAULT_ACCOUNT, secret->account);
    }
    if (p->birth_day != YZ_DAY_NONE && !p->withheld) {
        char text[YZ_TIME_TEXT_MAX];
        uint32_t size = yz_day_format(p->birth_day, text);
        json_field_text(out, "birth_date", (yz_text){text, size});
    }
    if (p->sex != YZ_SEX_UNKNOWN) json_field_text(out, "sex", yz_sex_name(p->sex));
    if (p->division.size > 0) json_field_text(out, "division", p->division);
    json_field_uint(out, "group", p->group);
    json_key(out, "tags");
    json_begin_array(out);
    for (uint32_t bit = 1; bit <= YZ_TAGS_ALL && !p->withheld; bit *= 2) {
        if (p->tags & bit) json_text(out, yz_person_tag_name((yz_person_tag)bit));
    }
    json_end_array(out);
    json_field_text(out, "id_check", yz_id_check_name(p->id_check));
    json_end_object(out);
}

// ---- words ----

yz_text wire_warning_name(wire_warning_code code) {
    static const char *const NAMES[WIRE_WARNING_COUNT] = {"id_number_digit",    "id_number_date",
                                                          "birth_date_differs", "sex_differs",
                                                          "credit_code_digit",  "org_code_digit"};
    return yz_text_of(NAMES[code]);
}

bool wire_vault_field_parse(yz_text name, yz_vault_field *field) {
    static const char *const NAMES[] = {"name", "id_number", "phone", "account"};
    for (int i = 0; i < 4; i++) {
        if (!yz_text_equal(name, yz_text_of(NAMES[i]))) continue;
        *field = (yz_vault_field)(1 << i);
        return true;
    }
    return false;
}

#include "net/api/csv_row.h"

#include "engine/model/time.h"
#include "net/api/json_in.h"
#include "net/api/wire_common.h"
#include "net/sheet/sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <utf8proc.h>

typedef struct row {
    const csv_reader *reader;
    yz_arena *arena;
    yz_problem *problem;
    csv_record *record;
    bool has_unit; // a wage unit was said
    bool has_min, has_max;
    yz_wage_unit unit;
    int64_t min_fen, max_fen;
} row;

// Digits and letters of full width become those of half width (NFKC), as Chinese input writes them.
static yz_text folded(const row *r, yz_text cell) {
    bool ascii = true;
    for (uint32_t i = 0; i < cell.size && ascii; i++)
        ascii = (unsigned char)cell.bytes[i] < 0x80;
    if (ascii) return cell;
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)cell.bytes, cell.size, &made,
                                         UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_COMPAT);
    if (size < 0) return cell;
    yz_text text = yz_arena_text(r->arena, (yz_text){(const char *)made, (uint32_t)size});
    free(made);
    return text.bytes != NULL ? csv_trimmed(text) : cell;
}

static bool wrong(row *r, yz_problem_code code, yz_text value) {
    (void)yz_problem_value(r->problem, code, "", value);
    return false;
}

static bool number(row *r, yz_text cell, unsigned decimals, int64_t *value) {
    return json_scaled_text(folded(r, cell), decimals, "", value, r->problem) == YZ_OK;
}

static bool whole(row *r, yz_text cell, int64_t low, int64_t high, int64_t *value) {
    if (!number(r, cell, 0, value)) return false;
    if (*value >= low && *value <= high) return true;
    (void)yz_problem_range(r->problem, YZ_PROBLEM_OUT_OF_RANGE, "", *value, low, high);
    return false;
}

static bool degrees(row *r, yz_text cell, int64_t most, int32_t *e7) {
    int64_t value;
    if (!number(r, cell, 7, &value)) return false;
    if (value < -most * 10000000 || value > most * 10000000) {
        (void)yz_problem_range(r->problem, YZ_PROBLEM_OUT_OF_RANGE, "", value / 10000000, -most,
                               most);
        return false;
    }
    *e7 = (int32_t)value;
    return true;
}

typedef struct word {
    const char *text;
    int value;
} word;

static bool choose(row *r, yz_text cell, const word *words, int *value) {
    yz_text text = folded(r, cell);
    for (; words->text != NULL; words++) {
        if (!csv_same_word(text, yz_text_of(words->text))) continue;
        *value = words->value;
        return true;
    }
    return wrong(r, YZ_PROBLEM_BAD_CHOICE, cell);
}

static const word TYPES[] = {{"full", YZ_TYPE_FULL},   {"全职", YZ_TYPE_FULL},
                             {"part", YZ_TYPE_PART},   {"兼职", YZ_TYPE_PART},
                             {"gig", YZ_TYPE_GIG},     {"零工", YZ_TYPE_GIG},
                             {"日结", YZ_TYPE_GIG},    {"intern", YZ_TYPE_INTERN},
                             {"实习", YZ_TYPE_INTERN}, {0}};
static const word UNITS[] = {
    {"hour", YZ_PER_HOUR},   {"小时", YZ_PER_HOUR},   {"时", YZ_PER_HOUR},
    {"day", YZ_PER_DAY},     {"日", YZ_PER_DAY},      {"天", YZ_PER_DAY},
    {"week", YZ_PER_WEEK},   {"周", YZ_PER_WEEK},     {"biweek", YZ_PER_BIWEEK},
    {"两周", YZ_PER_BIWEEK}, {"month", YZ_PER_MONTH}, {"月", YZ_PER_MONTH},
    {"year", YZ_PER_YEAR},   {"年", YZ_PER_YEAR},     {0}};
static const word EDUCATIONS[] = {
    {"0", 0},          {"1", 1},    {"2", 2},    {"3", 3},    {"4", 4},    {"5", 5},
    {"6", 6},          {"不限", 0}, {"小学", 1}, {"初中", 2}, {"高中", 3}, {"中专", 3},
    {"高中或中专", 3}, {"技校", 3}, {"大专", 4}, {"专科", 4}, {"本科", 5}, {"研究生", 6},
    {"硕士", 6},       {"博士", 6}, {0}};
static const word YES_NO[] = {{"true", 1}, {"是", 1}, {"1", 1},  {"yes", 1}, {"false", 0},
                              {"否", 0},   {"0", 0},  {"no", 0}, {0}};

// The next part of a list cell, up to an unescaped '|'; its escapes stay. False: the list is over.
static bool next_part(yz_text *rest, yz_text *part) {
    if (rest->bytes == NULL) return false;
    uint32_t at = 0;
    while (at < rest->size && rest->bytes[at] != '|')
        at += rest->bytes[at] == '\\' && at + 1 < rest->size ? 2 : 1;
    *part = csv_trimmed((yz_text){rest->bytes, at});
    *rest =
        at < rest->size ? (yz_text){rest->bytes + at + 1, rest->size - at - 1} : (yz_text){NULL, 0};
    return true;
}

static yz_text unescaped(const row *r, yz_text part) {
    if (part.size == 0 || memchr(part.bytes, '\\', part.size) == NULL) return part;
    char *to = yz_arena_take(r->arena, part.size);
    if (to == NULL) return part;
    uint32_t size = 0;
    for (uint32_t i = 0; i < part.size; i++) {
        if (part.bytes[i] == '\\' && i + 1 < part.size) i += 1;
        to[size++] = part.bytes[i];
    }
    return (yz_text){to, size};
}

static bool resolve(row *r, yz_text part, yz_text *id) {
    yz_text text = unescaped(r, part);
    *id = text;
    if (r->reader->skill == NULL || r->reader->skill(r->reader->context, text, id)) return true;
    return wrong(r, YZ_PROBLEM_AMBIGUOUS_NAME, text);
}

// Where the level begins: behind the last ':' that is not escaped (full width too); 0 if none.
static uint32_t level_at(yz_text part, uint32_t *name_size) {
    uint32_t found = 0;
    for (uint32_t i = 0; i < part.size; i++) {
        yz_text rest = {part.bytes + i, part.size - i};
        if (part.bytes[i] == '\\') {
            i += 1;
        } else if (part.bytes[i] == ':') {
            *name_size = i;
            found = i + 1;
        } else if (yz_text_starts_with(rest, YZ_TEXT("："))) {
            *name_size = i;
            found = i + 3;
        }
    }
    return found;
}

static bool skill_levels(row *r, yz_text cell, uint32_t most, const yz_skill_level **skills,
                         uint16_t *count) {
    yz_skill_level *list = yz_arena_take(r->arena, most * sizeof *list);
    uint32_t at = 0;
    yz_text part;
    while (list != NULL && cell.size > 0 && next_part(&cell, &part)) {
        uint32_t name_size = 0, level = level_at(part, &name_size);
        int64_t value;
        if (at == most) {
            (void)yz_problem_range(r->problem, YZ_PROBLEM_TOO_MANY, "", at + 1, 0, most);
            return false;
        }
        if (level == 0) return wrong(r, YZ_PROBLEM_BAD_CHOICE, part);
        yz_text number_text = {part.bytes + level, part.size - level};
        if (!whole(r, csv_trimmed(number_text), 1, YZ_LEVEL_MAX, &value)) return false;
        if (!resolve(r, csv_trimmed((yz_text){part.bytes, name_size}), &list[at].skill))
            return false;
        list[at++].level = (uint8_t)value;
    }
    *skills = list;
    *count = (uint16_t)at;
    return list != NULL || wrong(r, YZ_PROBLEM_TOO_LONG, YZ_TEXT(""));
}

static bool preferred(row *r, yz_text cell) {
    yz_posting *p = &r->record->posting;
    yz_text *list = yz_arena_take(r->arena, YZ_PREFERRED_MAX * sizeof *list), part;
    uint32_t at = 0;
    while (list != NULL && cell.size > 0 && next_part(&cell, &part)) {
        if (at == YZ_PREFERRED_MAX) {
            (void)yz_problem_range(r->problem, YZ_PROBLEM_TOO_MANY, "", at + 1, 0, at);
            return false;
        }
        if (!resolve(r, part, &list[at++])) return false;
    }
    p->preferred = list;
    p->preferred_count = (uint16_t)at;
    return list != NULL || wrong(r, YZ_PROBLEM_TOO_LONG, YZ_TEXT(""));
}

static bool types(row *r, yz_text cell) {
    yz_text part;
    while (next_part(&cell, &part)) {
        int type;
        if (!choose(r, part, TYPES, &type)) return false;
        r->record->seeker.types |= (uint8_t)type;
    }
    return true;
}

static bool groups(row *r, yz_text cell) {
    yz_seeker *s = &r->record->seeker;
    yz_text part;
    while (next_part(&cell, &part)) {
        int64_t group;
        if (!whole(r, part, 0, YZ_GROUP_MAX, &group)) return false;
        if (s->groups == 0) s->primary_group = (uint8_t)group;
        s->groups |= 1u << group;
    }
    return true;
}

static bool time(row *r, yz_text cell, yz_day_edge edge, int64_t *at_ms) {
    char text[32];
    yz_text folded_text = folded(r, cell);
    if (folded_text.size >= sizeof text) return wrong(r, YZ_PROBLEM_BAD_TIME, cell);
    // 2026/8/1 and 2026.8.1, as spreadsheets write days.
    unsigned year, month, day;
    char end = '\0';
    memcpy(text, folded_text.bytes, folded_text.size);
    text[folded_text.size] = '\0';
    if (sscanf(text, "%4u%*1[/.]%2u%*1[/.]%2u%c", &year, &month, &day, &end) == 3) {
        snprintf(text, sizeof text, "%04u-%02u-%02u", year % 10000, month % 100, day % 100);
        folded_text = yz_text_of(text);
    }
    return yz_time_parse(folded_text, edge, at_ms) || wrong(r, YZ_PROBLEM_BAD_TIME, cell);
}

static bool place_cell(row *r, csv_field field, yz_text cell, yz_place *place) {
    switch (field) {
    case CSV_LAT: return degrees(r, cell, 90, &place->lat_e7);
    case CSV_LON: return degrees(r, cell, 180, &place->lon_e7);
    default: place->division = cell; return true;
    }
}

static bool wage_cell(row *r, csv_field field, yz_text cell) {
    int unit;
    switch (field) {
    case CSV_WAGE_MIN: r->has_min = true; return number(r, cell, 2, &r->min_fen);
    case CSV_WAGE_MAX: r->has_max = true; return number(r, cell, 2, &r->max_fen);
    case CSV_WAGE_FLOOR: r->has_min = true; return number(r, cell, 2, &r->min_fen);
    default:
        r->has_unit = true;
        if (!choose(r, cell, UNITS, &unit)) return false;
        r->unit = (yz_wage_unit)unit;
        return true;
    }
}

// "all" and its words, or a number.
static bool push_k(row *r, yz_text cell, uint16_t *k) {
    int64_t value;
    yz_text text = folded(r, cell);
    if (csv_same_word(text, YZ_TEXT("all")) || csv_same_word(text, YZ_TEXT("全部"))) {
        *k = YZ_PUSH_ALL;
        return true;
    }
    if (!whole(r, cell, 1, YZ_PUSH_K_MAX, &value)) return false;
    *k = (uint16_t)value;
    return true;
}

static bool clock_cell(row *r, yz_text cell, uint16_t *minutes) {
    if (wire_clock_parse(folded(r, cell), minutes)) return true;
    (void)wire_bad_choice(r->problem, "", cell, WIRE_WORDS_CLOCK);
    return false;
}

static bool posting_cell(row *r, csv_field field, yz_text cell) {
    yz_posting *p = &r->record->posting;
    int64_t value = 0;
    int choice = 0;
    bool good = true;
    switch (field) {
    case CSV_ID: p->id = cell; break;
    case CSV_TITLE: p->title = cell; break;
    case CSV_EMPLOYER: p->employer = cell; break;
    case CSV_OCCUPATION: p->occupation = cell; break;
    case CSV_REQUIRED:
        return skill_levels(r, cell, YZ_REQUIRED_MAX, &p->required, &p->required_count);
    case CSV_PREFERRED: return preferred(r, cell);
    case CSV_EDUCATION_MIN:
        good = choose(r, cell, EDUCATIONS, &choice);
        p->education_min = (uint8_t)choice;
        break;
    case CSV_TYPE:
        good = choose(r, cell, TYPES, &choice);
        p->type = (uint8_t)choice;
        break;
    case CSV_OPENINGS:
        good = whole(r, cell, 1, YZ_OPENINGS_MAX, &value);
        p->openings = (uint32_t)value;
        break;
    case CSV_SHIFTS:
        good = whole(r, cell, 1, YZ_SHIFTS_ALL, &value);
        p->shifts = (uint32_t)value;
        break;
    case CSV_VALID_FROM: return time(r, cell, YZ_DAY_BEGIN, &p->valid_from_ms);
    case CSV_VALID_TO: return time(r, cell, YZ_DAY_END, &p->valid_to_ms);
    case CSV_PUSH_K: return push_k(r, cell, &p->push_k);
    case CSV_PUSH_LAG:
        good = whole(r, cell, 1, YZ_PUSH_LAG_MINUTES_MAX, &value);
        p->push_lag_minutes = (uint16_t)value;
        break;
    case CSV_STATION: p->station = cell; break;
    case CSV_GIG_FROM: return time(r, cell, YZ_DAY_BEGIN, &p->gig_from_ms);
    case CSV_GIG_TO: return time(r, cell, YZ_DAY_END, &p->gig_to_ms);
    case CSV_LAT:
    case CSV_LON:
    case CSV_DIVISION: return place_cell(r, field, cell, &p->place);
    default: return wage_cell(r, field, cell);
    }
    return good;
}

static bool seeker_cell(row *r, csv_field field, yz_text cell) {
    yz_seeker *s = &r->record->seeker;
    int64_t value = 0;
    int choice = 0;
    bool good = true;
    switch (field) {
    case CSV_ID: s->id = cell; break;
    case CSV_PERSON: s->person = cell; break;
    case CSV_SKILL_LEVELS:
        return skill_levels(r, cell, YZ_SEEKER_SKILLS_MAX, &s->skills, &s->skill_count);
    case CSV_RADIUS_KM:
        good = number(r, cell, 3, &value);
        if (good && (value < 1 || value > YZ_RADIUS_M_MAX)) {
            (void)yz_problem_range(r->problem, YZ_PROBLEM_OUT_OF_RANGE, "", value / 1000, 0,
                                   YZ_RADIUS_M_MAX / 1000);
            return false;
        }
        s->radius_m = (uint32_t)value;
        break;
    case CSV_EDUCATION:
        good = choose(r, cell, EDUCATIONS, &choice);
        s->education = (uint8_t)choice;
        break;
    case CSV_TYPES: return types(r, cell);
    case CSV_SHIFTS:
        good = whole(r, cell, 1, YZ_SHIFTS_ALL, &value);
        s->shifts = (uint32_t)value;
        break;
    case CSV_GROUPS: return groups(r, cell);
    case CSV_WANTS_PUSH:
        good = choose(r, cell, YES_NO, &choice);
        s->wants_push = choice == 1;
        break;
    case CSV_PUSH_PER_DAY:
        good = whole(r, cell, 0, WIRE_PUSH_PER_DAY_MAX, &value);
        s->push_per_day = (uint16_t)value;
        break;
    case CSV_QUIET_FROM: return clock_cell(r, cell, &s->quiet_from);
    case CSV_QUIET_TO: return clock_cell(r, cell, &s->quiet_to);
    case CSV_OCCUPATION_WANTED: s->occupation = cell; break;
    case CSV_LAT:
    case CSV_LON:
    case CSV_DIVISION: return place_cell(r, field, cell, &s->place);
    default: return wage_cell(r, field, cell);
    }
    return good;
}

static bool entry_cell(row *r, csv_field field, yz_text cell) {
    yz_entry *e = &r->record->entry;
    int64_t value = 0;
    switch (field) {
    case CSV_ID: e->id = cell; return true;
    case CSV_NAME_ZH: e->name_zh = cell; return true;
    case CSV_NAME_EN: e->name_en = cell; return true;
    default:
        if (!whole(r, cell, 1, YZ_WEIGHT_MAX, &value)) return false;
        e->weight = (uint32_t)value;
        return true;
    }
}

// ---- persons ----

static const word SEXES[] = {{"male", YZ_SEX_MALE},       {"男", YZ_SEX_MALE},
                             {"男性", YZ_SEX_MALE},       {"1", YZ_SEX_MALE},
                             {"female", YZ_SEX_FEMALE},   {"女", YZ_SEX_FEMALE},
                             {"女性", YZ_SEX_FEMALE},     {"2", YZ_SEX_FEMALE},
                             {"未知", YZ_SEX_UNKNOWN},    {"未说明", YZ_SEX_UNKNOWN},
                             {"0", YZ_SEX_UNKNOWN},       {"9", YZ_SEX_UNKNOWN},
                             {"unknown", YZ_SEX_UNKNOWN}, {0}};
// What csv_out writes stands in csv.h; here what people write besides.
static const word TAGS[] = {{"零就业家庭", YZ_TAG_ZERO_EMPLOYMENT_FAMILY},
                            {"低保", YZ_TAG_DIBAO},
                            {"低保户", YZ_TAG_DIBAO},
                            {"脱贫劳动力", YZ_TAG_POVERTY_ALLEVIATED},
                            {"脱贫人口", YZ_TAG_POVERTY_ALLEVIATED},
                            {"残疾人", YZ_TAG_DISABLED},
                            {"特困", YZ_TAG_EXTREMELY_POOR},
                            {"助学贷款", YZ_TAG_STUDENT_LOAN},
                            {"退伍军人", YZ_TAG_VETERAN},
                            {"农民合同制工人", YZ_TAG_MIGRANT_CONTRACT_WORKER},
                            {"低收入人口", YZ_TAG_LOW_INCOME_MONITORED},
                            {0}};

static bool tag_of(row *r, yz_text part, uint32_t *tag) {
    for (uint32_t bit = 1; bit <= YZ_TAGS_ALL; bit *= 2) {
        yz_text name = yz_person_tag_name((yz_person_tag)bit);
        if (!csv_same_word(part, yz_text_of(csv_tag_zh(bit))) && !csv_same_word(part, name))
            continue;
        *tag = bit;
        return true;
    }
    int value;
    if (!choose(r, part, TAGS, &value)) return false;
    *tag = (uint32_t)value;
    return true;
}

// Several with | or, as clerks write them, with 、 ， ； and their narrow kin.
static bool tags(row *r, yz_text cell) {
    static const char *const BETWEEN[] = {"|", ",", ";", "、", "，", "；"};
    uint32_t from = 0, at = 0;
    while (at <= cell.size) {
        yz_text rest = {cell.bytes + at, cell.size - at};
        uint32_t width = at == cell.size ? 1 : 0;
        for (size_t i = 0; width == 0 && i < sizeof BETWEEN / sizeof BETWEEN[0]; i++) {
            if (yz_text_starts_with(rest, yz_text_of(BETWEEN[i])))
                width = (uint32_t)strlen(BETWEEN[i]);
        }
        if (width == 0) {
            at += 1;
            continue;
        }
        uint32_t tag = 0;
        yz_text part = csv_trimmed((yz_text){cell.bytes + from, at - from});
        if (part.size > 0 && !tag_of(r, part, &tag)) return false;
        r->record->person.person.tags |= tag;
        at += width;
        from = at;
    }
    return true;
}

// 1990-01-31, 1990/1/31, 1990.1.31, 1990年1月31日, 19900131.
static bool birth_date(row *r, yz_text cell) {
    char text[40];
    yz_text plain = folded(r, cell);
    int year, month, day, used = 0;
    if (plain.size < sizeof text) {
        memcpy(text, plain.bytes, plain.size);
        text[plain.size] = '\0';
        static const char *const FORMS[] = {"%4d-%2d-%2d%n", "%4d/%2d/%2d%n", "%4d.%2d.%2d%n",
                                            "%4d年%2d月%2d日%n", "%4d%2d%2d%n"};
        for (size_t i = 0; i < sizeof FORMS / sizeof FORMS[0]; i++) {
            used = 0;
            if (sscanf(text, FORMS[i], &year, &month, &day, &used) == 3 && used > 0 &&
                (uint32_t)used == plain.size &&
                yz_day_of(year, month, day, &r->record->person.person.birth_day)) {
                return true;
            }
        }
    }
    return wrong(r, YZ_PROBLEM_BAD_TIME, cell);
}

static bool vault_cell(row *r, yz_vault_field field, yz_text cell, yz_text *to) {
    if (cell.bytes[0] == '\'') cell = (yz_text){cell.bytes + 1, cell.size - 1}; // "this is text"
    *to = field == YZ_VAULT_NAME ? cell : folded(r, cell);
    r->record->person.secret.fields |= (uint32_t)field;
    return true;
}

static bool person_cell(row *r, csv_field field, yz_text cell) {
    wire_person *p = &r->record->person;
    int64_t value = 0;
    int choice = 0;
    switch (field) {
    case CSV_ID: p->person.id = cell; return true;
    case CSV_DIVISION: p->person.division = cell; return true;
    case CSV_PERSON_NAME: return vault_cell(r, YZ_VAULT_NAME, cell, &p->secret.name);
    case CSV_ID_NUMBER: return vault_cell(r, YZ_VAULT_ID_NUMBER, cell, &p->secret.id_number);
    case CSV_PHONE: return vault_cell(r, YZ_VAULT_PHONE, cell, &p->secret.phone);
    case CSV_ACCOUNT: return vault_cell(r, YZ_VAULT_ACCOUNT, cell, &p->secret.account);
    case CSV_BIRTH_DATE: return birth_date(r, cell);
    case CSV_SEX:
        if (!choose(r, cell, SEXES, &choice)) return false;
        p->person.sex = (yz_sex)choice;
        return true;
    case CSV_GROUP:
        if (!whole(r, cell, 0, YZ_GROUP_MAX, &value)) return false;
        p->person.group = (uint8_t)value;
        return true;
    default: return tags(r, cell);
    }
}

static bool any_cell(row *r, csv_field field, yz_text cell) {
    switch (r->reader->kind) {
    case CSV_POSTINGS: return posting_cell(r, field, cell);
    case CSV_SEEKERS: return seeker_cell(r, field, cell);
    case CSV_PERSONS: return person_cell(r, field, cell);
    default: return entry_cell(r, field, cell);
    }
}

// ---- rows ----

static void defaults(csv_kind kind, csv_record *record) {
    *record = (csv_record){0};
    if (kind == CSV_POSTINGS) {
        record->posting.openings = 1;
        record->posting.shifts = YZ_SHIFTS_ALL;
        record->posting.valid_from_ms = YZ_TIME_MS_MIN;
        record->posting.valid_to_ms = YZ_TIME_MS_MAX;
    } else if (kind == CSV_SEEKERS) {
        record->seeker.shifts = YZ_SHIFTS_ALL;
        record->seeker.floor_unit = YZ_PER_MONTH;
    } else if (kind == CSV_PERSONS) {
        record->person.person.birth_day = YZ_DAY_NONE;
    }
}

// One of two wages stands for both; a wage without a unit is by the month.
static void finish_wage(row *r) {
    yz_wage_unit unit = r->has_unit ? r->unit : YZ_PER_MONTH;
    if (r->reader->kind == CSV_SEEKERS) {
        r->record->seeker.floor_fen = r->min_fen;
        r->record->seeker.floor_unit = unit;
    } else if (r->has_min || r->has_max) {
        yz_posting *p = &r->record->posting;
        p->has_wage = true;
        p->wage_unit = unit;
        p->wage_min_fen = r->has_min ? r->min_fen : r->max_fen;
        p->wage_max_fen = r->has_max ? r->max_fen : r->min_fen;
    }
}

static yz_status check(const row *r) {
    csv_kind kind = r->reader->kind;
    csv_record *record = r->record;
    yz_problem *problem = r->problem;
    if (kind == CSV_PERSONS) {
        int64_t now_ms = r->reader->now_ms;
        int32_t today = now_ms == 0 ? YZ_DAY_NONE : yz_day_at(now_ms);
        return wire_person_finish(&record->person, true, today, r->arena, problem);
    }
    if (kind == CSV_POSTINGS) return yz_posting_check(&record->posting, YZ_POSTING_KNOWN, problem);
    if (kind == CSV_SEEKERS) return yz_seeker_check(&record->seeker, YZ_SEEKER_KNOWN, problem);
    return yz_entry_check(&record->entry, problem);
}

// An interval has both ends, in a row as in the wire form.
static yz_status both_ends(const row *r, uint64_t filled) {
    static const csv_field ENDS[][2] = {{CSV_GIG_FROM, CSV_GIG_TO}, {CSV_QUIET_FROM, CSV_QUIET_TO}};
    for (int i = 0; i < 2; i++) {
        bool from = filled >> ENDS[i][0] & 1, to = filled >> ENDS[i][1] & 1;
        if (from == to) continue;
        return yz_problem_at(r->problem, YZ_PROBLEM_MISSING_FIELD,
                             CSV_COLUMNS[ENDS[i][from ? 1 : 0]].pointer);
    }
    return YZ_OK;
}

static void point_at(yz_problem *problem, const char *header) {
    snprintf(problem->pointer, sizeof problem->pointer, "/%s", header);
    uint32_t bad_at;
    if (!yz_text_is_utf8(yz_text_of(problem->pointer), &bad_at)) problem->pointer[bad_at] = '\0';
}

static const char *pointer_of(const csv_columns *columns, uint32_t i) {
    bool of_person = columns->kind == CSV_PERSONS && columns->field[i] == CSV_DIVISION;
    return of_person ? "/division" : CSV_COLUMNS[columns->field[i]].pointer;
}

static void point_warnings(const csv_columns *columns, wire_warnings *warnings) {
    for (uint32_t w = 0; w < warnings->count; w++) {
        yz_problem at = {.pointer = ""};
        for (uint32_t i = 0; i < columns->count; i++) {
            if (strcmp(warnings->list[w].pointer, pointer_of(columns, i)) == 0)
                point_at(&at, columns->header[i]);
        }
        if (at.pointer[0] == '\0') continue;
        snprintf(warnings->list[w].pointer, sizeof warnings->list[w].pointer, "%.63s", at.pointer);
    }
}

// The record's checks point into the wire form; the clerk looks at columns.
static void point_at_column(const csv_columns *columns, yz_problem *problem) {
    for (uint32_t i = 0; i < columns->count; i++) {
        const char *pointer = pointer_of(columns, i);
        size_t size = strlen(pointer);
        bool whole_wage =
            strcmp(problem->pointer, "/wage") == 0 && strncmp(pointer, "/wage/", 6) == 0;
        if (whole_wage || (strncmp(problem->pointer, pointer, size) == 0 &&
                           strchr("/", problem->pointer[size]) != NULL)) {
            point_at(problem, columns->header[i]);
            return;
        }
    }
}

bool csv_row_read(const csv_columns *columns, const csv_reader *reader, const csv_cells *cells,
                  yz_arena *arena, csv_record *record, yz_problem *problem) {
    row r = {.reader = reader, .arena = arena, .problem = problem, .record = record};
    uint64_t filled = 0;
    defaults(reader->kind, record);
    if (cells->too_many || cells->count > columns->count) {
        (void)yz_problem_value(problem, YZ_PROBLEM_BAD_CSV, "", YZ_TEXT("more cells than headers"));
        return false;
    }
    for (uint32_t i = 0; i < cells->count; i++) {
        yz_text cell = csv_trimmed(cells->cell[i]);
        if (cell.size > 0 && cell.bytes[0] == '\'' && sheet_danger(cell) > 0) {
            cell = (yz_text){cell.bytes + 1, cell.size - 1};
        }
        if (cell.size == 0) continue;
        csv_field field = columns->field[i];
        filled |= UINT64_C(1) << field;
        if (!any_cell(&r, field, cell)) {
            point_at(problem, columns->header[i]);
            return false;
        }
    }
    for (uint32_t i = 0; i < columns->count; i++) {
        csv_field field = columns->field[i];
        if (!CSV_COLUMNS[field].needed || (filled >> field & 1)) continue;
        (void)yz_problem_at(problem, YZ_PROBLEM_EMPTY, "");
        point_at(problem, columns->header[i]);
        return false;
    }
    if (reader->kind == CSV_POSTINGS || reader->kind == CSV_SEEKERS) finish_wage(&r);
    if (both_ends(&r, filled) == YZ_OK && check(&r) == YZ_OK) {
        if (reader->kind == CSV_PERSONS) point_warnings(columns, &record->person.warnings);
        return true;
    }
    point_at_column(columns, problem);
    return false;
}

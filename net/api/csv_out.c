#include "net/api/csv_out.h"

#include "net/api/wire_common.h"
#include "net/sheet/sheet.h"

#include "engine/model/time.h"

#include <csv.h>
#include <stdio.h>

// Cells of a record are bounded: 128 skills of 64 bytes, each escaped, with their levels.
#define CELL_MAX (128 * (2 * 64 + 4) + 16)

typedef struct cell {
    char bytes[CELL_MAX];
    uint32_t size;
} cell;

static void add(cell *c, yz_text text) {
    if (text.size > CELL_MAX - c->size) return; // cannot be: see CELL_MAX
    if (text.size > 0) memcpy(c->bytes + c->size, text.bytes, text.size);
    c->size += text.size;
}

static void put(json_out *out, const char *bytes, size_t size) {
    out->comma = false; // the writer's buffer without its commas
    json_raw(out, (yz_text){bytes, (uint32_t)size});
    out->comma = false;
}

// Quoted where it must be.
static void put_quoted(json_out *out, yz_text text) {
    bool plain = true;
    for (uint32_t i = 0; i < text.size && plain; i++)
        plain = text.bytes[i] != '\0' && strchr(",\"\r\n \t", text.bytes[i]) == NULL;
    if (plain) {
        put(out, text.bytes, text.size);
        return;
    }
    char quoted[2 * CELL_MAX + 3];
    put(out, quoted, csv_write(quoted, sizeof quoted, text.bytes, text.size));
}

// A text somebody else wrote: guarded, so that no spreadsheet runs it.
static void put_text(json_out *out, yz_text text) {
    cell c = {.size = 0};
    if (sheet_danger(text) > 0) add(&c, YZ_TEXT("'"));
    add(&c, text);
    put_quoted(out, (yz_text){c.bytes, c.size});
}

static void put_number(json_out *out, int64_t value, unsigned decimals) {
    out->comma = false;
    json_fixed(out, value, decimals);
    out->comma = false;
}

// ---- lists ----

static void add_escaped(cell *c, yz_text id) {
    for (uint32_t i = 0; i < id.size; i++) {
        if (strchr("|:\\", id.bytes[i])) add(c, YZ_TEXT("\\"));
        add(c, (yz_text){id.bytes + i, 1});
    }
}

static void put_list(json_out *out, const cell *c) {
    put_text(out, (yz_text){c->bytes, c->size});
}

static void put_skills(json_out *out, const yz_skill_level *skills, uint32_t count) {
    cell c = {.size = 0};
    for (uint32_t i = 0; i < count; i++) {
        if (i > 0) add(&c, YZ_TEXT("|"));
        add_escaped(&c, skills[i].skill);
        char level[3] = {':', (char)('0' + skills[i].level), '\0'};
        add(&c, yz_text_of(level));
    }
    put_list(out, &c);
}

static void put_preferred(json_out *out, const yz_posting *p) {
    cell c = {.size = 0};
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        if (i > 0) add(&c, YZ_TEXT("|"));
        add_escaped(&c, p->preferred[i]);
    }
    put_list(out, &c);
}

static yz_text type_zh(uint32_t type) {
    switch (type) {
    case YZ_TYPE_FULL: return YZ_TEXT("全职");
    case YZ_TYPE_PART: return YZ_TEXT("兼职");
    case YZ_TYPE_GIG: return YZ_TEXT("零工");
    default: return YZ_TEXT("实习");
    }
}

static yz_text unit_zh(yz_wage_unit unit) {
    static const char *const WORDS[YZ_WAGE_UNIT_COUNT] = {"小时", "日", "周", "两周", "月", "年"};
    return yz_text_of(WORDS[unit]);
}

static void put_types(json_out *out, uint8_t types) {
    cell c = {.size = 0};
    for (uint32_t bit = YZ_TYPE_FULL; bit <= YZ_TYPE_INTERN; bit *= 2) {
        if (!(types & bit)) continue;
        if (c.size > 0) add(&c, YZ_TEXT("|"));
        add(&c, type_zh(bit));
    }
    put_list(out, &c);
}

static void add_group(cell *c, uint32_t group) {
    char text[8];
    snprintf(text, sizeof text, "%s%u", c->size > 0 ? "|" : "", (unsigned)group);
    add(c, yz_text_of(text));
}

static void put_groups(json_out *out, const yz_seeker *s) {
    cell c = {.size = 0};
    if (s->groups != 0) add_group(&c, s->primary_group);
    for (uint32_t group = 0; group <= YZ_GROUP_MAX; group++) {
        if ((s->groups >> group & 1) && group != s->primary_group) add_group(&c, group);
    }
    put_list(out, &c);
}

static void put_clock(json_out *out, const yz_seeker *s, uint16_t minutes) {
    char text[WIRE_CLOCK_MAX];
    if (s->quiet_from == 0 && s->quiet_to == 0) return;
    wire_clock_format(minutes, text);
    put_text(out, yz_text_of(text));
}

static void put_push_k(json_out *out, uint16_t k) {
    if (k == YZ_PUSH_ALL)
        put_text(out, YZ_TEXT("全部"));
    else if (k != 0)
        put_number(out, k, 0);
}

static void put_time(json_out *out, int64_t at_ms, int64_t unsaid, yz_day_edge edge) {
    char text[YZ_TIME_TEXT_MAX];
    if (at_ms != unsaid) put(out, text, yz_time_format(at_ms, edge, text));
}

// ---- rows ----

static void put_posting_cell(json_out *out, csv_field field, const yz_posting *p) {
    switch (field) {
    case CSV_ID: put_text(out, p->id); break;
    case CSV_TITLE: put_text(out, p->title); break;
    case CSV_EMPLOYER: put_text(out, p->employer); break;
    case CSV_OCCUPATION: put_text(out, p->occupation); break;
    case CSV_LAT: put_number(out, p->place.lat_e7, 7); break;
    case CSV_LON: put_number(out, p->place.lon_e7, 7); break;
    case CSV_DIVISION: put_text(out, p->place.division); break;
    case CSV_REQUIRED: put_skills(out, p->required, p->required_count); break;
    case CSV_PREFERRED: put_preferred(out, p); break;
    case CSV_WAGE_MIN:
        if (p->has_wage) put_number(out, p->wage_min_fen, 2);
        break;
    case CSV_WAGE_MAX:
        if (p->has_wage) put_number(out, p->wage_max_fen, 2);
        break;
    case CSV_WAGE_UNIT:
        if (p->has_wage) put_text(out, unit_zh(p->wage_unit));
        break;
    case CSV_EDUCATION_MIN: put_number(out, p->education_min, 0); break;
    case CSV_TYPE: put_text(out, type_zh(p->type)); break;
    case CSV_OPENINGS: put_number(out, p->openings, 0); break;
    case CSV_SHIFTS: put_number(out, p->shifts, 0); break;
    case CSV_VALID_FROM: put_time(out, p->valid_from_ms, YZ_TIME_MS_MIN, YZ_DAY_BEGIN); break;
    case CSV_VALID_TO: put_time(out, p->valid_to_ms, YZ_TIME_MS_MAX, YZ_DAY_END); break;
    case CSV_PUSH_K: put_push_k(out, p->push_k); break;
    case CSV_PUSH_LAG:
        if (p->push_lag_minutes != 0) put_number(out, p->push_lag_minutes, 0);
        break;
    case CSV_STATION: put_text(out, p->station); break;
    case CSV_GIG_FROM:
        if (p->gig_to_ms != 0) put_time(out, p->gig_from_ms, 0, YZ_DAY_BEGIN);
        break;
    case CSV_GIG_TO: put_time(out, p->gig_to_ms, 0, YZ_DAY_END); break;
    default: break;
    }
}

static void put_seeker_cell(json_out *out, csv_field field, const yz_seeker *s) {
    bool has_floor = s->floor_fen != 0 || s->floor_unit != YZ_PER_MONTH;
    switch (field) {
    case CSV_ID: put_text(out, s->id); break;
    case CSV_PERSON: put_text(out, s->person); break;
    case CSV_LAT: put_number(out, s->place.lat_e7, 7); break;
    case CSV_LON: put_number(out, s->place.lon_e7, 7); break;
    case CSV_DIVISION: put_text(out, s->place.division); break;
    case CSV_SKILL_LEVELS: put_skills(out, s->skills, s->skill_count); break;
    case CSV_WAGE_FLOOR:
        if (has_floor) put_number(out, s->floor_fen, 2);
        break;
    case CSV_WAGE_UNIT:
        if (has_floor) put_text(out, unit_zh(s->floor_unit));
        break;
    case CSV_RADIUS_KM: put_number(out, s->radius_m, 3); break;
    case CSV_EDUCATION: put_number(out, s->education, 0); break;
    case CSV_TYPES: put_types(out, s->types); break;
    case CSV_SHIFTS: put_number(out, s->shifts, 0); break;
    case CSV_GROUPS: put_groups(out, s); break;
    case CSV_WANTS_PUSH: put_text(out, s->wants_push ? YZ_TEXT("是") : YZ_TEXT("否")); break;
    case CSV_PUSH_PER_DAY:
        if (s->push_per_day != 0) put_number(out, s->push_per_day, 0);
        break;
    case CSV_QUIET_FROM: put_clock(out, s, s->quiet_from); break;
    case CSV_QUIET_TO: put_clock(out, s, s->quiet_to); break;
    case CSV_OCCUPATION_WANTED: put_text(out, s->occupation); break;
    default: break;
    }
}

static void put_entry_cell(json_out *out, csv_field field, const yz_entry *e) {
    switch (field) {
    case CSV_ID: put_text(out, e->id); break;
    case CSV_NAME_ZH: put_text(out, e->name_zh); break;
    case CSV_NAME_EN: put_text(out, e->name_en); break;
    case CSV_WEIGHT:
        if (e->weight > 0) put_number(out, e->weight, 0);
        break;
    default: break;
    }
}

static void put_tags(json_out *out, uint32_t tags) {
    cell c = {.size = 0};
    for (uint32_t bit = 1; bit <= YZ_TAGS_ALL; bit *= 2) {
        if (!(tags & bit)) continue;
        if (c.size > 0) add(&c, YZ_TEXT("|"));
        add(&c, yz_text_of(csv_tag_zh(bit)));
    }
    put_list(out, &c);
}

static void put_person_cell(json_out *out, csv_field field, const wire_person *w) {
    const yz_person *p = &w->person;
    char day[YZ_TIME_TEXT_MAX];
    switch (field) {
    case CSV_ID: put_text(out, p->id); break;
    case CSV_DIVISION: put_text(out, p->division); break;
    case CSV_PERSON_NAME: put_text(out, w->secret.name); break;
    case CSV_ID_NUMBER: put_text(out, w->secret.id_number); break;
    case CSV_PHONE: put_text(out, w->secret.phone); break;
    case CSV_ACCOUNT: put_text(out, w->secret.account); break;
    case CSV_BIRTH_DATE:
        if (p->birth_day != YZ_DAY_NONE && !p->withheld)
            put(out, day, yz_day_format(p->birth_day, day));
        break;
    case CSV_SEX:
        if (p->sex != YZ_SEX_UNKNOWN)
            put_text(out, p->sex == YZ_SEX_MALE ? YZ_TEXT("男") : YZ_TEXT("女"));
        break;
    case CSV_GROUP: put_number(out, p->group, 0); break;
    case CSV_TAGS: put_tags(out, p->withheld ? 0 : p->tags); break;
    default: break;
    }
}

void csv_write_header(json_out *out, csv_kind kind) {
    put(out, "\xEF\xBB\xBF", 3);
    bool first = true;
    for (int field = 0; field < CSV_FIELD_COUNT; field++) {
        if (!csv_has(kind, (csv_field)field)) continue;
        if (!first) put(out, ",", 1);
        put_quoted(out, yz_text_of(CSV_COLUMNS[field].zh));
        first = false;
    }
    put(out, "\r\n", 2);
}

void csv_write_record(json_out *out, csv_kind kind, const csv_record *record) {
    bool first = true;
    for (int field = 0; field < CSV_FIELD_COUNT; field++) {
        if (!csv_has(kind, (csv_field)field)) continue;
        if (!first) put(out, ",", 1);
        first = false;
        if (kind == CSV_POSTINGS)
            put_posting_cell(out, (csv_field)field, &record->posting);
        else if (kind == CSV_SEEKERS)
            put_seeker_cell(out, (csv_field)field, &record->seeker);
        else if (kind == CSV_PERSONS || kind == CSV_SKELETONS)
            put_person_cell(out, (csv_field)field, &record->person);
        else
            put_entry_cell(out, (csv_field)field, &record->entry);
    }
    put(out, "\r\n", 2);
}

// By the order of the routes; what the examples of postings and seekers name, where they can.
static yz_entry example_entry(int order) {
    switch (order) {
    case 3: return (yz_entry){YZ_TEXT("welder"), YZ_TEXT("电焊工"), YZ_TEXT("welder"), 0};
    case 4: return (yz_entry){YZ_TEXT("620502"), YZ_TEXT("秦州区"), YZ_TEXT("Qinzhou District"), 0};
    case 5:
        return (yz_entry){YZ_TEXT("e-0001"), YZ_TEXT("某机械厂"), YZ_TEXT("A machine works"), 0};
    default: return (yz_entry){YZ_TEXT("weld"), YZ_TEXT("电焊"), YZ_TEXT("welding"), 0};
    }
}

void csv_write_example(json_out *out, int order) {
    csv_kind kind = csv_kind_of(order);
    static const yz_skill_level SKILLS[] = {{{"weld", 4}, 3}, {{"cut", 3}, 2}};
    static const yz_text PREFERRED[] = {{"read-drawing", 12}};
    csv_record record = {0};
    yz_place place = {345823000, 1057201000, YZ_TEXT("620502")};
    if (kind == CSV_POSTINGS) {
        record.posting = (yz_posting){.id = YZ_TEXT("p-0001"),
                                      .title = YZ_TEXT("电焊工"),
                                      .employer = YZ_TEXT("e-0001"),
                                      .place = place,
                                      .required = SKILLS,
                                      .required_count = 2,
                                      .preferred = PREFERRED,
                                      .preferred_count = 1,
                                      .has_wage = true,
                                      .wage_unit = YZ_PER_MONTH,
                                      .wage_min_fen = 450000,
                                      .wage_max_fen = 600000,
                                      .type = YZ_TYPE_FULL,
                                      .openings = 5,
                                      .shifts = YZ_SHIFTS_ALL,
                                      .valid_from_ms = YZ_TIME_MS_MIN,
                                      .valid_to_ms = YZ_TIME_MS_MAX};
    } else if (kind == CSV_SEEKERS) {
        record.seeker = (yz_seeker){.id = YZ_TEXT("s-0001"),
                                    .skills = SKILLS,
                                    .skill_count = 2,
                                    .occupation = YZ_TEXT("welder"),
                                    .place = place,
                                    .radius_m = 10000,
                                    .floor_unit = YZ_PER_MONTH,
                                    .floor_fen = 400000,
                                    .education = 2,
                                    .types = YZ_TYPE_FULL | YZ_TYPE_GIG,
                                    .shifts = YZ_SHIFTS_ALL,
                                    .groups = 1,
                                    .wants_push = true};
    } else if (kind == CSV_PERSONS) {
        record.person = (wire_person){.person = {.id = YZ_TEXT("h-0001"),
                                                 .division = YZ_TEXT("620502"),
                                                 .sex = YZ_SEX_FEMALE,
                                                 .birth_day = YZ_DAY_NONE,
                                                 .tags = YZ_TAG_DIBAO | YZ_TAG_MIGRANT_WORKER},
                                      .secret = {.name = YZ_TEXT("王小明"),
                                                 .id_number = YZ_TEXT("11010519491231002X"),
                                                 .phone = YZ_TEXT("13800001111")}};
    } else {
        record.entry = example_entry(order);
    }
    csv_write_record(out, kind, &record);
}

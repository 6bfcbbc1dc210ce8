#include "net/api/wire.h"

#include "engine/base/random.h"
#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define POSTING_HEAD "{\"id\":\"p1\",\"title\":\"焊工\",\"type\":\"full\","
#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72}"
#define SIXTY_FOUR "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define SEEKER_HEAD "{\"id\":\"s1\",\"radius_km\":10,\"types\":[\"full\"],"

static const char FULL_POSTING[] =
    "{\"id\":\"p1\",\"employer\":\"e1\",\"title\":\"焊工\",\"occupation\":\"6-18-02\","
    "\"place\":{\"lat\":34.5802157,\"lon\":-105.7241,\"division\":\"620502\"},"
    "\"required\":[{\"skill\":\"weld\",\"level\":3}],\"preferred\":[\"read\",\"lift\"],"
    "\"wage\":{\"min\":200,\"max\":320.5,\"unit\":\"day\"},\"education_min\":2,\"type\":\"gig\","
    "\"openings\":5,\"shifts\":31,\"valid_from\":\"2026-11-01\",\"valid_to\":\"2026-11-30\","
    "\"push\":{\"k\":5,\"lag_minutes\":45},\"gig\":{\"station\":\"st-1\","
    "\"from\":\"2026-11-28T07:00:00+08:00\",\"to\":\"2026-11-28T17:30:00+08:00\"}}";

static const char FULL_SEEKER[] =
    "{\"id\":\"s1\",\"person\":\"n1\",\"skills\":[{\"skill\":\"weld\",\"level\":5}],"
    "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620503\"},\"radius_km\":12.5,"
    "\"wage_floor\":{\"amount\":4500.25,\"unit\":\"month\"},\"education\":3,"
    "\"types\":[\"full\",\"gig\"],\"shifts\":7,\"groups\":[4,1,30],\"wants_push\":true,"
    "\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"07:05\"}}}";

Test(wire, a_posting_means_what_it_says) {
    yz_arena *arena = yz_arena_new(1 << 20);
    yz_posting p;
    yz_problem problem;
    cr_assert_eq(wire_posting_parse(yz_text_of(FULL_POSTING), arena, &p, &problem), YZ_OK);
    cr_assert(yz_text_equal(p.id, YZ_TEXT("p1")));
    cr_assert(yz_text_equal(p.title, YZ_TEXT("焊工")));
    cr_assert(yz_text_equal(p.place.division, YZ_TEXT("620502")));
    cr_assert_eq(p.place.lat_e7, 345802157);
    cr_assert_eq(p.place.lon_e7, -1057241000);
    cr_assert_eq(p.required_count, 1);
    cr_assert_eq(p.required[0].level, 3);
    cr_assert_eq(p.preferred_count, 2);
    cr_assert(yz_text_equal(p.preferred[1], YZ_TEXT("lift")));
    cr_assert(p.has_wage);
    cr_assert_eq(p.wage_min_fen, 20000);
    cr_assert_eq(p.wage_max_fen, 32050);
    cr_assert_eq(p.wage_unit, YZ_PER_DAY);
    cr_assert_eq(p.education_min, 2);
    cr_assert_eq(p.type, YZ_TYPE_GIG);
    cr_assert_eq(p.openings, 5);
    cr_assert_eq(p.shifts, 31);
    cr_assert_eq(p.valid_to_ms - p.valid_from_ms, 30ll * YZ_DAY_MS - 1);
    yz_arena_free(arena);
}

Test(wire, what_is_left_out_or_null_has_its_default) {
    static const char *const TEXTS[] = {POSTING_HEAD PLACE "}", POSTING_HEAD PLACE
                                        ",\"employer\":null,\"occupation\":null,\"required\":null,"
                                        "\"preferred\":null,\"wage\":null,\"education_min\":null,"
                                        "\"openings\":null,\"shifts\":null,\"valid_from\":null,"
                                        "\"valid_to\":null}"};
    yz_arena *arena = yz_arena_new(1 << 20);
    for (int i = 0; i < 2; i++) {
        yz_posting p;
        yz_problem problem;
        cr_assert_eq(wire_posting_parse(yz_text_of(TEXTS[i]), arena, &p, &problem), YZ_OK);
        cr_assert(!p.has_wage);
        cr_assert_eq(p.openings, 1);
        cr_assert_eq(p.shifts, YZ_SHIFTS_ALL);
        cr_assert_eq(p.required_count + p.preferred_count + p.education_min, 0);
        cr_assert_eq(p.valid_from_ms, YZ_TIME_MS_MIN);
        cr_assert_eq(p.valid_to_ms, YZ_TIME_MS_MAX);
    }
    yz_arena_free(arena);
}

Test(wire, the_first_group_is_the_primary_one) {
    yz_arena *arena = yz_arena_new(1 << 20);
    yz_seeker s;
    yz_problem problem;
    cr_assert_eq(wire_seeker_parse(yz_text_of(FULL_SEEKER), arena, &s, &problem), YZ_OK);
    cr_assert_eq(s.primary_group, 4);
    cr_assert_eq(s.groups, 1u << 4 | 1u << 1 | 1u << 30);
    cr_assert_eq(s.radius_m, 12500);
    cr_assert_eq(s.floor_fen, 450025);
    cr_assert_eq(s.types, YZ_TYPE_FULL | YZ_TYPE_GIG);
    cr_assert(s.wants_push);
    yz_arena_free(arena);
}

static const struct {
    char kind; // p, s, or e (a skill)
    const char *text;
    yz_problem_code code;
    const char *pointer;
} REFUSED[] = {
    {'p', "[]", YZ_PROBLEM_WRONG_TYPE, ""},
    {'p', "{}", YZ_PROBLEM_MISSING_FIELD, "/id"},
    {'p', "{\"id\":\"p\"}", YZ_PROBLEM_MISSING_FIELD, "/title"},
    {'p', "{\"id\":null}", YZ_PROBLEM_MISSING_FIELD, "/id"},
    {'p', POSTING_HEAD "\"place\":null}", YZ_PROBLEM_MISSING_FIELD, "/place"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":1}}", YZ_PROBLEM_MISSING_FIELD, "/place/lon"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":91,\"lon\":0}}", YZ_PROBLEM_OUT_OF_RANGE, "/place/lat"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":0,\"lon\":-180.0000001}}", YZ_PROBLEM_OUT_OF_RANGE,
     "/place/lon"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":0,\"lon\":0.12345678}}", YZ_PROBLEM_TOO_MANY_DECIMALS,
     "/place/lon"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":\"1\",\"lon\":0}}", YZ_PROBLEM_WRONG_TYPE, "/place/lat"},
    {'p', POSTING_HEAD "\"place\":{\"lat\":1,\"lng\":0}}", YZ_PROBLEM_UNKNOWN_FIELD, "/place/lng"},
    {'p', POSTING_HEAD PLACE ",\"educaton_min\":1}", YZ_PROBLEM_UNKNOWN_FIELD, "/educaton_min"},
    {'p', POSTING_HEAD PLACE ",\"education_min\":7}", YZ_PROBLEM_OUT_OF_RANGE, "/education_min"},
    {'p', POSTING_HEAD PLACE ",\"education_min\":256}", YZ_PROBLEM_OUT_OF_RANGE, "/education_min"},
    {'p', POSTING_HEAD PLACE ",\"education_min\":1.5}", YZ_PROBLEM_NOT_WHOLE, "/education_min"},
    {'p', POSTING_HEAD PLACE ",\"openings\":0}", YZ_PROBLEM_OUT_OF_RANGE, "/openings"},
    {'p', POSTING_HEAD PLACE ",\"openings\":4294967297}", YZ_PROBLEM_OUT_OF_RANGE, "/openings"},
    {'p', POSTING_HEAD PLACE ",\"openings\":\"3\"}", YZ_PROBLEM_WRONG_TYPE, "/openings"},
    {'p', POSTING_HEAD PLACE ",\"shifts\":0}", YZ_PROBLEM_NO_SHIFT, "/shifts"},
    {'p', POSTING_HEAD PLACE ",\"shifts\":2097152}", YZ_PROBLEM_OUT_OF_RANGE, "/shifts"},
    {'p', POSTING_HEAD PLACE ",\"required\":[{\"skill\":\"a\",\"level\":0}]}",
     YZ_PROBLEM_OUT_OF_RANGE, "/required/0/level"},
    {'p', POSTING_HEAD PLACE ",\"required\":[{\"skill\":\"a\",\"level\":6}]}",
     YZ_PROBLEM_OUT_OF_RANGE, "/required/0/level"},
    {'p', POSTING_HEAD PLACE ",\"required\":[{\"skill\":\"a\",\"level\":257}]}",
     YZ_PROBLEM_OUT_OF_RANGE, "/required/0/level"},
    {'p', POSTING_HEAD PLACE ",\"required\":[{\"skill\":\"a\",\"level\":1},{\"skill\":\"b\"}]}",
     YZ_PROBLEM_MISSING_FIELD, "/required/1/level"},
    {'p',
     POSTING_HEAD PLACE ",\"required\":[{\"skill\":\"a\",\"level\":1},"
                        "{\"skill\":\"a\",\"level\":2}]}",
     YZ_PROBLEM_DUPLICATE_SKILL, "/required/1/skill"},
    {'p', POSTING_HEAD PLACE ",\"required\":[\"a\"]}", YZ_PROBLEM_WRONG_TYPE, "/required/0"},
    {'p', POSTING_HEAD PLACE ",\"required\":{}}", YZ_PROBLEM_WRONG_TYPE, "/required"},
    {'p', POSTING_HEAD PLACE ",\"preferred\":[1]}", YZ_PROBLEM_WRONG_TYPE, "/preferred/0"},
    {'p', POSTING_HEAD PLACE ",\"preferred\":[\"\"]}", YZ_PROBLEM_EMPTY, "/preferred/0"},
    {'p', POSTING_HEAD PLACE ",\"preferred\":[\"a\",\"a\"]}", YZ_PROBLEM_DUPLICATE_SKILL,
     "/preferred/1"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":1,\"max\":2}}", YZ_PROBLEM_MISSING_FIELD,
     "/wage/unit"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":3,\"max\":2,\"unit\":\"day\"}}",
     YZ_PROBLEM_MIN_ABOVE_MAX, "/wage"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":-1,\"max\":2,\"unit\":\"day\"}}",
     YZ_PROBLEM_OUT_OF_RANGE, "/wage/min"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":1.005,\"max\":2,\"unit\":\"day\"}}",
     YZ_PROBLEM_TOO_MANY_DECIMALS, "/wage/min"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":1,\"max\":1e12,\"unit\":\"day\"}}",
     YZ_PROBLEM_OUT_OF_RANGE, "/wage/max"},
    {'p', POSTING_HEAD PLACE ",\"wage\":{\"min\":1,\"max\":2,\"unit\":\"night\"}}",
     YZ_PROBLEM_BAD_CHOICE, "/wage/unit"},
    {'p', POSTING_HEAD PLACE ",\"wage\":5000}", YZ_PROBLEM_WRONG_TYPE, "/wage"},
    {'p', POSTING_HEAD PLACE ",\"valid_to\":\"2026-02-30\"}", YZ_PROBLEM_BAD_TIME, "/valid_to"},
    {'p', POSTING_HEAD PLACE ",\"valid_to\":20260230}", YZ_PROBLEM_WRONG_TYPE, "/valid_to"},
    {'p', POSTING_HEAD PLACE ",\"valid_from\":\"2026-03-02\",\"valid_to\":\"2026-03-01\"}",
     YZ_PROBLEM_ENDS_BEFORE_START, "/valid_to"},
    {'p', POSTING_HEAD PLACE ",\"push\":5}", YZ_PROBLEM_WRONG_TYPE, "/push"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"k\":0}}", YZ_PROBLEM_OUT_OF_RANGE, "/push/k"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"k\":1001}}", YZ_PROBLEM_OUT_OF_RANGE, "/push/k"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"k\":65535}}", YZ_PROBLEM_OUT_OF_RANGE, "/push/k"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"k\":\"many\"}}", YZ_PROBLEM_BAD_CHOICE, "/push/k"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"lag_minutes\":10081}}", YZ_PROBLEM_OUT_OF_RANGE,
     "/push/lag_minutes"},
    {'p', POSTING_HEAD PLACE ",\"push\":{\"per_day\":1}}", YZ_PROBLEM_UNKNOWN_FIELD,
     "/push/per_day"},
    {'p', POSTING_HEAD PLACE ",\"gig\":{\"from\":\"2026-11-28\"}}", YZ_PROBLEM_MISSING_FIELD,
     "/gig/to"},
    {'p', POSTING_HEAD PLACE ",\"gig\":{\"to\":\"2026-11-28\",\"station\":\"s\"}}",
     YZ_PROBLEM_MISSING_FIELD, "/gig/from"},
    {'p', POSTING_HEAD PLACE ",\"gig\":{\"from\":\"2026-11-28\",\"to\":\"2026-11-27\"}}",
     YZ_PROBLEM_ENDS_BEFORE_START, "/gig/to"},
    {'p', POSTING_HEAD PLACE ",\"gig\":{\"from\":\"seven\",\"to\":\"2026-11-27\"}}",
     YZ_PROBLEM_BAD_TIME, "/gig/from"},
    {'p', POSTING_HEAD PLACE ",\"gig\":{\"station\":\"\"}}", YZ_PROBLEM_EMPTY, "/gig/station"},
    {'p', "{\"id\":\"\",\"title\":\"t\",\"type\":\"full\"," PLACE "}", YZ_PROBLEM_EMPTY, "/id"},
    {'p', "{\"id\":\"p\",\"title\":\"\",\"type\":\"full\"," PLACE "}", YZ_PROBLEM_EMPTY, "/title"},
    {'p', "{\"id\":\"p\",\"title\":\"a\\u0007b\",\"type\":\"full\"," PLACE "}",
     YZ_PROBLEM_CONTROL_CHARACTER, "/title"},
    {'p', "{\"id\":\"p\",\"title\":\"t\",\"type\":\"fulltime\"," PLACE "}", YZ_PROBLEM_BAD_CHOICE,
     "/type"},
    {'p', "{\"id\":7,\"title\":\"t\",\"type\":\"full\"," PLACE "}", YZ_PROBLEM_WRONG_TYPE, "/id"},
    {'s', SEEKER_HEAD "\"skils\":[]}", YZ_PROBLEM_UNKNOWN_FIELD, "/skils"},
    {'s', SEEKER_HEAD PLACE ",\"occupation\":\"" SIXTY_FOUR "5\"}", YZ_PROBLEM_TOO_LONG,
     "/occupation"},
    {'s', SEEKER_HEAD PLACE ",\"occupation\":7}", YZ_PROBLEM_WRONG_TYPE, "/occupation"},
    {'s', SEEKER_HEAD PLACE ",\"occupation\":\"a\\tb\"}", YZ_PROBLEM_CONTROL_CHARACTER,
     "/occupation"},
    {'s', "{\"id\":\"s\",\"types\":[\"full\"]," PLACE "}", YZ_PROBLEM_MISSING_FIELD, "/radius_km"},
    {'s', "{\"id\":\"s\",\"radius_km\":0,\"types\":[\"full\"]," PLACE "}", YZ_PROBLEM_OUT_OF_RANGE,
     "/radius_km"},
    {'s', "{\"id\":\"s\",\"radius_km\":1.2345,\"types\":[\"full\"]," PLACE "}",
     YZ_PROBLEM_TOO_MANY_DECIMALS, "/radius_km"},
    {'s', "{\"id\":\"s\",\"radius_km\":1,\"types\":[]," PLACE "}", YZ_PROBLEM_NO_TYPE, "/types"},
    {'s', "{\"id\":\"s\",\"radius_km\":1,\"types\":[\"gig\",\"x\"]," PLACE "}",
     YZ_PROBLEM_BAD_CHOICE, "/types/1"},
    {'s', SEEKER_HEAD PLACE ",\"groups\":[32]}", YZ_PROBLEM_OUT_OF_RANGE, "/groups"},
    {'s', SEEKER_HEAD PLACE ",\"push\":true}", YZ_PROBLEM_WRONG_TYPE, "/push"},
    {'s', SEEKER_HEAD PLACE ",\"push\":{\"per_day\":1001}}", YZ_PROBLEM_OUT_OF_RANGE,
     "/push/per_day"},
    {'s', SEEKER_HEAD PLACE ",\"push\":{\"quiet\":{\"from\":\"22:00\"}}}", YZ_PROBLEM_MISSING_FIELD,
     "/push/quiet/to"},
    {'s', SEEKER_HEAD PLACE ",\"push\":{\"quiet\":{\"from\":\"24:00\",\"to\":\"07:00\"}}}",
     YZ_PROBLEM_BAD_CHOICE, "/push/quiet/from"},
    {'s', SEEKER_HEAD PLACE ",\"push\":{\"quiet\":{\"from\":\"22:00\",\"to\":\"7:00\"}}}",
     YZ_PROBLEM_BAD_CHOICE, "/push/quiet/to"},
    {'s', SEEKER_HEAD PLACE ",\"push\":{\"quiet\":{\"from\":22,\"to\":7}}}", YZ_PROBLEM_WRONG_TYPE,
     "/push/quiet/from"},
    {'s', SEEKER_HEAD PLACE ",\"wants_push\":1}", YZ_PROBLEM_WRONG_TYPE, "/wants_push"},
    {'s', SEEKER_HEAD PLACE ",\"wage_floor\":{\"amount\":1}}", YZ_PROBLEM_MISSING_FIELD,
     "/wage_floor/unit"},
    {'s', SEEKER_HEAD PLACE ",\"education\":-1}", YZ_PROBLEM_OUT_OF_RANGE, "/education"},
    {'e', "{\"name\":{\"zh\":\"焊\"}}", YZ_PROBLEM_MISSING_FIELD, "/id"},
    {'e', "{\"id\":\"a\",\"name\":\"焊\"}", YZ_PROBLEM_WRONG_TYPE, "/name"},
    {'e', "{\"id\":\"a\",\"name\":{\"fr\":\"x\"}}", YZ_PROBLEM_UNKNOWN_FIELD, "/name/fr"},
    {'e', "{\"id\":\"a\",\"weight\":0}", YZ_PROBLEM_OUT_OF_RANGE, "/weight"},
    {'e', "{\"id\":\"a\",\"weight\":1000001}", YZ_PROBLEM_OUT_OF_RANGE, "/weight"},
};

static yz_status parse(char kind, yz_text text, yz_arena *arena, yz_problem *problem) {
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    if (kind == 'p') return wire_posting_parse(text, arena, &posting, problem);
    if (kind == 's') return wire_seeker_parse(text, arena, &seeker, problem);
    return wire_entry_parse(text, arena, YZ_SKILLS, &entry, problem);
}

Test(wire, refuses_each_fault_at_its_member) {
    yz_arena *arena = yz_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        yz_problem problem = {0};
        yz_status status = parse(REFUSED[i].kind, yz_text_of(REFUSED[i].text), arena, &problem);
        cr_assert_eq(status, YZ_ERR_BAD_INPUT, "%s", REFUSED[i].text);
        cr_assert_eq(problem.code, REFUSED[i].code, "%s gives %s", REFUSED[i].text,
                     yz_problem_name(problem.code).bytes);
        cr_assert_str_eq(problem.pointer, REFUSED[i].pointer, "%s", REFUSED[i].text);
        yz_arena_reset(arena);
    }
    yz_arena_free(arena);
}

Test(wire, lists_longer_than_a_limit_are_refused_whole) {
    static char text[400000];
    yz_arena *arena = yz_arena_new(4 << 20);
    for (int skills = 32; skills <= 10000; skills = skills < 34 ? skills + 1 : skills * 10) {
        int size = sprintf(text, POSTING_HEAD PLACE ",\"required\":[");
        for (int i = 0; i < skills; i++)
            size += sprintf(text + size, "%s{\"skill\":\"k%d\",\"level\":1}", i ? "," : "", i);
        size += sprintf(text + size, "]}");
        yz_problem problem = {0};
        yz_status status = parse('p', (yz_text){text, (uint32_t)size}, arena, &problem);
        cr_assert_eq(status, skills <= 32 ? YZ_OK : YZ_ERR_BAD_INPUT);
        if (skills > 32 && skills < 1000) {
            cr_assert_eq(problem.code, YZ_PROBLEM_TOO_MANY);
            cr_assert_eq(problem.given, skills);
        }
        yz_arena_reset(arena);
    }
    yz_arena_free(arena);
}

Test(wire, a_patch_says_which_fields_it_changes) {
    yz_arena *arena = yz_arena_new(1 << 20);
    json_tree tree;
    yz_problem problem;
    yz_posting p;
    uint32_t fields;
    yz_text text = YZ_TEXT("{\"wage\":null,\"openings\":2,\"valid_to\":null}");
    cr_assert_eq(json_parse(text, arena, &tree, &problem), YZ_OK);
    cr_assert_eq(wire_posting_read(&tree, tree.root, WIRE_PATCH, &p, &fields, &problem), YZ_OK);
    cr_assert_eq(fields, YZ_POSTING_WAGE | YZ_POSTING_OPENINGS | YZ_POSTING_VALID_TO);
    cr_assert(!p.has_wage);
    cr_assert_eq(p.valid_to_ms, YZ_TIME_MS_MAX);
    text = YZ_TEXT("{\"title\":null}");
    cr_assert_eq(json_parse(text, arena, &tree, &problem), YZ_OK);
    cr_assert_eq(wire_posting_read(&tree, tree.root, WIRE_PATCH, &p, &fields, &problem),
                 YZ_ERR_BAD_INPUT);
    cr_assert_eq(problem.code, YZ_PROBLEM_MISSING_FIELD);
    yz_arena_free(arena);
}

// Push, gig and a seeker's occupation count where they are said: a put without them says nothing of
// them.
Test(wire, what_stands_beside_the_others_counts_when_it_is_there) {
    static const struct {
        const char *text;
        wire_mode mode;
        uint32_t fields;
    } CASES[] = {
        {POSTING_HEAD PLACE "}", WIRE_BODY, YZ_POSTING_ALL},
        {POSTING_HEAD PLACE ",\"push\":null}", WIRE_BODY, YZ_POSTING_ALL | YZ_POSTING_PUSH},
        {POSTING_HEAD PLACE ",\"push\":{\"k\":\"all\"},\"gig\":{\"station\":\"a\"}}", WIRE_RECORD,
         YZ_POSTING_ALL | YZ_POSTING_PUSH | YZ_POSTING_GIG},
        {"{\"gig\":null}", WIRE_PATCH, YZ_POSTING_GIG},
        {"{\"openings\":3,\"push\":{\"k\":7}}", WIRE_PATCH, YZ_POSTING_OPENINGS | YZ_POSTING_PUSH},
    };
    yz_arena *arena = yz_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        json_tree tree;
        yz_problem problem;
        yz_posting p;
        uint32_t fields;
        cr_assert_eq(json_parse(yz_text_of(CASES[i].text), arena, &tree, &problem), YZ_OK);
        cr_assert_eq(wire_posting_read(&tree, tree.root, CASES[i].mode, &p, &fields, &problem),
                     YZ_OK);
        cr_assert_eq(fields, CASES[i].fields, "%s: %x", CASES[i].text, (unsigned)fields);
    }
    json_tree tree;
    yz_problem problem;
    yz_seeker s;
    uint32_t fields;
    static const struct {
        const char *text;
        wire_mode mode;
        uint32_t fields;
    } SEEKERS[] = {
        {"{\"push\":{\"per_day\":2}}", WIRE_PATCH, YZ_SEEKER_PUSH},
        {"{\"occupation\":null}", WIRE_PATCH, YZ_SEEKER_OCCUPATION},
        {"{\"occupation\":\"o1\"}", WIRE_PATCH, YZ_SEEKER_OCCUPATION},
        {SEEKER_HEAD PLACE "}", WIRE_RECORD, YZ_SEEKER_ALL},
        {SEEKER_HEAD PLACE ",\"occupation\":\"o1\"}", WIRE_RECORD,
         YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION},
    };
    for (size_t i = 0; i < sizeof SEEKERS / sizeof SEEKERS[0]; i++) {
        yz_text text = yz_text_of(SEEKERS[i].text);
        cr_assert_eq(json_parse(text, arena, &tree, &problem), YZ_OK);
        cr_assert_eq(wire_seeker_read(&tree, tree.root, SEEKERS[i].mode, &s, &fields, &problem),
                     YZ_OK);
        cr_assert_eq(fields, SEEKERS[i].fields, "%s: %x", SEEKERS[i].text, (unsigned)fields);
    }
    cr_assert(yz_text_equal(s.occupation, YZ_TEXT("o1")));
    yz_arena_free(arena);
}

Test(wire, a_question_needs_no_id) {
    yz_arena *arena = yz_arena_new(1 << 20);
    json_tree tree;
    yz_problem problem;
    yz_posting p;
    yz_text text = YZ_TEXT("{\"type\":\"full\"," PLACE "}");
    cr_assert_eq(json_parse(text, arena, &tree, &problem), YZ_OK);
    cr_assert_eq(wire_posting_read(&tree, tree.root, WIRE_QUESTION, &p, NULL, &problem), YZ_OK);
    cr_assert_eq(p.id.size, 0);
    cr_assert_eq(wire_posting_read(&tree, tree.root, WIRE_BODY, &p, NULL, &problem),
                 YZ_ERR_BAD_INPUT);
    cr_assert_str_eq(problem.pointer, "/title");
    yz_arena_free(arena);
}

static yz_text random_text(yz_random *random, char *room, uint32_t size_max) {
    static const char *const PIECES[] = {"a", "Z", "9", "\"", "\\", "/", "焊", "工", "😀", "=", " "};
    uint32_t size = 0;
    for (uint64_t left = 1 + yz_random_below(random, 10); left > 0; left--) {
        const char *piece = PIECES[yz_random_below(random, 11)];
        if (size + strlen(piece) > size_max) break;
        memcpy(room + size, piece, strlen(piece));
        size += (uint32_t)strlen(piece);
    }
    return (yz_text){room, size};
}

static void random_place(yz_random *random, yz_place *place, char *room) {
    place->lat_e7 = (int32_t)yz_random_between(random, -900000000, 900000000);
    place->lon_e7 = (int32_t)yz_random_between(random, -1800000000, 1800000000);
    if (yz_random_below(random, 2)) place->division = random_text(random, room, 60);
}

static uint32_t random_skills(yz_random *random, yz_skill_level *skills, char (*names)[8],
                              uint32_t count_max) {
    uint32_t count = (uint32_t)yz_random_below(random, count_max + 1);
    for (uint32_t i = 0; i < count; i++) {
        sprintf(names[i], "k%u", (unsigned)i);
        skills[i] = (yz_skill_level){.skill = yz_text_of(names[i]),
                                     .level = (uint8_t)(1 + yz_random_below(random, 5))};
    }
    return count;
}

// Writes, reads, writes again: the two texts must be equal, byte for byte.
Test(wire, records_survive_the_round_trip) {
    yz_arena *arena = yz_arena_new(1 << 20);
    json_out once, twice;
    json_out_init(&once, 1 << 20);
    json_out_init(&twice, 1 << 20);
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        yz_random random = yz_random_seeded(seed);
        static char names[YZ_SEEKER_SKILLS_MAX][8];
        yz_skill_level skills[YZ_SEEKER_SKILLS_MAX];
        char title[300], division[64], person[64];
        yz_problem problem = {0};
        yz_posting p = {.id = YZ_TEXT("p\"1"),
                        .title = random_text(&random, title, sizeof title),
                        .required = skills,
                        .has_wage = yz_random_below(&random, 2),
                        .wage_unit = (yz_wage_unit)yz_random_below(&random, 6),
                        .wage_min_fen = yz_random_between(&random, 0, 1000000),
                        .wage_max_fen = yz_random_between(&random, 1000000, YZ_FEN_MAX),
                        .education_min = (uint8_t)yz_random_below(&random, 7),
                        .type = (uint8_t)(1u << yz_random_below(&random, 4)),
                        .openings = 1 + (uint32_t)yz_random_below(&random, YZ_OPENINGS_MAX),
                        .shifts = 1 + (uint32_t)yz_random_below(&random, YZ_SHIFTS_ALL),
                        .valid_from_ms = yz_random_between(&random, YZ_TIME_MS_MIN, 1ll << 40),
                        .valid_to_ms = yz_random_between(&random, 1ll << 40, YZ_TIME_MS_MAX)};
        if (yz_random_below(&random, 2)) {
            p.push_k = yz_random_below(&random, 4) ? (uint16_t)yz_random_below(&random, 1001)
                                                   : YZ_PUSH_ALL;
            p.push_lag_minutes = (uint16_t)yz_random_below(&random, 10081);
        }
        if (yz_random_below(&random, 2)) p.station = YZ_TEXT("st\\1");
        if (yz_random_below(&random, 2)) {
            p.gig_from_ms = yz_random_between(&random, 1, 1ll << 40);
            p.gig_to_ms = yz_random_between(&random, p.gig_from_ms, YZ_TIME_MS_MAX);
        }
        if (!p.has_wage) p.wage_unit = YZ_PER_HOUR, p.wage_min_fen = p.wage_max_fen = 0;
        random_place(&random, &p.place, division);
        p.required_count = (uint16_t)random_skills(&random, skills, names, YZ_REQUIRED_MAX);
        wire_posting_write(&once, &p);
        yz_posting back;
        cr_assert_eq(wire_posting_parse(json_out_text(&once), arena, &back, &problem), YZ_OK,
                     "seed %lu: %s at %s", (unsigned long)seed, yz_problem_name(problem.code).bytes,
                     problem.pointer);
        wire_posting_write(&twice, &back);
        cr_assert(yz_text_equal(json_out_text(&once), json_out_text(&twice)), "seed %lu",
                  (unsigned long)seed);
        cr_assert_eq(back.place.lat_e7, p.place.lat_e7);
        cr_assert_eq(back.place.lon_e7, p.place.lon_e7);
        cr_assert_eq(back.wage_max_fen, p.wage_max_fen);
        cr_assert_eq(back.valid_from_ms, p.valid_from_ms);
        cr_assert_eq(back.valid_to_ms, p.valid_to_ms);
        cr_assert_eq(back.shifts, p.shifts);
        cr_assert_eq(back.push_k, p.push_k);
        cr_assert_eq(back.push_lag_minutes, p.push_lag_minutes);
        cr_assert(yz_text_equal(back.station, p.station));
        cr_assert_eq(back.gig_from_ms, p.gig_from_ms);
        cr_assert_eq(back.gig_to_ms, p.gig_to_ms);
        json_out_reset(&once);
        json_out_reset(&twice);

        yz_seeker s = {.id = YZ_TEXT("s1"),
                       .person = random_text(&random, person, sizeof person),
                       .skills = skills,
                       .radius_m = 1 + (uint32_t)yz_random_below(&random, YZ_RADIUS_M_MAX),
                       .floor_unit = (yz_wage_unit)yz_random_below(&random, 6),
                       .floor_fen = yz_random_between(&random, 0, YZ_FEN_MAX),
                       .education = (uint8_t)yz_random_below(&random, 7),
                       .types = (uint8_t)(1 + yz_random_below(&random, 15)),
                       .shifts = 1 + (uint32_t)yz_random_below(&random, YZ_SHIFTS_ALL),
                       .groups = (uint32_t)yz_random_next(&random),
                       .wants_push = yz_random_below(&random, 2)};
        if (yz_random_below(&random, 2)) s.occupation = YZ_TEXT("o|1");
        if (yz_random_below(&random, 2)) {
            s.push_per_day = (uint16_t)yz_random_below(&random, 1001);
            s.quiet_from = (uint16_t)yz_random_below(&random, 1440);
            s.quiet_to = (uint16_t)yz_random_below(&random, 1440);
        }
        for (s.primary_group = 0; s.groups && !(s.groups >> s.primary_group & 1);)
            s.primary_group++;
        random_place(&random, &s.place, division);
        s.skill_count = (uint16_t)random_skills(&random, skills, names, YZ_SEEKER_SKILLS_MAX);
        wire_seeker_write(&once, &s);
        yz_seeker again;
        cr_assert_eq(wire_seeker_parse(json_out_text(&once), arena, &again, &problem), YZ_OK,
                     "seed %lu: %s at %s", (unsigned long)seed, yz_problem_name(problem.code).bytes,
                     problem.pointer);
        wire_seeker_write(&twice, &again);
        cr_assert(yz_text_equal(json_out_text(&once), json_out_text(&twice)), "seed %lu",
                  (unsigned long)seed);
        cr_assert_eq(again.groups, s.groups);
        cr_assert_eq(again.primary_group, s.primary_group);
        cr_assert_eq(again.radius_m, s.radius_m);
        cr_assert_eq(again.floor_fen, s.floor_fen);
        cr_assert_eq(again.floor_unit, s.floor_unit);
        cr_assert_eq(again.types, s.types);
        cr_assert_eq(again.push_per_day, s.push_per_day);
        cr_assert_eq(again.quiet_from, s.quiet_from);
        cr_assert_eq(again.quiet_to, s.quiet_to);
        cr_assert(yz_text_equal(again.occupation, s.occupation));
        json_out_reset(&once);
        json_out_reset(&twice);
        yz_arena_reset(arena);
    }
    json_out_deinit(&once);
    json_out_deinit(&twice);
    yz_arena_free(arena);
}

Test(wire, the_full_forms_come_back_as_they_were) {
    yz_arena *arena = yz_arena_new(1 << 20);
    json_out out;
    json_out_init(&out, 1 << 20);
    yz_posting p;
    yz_seeker s;
    yz_problem problem;
    cr_assert_eq(wire_posting_parse(yz_text_of(FULL_POSTING), arena, &p, &problem), YZ_OK);
    wire_posting_write(&out, &p);
    cr_assert(yz_text_equal(json_out_text(&out), yz_text_of(FULL_POSTING)));
    json_out_reset(&out);
    cr_assert_eq(wire_seeker_parse(yz_text_of(FULL_SEEKER), arena, &s, &problem), YZ_OK);
    wire_seeker_write(&out, &s);
    cr_assert_eq(json_out_text(&out).size, strlen(FULL_SEEKER)); // groups stand in another order
    json_out_deinit(&out);
    yz_arena_free(arena);
}

Test(wire, a_misspelt_word_has_a_hint) {
    cr_assert(yz_text_equal(wire_nearest(YZ_TEXT("educaton_min")), YZ_TEXT("education_min")));
    cr_assert(yz_text_equal(wire_nearest(YZ_TEXT("radius_kn")), YZ_TEXT("radius_km")));
    cr_assert(yz_text_equal(wire_nearest(YZ_TEXT("radius")), YZ_TEXT("")));
    cr_assert(yz_text_equal(wire_nearest(YZ_TEXT("zzzzzzzz")), YZ_TEXT("")));
    // Known, but not where it stood: "did you mean itself?" helps nobody.
    cr_assert(yz_text_equal(wire_nearest(YZ_TEXT("posting_id")), YZ_TEXT("")));
}

/* Commands as lines of text: what was written is read again, member for member. */
#include "tests/engine/journal/toys.h"
#include "tools/journal_line.h"

#include "engine/journal/record.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define ARENA_BYTES ((size_t)16 << 20)
#define SEED 20260711
#define SEQUENCE_BITS ((UINT64_C(1) << 53) - 1) // JSON of ours has no larger number

static yz_status read_line(const char *line, yz_arena *arena, yz_command *c, yz_problem *problem) {
    *problem = (yz_problem){0};
    return journal_line_parse(yz_text_of(line), arena, c, problem);
}

Test(journal_line, every_type_of_command_is_read_as_it_was_written) {
    yz_random random = yz_random_seeded(SEED);
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    json_out out;
    json_out_init(&out, ARENA_BYTES);
    for (int type = YZ_COMMAND_TICK; type < YZ_COMMAND_TYPE_COUNT; type++) {
        for (int i = 0; i < 200; i++) {
            yz_arena_reset(arena);
            yz_command given = toy_command(&random, (yz_command_type)type, arena), read;
            yz_problem problem = {0};
            given.sequence &= SEQUENCE_BITS;
            json_out_reset(&out);
            journal_line(&out, &given);
            yz_text line = json_out_text(&out);
            yz_status status = journal_line_parse(line, arena, &read, &problem);
            cr_assert_eq(status, YZ_OK, "seed %d, type %d, %d: %s %s %s\n%.*s", SEED, type, i,
                         yz_problem_name(problem.code).bytes, problem.pointer, problem.value,
                         (int)line.size, line.bytes);
            const char *differs = toy_difference(&given, &read);
            cr_assert_null(differs, "seed %d, type %d, %d: %s\n%.*s", SEED, type, i, differs,
                           (int)line.size, line.bytes);
        }
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
}

/* As `journal dump` reads: sealed on disk, opened without a key. */
Test(journal_line, what_is_withheld_is_not_shown_and_reads_as_withheld) {
    static const yz_command_type TYPES[] = {YZ_COMMAND_SEEKER_PUT, YZ_COMMAND_SEEKER_PATCH,
                                            YZ_COMMAND_PERSON_PUT, YZ_COMMAND_PERSON_PATCH,
                                            YZ_COMMAND_POLICY_PUT};
    yz_random random = yz_random_seeded(SEED);
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    json_out out;
    json_out_init(&out, ARENA_BYTES);
    toy_keys keys = {.erased = "", .none = false};
    yz_sealer sealer = toy_sealer(&keys);
    for (int i = 0; i < 1000; i++) {
        yz_arena_reset(arena);
        yz_command given = toy_command(&random, TYPES[i % 5], arena), withheld, read;
        given.sequence &= SEQUENCE_BITS;
        bool secret = yz_command_person(&given).size > 0;
        yz_bytes bytes;
        size_t used;
        const char *why = NULL;
        yz_bytes_init(&bytes, 1 << 20);
        cr_assert_eq(yz_record_encode(&given, &sealer, &bytes), YZ_OK);
        cr_assert_eq(yz_record_decode(bytes.bytes, bytes.size, NULL, arena, &withheld, &used, &why),
                     YZ_OK);
        json_out_reset(&out);
        journal_line(&out, &withheld);
        yz_text line = yz_arena_text(arena, json_out_text(&out));
        char *text = yz_arena_take(arena, line.size + 1);
        memcpy(text, line.bytes, line.size);
        text[line.size] = 0;
        cr_assert_eq(strstr(text, "\"sealed\":true") != NULL, secret, "%s", text);
        if (secret) cr_assert_null(strstr(text, "\"lat\""), "%s", text);
        yz_problem problem = {0};
        cr_assert_eq(journal_line_parse(line, arena, &read, &problem), YZ_OK, "%s: %s %s", text,
                     yz_problem_name(problem.code).bytes, problem.pointer);
        const char *differs = toy_difference(&withheld, &read);
        cr_assert_null(differs, "seed %d, %d: %s\n%s", SEED, i, differs, text);
        yz_bytes_deinit(&bytes);
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
}

Test(journal_line, a_bad_line_says_where_and_why) {
    static const struct {
        const char *line;
        yz_problem_code code;
        const char *pointer;
    } CASES[] = {
        {"[]", YZ_PROBLEM_WRONG_TYPE, ""},
        {"{\"type\":\"tick\"}", YZ_PROBLEM_MISSING_FIELD, "/at"},
        {"{\"at\":\"yesterday\",\"type\":\"tick\"}", YZ_PROBLEM_BAD_TIME, "/at"},
        {"{\"at\":\"2021-01-01\",\"type\":\"tock\"}", YZ_PROBLEM_BAD_CHOICE, "/type"},
        {"{\"at\":\"2021-01-01\",\"type\":\"tick\",\"who\":1}", YZ_PROBLEM_UNKNOWN_FIELD, "/who"},
        {"{\"at\":\"2021-01-01\",\"type\":\"posting_close\"}", YZ_PROBLEM_MISSING_FIELD, "/id"},
        {"{\"at\":\"2021-01-01\",\"type\":\"posting_close\",\"id\":7}", YZ_PROBLEM_WRONG_TYPE,
         "/id"},
        {"{\"at\":\"2021-01-01\",\"type\":\"posting_put\",\"posting\":{\"id\":\"p\"}}",
         YZ_PROBLEM_MISSING_FIELD, "/posting/title"},
        {"{\"at\":\"2021-01-01\",\"type\":\"seeker_put\",\"seeker\":{\"id\":\"s\","
         "\"radius_km\":3,\"types\":[\"gig\"]}}",
         YZ_PROBLEM_MISSING_FIELD, "/seeker/place"},
        {"{\"at\":\"2021-01-01\",\"type\":\"seeker_pause\",\"id\":\"s\",\"if_version\":1.5}",
         YZ_PROBLEM_NOT_WHOLE, "/if_version"},
        {"{\"at\":\"2021-01-01\",\"type\":\"referral_step\",\"seeker\":\"s\",\"posting\":\"p\","
         "\"step\":\"hired\"}",
         YZ_PROBLEM_BAD_CHOICE, "/step"},
        {"{\"at\":\"2021-01-01\",\"type\":\"tick\",\"receipt\":\"12\"}", YZ_PROBLEM_BAD_CHOICE,
         "/receipt"},
        {"{\"at\":\"2021-01-01\",\"type\":\"posting_patch\",\"posting\":{\"id\":\"p\","
         "\"push\":{\"k\":3,\"speed\":1}}}",
         YZ_PROBLEM_UNKNOWN_FIELD, "/posting/push/speed"},
        {"{\"at\":\"2021-01-01\",\"type\":\"seeker_patch\",\"sealed\":true,\"seeker\":{\"id\":"
         "\"s\","
         "\"place\":{\"lat\":1,\"lon\":2}}}",
         YZ_PROBLEM_UNKNOWN_FIELD, "/seeker/place"},
        {"{\"at\":\"2021-01-01\",\"type\":\"person_patch\",\"sealed\":true,\"person\":{\"id\":"
         "\"s\","
         "\"tags\":[\"dibao\"]}}",
         YZ_PROBLEM_UNKNOWN_FIELD, "/person/tags"},
        {"{\"at\":\"2021-01-01\",\"type\":\"entry_put\",\"dictionary\":\"skils\",\"entry\":{}}",
         YZ_PROBLEM_BAD_CHOICE, "/dictionary"},
    };
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        yz_command c;
        yz_problem problem;
        yz_arena_reset(arena);
        cr_assert_neq(read_line(CASES[i].line, arena, &c, &problem), YZ_OK, "%s", CASES[i].line);
        cr_assert_eq(problem.code, CASES[i].code, "%s: %s", CASES[i].line,
                     yz_problem_name(problem.code).bytes);
        cr_assert_str_eq(problem.pointer, CASES[i].pointer, "%s", CASES[i].line);
    }
    yz_arena_free(arena);
}

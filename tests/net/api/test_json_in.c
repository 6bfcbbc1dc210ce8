#include "net/api/json_in.h"

#include "engine/base/random.h"
#include "net/api/json_out.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

/* Everything cJSON alone would take, and everything it would not: each its own refusal. */
static const struct {
    const char *text;
    int size; // 0: strlen
    yz_problem_code code;
    const char *pointer;
    int byte, line;
} REFUSED[] = {
    {"", 0, YZ_PROBLEM_JSON_CUT_OFF, "", 0, 1},
    {"  ", 0, YZ_PROBLEM_JSON_CUT_OFF, "", 2, 1},
    {"{\"a\":1", 0, YZ_PROBLEM_JSON_CUT_OFF, "/a", 6, 1},
    {"{\"a", 0, YZ_PROBLEM_JSON_CUT_OFF, "", 3, 1},
    {"[1,2", 0, YZ_PROBLEM_JSON_CUT_OFF, "/1", 4, 1},
    {"{\"a\":01}", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/a", 5, 1},
    {"[1.]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[.5]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[+1]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[1e]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[-]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[-01]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[11111111111111111111111111111111111111111]", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/0", 1, 1},
    {"[NaN]", 0, YZ_PROBLEM_NOT_A_NUMBER, "/0", 1, 1},
    {"[-Infinity]", 0, YZ_PROBLEM_NOT_A_NUMBER, "/0", 1, 1},
    {"[0,\n1e309]", 0, YZ_PROBLEM_NUMBER_TOO_LARGE, "/1", 4, 2},
    {"[1e400]", 0, YZ_PROBLEM_NUMBER_TOO_LARGE, "/0", 1, 1},
    {"{\"n\":[9007199254740994]}", 0, YZ_PROBLEM_NUMBER_TOO_LARGE, "/n/0", 6, 1},
    {"{\"n\":-9007199254740994}", 0, YZ_PROBLEM_NUMBER_TOO_LARGE, "/n", 5, 1},
    {"{\"a\":1} x", 0, YZ_PROBLEM_JSON_GOES_ON, "", 8, 1},
    {"{}{}", 0, YZ_PROBLEM_JSON_GOES_ON, "", 2, 1},
    {"[\"a\xFF\"]", 0, YZ_PROBLEM_BAD_UTF8, "/0", 3, 1},
    {"[\"\xC0\xAF\"]", 0, YZ_PROBLEM_BAD_UTF8, "/0", 2, 1},
    {"[\"\xED\xA0\x80\"]", 0, YZ_PROBLEM_BAD_UTF8, "/0", 2, 1},
    {"[\xFF]", 0, YZ_PROBLEM_BAD_UTF8, "/0", 1, 1},
    {"[“a”]", 0, YZ_PROBLEM_BAD_JSON, "/0", 1, 1},
    {"[\"a\nb\"]", 0, YZ_PROBLEM_CONTROL_CHARACTER, "/0", 3, 1},
    {"\n[\n\"a\tb\"]", 0, YZ_PROBLEM_CONTROL_CHARACTER, "/0", 5, 3},
    {"[\"a\0b\"]", 7, YZ_PROBLEM_NUL_CHARACTER, "/0", 3, 1},
    {"[1\0]", 4, YZ_PROBLEM_NUL_CHARACTER, "/0", 2, 1},
    {"{}\0", 3, YZ_PROBLEM_NUL_CHARACTER, "", 2, 1},
    {"[\"\\u0000\"]", 0, YZ_PROBLEM_NUL_CHARACTER, "/0", 2, 1},
    {"[\"\\x\"]", 0, YZ_PROBLEM_BAD_ESCAPE, "/0", 2, 1},
    {"[\"\\u12g4\"]", 0, YZ_PROBLEM_BAD_ESCAPE, "/0", 2, 1},
    {"[\"\\uD800\"]", 0, YZ_PROBLEM_BAD_ESCAPE, "/0", 2, 1},
    {"[\"\\uDC00\"]", 0, YZ_PROBLEM_BAD_ESCAPE, "/0", 2, 1},
    {"[\"\\uD800\\u0041\"]", 0, YZ_PROBLEM_BAD_ESCAPE, "/0", 2, 1},
    {"{\"a\":1,\"b\":{\"c\":1,\"c\":2}}", 0, YZ_PROBLEM_DUPLICATE_FIELD, "/b/c", 0, 0},
    {"{\"a\":1,\"\\u0061\":2}", 0, YZ_PROBLEM_DUPLICATE_FIELD, "/a", 0, 0},
    {"{a:1}", 0, YZ_PROBLEM_BAD_JSON, "", 1, 1},
    {"{'a':1}", 0, YZ_PROBLEM_BAD_JSON, "", 1, 1},
    {"{\"a\" 1}", 0, YZ_PROBLEM_BAD_JSON, "/a", 5, 1},
    {"{\"a\":1,}", 0, YZ_PROBLEM_BAD_JSON, "", 7, 1},
    {"[1,]", 0, YZ_PROBLEM_BAD_JSON, "/1", 3, 1},
    {"[1 2]", 0, YZ_PROBLEM_BAD_JSON, "/0", 3, 1},
    {"[tru]", 0, YZ_PROBLEM_BAD_JSON, "/0", 1, 1},
    {"[True]", 0, YZ_PROBLEM_BAD_JSON, "/0", 1, 1},
    {"]", 0, YZ_PROBLEM_BAD_JSON, "", 0, 1},
    {"// a\n{}", 0, YZ_PROBLEM_BAD_JSON, "", 0, 1},
    {"[0x10]", 0, YZ_PROBLEM_BAD_JSON, "/0", 2, 1},
    {"{\"a/b~c\":[01]}", 0, YZ_PROBLEM_BAD_NUMBER_FORM, "/a~1b~0c/0", 10, 1},
    {"\xEF\xBB\xBF{\"a\":tru}", 0, YZ_PROBLEM_BAD_JSON, "/a", 5, 1},
};

Test(json_in, refuses_each_fault_with_its_place) {
    yz_arena *arena = yz_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof REFUSED / sizeof REFUSED[0]; i++) {
        const char *bytes = REFUSED[i].text;
        uint32_t size = REFUSED[i].size ? (uint32_t)REFUSED[i].size : (uint32_t)strlen(bytes);
        // A copy without a terminator, so that the sanitizer sees a step too far.
        char *copy = malloc(size ? size : 1);
        memcpy(copy, bytes, size);
        json_tree tree;
        yz_problem problem = {0};
        yz_status status = json_parse((yz_text){copy, size}, arena, &tree, &problem);
        cr_assert_eq(status, YZ_ERR_BAD_INPUT, "case %zu: %s", i, bytes);
        cr_assert_eq(problem.code, REFUSED[i].code, "case %zu: %s gives %s", i, bytes,
                     yz_problem_name(problem.code).bytes);
        cr_assert_str_eq(problem.pointer, REFUSED[i].pointer, "case %zu: %s", i, bytes);
        cr_assert_eq(problem.given, REFUSED[i].byte, "case %zu: %s at %ld", i, bytes,
                     (long)problem.given);
        cr_assert_eq(problem.low, REFUSED[i].line, "case %zu: %s", i, bytes);
        free(copy);
        yz_arena_reset(arena);
    }
    yz_arena_free(arena);
}

static yz_problem_code code_of(yz_text text, yz_arena *arena) {
    json_tree tree;
    yz_problem problem = {0};
    yz_status status = json_parse(text, arena, &tree, &problem);
    return status == YZ_OK ? YZ_PROBLEM_NONE : problem.code;
}

Test(json_in, takes_what_is_json) {
    static const char *const TAKEN[] = {"{}",
                                        "[]",
                                        " \r\n\t[ ] ",
                                        "0",
                                        "-0",
                                        "1e2",
                                        "1E-2",
                                        "-1.5e+3",
                                        "\"\"",
                                        "null",
                                        "true",
                                        "9007199254740992",
                                        "-9007199254740992",
                                        "1e-400",
                                        "[\"\\uD83D\\uDE00\\\"\\/\\b\"]",
                                        "\xEF\xBB\xBF{\"焊\":\"工\"}",
                                        "{\"a\":1,\"A\":2}",
                                        "{\"\":{\"\":1}}",
                                        "[\"\x7F\"]"};
    yz_arena *arena = yz_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof TAKEN / sizeof TAKEN[0]; i++) {
        cr_assert_eq(code_of(yz_text_of(TAKEN[i]), arena), YZ_PROBLEM_NONE, "%s", TAKEN[i]);
    }
    yz_arena_free(arena);
}

Test(json_in, depth_and_number_of_values_are_bounded) {
    yz_arena *arena = yz_arena_new(8 << 20);
    for (uint32_t depth = 30; depth <= 34; depth++) {
        char text[80] = {0};
        memset(text, '[', depth);
        memset(text + depth, ']', depth);
        cr_assert_eq(code_of(yz_text_of(text), arena),
                     depth <= 32 ? YZ_PROBLEM_NONE : YZ_PROBLEM_TOO_DEEP);
    }
    static char many[40000];
    for (uint32_t values = 9999; values <= 10001; values++) { // the list itself counts too
        size_t size = 0;
        many[size++] = '[';
        for (uint32_t i = 1; i < values; i++) {
            many[size++] = '1';
            many[size++] = i + 1 < values ? ',' : ']';
        }
        cr_assert_eq(code_of((yz_text){many, (uint32_t)size}, arena),
                     values <= JSON_VALUES_MAX ? YZ_PROBLEM_NONE : YZ_PROBLEM_TOO_MANY_VALUES);
    }
    yz_arena_free(arena);
}

Test(json_in, a_doubled_key_is_found_among_many) {
    yz_arena *arena = yz_arena_new(8 << 20);
    static char text[200000];
    for (int members = 2; members <= 3000; members = members * 3 + 1) {
        for (int twice = 0; twice < 2; twice++) {
            int size = sprintf(text, "{");
            for (int i = 0; i < members; i++)
                size += sprintf(text + size, "\"key%d\":1,", i == members - 1 && twice ? 0 : i);
            text[size - 1] = '}';
            cr_assert_eq(code_of((yz_text){text, (uint32_t)size}, arena),
                         twice ? YZ_PROBLEM_DUPLICATE_FIELD : YZ_PROBLEM_NONE);
            yz_arena_reset(arena);
        }
    }
    yz_arena_free(arena);
}

Test(json_in, a_small_arena_is_a_refusal_and_no_crash) {
    const char *text = "{\"skills\":[{\"skill\":\"a\",\"level\":1},{\"skill\":\"b\",\"level\":2}]}";
    for (size_t bytes = 0; bytes < 4096; bytes += 16) {
        yz_arena *arena = yz_arena_new(bytes);
        yz_problem_code code = code_of(yz_text_of(text), arena);
        cr_assert(code == YZ_PROBLEM_TOO_LONG || code == YZ_PROBLEM_NONE);
        if (bytes < 256) cr_assert_eq(code, YZ_PROBLEM_TOO_LONG);
        yz_arena_free(arena);
    }
}

Test(json_in, numbers_are_read_exactly_from_their_text) {
    static const struct {
        const char *text;
        unsigned decimals;
        yz_problem_code code;
        int64_t scaled;
    } CASES[] = {
        {"0", 2, YZ_PROBLEM_NONE, 0},
        {"-0.00", 2, YZ_PROBLEM_NONE, 0},
        {"0e99999999999", 2, YZ_PROBLEM_NONE, 0},
        {"5000", 2, YZ_PROBLEM_NONE, 500000},
        {"0.07", 2, YZ_PROBLEM_NONE, 7},
        {"1.10", 2, YZ_PROBLEM_NONE, 110},
        {"1.100000", 2, YZ_PROBLEM_NONE, 110},
        {"-12.34", 2, YZ_PROBLEM_NONE, -1234},
        {"1e3", 2, YZ_PROBLEM_NONE, 100000},
        {"1.5e1", 0, YZ_PROBLEM_NONE, 15},
        {"1500e-2", 0, YZ_PROBLEM_NONE, 15},
        {"10.05", 2, YZ_PROBLEM_NONE, 1005},
        {"34.5802150", 7, YZ_PROBLEM_NONE, 345802150},
        {"12.345", 2, YZ_PROBLEM_TOO_MANY_DECIMALS, 0},
        // The same double as 12.34: only the text tells them apart.
        {"12.3400000000000001", 2, YZ_PROBLEM_TOO_MANY_DECIMALS, 0},
        {"0.000000000000000000000000000000000001", 2, YZ_PROBLEM_TOO_MANY_DECIMALS, 0},
        {"1.5", 0, YZ_PROBLEM_NOT_WHOLE, 0},
        {"1e-1", 0, YZ_PROBLEM_NOT_WHOLE, 0},
        {"9007199254740992", 0, YZ_PROBLEM_NONE, 9007199254740992},
        {"9007199254740991", 1, YZ_PROBLEM_NUMBER_TOO_LARGE, 0},
        {"1e15", 2, YZ_PROBLEM_NUMBER_TOO_LARGE, 0},
    };
    yz_arena *arena = yz_arena_new(1 << 20);
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        json_tree tree;
        yz_problem problem = {0};
        int64_t scaled = 0;
        cr_assert_eq(json_parse(yz_text_of(CASES[i].text), arena, &tree, &problem), YZ_OK);
        yz_status status =
            json_scaled(&tree, tree.root, CASES[i].decimals, "/x", &scaled, &problem);
        cr_assert_eq(status, yz_problem_status(CASES[i].code), "%s", CASES[i].text);
        cr_assert_eq(problem.code, CASES[i].code, "%s", CASES[i].text);
        cr_assert_eq(scaled, CASES[i].scaled, "%s gives %ld", CASES[i].text, (long)scaled);
    }
    yz_arena_free(arena);
}

Test(json_in, texts_outside_json_are_numbers_or_not) {
    int64_t scaled;
    yz_problem problem;
    cr_assert_eq(json_scaled_text(YZ_TEXT("0123.50"), 2, "", &scaled, &problem), YZ_OK);
    cr_assert_eq(scaled, 12350);
    static const char *const BAD[] = {"", "-", ".", "abc", "1,000", "1e3", "1.2.3", " 1", "五千"};
    for (size_t i = 0; i < sizeof BAD / sizeof BAD[0]; i++) {
        yz_status status = json_scaled_text(yz_text_of(BAD[i]), 2, "/x", &scaled, &problem);
        cr_assert_eq(status, YZ_ERR_BAD_INPUT, "%s", BAD[i]);
        cr_assert_eq(problem.code, YZ_PROBLEM_NOT_A_NUMBER, "%s", BAD[i]);
    }
}

// A random value, written by json_out and told in `shape` in the order of the tree.
static void random_value(yz_random *random, json_out *out, int depth, uint64_t *sum) {
    switch (yz_random_below(random, depth > 4 ? 4 : 6)) {
    case 0: {
        int64_t value = yz_random_between(random, -(1ll << 53), 1ll << 53);
        *sum = *sum * 31 + (uint64_t)value;
        json_int(out, value);
        break;
    }
    case 1: {
        char text[12];
        uint32_t size = (uint32_t)yz_random_below(random, sizeof text);
        for (uint32_t i = 0; i < size; i++) {
            text[i] = (char)(1 + yz_random_below(random, 127));
            *sum = *sum * 31 + (uint64_t)text[i];
        }
        json_text(out, (yz_text){text, size});
        break;
    }
    case 2: json_bool(out, true); break;
    case 3: json_null(out); break;
    case 4: {
        json_begin_array(out);
        for (uint64_t left = yz_random_below(random, 4); left > 0; left--)
            random_value(random, out, depth + 1, sum);
        json_end_array(out);
        break;
    }
    default: {
        json_begin_object(out);
        static const char *const KEYS[] = {"a", "b", "c"};
        for (uint64_t left = yz_random_below(random, 4); left > 0; left--) {
            json_key(out, KEYS[left - 1]);
            random_value(random, out, depth + 1, sum);
        }
        json_end_object(out);
    }
    }
}

static void sum_tree(const json_tree *tree, const cJSON *node, uint64_t *sum) {
    if (cJSON_IsNumber(node)) {
        int64_t value = 0;
        cr_assert_eq(json_scaled(tree, node, 0, "", &value, NULL), YZ_OK);
        *sum = *sum * 31 + (uint64_t)value;
    }
    yz_text text = cJSON_IsString(node) ? json_string(node) : YZ_TEXT("");
    for (uint32_t i = 0; i < text.size; i++)
        *sum = *sum * 31 + (uint64_t)text.bytes[i];
    for (const cJSON *child = node->child; child != NULL; child = child->next)
        sum_tree(tree, child, sum);
}

Test(json_in, what_json_out_writes_comes_back) {
    yz_arena *arena = yz_arena_new(8 << 20);
    json_out out;
    json_out_init(&out, 8 << 20);
    for (uint64_t seed = 1; seed <= 3000; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint64_t written = 0, read = 0;
        random_value(&random, &out, 0, &written);
        json_tree tree;
        yz_problem problem = {0};
        yz_text text = json_out_text(&out);
        cr_assert_eq(json_parse(text, arena, &tree, &problem), YZ_OK, "seed %lu: %.*s",
                     (unsigned long)seed, (int)text.size, text.bytes);
        sum_tree(&tree, tree.root, &read);
        cr_assert_eq(written, read, "seed %lu: %.*s", (unsigned long)seed, (int)text.size,
                     text.bytes);
        json_out_reset(&out);
        yz_arena_reset(arena);
    }
    json_out_deinit(&out);
    yz_arena_free(arena);
}

// Random damage to a valid text: any answer is fine, a crash is not (run under the sanitizers).
Test(json_in, damaged_texts_never_crash) {
    static const char GOOD[] = "{\"id\":\"p1\",\"place\":{\"lat\":34.5,\"lon\":-105.25e0},\"x\":["
                               "true,null,\"\\u4f60\\n\",[[]],{\"a\":1,\"b\":-2.5E+3}]}";
    yz_arena *arena = yz_arena_new(1 << 20);
    for (uint64_t seed = 1; seed <= 100000; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t size = (uint32_t)sizeof GOOD - 1 - (uint32_t)yz_random_below(&random, 3);
        char *copy = malloc(size);
        memcpy(copy, GOOD, size);
        for (uint64_t hits = 1 + yz_random_below(&random, 3); hits > 0; hits--)
            copy[yz_random_below(&random, size)] = (char)yz_random_below(&random, 256);
        code_of((yz_text){copy, size}, arena);
        free(copy);
        yz_arena_reset(arena);
    }
    yz_arena_free(arena);
}

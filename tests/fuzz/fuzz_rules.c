/* Any bytes as a rules file, or as two (a byte 0xFF between them): no crash, a problem that says
 * something; what loads is printed, loads again as the same rules, and speaks. */
#include "engine/policy/params.h"
#include "engine/policy/print.h"
#include "engine/policy/speak.h"
#include "tests/engine/policy/rules_same.h"

#include <stdlib.h>
#include <string.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define PRINTED_MAX (2 << 20)

static void goes_round(const yz_rules *rules) {
    static char printed[PRINTED_MAX];
    yz_rules_problem problem;
    yz_rules *again;
    yz_rules_file file = {"printed", {printed, yz_rules_print(rules, printed, PRINTED_MAX)}};
    if (file.text.size > PRINTED_MAX) return;
    if (yz_rules_load(&file, 1, &again, &problem) != YZ_OK) abort();
    if (!same_rules(rules, again)) abort();
    yz_rules_free(again);
}

// Whatever a text holds, what is said is UTF-8 and fits.
static void speaks(const yz_rules *rules, const yz_params *params) {
    for (uint32_t i = 0; i < 4 * rules->text_count; i++) {
        yz_spoken room;
        yz_speech s = {rules, i & 1 ? params : NULL, NULL, 19500, (i & 2) != 0};
        yz_text spoken = yz_speak_reason(&s, rules->texts[i / 4].name, room);
        if (spoken.size > YZ_SPOKEN_BYTES_MAX || !yz_text_is_utf8(spoken, NULL)) abort();
    }
}

static void has_params(const yz_rules *rules) {
    yz_rules_problem problem;
    yz_params *params;
    if (yz_params_new(rules, NULL, 0, &params, &problem) != YZ_OK) abort();
    for (uint32_t use = 0; use < rules->use_count; use++)
        (void)yz_params_read(params, use, 19500);
    speaks(rules, params);
    yz_params_free(params);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    const char *bytes = (const char *)data;
    const char *between = size ? memchr(bytes, 0xFF, size) : NULL;
    size_t first = between ? (size_t)(between - bytes) : size;
    yz_rules_file files[2] = {{"a", {bytes, (uint32_t)first}}, {"b", {NULL, 0}}};
    if (between) files[1].text = (yz_text){between + 1, (uint32_t)(size - first - 1)};
    yz_rules_problem problem;
    yz_rules *rules;
    if (yz_rules_load(files, between ? 2 : 1, &rules, &problem) != YZ_OK) {
        bool says = problem.what[0] != '\0' && problem.what_zh[0] != '\0' && problem.file &&
                    problem.line > 0 && problem.column > 0;
        if (rules || !says) abort();
        return 0;
    }
    has_params(rules);
    // A name like earned__7 may be the one a printed instance has.
    bool numbered = false;
    for (size_t i = 0; i + 1 < size; i++)
        numbered = numbered || (bytes[i] == '_' && bytes[i + 1] == '_');
    if (!numbered) goes_round(rules);
    yz_rules_free(rules);
    return 0;
}

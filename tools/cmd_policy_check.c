/* policy check: are these rules files sound, as one set in this order? Says what is in them and
 * what looks like a slip of the pen, or where the first mistake is, in the terminal's language. */
#include "tools/client.h"
#include "tools/cmd.h"
#include "tools/output.h"
#include "tools/policy_files.h"

#include "net/api/policy_advice.h"

#include "engine/base/alloc.h"

#include <string.h>

#define FILES_MAX 64 // as many as tools/commands.c lets through

static bool read_file(const char *path, yz_rules_file *file) {
    char why[256] = "";
    uint32_t size = 0;
    char *bytes = policy_read_file(path, YZ_RULES_BYTES_MAX + 1, &size, why);
    if (!bytes) fprintf(stderr, "yizhan: %s\n", why);
    *file = (yz_rules_file){path, {bytes, size}};
    return bytes != NULL;
}

// How many warnings there are. `files`: of those given.
static uint32_t say_advices(const options *given, const policy_advices *advices, bool zh) {
    uint32_t warnings = 0;
    for (uint32_t i = 0; i < advices->count; i++) {
        const policy_advice *advice = &advices->all[i];
        bool warning = policy_advice_is_warning(advice);
        warnings += warning;
        if (options_flag(given, "json")) continue;
        char said[512];
        policy_advice_say(advice, zh, said, sizeof said);
        const char *kind = warning ? (zh ? "注意" : "warning") : (zh ? "说明" : "note");
        printf("%s: %s: %s\n", options_argument(given, advice->file), kind, said);
    }
    return warnings;
}

static void say_sound(const options *given, const yz_rules *rules, uint32_t warnings, bool zh) {
    char version[33];
    for (int i = 0; i < 16; i++)
        snprintf(version + 2 * i, 3, "%02x", rules->version[i]);
    if (options_flag(given, "json")) {
        output *out = output_record(given);
        output_field_bool(out, "sound", true);
        output_field_count(out, "rules", rules->rule_count);
        output_field_count(out, "targets", rules->target_count);
        output_field_count(out, "checks", rules->check_count);
        output_field_count(out, "parameters", rules->param_count);
        output_field_count(out, "notices", rules->notice_count);
        output_field_count(out, "warnings", warnings);
        output_field(out, "version", version);
        output_end(out);
        return;
    }
    for (uint32_t i = 0; i < options_argument_count(given); i++)
        printf("%s%s", i > 0 ? " + " : "", options_argument(given, i));
    printf(
        zh ? "：规则 %u 条，目标 %u 个，核查 %u 项，参数 %u 个，通知 %u 份，检查通过（版本 %s）\n"
           : ": %u rules, %u targets, %u checks, %u parameters, %u notices: sound (version "
             "%s)\n",
        rules->rule_count, rules->target_count, rules->check_count, rules->param_count,
        rules->notice_count, version);
}

static void say_problem(const options *given, const yz_rules_problem *problem, bool zh) {
    const char *file = problem->file ? problem->file : options_argument(given, 0);
    if (options_flag(given, "json")) {
        output *out = output_record(given);
        output_field_bool(out, "sound", false);
        output_field(out, "file", file);
        output_field_count(out, "line", problem->line);
        output_field_count(out, "column", problem->column);
        output_field(out, "what", problem->what);
        output_field(out, "what_zh", problem->what_zh);
        output_end(out);
        return;
    }
    fprintf(stderr, "%s:%u:%u: %s\n", file, problem->line, problem->column,
            zh ? problem->what_zh : problem->what);
}

int cmd_policy_check(const options *given) {
    yz_rules_file files[FILES_MAX] = {{0}};
    uint32_t count = options_argument_count(given), read = 0;
    bool zh = strcmp(client_language(), "zh") == 0;
    int code = EXIT_FAILED;
    while (read < count && read_file(options_argument(given, read), &files[read]))
        read += 1;
    if (read == count) {
        yz_rules *rules;
        yz_rules_problem problem;
        if (yz_rules_load(files, count, &rules, &problem) == YZ_OK) {
            policy_advices advices;
            policy_advise(files, count, rules, &advices);
            say_sound(given, rules, say_advices(given, &advices, zh), zh);
            policy_advices_free(&advices);
            yz_rules_free(rules);
            code = EXIT_OK;
        } else {
            say_problem(given, &problem, zh);
        }
    }
    for (uint32_t i = 0; i < count; i++)
        yz_free((char *)(uintptr_t)files[i].text.bytes);
    return code;
}

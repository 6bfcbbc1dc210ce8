/* policy what-if: the same subjects under the parameters of the rules and under others: who gains,
 * who loses, how much, by fund and division; or how that goes while one parameter walks a range. */
#include "tools/cmd.h"
#include "tools/output.h"
#include "tools/policy_files.h"
#include "tools/what_if_subjects.h"
#include "tools/what_if_totals.h"
#include "tools/what_if_values.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/policy/what_if.h"
#include "net/api/policy_words.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define ARENA_BYTES_MAX 67108864
#define MEASURES_MAX 1024

typedef struct run {
    const options *given;
    yz_rules *rules;
    yz_params *before;
    what_if_subjects *subjects;
    FILE *list; // NULL: none
    yz_arena *arena;
    double seconds; // deciding, compiling included
    uint64_t refused;
} run;

static int complain(const char *what) {
    fprintf(stderr, "yizhan: policy what-if: %s\n", what);
    return EXIT_FAILED;
}

// ---- the list ----

// As spreadsheets read it; a text that begins like a formula is no formula.
static void put_cell(FILE *out, yz_text text) {
    bool formula = text.size > 0 && strchr("=+-@\t\r", text.bytes[0]) != NULL && text.size > 1;
    bool quoted = formula;
    for (uint32_t i = 0; i < text.size; i++)
        quoted = quoted || strchr(",\"\n\r", text.bytes[i]) != NULL;
    if (quoted) fputc('"', out);
    if (formula) fputc('\'', out);
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] == '"') fputc('"', out);
        fputc(text.bytes[i], out);
    }
    if (quoted) fputc('"', out);
    fputc(',', out);
}

static void put_verdict(FILE *out, const yz_verdict *verdict) {
    const char *const *words;
    char yuan[32] = "";
    yz_enumeration_words(YZ_WORDS_decision, &words);
    if (verdict->has_amount) policy_show_yuan(verdict->amount, yuan, sizeof yuan);
    fprintf(out, "%s,%s,", words[verdict->decision], yuan);
}

static void put_id(FILE *out, const yz_facts *facts, yz_object object, int field) {
    const yz_row *row = facts->objects[object];
    bool known = row != NULL && (row->known >> field & 1);
    put_cell(out, known ? *(const yz_text *)(intptr_t)row->values[field] : YZ_TEXT(""));
}

static void list_change(run *r, uint32_t kind, uint64_t number, const yz_facts *facts,
                        yz_text measure, yz_text division, const yz_verdict *before,
                        const yz_verdict *after) {
    char yuan[32];
    FILE *out = r->list;
    int direction = what_if_direction(before, after);
    policy_show_yuan(after->amount - before->amount, yuan, sizeof yuan);
    fprintf(out, "%s,%" PRIu64 ",", what_if_kind_name(kind), number);
    put_id(out, facts, YZ_OBJECT_person, yz_field_person_id);
    put_id(out, facts, YZ_OBJECT_employer, yz_field_employer_id);
    put_cell(out, measure);
    put_cell(out, what_if_fund(r->rules, measure));
    put_cell(out, division);
    put_verdict(out, before);
    put_verdict(out, after);
    fprintf(out, "%s,%s\n", yuan, direction > 0 ? "gain" : direction < 0 ? "lose" : "other");
}

// ---- deciding ----

static uint32_t measures_of(const run *r, uint32_t kind, yz_text *measures) {
    uint32_t count = 0;
    if (kind < POPULATION_KINDS) {
        const char *const *names = population_measures((population_kind)kind, &count);
        for (uint32_t i = 0; i < count; i++)
            measures[i] = yz_text_of(names[i]);
        return count;
    }
    for (uint32_t i = 0; i < r->rules->rule_count && count < MEASURES_MAX; i++) {
        const yz_rule *rule = &r->rules->rules[i];
        if (kind == WHAT_IF_ANY_KIND ||
            yz_text_equal(rule->subject, yz_text_of(what_if_kind_name(kind))))
            measures[count++] = rule->name;
    }
    return count;
}

static bool decide_kind(run *r, yz_what_if *w, uint32_t kind, what_if_totals *totals) {
    yz_text measures[MEASURES_MAX];
    yz_what_if_ask ask;
    uint32_t asked = measures_of(r, kind, measures);
    uint32_t count = what_if_subjects_count(r->subjects, kind);
    if (count == 0) return true;
    yz_verdict *before = yz_alloc((asked + 1) * sizeof *before);
    yz_verdict *after = yz_alloc((asked + 1) * sizeof *after);
    bool known = yz_what_if_ask_init(&ask, w, measures, asked) == YZ_OK;
    for (uint32_t i = 0; i < count && known && ask.count > 0; i++) {
        yz_facts facts;
        yz_text division;
        uint64_t number = what_if_subjects_facts(r->subjects, kind, i, &facts, &division);
        if (yz_what_if_decide(w, &ask, &facts, before, after) != YZ_OK) {
            r->refused += 1;
            continue;
        }
        division = what_if_division(division, &facts);
        for (uint32_t m = 0; m < ask.count; m++) {
            yz_text measure = measures[ask.places[m]];
            bool changed = what_if_totals_add(totals, measure, division, &before[m], &after[m]);
            if (changed && r->list)
                list_change(r, kind, number, &facts, measure, division, &before[m], &after[m]);
        }
    }
    yz_what_if_ask_deinit(&ask);
    yz_free(before);
    yz_free(after);
    return known;
}

// NULL: it was said why.
static what_if_totals *decide(run *r, const what_if_values *values) {
    yz_rules_problem problem;
    yz_params *after;
    double began = (double)clock_cpu_ns();
    if (yz_params_new(r->rules, values->overlays, values->count, &after, &problem) != YZ_OK) {
        complain(problem.what);
        return NULL;
    }
    bool *differs = yz_alloc_zeroed((r->rules->param_count + 1) * sizeof *differs);
    for (uint32_t i = 0; i < values->count; i++)
        differs[yz_rules_param(r->rules, values->overlays[i].name)] = true;
    yz_what_if *w = yz_what_if_new(r->rules, r->before, after, differs);
    what_if_totals *totals = what_if_totals_new(r->rules);
    bool done = true;
    for (uint32_t kind = 0; kind < WHAT_IF_KINDS && done; kind++)
        done = decide_kind(r, w, kind, totals);
    if (!done) {
        complain("the rules lack a measure of the subjects");
        what_if_totals_free(totals);
        totals = NULL;
    }
    yz_what_if_free(w);
    yz_params_free(after);
    yz_free(differs);
    r->seconds += ((double)clock_cpu_ns() - began) / 1e9;
    return totals;
}

// ---- what is printed ----

static const char *const COLUMNS[] = {"by",   "name",        "changed",    "gain",
                                      "lose", "before_yuan", "after_yuan", "change_yuan"};

static void print_sum(output *out, const char *by, const char *name, const what_if_sum *sum) {
    char before[32], after[32], change[32];
    policy_show_yuan(sum->before, before, sizeof before);
    policy_show_yuan(sum->after, after, sizeof after);
    policy_show_yuan(sum->after - sum->before, change, sizeof change);
    output_text(out, by);
    output_text(out, name);
    output_count(out, sum->changed);
    output_count(out, sum->gain);
    output_count(out, sum->lose);
    output_text(out, before);
    output_text(out, after);
    output_text(out, change);
}

static const char *const ZH_COLUMNS[] = {"口径", "名称",         "变化",         "增加",
                                         "减少", "原金额（元）", "新金额（元）", "差额（元）"};

// People are told in their language, programs get the same words whatever it is.
static bool in_chinese(const options *given) {
    return policy_speaks_chinese(given) && !options_flag(given, "json");
}

static output *begin_table(const options *given) {
    output *out = output_begin(given, COLUMNS, 8);
    if (in_chinese(given)) output_titles(out, ZH_COLUMNS);
    return out;
}

// A fund by its name.
static yz_text shown_name(bool zh, what_if_by by, yz_text name) {
    policy_name fund;
    if (zh && by == WHAT_IF_ALL) return YZ_TEXT("全部");
    return zh && by == WHAT_IF_FUND && policy_fund_name(name, &fund) ? yz_text_of(fund.zh) : name;
}

static void print_totals(output *out, what_if_totals *totals, bool zh) {
    static const char *const NAMES[2][4] = {{"all", "measure", "fund", "division"},
                                            {"合计", "政策", "资金", "区划"}};
    const char *const *names = NAMES[zh];
    for (what_if_by by = WHAT_IF_ALL; by <= WHAT_IF_DIVISION; by++) {
        uint32_t count;
        const what_if_sum *rows = what_if_totals_rows(totals, by, &count);
        for (uint32_t i = 0; i < count; i++) {
            char name[64];
            if (by == WHAT_IF_DIVISION && rows[i].changed == 0) continue;
            yz_text shown = shown_name(zh, by, rows[i].name);
            snprintf(name, sizeof name, "%.*s", (int)(shown.size > 63 ? 63 : shown.size),
                     shown.bytes);
            print_sum(out, names[by], name, &rows[i]);
        }
    }
}

static void print_time(const run *r) {
    uint64_t subjects = 0;
    for (uint32_t kind = 0; kind < WHAT_IF_KINDS; kind++)
        subjects += what_if_subjects_count(r->subjects, kind);
    bool zh = policy_speaks_chinese(r->given);
    fprintf(stderr,
            zh ? "%" PRIu64 " 个对象，判定用时 %.3f 秒（处理器时间）\n"
               : "%" PRIu64 " subjects, decided in %.3f s of processor time\n",
            subjects, r->seconds);
    if (r->refused > 0)
        fprintf(stderr,
                zh ? "%" PRIu64 " 个对象未判定：数值过大\n"
                   : "%" PRIu64 " subjects refused: their numbers get too large\n",
                r->refused);
}

// ---- once, or along a range ----

static bool add_values(const options *given, what_if_values *values) {
    const char *set = options_text(given, "set"), *file = options_text(given, "params");
    if (file != NULL && !what_if_values_read(values, file)) return false;
    return set == NULL || what_if_values_set(values, set);
}

static int run_once(run *r, what_if_values *values) {
    if (!add_values(r->given, values)) return complain(values->why);
    what_if_totals *totals = decide(r, values);
    if (totals == NULL) return EXIT_FAILED;
    output *out = begin_table(r->given);
    print_totals(out, totals, in_chinese(r->given));
    output_end(out);
    what_if_totals_free(totals);
    print_time(r);
    return EXIT_OK;
}

static int run_curve(run *r, what_if_values *values, const char *curve) {
    uint32_t steps = (uint32_t)options_number(r->given, "steps");
    what_if_range range;
    int code = EXIT_OK;
    if (!add_values(r->given, values) || !what_if_range_read(values, curve, &range))
        return complain(values->why);
    output *out = begin_table(r->given);
    uint32_t fixed = values->count;
    for (uint32_t step = 0; step < steps && code == EXIT_OK; step++) {
        char shown[40];
        uint32_t count;
        values->count = fixed;
        if (!what_if_range_step(values, &range, step, steps, shown, sizeof shown)) {
            code = complain(values->why);
            break;
        }
        what_if_totals *totals = decide(r, values);
        if (totals == NULL)
            code = EXIT_FAILED;
        else
            print_sum(out, in_chinese(r->given) ? "取值" : "step", shown,
                      what_if_totals_rows(totals, WHAT_IF_ALL, &count));
        what_if_totals_free(totals);
    }
    output_end(out);
    if (code == EXIT_OK) print_time(r);
    return code;
}

// ---- the command ----

static int run_all(run *r) {
    const char *curve = options_text(r->given, "curve"), *list = options_text(r->given, "list");
    what_if_values values = {.rules = r->rules, .arena = r->arena};
    int code;
    if (curve != NULL && list != NULL) {
        complain("--list goes with --set and --params, not with --curve");
        return EXIT_USAGE;
    }
    if (list != NULL && (r->list = fopen(list, "w")) == NULL) {
        fprintf(stderr, "yizhan: policy what-if: %s: %s\n", list, strerror(errno));
        return EXIT_FAILED;
    }
    if (r->list)
        fputs("subject,number,person,employer,measure,fund,division,before,before_yuan,after,"
              "after_yuan,change_yuan,direction\n",
              r->list);
    code = curve ? run_curve(r, &values, curve) : run_once(r, &values);
    bool failed = r->list && ferror(r->list);
    if (r->list && (fclose(r->list) != 0 || failed)) {
        fprintf(stderr, "yizhan: policy what-if: %s: %s\n", list, strerror(errno));
        code = EXIT_FAILED;
    }
    return code;
}

static what_if_subjects *subjects_of(const options *given) {
    char why[256];
    bool made_up = options_flag(given, "population");
    if (made_up == (options_argument_count(given) > 0)) {
        complain("FILE or --population: one of them is wanted");
        return NULL;
    }
    if (made_up)
        return what_if_subjects_made_up(
            (population_size){.persons = (uint32_t)options_number(given, "persons"),
                              .employers = (uint32_t)options_number(given, "employers")},
            (uint64_t)options_number(given, "seed"));
    what_if_subjects *subjects = what_if_subjects_of_file(options_argument(given, 0), why);
    if (subjects == NULL) complain(why);
    return subjects;
}

int cmd_policy_what_if(const options *given) {
    run r = {.given = given};
    yz_rules_problem problem;
    int code = EXIT_FAILED;
    if (!options_text(given, "set") && !options_text(given, "params") &&
        !options_text(given, "curve")) {
        complain("which parameter? --set NAME=VALUE, --params FILE or --curve NAME=FROM..TO");
        return EXIT_USAGE;
    }
    r.rules = policy_load("policy what-if", options_text(given, "rules"));
    if (r.rules == NULL) return EXIT_FAILED;
    r.arena = yz_arena_new(ARENA_BYTES_MAX);
    if (yz_params_new(r.rules, NULL, 0, &r.before, &problem) != YZ_OK)
        complain(problem.what);
    else if ((r.subjects = subjects_of(given)) == NULL)
        code = options_flag(given, "population") == (options_argument_count(given) > 0)
                   ? EXIT_USAGE
                   : EXIT_FAILED;
    else
        code = run_all(&r);
    what_if_subjects_free(r.subjects);
    yz_params_free(r.before);
    yz_rules_free(r.rules);
    yz_arena_free(r.arena);
    return code;
}

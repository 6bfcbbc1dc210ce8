/* Would a test see it? One token of the rules file changed at a time, 200 times; each change that
 * loads must make one of these fail:
 *
 *     cases         the worked cases (tests/tools/policy.sh runs them, too)
 *     particulars   what no decision shows: funds, subjects, series, records (test_particulars)
 *     twin          the measures written by hand (test_twin, its seed and number of evaluations)
 *
 *     rig_rules_mutations RULES EQUIVALENT [COUNT [SEED]]
 *
 * EQUIVALENT lists the changes that change nothing, a line each:
 *
 *     define older: <= -> < #1    why
 *
 * (#1: the first such token of the item). One listed that a test does see is an error. From the
 * root of the tree. Exit code 1 if a change survives or the list is wrong. */
#include "tests/engine/policy/compare_twin.h"
#include "tests/engine/policy/particulars.h"
#include "tests/engine/policy/worked_cases.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/policy/lexer.h"

#include <inttypes.h>
#include <stdlib.h>

#define FILE_BYTES_MAX (1 << 20)
#define TOKENS_MAX 40000
#define SITES_MAX 20000
#define EQUIVALENT_MAX 200
#define TWIN_SEED 20231130 // as test_twin
#define TWIN_FIRST 20000
#define TWIN_ALL 100000

typedef enum kind {
    ORDER,      // <= and <, >= and >
    EQUALITY,   // = and !=
    JUNCTION,   // and, or
    NUMBER,     // one more or less
    WORD,       // the next of its enumeration
    DATE,       // a day on
    NEGATION,   // a `not` removed
    CLAUSE,     // a need, stop, duty, monitor, once, cap, group or reason removed
    CODE,       // another code
    PARTICULAR, // another fund, subject, area, boost or series
    PER,        // per ever, year, month
    DESCENDING, // a `desc` removed
    ARITHMETIC, // + and -
    FUNCTION,   // max and min, months and years
    NAME,       // the next parameter or field of the same type
    TEXT,       // another text
    KINDS
} kind;

static const char *const kinds[KINDS] = {
    "order", "equality",   "junction", "number",     "word",       "date",     "not",  "clause",
    "code",  "particular", "per",      "descending", "arithmetic", "function", "name", "text",
};

typedef struct site {
    kind kind;
    uint32_t token, start, end; // bytes of the file
    char key[200];              // "define older: <= -> < #1"
    char with[100];
} site;

typedef struct rig {
    char *text, *changed;
    uint32_t size;
    yz_token *tokens;
    uint32_t *item;   // of each token: where its item begins
    uint32_t *clause; // and its clause, in rules
    uint32_t token_count;
    site *sites;
    uint32_t count;
    const yz_rules *rules; // as they are
    worked_cases cases;
    yz_arena *arena;
} rig;

/* ---- tokens, and what they belong to ---- */

static bool is(yz_token token, const char *word) {
    return token.kind != YZ_TOKEN_TEXT && yz_text_equal(token.text, yz_text_of(word));
}

static bool is_one_of(yz_token token, const char *const *words) {
    for (; *words != NULL; words++) {
        if (is(token, *words)) return true;
    }
    return false;
}

static const char *const items[] = {"notice", "param", "define", "rule",
                                    "target", "check", "text",   NULL};
static const char *const clauses[] = {
    "name",  "area",  "subject",  "bodies",  "fund",   "window", "valid", "need",
    "duty",  "stop",  "decide",   "amount",  "reason", "record", "once",  "cap",
    "group", "order", "evidence", "monitor", "boost",  "series", NULL};

static void read_tokens(rig *r) {
    yz_rules_problem problem;
    yz_rules_file file = {"rules", {r->text, r->size}};
    yz_sayer sayer = {&problem, &file, 1};
    yz_lexer lexer = yz_lexer_of(file.text, 0, &sayer);
    uint32_t item = 0, clause = 0, line = 0;
    for (;;) {
        yz_token token = yz_lexer_next(&lexer);
        if (token.kind == YZ_TOKEN_END) break;
        yz_check(token.kind != YZ_TOKEN_BAD && r->token_count < TOKENS_MAX);
        uint32_t at = r->token_count++;
        bool begins = token.place.column == 1 && token.kind == YZ_TOKEN_NAME;
        if (begins && is_one_of(token, items)) item = clause = at;
        // A clause begins a line, or stands behind three blanks.
        bool spaced =
            at > 0 && (token.place.line != line || memcmp(token.text.bytes - 3, "   ", 3) == 0);
        if (is(r->tokens[item], "rule") && spaced && is_one_of(token, clauses)) clause = at;
        line = token.place.line;
        r->tokens[at] = token;
        r->item[at] = item;
        r->clause[at] = clause;
    }
}

static uint32_t start_of(const rig *r, uint32_t token) {
    const yz_token *t = &r->tokens[token];
    return (uint32_t)(t->text.bytes - r->text) - (t->kind == YZ_TOKEN_TEXT ? 1 : 0);
}

static uint32_t end_of(const rig *r, uint32_t token) {
    const yz_token *t = &r->tokens[token];
    return start_of(r, token) + t->text.size + (t->kind == YZ_TOKEN_TEXT ? 2 : 0);
}

/* ---- places to change ---- */

static void add_site(rig *r, kind k, uint32_t token, uint32_t end, const char *with) {
    const yz_token *item = &r->tokens[r->item[token]];
    site s = {.kind = k, .token = token, .start = start_of(r, token), .end = end};
    char shown[60];
    uint32_t size = s.end - s.start, same = 1;
    snprintf(shown, sizeof shown, "%.*s", (int)(size < 40 ? size : 40), r->text + s.start);
    for (char *c = shown; *c != 0; c++)
        if (*c == '\n') *c = ' ';
    for (uint32_t i = r->item[token]; i < token; i++)
        same += yz_text_equal(r->tokens[i].text, r->tokens[token].text);
    snprintf(s.with, sizeof s.with, "%s", with);
    snprintf(s.key, sizeof s.key, "%.*s %.*s: %s -> %s #%u", (int)item->text.size, item->text.bytes,
             (int)item[1].text.size, item[1].text.bytes, shown, *with ? with : "nothing", same);
    yz_check(r->count < SITES_MAX);
    r->sites[r->count++] = s;
}

static void swap_words(rig *r, uint32_t at, kind k, const char *const (*pairs)[2]) {
    for (; (*pairs)[0] != NULL; pairs++) {
        for (int i = 0; i < 2; i++) {
            if (is(r->tokens[at], (*pairs)[i])) add_site(r, k, at, end_of(r, at), (*pairs)[!i]);
        }
    }
}

static void change_number(rig *r, uint32_t at) {
    const yz_text text = r->tokens[at].text;
    char with[40];
    int64_t number = strtoll(text.bytes, NULL, 10);
    const char *dot = memchr(text.bytes, '.', text.size);
    int rest = dot == NULL ? 0 : (int)(text.bytes + text.size - dot);
    snprintf(with, sizeof with, "%" PRId64 "%.*s", number + 1, rest, dot ? dot : "");
    add_site(r, NUMBER, at, end_of(r, at), with);
    if (number == 0) return;
    snprintf(with, sizeof with, "%" PRId64 "%.*s", number - 1, rest, dot ? dot : "");
    add_site(r, NUMBER, at, end_of(r, at), with);
}

static void change_word(rig *r, uint32_t at) {
    for (int e = 0; e < YZ_ENUMERATIONS; e++) {
        const char *const *words;
        uint32_t count = yz_enumeration_words((yz_enumeration)e, &words);
        int word = yz_word_named((yz_enumeration)e, r->tokens[at].text);
        if (word >= 0) add_site(r, WORD, at, end_of(r, at), words[((uint32_t)word + 1) % count]);
    }
}

static void change_date(rig *r, uint32_t at) {
    char with[40];
    int32_t year, month, day;
    yz_civil(r->tokens[at].number + 1, &year, &month, &day);
    snprintf(with, sizeof with, "%04d-%02d-%02d", (int)year, (int)month, (int)day);
    add_site(r, DATE, at, end_of(r, at), with);
}

// The next parameter of its type, or the next field of its object and type.
static void change_name(rig *r, uint32_t at) {
    yz_text name = r->tokens[at].text;
    char with[100];
    int32_t param = yz_rules_param(r->rules, name);
    for (uint32_t i = 1; param >= 0 && i < r->rules->param_count; i++) {
        const yz_param *p = &r->rules->params[((uint32_t)param + i) % r->rules->param_count];
        if (p->type != r->rules->params[param].type) continue;
        snprintf(with, sizeof with, "%.*s", (int)p->name.size, p->name.bytes);
        add_site(r, NAME, at, end_of(r, at), with);
        return;
    }
    for (uint32_t n = 0; n < yz_fact_count(); n++) {
        const yz_fact_form *form = yz_fact_numbered(n), *forms;
        if (!yz_text_equal(yz_text_of(form->path), name)) continue;
        uint32_t count = yz_object_fields(form->object, &forms);
        for (uint32_t i = 1; i < count; i++) {
            const yz_fact_form *next = &forms[(form->field + i) % count];
            if (next->type != form->type || next->of != form->of) continue;
            add_site(r, NAME, at, end_of(r, at), next->path);
            return;
        }
    }
}

static void change_text(rig *r, uint32_t at) {
    char with[60];
    yz_text text = r->tokens[at].text;
    if (text.size > 20) return;
    snprintf(with, sizeof with, "\"%.*sx\"", (int)text.size, text.size ? text.bytes : "");
    add_site(r, TEXT, at, end_of(r, at), with);
}

static void change_particular(rig *r, uint32_t at, yz_token clause) {
    static const char *const funds[][2] = {{"ui_fund", "by_rule"},
                                           {"employment_subsidy", "startup_support"},
                                           {"wage_total", "by_rule"},
                                           {NULL, NULL}};
    static const char *const others[][2] = {{"B1", "B2"},
                                            {"B3", "B4"},
                                            {"B5", "B6"},
                                            {"S12", "S13"},
                                            {"S14", "S15"},
                                            {"S20", "S21"},
                                            {"S23", "S24"},
                                            {"S30", "S31"},
                                            {"1", "2"},
                                            {"3", "4"},
                                            {"person", "hire"},
                                            {"batch", "loan"},
                                            {"employer", "person"},
                                            {NULL, NULL}};
    static const char *const shown[] = {"area", "subject", "boost", "series", NULL};
    if (is(clause, "fund")) swap_words(r, at, PARTICULAR, funds);
    if (is_one_of(clause, shown)) swap_words(r, at, PARTICULAR, others);
}

static void change_in_rule(rig *r, uint32_t at, yz_token clause) {
    static const char *const removed[] = {"need", "duty",  "stop",   "monitor", "once",
                                          "cap",  "group", "reason", NULL};
    static const char *const coded[] = {"need", "duty", "monitor", "reason", NULL};
    static const char *const per[][2] = {{"ever", "year"}, {"month", "year"}, {NULL, NULL}};
    uint32_t behind = at - r->clause[at];
    if (behind == 0 && is_one_of(clause, removed)) {
        uint32_t end = at + 1;
        while (r->clause[end] == at && !is(r->tokens[end], "}"))
            end += 1;
        while (r->clause[end] == at) // a set's } is none of the rule's
            end += 1;
        bool last = r->item[end] != r->item[at];
        add_site(r, CLAUSE, at, end_of(r, end - 1 - last), "");
    }
    bool code = (behind == 1 && is_one_of(clause, coded)) || (behind == 2 && is(clause, "stop"));
    if (code) {
        char with[100];
        snprintf(with, sizeof with, "%.*s_x", (int)r->tokens[at].text.size,
                 r->tokens[at].text.bytes);
        add_site(r, CODE, at, end_of(r, at), with);
    }
    if (at > 0 && is(r->tokens[at - 1], "per")) swap_words(r, at, PER, per);
    if (behind > 0) change_particular(r, at, clause);
    if (is(r->tokens[at], "desc")) add_site(r, DESCENDING, at, end_of(r, at), "");
}

static void change_expression(rig *r, uint32_t at) {
    static const char *const orders[][2] = {{"<=", "<"}, {">=", ">"}, {NULL, NULL}};
    static const char *const equal[][2] = {{"=", "!="}, {NULL, NULL}};
    static const char *const junctions[][2] = {{"and", "or"}, {NULL, NULL}};
    static const char *const signs[][2] = {{"+", "-"}, {NULL, NULL}};
    static const char *const functions[][2] = {{"max", "min"},     {"add_months", "add_years"},
                                               {"any", "count"},   {"true", "false"},
                                               {"days", "months"}, {NULL, NULL}};
    swap_words(r, at, ORDER, orders);
    swap_words(r, at, EQUALITY, equal);
    swap_words(r, at, JUNCTION, junctions);
    swap_words(r, at, ARITHMETIC, signs);
    swap_words(r, at, FUNCTION, functions);
    if (is(r->tokens[at], "not")) add_site(r, NEGATION, at, end_of(r, at), "");
}

/* What is said of each token: nothing of notices, references, names, words for people, evidence and
 * bodies. */
static void find_sites(rig *r) {
    static const char *const mute[] = {"name", "evidence", "bodies", NULL};
    for (uint32_t at = 0; at < r->token_count; at++) {
        yz_token token = r->tokens[at], item = r->tokens[r->item[at]];
        yz_token clause = r->tokens[r->clause[at]];
        bool rule = is(item, "rule");
        if (at <= r->item[at] + 1 || is(item, "notice") || is(item, "text") || r->item[at] == 0)
            continue;
        if (rule && (is_one_of(clause, mute) || r->clause[at] == r->item[at])) continue;
        if (rule) change_in_rule(r, at, clause);
        if (rule && (is(clause, "area") || is(clause, "subject") || is(clause, "fund"))) continue;
        if (is(r->tokens[at - 1], "/") || is(r->tokens[at - 1], "ref") ||
            is(r->tokens[at - 1], "name") || is(r->tokens[at - 2], "name"))
            continue;
        change_expression(r, at);
        if (token.kind == YZ_TOKEN_NUMBER) change_number(r, at);
        if (token.kind == YZ_TOKEN_DATE) change_date(r, at);
        if (token.kind == YZ_TOKEN_TEXT) change_text(r, at);
        if (token.kind == YZ_TOKEN_NAME && token.dotted) change_name(r, at);
        if (token.kind == YZ_TOKEN_NAME && !token.dotted && at != r->clause[at]) change_word(r, at);
    }
}

/* ---- does a test see it? ---- */

static yz_rules *load_changed(rig *r, const site *s) {
    uint32_t with = (uint32_t)strlen(s->with), rest = r->size - s->end;
    memcpy(r->changed, r->text, s->start);
    memcpy(r->changed + s->start, s->with, with);
    memcpy(r->changed + s->start + with, r->text + s->end, rest);
    yz_rules_file file = {"changed", {r->changed, s->start + with + rest}};
    yz_rules_problem problem;
    yz_rules *rules = NULL;
    return yz_rules_load(&file, 1, &rules, &problem) == YZ_OK ? rules : NULL;
}

static const char *seen_by_cases(rig *r, const yz_rules *rules) {
    static char who[80];
    yz_params *params = NULL;
    yz_rules_problem problem;
    who[0] = 0;
    if (yz_params_new(rules, NULL, 0, &params, &problem) != YZ_OK) return "cases";
    for (uint32_t i = 0; i < r->cases.count && who[0] == 0; i++) {
        const worked_case *c = &r->cases.cases[i];
        if (!worked_case_comes_out(rules, params, c, r->arena))
            snprintf(who, sizeof who, "case %.*s", (int)c->id.size, c->id.bytes);
    }
    yz_params_free(params);
    return who[0] ? who : NULL;
}

static bool seen_by_twin(const yz_rules *rules, uint64_t evaluations) {
    comparison c = compare_with_twin(rules, TWIN_SEED, evaluations, NULL);
    return c.differences > 0 || c.refused > 0;
}

/* NULL: by none. */
static const char *seen_by(rig *r, const yz_rules *rules) {
    const char *who = seen_by_cases(r, rules);
    if (who != NULL) return who;
    if (particulars_wrong(rules, NULL) > 0) return "particulars";
    if (seen_by_twin(rules, TWIN_FIRST) || seen_by_twin(rules, TWIN_ALL)) return "twin";
    return NULL;
}

/* ---- the list of equivalent changes ---- */

typedef struct equivalents {
    char text[64 * 1024];
    const char *keys[EQUIVALENT_MAX];
    uint32_t count;
} equivalents;

static bool read_equivalents(equivalents *list, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    list->text[fread(list->text, 1, sizeof list->text - 1, file)] = 0;
    fclose(file);
    for (char *line = strtok(list->text, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        char *reason = strstr(line, "    ");
        if (line[0] == '#') continue;
        if (reason == NULL || list->count == EQUIVALENT_MAX) return false;
        *reason = 0;
        list->keys[list->count++] = line;
    }
    return true;
}

static bool listed(const equivalents *list, const char *key) {
    for (uint32_t i = 0; i < list->count; i++) {
        if (strcmp(list->keys[i], key) == 0) return true;
    }
    return false;
}

// Entries that are no change of this file.
static uint32_t strangers(const rig *r, const equivalents *list) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < list->count; i++) {
        bool found = false;
        for (uint32_t s = 0; s < r->count; s++)
            found = found || strcmp(r->sites[s].key, list->keys[i]) == 0;
        if (!found) printf("listed as equivalent, and no change of this file: %s\n", list->keys[i]);
        count += !found;
    }
    return count;
}

/* ---- all of it ---- */

typedef struct tally {
    uint32_t loaded, refused, killed, equivalent, survived, wrongly_listed;
    uint32_t by_kind[KINDS];
} tally;

static void try_site(rig *r, const equivalents *list, const site *s, tally *t) {
    yz_rules *rules = load_changed(r, s);
    if (rules == NULL) {
        t->refused += 1;
        return;
    }
    const char *who = seen_by(r, rules);
    bool expected = listed(list, s->key);
    t->loaded += 1;
    t->by_kind[s->kind] += 1;
    t->killed += who != NULL;
    t->equivalent += who == NULL && expected;
    t->survived += who == NULL && !expected;
    t->wrongly_listed += who != NULL && expected;
    printf("%-10s line %4u  %-58s %s%s\n", kinds[s->kind], r->tokens[s->token].place.line, s->key,
           who        ? who
           : expected ? "equivalent"
                      : "SURVIVES",
           who != NULL && expected ? ", and is listed as equivalent" : "");
    fflush(stdout);
    yz_rules_free(rules);
}

/* Each kind in turn, of each the sites in an order of chance. */
static void try_sites(rig *r, const equivalents *list, uint32_t wanted, uint64_t seed, tally *t) {
    yz_random random = yz_random_seeded(seed);
    uint32_t left = r->count;
    for (uint32_t turn = 0; t->loaded < wanted && left > 0; turn++) {
        kind k = (kind)(turn % KINDS);
        uint32_t of_kind = 0, chosen = 0;
        for (uint32_t i = 0; i < left; i++) {
            if (r->sites[i].kind != k) continue;
            of_kind += 1;
            if (yz_random_below(&random, of_kind) == 0) chosen = i;
        }
        if (of_kind == 0) continue;
        site s = r->sites[chosen];
        r->sites[chosen] = r->sites[left - 1];
        r->sites[--left] = s;
        try_site(r, list, &s, t);
    }
}

static bool read_rules(rig *r, const char *path) {
    FILE *file = fopen(path, "rb");
    if (file == NULL) return false;
    r->text = yz_alloc_zeroed(FILE_BYTES_MAX);
    r->changed = yz_alloc_zeroed(FILE_BYTES_MAX + 1000);
    r->size = (uint32_t)fread(r->text, 1, FILE_BYTES_MAX - 1, file);
    fclose(file);
    r->tokens = yz_alloc_zeroed(TOKENS_MAX * sizeof *r->tokens);
    r->item = yz_alloc_zeroed(TOKENS_MAX * sizeof *r->item);
    r->clause = yz_alloc_zeroed(TOKENS_MAX * sizeof *r->clause);
    r->sites = yz_alloc_zeroed(SITES_MAX * sizeof *r->sites);
    r->rules = rules_of_file(path);
    return r->rules != NULL;
}

int main(int argc, char **argv) {
    static equivalents list;
    rig r = {0};
    tally t = {0};
    if (argc < 3 || !read_rules(&r, argv[1]) || !read_equivalents(&list, argv[2])) {
        fputs("usage: rig_rules_mutations RULES EQUIVALENT [COUNT [SEED]]\n", stderr);
        return 2;
    }
    uint32_t wanted = argc > 3 ? (uint32_t)strtoul(argv[3], NULL, 10) : 200;
    uint64_t seed = argc > 4 ? strtoull(argv[4], NULL, 10) : 1;
    r.arena = yz_arena_new(1 << 26);
    worked_cases_read(&r.cases);
    if (seen_by(&r, r.rules) != NULL) {
        printf("the file as it is does not pass: %s\n", seen_by(&r, r.rules));
        return 1;
    }
    read_tokens(&r);
    find_sites(&r);
    uint32_t wrong = strangers(&r, &list);
    printf("%u changes to choose from, seed %" PRIu64 "\n", r.count, seed);
    try_sites(&r, &list, wanted, seed, &t);
    for (kind k = 0; k < KINDS; k++)
        printf("%s %u%s", kinds[k], t.by_kind[k], k + 1 < KINDS ? ", " : "\n");
    printf("%u did not load; seed %" PRIu64 "\n", t.refused, seed);
    printf("%u mutations: %u killed, %u equivalent, %u survived\n", t.loaded, t.killed,
           t.equivalent, t.survived);
    worked_cases_free(&r.cases);
    yz_arena_free(r.arena);
    yz_rules_free((yz_rules *)(uintptr_t)r.rules);
    yz_free(r.text);
    yz_free(r.changed);
    yz_free(r.tokens);
    yz_free(r.item);
    yz_free(r.clause);
    yz_free(r.sites);
    return wrong + t.survived + t.wrongly_listed == 0 && t.loaded == wanted ? 0 : 1;
}

/* Printing a set of rules and loading what was printed gives the same rules: the worked example,
 * and random expressions of every kind. */
#include "engine/base/random.h"
#include "engine/policy/print.h"
#include "tests/engine/policy/rules_kit.h"
#include "tests/engine/policy/rules_same.h"

#include <criterion/criterion.h>
#include <stdarg.h>

#define ROOM (1 << 20)

static char source[ROOM], printed[ROOM];

static void goes_round(const yz_rules *rules, const char *what) {
    yz_rules_problem problem;
    uint32_t size = yz_rules_print(rules, printed, ROOM - 1);
    cr_assert_lt(size, ROOM - 1);
    printed[size] = '\0';
    yz_rules *again = kit_load(printed, &problem);
    cr_assert_not_null(again, "%s: %u:%u: %s\n%s", what, problem.line, problem.column, problem.what,
                       printed);
    cr_assert(same_rules(rules, again), "%s\n%s", what, printed);
    yz_rules_free(again);
}

Test(print, the_worked_example_goes_round) {
    yz_text worked = kit_read("tests/engine/policy/worked.rules");
    yz_rules_file file = {"worked.rules", worked};
    yz_rules_problem problem;
    yz_rules *rules;
    cr_assert_eq(yz_rules_load(&file, 1, &rules, &problem), YZ_OK);
    goes_round(rules, "worked.rules");
    yz_rules_free(rules);
    free((char *)(uintptr_t)worked.bytes);
}

Test(print, the_notices_of_2023_go_round_with_their_texts) {
    yz_text notices = kit_read("datasets/policy/gansu-2023.rules");
    yz_rules_file file = {"gansu-2023.rules", notices};
    yz_rules_problem problem;
    yz_rules *rules;
    cr_assert_eq(yz_rules_load(&file, 1, &rules, &problem), YZ_OK);
    cr_assert_gt(rules->text_count, 100);
    goes_round(rules, "gansu-2023.rules");
    yz_rules_free(rules);
    free((char *)(uintptr_t)notices.bytes);
}

static void prints(const char *written, const char *expected) {
    yz_rules_problem problem;
    char out[256];
    snprintf(source, sizeof source,
             HEAD "param r percent { 5.5%% from 2023-01-01 ref n/1 }\n"
                  "param k set { {J, K} from 2023-01-01 ref n/1 }\n"
                  "define x = %s\n",
             written);
    yz_rules *rules = kit_load(source, &problem);
    cr_assert_not_null(rules, "%s: %s", written, problem.what);
    const yz_define *x = &rules->defines[rules->define_count - 1];
    uint32_t size = yz_expr_print(rules, x, x->body, out, sizeof out);
    cr_assert_lt(size, sizeof out);
    cr_assert(yz_text_equal((yz_text){out, size}, yz_text_of(expected)), "%s is printed %.*s",
              written, (int)size, out);
    cr_assert_eq(yz_expr_print(rules, x, x->body, out, 0), size, "the size needs no room");
    yz_rules_free(rules);
}

Test(print, parentheses_stand_only_where_they_are_needed) {
    prints("(((true)))", "true");
    prints("(true or false) and not (true and false)", "(true or false) and not (true and false)");
    prints("(true and false) or (not true)", "true and false or not true");
    prints("1 + (2 + 3) * (4 - (5 - 6)) = 7", "1 + (2 + 3) * (4 - (5 - 6)) = 7");
    prints("(if true then 1 else 2) + 3", "(if true then 1 else 2) + 3");
    prints("not (not true)", "not (not true)");
    prints("(1 = 2) = (3 < 4)", "(1 = 2) = (3 < 4)");
}

Test(print, what_the_loader_put_in_is_not_written) {
    prints("employer.ui_premium_yuan > 0", "0 yuan < employer.ui_premium_yuan");
    prints("employer.ui_premium_yuan * 5.5% + 12.5 yuan",
           "employer.ui_premium_yuan * 5.5% + 12.50 yuan");
    prints("employer.insured_end <= r * employer.insured_start",
           "employer.insured_end <= r * employer.insured_start");
    prints("prefix(employer.industry,1) in k", "prefix(employer.industry, 1) in k");
    prints("claim.measure in {m05a, m14c}", "claim.measure in {\"m05a\", \"m14c\"}");
    prints("person.tags", "person.tags");
    prints("{veteran, dibao}", "{dibao, veteran}");
    prints("month(as_of) in {2023-03, 2023-01, 2023-03}", "month(as_of) in {2023-01, 2023-03}");
    prints("as_of - 1 years", "as_of - 12 months");
}

/* ---- random expressions ---- */

typedef struct writer {
    yz_random random;
    uint32_t size;
    bool in_list; // `it` is an intern
} writer;

static void put(writer *w, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int size = vsnprintf(source + w->size, sizeof source - w->size, format, arguments);
    va_end(arguments);
    w->size += (uint32_t)size;
    cr_assert_lt(w->size, sizeof source);
}

static uint32_t below(writer *w, uint32_t bound) {
    return (uint32_t)yz_random_below(&w->random, bound);
}

enum { BOOL, INT, YUAN, PERCENT, DATE, MONTH, TEXT, WORD, KINDS };

static void expr(writer *w, int kind, int depth);

static void leaf(writer *w, int kind) {
    static const char *const LEAVES[KINDS][4] = {
        {"true", "person.in_school", "known(employer)", "parity"},
        {"cert.level", "7", "person.ui_months", "few"},
        {"employer.ui_premium_yuan", "12 yuan", "0.05 yuan", "much"},
        {"5.5%", "100%", "rate", "0.000001%"},
        {"as_of", "2024-02-29", "person.birth_date", "hire.contract_end"},
        {"report.month", "2023-07", "month(as_of)", "2023-12"},
        {"person.id", "\"62\"", "employer.industry", "cert.occupation"},
        {"person.sex", "id_sex(person.id_number)", "person.sex", "person.sex"},
    };
    static const char *const OF_IT[KINDS] = {"it.in_school", "full_months(it.start, it.end)",
                                             "much",         "rate",
                                             "it.start",     "month(it.end)",
                                             "it.id",        "person.sex"};
    put(w, "%s", w->in_list && below(w, 2) ? OF_IT[kind] : LEAVES[kind][below(w, 4)]);
}

static void two(writer *w, const char *before, int a, const char *between, int b, int depth) {
    put(w, "%s", before);
    expr(w, a, depth);
    put(w, "%s", between);
    expr(w, b, depth);
    put(w, ")");
}

static void through(writer *w, const char *before, int kind, int depth) {
    bool outer = w->in_list;
    put(w, "%s", before);
    w->in_list = true;
    expr(w, kind, depth);
    w->in_list = outer;
    put(w, ")");
}

static void condition(writer *w, int depth) {
    static const char *const SIGNS[] = {" = ", " != ", " < ", " <= ", " > ", " >= "};
    int kind = (int)below(w, KINDS);
    bool ordered = kind != BOOL && kind != TEXT && kind != WORD;
    switch (below(w, 12)) {
    case 0: two(w, "(", BOOL, " and ", BOOL, depth); break;
    case 1: two(w, "(", BOOL, " or ", BOOL, depth); break;
    case 2:
        put(w, "(not (");
        expr(w, BOOL, depth);
        put(w, "))");
        break;
    case 3: through(w, "any(interns, ", BOOL, depth); break;
    case 4: put(w, "(person.graduate_kind in kinds)"); break;
    case 5: put(w, "(reading = before_hire)"); break;
    case 6: put(w, "overlaps({dibao, veteran}, person.tags)"); break;
    case 7: put(w, "(female = person.sex)"); break;
    case 8: put(w, "(cert.level in amounts)"); break;
    case 9: two(w, "older(", DATE, ", ", INT, depth); break;
    default: two(w, "(", kind, SIGNS[below(w, ordered ? 6 : 2)], kind, depth);
    }
}

static void whole_number(writer *w, int depth) {
    switch (below(w, 9)) {
    case 0: two(w, "(", INT, " + ", INT, depth); break;
    case 1: two(w, "(", INT, " - ", INT, depth); break;
    case 2: two(w, "(", INT, " * ", INT, depth); break;
    case 3: two(w, "max(1, ", INT, ", ", INT, depth); break;
    case 4: two(w, "days(", DATE, ", ", DATE, depth); break;
    case 5: through(w, "count(interns, ", BOOL, depth); break;
    case 6: through(w, "sum(interns, ", INT, depth); break;
    case 7: through(w, "distinct(interns, not it.in_school, ", TEXT, depth); break;
    default: two(w, "age(", DATE, ", ", DATE, depth);
    }
}

static void money(writer *w, int depth) {
    switch (below(w, 8)) {
    case 0: two(w, "(", YUAN, " + ", YUAN, depth); break;
    case 1: two(w, "(", YUAN, " - ", INT, depth); break;
    case 2: two(w, "(", INT, " * ", YUAN, depth); break;
    case 3: two(w, "round_fen(", YUAN, " * ", PERCENT, depth); break;
    case 4: two(w, "tier(steps, ", INT, ", ", INT, depth); break;
    case 5:
        put(w, "lookup(amounts, ");
        expr(w, INT, depth);
        put(w, ")");
        break;
    case 6: through(w, "sum(interns, ", YUAN, depth); break;
    default: two(w, "min(0, ", YUAN, ", ", INT, depth);
    }
}

static void choice(writer *w, int kind, int depth) {
    put(w, "(if ");
    expr(w, BOOL, depth);
    put(w, " then ");
    expr(w, kind, depth);
    put(w, " else ");
    expr(w, kind, depth);
    put(w, ")");
}

static void expr(writer *w, int kind, int depth) {
    if (depth == 0 || below(w, 6) == 0) {
        leaf(w, kind);
    } else if (below(w, 6) == 0) {
        choice(w, kind, depth - 1);
    } else if (kind == BOOL) {
        condition(w, depth - 1);
    } else if (kind == INT) {
        whole_number(w, depth - 1);
    } else if (kind == YUAN) {
        money(w, depth - 1);
    } else if (kind == DATE) {
        if (below(w, 2))
            two(w, "add_months(", DATE, ", ", INT, depth - 1);
        else
            two(w, "(", DATE, " + 1 days * ", INT, depth - 1);
    } else {
        leaf(w, kind);
    }
}

static const char DECLARED[] = HEAD
    "param parity bool { true from 2023-01-01 ref n/1 }\n"
    "param few int { 3 from 2023-01-01 ref n/1.2 }\n"
    "param much yuan { 12.34 yuan from 2023-01-01 to 2023-12-31 ref n/1  7 from 2024-01-01 ref n/2 "
    "}\n"
    "param rate percent { 5.5% from 2023-01-01 ref n/1 }\n"
    "param kinds set { {general, adult} from 2023-01-01 ref n/1 }\n"
    "param reading name { never from 2023-01-01 ref n/1 }\n"
    "param steps tiers percent -> yuan { [0%,50.5%) 1 [50.5%,100%] 2.5 from 2023-01-01 ref n/1 }\n"
    "param amounts table int -> yuan { 5 -> 1000 3 -> 2000 from 2023-01-01 ref n/1 }\n"
    "param a.valid window { true from 2023-01-01 ref n/1 }\n"
    "define older(d, n) = age(person.birth_date, d) >= n and covers(a.valid, d)\n";

Test(print, random_rules_go_round) {
    uint32_t loaded = 0;
    for (uint64_t seed = 1; seed <= 400; seed++) {
        writer w = {.random = yz_random_seeded(seed)};
        yz_rules_problem problem;
        put(&w, "%s", DECLARED);
        for (int kind = 0; kind < KINDS; kind++) {
            put(&w, "define x%d = ", kind);
            expr(&w, kind, 1 + (int)below(&w, 5));
            put(&w, "\n");
        }
        put(&w, "rule r { decide grant amount ");
        expr(&w, YUAN, 4);
        put(&w, " need a ");
        expr(&w, BOOL, 4);
        put(&w, " stop deny b ");
        expr(&w, BOOL, 3);
        put(&w, " reason c each interns when it.in_school show it.id\n  order ");
        expr(&w, INT, 2);
        put(&w, " / ");
        expr(&w, YUAN, 2);
        put(&w, " desc, person.id }\n");
        yz_rules *rules = kit_load(source, &problem);
        // A product may have more scales than there are; nothing else may be wrong.
        if (!rules) {
            cr_assert_not_null(strstr(problem.what, "percentages"), "seed %lu: %u:%u: %s\n%s", seed,
                               problem.line, problem.column, problem.what, source);
            continue;
        }
        char what[32];
        snprintf(what, sizeof what, "seed %lu", (unsigned long)seed);
        goes_round(rules, what);
        yz_rules_free(rules);
        loaded += 1;
    }
    cr_assert_gt(loaded, 200, "only %u of 400 loaded", loaded);
}

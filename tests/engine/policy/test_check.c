/* What the checker makes of an expression: names resolved by what stands beside them, ints made
 * yuan, one scale on both sides. Trees are told as op(children), kinds as type@scale. */
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>
#include <stdarg.h>

static char told[4096];
static uint32_t size;

static void tell(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size += (uint32_t)vsnprintf(told + size, sizeof told - size, format, arguments);
    va_end(arguments);
    cr_assert_lt(size, sizeof told);
}

static const char *const OPS[] = {
    "constant", "param",    "fact",   "object", "field", "it",   "argument", "call",  "and",
    "or",       "not",      "=",      "!=",     "<",     "<=",   "in",       "+",     "-",
    "*",        "yuan",     "scale",  "fen",    "if",    "set",  "age",      "year",  "month",
    "days",     "months",   "years",  "full",   "joint", "any",  "count",    "sum",   "dist",
    "over",     "contains", "prefix", "max",    "min",   "tier", "lookup",   "known", "covers",
    "idv",      "idb",      "ids",    "ccv"};
static const char *const TYPES[] = {"bool", "int",  "percent", "yuan",  "date",  "month",
                                    "span", "text", "word",    "set",   "texts", "numbers",
                                    "list", "row",  "tiers",   "table", "window"};

static void tell_expr(const yz_expr *e) {
    const yz_expr *parts[] = {e->a, e->b, e->c};
    tell("%s", OPS[e->op]);
    bool plain = e->op == YZ_OP_CONSTANT || e->op == YZ_OP_PARAM;
    if (plain) tell(":%s", TYPES[e->kind.type]);
    bool number = e->op == YZ_OP_CONSTANT && e->kind.type != YZ_TYPE_TEXT &&
                  e->kind.type != YZ_TYPE_TEXTS && e->kind.type != YZ_TYPE_NUMBERS;
    if (number) tell(" %lld", (long long)e->value.number);
    if (e->kind.scale && !plain) tell("@%d", e->kind.scale);
    bool more = e->a || e->list_count;
    if (more) tell("(");
    for (int i = 0; i < 3 && parts[i]; i++) {
        if (i > 0) tell(", ");
        tell_expr(parts[i]);
    }
    for (uint32_t i = 0; i < e->list_count; i++) {
        if (i > 0) tell(", ");
        tell_expr(e->list[i]);
    }
    if (more) tell(")");
}

#define DECLARED                                                                                   \
    HEAD "param rate percent { 5.5% from 2023-01-01 ref n/1 }\n"                                   \
         "param reading name { never from 2023-01-01 ref n/1 }\n"                                  \
         "param who name { enterprise from 2023-01-01 ref n/1 }\n"                                 \
         "param kinds set { {general} from 2023-01-01 ref n/1 }\n"                                 \
         "param some set { {2023-01, 2023-02} from 2023-01-01 ref n/1 }\n"                         \
         "param ints set { {1, 2} from 2023-01-01 ref n/1 }\n"                                     \
         "param list table int -> yuan { 5 -> 1 from 2023-01-01 ref n/1 }\n"                       \
         "define always = true\ndefine other = 5\n"

static void is(const char *written, const char *expected) {
    static char text[8192];
    yz_rules_problem problem;
    snprintf(text, sizeof text, "%sdefine zz = %s\n", DECLARED, written);
    yz_rules *rules = kit_load(text, &problem);
    cr_assert_not_null(rules, "%s: %u: %s", written, problem.column, problem.what);
    for (uint32_t i = 0; i < rules->define_count; i++) {
        if (!yz_text_equal(rules->defines[i].name, YZ_TEXT("zz"))) continue;
        size = 0;
        tell_expr(rules->defines[i].body);
        cr_expect_str_eq(told, expected, "%s\nis   %s\nnot  %s", written, told, expected);
    }
    yz_rules_free(rules);
}

Test(check, both_sides_have_one_scale) {
    is("employer.insured_end <= rate * employer.insured_start",
       "<=(scale@8(fact), *@8(param:percent, fact))");
    is("rate * 5 = rate * rate * 5",
       "=(scale@16(*@8(param:percent, constant:int 5)), *@16(*@16(param:percent, param:percent), "
       "constant:int 5))");
    is("max(1, rate * 5, 2)", "max@8(scale@8(constant:int 1), *@8(param:percent, constant:int 5), "
                              "scale@8(constant:int 2))");
    is("1 + rate * 5", "+@8(scale@8(constant:int 1), *@8(param:percent, constant:int 5))");
    is("if true then rate * 5 else 1",
       "if@8(constant:bool 1, *@8(param:percent, constant:int 5), scale@8(constant:int 1))");
    is("rate < 100%", "<(param:percent, constant:percent 100000000)");
}

Test(check, an_int_where_yuan_is_wanted_is_yuan) {
    is("employer.ui_premium_yuan > 0", "<(constant:yuan 0, fact)");
    is("cert.level = 12 yuan", "=(yuan(fact), constant:yuan 1200)");
    is("min(1, cert.level, 2 yuan)", "min(constant:yuan 100, yuan(fact), constant:yuan 200)");
    is("if true then 0 else 1.5 yuan * 30%",
       "if@8(constant:bool 1, scale@8(constant:yuan 0), *@8(constant:yuan 150, constant:percent "
       "30000000))");
    is("cert.level * 2 * 3 yuan", "*(*(fact, constant:int 2), constant:yuan 300)");
    is("cert.level * rate + 1 yuan", "+@8(yuan@8(*@8(fact, param:percent)), scale@8(constant:yuan "
                                     "100))");
}

Test(check, an_amount_is_rounded_once) {
    static const struct {
        const char *amount, *expected;
    } AMOUNTS[] = {
        {"employer.ui_premium_yuan * rate", "fen(*@8(fact, param:percent))"},
        {"employer.ui_premium_yuan * 2", "*(fact, constant:int 2)"},
        {"5", "constant:yuan 500"},
        {"round_fen(employer.ui_premium_yuan * rate)", "fen(*@8(fact, param:percent))"},
    };
    for (size_t i = 0; i < sizeof AMOUNTS / sizeof AMOUNTS[0]; i++) {
        static char text[8192];
        yz_rules_problem problem;
        snprintf(text, sizeof text, "%srule r { decide grant amount %s }", DECLARED,
                 AMOUNTS[i].amount);
        yz_rules *rules = kit_load(text, &problem);
        cr_assert_not_null(rules, "%s", problem.what);
        size = 0;
        tell_expr(rules->rules[0].amount);
        cr_expect_str_eq(told, AMOUNTS[i].expected, "%s", told);
        cr_expect_eq(rules->rules[0].amount->kind.type, YZ_TYPE_YUAN);
        cr_expect_eq(rules->rules[0].amount->kind.scale, 0);
        yz_rules_free(rules);
    }
}

Test(check, a_bare_name_is_a_word_of_what_stands_beside_it) {
    is("employer.kind = other", "=(fact, constant:word 11)");
    is("other = employer.kind", "=(constant:word 11, fact)");
    is("cert.level = other", "=(fact, call)");
    is("reading = never", "=(param:text, constant:text)");
    is("never = reading", "=(constant:text, param:text)");
    is("employer.kind = who", "=(fact, param:word)");
    is("who = enterprise", "=(param:text, constant:text)");
    is("dibao in person.tags", "in(constant:word 1, fact)");
    is("contains(person.tags, dibao)", "contains(fact, constant:word 1)");
    is("overlaps({dibao, disabled}, person.tags)", "over(constant:set 10, fact)");
    is("person.graduate_kind in kinds", "in(fact, param:set)");
    is("claim.measure in {m05a, m14c}", "in(fact, constant:texts)");
    is("claim.measure = m05b", "=(fact, constant:text)");
    is("person.id in {employer.id, \"x\"}", "in(fact, set(fact, constant:text))");
    is("month(as_of) in some", "in(month(fact), param:numbers)");
    is("cert.level in ints", "in(fact, param:numbers)");
    is("cert.level in list", "in(fact, param:table)");
    is("(if true then male else person.sex) = female",
       "=(if(constant:bool 1, constant:word 0, fact), constant:word 1)");
    is("any({policy_basis, contact}, not contains(guide.fields, it))",
       "any(constant:set 33, not(contains(fact, it)))");
}

Test(check, rows_are_objects_and_entries) {
    is("known(employer)", "known(object)");
    is("known(person.birth_date)", "known(fact)");
    is("any(interns, it.outcome = completed)", "any(fact, =(field(it), constant:word 0))");
    is("any(person.tags, it = dibao)", "any(fact, =(it, constant:word 1))");
    is("count(inspections, it = m05a)", "count(fact, =(it, constant:text))");
    is("distinct(accounts, it.account = person.id, it.subject)",
       "dist(fact, =(field(it), fact), field(it))");
    is("sum(interns, full_months(it.start, it.end))", "sum(fact, full(field(it), field(it)))");
}

/* One definition, as many instances as there are kinds of arguments. */
Test(check, a_definition_has_an_instance_for_every_kind_of_arguments) {
    yz_rules_problem problem;
    yz_rules *rules = kit_load(HEAD "define same(a, b) = a = b\n"
                                    "define here(p) = same(p.id, \"1\")\n"
                                    "define x = same(1, 2) and same(3, 4) and same(as_of, as_of)\n"
                                    "define y = here(person) or any(interns, here(it))\n",
                               &problem);
    cr_assert_not_null(rules, "%s", problem.what);
    uint32_t same = 0, here = 0;
    for (uint32_t i = 0; i < rules->define_count; i++) {
        const yz_define *d = &rules->defines[i];
        same += yz_text_equal(d->name, YZ_TEXT("same"));
        here += yz_text_equal(d->name, YZ_TEXT("here"));
        if (yz_text_equal(d->name, YZ_TEXT("here"))) {
            cr_expect_eq(d->argument_kinds[0].type, YZ_TYPE_ROW);
            cr_expect_eq(d->body->op, YZ_OP_CALL);
            cr_expect_lt(d->body->at, i, "one is after those it calls");
        }
    }
    cr_expect_eq(same, 3, "ints, dates, texts: %u", same);
    cr_expect_eq(here, 2, "a person and an intern: %u", here);
    yz_rules_free(rules);
}

Test(check, places_count_characters) {
    yz_rules_problem problem;
    yz_rules *rules = kit_load(HEAD "# 稳就业\nrule r { name \"稳就业政策\" \"x\" decide serve\n"
                                    "\tneed a known(person) }\n",
                               &problem);
    cr_assert_not_null(rules, "%s", problem.what);
    const yz_rule *r = yz_rules_rule(rules, YZ_TEXT("r"));
    cr_expect_eq(r->line, 4);
    cr_expect_eq(r->needs[0].condition->line, 5);
    cr_expect_eq(r->needs[0].condition->column, 9);
    yz_rules_free(rules);
    cr_expect_null(kit_load(HEAD "rule r { name \"稳就业政策\" \"x\" decide pay }", &problem));
    cr_expect_eq(problem.column, 34);
}

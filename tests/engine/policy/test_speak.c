/* Words for people: texts of rules files and what is said by the catalogue and the procedure. */
#include "engine/policy/speak.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>

#define GANSU "datasets/policy/gansu-2023.rules"

static yz_rules_problem problem;

static yz_rules *load(const char *first, const char *second) {
    yz_text standard = {0};
    if (first == NULL) standard = kit_read(GANSU);
    yz_rules_file files[] = {{"first", first ? yz_text_of(first) : standard},
                             {"second", yz_text_of(second ? second : "")}};
    yz_rules *rules = NULL;
    yz_status status = yz_rules_load(files, second ? 2 : 1, &rules, &problem);
    free((char *)(uintptr_t)standard.bytes);
    cr_assert_eq(status, YZ_OK, "%u:%u: %s", problem.line, problem.column, problem.what);
    return rules;
}

static yz_params *params_of(const yz_rules *rules) {
    yz_params *params;
    cr_assert_eq(yz_params_new(rules, NULL, 0, &params, &problem), YZ_OK);
    return params;
}

static void is(yz_text spoken, const char *expected) {
    cr_expect(yz_text_equal(spoken, yz_text_of(expected)), "\"%.*s\" is no \"%s\"",
              (int)spoken.size, spoken.bytes, expected);
}

static yz_speech speech_of(const yz_rules *rules, const yz_params *params, const char *rule,
                           int32_t day, bool zh) {
    const yz_rule *found = rule ? yz_rules_rule(rules, yz_text_of(rule)) : NULL;
    cr_assert(rule == NULL || found != NULL, "%s", rule);
    return (yz_speech){rules, params, found, day, zh};
}

// ---- the catalogue ----

static void has_both(yz_wording w, const char *of) {
    yz_text zh = yz_text_of(w.zh), en = yz_text_of(w.en);
    cr_expect(zh.size > 0 && yz_text_is_utf8(zh, NULL) && (unsigned char)zh.bytes[0] >= 0x80, "%s",
              of);
    bool ascii = en.size > 0;
    for (uint32_t i = 0; i < en.size; i++)
        ascii = ascii && (unsigned char)en.bytes[i] < 0x80;
    cr_expect(ascii, "%s", of);
}

Test(speak, every_fact_shape_and_word_has_a_text_in_both_languages) {
    for (int o = 0; o < YZ_SHAPES_END; o++) {
        const yz_fact_form *forms;
        if (yz_object_name((yz_object)o) == NULL) continue;
        has_both(yz_object_wording((yz_object)o), yz_object_name((yz_object)o));
        uint32_t count = yz_object_fields((yz_object)o, &forms);
        for (uint32_t f = 0; f < count; f++) {
            has_both(forms[f].wording, forms[f].path);
            bool counts = forms[f].type == YZ_FACT_INT || forms[f].type == YZ_FACT_YUAN;
            cr_expect_eq(forms[f].unit != YZ_UNIT_none, counts, "%s", forms[f].path);
        }
    }
    for (int e = 0; e < YZ_ENUMERATIONS; e++) {
        const char *const *words;
        uint32_t count = yz_enumeration_words((yz_enumeration)e, &words);
        has_both(yz_enumeration_wording((yz_enumeration)e), yz_enumeration_name((yz_enumeration)e));
        for (uint32_t w = 0; w < count; w++)
            has_both(*yz_word_wording((yz_enumeration)e, w), words[w]);
    }
    cr_expect_eq(yz_fact_of_path(YZ_TEXT("hire.contract_end"))->of, -1);
    cr_expect_str_eq(yz_fact_of_path(YZ_TEXT("as_of"))->wording.zh, "判定之日");
    cr_expect_null(yz_fact_of_path(YZ_TEXT("hire.nothing")));
}

// ---- the notices of 2023 ----

static void spoken_in_both(const yz_rules *rules, const yz_rule *rule, yz_text code) {
    yz_spoken room;
    for (int zh = 0; zh < 2; zh++) {
        yz_speech s = {rules, NULL, rule, 0, zh == 1};
        yz_text text = yz_speak_code(&s, code, room);
        cr_expect(text.size > 0, "%.*s %.*s has no words", (int)rule->name.size, rule->name.bytes,
                  (int)code.size, code.bytes);
        cr_expect(yz_text_is_utf8(text, NULL) && !memchr(text.bytes, '{', text.size));
    }
}

Test(speak, every_code_of_the_notices_has_words) {
    yz_rules *rules = load(NULL, NULL);
    yz_spoken room;
    for (uint32_t r = 0; r < rules->rule_count; r++) {
        const yz_rule *rule = &rules->rules[r];
        for (uint32_t i = 0; i < rule->need_count; i++)
            spoken_in_both(rules, rule, rule->needs[i].code);
        for (uint32_t i = 0; i < rule->duty_count; i++)
            spoken_in_both(rules, rule, rule->duties[i].code);
        for (uint32_t i = 0; i < rule->stop_count; i++)
            spoken_in_both(rules, rule, rule->stops[i].code);
        for (uint32_t i = 0; i < rule->reason_count; i++)
            spoken_in_both(rules, rule, rule->reasons[i].code);
        for (uint32_t i = 0; i < rule->monitor_count; i++)
            spoken_in_both(rules, rule, rule->monitors[i].code);
        for (uint32_t i = 0; i < rule->record_count; i++)
            spoken_in_both(rules, rule, rule->records[i].column);
        yz_speech s = {rules, NULL, rule, 0, true};
        cr_expect_eq(yz_speak_amount(&s, room).size > 0, rule->amount != NULL, "%.*s",
                     (int)rule->name.size, rule->name.bytes);
    }
    for (uint32_t i = 0; i < rules->check_count; i++) {
        yz_speech s = {rules, NULL, NULL, 0, true};
        cr_expect(yz_text_equal(yz_speak_reason(&s, rules->checks[i].name, room),
                                rules->checks[i].name_zh));
    }
    yz_rules_free(rules);
}

Test(speak, a_parameter_in_a_text_has_the_value_of_the_day) {
    static const char NEXT[] =
        "yizhan-rules 1\nnotice next { level province }\n"
        "param m05b.insured_months_min int { 1 from 2023-01-01 to 2023-12-31 ref gs60/5.2\n"
        "                                    3 from 2024-01-01 to 2024-12-31 ref next/5 }\n";
    yz_rules *rules = load(NULL, NEXT);
    yz_params *params = params_of(rules);
    yz_spoken room;
    int32_t day = yz_days(2023, 11, 15);
    yz_text code = YZ_TEXT("insured_1m");
    yz_speech s = speech_of(rules, params, "m05b", day, true);
    is(yz_speak_code(&s, code, room),
       "自合同起始当月起，失业保险、工伤保险、职工养老保险均足额缴费不少于 1 个月");
    s.day = yz_days(2024, 2, 1);
    is(yz_speak_code(&s, code, room),
       "自合同起始当月起，失业保险、工伤保险、职工养老保险均足额缴费不少于 3 个月");
    s.zh = false;
    is(yz_speak_reason(&s, code, room),
       "from the month of the contract on, unemployment insurance, work-injury insurance, pension "
       "insurance all paid in full for at least 3 month(s)");
    s.day = yz_days(2025, 1, 1);
    is(yz_speak_code(&s, code, room),
       "from the month of the contract on, unemployment insurance, work-injury insurance, pension "
       "insurance all paid in full for at least (not set) month(s)");
    s.params = NULL;
    s.zh = true;
    is(yz_speak_code(&s, code, room),
       "自合同起始当月起，失业保险、工伤保险、职工养老保险均足额缴费不少于 "
       "1（2023-01-01至2023-12-31）、3（2024-01-01至2024-12-31） 个月");
    yz_params_free(params);
    yz_rules_free(rules);
}

Test(speak, a_reason_says_its_code_and_what_it_shows) {
    static const struct {
        const char *rule, *reason, *zh, *en;
    } SAID[] = {
        {"m05a", "missing:hire.contract_end", "缺少：合同终止日期",
         "missing: last day of the contract"},
        {"m06", "missing:param:m06.amount", "缺少：尚未确定的参数 m06.amount",
         "missing: a parameter without a value, m06.amount"},
        {"m05b", "already_paid:m05a", "已经享受过：m05a 一次性吸纳就业补贴",
         "paid before: m05a One-off subsidy for taking on workers"},
        {"m05a", "out_of_window", "不在政策执行期限内", "outside the period of the measure"},
        {"m09a", "tier:1200", "每人每月补贴标准（元）：1200",
         "yuan for each person and month: 1200"},
        {"d06", "missing_venue:park", "本月未开展宣传的场所：园区",
         "kind of place without an outreach visit this month: industrial park"},
        {NULL, "missing_column:voucher", "台账缺项：支付凭证",
         "column of the ledger row that is empty: voucher"},
        {NULL, "F05", "假新招", "Rehire"},
        {"m01", "insured", "上年度实际缴纳了失业保险费",
         "unemployment-insurance premium was paid last year"},
        {"m05a", "nobody_says_this", "", ""},
        {NULL, "", "", ""},
    };
    yz_rules *rules = load(NULL, NULL);
    yz_params *params = params_of(rules);
    yz_spoken room;
    for (size_t i = 0; i < sizeof SAID / sizeof SAID[0]; i++) {
        yz_speech s = speech_of(rules, params, SAID[i].rule, yz_days(2023, 7, 1), true);
        is(yz_speak_reason(&s, yz_text_of(SAID[i].reason), room), SAID[i].zh);
        s.zh = false;
        is(yz_speak_reason(&s, yz_text_of(SAID[i].reason), room), SAID[i].en);
    }
    yz_speech s = speech_of(rules, params, "m01", yz_days(2023, 7, 1), true);
    is(yz_speak_missing(&s, YZ_TEXT("employer.ui_premium_yuan"), room), "上年度实际缴纳失业保险费");
    is(yz_speak_amount(&s, room), "上年度实际缴纳失业保险费的 30%（大型企业）或 60%（其他单位）");
    s.rule = yz_rules_rule(rules, YZ_TEXT("m12b"));
    is(yz_speak_amount(&s, room), "按证书等级：3: 2000 元，4: 1500 元，5: 1000 元");
    yz_params_free(params);
    yz_rules_free(rules);
}

// ---- the declaration ----

#define RULE "rule r { decide serve\n need a as_of > 2023-01-01\n need b as_of > 2023-01-01 }\n"

Test(speak, the_text_of_one_rule_and_a_later_file_come_first) {
    static const char FIRST[] = HEAD "param p.x percent { 5.5% from 2023-01-01 ref n/1 }\n" RULE
                                     "text a \"甲\" \"one\"\ntext b \"乙 {p.x}\" \"two {p.x}\"\n"
                                     "text r.a \"丙\" \"own\"\n";
    yz_spoken room;
    yz_rules *rules = load(FIRST, NULL);
    cr_assert_eq(rules->text_count, 3);
    yz_speech s = speech_of(rules, NULL, "r", 0, false);
    is(yz_speak_code(&s, YZ_TEXT("a"), room), "own");
    is(yz_speak_code(&s, YZ_TEXT("b"), room), "two 5.5%");
    s.rule = NULL;
    is(yz_speak_code(&s, YZ_TEXT("a"), room), "one");
    yz_rules_free(rules);
    rules = load(FIRST, "yizhan-rules 1\ntext r.a \"丁\" \"later\"\ntext b \"戊\" \"new\"\n");
    s = speech_of(rules, NULL, "r", 0, false);
    is(yz_speak_code(&s, YZ_TEXT("a"), room), "later");
    is(yz_speak_code(&s, YZ_TEXT("b"), room), "new");
    yz_rules_free(rules);
    // The rule that said b is gone; the first file is still sound.
    rules = load(FIRST, "yizhan-rules 1\nrule r { decide serve\n need c as_of > 2024-01-01 }\n");
    cr_expect_eq(rules->text_count, 3);
    yz_rules_free(rules);
}

/* Whatever stands before it, so that the room ends in every place of a character. */
Test(speak, what_is_too_long_is_cut_between_characters) {
    static char text[400000];
    for (int b = 0; b < 8; b++) { // a word and its comma take eight bytes
        size_t at = (size_t)snprintf(text, sizeof text, HEAD "param p set { {");
        for (int i = 0; i < 700; i++)
            at += (size_t)snprintf(text + at, sizeof text - at, "%s\"天%c%c\"", i ? ", " : "",
                                   'a' + i % 26, 'a' + i / 26);
        snprintf(text + at, sizeof text - at,
                 "} from 2023-01-01 ref n/1 }\n" RULE "text a \"%.*s{p}\" \"{p}\"\n", b,
                 "xxxxxxxx");
        yz_rules *rules = load(text, NULL);
        yz_spoken room;
        yz_speech s = speech_of(rules, NULL, "r", 0, true);
        yz_text cut = yz_speak_code(&s, YZ_TEXT("a"), room);
        cr_expect_leq(cut.size, YZ_SPOKEN_BYTES_MAX);
        cr_expect_gt(cut.size, YZ_SPOKEN_BYTES_MAX - 3);
        cr_expect(yz_text_is_utf8(cut, NULL), "after %d", b);
        cr_expect_eq(memcmp(cut.bytes + cut.size - 3, "…", 3), 0);
        yz_rules_free(rules);
    }
}

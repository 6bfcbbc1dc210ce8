/* Words for people over the routes: eligibility, guides and who is near, under the notices of 2023
 * and one of 2024 on top. */
#include "house.h"

#include "engine/market/policy_view.h"
#include "net/api/policy_words.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define NEXT                                                                                       \
    "yizhan-rules 1\n"                                                                             \
    "notice gs2024 { number \"甘政办发〔2024〕9号\" issued 2024-03-01 level province }\n"   \
    "param m05b.valid window { true from 2023-01-01 to 2023-12-31 ref gs60/5.4\n"                  \
    "                          true from 2024-01-01 to 2024-12-31 ref gs2024/5 }\n"                \
    "param m05b.insured_months_min int { 1 from 2023-01-01 to 2023-12-31 ref gs60/5.2\n"           \
    "                                    3 from 2024-01-01 to 2024-12-31 ref gs2024/5 }\n"

static house h;

static void expect(reply r, int wanted, int line) {
    cr_assert_eq(r.status, wanted, "line %d: %d: %s", line, r.status,
                 r.body.size ? r.body.bytes : "");
}

static void expect_text(reply r, const char *text, bool wanted, int line) {
    cr_assert_eq(reply_has(&r, text), wanted, "line %d: %s %s in %s", line, wanted ? "no" : "a",
                 text, r.body.bytes);
}

#define EXPECT(r, wanted) expect(r, wanted, __LINE__)
#define EXPECT_HAS(r, text) expect_text(r, text, true, __LINE__)
#define EXPECT_LACKS(r, text) expect_text(r, text, false, __LINE__)

static reply get(const char *target) {
    return house_ask(&h, "GET", target, "", NULL);
}

static reply get_in(const char *language, const char *target) {
    char headers[80];
    snprintf(headers, sizeof headers, "Accept-Language: %s\r\n", language);
    return house_ask(&h, "GET", target, headers, NULL);
}

static void put_rules(const char *name, const char *text) {
    char target[100];
    snprintf(target, sizeof target, "/v1/policy/rules/%s", name);
    EXPECT(house_ask(&h, "PUT", target, "Content-Type: text/plain\r\n", text), 201);
}

static void put(const char *kind_and_id, const char *body) {
    char target[200];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s", kind_and_id);
    EXPECT(house_json(&h, "PUT", target, body), 201);
}

static void open_house(void) {
    static char text[1 << 19];
    FILE *file = fopen("datasets/policy/gansu-2023.rules", "rb");
    cr_assert_not_null(file);
    text[fread(text, 1, sizeof text - 1, file)] = '\0';
    fclose(file);
    house_init(&h);
    house_fill(&h);
    put_rules("a2023", text);
    put_rules("b2024", NEXT);
}

static void close_house(void) {
    cr_assert_eq(h.reads_open, 0);
    house_deinit(&h);
}

TestSuite(policy_words, .init = open_house, .fini = close_house);

// ---- why ----

static void hire(void) {
    put("employer/e-1", "{\"facts\":{\"employer\":{\"kind\":\"enterprise\"}}}");
    put("person/p-1",
        "{\"facts\":{\"person\":{\"birth_date\":\"2001-05-10\",\"graduate_kind\":\"general\","
        "\"graduation_date\":\"2024-06-30\"}}}");
    put("hire/h-1",
        "{\"person\":\"p-1\",\"employer\":\"e-1\",\"facts\":{\"hire\":{\"contract_kind\":"
        "\"part_time\",\"contract_start\":\"2024-07-01\",\"insurance\":[]}}}");
}

Test(policy_words, each_condition_and_reason_says_what_it_means_in_both_languages) {
    hire();
    reply r = get("/v1/policy/subjects/hire/h-1/eligibility?measure=m05b&on=2024-09-01");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"reasons\":[\"labour_contract\",\"insured_1m\"],\"reason_words\":[{\"code\":"
                  "\"labour_contract\",\"zh\":\"签订的是：劳动合同、劳务派遣劳动合同\",\"en\":"
                  "\"the contract is one of: labour contract, labour contract by dispatch\"},");
    EXPECT_HAS(r, "{\"code\":\"insured_1m\",\"zh\":\"自合同起始当月起，失业保险、工伤保险、"
                  "职工养老保险均足额缴费不少于 3 个月\"");
    EXPECT_HAS(r, "{\"code\":\"labour_contract\",\"words\":{\"zh\":\"签订的是：");
    EXPECT_HAS(r, "{\"name\":\"hire.contract_kind\",\"zh\":\"合同类型\",\"en\":\"kind of "
                  "contract\",\"value\":\"part_time\",\"value_words\":{\"zh\":\"非全日制用工\","
                  "\"en\":\"part time\"}}");
    r = get("/v1/policy/subjects/hire/h-1/eligibility?measure=m05a&on=2024-09-01");
    EXPECT_HAS(r, "\"reasons\":[\"out_of_window\"],\"reason_words\":[{\"code\":\"out_of_window\","
                  "\"zh\":\"不在政策执行期限内\",");
    // Expired: the dates of the window are there all the same.
    EXPECT_HAS(r, "\"valid\":{\"name\":\"m05a.valid\",\"value\":null,\"periods\":[{\"value\":true,"
                  "\"from\":\"2023-01-01\",\"to\":\"2023-12-31\",\"clause\":{\"notice\":\"gs60\"");
}

Test(policy_words, a_missing_fact_is_named) {
    put("employer/e-2", "{\"facts\":{\"employer\":{\"kind\":\"enterprise\",\"insured_start\":10,"
                        "\"insured_end\":10}}}");
    reply r = get("/v1/policy/subjects/employer/e-2/eligibility?measure=m01&on=2023-09-15");
    EXPECT_HAS(r, "\"missing_words\":[{\"code\":\"employer.ui_premium_yuan\",\"zh\":"
                  "\"上年度实际缴纳失业保险费\",\"en\":\"unemployment-insurance premium paid last "
                  "year\"}]");
    EXPECT_HAS(r, "{\"code\":\"missing:employer.ui_premium_yuan\",\"zh\":\"缺少：");
    r = house_json(&h, "POST", "/v1/policy/decide",
                   "{\"as_of\":\"2023-09-15\",\"measures\":[\"m12b\"],\"facts\":{\"cert\":{"
                   "\"issue_date\":\"2023-08-01\",\"kind\":\"other\",\"level\":9}}}");
    EXPECT_HAS(r, "\"zh\":\"证书等级在补贴范围内（3: 2000 元，4: 1500 元，5: 1000 元）\"");
}

// ---- guides ----

Test(policy_words, a_guide_rests_on_its_own_clauses_and_dates) {
    reply r = get("/v1/policy/guides/m05a");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"policy_basis\":[{\"notice\":\"gs60\",\"number\":\"甘政办发〔2023〕60号\","
                  "\"issuer\":\"甘肃省人民政府办公厅\",\"issued\":\"2023-07-25\",\"clauses\":[{"
                  "\"notice\":\"gs60\",\"number\":\"甘政办发〔2023〕60号\",\"measure\":2,"
                  "\"sentence\":3},");
    EXPECT_LACKS(r, "gs2024"); // it is not this measure's
    EXPECT_LACKS(r, "\"sil\"");
    r = get("/v1/policy/guides/m05b");
    EXPECT_HAS(r, "{\"notice\":\"gs2024\",\"number\":\"甘政办发〔2024〕9号\",\"issued\":"
                  "\"2024-03-01\",\"clauses\":[{\"notice\":\"gs2024\"");
    EXPECT_LACKS(r, "\"sil\"");
    EXPECT_HAS(r, "{\"name\":\"m05b.insured_months_min\",\"value\":null,\"periods\":[{\"value\":1,"
                  "\"from\":\"2023-01-01\",\"to\":\"2023-12-31\",");
    EXPECT_HAS(r, "{\"value\":3,\"from\":\"2024-01-01\",\"to\":\"2024-12-31\",");
    EXPECT_HAS(r, "不少于 1（2023-01-01至2023-12-31）、3（2024-01-01至2024-12-31） 个月");
    r = get("/v1/policy/guides/m15a");
    EXPECT_HAS(r, "{\"notice\":\"sil\",\"number\":\"中华人民共和国社会保险法\"");
    r = get("/v1/policy/guides/m09b"); // its window stands in an expression
    EXPECT_HAS(r, "\"measure\":9,\"sentence\":2");
}

Test(policy_words, a_guide_is_a_sheet_to_hand_out) {
    reply r = get_in("zh", "/v1/policy/guides/m05b?format=md");
    EXPECT(r, 200);
    EXPECT_HAS(r, "# 办事指南：一次性扩岗补助");
    EXPECT_HAS(r, "失业保险基金");
    EXPECT_HAS(r, "第5条第2句");
    EXPECT_HAS(r, "2024-01-01至2024-12-31");
    EXPECT_HAS(r, "每招用 1 人 1500 元");
    EXPECT_HAS(r, "（1）劳动合同");
    EXPECT_HAS(r, "（3）提出申请，交齐材料");
    EXPECT_HAS(r, "受理单位");
    EXPECT_LACKS(r, "three_classes");
    EXPECT_LACKS(r, "gs2024");
    r = get("/v1/policy/guides/m05b?format=md&lang=en");
    EXPECT_HAS(r, "# Service guide: One-off hiring-expansion subsidy");
    EXPECT_HAS(r, "unemployment-insurance fund");
    EXPECT_HAS(r, "1500 yuan for each person hired");
    EXPECT_HAS(get("/v1/policy/guides/m07?format=html&lang=zh"), "招录高校毕业生人数低于上年");
    EXPECT_HAS(get("/v1/policy/guides/m11a?format=txt&lang=zh"), "按有关规定核定");
    r = get("/v1/policy/guides/m02a?format=md&lang=zh");
    EXPECT_HAS(r, "提供的服务");
    EXPECT_HAS(r, "指定就业服务专员");
    EXPECT_LACKS(r, "提出申请");
    EXPECT(get("/v1/policy/guides/m05b?format=pdf"), 400);
    EXPECT(get("/v1/policy/guides/m05b?lang=fr"), 400);
}

// ---- near ----

Test(policy_words, near_names_the_fact_to_ask_for_even_where_the_amount_wants_it_too) {
    put("employer/e-2", "{\"division\":\"620502\",\"facts\":{\"employer\":{\"kind\":\"enterprise\","
                        "\"size\":\"small\",\"insured_start\":10,\"insured_end\":10}}}");
    // e-3: too many laid off. e-4: two conditions.
    put("employer/e-3", "{\"division\":\"620502\",\"facts\":{\"employer\":{\"kind\":\"enterprise\","
                        "\"size\":\"small\",\"insured_start\":100,\"insured_end\":50,"
                        "\"ui_premium_yuan\":1000}}}");
    put("employer/e-4", "{\"facts\":{\"employer\":{\"kind\":\"enterprise\"}}}");
    // e-5: the amount wants the size too.
    put("employer/e-5", "{\"facts\":{\"employer\":{\"kind\":\"enterprise\",\"insured_start\":10,"
                        "\"insured_end\":10}}}");
    reply r = get("/v1/policy/near?measure=m01&on=2023-09-15");
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"looked_at\":4,\"near\":3,");
    EXPECT_HAS(r,
               "{\"measure\":\"m01\",\"kind\":\"employer\",\"id\":\"e-3\",\"division\":\"620502\","
               "\"condition\":\"layoff_rate\",\"words\":{\"zh\":\"上年度裁员率不高于 5.5%；参保 30 "
               "人及以下的不高于 20%\",\"en\":\"laid off at most 5.5% last year; with 30 insured "
               "persons or fewer at most 20%\"},\"truth\":\"false\",\"missing\":[],"
               "\"missing_words\":[],\"decision\":\"grant\",\"amount_yuan\":600},{\"measure\":"
               "\"m01\",\"kind\":\"employer\",\"id\":\"e-2\",");
    EXPECT_HAS(r, "\"condition\":\"insured\",\"words\":{\"zh\":\"上年度实际缴纳了失业保险费\","
                  "\"en\":\"unemployment-insurance premium was paid last year\"},\"truth\":"
                  "\"unknown\",\"missing\":[\"employer.ui_premium_yuan\"],\"missing_words\":[{"
                  "\"code\":\"employer.ui_premium_yuan\",\"zh\":\"上年度实际缴纳失业保险费\",");
    EXPECT_HAS(r, "\"decision\":\"grant\",\"amount_yuan\":null}");
    EXPECT_HAS(r, "\"missing\":[\"employer.size\",\"employer.ui_premium_yuan\"]");
    EXPECT_LACKS(r, "e-4");
    r = get("/v1/policy/near?measure=m01&on=2024-09-15"); // expired
    EXPECT_HAS(r, "\"near\":0,\"items\":[]");
}

Test(policy_words, near_is_of_every_measure_and_a_sheet_too) {
    hire(); // m05b: two conditions; the firm: m02a and others by one
    put("employer/e-2", "{\"facts\":{\"employer\":{\"kind\":\"enterprise\",\"size\":\"small\","
                        "\"insured_start\":10,\"insured_end\":10}}}");
    reply r = get("/v1/policy/near?on=2023-09-15");
    EXPECT(r, 200);
    EXPECT_HAS(r, "{\"measure\":null,\"on\":\"2023-09-15\",\"looked_at\":4,");
    EXPECT_HAS(r, "{\"measure\":\"m01\",\"kind\":\"employer\",\"id\":\"e-2\",");
    EXPECT_HAS(r, "{\"measure\":\"m02a\",\"kind\":\"employer\",\"id\":\"e-2\",");
    r = get_in("zh", "/v1/policy/near?on=2023-09-15&format=csv");
    EXPECT(r, 200);
    EXPECT_HAS(r, "所差条件");
    EXPECT_HAS(r, "上年度实际缴纳了失业保险费,未知,上年度实际缴纳失业保险费,应享,");
    r = get_in("en", "/v1/policy/near?on=2023-09-15&format=csv&measure=m01");
    EXPECT_HAS(r, "facts to ask for");
    EXPECT_LACKS(r, "m02a");
    EXPECT(get("/v1/policy/near?format=xlsx"), 200);
    EXPECT(get("/v1/policy/near?format=csv&limit=100001"), 400);
    EXPECT(get("/v1/policy/near?limit=1001"), 400);
    EXPECT(get("/v1/policy/near?measure=m07"), 404); // a check: nobody is near it
}

Test(policy_names, every_kind_body_and_fund_has_its_words) {
    policy_name name;
    for (int kind = 0; kind < YZ_SUBJECT_KIND_COUNT; kind++) {
        yz_text zh = policy_kind_words(kind, true);
        cr_expect(zh.size > 0 && (unsigned char)zh.bytes[0] >= 0x80, "%s",
                  yz_subject_kind_name((yz_subject_kind)kind));
    }
    for (uint32_t i = 0; policy_body_at(i, &name) != NULL; i++)
        cr_expect((unsigned char)name.zh[0] >= 0x80 && name.en[0] != '\0');
    for (uint32_t i = 0; policy_fund_at(i, &name) != NULL; i++)
        cr_expect((unsigned char)name.zh[0] >= 0x80 && name.en[0] != '\0');
}

// ---- sheets ----

// What the server's finder does.
static void find_all(void) {
    yz_arena *arena = yz_arena_new(8u << 20);
    uint32_t rows[8], count;
    while ((count = yz_market_policy_due(h.market, rows, 8)) > 0)
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(arena);
            if (!yz_market_policy_look(h.market, rows[i], arena, &look)) continue;
            house_apply(&h,
                        (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
        }
    yz_arena_free(arena);
}

static void step(const char *members) {
    char body[300];
    snprintf(body, sizeof body, "{\"kind\":\"loan\",\"id\":\"l-1\",\"measure\":\"m11d\",%s}",
             members);
    EXPECT(house_json(&h, "POST", "/v1/policy/steps", body), 200);
}

Test(policy_words, the_list_and_the_ledger_say_kinds_and_reasons_in_words) {
    put("loan/l-1", "{\"facts\":{\"loan\":{\"kind\":\"startup_guarantee\",\"hardship_cause\":"
                    "\"natural_disaster\",\"trouble_temporary\":true,\"extension_applied_on\":"
                    "\"2023-09-01\",\"due\":\"2023-10-01\",\"new_due\":\"2024-03-01\"}}}");
    find_all();
    EXPECT_HAS(get_in("zh", "/v1/policy/list?format=csv"), ",贷款,");
    EXPECT_HAS(get_in("en", "/v1/policy/list?format=csv"), ",loan,");
    step("\"to\":\"notified\",\"source\":\"auto\"");
    step("\"to\":\"applied\",\"operator\":\"U1\"");
    step("\"to\":\"approved\",\"operator\":\"U1\",\"reviewer\":\"U2\"");
    EXPECT_HAS(get("/v1/policy/ledger"),
               "\"reasons\":[\"extension\"],\"reason_words\":[{\"code\":\"extension\",\"zh\":"
               "\"可办理展期\",\"en\":\"the loan may be extended\"}]");
    reply r = get_in("zh", "/v1/policy/ledger?format=csv");
    EXPECT_HAS(r, "理由");
    EXPECT_HAS(r, ",可办理展期,");
    EXPECT_HAS(get_in("en", "/v1/policy/ledger?format=csv"), ",the loan may be extended,");
}

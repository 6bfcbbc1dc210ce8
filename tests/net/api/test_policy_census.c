/* Series of facts: subjects put with their events as anybody would, and asked for. */
#include "house.h"

#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define EN "Accept-Language: en\r\n"
#define JSON EN "Content-Type: application/json\r\n"

static void put(house *h, const char *subject, const char *body) {
    char target[120];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s", subject);
    reply r = house_ask(h, "PUT", target, JSON, body);
    cr_assert(r.status == 201, "%s: %d %.*s", subject, r.status, (int)r.body.size, r.body.bytes);
}

static void has(house *h, const char *target, const char *wanted) {
    reply r = house_ask(h, "GET", target, EN, NULL);
    cr_assert(r.status == 200 && reply_has(&r, wanted), "%s: %d wants %s\n%.*s", target, r.status,
              wanted, (int)r.body.size, r.body.bytes);
}

static void is_refused(house *h, const char *method, const char *target, const char *body,
                       int status, const char *code, const char *where) {
    reply r = house_ask(h, method, target, body != NULL ? JSON : EN, body);
    cr_assert(r.status == status && reply_has(&r, code) && reply_has(&r, where), "%s: %d %.*s",
              target, r.status, (int)r.body.size, r.body.bytes);
}

#define EVENT(kind, day) "{\"kind\":\"" kind "\",\"date\":\"" day "\"}"
#define HELD(division, person, facts)                                                              \
    "{\"division\":\"" division "\",\"person\":\"" person "\",\"facts\":{" facts "}}"
#define AT(division, facts) "{\"division\":\"" division "\",\"facts\":{" facts "}}"

static void town(house *h) {
    house_init(h);
    house_fill(h);
    house_apply(h, (yz_command){.type = YZ_COMMAND_TICK});
    int64_t at_ms;
    cr_assert(yz_time_parse(YZ_TEXT("2025-12-31"), YZ_DAY_BEGIN, &at_ms));
    h->passed_ms += at_ms + YZ_DAY_MS / 2 - yz_market_time_ms(h->market);
    house_apply(h, (yz_command){.type = YZ_COMMAND_TICK});
    put(h, "household/z-1",
        AT("620502", "\"events\":[" EVENT("household_zero_opened", "2025-11-20") "," EVENT(
                         "household_zero_cleared", "2025-12-05") "]"));
    put(h, "household/z-2",
        AT("620503", "\"events\":[" EVENT("household_zero_opened", "2025-12-31") "]"));
    put(h, "blocked_point/b-1",
        AT("620502", "\"blocked_point\":{\"measure\":\"m12\",\"description\":\"材料重复提交\","
                     "\"owner\":\"秦州区人社局\"},\"events\":[" EVENT("blocked_point_opened",
                                                                      "2025-12-01") "]"));
    put(h, "employer/e-1",
        AT("620502", "\"employer\":{\"kind\":\"enterprise\",\"key_tags\":[\"key_industry\"],"
                     "\"specialist\":\"S-1\",\"insured_start\":200,\"insured_end\":189,"
                     "\"needs\":[{\"count\":5},{\"count\":2,\"met_on\":\"2025-12-02\"}]},"
                     "\"events\":[{\"kind\":\"service_given\",\"date\":\"2025-12-01\","
                     "\"service\":\"hiring_service\"},{\"kind\":\"rated\",\"date\":"
                     "\"2025-12-31\",\"value\":5}]"));
    put(h, "loan/l-1",
        AT("620502",
           "\"loan\":{\"kind\":\"startup_guarantee\",\"principal_yuan\":200000,"
           "\"due\":\"2025-12-30\"},\"events\":[" EVENT("loan_issued", "2025-12-01") "]"));
    put(h, "certificate/c-1",
        HELD("620503", "p-1",
             "\"cert\":{\"kind\":\"skill_level\",\"level\":3,\"occupation\":\"6-18\","
             "\"issue_date\":\"2025-12-31\"}"));
    put(h, "division/620502",
        AT("620502", "\"campaigns\":[{\"venue\":\"campus\",\"date\":\"2025-12-01\","
                     "\"reached\":120},{\"venue\":\"park\",\"date\":\"2025-11-30\"}]"));
    put(h, "posting/o-1",
        AT("620502", "\"posting\":{\"kind\":\"community_worker\",\"posted_on\":\"2025-12-01\","
                     "\"open_to_graduates\":true}"));
    put(h, "guide/g-1",
        AT("620502", "\"guide\":{\"measure\":\"m12\",\"online_full\":true,\"steps_before\":5,"
                     "\"steps_after\":2},\"events\":[" EVENT("guide_published", "2025-01-01") "]"));
}

#define S(ids) "/v1/policy/series?period=2025-12&series=" ids

Test(policy_census, counts_what_the_facts_say) {
    static house h;
    town(&h);
    has(&h, S("S10"),
        "\"total\":{\"S10\":{\"opened\":1,\"cleared\":1,\"open\":1,\"clearing\":{\"value\":50,"
        "\"numerator\":1,\"denominator\":2},\"days\":{\"value\":15,\"numerator\":15,"
        "\"denominator\":1}}}");
    has(&h, S("S10&division=6205"),
        "\"rows\":[{\"key\":\"620502\",\"name\":\"Qinzhou\",\"S10\":{\"opened\":0,\"cleared\":1,"
        "\"open\":0,\"clearing\":{\"value\":100,\"numerator\":1,\"denominator\":1}");
    has(&h, S("S10"),
        "\"series\":[\"S10\"],\"division\":\"\",\"period\":\"2025-12\",\"first\":\"2025-12-01\","
        "\"last\":\"2025-12-31\",\"provisional\":true,\"by\":\"division\"");
    has(&h, "/v1/policy/series?period=2025-11&series=S10,S34",
        "\"total\":{\"S10\":{\"opened\":1,\"cleared\":0,\"open\":1,\"clearing\":{\"value\":0,"
        "\"numerator\":0,\"denominator\":1},\"days\":{\"value\":null,\"numerator\":0,"
        "\"denominator\":0}},\"S34\":{\"ratings\":0,\"mean\":{\"value\":null");
    has(&h, S("S33"), "\"S33\":{\"opened\":1,\"resolved\":0,\"open\":1,\"days\":{\"value\":null");
    has(&h, S("S34"),
        "\"S34\":{\"ratings\":1,\"mean\":{\"value\":5,\"numerator\":5,\"denominator\":1},"
        "\"good\":{\"value\":100,\"numerator\":1,\"denominator\":1},\"response\":{\"value\":100,"
        "\"numerator\":1,\"denominator\":1}}");
    has(&h, S("S25"),
        "\"S25\":{\"insured\":1,\"within\":1,\"rebated\":0,\"persons\":189,\"covered\":0,"
        "\"change\":-11}");
    has(&h, S("S36&by=service"),
        "\"key\":\"hiring_service\",\"name\":\"help with hiring\",\"S36\":{\"employers\":0,"
        "\"specialist\":0,\"needs_open\":0,\"needs_met\":0,\"services\":1}}");
    has(&h, S("S36"),
        "\"total\":{\"S36\":{\"employers\":1,\"specialist\":1,\"needs_open\":5,\"needs_met\":2,"
        "\"services\":1}");
    has(&h, S("S23&by=product"),
        "\"key\":\"startup_guarantee\",\"name\":\"start-up guarantee loan\",\"S23\":{\"issued\":1,"
        "\"issued_yuan\":200000,\"extended\":0,\"overdue\":1,");
    has(&h, S("S24&by=level"), "\"key\":\"3\",\"name\":\"senior\",\"S24\":{\"issued\":1,");
    has(&h, S("S24&by=occupation"), "\"key\":\"6-18\",");
    has(&h, S("D06"),
        "\"D06\":{\"enterprise\":0,\"park\":0,\"campus\":1,\"community\":0,\"reached\":120}");
    has(&h, S("S11"),
        "\"S11\":{\"t01\":0,\"t02\":0,\"t03\":0,\"t04\":0,\"t05\":1,\"t05_total\":1,\"t06\":0,"
        "\"t07\":0}");
    has(&h, S("S26&by=measure"),
        "\"rows\":[{\"key\":\"m12\",\"name\":\"\",\"S26\":{\"published\":1,\"coverage\":{"
        "\"value\":100,\"numerator\":1,\"denominator\":1}");
    has(&h, S("S26"),
        "\"S26\":{\"published\":1,\"coverage\":{\"value\":5.56,\"numerator\":1,"
        "\"denominator\":18},\"guides\":1,\"online\":{\"value\":100,");
    reply r = house_ask(&h, "PUT", "/v1/divisions/620503", JSON, "{\"name\":{\"zh\":\"麦积区\"}}");
    cr_assert_lt(r.status, 300);
    has(&h, S("S26"), "\"coverage\":{\"value\":2.78,\"numerator\":1,\"denominator\":36}");
    has(&h, S("S26&division=620503"),
        "\"coverage\":{\"value\":0,\"numerator\":0,\"denominator\":18}");
    house_deinit(&h);
}

Test(policy_census, comes_as_a_table) {
    static house h;
    town(&h);
    has(&h, S("S10,S33&division=6205&format=csv"),
        "division,name,S10 opened,S10 cleared,S10 open at the end,S10 clearing rate,"
        "S10 mean days to clear,S33 opened,");
    has(&h, S("S10,S33&division=6205&format=csv"),
        "\"620502\",Qinzhou,0,1,0,100.00%,15.00,1,0,1,—");
    has(&h, S("S10,S33&division=6205&format=csv"), ",together,1,1,1,50.00%,15.00,1,0,1,—");
    reply r =
        house_ask(&h, "GET", S("S09,S20,S21,S22,S27,S28,S29,S30,S31,S32&format=xlsx"), EN, NULL);
    cr_assert(r.status == 200 && r.body.size > 1000 && r.body.bytes[0] == 'P');
    house_deinit(&h);
}

Test(policy_census, refuses_what_it_cannot_answer) {
    static house h;
    town(&h);
    is_refused(&h, "GET", S("S99"), NULL, 422, "unknown_series", "S99");
    is_refused(&h, "GET", S("S10,"), NULL, 422, "unknown_series", "");
    is_refused(&h, "GET", S(""), NULL, 422, "unknown_series", "");
    is_refused(&h, "GET", S("S10,S12"), NULL, 422, "series_apart", "S12");
    is_refused(&h, "GET", S("S10&by=measure"), NULL, 400, "bad_parameter", "by");
    is_refused(&h, "GET", S("S10&by=product"), NULL, 400, "bad_parameter", "by");
    is_refused(&h, "GET", S("S23,S24&by=level"), NULL, 400, "bad_parameter", "by");
    is_refused(&h, "GET", S("S10&measure=m01"), NULL, 400, "bad_parameter", "measure");
    is_refused(&h, "GET", "/v1/policy/series?series=S10&period=2026-01", NULL, 422, "not_begun",
               "2026-01");
    has(&h, S("S12,S15"), "\"by\":\"measure\"");
    house_deinit(&h);
}

Test(policy_census, events_are_refused_where_they_are_none) {
    static const struct {
        const char *subject, *events, *code, *where;
    } BAD[] = {
        {"person/p-1", EVENT("household_zero_opened", "2025-12-01"), "bad_event",
         "/facts/events/0/kind"},
        {"household/z-9", "{\"kind\":\"household_zero_opened\"}", "missing_field",
         "/facts/events/0/date"},
        {"household/z-9", "{\"kind\":\"household_opened\",\"date\":\"2025-12-01\"}", "bad_choice",
         "/facts/events/0/kind"},
        {"employer/e-9", "{\"kind\":\"rated\",\"date\":\"2025-12-01\",\"value\":6}", "out_of_range",
         "/facts/events/0/value"},
        {"person/p-1", EVENT("program_joined", "2025-12-01"), "missing_field",
         "/facts/events/0/program"},
        {"person/p-1", "{\"date\":\"2025-12-01\"}", "missing_field", "/facts/events/0/kind"},
    };
    static house h;
    town(&h);
    for (size_t i = 0; i < sizeof BAD / sizeof *BAD; i++) {
        char target[120], body[300];
        snprintf(target, sizeof target, "/v1/policy/subjects/%s", BAD[i].subject);
        snprintf(body, sizeof body, "{\"facts\":{\"events\":[%s]}}", BAD[i].events);
        is_refused(&h, "PUT", target, body, 422, BAD[i].code, BAD[i].where);
        is_refused(&h, "GET", target, NULL, 404, "unknown_subject", "");
    }
    house_deinit(&h);
}

static reply add(house *h, const char *subject, const char *headers, const char *events) {
    char target[120], body[300];
    snprintf(target, sizeof target, "/v1/policy/subjects/%s/events", subject);
    snprintf(body, sizeof body, "{\"events\":[%s]}", events);
    return house_ask(h, "POST", target, headers, body);
}

Test(policy_census, events_are_added_behind_those_that_are_there) {
    static house h;
    town(&h);
    cr_assert_eq(
        add(&h, "household/z-2", JSON, EVENT("household_zero_cleared", "2025-12-31")).status, 200);
    has(&h, "/v1/policy/subjects/household/z-2",
        "\"events\":[{\"kind\":\"household_zero_opened\",\"date\":\"2025-12-31\"},"
        "{\"kind\":\"household_zero_cleared\",\"date\":\"2025-12-31\"}]");
    has(&h, S("S10"), "\"total\":{\"S10\":{\"opened\":1,\"cleared\":2,\"open\":0,");
    put(&h, "person/p-1", AT("620502", "\"person\":{\"plan_id\":\"A-1\"}"));
    cr_assert_eq(add(&h, "person/p-1", JSON, EVENT("assistance_opened", "2025-12-02")).status, 200);
    has(&h, "/v1/policy/subjects/person/p-1", "\"plan_id\":\"A-1\"");
    has(&h, S("S20"),
        "\"total\":{\"S20\":{\"registered\":1,\"new\":1,\"planned\":1,\"followed\":1,");
    reply r = add(&h, "person/p-1", JSON "If-Match: \"1\"\r\n", EVENT("plan_made", "2025-12-03"));
    cr_assert(r.status == 412, "%d", r.status);
    is_refused(&h, "POST", "/v1/policy/subjects/person/p-9/events",
               "{\"events\":[" EVENT("plan_made", "2025-12-03") "]}", 404, "unknown_subject", "");
    is_refused(&h, "POST", "/v1/policy/subjects/person/p-1/events", "{}", 422, "missing_field",
               "/events");
    is_refused(&h, "POST", "/v1/policy/subjects/person/p-1/events",
               "{\"events\":[],\"person\":{\"plan_id\":\"B\"}}", 422, "unknown_field", "/person");
    is_refused(&h, "POST", "/v1/policy/subjects/person/p-1/events",
               "{\"events\":[" EVENT("loan_issued", "2025-12-03") "]}", 422, "bad_event",
               "/events/0/kind");
    house_deinit(&h);
}

#define TARGETS                                                                                    \
    "yizhan-rules 1\n"                                                                             \
    "notice n { level province }\n"                                                                \
    "param t01.target int { 365 from 2025-01-01 to 2025-12-31 ref n/13 }\n"                        \
    "param t05.target percent { 100% from 2025-01-01 ref n/8 }\n"                                  \
    "param t06.target int { 0 from 2025-01-01 ref n/14 }\n"

// As of the past no key is read: better no number than one that is too small.
Test(policy_census, is_refused_where_facts_are_withheld) {
    static house h;
    town(&h);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                                 .policy_put = {.subject = {YZ_SUBJECT_person, YZ_TEXT("p-7")},
                                                .owner = YZ_TEXT("p-7"),
                                                .division = YZ_TEXT("620503"),
                                                .sealed_tag = 7,
                                                .change_size = 40,
                                                .withheld = true}});
    is_refused(&h, "GET", S("S20"), NULL, 409, "facts_withheld", "");
    is_refused(&h, "POST", "/v1/policy/subjects/person/p-7/events",
               "{\"events\":[" EVENT("plan_made", "2025-12-03") "]}", 409, "facts_withheld", "");
    is_refused(&h, "GET", "/v1/reports/month/2025-12?division=6205", NULL, 409, "facts_withheld",
               "");
    has(&h, S("S20&division=620502"), "\"S20\":{"); // the person is not there
    has(&h, S("S26"), "\"S26\":{");                 // nor asked for
    house_deinit(&h);
}

Test(policy_census, stands_in_the_report_of_the_month) {
    static house h;
    town(&h);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                 .policy_rules = {YZ_TEXT("n"), YZ_TEXT(TARGETS), NULL}});
    const char *const csv = "/v1/reports/month/2025-12?division=6205&format=csv&lang=en";
    const char *const md = "/v1/reports/month/2025-12?division=6205&format=md&lang=zh";
    has(&h, csv, "this month,1,1,1,50.00%,15.00\r\nsince January,2,1,1,50.00%,15.00");
    has(&h, csv, "Table 4: internships (S09)");
    has(&h, csv, "Table 5: satisfaction (S34)");
    has(&h, csv, "this month,1,5.00,100.00%,100.00%");
    has(&h, csv, "this month,0,0,1,0,120\r\nsince January,0,1,1,0,120");
    has(&h, csv, "\"t01\",transfers of poverty-alleviated workers,365,0,0.00%,365,-365");
    has(&h, csv, "\"t05\",community postings open to graduates,1,1,100.00%,—,0");
    has(&h, csv, "\"t06\",open zero-employment households,0,0,—,—,0");
    has(&h, csv, "\"m12\",skills,0,1,");
    has(&h, csv, "\"620502\",Qinzhou,0,5,0,0,0");
    has(&h, csv, "\"6205\",together,0,5,0,0,1");
    has(&h, md, "零就业家庭清零率（S10）前列：1. 秦州区 100.00%（1 / 1）");
    has(&h, md, "落后于计划：脱贫劳动力输转（t01），累计 0，计划 365");
    has(&h, md, "堵点难点（S33）：本月新增 1 件，解决 0 件，未解决 1 件");
    has(&h, md, "未解决 30 天：m12，秦州区，材料重复提交；责任单位 秦州区人社局");
    has(&h, md, "办事指南（S26）：已发布 1 份，缺 17 项（应有 18 项）；内容缺项 1 份（d02），");
    has(&h, md, "按本年速度预计全年：脱贫劳动力输转（t01）0，目标 365，完成 0.00%");
    has(&h, "/v1/reports/month/2025-11?division=6205&format=csv&lang=en",
        "this month,1,0,1,0.00%,—\r\nsince January,1,0,1,0.00%,—");
    house_deinit(&h);
}

/* What the measures came to, in a town of four hires whose every day is known: by the route, and in
 * the report of the month. */
#include "house.h"

#include "engine/journal/bytes.h"
#include "engine/market/policy_view.h"
#include "engine/model/dates.h"
#include "engine/model/time.h"

#include <criterion/criterion.h>

#define EN "Accept-Language: en\r\n"

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { level province }\n"                                                                \
    "param m05a.valid window { true from 2025-01-01 to 2025-12-31 ref n/5 }\n"                     \
    "param m05a.amount yuan { 1000 yuan from 2025-01-01 ref n/5 }\n"                               \
    "rule m05a { name \"甲\" \"A\" area 2 subject hire bodies HRSS fund employment_subsidy\n"     \
    "  window hire.contract_start valid m05a.valid\n"                                              \
    "  need youth age(person.birth_date, hire.contract_start) <= 24\n"                             \
    "  decide grant amount m05a.amount group hire_onetime person.id }\n"                           \
    "rule m14a { name \"乙\" \"B\" area 4 subject person bodies HRSS\n"                           \
    "  need older age(person.birth_date, as_of) >= 50\n"                                           \
    "  decide serve reason make_plan when not known(person.plan_id) }\n"                           \
    "check F21 { name \"童工\" \"Minor\" severity hold\n"                                        \
    "  when age(person.birth_date, hire.contract_start) < 16 }\n"

// ---- the town ----

static void put(house *h, yz_subject_kind kind, const char *id, const char *person,
                const char *division, yz_object object, uint32_t field, int32_t day) {
    int64_t memory[1 + 64] = {0};
    yz_row *row = (yz_row *)memory;
    yz_facts_change change = {0};
    yz_bytes bytes;
    cr_assert_leq(yz_row_size(object), sizeof memory);
    row->known = UINT64_C(1) << field;
    row->values[field] = day;
    change.given.objects[object] = row;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    cr_assert(yz_facts_change_encode(&change, &bytes));
    bool is_hire = kind == YZ_SUBJECT_hire;
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {(uint8_t)kind, yz_text_of(id)},
                                   .person = yz_text_of(person),
                                   .employer = is_hire ? YZ_TEXT("e-1") : YZ_TEXT(""),
                                   .division = yz_text_of(division),
                                   .change = {(char *)bytes.bytes, (uint32_t)bytes.size}}};
    yz_market_policy_put_fill(h->market, &c.policy_put);
    house_apply(h, c);
    yz_bytes_deinit(&bytes);
}

static void person(house *h, const char *id, int32_t year) {
    put(h, YZ_SUBJECT_person, id, "", "620502", YZ_OBJECT_person, yz_field_person_birth_date,
        yz_days(year, 5, 10));
}

static void hire(house *h, const char *id, const char *of, const char *division) {
    put(h, YZ_SUBJECT_hire, id, of, division, YZ_OBJECT_hire, yz_field_hire_contract_start,
        yz_days(2025, 7, 1));
}

static void find_all(house *h) {
    uint32_t rows[8], count;
    yz_arena *arena = yz_arena_new(32u << 20);
    while ((count = yz_market_policy_due(h->market, rows, 8)) > 0 ||
           yz_market_policy_is_anybody_due(h->market))
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(arena);
            if (!yz_market_policy_look(h->market, rows[i], arena, &look)) continue;
            house_apply(h, (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
        }
    yz_arena_free(arena);
}

// On the day of that name, which is not before the last one.
static void on_day(house *h, const char *day) {
    int64_t at_ms;
    cr_assert(yz_time_parse(yz_text_of(day), YZ_DAY_BEGIN, &at_ms));
    h->passed_ms += at_ms + YZ_DAY_MS / 2 - yz_market_time_ms(h->market);
    house_apply(h, (yz_command){.type = YZ_COMMAND_TICK});
    find_all(h);
}

static void step(house *h, const char *hire_id, yz_entry_state to) {
    yz_arena *arena = yz_arena_new(8u << 20);
    yz_policy_step s = {.subject = {YZ_SUBJECT_hire, yz_text_of(hire_id)},
                        .measure = YZ_TEXT("m05a"),
                        .to = (uint8_t)to,
                        .channel = to == YZ_ENTRY_NOTIFIED ? YZ_NOTICE_MESSAGE : 0,
                        .officer = YZ_TEXT("U1"),
                        .reviewer = YZ_TEXT("U2")};
    yz_market_policy_step_look(h->market, yz_day_at(yz_market_time_ms(h->market)), arena, &s);
    house_apply(h, (yz_command){.type = YZ_COMMAND_POLICY_STEP, .policy_step = s});
    yz_arena_free(arena);
}

static void town(house *h) {
    house_init(h);
    house_fill(h);
    house_apply(h, (yz_command){.type = YZ_COMMAND_TICK});
    on_day(h, "2025-11-26");
    house_apply(h, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                .policy_rules = {YZ_TEXT("n"), YZ_TEXT(RULES), NULL}});
    person(h, "p-1", 2003);
    person(h, "p-2", 2003);
    person(h, "p-3", 2003);
    person(h, "p-4", 2003);
    person(h, "p-5", 1970);
    hire(h, "h-1", "p-1", "620502");
    hire(h, "h-2", "p-2", "620502");
    hire(h, "h-3", "p-3", "620503");
    hire(h, "h-4", "p-4", "610102");
    find_all(h);
    house_apply(h, (yz_command){.type = YZ_COMMAND_POLICY_BUDGET,
                                .policy_budget = {YZ_TEXT("employment_subsidy"), YZ_TEXT("6205"),
                                                  2025, 500000}});
    on_day(h, "2025-11-28");
    step(h, "h-1", YZ_ENTRY_NOTIFIED);
    step(h, "h-1", YZ_ENTRY_APPLIED);
    on_day(h, "2025-12-01");
    step(h, "h-1", YZ_ENTRY_APPROVED);
    step(h, "h-2", YZ_ENTRY_AUTO);
    on_day(h, "2025-12-06");
    step(h, "h-1", YZ_ENTRY_PAID); // after 10 days
    on_day(h, "2025-12-26");
    step(h, "h-2", YZ_ENTRY_PAID); // after 30
    on_day(h, "2025-12-31");
}

static void has(house *h, const char *target, const char *wanted) {
    reply r = house_ask(h, "GET", target, EN, NULL);
    cr_assert(r.status == 200 && reply_has(&r, wanted), "%s: %d wants %s\n%.*s", target, r.status,
              wanted, (int)r.body.size, r.body.bytes);
}

static void refused(house *h, const char *target, int status, const char *code) {
    reply r = house_ask(h, "GET", target, EN, NULL);
    cr_assert(r.status == status && reply_has(&r, code), "%s: %d %.*s", target, r.status,
              (int)r.body.size, r.body.bytes);
}

#define DECEMBER                                                                                   \
    "\"eligible\":3,\"reached\":2,\"reach\":66.67,\"money_reach\":66.67,\"payments\":2,"           \
    "\"paid_yuan\":2000,\"employers\":1,\"persons\":2,\"automatic\":1,\"automatic_share\":"        \
    "50,\"median\":10,\"p90\":30,\"within_15\":1,\"within_15_share\":50,\"found\":0,"              \
    "\"notified\":0,\"notified_7\":0,\"notified_7_share\":null,\"acted\":0,\"notified_screen\":0," \
    "\"notified_message\":0,\"notified_visit\":0,\"decided\":2,"

Test(policy_series, are_those_of_a_town_whose_days_are_known) {
    static house h;
    town(&h);
    const char *const dec = "/v1/policy/series?division=6205&period=2025-12";
    has(&h, dec, "\"key\":\"m05a\",\"name\":\"A\"," DECEMBER);
    has(&h, dec,
        "\"open\":1,\"unnotified\":1,\"granted\":1,\"granted_yuan\":1000,"
        "\"unpaid_30\":1,\"unpaid_30_yuan\":1000,\"alerts\":0");
    has(&h, dec,
        "\"first\":\"2025-12-01\",\"last\":\"2025-12-31\",\"provisional\":true,"
        "\"by\":\"measure\"");
    has(&h, dec, "\"total\":{" DECEMBER "\"open\":2,");
    has(&h, dec,
        "\"day\":365,\"days\":365,\"budgets\":[{\"fund\":\"employment_subsidy\","
        "\"division\":\"6205\",\"budget_yuan\":5000,\"paid_yuan\":2000,"
        "\"executed\":40}]");
    has(&h, "/v1/policy/series?division=6205&period=2025-11&measure=m05a",
        "\"eligible\":3,\"reached\":0,\"reach\":0,");
    has(&h, "/v1/policy/series?division=6205&period=2025-11&measure=m05a",
        "\"median\":null,\"p90\":null,\"within_15\":0,\"within_15_share\":null,\"found\":3,"
        "\"notified\":1,\"notified_7\":1,\"notified_7_share\":33.33,\"acted\":1,"
        "\"notified_screen\":0,\"notified_message\":1,\"notified_visit\":0,\"decided\":0,"
        "\"open\":3,\"unnotified\":2,\"granted\":3,");
    has(&h, "/v1/policy/series?period=2025", "\"total\":{\"eligible\":4,\"reached\":2,");
    has(&h, "/v1/policy/series?period=total", "\"total\":{\"eligible\":4,\"reached\":2,");
    has(&h, "/v1/policy/series?period=2025-12-06",
        "\"key\":\"m05a\",\"name\":\"A\",\"eligible\":4,\"reached\":1,\"reach\":25,");
    has(&h, "/v1/policy/series?division=6205&by=division",
        "{\"key\":\"620503\",\"name\":\"\",\"eligible\":1,\"reached\":0,");
    has(&h, "/v1/policy/series?by=division", "{\"key\":\"61\",\"name\":\"\",\"eligible\":1,");
    has(&h, "/v1/policy/series?by=fund",
        "{\"key\":\"employment_subsidy\",\"name\":\"\","
        "\"eligible\":4,\"reached\":2,\"reach\":50,");
    has(&h, "/v1/policy/series?by=fund&format=csv",
        "\"employment_subsidy\",,4,2,50.00%,50.00%,2,2000.00,1,2,1,50.00%,10,30,1,50.00%,");
    has(&h, "/v1/policy/series?by=fund&format=csv",
        "\"employment_subsidy\",\"6205\",5000.00,2000.00,40.00%,100.00%");
    reply r = house_ask(&h, "GET", "/v1/policy/series?format=xlsx", EN, NULL);
    cr_assert(r.status == 200 && r.body.size > 1000 && r.body.bytes[0] == 'P');
    house_deinit(&h);
}

Test(policy_series, refuse_what_they_cannot_answer) {
    static house h;
    town(&h);
    refused(&h, "/v1/policy/series?by=person", 400, "bad_parameter");
    refused(&h, "/v1/policy/series?measure=m05", 404, "there are: m05a m14a;");
    refused(&h, "/v1/policy/series?measure=", 404, "unknown_measure");
    refused(&h, "/v1/policy/series?period=now", 400, "bad_parameter");
    refused(&h, "/v1/policy/series?period=2025-13", 400, "bad_parameter");
    refused(&h, "/v1/policy/series?period=2025-12-01T06%2B08:00", 400, "bad_parameter");
    refused(&h, "/v1/policy/series?period=2026-01", 422, "not_begun");
    refused(&h, "/v1/policy/series?division=99", 422, "unknown_division");
    refused(&h, "/v1/policy/series?format=doc", 400, "bad_parameter");
    refused(&h, "/v1/policy/series?k=1", 400, "unknown_parameter");
    house_deinit(&h);
}

Test(policy_series, stand_in_the_report_of_the_month) {
    static house h;
    town(&h);
    const char *const csv = "/v1/reports/month/2025-12?division=6205&format=csv&lang=en";
    const char *const md = "/v1/reports/month/2025-12?division=6205&format=md&lang=zh";
    has(&h, csv, "\"m05\",one-off hiring subsidies,1,0,3,0,2,66.67%,0.20,0.20,10");
    has(&h, csv, "\"m14\",help for people who find it hard to get work,1,0,0,0,0,—,0.00,0.00,—");
    has(&h, csv, "\"m05a\",A,1,2,0.20");
    has(&h, md, "S12 政策兑现率：66.67%（2 / 3），按金额 66.67%。");
    has(&h, md,
        "S14 兑现时长：中位 10 天，九成在 30 天内，15天内占 50.00%；S13 非申即享率 50.00%。");
    has(&h, md, "S15 兑现金额：2 笔、0.20 万元，惠及 1 户用人单位、2 人；本年累计 0.20 万元。");
    has(&h, md, "应享未推送（d03）：2 条，名单共 2 条");
    has(&h, md, "应付未付超30天：1 条，0.10 万元");
    has(&h, md, "预算执行滞后（S17）");
    has(&h, md, "执行 40.00%；时间进度 100.00%");
    has(&h, md, "本月无进展的措施：m14 困难人员就业帮扶");
    has(&h, md, "规则版本 ");
    has(&h, md, "政策兑现率（S12）前列：1. ");
    has(&h, md, " 100.00%（2 / 2）");
    has(&h, md, "中位 10 天（2 笔）");
    has(&h, csv, "\"S35\",Policy finds people,");
    has(&h, "/v1/reports/month/2025-11?division=6205&format=md&lang=zh",
        "S35 政策找人：新发现 4 条，推送 1 条，新发现中7天内推送 25.00%，推送后办理 1 条。");
    house_deinit(&h);
}

// S16 by check: h-3 is a minor, found so on the 31st, after h-1 and h-2 were paid; then h-1 is,
// too, which is confirmed.
Test(policy_series, count_alerts_by_check_and_what_they_hold_and_bring_back) {
    static house h;
    town(&h);
    has(&h, "/v1/policy/series?period=2025-12", "\"checks\":[{\"raised\":0,\"open\":0,");
    person(&h, "p-3", 2011);
    person(&h, "p-1", 2011);
    find_all(&h);
    has(&h, "/v1/policy/series?period=2025-12",
        "{\"check\":\"F21\",\"raised\":2,\"open\":2,\"confirmed\":0,\"dismissed\":0,\"held_yuan\":"
        "1000,"
        "\"clawback_yuan\":0,\"refunded_yuan\":0,\"owed_yuan\":0}]");
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_ALERT,
                                 .policy_alert = {{YZ_SUBJECT_hire, YZ_TEXT("h-1")},
                                                  YZ_TEXT("F21"),
                                                  YZ_ALERT_CONFIRMED,
                                                  YZ_TEXT("U1"),
                                                  YZ_TEXT("U2"),
                                                  YZ_TEXT("")}});
    uint64_t row = yz_ledger_count(yz_market_ledger(h.market));
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_REFUND,
                                 .policy_refund = {row, 30000, YZ_TEXT("U1"), YZ_TEXT(""),
                                                   YZ_TEXT("R-1"), YZ_TEXT("")}});
    has(&h, "/v1/policy/series?period=2025-12",
        "\"checks\":[{\"raised\":2,\"open\":1,\"confirmed\":1,\"dismissed\":0,\"held_yuan\":1000,"
        "\"clawback_yuan\":1000,\"refunded_yuan\":300,\"owed_yuan\":700},{\"check\":\"F21\",");
    has(&h, "/v1/policy/series?period=2025-12&division=620502",
        "\"raised\":1,\"open\":0,\"confirmed\":1,\"dismissed\":0,\"held_yuan\":0,");
    has(&h, "/v1/policy/series?period=2025-12&format=csv", "S16: suspected fraud");
    has(&h, "/v1/reports/month/2025-12?division=6205&format=md&lang=en",
        "Suspected fraud (F21): 2 raised, 1 open, 1 confirmed, 0 dismissed; held 0.10, refunded "
        "0.03 (10,000 yuan)");
    house_deinit(&h);
}

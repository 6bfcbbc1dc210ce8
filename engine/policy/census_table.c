/* The series of the census as a table: what counts for them, and what is told of them. */
#include "engine/policy/census_inner.h"

#include "engine/base/check.h"

#define K(kind) (1u << YZ_SUBJECT_##kind)
#define S(series) (1u << YZ_CENSUS_##series)
#define ANY ((1u << YZ_SUBJECT_KIND_COUNT) - 1)

const census_counted CENSUS_COUNTERS[] = {
    {S(S09), K(batch), census_interns},
    {S(S09) | S(S11), K(posting), census_internship_posts},
    {S(S09), K(employer), census_internship_pay},
    {S(S10), K(household), census_households},
    {S(S11), K(hire), census_target_hires},
    {S(S11), K(household), census_target_households},
    {S(S11), ANY, census_active},
    {S(S20), K(person), census_assisted},
    {S(S21) | S(S11), K(transfer), census_transfers},
    {S(S22) | S(S11), K(person), census_graduates},
    {S(S22) | S(S11), K(hire), census_grassroots_hires},
    {S(S23), K(loan), census_loans},
    {S(S23), K(employer), census_referred},
    {S(S24), K(certificate), census_certs},
    {S(S24), K(person), census_upgrades},
    {S(S25), K(employer), census_insured},
    {S(S26), K(guide), census_guides},
    {S(S27), K(employer), census_entities},
    {S(S27), K(posting), census_entity_posts},
    {S(S27), K(hire), census_entity_hires},
    {S(S28), K(hire), census_state_hires},
    {S(S29), K(posting), census_public_posts},
    {S(S29), K(hire), census_public_hires},
    {S(S29), K(organisation), census_organisations},
    {S(S30), K(posting), census_grassroots_posts},
    {S(S30), K(person), census_joined},
    {S(S31) | S(S11), K(posting), census_community_posts},
    {S(S32), K(person), census_living},
    {S(S33), K(blocked_point), census_blocked},
    {S(S34), ANY, census_ratings},
    {S(S36), K(employer), census_key_employers},
    {S(D06), K(division), census_visits},
};
const uint32_t CENSUS_COUNTER_COUNT = sizeof CENSUS_COUNTERS / sizeof *CENSUS_COUNTERS;

#define NOTHING YZ_CENSUS_NOTHING
#define COUNT(series, key, zh, en, of)                                                             \
    { YZ_CENSUS_##series, key, zh, en, YZ_CENSUS_IS_COUNT, YZ_CENSUS_##of, NOTHING, NOTHING }
#define FEN(series, key, zh, en, of)                                                               \
    { YZ_CENSUS_##series, key, zh, en, YZ_CENSUS_IS_FEN, YZ_CENSUS_##of, NOTHING, NOTHING }
#define SHARE(series, key, zh, en, of, to)                                                         \
    { YZ_CENSUS_##series, key, zh, en, YZ_CENSUS_IS_SHARE, YZ_CENSUS_##of, YZ_CENSUS_##to, NOTHING }
#define MEAN(series, key, zh, en, of, to)                                                          \
    { YZ_CENSUS_##series, key, zh, en, YZ_CENSUS_IS_MEAN, YZ_CENSUS_##of, YZ_CENSUS_##to, NOTHING }

static const yz_census_metric METRICS[] = {
    COUNT(S09, "posts", "见习岗位", "internship posts", internship_posts),
    COUNT(S09, "in_place", "期末在见习", "in place at the end", interns_in_place),
    COUNT(S09, "finished", "见习结束", "finished", interns_finished),
    COUNT(S09, "retained", "留用", "retained", interns_retained),
    SHARE(S09, "retention", "留用率", "retention", interns_retained, interns_finished),
    COUNT(S09, "early", "提前签约", "early contracts", interns_early),
    FEN(S09, "paid_yuan", "见习补贴", "paid", internship_fen),
    COUNT(S10, "opened", "新增", "opened", households_opened),
    COUNT(S10, "cleared", "清零", "cleared", households_cleared),
    COUNT(S10, "open", "期末未清零", "open at the end", households_open),
    {YZ_CENSUS_S10, "clearing", "清零率", "clearing rate", YZ_CENSUS_IS_SHARE,
     YZ_CENSUS_households_cleared, YZ_CENSUS_households_at_start, YZ_CENSUS_households_opened},
    MEAN(S10, "days", "平均清零天数", "mean days to clear", households_days, households_cleared),
    COUNT(S11, "t01", "t01 脱贫劳动力输转", "t01 transfers", transferred),
    COUNT(S11, "t02", "t02 见习岗位", "t02 internship posts", internship_posts),
    COUNT(S11, "t03", "t03 到基层就业", "t03 grassroots", graduates_grassroots),
    COUNT(S11, "t04", "t04 省属国企招用毕业生", "t04 graduates of provincial enterprises",
          targets_provincial),
    COUNT(S11, "t05", "t05 社区岗位开放", "t05 community postings open", community_open),
    COUNT(S11, "t05_total", "t05 社区岗位", "t05 community postings", community_postings),
    COUNT(S11, "t06", "t06 零就业家庭", "t06 open households", targets_households),
    COUNT(S11, "t07", "t07 有进展的措施", "t07 measures with activity", targets_measures),
    COUNT(S20, "registered", "期末在册", "in the register at the end", assisted),
    COUNT(S20, "new", "新增", "new", assisted_new),
    COUNT(S20, "planned", "有帮扶方案", "with a plan", assisted_planned),
    COUNT(S20, "followed", "按期回访", "followed up in time", assisted_followed),
    COUNT(S20, "placed", "实现就业", "placed", assisted_placed),
    SHARE(S20, "placement", "帮扶就业率", "placement rate", assisted_placed, assisted_ever),
    COUNT(S21, "active", "在外在岗", "active", transferred),
    COUNT(S21, "new", "新增", "new", transferred_new),
    SHARE(S21, "organised", "有组织占比", "organised", transferred_organised, transferred),
    SHARE(S21, "local", "就地就近占比", "local", transferred_local, transferred),
    SHARE(S21, "outside", "省外占比", "outside the province", transferred_outside, transferred),
    COUNT(S22, "idle", "离校2年内未就业", "left school within 2 years, not in work",
          graduates_idle),
    COUNT(S22, "of_year", "本年毕业生", "graduates of the year", graduates_of_year),
    SHARE(S22, "destination", "去向登记率", "destination registered", graduates_registered,
          graduates_of_year),
    COUNT(S22, "placed", "实现就业", "placed", graduates_placed),
    COUNT(S22, "grassroots", "到基层就业", "grassroots", graduates_grassroots),
    COUNT(S23, "issued", "放贷笔数", "loans", loans_issued),
    FEN(S23, "issued_yuan", "放贷金额", "lent", loans_fen),
    COUNT(S23, "extended", "展期", "extended", loans_extended),
    COUNT(S23, "overdue", "期末逾期", "overdue at the end", loans_overdue),
    COUNT(S23, "written_off", "核销", "written off", loans_written_off),
    COUNT(S23, "referred", "推荐企业", "employers referred", loans_referred),
    COUNT(S23, "served", "已服务企业", "employers served", loans_served),
    COUNT(S24, "issued", "发证", "certificates issued", certs_issued),
    COUNT(S24, "paid", "技能提升补贴笔数", "m12b payments", upgrades),
    FEN(S24, "paid_yuan", "技能提升补贴", "m12b paid", upgrades_fen),
    COUNT(S24, "persons", "补贴人数", "m12b persons", upgrades_persons),
    COUNT(S24, "capped", "已达年度三次上限", "persons at the cap of the year", upgrades_capped),
    COUNT(S25, "insured", "参保单位", "employers insured", employers_insured),
    COUNT(S25, "within", "符合裁员率标准", "within the layoff standard", employers_within),
    COUNT(S25, "rebated", "返还单位", "employers rebated", employers_rebated),
    COUNT(S25, "persons", "参保职工", "persons insured", insured_persons),
    COUNT(S25, "covered", "返还惠及职工", "persons covered by rebates", insured_covered),
    COUNT(S25, "change", "参保职工净增", "net change of persons insured", insured_change),
    COUNT(S26, "published", "已发布事项", "measures with a guide", guides_of_measures),
    SHARE(S26, "coverage", "指南发布率", "published of 18 a division", guides_of_measures,
          guides_wanted),
    COUNT(S26, "guides", "指南", "guides", guides),
    SHARE(S26, "online", "全程网办率", "fully online", guides_online, guides),
    MEAN(S26, "steps_before", "原平均环节", "mean steps before", guides_steps_before, guides_steps),
    MEAN(S26, "steps", "现平均环节", "mean steps", guides_steps_after, guides_steps),
    MEAN(S26, "materials_before", "原平均材料", "mean papers before", guides_materials_before,
         guides_materials),
    MEAN(S26, "materials", "现平均材料", "mean papers", guides_materials_after, guides_materials),
    MEAN(S26, "days_before", "原平均时限", "mean days before", guides_days_before, guides_days),
    MEAN(S26, "days", "现平均时限", "mean days", guides_days_after, guides_days),
    COUNT(S26, "wanting", "内容缺项", "with a part missing", guides_wanting),
    COUNT(S26, "heavier", "索要报到证或负担增加", "asking for more than before", guides_heavier),
    COUNT(S27, "new", "新设主体", "new entities", entities_new),
    COUNT(S27, "openings", "发布岗位", "openings they posted", entities_openings),
    COUNT(S27, "hired", "招用人数", "persons they hired", entities_hired),
    COUNT(S28, "graduates", "国企招用毕业生", "graduates hired", state_graduates),
    COUNT(S29, "openings", "公布岗位", "posts announced", public_openings),
    COUNT(S29, "hired", "录用", "hired", public_hired),
    COUNT(S29, "graduates", "其中毕业生", "of those graduates", public_graduates),
    COUNT(S29, "hired_before", "上年同期录用", "hired a year before", public_hired_before),
    COUNT(S29, "graduates_before", "上年同期毕业生", "graduates a year before",
          public_graduates_before),
    COUNT(S29, "said", "单位填报本年毕业生", "graduates this year, as told", public_said),
    COUNT(S29, "said_before", "单位填报上年毕业生", "graduates last year, as told",
          public_said_before),
    COUNT(S30, "openings", "基层岗位", "posts", grassroots_openings),
    COUNT(S30, "joined", "参加项目", "joined", grassroots_joined),
    COUNT(S30, "graduates", "其中毕业生", "of those graduates", grassroots_graduates),
    COUNT(S31, "postings", "社区工作者岗位", "community postings", community_postings),
    COUNT(S31, "open", "面向毕业生开放", "open to graduates", community_open),
    SHARE(S31, "share", "开放率", "share open", community_open, community_postings),
    COUNT(S32, "benefit", "领失业保险金", "on benefit", benefit_persons),
    COUNT(S32, "medical", "代缴医保", "medical paid", medical_persons),
    COUNT(S32, "migrant", "农民工一次性补助", "migrant one-off", migrant_persons),
    COUNT(S32, "shared", "转送民政", "shared with civil affairs", shared_persons),
    COUNT(S32, "price", "价格补贴人数", "price subsidy persons", price_persons),
    FEN(S32, "price_yuan", "价格补贴", "price subsidy", price_fen),
    COUNT(S33, "opened", "新增", "opened", blocked_opened),
    COUNT(S33, "resolved", "解决", "resolved", blocked_resolved),
    COUNT(S33, "open", "期末未解决", "open at the end", blocked_open),
    MEAN(S33, "days", "平均解决天数", "mean days to resolve", blocked_days, blocked_resolved),
    COUNT(S34, "ratings", "评价数", "ratings", ratings),
    MEAN(S34, "mean", "平均分", "mean", ratings_sum, ratings),
    SHARE(S34, "good", "4分及以上占比", "share of 4 and 5", ratings_good, ratings),
    SHARE(S34, "response", "评价率", "response rate", ratings, ratings_asked),
    COUNT(S36, "employers", "重点企业", "key employers", key_employers),
    COUNT(S36, "specialist", "有服务专员", "with a specialist", key_with_specialist),
    COUNT(S36, "needs_open", "未满足需求人数", "needs open", needs_open),
    COUNT(S36, "needs_met", "满足需求人数", "needs met", needs_met),
    COUNT(S36, "services", "服务次数", "services given", services),
    COUNT(D06, "enterprise", "进企业", "enterprises", visits_enterprise),
    COUNT(D06, "park", "进园区", "parks", visits_park),
    COUNT(D06, "campus", "进校园", "campuses", visits_campus),
    COUNT(D06, "community", "进社区（村）", "communities", visits_community),
    COUNT(D06, "reached", "覆盖人数", "people reached", visits_reached),
};

uint32_t yz_census_metrics(const yz_census_metric **metrics) {
    *metrics = METRICS;
    return sizeof METRICS / sizeof *METRICS;
}

uint32_t yz_census_breakdowns(yz_census_series series) {
    uint32_t by = 1u << YZ_CENSUS_BY_DIVISION;
    switch (series) {
    case YZ_CENSUS_S23: return by | 1u << YZ_CENSUS_BY_PRODUCT;
    case YZ_CENSUS_S24: return by | 1u << YZ_CENSUS_BY_LEVEL | 1u << YZ_CENSUS_BY_OCCUPATION;
    case YZ_CENSUS_S26: return by | 1u << YZ_CENSUS_BY_MEASURE;
    case YZ_CENSUS_S28: return by | 1u << YZ_CENSUS_BY_LEVEL;
    case YZ_CENSUS_S30: return by | 1u << YZ_CENSUS_BY_PROGRAM;
    case YZ_CENSUS_S36: return by | 1u << YZ_CENSUS_BY_SERVICE;
    default: return by;
    }
}

const char *yz_census_series_name(yz_census_series series) {
    static const char *const NAMES[] = {
#define X(id) #id,
        YZ_CENSUS_SERIES(X)
#undef X
    };
    yz_check(series < YZ_CENSUS_SERIES_COUNT);
    return NAMES[series];
}

const char *yz_census_by_name(yz_census_by by) {
    static const char *const NAMES[] = {"division", "product", "level",  "occupation",
                                        "program",  "service", "measure"};
    yz_check(by < YZ_CENSUS_BY_COUNT);
    return NAMES[by];
}

__extension__ typedef __int128 wide;

// In 1/100, half up; of what is negative half away from 0.
static int64_t hundredths(int64_t part, int64_t whole, int64_t times) {
    wide doubled = (wide)200 * times * part;
    wide half = part < 0 ? -(wide)whole : (wide)whole;
    return (int64_t)((doubled + half) / (2 * (wide)whole));
}

bool yz_census_value(const yz_census_metric *m, const yz_census_row *row, int64_t *value) {
    *value = row->counts[m->of];
    if (m->shape == YZ_CENSUS_IS_COUNT || m->shape == YZ_CENSUS_IS_FEN) return true;
    int64_t whole = row->counts[m->to] + (m->also >= 0 ? row->counts[m->also] : 0);
    if (whole <= 0) return false;
    *value = hundredths(*value, whole, m->shape == YZ_CENSUS_IS_SHARE ? 100 : 1);
    return true;
}

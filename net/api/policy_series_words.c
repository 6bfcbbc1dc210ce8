#include "net/api/policy_series_words.h"

#include "engine/base/check.h"

#define T(literal)                                                                                 \
    { (literal), (uint32_t)(sizeof(literal) - 1) }
#define SPEC(id) T("policy/SPEC.md 10.2 " id)
#define PERIODS                                                                                    \
    (1u << YZ_WINDOW_DAY | 1u << YZ_WINDOW_MONTH | 1u << YZ_WINDOW_YEAR | 1u << YZ_WINDOW_TOTAL)
#define PERCENT T("%"), T("percent")

// The order is that of the numbers of series.
static const yz_series_info SERIES[POLICY_SERIES_COUNT] = {
    {T("S12"), T("政策兑现率"), T("Policy reach"), PERCENT,
     T("期内已兑现的（措施，对象）数除以期内符合条件的（措施，对象）数，各计一次。符合条件：期内至"
       "少"
       "一天决定为给付，或在期内兑现；按已载入名单之日计。金额口径：期内兑现金额除以（兑现金额加期"
       "末"
       "应付未付金额）。"),
     T("Distinct pairs of measure and subject paid in the period, divided by those eligible in it. "
       "Eligible: with the decision grant on at least one day of it, by the days on which the list "
       "was booked, or paid in it. By money: what was paid, divided by that and what was granted "
       "and not paid at its end."),
     T("reached / eligible; paid / (paid + granted)"), SPEC("S12"), PERIODS, YZ_BY_DIVISION,
     YZ_SHAPE_PERCENT, false},
    {T("S13"), T("非申即享率"), T("Paid without an application"), PERCENT,
     T("期内兑现中未经申请（直达快享）的笔数除以兑现笔数。"),
     T("Of the payments of the period, those whose line went the way without an application."),
     T("automatic / payments"), SPEC("S13"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_PERCENT, false},
    {T("S14"), T("兑现时长"), T("Time to payment"), T("天"), T("days"),
     T("每笔兑现：兑现日减去该条名单首日，整天数。中位数、九成位数（最近秩），15天及以内的占比。"),
     T("For each payment: its day less the first day of its line, in whole days. Median and p90 "
       "(nearest rank: element ceil(p*n)), and the share within 15 days."),
     T("paid day - first day of the line"), SPEC("S14"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_DURATION,
     false},
    {T("S15"), T("兑现金额"), T("Amount paid"), T("元"), T("yuan"),
     T("期内兑现金额与笔数；惠及的用人单位（户）和个人（人），各计一次。从系统外补录的付款没有名单"
       "、"
       "地区和资金来源，不计入。"),
     T("What was paid in the period, in how many payments, to how many distinct employers and "
       "persons. A payment that was only entered from outside has no line, division or fund, and "
       "is "
       "not among them."),
     T("sum(paid)"), SPEC("S15"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, true},
    {T("S16"), T("疑似违规"), T("Suspected fraud"), T("件"), T("alerts"),
     T("按核查项：期内新增预警，期末未办结，期内经核实属实、排除的预警；期末因暂缓而未付的应享金额"
       "，期"
       "内应追回和退回的金额，期末未退回的金额（checks）。同一对象被多项暂缓的，合计只计一次。"),
     T("By fraud check: alerts raised in the period, open at its end, confirmed and dismissed in "
       "it; what is granted and kept from being paid at its end, what was clawed back and refunded "
       "in it, what is owed at its end (checks). What several checks hold counts once together."),
     T("count(alert by check); sum(held, refunded)"), SPEC("S16"), PERIODS, YZ_BY_DIVISION,
     YZ_SHAPE_COUNT, false},
    {T("S17"), T("预算执行进度"), T("Budget execution"), PERCENT,
     T("预算年度内该资金、该地区已付金额除以预算金额，对照已过天数占全年天数的比例；截至数据截止时"
       "。"),
     T("Of a budget: what was paid of its fund and division in its year so far, divided by it, "
       "against the days of the year that have begun divided by all its days."),
     T("paid / budget; day / days"), SPEC("S17"), 1u << YZ_WINDOW_YEAR, YZ_BY_DIVISION,
     YZ_SHAPE_PERCENT, false},
    {T("S24"), T("技能证书"), T("Skill certificates"), T("人"), T("persons"),
     T("m12b 兑现笔数、金额和人数（measure=m12b）。按等级和职业分列、达到三次上限的人数未统计。"),
     T("m12b: payments, amount, distinct persons (measure=m12b). Not by level and occupation, and "
       "not who is at the cap of 3."),
     T("S15 of m12b"), SPEC("S24"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, true},
    {T("S25"), T("稳岗"), T("Rebated employers"), T("户"), T("employers"),
     T("m01 兑现的用人单位户数（measure=m01）。参保人数变化未统计。"),
     T("m01: distinct employers paid (measure=m01). Not the persons insured and how they change."),
     T("employers of m01"), SPEC("S25"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S35"), T("政策找人"), T("Policy finds people"), T("条"), T("lines"),
     T("期内新列入名单（给付、服务、转介）的条数；期内推送的条数；新列入中7天内推送的占比（至今）；"
       "推送后申请或直接兑现的条数（至今）；推送按渠道：驿站屏幕、消息、上门。"),
     T("Lines that began in the period with grant, serve or refer; lines given notice in it; of "
       "the "
       "former the share given notice within 7 days, to this day; of the latter those applied for "
       "or paid without, to this day; of the notices how many went by the station's screen, by "
       "message, by visit."),
     T("notified_7 / found"), SPEC("S35"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_PERCENT, false},
};

const yz_series_info *policy_series_of(uint32_t at) {
    yz_check(at < POLICY_SERIES_COUNT);
    return &SERIES[at];
}

const char *policy_series_dimension(uint32_t at) {
    static const char *const NAMES[] = {"division", "measure", "fund"};
    return at < 3 ? NAMES[at] : NULL;
}

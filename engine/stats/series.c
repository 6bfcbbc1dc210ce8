/* The words of the series. What a sentence says here docs/statistics.md says in a line of its
 * table; whoever changes one changes the other. */
#include "engine/stats/series.h"

#include "engine/base/check.h"

#define W(window) (1u << YZ_WINDOW_##window)
#define D_M_Y (W(DAY) | W(MONTH) | W(YEAR))
#define FROM_MINUTES (W(MINUTE) | W(HOUR) | D_M_Y)
#define FLOW (FROM_MINUTES | W(TOTAL))
#define STATE (W(NOW) | FROM_MINUTES)
#define DOT (YZ_BY_DIVISION | YZ_BY_OCCUPATION | YZ_BY_TYPE)
#define DOGT (DOT | YZ_BY_GROUP)

#define T(literal)                                                                                 \
    { (literal), (uint32_t)(sizeof(literal) - 1) }
#define OURS T("docs/statistics.md")
#define SPEC(id) T("docs/statistics.md " id)
#define PERSONS T("人"), T("persons")
#define TIMES T("人次"), T("cases")
#define OPENINGS T("人"), T("openings")
#define POSTINGS T("个"), T("postings")
#define PERCENT T("%"), T("percent")

static const yz_series_info SERIES[YZ_SERIES_COUNT] = {
    [YZ_S01] =
        {T("S01"), T("新增求职登记"), T("Registrations of seekers"), TIMES,
         T("期内新建求职信息或重新开启已关闭求职信息的次数。"),
         T("How often in the period a seeker was registered, or registered anew after it had "
           "been closed."),
         T("count(registered)"), SPEC("S01"), FLOW, DOGT, YZ_SHAPE_COUNT, true},
    [YZ_S02] =
        {T("S02"), T("有效求职人数"), T("Seekers open"), PERSONS,
         T("当前：求职状态为开启的人数。某一时期：期初开启或期内转为开启的求职者，每人计一次，"
           "计入其在期内首次开启时所在的地区、职业、人群和用工类型。"),
         T("Now: the seekers that are open. Of a period: the seekers that were open at its "
           "start or became open in it, each once, in the cell where it was when first open "
           "in the period."),
         T("open at the start + first opened in the period"), SPEC("S02"), W(NOW) | D_M_Y, DOGT,
         YZ_SHAPE_COUNT, false},
    [YZ_S03] =
        {T("S03"), T("有效需求人数"), T("Openings in demand"), OPENINGS,
         T("当前：开放岗位尚未招满的招聘人数。某一时期：期初开放或期内转为开放的岗位，"
           "按其在期内开放时最后公布的招聘人数减去期初以前已招人数（不小于 0）计算，"
           "计入岗位在期内首次开放时所在的地区、职业和用工类型。"),
         T("Now: the vacant openings of open postings. Of a period: over the postings that "
           "were open at its start or became open in it, their openings as last stated while "
           "open in it, less what was filled before the period, but not less than 0, in the "
           "cell where the posting was when first open in the period."),
         T("sum(max(0, openings - filled before the period))"), SPEC("S03"), W(NOW) | D_M_Y, DOT,
         YZ_SHAPE_COUNT, false},
    [YZ_S04] = {T("S04"), T("求人倍率"), T("Openings-to-seekers ratio"), T("倍"), T("ratio"),
                T("同一范围、同一时期的有效需求人数除以有效求职人数，四舍五入保留两位小数；"
                  "求职人数为 0 时无数值。"),
                T("Openings in demand divided by seekers open, of the same cell and period, two "
                  "decimals, half up; without a value when there are no seekers."),
                T("S03 / S02"), SPEC("S04"), W(NOW) | D_M_Y, DOT, YZ_SHAPE_RATIO, false},
    [YZ_S05] =
        {T("S05"), T("就业率"), T("Placement rate"), PERCENT,
         T("期内签约且签约前在期内处于开启状态的求职者，每人计一次，计入首次此类签约时所在的范围，"
           "除以同期有效求职人数，四舍五入保留两位小数。"),
         T("The seekers who signed in the period and were open in it just before or earlier, "
           "each once, in the cell where the seeker stood at the first such signing, divided "
           "by the seekers open of the period; percent, two decimals, half up."),
         T("seekers who signed / S02"), SPEC("S05"), D_M_Y, DOGT, YZ_SHAPE_PERCENT, false},
    [YZ_S06] = {T("S06"), T("登记后90天就业率"), T("Placement rate 90 days after registration"),
                PERCENT,
                T("某月登记的人（每人计一次，计入当月首次登记时所在的范围）中，"
                  "登记之后 90 天以内签约者所占百分比，四舍五入保留两位小数；"
                  "当月最后一天起满 90 天以前为暂定值。"),
                T("Of the persons who registered in the month, each once, in the cell of the first "
                  "of those registrations: those who signed after it, at most 90 Beijing days "
                  "later; percent, two decimals, half up. Provisional until 90 days after the "
                  "month's last day are over."),
                T("signed within 90 days / registered in the month"), SPEC("S06"), W(MONTH), DOGT,
                YZ_SHAPE_PERCENT, false},
    [YZ_S07] =
        {T("S07"), T("岗位招满时长"), T("Time to fill"), T("天"), T("days"),
         T("每次签约的日期减去岗位发布日期的整天数：次数、平均数（四舍五入保留一位小数）、"
           "中位数和第 90 "
           "百分位数（最近秩法）。另列当前开放岗位尚未招满的人数及其自发布以来的平均天数。"),
         T("For each signing the whole days from the day its posting was posted to the day "
           "of the signing: count, mean (one decimal, half up), median and 90th percentile "
           "(nearest rank). Beside it, as they are now, the vacant openings of open postings "
           "and their mean age in days."),
         T("day of signing - day of posting"), SPEC("S07"), D_M_Y | W(TOTAL), DOGT,
         YZ_SHAPE_DURATION, false},
    [YZ_S08] = {T("S08"), T("岗位填充率"), T("Fill rate"), PERCENT,
                T("期内签约人次除以同期有效需求人数，四舍五入保留两位小数。"),
                T("The signings of the period divided by the openings in demand of the period; "
                  "percent, two decimals, half up."),
                T("Y08 / S03"), SPEC("S08"), D_M_Y, DOT, YZ_SHAPE_PERCENT, false},
    [YZ_S11] = {T("S11"), T("目标进度"), T("Progress towards a target"), PERCENT,
                T("目标所指指标在本地区自当年第一天起的累计数占目标的百分比（截取两位小数）；"
                  "线性计划为目标乘以当年已过天数除以全年天数；并列差额。政策目标 t01 至 t07 "
                  "的计数见 /v1/policy/series?series=S11。"),
                T("What the target's series has counted in its division since the first day of its "
                  "year, in percent of the target, cut to two decimals; the linear plan, which is "
                  "the target times the day of the year divided by the days of the year; and the "
                  "difference. The counts of the policy's targets t01 to t07 are at "
                  "/v1/policy/series?series=S11."),
                T("counted since 1 January / target; plan = target * day / days of the year"),
                SPEC("S11"), W(YEAR), YZ_BY_DIVISION, YZ_SHAPE_TARGET, false},
    [YZ_S18] = {T("S18"), T("招聘活动"), T("Job fairs"), T("场"), T("fairs"),
                T("按开始日期统计已经开始的招聘会：场数、参会企业、岗位和招聘人数、进场人数和人次、"
                  "投递简历、初选、初步意向、签约，以及招聘会最后一天起 90 天以内的签约。"),
                T("The fairs that began in the period: how many; employers with a booth; postings "
                  "and their openings; visitors and entries; applied, interviewed, held and signed "
                  "there; signed at most 90 days after the fair's last day."),
                T("count by fair"), SPEC("S18"), D_M_Y | W(TOTAL), YZ_BY_DIVISION | YZ_BY_CHANNEL,
                YZ_SHAPE_FAIR, false},
    [YZ_S19] =
        {T("S19"), T("零工服务"), T("Day-labour stations"), T("人次"), T("cases"),
         T("零工驿站：签到人次；排队求职人数（每人每站每天计一次）及其中当天派工的人数；"
           "发布的零工招聘人数；派工人次（零工签约）；一个月或一年内派工的人数（去重）。"),
         T("Of stations: check-ins; seekers who joined the queue, each once a day and "
           "station, and those of them dispatched the same day; openings of gigs posted; "
           "dispatches, which are signings of gigs; and the distinct persons dispatched in a "
           "month or a year."),
         T("count by station"), SPEC("S19"), D_M_Y | W(TOTAL), YZ_BY_DIVISION | YZ_BY_VENUE,
         YZ_SHAPE_STATION, false},
    [YZ_Y01] = {T("Y01"), T("在招岗位数"), T("Open postings"), POSTINGS,
                T("当前或期末处于开放状态的岗位数。"),
                T("The postings that are open, now or at the end of the period."),
                T("count(open postings)"), OURS, STATE, DOT, YZ_SHAPE_COUNT, false},
    [YZ_Y02] = {T("Y02"), T("新增岗位数"), T("Postings posted"), POSTINGS,
                T("期内发布的岗位数；岗位新建、或关闭及过期后重新开启，其后首次开放时为发布。"),
                T("The postings that were posted in the period, which is when they became open for "
                  "the first time since they were created or reopened."),
                T("count(posted)"), OURS, FLOW, DOT, YZ_SHAPE_COUNT, true},
    [YZ_Y03] = {T("Y03"), T("新增招聘人数"), T("Openings posted"), OPENINGS,
                T("期内发布的岗位在发布时的招聘人数。"),
                T("The openings of the postings posted in the period, as they were when posted."),
                T("sum(openings when posted)"), OURS, FLOW, DOT, YZ_SHAPE_COUNT, true},
    [YZ_Y04] = {T("Y04"), T("已告知人次"), T("Pairs told"), TIMES,
                T("期内向求职者告知合适岗位的人次。"),
                T("How often in the period a seeker was told of a posting that fits."),
                T("count(told)"), OURS, FLOW, DOT, YZ_SHAPE_COUNT, true},
    [YZ_Y05] = {T("Y05"), T("简历"), T("Applications"), TIMES, T("期内进入“投递简历”环节的人次。"),
                T("How often in the period the step `applied` was taken."), T("count(applied)"),
                OURS, FLOW, DOGT, YZ_SHAPE_COUNT, true},
    [YZ_Y06] = {T("Y06"), T("初选"), T("Interviews"), TIMES, T("期内进入“初选”环节的人次。"),
                T("How often in the period the step `interview` was taken."), T("count(interview)"),
                OURS, FLOW, DOGT, YZ_SHAPE_COUNT, true},
    [YZ_Y07] = {T("Y07"), T("初步意向"), T("Intents"), TIMES, T("期内达成“初步意向”的人次。"),
                T("How often in the period the step `held` was taken."), T("count(held)"), OURS,
                FLOW, DOGT, YZ_SHAPE_COUNT, true},
    [YZ_Y08] = {T("Y08"), T("签约"), T("Signings"), TIMES,
                T("期内签约的人次；同一人与同一岗位再次签约另计。"),
                T("How often in the period the step `placed` was taken, also by a pair that had "
                  "signed before."),
                T("count(placed)"), OURS, FLOW, DOGT, YZ_SHAPE_COUNT, true},
    [YZ_Y09] =
        {T("Y09"), T("在岗人数"), T("In work"), TIMES,
         T("当前或期末处于签约、到岗或稳定在岗状态的推荐数，计入签约时所在的范围。"),
         T("The referrals that are placed, started or kept, now or at the end of the period, "
           "in the cell of their signing."),
         T("count(placed, started, kept)"), OURS, STATE, DOGT, YZ_SHAPE_COUNT, false},
    [YZ_Y10] = {T("Y10"), T("岗位空缺率"), T("Vacancy rate"), PERCENT,
                T("期末开放岗位尚未招满的人数，除以该人数与在岗人数之和，四舍五入保留两位小数。"),
                T("The vacant openings of open postings divided by those and the referrals in work "
                  "together, at the end of the period; percent, two decimals, half up."),
                T("vacant / (vacant + Y09)"), OURS, W(NOW) | D_M_Y, DOT, YZ_SHAPE_PERCENT, false},
    [YZ_Y11] =
        {T("Y11"), T("求职者比率"), T("Seekers' rate"), PERCENT,
         T("期末求职人数除以求职人数与在岗人数之和，四舍五入保留两位小数；"
           "与岗位空缺率合为贝弗里奇曲线上的一点。"),
         T("The seekers open divided by those and the referrals in work together, at the end "
           "of the period; percent, two decimals, half up. With the vacancy rate it is a "
           "point of the Beveridge curve."),
         T("Y13 / (Y13 + Y09)"), OURS, W(NOW) | D_M_Y, YZ_BY_DIVISION, YZ_SHAPE_PERCENT, false},
    [YZ_Y12] =
        {T("Y12"), T("急需紧缺"), T("Skills most needed"), T("倍"), T("ratio"),
         T("对一项技能：要求该技能的开放岗位尚未招满的人数，除以具备该技能的开启求职者人数，"
           "四舍五入保留两位小数。"),
         T("For a skill: the vacant openings of open postings that require it divided by the "
           "open seekers who have it; two decimals, half up."),
         T("demand / supply"), OURS, W(NOW), YZ_BY_DIVISION | YZ_BY_SKILL, YZ_SHAPE_SKILLS, false},
    [YZ_Y13] = {T("Y13"), T("期末求职人数"), T("Seekers open at the end"), PERSONS,
                T("当前或期末求职状态为开启的人数。"),
                T("The seekers that are open, now or at the end of the period."),
                T("count(open seekers)"), OURS, STATE, DOGT, YZ_SHAPE_COUNT, false},
};

const yz_series_info *yz_series_of(yz_series series) {
    yz_check((unsigned)series < YZ_SERIES_COUNT);
    return &SERIES[series];
}

bool yz_series_parse(yz_text id, yz_series *series) {
    if (id.size != 3) return false;
    char first = id.bytes[0] == 's' || id.bytes[0] == 'y' ? (char)(id.bytes[0] - 32) : id.bytes[0];
    for (int i = 0; i < YZ_SERIES_COUNT; i++) {
        const char *known = SERIES[i].id.bytes;
        if (known[0] != first || memcmp(known + 1, id.bytes + 1, 2) != 0) continue;
        *series = (yz_series)i;
        return true;
    }
    return false;
}

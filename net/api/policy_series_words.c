#include "net/api/policy_series_words.h"

#include "engine/base/check.h"
#include "engine/policy/census.h"

#define T(literal)                                                                                 \
    { (literal), (uint32_t)(sizeof(literal) - 1) }
#define SPEC(id) T("docs/statistics.md " id)
#define PERIODS                                                                                    \
    (1u << YZ_WINDOW_DAY | 1u << YZ_WINDOW_MONTH | 1u << YZ_WINDOW_YEAR | 1u << YZ_WINDOW_TOTAL)
#define PERCENT T("%"), T("percent")

// The order is that of the numbers of series.
static const yz_series_info SERIES[POLICY_SERIES_COUNT] = {
    {T("S09"), T("就业见习"), T("Internships"), T("人"), T("persons"),
     T("见习岗位：认定见习单位的见习岗位，期内发布，按招用人数（未填按1）。计数对象按 "
       "m09：起始日离校2年内未就业毕业生，或16—24岁不在校失业青年。在见习：起始日不晚于期末，且未结"
       "束或结束日不早于期末。结束：末日在期内，期满或提前签约；留用：提前签约，或期满后30天内签约"
       "；留用率 = 留用 ÷ 结束。补贴：m09a、m09b 期内付给单位的金额。"),
     T("Posts: openings of internship postings of recognised units, posted in the period (1 where "
       "none are said). Interns as m09 counts them: graduates of two years not in work when they "
       "start, or youths of 16 to 24 out of school and work. In place: started, and not over or "
       "over on the last day or later. Finished: the last day lies in the period, completed or "
       "with an early contract; retained: an early contract, or one within 30 days of the end. "
       "Paid: m09a and m09b to employers in the period."),
     T("retained / finished"), SPEC("S09"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S10"), T("零就业家庭"), T("Zero-employment households"), T("户"), T("households"),
     T("按户的事件 household_zero_opened、household_zero_cleared；没有这些事件的户，按其 m14e "
       "预警的起止。新增、清零：期内发生；期末未清零：至期末未清零；清零率 = 期内清零 ÷（期初"
       "未清零 + 期内新增）；平均清零天数：期内清零者自新增至清零的天数之平均。"),
     T("From the events household_zero_opened and household_zero_cleared, of a household without "
       "them from its alerts of m14e. Opened, cleared: in the "
       "period; open: at its end; clearing rate: cleared divided by those open at the start and "
       "those opened; mean days from opened to cleared of those cleared in the period."),
     T("cleared / (open at start + opened)"), SPEC("S10"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT,
     false},
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
    {T("S20"), T("困难人员帮扶"), T("People in difficulty"), T("人"), T("persons"),
     T("按个人的事件 "
       "assistance_opened、assistance_closed、plan_made、followed_"
       "up。期末在册；新增：期内登记次数；有方案：期末在册，有方案编号或登记以来制定方案；按期回访"
       "：期末在册，最近一次登记、制定方案或回访距期末不超过30天；就业：期初在册或新增者，登记以来"
       "且在期内开始就业（就业经历起始日）；帮扶就业率 = 就业 ÷ 期初在册或新增的人数。"),
     T("From the events assistance_opened, assistance_closed, plan_made, followed_up. In the "
       "register at the end; new: opened in the period; with a plan: of those in the register, a "
       "plan id or a plan since they were opened; in time: of those, the last of opening, plan and "
       "follow-up lies at most 30 days before the end; placed: of those in the register at the "
       "start or new, work began in the period and since they were opened; rate: placed divided by "
       "those persons."),
     T("placed / (in register at start or new)"), SPEC("S20"), PERIODS, YZ_BY_DIVISION,
     YZ_SHAPE_COUNT, false},
    {T("S21"), T("脱贫劳动力输转"), T("Transfers of poverty-alleviated workers"), T("人"),
     T("persons"),
     T("带 poverty_alleviated 标签的人，各计一次；按输转的事件 "
       "transfer_started、transfer_"
       "ended：期内至少一天在外务工（结束当日计入）。新增：期内开始；占比的分母为在外在岗人数：有组"
       "织；就地就近（务工地与户籍地同县）；省外（务工地不在 62）。"),
     T("Persons tagged poverty_alleviated, each once, with a transfer that goes on at least one "
       "day of the period by the events transfer_started and transfer_ended (the day of the end "
       "counts). New: started in the period. Of the active: organised; local (work and household "
       "register in one county); outside the province (work not in 62)."),
     T("organised, local, outside / active"), SPEC("S21"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT,
     false},
    {T("S22"), T("高校毕业生"), T("Graduates"), T("人"), T("persons"),
     T("普通高等教育毕业生。离校2年内未就业：毕业日不晚于期末且不超过2年，期末不在就业经历内；本年"
       "毕业生：毕业年份为期末所在年；去向登记率 = 已登记 ÷ "
       "本年毕业生；就业：就业经历起始日在期内，且当时为毕业年度或离校2年内；到基层就业（t03）：期"
       "内参加基层项目，或期内签约的乡镇、村级岗位，前一日不在就业，各计一次。"),
     T("Graduates of general higher education. Idle: left school by the last day and at most 2 "
       "years before, and not in work on it; of the year: graduation in the year of the last day; "
       "destination: those registered, of the graduates of the year; placed: a spell of work began "
       "in the period, in the year of graduation or within 2 years of it; grassroots (t03): joined "
       "a programme in the period, or hired into a township or village post in it, and not in work "
       "the day before, each once."),
     T("registered / graduates of the year"), SPEC("S22"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT,
     false},
    {T("S23"), T("贷款"), T("Loans"), T("笔"), T("loans"),
     T("按贷款的事件 "
       "loan_issued、loan_extended、loan_repaid、loan_written_"
       "off。放贷、展期、核销：期内发生；金额为本金；期末逾期：已放贷，未还清未核销，到期日（展期后"
       "为新到期日）早于期末。推荐企业：m03a 名单期内新增的单位；已服务企业：m03a "
       "名单期内办结的单位。"),
     T("From the events loan_issued, loan_extended, loan_repaid, loan_written_off. Loans, "
       "extended, written off: in the period; lent: principal; overdue: issued, neither repaid nor "
       "written off, and due (the new day where extended) before the last day. Referred: employers "
       "whose line of m03a began in the period; served: those whose line was decided in it."),
     T("count(loan_issued)"), SPEC("S23"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S24"), T("技能证书"), T("Skill certificates"), T("件"), T("certificates"),
     T("发证：发证日在期内的职业资格证书和技能等级证书；m12b "
       "期内兑现的笔数、金额、人数（含补录的付款）；达到上限：期末所在年内（至期末）m12b "
       "已付满3次的人。可按等级、职业分列。"),
     T("Issued: vocational qualification and skill level certificates with an issue date in the "
       "period; payments of m12b in it, with fen and persons (told ones too); at the cap: persons "
       "with 3 payments of m12b in the year of the last day, up to it. By level and occupation as "
       "well."),
     T("count(issue_date)"), SPEC("S24"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, true},
    {T("S25"), T("稳岗"), T("Jobs kept"), T("户"), T("employers"),
     T("参保单位：上年末参保人数大于0且未注销；符合标准：裁员率不高于5.5%，30人及以下不高于20%"
       "；返还：期内付过 m01 "
       "的单位（含补录）；参保职工：参保单位上年末人数之和；惠及职工：返还单位上年末人数之和；净增"
       "：上年末减上年初之和。人数为现有事实所载，不随期间变化。"),
     T("Insured: employers with insured persons at the end of last year, not deregistered; within "
       "the standard: layoffs at most 5.5 %, of 30 persons and fewer 20 %; rebated: paid m01 in "
       "the period (told ones too); persons: of the insured, at the end of last year; covered: of "
       "the rebated; change: end less start of last year. Head counts are those of the facts as "
       "they are known now, whatever the period."),
     T("sum(insured_end - insured_start)"), SPEC("S25"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT,
     false},
    {T("S26"), T("办事指南"), T("Service guides"), T("项"), T("guides"),
     T("至期末已发布（guide_published）的指南。指南发布率 = 县级区划已发布的（措施，区划）数 ÷（18 "
       "× "
       "区划目录中的县级区划数）；全程网办率；环节、材料、时限前后平均（两者都已知的指南）；内容缺"
       "项：六项未填全；负担增加：索要就业报到证，或环节、材料、时限增加。一网通办率、掌上办占比未"
       "统计。"),
     T("Guides published (guide_published) by the last day. Coverage: pairs of measure and county "
       "with a guide, divided by 18 times the counties of the dictionary; fully online; mean "
       "steps, papers, days before and after, of guides where both are known; wanting: not all six "
       "parts; heavier: asks for the registration card, or for more steps, papers or days than "
       "before. Not the one-network and handheld shares."),
     T("published / (18 * counties)"), SPEC("S26"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S27"), T("市场主体"), T("Market entities"), T("户"), T("entities"),
     T("新设主体：登记日在期内的用人单位；其登记后365天内发布的岗位（政策岗位，按招用人数，未填按1"
       "）和招用的人（合同起始日，各计一次），至今；岗位和招用计在其自身的区划。"),
     T("New: employers registered in the period; openings of their policy postings (1 where none "
       "are said) and persons hired within 365 days of the registration, to this day, in the "
       "division of the posting or the hire."),
     T("count(registered_on)"), SPEC("S27"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, true},
    {T("S28"), T("国企招用毕业生"), T("Graduates hired by state-owned enterprises"), T("人"),
     T("persons"),
     T("合同起始日在期内的劳动合同（含派遣），单位为国有，本人当时为毕业年度或离校2年内的普通高校毕"
       "业生；各计一次。可按国有层级分列（by=level，省属即 t04）。"),
     T("Labour or dispatch contracts that start in the period, with a state-owned employer and a "
       "graduate in the year of graduation or within 2 years of it; distinct persons. By the level "
       "of the enterprise as well (by=level; provincial is t04)."),
     T("distinct(person)"), SPEC("S28"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S29"), T("机关事业单位招录"), T("Recruitment by public bodies"), T("人"), T("persons"),
     T("单位为党政机关或事业单位。公布岗位：期内发布，按招用人数；录用：合同起始日在期内，各计一次"
       "；其中毕业生；上年同期：同样的日子提前一年；单位填报：organisation "
       "对象所载本年和上年数之和。考试日期、自然减员、空编未统计。"),
     T("Employers that are government bodies or public institutions. Openings posted in the "
       "period; persons hired in it, and graduates among them; the same a year before; and what "
       "organisations told of this and last year. Not exam dates, attrition, unused "
       "establishment."),
     T("hired; hired a year before"), SPEC("S29"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S30"), T("基层就业"), T("Grassroots employment"), T("人"), T("persons"),
     T("基层岗位：社区工作者、乡村医生、基层服务项目岗位，期内发布，按招用人数；参加项目：事件 "
       "program_joined 在期内，各计一次；其中毕业生。可按项目分列（by=program）。"),
     T("Posts: openings of community-worker, village-doctor and grassroots postings, posted in the "
       "period; joined: persons with the event program_joined in it; graduates among them. By "
       "programme as well (by=program)."),
     T("count(program_joined)"), SPEC("S30"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S31"), T("社区工作者岗位"), T("Community-worker postings"), PERCENT,
     T("期内发布的社区工作者岗位（条）；面向毕业生开放：开放且不要求工作年限（m08a）；开放率即 "
       "t05。"),
     T("Community-worker postings posted in the period; of those the ones open to graduates that "
       "ask for no experience (m08a); the share is t05."),
     T("open / postings"), SPEC("S31"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_PERCENT, false},
    {T("S32"), T("保生活"), T("Basic living"), T("人"), T("persons"),
     T("领失业保险金：领取经历至少一天在期内；代缴医保 m15b、农民工一次性补助 m15c、价格补贴 "
       "m15e：期内付过的人（含补录）和价格补贴金额；转送民政：事件 shared_with_civil_affairs "
       "在期内的人。"),
     T("On benefit: a spell of benefit on at least one day of the period; persons paid m15b, m15c, "
       "m15e in it (told ones too), and what m15e came to; persons with the event "
       "shared_with_civil_affairs in it."),
     T("distinct(person)"), SPEC("S32"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S33"), T("堵点难点"), T("Blocked points"), T("件"), T("points"),
     T("按堵点的事件 "
       "blocked_point_opened、blocked_point_"
       "resolved：期内新增、期内解决、期末未解决；平均解决天数：期内解决者自新增至解决。"),
     T("From the events blocked_point_opened and blocked_point_resolved: opened and resolved in "
       "the period, open at its end; mean days from opened to resolved of those resolved in it."),
     T("days / resolved"), SPEC("S33"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S34"), T("满意度"), T("Satisfaction"), T("分"), T("points"),
     T("期内评价（rated，1至5分）：数量、平均、4分及以上占比；评价率 = 评价数 ÷（期内付款笔数 + "
       "服务次数 service_given）。付款计在用人单位，没有单位的计在个人。"),
     T("Ratings (rated, 1 to 5) in the period: number, mean, share of 4 and 5; response rate: "
       "ratings divided by payments and services given (service_given) in it. A payment counts "
       "with its employer, or with its person where there is none."),
     T("sum(rated) / count(rated)"), SPEC("S34"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("S35"), T("政策找人"), T("Policy finds people"), T("条"), T("lines"),
     T("期内新列入名单（给付、服务、转介）的条数；期内推送的条数；新列入中7天内推送的占比（至今）；"
       "推送后申请或直接兑现的条数（至今）；推送按渠道：驿站屏幕、消息、上门。"),
     T("Lines that began in the period with grant, serve or refer; lines given notice in it; of "
       "the "
       "former the share given notice within 7 days, to this day; of the latter those applied for "
       "or paid without, to this day; of the notices how many went by the station's screen, by "
       "message, by visit."),
     T("notified_7 / found"), SPEC("S35"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_PERCENT, false},
    {T("S36"), T("重点企业服务"), T("Service to key employers"), T("户"), T("employers"),
     T("带重点标签、未注销的用人单位；有服务专员；需求（needs）人数：期末未满足的、期内满足的（未填"
       "按1）；服务次数：事件 service_given 在期内，可按服务分列（by=service）。"),
     T("Employers with a key tag, not deregistered; those with a specialist; needs: persons not "
       "yet found at the end, and found in the period (1 where none are said); services: the event "
       "service_given in it, by kind as well (by=service)."),
     T("count(service_given)"), SPEC("S36"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT, false},
    {T("D06"), T("宣传服务四进"), T("Outreach"), T("次"), T("visits"),
     T("区划对象（division）的 campaigns "
       "中日期在期内的进企业、进园区、进校园、进社区（村）次数，覆盖人数之和。线索未统计。"),
     T("Entries of campaigns of subjects of kind division with a day in the period: visits to "
       "enterprises, parks, campuses, communities, and the people they reached, as told. Not the "
       "leads."),
     T("count(campaigns)"), T("policy/SPEC.md 5 d06"), PERIODS, YZ_BY_DIVISION, YZ_SHAPE_COUNT,
     true},
};

const yz_series_info *policy_series_of(uint32_t at) {
    yz_check(at < POLICY_SERIES_COUNT);
    return &SERIES[at];
}

const char *policy_series_dimension(uint32_t at, uint32_t dimension) {
    static const char *const NAMES[] = {"division", "measure", "fund"};
    yz_text id = policy_series_of(at)->id;
    for (int s = 0; s < YZ_CENSUS_SERIES_COUNT; s++) {
        yz_census_series series = (yz_census_series)s;
        if (!yz_text_equal(id, yz_text_of(yz_census_series_name(series)))) continue;
        for (int by = 0; by < YZ_CENSUS_BY_COUNT; by++)
            if (yz_census_breakdowns(series) >> by & 1 && dimension-- == 0)
                return yz_census_by_name((yz_census_by)by);
        return NULL;
    }
    return dimension < 3 ? NAMES[dimension] : NULL;
}

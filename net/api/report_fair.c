/* The closing report of a fair: its funnel with what each stage counts, by day and by hour, booth
 * by booth, what stayed open, and what came of it (docs/reports.md). */
#include "engine/base/alloc.h"
#include "engine/model/time.h"
#include "net/api/report_inner.h"

#include <stdio.h>

#define DAYS_MAX 31         // of a fair: rows by day; more are told together
#define HOURS_OF_DAYS 14    // by the hour
#define BOOKINGS_MAX 200000 // walked; some 20 ns each
#define POSTINGS_MAX 10000  // walked; some 0.4 us each
#define UNFILLED_SHOWN 50
#define AFTER_DAYS 90
#define POSTING_BYTES_MAX ((size_t)1 << 20)

typedef struct fair_report {
    report r;
    yz_venue_view view;
    yz_fair_value whole;
} fair_report;

// ---- what it was ----

static int64_t first_day(const fair_report *f) {
    return yz_day_at(f->view.venue.from_ms);
}

static int64_t last_day(const fair_report *f) {
    return yz_day_at(f->view.venue.to_ms);
}

static void put_letterhead(fair_report *f) {
    const yz_venue *v = &f->view.venue;
    char from[YZ_TIME_TEXT_MAX], to[YZ_TIME_TEXT_MAX];
    yz_time_format_instant(v->from_ms, from);
    yz_time_format_instant(v->to_ms, to);
    static const char *const CHANNELS[2][3] = {{"现场", "线上", "直播"},
                                               {"on site", "online", "live stream"}};
    yz_text division = report_division(&f->r, v->place.division);
    report_words(&f->r,
                 f->r.english ? "Fair %.*s; %s to %s; division: %.*s; channel: %s."
                              : "招聘会编号：%.*s；时间：%s 至 %s；地区：%.*s；形式：%s。",
                 (int)v->id.size, v->id.bytes, from, to, (int)division.size, division.bytes,
                 CHANNELS[f->r.english][v->channel]);
    if (f->view.state == YZ_STATE_CLOSED)
        report_line(&f->r, "该招聘会已关闭。", "The fair was closed.");
    report_moment(&f->r, v->to_ms + 1, "；招聘会未结束，为阶段数",
                  "; the fair is not over: provisional");
}

static void put_funnel(fair_report *f) {
    const yz_fair_value *v = &f->whole;
    const struct {
        const char *zh, *en;
        int64_t count;
        const char *says_zh, *says_en;
    } STAGES[] = {
        {"参会企业", "employers", v->employers, "有展位的用人单位，每家一次",
         "Employers with a booth, each once"},
        {"岗位", "postings", v->postings,
         "指明本招聘会的岗位，和有展位单位自首个展位起至结束时在招过的岗位，每个一次",
         "Postings that name the fair, and those of an employer with a booth that were open at "
         "some "
         "moment from its first booth to the fair's end, each once"},
        {"招聘人数", "openings", v->openings, "以上岗位的名额，以最后所报为准",
         "Openings of those, as last stated"},
        {"进场人次", "entries", v->entries, "每次持票进场计一次", "Each time a ticket came in"},
        {"简历", "resumes", v->applied, "在本招聘会的投递（applied）", "Steps `applied` there"},
        {"初选", "interviewed", v->interviewed, "在本招聘会的面试（interview）",
         "Steps `interview` there"},
        {"初步意向", "intents", v->held, "在本招聘会达成的意向（held）", "Steps `held` there"},
        {"签约", "signed", v->signed_there, "在本招聘会的签约（placed）", "Steps `placed` there"},
    };
    const bool en = f->r.english;
    const sheet_column columns[] = {
        {"stage", en ? "stage" : "环节", SHEET_TEXT, 0},
        {"count", en ? "count" : "数", SHEET_INTEGER, 0},
        {"definition", en ? "what it counts" : "口径", SHEET_TEXT, 0},
    };
    report_head(&f->r, 1, "一、总体情况", "1. The funnel");
    sheet_table(f->r.sheet, report_say(&f->r, "表1 漏斗（S18）", "Table 1: funnel (S18)"), columns,
                3);
    for (size_t i = 0; i < sizeof STAGES / sizeof *STAGES; i++) {
        sheet_text(f->r.sheet, report_say(&f->r, STAGES[i].zh, STAGES[i].en));
        sheet_number(f->r.sheet, STAGES[i].count);
        sheet_text(f->r.sheet, report_say(&f->r, STAGES[i].says_zh, STAGES[i].says_en));
    }
}

// ---- when ----

#define FLOWS 6

static void flows_of(const yz_fair_value *v, int64_t flows[FLOWS]) {
    const int64_t all[FLOWS] = {v->visitors,    v->entries, v->applied,
                                v->interviewed, v->held,    v->signed_there};
    for (int i = 0; i < FLOWS; i++)
        flows[i] = all[i];
}

static void flow_columns(bool en, sheet_column columns[FLOWS]) {
    const sheet_column all[FLOWS] = {
        {"visitors", en ? "first entries" : "首次进场人数", SHEET_INTEGER, 0},
        {"entries", en ? "entries" : "进场人次", SHEET_INTEGER, 0},
        {"applied", en ? "resumes" : "简历", SHEET_INTEGER, 0},
        {"interviewed", en ? "interviewed" : "初选", SHEET_INTEGER, 0},
        {"held", en ? "intents" : "初步意向", SHEET_INTEGER, 0},
        {"signed", en ? "signed" : "签约", SHEET_INTEGER, 0},
    };
    for (int i = 0; i < FLOWS; i++)
        columns[i] = all[i];
}

static void put_flows(fair_report *f, const int64_t flows[FLOWS]) {
    for (int i = 0; i < FLOWS; i++)
        sheet_number(f->r.sheet, flows[i]);
}

static bool read_period(const fair_report *f, yz_window window, int64_t index,
                        int64_t flows[FLOWS]) {
    yz_fair_value v;
    yz_period period = {window, index};
    bool kept = yz_stats_fair(f->r.stats, f->view.row, period, f->r.now_ms, &v);
    if (kept) flows_of(&v, flows);
    return kept;
}

// The days of the fair that have begun, as far as they get a row.
static int64_t last_day_shown(const fair_report *f) {
    int64_t last = last_day(f), today = yz_day_at(f->r.now_ms);
    if (last > today) last = today;
    int64_t most = first_day(f) + DAYS_MAX - 1;
    return last < most ? last : most;
}

static void put_days(fair_report *f) {
    const bool en = f->r.english;
    sheet_column columns[1 + FLOWS] = {{"day", en ? "day" : "日期", SHEET_TEXT, 0}};
    int64_t rest[FLOWS], flows[FLOWS];
    bool kept = true;
    flow_columns(en, columns + 1);
    flows_of(&f->whole, rest);
    report_head(&f->r, 1, "二、分时段情况", "2. By day and hour");
    sheet_table(f->r.sheet, report_say(&f->r, "表2 按日", "Table 2: by day"), columns, 1 + FLOWS);
    for (int64_t day = first_day(f); day <= last_day_shown(f); day++) {
        char name[YZ_TIME_TEXT_MAX];
        if (!read_period(f, YZ_WINDOW_DAY, day, flows)) {
            kept = false;
            continue;
        }
        yz_day_format((int32_t)day, name);
        sheet_text(f->r.sheet, yz_text_of(name));
        put_flows(f, flows);
        for (int i = 0; i < FLOWS; i++)
            rest[i] -= flows[i];
    }
    sheet_text(f->r.sheet, report_say(&f->r, "其他日", "other days"));
    put_flows(f, rest);
    flows_of(&f->whole, flows);
    sheet_text(f->r.sheet, report_say(&f->r, "合计", "together"));
    put_flows(f, flows);
    if (!kept) {
        report_line(
            &f->r, "按日只保留最近400天，更早的计入“其他日”；可用 as_of 问那时的报告。",
            "Days are kept for 400 days; earlier ones stand under other days. The report of "
            "then is asked with as_of.");
    }
}

static bool all_zero(const int64_t flows[FLOWS]) {
    for (int i = 0; i < FLOWS; i++) {
        if (flows[i] != 0) return false;
    }
    return true;
}

static void put_hours(fair_report *f) {
    const bool en = f->r.english;
    sheet_column columns[2 + FLOWS] = {{"day", en ? "day" : "日期", SHEET_TEXT, 0},
                                       {"hour", en ? "hour" : "时段", SHEET_TEXT, 0}};
    bool kept = true;
    flow_columns(en, columns + 2);
    sheet_table(f->r.sheet,
                report_say(&f->r, "表3 按小时（无活动的时段不列）",
                           "Table 3: by hour (those without anything left out)"),
                columns, 2 + FLOWS);
    int64_t last = last_day_shown(f), most = first_day(f) + HOURS_OF_DAYS - 1;
    if (last > most) last = most;
    for (int64_t hour = first_day(f) * 24; hour < (last + 1) * 24; hour++) {
        int64_t flows[FLOWS];
        if (!read_period(f, YZ_WINDOW_HOUR, hour, flows)) {
            kept = false;
            continue;
        }
        if (all_zero(flows)) continue;
        char day[YZ_TIME_TEXT_MAX], span[32];
        yz_day_format((int32_t)(hour / 24), day);
        snprintf(span, sizeof span, "%02d:00–%02d:00", (int)(hour % 24), (int)(hour % 24) + 1);
        sheet_text(f->r.sheet, yz_text_of(day));
        sheet_text(f->r.sheet, yz_text_of(span));
        put_flows(f, flows);
    }
    if (!kept) {
        report_line(&f->r, "按小时只保留最近62天；可用 as_of 问那时的报告。",
                    "Hours are kept for 62 days; the report of then is asked with as_of.");
    }
    if (last_day(f) > most) {
        report_words(&f->r, en ? "By the hour: the first %d days." : "按小时只列前 %d 天。",
                     HOURS_OF_DAYS);
    }
}

// ---- booths ----

typedef struct interviews {
    uint32_t booked, kept, missed, cancelled; // booked: all that was not cancelled
} interviews;

// By booth; NULL: too many to count here.
static interviews *count_interviews(const fair_report *f, uint32_t booths) {
    uint32_t rows = yz_market_booking_rows(f->r.market, f->view.row);
    if (rows > BOOKINGS_MAX) return NULL;
    interviews *by_booth = yz_alloc_zeroed((booths + 1) * sizeof *by_booth);
    for (uint32_t row = 0; row < rows; row++) {
        yz_booking_view b;
        if (!yz_market_booking_at(f->r.market, f->view.row, row, &b) || b.booth_row >= booths)
            continue;
        interviews *of = &by_booth[b.booth_row];
        of->booked += b.step != YZ_SLOT_CANCELLED;
        of->kept += b.step == YZ_SLOT_KEPT;
        of->missed += b.step == YZ_SLOT_NO_SHOW;
        of->cancelled += b.step == YZ_SLOT_CANCELLED;
    }
    return by_booth;
}

static void put_booth(fair_report *f, const yz_booth_view *b, const interviews *of) {
    yz_sheet *s = f->r.sheet;
    sheet_text(s, b->booth.id);
    sheet_text(s, report_name(&f->r, YZ_EMPLOYERS, b->booth.employer));
    sheet_number(s, b->queue.served);
    sheet_number(s, b->queue.waiting);
    if (of == NULL) {
        for (int i = 0; i < 4; i++)
            report_none(&f->r);
        return;
    }
    sheet_number(s, of->booked);
    sheet_number(s, of->kept);
    sheet_number(s, of->missed);
    sheet_number(s, of->cancelled);
}

static void put_booths(fair_report *f) {
    const bool en = f->r.english;
    const sheet_column columns[] = {
        {"booth", en ? "booth" : "展位", SHEET_ID, 0},
        {"employer", en ? "employer" : "用人单位", SHEET_TEXT, 0},
        {"served", en ? "queue: served" : "排队接待", SHEET_INTEGER, 0},
        {"waiting", en ? "waiting" : "仍在等候", SHEET_INTEGER, 0},
        {"booked", en ? "interviews booked" : "预约面试", SHEET_INTEGER, 0},
        {"kept", en ? "kept" : "到场", SHEET_INTEGER, 0},
        {"missed", en ? "missed" : "爽约", SHEET_INTEGER, 0},
        {"cancelled", en ? "cancelled" : "取消", SHEET_INTEGER, 0},
    };
    uint32_t rows = yz_market_booth_rows(f->r.market, f->view.row);
    interviews *by_booth = count_interviews(f, rows);
    report_head(&f->r, 1, "三、展位情况", "3. Booths");
    sheet_table(f->r.sheet, report_say(&f->r, "表4 展位", "Table 4: booths"), columns, 8);
    for (uint32_t row = 0; row < rows; row++) {
        yz_booth_view b;
        if (!yz_market_booth_at(f->r.market, f->view.row, row, &b)) continue;
        put_booth(f, &b, by_booth != NULL ? &by_booth[row] : NULL);
    }
    yz_queue_view counter;
    if (yz_market_queue(f->r.market, f->view.venue.id, YZ_TEXT(""), &counter) &&
        counter.number > 0) {
        report_words(&f->r,
                     en ? "The fair's own counter: %u served, %u waiting."
                        : "服务台：接待 %u 人次，仍在等候 %u 人。",
                     counter.served, counter.waiting);
    }
    if (by_booth == NULL) {
        report_line(&f->r, "预约超过20万条，不在此逐展位统计。",
                    "There are more than 200,000 bookings: they are not counted by booth here.");
    }
    yz_free(by_booth);
}

// ---- what stayed open ----

typedef struct unfilled {
    yz_text id;
    uint32_t row, openings, vacant;
    yz_record_state state;
} unfilled;

static bool comes_before(const unfilled *a, const unfilled *b) {
    if (a->vacant != b->vacant) return a->vacant > b->vacant;
    return yz_text_compare(a->id, b->id) < 0;
}

static uint32_t add_unfilled(unfilled *most, uint32_t count, const unfilled *one) {
    uint32_t at = count;
    for (; at > 0 && comes_before(one, &most[at - 1]); at--) {
        if (at < UNFILLED_SHOWN) most[at] = most[at - 1];
    }
    if (at < UNFILLED_SHOWN) most[at] = *one;
    return count < UNFILLED_SHOWN ? count + 1 : count;
}

typedef struct remains {
    unfilled most[UNFILLED_SHOWN];
    uint32_t shown, postings;
    uint64_t vacant;
} remains;

static void look_at(const fair_report *f, uint32_t row, yz_arena *arena, remains *left) {
    yz_posting_view view;
    yz_arena_reset(arena);
    if (!yz_market_posting_at(f->r.market, row, arena, &view)) return;
    yz_posting_told told = yz_market_posting_told(f->r.market, row);
    uint32_t taken = told.placed + told.filled, openings = view.posting.openings;
    // Whoever closed one has no use for people any more.
    if (taken >= openings || view.state == YZ_STATE_CLOSED) return;
    unfilled one = {.id = yz_market_posting_id(f->r.market, row),
                    .row = row,
                    .openings = openings,
                    .vacant = openings - taken,
                    .state = view.state};
    left->shown = add_unfilled(left->most, left->shown, &one);
    left->postings += 1;
    left->vacant += one.vacant;
}

static const char *state_word(yz_record_state state, bool english) {
    if (english) return yz_record_state_name(state).bytes;
    switch (state) {
    case YZ_STATE_SCHEDULED: return "未开始";
    case YZ_STATE_OPEN: return "在招";
    case YZ_STATE_PAUSED: return "暂停";
    case YZ_STATE_FULL: return "意向已满";
    case YZ_STATE_EXPIRED: return "已过期";
    default: return "其他";
    }
}

static void put_remains(fair_report *f, const remains *left, yz_arena *arena) {
    yz_sheet *s = f->r.sheet;
    for (uint32_t i = 0; i < left->shown; i++) {
        const unfilled *one = &left->most[i];
        yz_posting_view view;
        yz_arena_reset(arena);
        if (!yz_market_posting_at(f->r.market, one->row, arena, &view)) continue;
        sheet_text(s, one->id);
        sheet_text(s, view.posting.title);
        sheet_text(s, report_name(&f->r, YZ_EMPLOYERS, view.posting.employer));
        sheet_number(s, one->openings);
        sheet_number(s, one->openings - one->vacant);
        sheet_number(s, one->vacant);
        sheet_text(s, yz_text_of(state_word(one->state, f->r.english)));
    }
}

static void put_unfilled(fair_report *f) {
    const bool en = f->r.english;
    const sheet_column columns[] = {
        {"posting", en ? "posting" : "岗位编号", SHEET_ID, 0},
        {"title", en ? "title" : "岗位", SHEET_TEXT, 0},
        {"employer", en ? "employer" : "用人单位", SHEET_TEXT, 0},
        {"openings", en ? "openings" : "招聘人数", SHEET_INTEGER, 0},
        {"filled", en ? "filled" : "已招", SHEET_INTEGER, 0},
        {"vacant", en ? "vacant" : "空缺", SHEET_INTEGER, 0},
        {"state", en ? "state" : "状态", SHEET_TEXT, 0},
    };
    uint32_t *rows = yz_alloc(POSTINGS_MAX * sizeof *rows);
    uint32_t count = yz_stats_fair_postings(f->r.stats, f->view.row, rows, POSTINGS_MAX);
    report_head(&f->r, 1, "四、未招满岗位（数据截止时）", "4. Vacancies at the data cut");
    sheet_table(f->r.sheet,
                report_say(&f->r, "表5 空缺最多的岗位（至多50个）",
                           "Table 5: postings with most vacancies (at most 50)"),
                columns, 7);
    if (count > POSTINGS_MAX) {
        report_words(&f->r,
                     en ? "There are %u postings: their vacancies are not looked for here."
                        : "共有岗位 %u 个，数量过多，不在此查找空缺。",
                     count);
    } else {
        remains *left = yz_alloc_zeroed(sizeof *left);
        yz_arena *arena = yz_arena_new(POSTING_BYTES_MAX);
        for (uint32_t i = 0; i < count; i++)
            look_at(f, rows[i], arena, left);
        put_remains(f, left, arena);
        report_words(&f->r,
                     en ? "Not closed and not full: %u postings with %llu vacancies."
                        : "未关闭而未招满的岗位 %u 个，空缺 %llu 人。",
                     left->postings, (unsigned long long)left->vacant);
        yz_arena_free(arena);
        yz_free(left);
    }
    yz_free(rows);
}

// ---- what came of it ----

static void put_after(fair_report *f) {
    char day[YZ_TIME_TEXT_MAX];
    int64_t until = last_day(f) + AFTER_DAYS;
    bool open = yz_day_at(f->r.now_ms) <= until;
    report_head(&f->r, 1, "五、跟踪签约", "5. Placements");
    yz_day_format((int32_t)until, day);
    report_words(&f->r,
                 f->r.english
                     ? "Signed within 90 days of its last day (until %s): %lld so far, of %lld "
                       "signed through the fair%s."
                     : "结束后90天内（至 %s）经本招聘会签约：%lld 人次；累计经本招聘会签约 %lld "
                       "人次%s。",
                 day, (long long)f->whole.signed_90, (long long)f->whole.signed_there,
                 !open          ? ""
                 : f->r.english ? "; the 90 days are not over"
                                : "；90天未满，为阶段数");
}

static void put_end(fair_report *f) {
    static const yz_series SHOWN[] = {YZ_S18};
    report_head(&f->r, 1, "六、总结", "6. In words");
    report_place(&f->r, "组织情况与亮点：由主办方填写", "How it went: the organiser's words");
    report_place(&f->r, "企业与求职者反馈、满意度（S34）：由主办方填写",
                 "What employers and visitors said, satisfaction (S34): the organiser's words");
    report_place(&f->r, "问题与改进：由主办方填写", "Problems, and what to do better");
    report_place(&f->r, "落款：单位、日期；联系人", "Signed: unit, date; contact");
    report_head(&f->r, 1, "附件", "Appendix");
    report_definitions(&f->r, SHOWN, 1);
}

yz_sheet *report_fair(const yz_market *market, yz_text fair, bool english) {
    fair_report f = {.r = {.market = market,
                           .stats = yz_market_stats(market),
                           .now_ms = yz_market_time_ms(market),
                           .english = english}};
    const yz_period whole = {YZ_WINDOW_TOTAL, 0};
    if (!yz_market_venue(market, fair, &f.view) || f.view.venue.kind != YZ_VENUE_FAIR ||
        !yz_stats_fair(f.r.stats, f.view.row, whole, f.r.now_ms, &f.whole)) {
        return NULL;
    }
    const yz_venue *v = &f.view.venue;
    yz_text name = report_name_of(&f.r, v->name_zh, v->name_en, v->id);
    bool over = v->to_ms < f.r.now_ms || f.view.state == YZ_STATE_CLOSED;
    char title[REPORT_WORDS_MAX];
    snprintf(title, sizeof title, "%s%.*s%s",
             !english ? ""
             : over   ? "Closing report of the fair "
                      : "Interim report of the fair ",
             (int)name.size, name.bytes,
             english ? ""
             : over  ? "总结报告"
                     : "阶段报告");
    f.r.sheet = sheet_new(
        &(sheet_about){.title = yz_text_of(title), .made_ms = f.r.now_ms, .english = english});
    put_letterhead(&f);
    put_funnel(&f);
    put_days(&f);
    put_hours(&f);
    put_booths(&f);
    put_unfilled(&f);
    put_after(&f);
    put_end(&f);
    return f.r.sheet;
}

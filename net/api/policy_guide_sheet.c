/* The service guide 办事指南 of a measure as a document: what to hand out over the counter. Printed
 * from the rules alone, so it says what is decided; blanks are the bureau's own to fill. */
#include "net/api/policy_inner.h"

#include "engine/base/alloc.h"

#include <inttypes.h>
#include <stdio.h>

#define CLAUSES_BYTES 1500
#define LINE_BYTES 300

typedef struct guide {
    yz_sheet *sheet;
    const yz_rules *rules;
    const yz_rule *rule;
    yz_speech speech;
    policy_basis basis;
    bool english;
} guide;

static yz_text say(const guide *g, const char *zh, const char *en) {
    return yz_text_of(g->english ? en : zh);
}

static const char *title(const guide *g, const char *zh, const char *en) {
    return g->english ? en : zh;
}

// ---- small pieces ----

typedef struct line {
    char text[CLAUSES_BYTES];
    uint32_t size;
} line;

// What does not fit whole is left out.
static void put(line *l, yz_text text) {
    if (text.size > sizeof l->text - l->size) return;
    if (text.size > 0) memcpy(l->text + l->size, text.bytes, text.size);
    l->size += text.size;
}

static void put_number(line *l, uint32_t number) {
    char digits[12];
    snprintf(digits, sizeof digits, "%" PRIu32, number);
    put(l, yz_text_of(digits));
}

static void put_clause(const guide *g, line *l, yz_ref ref) {
    if (!g->english) put(l, YZ_TEXT("第"));
    put_number(l, ref.measure);
    if (!g->english) put(l, YZ_TEXT("条"));
    if (ref.sentence == 0) return;
    put(l, say(g, "第", "."));
    put_number(l, ref.sentence);
    if (!g->english) put(l, YZ_TEXT("句"));
}

static void put_between(const guide *g, line *l) {
    if (l->size > 0) put(l, say(g, "、", ", "));
}

static void cell(const guide *g, const line *l) {
    sheet_text(g->sheet, (yz_text){l->text, l->size});
}

static void day_cell(const guide *g, int32_t day) {
    char text[JSON_FACTS_DAY_MAX];
    if (day == INT32_MIN || day == INT32_MAX)
        sheet_empty(g->sheet, YZ_TEXT("—"));
    else
        sheet_time(g->sheet, json_facts_day_text(day, text));
}

static yz_text notice_name(const yz_notice *notice) {
    yz_text number = policy_notice_says(notice, "number");
    return number.size > 0 ? number : notice->name;
}

// ---- the head ----

static void row(const guide *g, const char *zh, const char *en, const line *l) {
    if (l->size == 0) return;
    sheet_text(g->sheet, say(g, zh, en));
    cell(g, l);
}

static void put_name(const guide *g, line *l, yz_text code, bool known, const policy_name *name) {
    put_between(g, l);
    put(l, known ? say(g, name->zh, name->en) : code);
}

static void put_window(const guide *g) {
    line l = {0};
    yz_spoken room;
    const yz_rule *rule = g->rule;
    if (rule->valid >= 0) {
        const yz_param *param = &g->rules->params[rule->valid];
        for (uint32_t i = 0; i < param->count; i++) {
            put_between(g, &l);
            put(&l, yz_speak_value(&g->speech, (uint32_t)rule->valid, &param->periods[i], room));
        }
    }
    row(g, "政策期限", "in force", &l);
}

static void put_amount(const guide *g) {
    line l = {0};
    yz_spoken room;
    if (g->rule->amount != NULL)
        put(&l, yz_speak_amount(&g->speech, room));
    else if (g->rule->external >= 0)
        put(&l, say(g, "按有关规定核定", "set by other rules"));
    row(g, "金额", "amount", &l);
}

static void put_head(const guide *g) {
    const sheet_column columns[] = {{"what", title(g, "项目", "item"), SHEET_TEXT, 0},
                                    {"says", title(g, "内容", "content"), SHEET_TEXT, 0}};
    const yz_rule *rule = g->rule;
    policy_name name = {"", ""};
    line code = {0}, bodies = {0}, fund = {0};
    sheet_table(g->sheet, say(g, "概要", "In short"), columns, 2);
    put(&code, rule->name);
    row(g, "政策编号", "measure", &code);
    for (uint32_t i = 0; i < rule->body_count; i++) {
        bool known = policy_body_name(rule->bodies[i], &name);
        put_name(g, &bodies, rule->bodies[i], known, &name);
    }
    row(g, "责任单位", "bodies in charge", &bodies);
    if (rule->fund.size > 0) {
        bool known = policy_fund_name(rule->fund, &name);
        put_name(g, &fund, rule->fund, known, &name);
    }
    row(g, "资金来源", "fund", &fund);
    put_window(g);
    put_amount(g);
}

// ---- basis, conditions, papers, steps ----

static void put_basis(const guide *g) {
    const sheet_column columns[] = {{"number", title(g, "文件", "document"), SHEET_TEXT, 0},
                                    {"issuer", title(g, "发文单位", "issued by"), SHEET_TEXT, 0},
                                    {"issued", title(g, "印发日期", "issued on"), SHEET_TEXT, 0},
                                    {"clauses", title(g, "条款", "clauses"), SHEET_TEXT, 0}};
    sheet_heading(g->sheet, 1, say(g, "一、政策依据", "1. What it rests on"));
    if (g->basis.ref_count == 0) return;
    sheet_table(g->sheet, say(g, "政策依据", "Policy basis"), columns, 4);
    for (uint32_t i = 0; i < g->basis.ref_count;) {
        const yz_ref *refs = g->basis.refs;
        uint32_t at = refs[i].notice;
        const yz_notice *notice = &g->rules->notices[at];
        line clauses = {0};
        for (; i < g->basis.ref_count && refs[i].notice == at; i++) {
            put_between(g, &clauses);
            put_clause(g, &clauses, refs[i]);
        }
        sheet_text(g->sheet, notice_name(notice));
        sheet_text(g->sheet, policy_notice_says(notice, "issuer"));
        sheet_text(g->sheet, policy_notice_says(notice, "issued"));
        cell(g, &clauses);
    }
}

static void put_codes(const guide *g, yz_text table, const yz_text *codes, uint32_t count) {
    const sheet_column columns[] = {{"place", title(g, "序号", "no."), SHEET_INTEGER, 0},
                                    {"words", title(g, "内容", "what"), SHEET_TEXT, 0},
                                    {"code", title(g, "代码", "code"), SHEET_ID, 0}};
    if (count == 0) return;
    sheet_table(g->sheet, table, columns, 3);
    for (uint32_t i = 0; i < count; i++) {
        yz_spoken room;
        yz_text words = yz_speak_code(&g->speech, codes[i], room);
        sheet_number(g->sheet, i + 1);
        sheet_text(g->sheet, words.size > 0 ? words : codes[i]);
        sheet_text(g->sheet, codes[i]);
    }
}

// What a service comes to: duties, then remarks of the decision.
static uint32_t services(const yz_rule *rule, yz_text *codes) {
    uint32_t count = 0;
    for (uint32_t i = 0; i < rule->duty_count; i++)
        codes[count++] = rule->duties[i].code;
    for (uint32_t i = 0; i < rule->reason_count; i++)
        codes[count++] = rule->reasons[i].code;
    return count;
}

static void put_conditions(const guide *g) {
    const yz_rule *rule = g->rule;
    uint32_t most = rule->need_count + rule->monitor_count + rule->duty_count + rule->reason_count;
    yz_text *codes = yz_alloc((most + 1) * sizeof *codes);
    sheet_heading(g->sheet, 1, say(g, "二、享受条件", "2. Conditions"));
    for (uint32_t i = 0; i < rule->need_count; i++)
        codes[i] = rule->needs[i].code;
    put_codes(g, say(g, "须同时具备", "All of these"), codes, rule->need_count);
    for (uint32_t i = 0; i < rule->monitor_count; i++)
        codes[i] = rule->monitors[i].code;
    put_codes(g, say(g, "检查项目", "What is checked"), codes, rule->monitor_count);
    if (rule->decide == yz_word_decision_serve)
        put_codes(g, say(g, "提供的服务", "What is done"), codes, services(rule, codes));
    yz_free(codes);
}

static void put_list(const guide *g, uint32_t count, yz_text (*at)(const guide *, uint32_t)) {
    char text[LINE_BYTES];
    for (uint32_t i = 0; i < count; i++) {
        yz_text one = at(g, i);
        int size = one.size < LINE_BYTES - 20 ? (int)one.size : LINE_BYTES - 20;
        snprintf(text, sizeof text, title(g, "（%" PRIu32 "）%.*s", "(%" PRIu32 ") %.*s"), i + 1,
                 size, one.bytes);
        sheet_paragraph(g->sheet, yz_text_of(text));
    }
}

static yz_text paper(const guide *g, uint32_t at) {
    return g->rule->evidence[at];
}

static yz_text step(const guide *g, uint32_t at) {
    int state;
    const policy_name *words = policy_guide_step(g->rule, at, &state);
    return words != NULL ? say(g, words->zh, words->en) : YZ_TEXT("");
}

static void put_papers(const guide *g) {
    uint32_t steps = 0;
    while (step(g, steps).size > 0)
        steps += 1;
    sheet_heading(g->sheet, 1, say(g, "三、需要的材料", "3. Papers"));
    put_list(g, g->rule->evidence_count, paper);
    sheet_heading(g->sheet, 1, say(g, "四、办理流程", "4. Steps"));
    put_list(g, steps, step);
}

// ---- parameters ----

static void put_params(const guide *g) {
    const sheet_column columns[] = {{"name", title(g, "参数", "parameter"), SHEET_ID, 0},
                                    {"value", title(g, "数值", "value"), SHEET_TEXT, 0},
                                    {"from", title(g, "自", "from"), SHEET_DATE, 0},
                                    {"to", title(g, "至", "to"), SHEET_DATE, 0},
                                    {"clause", title(g, "出处", "clause"), SHEET_TEXT, 0}};
    sheet_heading(g->sheet, 1, say(g, "五、数值和期限", "5. Numbers and their dates"));
    if (g->basis.param_count == 0) return;
    sheet_table(g->sheet, say(g, "参数", "Parameters"), columns, 5);
    for (uint32_t i = 0; i < g->basis.param_count; i++) {
        const yz_param *param = &g->rules->params[g->basis.params[i]];
        for (uint32_t p = 0; p < param->count; p++) {
            const yz_param_period *period = &param->periods[p];
            line clause = {0};
            yz_spoken room;
            put(&clause, notice_name(&g->rules->notices[period->ref.notice]));
            put(&clause, YZ_TEXT(" "));
            put_clause(g, &clause, period->ref);
            sheet_text(g->sheet, param->name);
            sheet_text(g->sheet,
                       param->type == YZ_PARAM_WINDOW
                           ? say(g, "执行期限", "in force")
                           : yz_speak_value(&g->speech, g->basis.params[i], period, room));
            day_cell(g, period->from);
            day_cell(g, period->to);
            cell(g, &clause);
        }
        if (param->count > 0) continue;
        sheet_text(g->sheet, param->name);
        sheet_text(g->sheet, say(g, "（未定）", "(not set)"));
        for (int empty = 0; empty < 3; empty++)
            sheet_empty(g->sheet, YZ_TEXT("—"));
    }
}

static void put_foot(const guide *g, int32_t day) {
    char version[POLICY_VERSION_MAX], today[JSON_FACTS_DAY_MAX], text[LINE_BYTES];
    yz_text on = json_facts_day_text(day, today);
    yz_text rules = policy_version_text(g->rules->version, version);
    sheet_heading(g->sheet, 1, say(g, "六、受理单位和联系方式", "6. Where to go"));
    sheet_place(g->sheet, say(g, "受理单位", "accepting unit"));
    sheet_place(g->sheet, say(g, "联系方式", "contact"));
    snprintf(text, sizeof text,
             title(g, "本指南按 %.*s 装入的规则（版本 %.*s）生成。",
                   "Printed from the rules of %.*s (version %.*s)."),
             (int)on.size, on.bytes, (int)rules.size, rules.bytes);
    sheet_paragraph(g->sheet, yz_text_of(text));
}

yz_sheet *policy_guide_sheet(const yz_rules *rules, const yz_rule *rule, int32_t day,
                             bool english) {
    char name[LINE_BYTES];
    yz_text of = english ? rule->name_en : rule->name_zh;
    if (of.size == 0) of = rule->name;
    int size = of.size < LINE_BYTES - 40 ? (int)of.size : LINE_BYTES - 40;
    snprintf(name, sizeof name, "%s%.*s", english ? "Service guide: " : "办事指南：", size,
             of.bytes);
    sheet_about about = {.title = yz_text_of(name), .english = english};
    guide g = {.sheet = sheet_new(&about),
               .rules = rules,
               .rule = rule,
               .speech = {.rules = rules, .rule = rule, .zh = !english},
               .basis = policy_basis_of(rules, rule),
               .english = english};
    put_head(&g);
    put_basis(&g);
    put_conditions(&g);
    put_papers(&g);
    put_params(&g);
    put_foot(&g, day);
    policy_basis_deinit(&g.basis);
    return g.sheet;
}

#include "net/api/policy_words.h"

#include "engine/model/policy.h"

#include "engine/policy/clock.h"

#include <string.h>

typedef struct word {
    const char *code;
    policy_name name;
} word;

static const word STATES[] = {
    [YZ_ENTRY_FOUND] = {"found", {"已找到", "found"}},
    [YZ_ENTRY_NOTIFIED] = {"notified", {"已通知", "notified"}},
    [YZ_ENTRY_APPLIED] = {"applied", {"已申请", "applied"}},
    [YZ_ENTRY_AUTO] = {"auto", {"免申即享", "without application"}},
    [YZ_ENTRY_APPROVED] = {"approved", {"已核准", "approved"}},
    [YZ_ENTRY_PAID] = {"paid", {"已发放", "paid"}},
    [YZ_ENTRY_DECLINED] = {"declined", {"已放弃", "declined"}},
    [YZ_ENTRY_LAPSED] = {"lapsed", {"已失效", "lapsed"}},
};

static const word CHANNELS[YZ_NOTICE_CHANNELS] = {
    [YZ_NOTICE_UNSAID] = {"", {"", ""}},
    [YZ_NOTICE_STATION_SCREEN] = {"station_screen", {"驿站屏幕", "station screen"}},
    [YZ_NOTICE_MESSAGE] = {"message", {"消息", "message"}},
    [YZ_NOTICE_VISIT] = {"visit", {"上门", "visit"}},
};

static const word ALERTS[] = {
    [YZ_ALERT_OPEN] = {"open", {"未办结", "open"}},
    [YZ_ALERT_CONFIRMED] = {"confirmed", {"属实", "confirmed"}},
    [YZ_ALERT_DISMISSED] = {"dismissed", {"排除", "dismissed"}},
    [YZ_ALERT_DROPPED] = {"dropped", {"对象已注销", "subject gone"}},
};

static const word BODIES[] = {
    {"HRSS", {"省人社厅", "Human Resources and Social Security"}},
    {"FIN", {"省财政厅", "Finance"}},
    {"PBC", {"人行兰州中心支行", "People's Bank, Lanzhou branch"}},
    {"FRB", {"省金融监管局", "Financial regulation"}},
    {"AMR", {"省市场监管局", "Market regulation"}},
    {"PSB", {"省公安厅", "Public security"}},
    {"HUD", {"省住建厅", "Housing and urban-rural development"}},
    {"TAX", {"省税务局", "Tax"}},
    {"PRO", {"省委宣传部", "Party publicity department"}},
    {"SAS", {"省政府国资委", "State-assets commission"}},
    {"ORG", {"省委组织部", "Party organisation department"}},
    {"EST", {"省委编办", "Establishment office"}},
    {"EDU", {"省教育厅", "Education"}},
    {"CIV", {"省民政厅", "Civil affairs"}},
    {"HLT", {"省卫生健康委", "Health commission"}},
    {"CYL", {"团省委", "Communist Youth League committee"}},
    {"COM", {"省商务厅", "Commerce"}},
    {"RRV", {"省乡村振兴局", "Rural revitalisation"}},
    {"DPF", {"省残联", "Disabled persons' federation"}},
    {"DRC", {"省发展改革委", "Development and reform commission"}},
    {"UNI", {"省总工会", "Trade unions"}},
    {"FIC", {"省工商联", "Federation of industry and commerce"}},
    {"ALL", {"各有关部门和单位", "every department and unit concerned"}},
};

static const word FUNDS[] = {
    {"employment_subsidy", {"就业补助资金", "employment subsidies"}},
    {"ui_fund", {"失业保险基金", "unemployment-insurance fund"}},
    {"skills_special", {"职业技能提升行动专账资金", "special account for skills"}},
    {"enterprise_education", {"企业职工教育经费", "enterprises' training funds"}},
    {"startup_support", {"省级创业带动就业扶持资金", "provincial start-up support"}},
    {"wage_total", {"工资总额（企业自有）", "the enterprise's own wage total"}},
    {"by_rule", {"按规定", "as provided elsewhere"}},
};

static bool find(const word *words, size_t count, yz_text code, policy_name *name) {
    for (size_t i = 0; i < count; i++) {
        if (!yz_text_equal(code, yz_text_of(words[i].code))) continue;
        *name = words[i].name;
        return true;
    }
    return false;
}

yz_text policy_state_name(int state) {
    if (state < YZ_ENTRY_FOUND || state > YZ_ENTRY_LAPSED) return YZ_TEXT("");
    return yz_text_of(STATES[state].code);
}

int policy_state_named(yz_text name) {
    for (int state = YZ_ENTRY_FOUND; state <= YZ_ENTRY_LAPSED; state++) {
        if (yz_text_equal(name, yz_text_of(STATES[state].code))) return state;
    }
    return 0;
}

yz_text policy_decision_name(int decision) {
    const char *const *words;
    uint32_t count = yz_enumeration_words(YZ_WORDS_decision, &words);
    if (decision < 0 || (uint32_t)decision >= count) return YZ_TEXT("");
    return yz_text_of(words[decision]);
}

int policy_decision_named(yz_text name) {
    return yz_word_named(YZ_WORDS_decision, name);
}

yz_text policy_channel_name(int channel) {
    if (channel < 0 || channel >= YZ_NOTICE_CHANNELS) return YZ_TEXT("");
    return yz_text_of(CHANNELS[channel].code);
}

int policy_channel_named(yz_text name) {
    int channel = YZ_NOTICE_CHANNELS - 1;
    while (channel > 0 && !yz_text_equal(name, yz_text_of(CHANNELS[channel].code)))
        channel -= 1;
    return channel;
}

const policy_name *policy_channel_words(int channel) {
    return channel < 0 || channel >= YZ_NOTICE_CHANNELS ? NULL : &CHANNELS[channel].name;
}

yz_text policy_alert_name(int state) {
    if (state < YZ_ALERT_OPEN || state > YZ_ALERT_DROPPED) return YZ_TEXT("");
    return yz_text_of(ALERTS[state].code);
}

int policy_alert_named(yz_text name) {
    for (int state = YZ_ALERT_OPEN; state <= YZ_ALERT_DROPPED; state++)
        if (yz_text_equal(name, yz_text_of(ALERTS[state].code))) return state;
    return -1;
}

const policy_name *policy_alert_words(int state) {
    return state < YZ_ALERT_OPEN || state > YZ_ALERT_DROPPED ? NULL : &ALERTS[state].name;
}

bool policy_body_name(yz_text code, policy_name *name) {
    return find(BODIES, sizeof BODIES / sizeof BODIES[0], code, name);
}

bool policy_fund_name(yz_text code, policy_name *name) {
    return find(FUNDS, sizeof FUNDS / sizeof FUNDS[0], code, name);
}

static const char *at_place(const word *words, size_t count, uint32_t at, policy_name *name) {
    if (at >= count) return NULL;
    *name = words[at].name;
    return words[at].code;
}

const char *policy_body_at(uint32_t at, policy_name *name) {
    return at_place(BODIES, sizeof BODIES / sizeof BODIES[0], at, name);
}

const char *policy_fund_at(uint32_t at, policy_name *name) {
    return at_place(FUNDS, sizeof FUNDS / sizeof FUNDS[0], at, name);
}

const policy_name *policy_clock_words(int clock) {
    static const policy_name CLOCKS[] = {
        [YZ_CLOCK_NONE] = {"", ""},
        [YZ_CLOCK_NOTIFY] = {"通知", "notice"},
        [YZ_CLOCK_PAY] = {"兑付", "payment"},
        [YZ_CLOCK_HOUSEHOLD] = {"零就业家庭清零", "household to be cleared"},
        [YZ_CLOCK_FOLLOW_UP] = {"跟踪回访", "follow-up"},
    };
    return clock < 0 || clock >= YZ_CLOCK_KIND_COUNT ? NULL : &CLOCKS[clock];
}

const policy_name *policy_state_words(int state) {
    return state < YZ_ENTRY_FOUND || state > YZ_ENTRY_LAPSED ? NULL : &STATES[state].name;
}

const policy_name *policy_decision_words(int decision) {
    if (policy_decision_name(decision).size == 0) return NULL;
    return yz_word_wording(YZ_WORDS_decision, (uint32_t)decision);
}

yz_text policy_kind_words(int kind, bool zh) {
    static const policy_name KINDS[YZ_SUBJECT_KIND_COUNT] = {
        [YZ_SUBJECT_person] = {"劳动者", "person"},
        [YZ_SUBJECT_employer] = {"用人单位", "employer"},
        [YZ_SUBJECT_hire] = {"招用", "hire"},
        [YZ_SUBJECT_household] = {"家庭", "household"},
        [YZ_SUBJECT_transfer] = {"劳务输转", "transfer"},
        [YZ_SUBJECT_certificate] = {"证书", "certificate"},
        [YZ_SUBJECT_training] = {"培训", "training"},
        [YZ_SUBJECT_batch] = {"见习批次", "batch of interns"},
        [YZ_SUBJECT_loan] = {"贷款", "loan"},
        [YZ_SUBJECT_organisation] = {"机关事业单位", "public body"},
        [YZ_SUBJECT_posting] = {"岗位", "posting"},
        [YZ_SUBJECT_guide] = {"办事指南", "service guide"},
        [YZ_SUBJECT_division] = {"地区", "division"},
        [YZ_SUBJECT_report] = {"自查报告", "report"},
        [YZ_SUBJECT_campaign] = {"活动", "campaign"},
        [YZ_SUBJECT_blocked_point] = {"堵点难点", "blocked point"},
    };
    if (kind < 0 || kind >= YZ_SUBJECT_KIND_COUNT) return YZ_TEXT("");
    if (KINDS[kind].zh == NULL) return yz_text_of(yz_subject_kind_name((yz_subject_kind)kind));
    return yz_text_of(zh ? KINDS[kind].zh : KINDS[kind].en);
}

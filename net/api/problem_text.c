#include "net/api/problem_text.h"

#include "engine/base/check.h"
#include "engine/model/referral.h"
#include "net/api/json_facts.h"
#include "net/api/policy_words.h"
#include "net/api/problem_words.h"
#include "net/api/wire_common.h"

#include <inttypes.h>
#include <stdio.h>

typedef struct filling {
    const yz_problem *problem; // or NULL
    yz_text value;
    problem_language language;
    yz_text choices; // bytes NULL: by the field
} filling;

// The last member the pointer names, or what stands for the whole record.
static yz_text field_of(const filling *f) {
    if (f->problem != NULL && f->problem->pointer[0] != '\0')
        return yz_text_of(f->problem->pointer);
    return f->language == PROBLEM_ZH ? YZ_TEXT("内容") : YZ_TEXT("the value");
}

static uint32_t put_hint(const filling *f, char *to, uint32_t room) {
    yz_text hint = wire_nearest(f->value);
    if (hint.size == 0 || yz_text_equal(hint, f->value)) return 0; // a good word, elsewhere
    const char *form =
        f->language == PROBLEM_ZH ? "，是否想写 “%.*s”？" : "; did you mean \"%.*s\"?";
    int size = snprintf(to, room, form, (int)hint.size, hint.bytes);
    return size > 0 && (uint32_t)size < room ? (uint32_t)size : 0;
}

// Types are named in English by whoever checks them.
static yz_text value_of(const filling *f) {
    static const char *const TYPES[][2] = {{"string", "文字"},
                                           {"object", "对象 {…}"},
                                           {"list", "列表 […]"},
                                           {"number", "数字"},
                                           {"true or false", "true 或 false"}};
    bool type = f->problem != NULL && f->problem->code == YZ_PROBLEM_WRONG_TYPE;
    for (size_t i = 0; type && f->language == PROBLEM_ZH && i < 5; i++) {
        if (yz_text_equal(f->value, yz_text_of(TYPES[i][0]))) return yz_text_of(TYPES[i][1]);
    }
    // "none" is a name for programs: nothing was said of the pair yet.
    bool step = f->problem != NULL && f->problem->code == YZ_PROBLEM_ILLEGAL_STEP;
    if (step && yz_text_equal(f->value, yz_step_name(YZ_STEP_NONE)))
        return f->language == PROBLEM_ZH ? YZ_TEXT("“尚无推荐”") : YZ_TEXT("nothing yet");
    return f->value;
}

static bool ends_in(yz_text pointer, const char *name) {
    yz_text end = yz_text_of(name);
    return pointer.size >= end.size &&
           memcmp(pointer.bytes + pointer.size - end.size, end.bytes, end.size) == 0;
}

// The steps that would be legal, as words: the bits of problem->high.
static yz_text steps_of(const filling *f) {
    static _Thread_local char words[YZ_STEP_COUNT * 12];
    uint32_t size = 0;
    for (int step = YZ_STEP_TOLD; step < YZ_STEP_COUNT; step++) {
        if ((f->problem->high >> step & 1) == 0) continue;
        yz_text name = yz_step_name((yz_step)step);
        if (size > 0) words[size++] = ' ';
        memcpy(words + size, name.bytes, name.size);
        size += name.size;
    }
    return (yz_text){words, size};
}

// The words of a fact's enumeration.
static yz_text words_of_facts(int64_t enumeration) {
    static _Thread_local char words[PROBLEM_TEXT_MAX];
    const char *const *each;
    uint32_t count = yz_enumeration_words((yz_enumeration)enumeration, &each), size = 0;
    for (uint32_t i = 0; i < count; i++) {
        uint32_t more = (uint32_t)strlen(each[i]);
        if (size + 1 + more > sizeof words) break;
        if (size > 0) words[size++] = ' ';
        memcpy(words + size, each[i], more);
        size += more;
    }
    return (yz_text){words, size};
}

// The states a line of the list may go to: the bits of problem->high.
static yz_text policy_steps_of(const filling *f) {
    static _Thread_local char words[120];
    uint32_t size = 0;
    for (int state = YZ_ENTRY_FOUND; state <= YZ_ENTRY_LAPSED; state++) {
        if ((f->problem->high >> state & 1) == 0 || state == YZ_ENTRY_LAPSED) continue;
        yz_text name = policy_state_name(state);
        if (size > 0) words[size++] = ' ';
        memcpy(words + size, name.bytes, name.size);
        size += name.size;
    }
    if (size == 0)
        return f->language == PROBLEM_ZH ? YZ_TEXT("（已经终结）") : YZ_TEXT("(it is over)");
    return (yz_text){words, size};
}

// The words to choose from, by the field.
static yz_text choices_of(const filling *f) {
    static const struct {
        const char *en, *zh, *words; // last member of the pointer; the header of a spreadsheet
    } FIELDS[] = {
        {"/sex", "/性别", "male female"},
        {"/fields", "/fields", "name id_number phone account"},
        {"/unit", "/工资单位", "hour day week biweek month year"},
        {"/type", "/用工类型", "full part gig intern"},
        {"/rules/order", "/rules/order", "certificate band wait"},
    };
    static const char TAGS[] =
        "zero_employment_family dibao poverty_alleviated disabled poor_disabled_family "
        "extremely_poor student_loan veteran migrant_worker migrant_contract_worker "
        "low_income_monitored";
    if (f->choices.bytes != NULL) return f->choices;
    if (f->problem != NULL && f->problem->code == YZ_PROBLEM_ILLEGAL_STEP) return steps_of(f);
    if (f->problem != NULL && f->problem->code == YZ_PROBLEM_NOT_A_POLICY_STEP)
        return policy_steps_of(f);
    if (f->problem != NULL && f->problem->low > 0 && f->problem->low < WIRE_WORDS_COUNT)
        return yz_text_of(wire_words_of((wire_words)f->problem->low));
    int64_t fact = f->problem != NULL ? f->problem->low - JSON_FACTS_WORDS : -1;
    if (fact >= 0 && fact < YZ_ENUMERATIONS) return words_of_facts(fact);
    yz_text pointer = f->problem != NULL ? yz_text_of(f->problem->pointer) : YZ_TEXT("");
    if (yz_text_starts_with(pointer, YZ_TEXT("/tags")) || ends_in(pointer, "/困难类型"))
        return yz_text_of(TAGS);
    if (yz_text_starts_with(pointer, YZ_TEXT("/types"))) pointer = YZ_TEXT("/type");
    if (yz_text_starts_with(pointer, YZ_TEXT("/fields"))) pointer = YZ_TEXT("/fields");
    for (size_t i = 0; i < sizeof FIELDS / sizeof FIELDS[0]; i++) {
        if (ends_in(pointer, FIELDS[i].en) || ends_in(pointer, FIELDS[i].zh))
            return yz_text_of(FIELDS[i].words);
    }
    return YZ_TEXT("full part gig intern; hour day week biweek month year; male female");
}

static uint32_t put_number(char *to, uint32_t room, int64_t value) {
    int size = snprintf(to, room, "%" PRId64, value);
    return size > 0 && (uint32_t)size < room ? (uint32_t)size : 0;
}

static bool is_money(const filling *f) {
    if (f->problem == NULL) return false;
    yz_problem_code code = f->problem->code;
    return code == YZ_PROBLEM_REVIEW_NEEDED || code == YZ_PROBLEM_OVER_BUDGET ||
           code == YZ_PROBLEM_WRONG_AMOUNT || code == YZ_PROBLEM_MORE_THAN_OWED;
}

// Fen are said as yuan.
static uint32_t put_yuan(char *to, uint32_t room, int64_t fen) {
    int size =
        snprintf(to, room, "%s%" PRId64 ".%02d", fen < 0 ? "-" : "",
                 fen < 0 ? -(fen / 100) : fen / 100, (int)(fen < 0 ? -(fen % 100) : fen % 100));
    return size > 0 && (uint32_t)size < room ? (uint32_t)size : 0;
}

// A limit of "until" is a moment, and is said as one.
static uint32_t put_limit(const filling *f, char *to, uint32_t room, int64_t value) {
    char text[YZ_TIME_TEXT_MAX];
    if (is_money(f)) return put_yuan(to, room, value);
    if (f->problem != NULL && f->problem->code == YZ_PROBLEM_NOT_A_POLICY_STEP) {
        yz_text name = policy_state_name((int)value);
        uint32_t taken = name.size < room ? name.size : 0;
        memcpy(to, name.bytes, taken);
        return taken;
    }
    if (f->problem == NULL || strcmp(f->problem->pointer, "/until") != 0 || room < sizeof text)
        return put_number(to, room, value);
    uint32_t size = yz_time_format_instant(value, text);
    memcpy(to, text, size);
    return size;
}

static uint32_t put_text(char *to, uint32_t room, yz_text text) {
    uint32_t size = text.size < room ? text.size : 0; // all of it, or nothing
    if (size > 0) memcpy(to, text.bytes, size);
    return size;
}

// A radius of 0 is out of range, and the least one is no whole number of km.
static uint32_t put_low(const filling *f, char *to, uint32_t room) {
    yz_text pointer = f->problem != NULL ? yz_text_of(f->problem->pointer) : YZ_TEXT("");
    bool radius = ends_in(pointer, "/radius_km") || ends_in(pointer, "/半径公里");
    if (radius && f->problem->low == 0) return put_text(to, room, YZ_TEXT("0.001"));
    return put_limit(f, to, room, f->problem != NULL ? f->problem->low : 0);
}

// What stands for the {name} at `at`; returns its bytes, sets how much of the form it takes up.
static uint32_t put_slot(const filling *f, const char *at, uint32_t *taken, char *to,
                         uint32_t room) {
    static const char *const NAMES[] = {"{value}", "{field}", "{hint}",   "{given}",
                                        "{low}",   "{high}",  "{choices}"};
    uint32_t slot = 0;
    while (slot < 7 && strncmp(at, NAMES[slot], strlen(NAMES[slot])) != 0)
        slot += 1;
    yz_check(slot < 7);
    *taken = (uint32_t)strlen(NAMES[slot]);
    const yz_problem *p = f->problem;
    switch (slot) {
    case 0: return put_text(to, room, value_of(f));
    case 1: return put_text(to, room, field_of(f));
    case 2: return put_hint(f, to, room);
    case 3: // as the caller wrote it, where that is known ("91.5")
        if (p != NULL && p->code == YZ_PROBLEM_OUT_OF_RANGE && p->value[0] != '\0') {
            return put_text(to, room, yz_text_of(p->value));
        }
        return put_limit(f, to, room, p ? p->given : 0);
    case 4: return put_low(f, to, room);
    case 5: return put_limit(f, to, room, p ? p->high : 0);
    default: return put_text(to, room, choices_of(f));
    }
}

static void fill(const filling *f, const char *form, char out[PROBLEM_TEXT_MAX]) {
    uint32_t used = 0;
    while (*form != '\0' && used + 1 < PROBLEM_TEXT_MAX) {
        uint32_t taken = 1;
        if (*form == '{') {
            used += put_slot(f, form, &taken, out + used, PROBLEM_TEXT_MAX - used - 1);
        } else {
            out[used++] = *form;
        }
        form += taken;
    }
    out[used] = '\0';
}

// What is in use at a fair is not named by records that could be changed.
static const problem_words *words_of(const yz_problem *problem) {
    static const problem_words BOOTH = {
        {"正在使用", "In use"},
        {"展位 “{value}” 还有 {given} 人预约、排队或被叫号",
         "booth \"{value}\" has people booked, waiting or called still: {given}"},
        {"先取消或完成这些面试与排队", "cancel or finish their interviews and queue first"}};
    static const problem_words PLAN = {
        {"正在使用", "In use"},
        {"已有 {given} 个面试预约，开幕时间和时段长度不能改，也不能提前闭幕",
         "interviews were booked ({given}), so the opening and the length of a slot stay, and the "
         "end cannot be earlier"},
        {"保持这些时间不变，或另开一场", "leave these times as they are, or open another fair"}};
    static const problem_words DAY = {
        {"日期格式不对", "Not a date"},
        {"{field} 的 “{value}” 不是日期", "{field}: \"{value}\" is not a date"},
        {"写成 2023-09-15", "write 2023-09-15"}};
    static const problem_words MONTH = {
        {"月份格式不对", "Not a month"},
        {"{field} 的 “{value}” 不是月份", "{field}: \"{value}\" is not a month"},
        {"写成 2023-09", "write 2023-09"}};
    yz_text pointer = yz_text_of(problem->pointer);
    if (problem->code == YZ_PROBLEM_BAD_TIME && problem->low == JSON_FACTS_DAY) return &DAY;
    if (problem->code == YZ_PROBLEM_BAD_TIME && problem->low == JSON_FACTS_MONTH) return &MONTH;
    if (problem->code == YZ_PROBLEM_IN_USE && yz_text_equal(pointer, YZ_TEXT("/booth")))
        return &BOOTH;
    if (problem->code == YZ_PROBLEM_IN_USE && yz_text_equal(pointer, YZ_TEXT("/slot_minutes")))
        return &PLAN;
    return &PROBLEM_WORDS[problem->code];
}

void problem_text_of(const yz_problem *problem, problem_language language, problem_text *text) {
    yz_check((unsigned)problem->code < YZ_PROBLEM_CODE_COUNT);
    const problem_words *words = words_of(problem);
    filling f = {.problem = problem, .value = yz_text_of(problem->value), .language = language};
    text->title = words->title[language];
    fill(&f, words->message[language], text->message);
    fill(&f, words->fix[language], text->fix);
}

const problem_refusal *problem_refusal_named(yz_text reason) {
    for (uint32_t i = 0; i < PROBLEM_REFUSAL_COUNT; i++) {
        if (yz_text_equal(reason, yz_text_of(PROBLEM_REFUSALS[i].reason)))
            return &PROBLEM_REFUSALS[i];
    }
    return NULL;
}

const problem_refusal *problem_refusal_at(uint32_t index) {
    return index < PROBLEM_REFUSAL_COUNT ? &PROBLEM_REFUSALS[index] : NULL;
}

void problem_refusal_text(const problem_refusal *refusal, yz_text value, problem_language language,
                          problem_text *text) {
    problem_refusal_naming(refusal, value, YZ_TEXT("…"), language, text);
}

void problem_refusal_naming(const problem_refusal *refusal, yz_text value, yz_text choices,
                            problem_language language, problem_text *text) {
    filling f = {.value = value, .language = language, .choices = choices};
    text->title = refusal->title[language];
    fill(&f, refusal->message[language], text->message);
    fill(&f, refusal->fix[language], text->fix);
}

int problem_http_status(const yz_problem *problem) {
    switch (problem->code) {
    case YZ_PROBLEM_BAD_JSON:
    case YZ_PROBLEM_JSON_CUT_OFF:
    case YZ_PROBLEM_JSON_GOES_ON:
    case YZ_PROBLEM_TOO_DEEP:
    case YZ_PROBLEM_TOO_MANY_VALUES:
    case YZ_PROBLEM_NUL_CHARACTER:
    case YZ_PROBLEM_BAD_ESCAPE:
    case YZ_PROBLEM_BAD_NUMBER_FORM:
    case YZ_PROBLEM_NUMBER_TOO_LARGE:
    case YZ_PROBLEM_NOT_A_NUMBER:
    case YZ_PROBLEM_BAD_UTF8:
    case YZ_PROBLEM_DUPLICATE_FIELD:
    case YZ_PROBLEM_BAD_ENCODING:
    case YZ_PROBLEM_BAD_CURSOR: return 400;
    case YZ_PROBLEM_VERSION_MISMATCH:
    case YZ_PROBLEM_ALREADY_EXISTS: return 412;
    case YZ_PROBLEM_KEY_REUSED: return 422;
    // The person the request is about; named by a field it is a wrong value like any other.
    case YZ_PROBLEM_UNKNOWN_PERSON: return problem->pointer[0] == '\0' ? 404 : 422;
    case YZ_PROBLEM_UNKNOWN_VENUE: return strcmp(problem->pointer, "/gig/station") ? 404 : 422;
    default: break;
    }
    switch (yz_problem_status(problem->code)) {
    case YZ_ERR_NOT_FOUND: return 404;
    case YZ_ERR_CONFLICT: return 409;
    case YZ_ERR_FULL: return 507;
    case YZ_ERR_DENIED: return 403;
    default: return 422;
    }
}

bool problem_named(yz_text name, problem_language language, problem_text *text) {
    static const yz_text OPEN = {"…", 3};
    const problem_refusal *refusal = problem_refusal_named(name);
    if (refusal != NULL) {
        problem_refusal_text(refusal, OPEN, language, text);
        return true;
    }
    for (int code = YZ_PROBLEM_NONE + 1; code < YZ_PROBLEM_CODE_COUNT; code++) {
        if (!yz_text_equal(name, yz_problem_name((yz_problem_code)code))) continue;
        yz_problem problem = {.code = (yz_problem_code)code, .pointer = "", .value = "…"};
        problem_text_of(&problem, language, text);
        return true;
    }
    return false;
}

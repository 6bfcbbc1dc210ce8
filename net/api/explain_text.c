#include "net/api/explain_text.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

#define SENTENCE_MAX 2048

typedef struct line {
    const explain_pair *pair;
    bool zh;
    char text[SENTENCE_MAX];
    uint32_t size;
} line;

__attribute__((format(printf, 2, 3))) static void say(line *l, const char *form, ...) {
    va_list arguments;
    va_start(arguments, form);
    int size = vsnprintf(l->text + l->size, SENTENCE_MAX - l->size, form, arguments);
    va_end(arguments);
    // What does not fit is left out whole: half a character would not be UTF-8.
    if (size > 0 && (uint32_t)size < SENTENCE_MAX - l->size) l->size += (uint32_t)size;
    l->text[l->size] = '\0';
}

static void end(line *l, json_out *out) {
    json_text(out, (yz_text){l->text, l->size});
    l->size = 0;
}

#define WORD(l, zh_word, en_word) ((l)->zh ? (zh_word) : (en_word))

// ---- values in words ----

static void say_skill(line *l, yz_text skill) {
    yz_entry_view view;
    yz_text name = skill;
    if (yz_market_entry(l->pair->market, YZ_SKILLS, skill, &view)) {
        yz_text first = l->zh ? view.entry.name_zh : view.entry.name_en;
        yz_text second = l->zh ? view.entry.name_en : view.entry.name_zh;
        name = first.size > 0 ? first : second.size > 0 ? second : skill;
    }
    say(l, "%.*s", (int)name.size, name.bytes);
}

static void say_yuan(line *l, int64_t fen, yz_wage_unit unit) {
    static const char *const UNITS[][2] = {{"小时", "hour"},      {"天", "day"},   {"周", "week"},
                                           {"两周", "two weeks"}, {"月", "month"}, {"年", "year"}};
    char amount[32];
    if (fen % 100 == 0)
        snprintf(amount, sizeof amount, "%" PRId64, fen / 100);
    else
        snprintf(amount, sizeof amount, "%" PRId64 ".%02d", fen / 100, (int)(fen % 100));
    if (l->zh)
        say(l, "%s 元/%s", amount, UNITS[unit][0]);
    else
        say(l, "%s yuan per %s", amount, UNITS[unit][1]);
}

static void say_km(line *l, double km) {
    say(l, km < 10 ? "%.2f%s" : "%.1f%s", km, WORD(l, " 公里", " km"));
}

static void say_radius(line *l, uint32_t metres) {
    char text[32];
    snprintf(text, sizeof text, "%u.%03u", metres / 1000, metres % 1000);
    size_t size = strlen(text);
    while (text[size - 1] == '0')
        size -= 1;
    if (text[size - 1] == '.') size -= 1;
    say(l, "%.*s%s", (int)size, text, WORD(l, " 公里", " km"));
}

static const char *education_word(const line *l, uint32_t education) {
    static const char *const WORDS[][2] = {
        {"不限学历", "no schooling"},      {"小学", "primary"}, {"初中", "lower secondary"},
        {"高中或中专", "upper secondary"}, {"大专", "college"}, {"本科", "bachelor"},
        {"研究生", "postgraduate"}};
    return WORDS[education <= YZ_EDUCATION_MAX ? education : 0][!l->zh];
}

static const char *type_word(const line *l, uint8_t type) {
    switch (type) {
    case YZ_TYPE_FULL: return WORD(l, "全职", "full time");
    case YZ_TYPE_PART: return WORD(l, "兼职", "part time");
    case YZ_TYPE_GIG: return WORD(l, "零工", "gig");
    default: return WORD(l, "实习", "internship");
    }
}

static void say_shift(line *l, uint8_t shift) {
    static const char *const DAYS[][2] = {
        {"周一", "Monday"}, {"周二", "Tuesday"},  {"周三", "Wednesday"}, {"周四", "Thursday"},
        {"周五", "Friday"}, {"周六", "Saturday"}, {"周日", "Sunday"}};
    static const char *const PARTS[][2] = {
        {"上午", "morning"}, {"下午", "afternoon"}, {"晚上", "evening"}};
    const char *gap = l->zh ? "" : " ";
    say(l, "%s%s%s", DAYS[shift / 3 % 7][!l->zh], gap, PARTS[shift % 3][!l->zh]);
}

// ---- one sentence per part ----

static void coverage(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    if (e->required_count == 0) {
        say(l, "%s", WORD(l, "岗位不要求技能", "The job asks for no skill"));
    } else {
        double percent = 100.0 * (double)e->weight_met / (double)e->weight_total;
        say(l, WORD(l, "技能按权重符合 %.0f%%：", "Skills met by weight: %.0f%%; "), percent);
    }
    for (uint32_t i = 0; i < e->required_count; i++) {
        const yz_skill_check *check = &e->required[i];
        if (i > 0) say(l, "%s", WORD(l, "；", "; "));
        say_skill(l, check->skill);
        say(l, WORD(l, "要 %u 级", " level %u asked"), check->needed);
        if (check->met)
            say(l, WORD(l, "，有 %u 级，符合", ", has %u, met"), check->held);
        else if (check->held > 0)
            say(l, WORD(l, "，只有 %u 级", ", has only %u"), check->held);
        else
            say(l, "%s", WORD(l, "，还不会", ", not held"));
    }
    if (e->fits) say(l, WORD(l, "（%.2f 分）", " (%.2f points)"), e->parts.coverage);
    end(l, out);
}

static void preferred(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    if (e->preferred_total == 0) return;
    say(l, WORD(l, "优先考虑的 %u 项技能有 %u 项", "Of %u preferred skills %u are held"),
        e->preferred_total, e->preferred_met);
    bool first = true;
    for (uint32_t i = 0; i < e->preferred_count; i++) {
        if (!e->preferred[i].met) continue;
        say(l, "%s", first ? WORD(l, "：", ": ") : WORD(l, "、", ", "));
        say_skill(l, e->preferred[i].skill);
        first = false;
    }
    if (e->fits) say(l, WORD(l, "（%.2f 分）", " (%.2f points)"), e->parts.preferred);
    end(l, out);
}

static void distance(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    say(l, "%s", WORD(l, "距离 ", "It is "));
    say_km(l, e->distance_km);
    if (e->failed[YZ_LIMIT_DISTANCE])
        say(l, "%s", WORD(l, "，超出愿去的 ", " away, farther than "));
    else
        say(l, "%s", WORD(l, "，在愿去的 ", " away, within "));
    say_radius(l, l->pair->seeker->radius_m);
    if (!e->failed[YZ_LIMIT_DISTANCE]) say(l, "%s", WORD(l, " 之内", ""));
    if (e->fits) say(l, WORD(l, "（%.2f 分）", " (%.2f points)"), e->parts.distance);
    end(l, out);
}

static void wage(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    const yz_posting *p = l->pair->posting;
    const yz_seeker *s = l->pair->seeker;
    if (p->has_wage) {
        say(l, "%s", WORD(l, "工资最高 ", "The wage goes up to "));
        say_yuan(l, p->wage_max_fen, p->wage_unit);
    } else {
        say(l, "%s", WORD(l, "岗位没有写明工资", "The job names no wage"));
    }
    if (s->floor_fen == 0) {
        say(l, "%s", WORD(l, "，求职者没有工资底线", "; the seeker has no floor"));
    } else {
        if (e->failed[YZ_LIMIT_WAGE])
            say(l, "%s", WORD(l, "，达不到底线 ", ", below the floor of "));
        else
            say(l, "%s", WORD(l, "，不低于底线 ", ", not below the floor of "));
        say_yuan(l, s->floor_fen, s->floor_unit);
    }
    if (e->fits) say(l, WORD(l, "（%.2f 分）", " (%.2f points)"), e->parts.wage);
    end(l, out);
}

static void other_limits(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    if (e->failed[YZ_LIMIT_EDUCATION]) {
        say(l, WORD(l, "学历要求%s，现为%s", "Education asked: %s; the seeker's: %s"),
            education_word(l, l->pair->posting->education_min),
            education_word(l, l->pair->seeker->education));
        end(l, out);
    }
    if (e->failed[YZ_LIMIT_TYPE]) {
        say(l,
            WORD(l, "这是%s岗位，不在接受的类型之内",
                 "This is a %s job, which the seeker does not take"),
            type_word(l, l->pair->posting->type));
        end(l, out);
    }
    if (e->failed[YZ_LIMIT_SHIFTS]) {
        say(l, "%s", WORD(l, "班次没有重合", "No shift suits both"));
        end(l, out);
    }
}

// ---- the advice ----

static void say_move(line *l, const yz_move *move) {
    switch (move->limit) {
    case YZ_LIMIT_DISTANCE:
        say(l, "%s", WORD(l, "把半径放宽到 ", "widen the radius to "));
        say_radius(l, move->radius_m);
        break;
    case YZ_LIMIT_WAGE:
        say(l, "%s", WORD(l, "把工资底线降到 ", "lower the floor to "));
        say_yuan(l, move->floor_fen, move->floor_unit);
        break;
    case YZ_LIMIT_EDUCATION:
        say(l, WORD(l, "学历提高到%s", "raise education to %s"),
            education_word(l, move->education));
        break;
    case YZ_LIMIT_TYPE:
        say(l, WORD(l, "也接受%s", "take %s jobs as well"), type_word(l, move->type));
        break;
    case YZ_LIMIT_SHIFTS:
        say(l, "%s", WORD(l, "增加班次：", "add a shift: "));
        say_shift(l, move->shift);
        break;
    case YZ_LIMIT_COVERAGE:
        say(l, "%s", move->skill_from > 0 ? WORD(l, "把", "raise ") : WORD(l, "学会", "learn "));
        say_skill(l, move->skill);
        if (move->skill_from > 0) {
            say(l, WORD(l, "从 %u 级提高到 %u 级", " from level %u to %u"), move->skill_from,
                move->skill_to);
        } else {
            say(l, WORD(l, "（%u 级）", " (level %u)"), move->skill_to);
        }
        break;
    }
}

static const char *limit_word(const line *l, yz_limit limit) {
    static const char *const WORDS[YZ_LIMIT_COUNT][2] = {{"距离", "distance"},  {"工资", "wage"},
                                                         {"学历", "education"}, {"类型", "type"},
                                                         {"班次", "shifts"},    {"技能", "skills"}};
    return WORDS[limit][!l->zh];
}

static void advice(line *l, json_out *out) {
    const yz_explanation *e = l->pair->why;
    if (e->fits) {
        say(l, WORD(l, "符合，合计 %.2f 分", "It fits, with %.2f points"), e->score);
        end(l, out);
        return;
    }
    if (e->has_single_change) {
        say(l, "%s", WORD(l, "只差一步：", "One change is enough: "));
        say_move(l, &e->moves[0]);
        end(l, out);
        return;
    }
    say(l, WORD(l, "有 %u 项不符，须都改变：", "%u limits fail; each must change: "),
        e->failed_count);
    for (uint32_t i = 0; i < e->move_count; i++) {
        if (i > 0) say(l, "%s", WORD(l, "；", "; "));
        if (e->moves[i].possible)
            say_move(l, &e->moves[i]);
        else
            say(l, WORD(l, "%s（一步改变不够）", "%s (one step is not enough)"),
                limit_word(l, e->moves[i].limit));
    }
    end(l, out);
}

void explain_sentences(const explain_pair *pair, problem_language language, json_out *out) {
    line l = {.pair = pair, .zh = language == PROBLEM_ZH};
    json_begin_array(out);
    coverage(&l, out);
    preferred(&l, out);
    distance(&l, out);
    wage(&l, out);
    other_limits(&l, out);
    advice(&l, out);
    json_end_array(out);
}

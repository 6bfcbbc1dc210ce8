/* Calls: the built-in functions, and definitions made into instances by the kinds of their
 * arguments. */
#include "engine/policy/check.h"

typedef const yz_expr *call(yz_checker *c, const yz_syntax *s);

static yz_kind of(yz_type type) {
    return yz_kind_of(type);
}

/* f(a, b) with plain kinds on both sides. */
static const yz_expr *two(yz_checker *c, const yz_syntax *s, yz_op op, yz_type a, yz_type b,
                          yz_type gives) {
    const yz_expr *first = yz_check_type(c, s->list[0], a);
    const yz_expr *second = first ? yz_check_type(c, s->list[1], b) : NULL;
    return yz_grow2(c, op, of(gives), s->place, first, second);
}

static const yz_expr *age(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_AGE, YZ_TYPE_DATE, YZ_TYPE_DATE, YZ_TYPE_INT);
}
static const yz_expr *days(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_DAYS, YZ_TYPE_DATE, YZ_TYPE_DATE, YZ_TYPE_INT);
}
static const yz_expr *full_months(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_FULL_MONTHS, YZ_TYPE_DATE, YZ_TYPE_DATE, YZ_TYPE_INT);
}
static const yz_expr *add_months(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_ADD_MONTHS, YZ_TYPE_DATE, YZ_TYPE_INT, YZ_TYPE_DATE);
}
static const yz_expr *add_years(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_ADD_YEARS, YZ_TYPE_DATE, YZ_TYPE_INT, YZ_TYPE_DATE);
}
static const yz_expr *prefix(yz_checker *c, const yz_syntax *s) {
    return two(c, s, YZ_OP_PREFIX, YZ_TYPE_TEXT, YZ_TYPE_INT, YZ_TYPE_TEXT);
}
static const yz_expr *month(yz_checker *c, const yz_syntax *s) {
    return yz_grow1(c, YZ_OP_MONTH, of(YZ_TYPE_MONTH), s->place,
                    yz_check_type(c, s->list[0], YZ_TYPE_DATE));
}
static const yz_expr *year(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a = yz_check_expr(c, s->list[0], NULL);
    if (a && a->kind.type != YZ_TYPE_MONTH && a->kind.type != YZ_TYPE_DATE)
        a = yz_check_type(c, s->list[0], YZ_TYPE_DATE);
    return yz_grow1(c, YZ_OP_YEAR, of(YZ_TYPE_INT), s->place, a);
}

static const yz_expr *of_text(yz_checker *c, const yz_syntax *s, yz_op op, yz_kind kind) {
    return yz_grow1(c, op, kind, s->place, yz_check_type(c, s->list[0], YZ_TYPE_TEXT));
}
static const yz_expr *id_valid(yz_checker *c, const yz_syntax *s) {
    return of_text(c, s, YZ_OP_ID_VALID, of(YZ_TYPE_BOOL));
}
static const yz_expr *id_birth(yz_checker *c, const yz_syntax *s) {
    return of_text(c, s, YZ_OP_ID_BIRTH, of(YZ_TYPE_DATE));
}
static const yz_expr *id_sex(yz_checker *c, const yz_syntax *s) {
    return of_text(c, s, YZ_OP_ID_SEX, yz_kind_with(YZ_TYPE_WORD, YZ_WORDS_sex));
}
static const yz_expr *credit_code_valid(yz_checker *c, const yz_syntax *s) {
    return of_text(c, s, YZ_OP_CREDIT_CODE_VALID, of(YZ_TYPE_BOOL));
}

static bool wrong(yz_checker *c, const yz_syntax *s, const char *en, const char *zh, yz_kind got) {
    yz_kind_name name = yz_name_of_kind(got);
    yz_say(c->said->sayer, s->place, "This must be %s%.0s, but it is %s.%.0s",
           "此处应为%.0s%s，实际是%.0s%s。", en, zh, name.en, name.zh);
    return false;
}

static const yz_expr *joint_months(yz_checker *c, const yz_syntax *s) {
    const yz_expr *list[4];
    yz_kind insurances = yz_kind_with(YZ_TYPE_SET, YZ_WORDS_insurance);
    list[0] = yz_check_expr(c, s->list[0], NULL);
    if (!list[0]) return NULL;
    if (list[0]->kind.type != YZ_TYPE_LIST || list[0]->kind.of != YZ_OBJECT_insured_month) {
        wrong(c, s->list[0], "a list of insured months", "参保月份列表", list[0]->kind);
        return NULL;
    }
    list[1] = yz_check_expr(c, s->list[1], &insurances);
    if (!list[1]) return NULL;
    if (!yz_kind_equal(list[1]->kind, insurances)) {
        wrong(c, s->list[1], "a set of insurances", "险种集合", list[1]->kind);
        return NULL;
    }
    for (int i = 2; i < 4; i++) {
        list[i] = yz_check_type(c, s->list[i], YZ_TYPE_DATE);
        if (!list[i]) return NULL;
    }
    return yz_grow_list(c, YZ_OP_JOINT_MONTHS, of(YZ_TYPE_INT), s->place, 4, list);
}

const yz_expr *yz_check_list(yz_checker *c, const yz_syntax *s, yz_kind *element) {
    const yz_expr *list = yz_check_expr(c, s, NULL);
    if (!list || yz_kind_element(list->kind, element)) return list;
    wrong(c, s, "a list or a set", "列表或集合", list->kind);
    return NULL;
}

/* f(list, on it [, on it]): the second and third are read with `it` bound. */
static const yz_expr *through(yz_checker *c, const yz_syntax *s, yz_op op) {
    yz_kind outer = c->it, element;
    bool has_outer = c->has_it;
    const yz_expr *list = yz_check_list(c, s->list[0], &element), *value = NULL, *third = NULL;
    if (!list) return NULL;
    c->it = element;
    c->has_it = true;
    value = op == YZ_OP_SUM ? yz_check_number(c, s->list[1]) : yz_check_bool(c, s->list[1]);
    if (value && op == YZ_OP_DISTINCT) third = yz_check_scalar(c, s->list[2]);
    c->it = outer;
    c->has_it = has_outer;
    if (!value || (op == YZ_OP_DISTINCT && !third)) return NULL;
    yz_kind kind = op == YZ_OP_ANY   ? of(YZ_TYPE_BOOL)
                   : op == YZ_OP_SUM ? value->kind
                                     : of(YZ_TYPE_INT);
    return yz_grow3(c, op, kind, s->place, list, value, third);
}
static const yz_expr *any(yz_checker *c, const yz_syntax *s) {
    return through(c, s, YZ_OP_ANY);
}
static const yz_expr *count(yz_checker *c, const yz_syntax *s) {
    return through(c, s, YZ_OP_COUNT);
}
static const yz_expr *sum(yz_checker *c, const yz_syntax *s) {
    return through(c, s, YZ_OP_SUM);
}
static const yz_expr *distinct(yz_checker *c, const yz_syntax *s) {
    return through(c, s, YZ_OP_DISTINCT);
}

static const yz_expr *overlaps(yz_checker *c, const yz_syntax *s) {
    const yz_expr *a, *b;
    if (!yz_check_sets(c, s->list[0], s->list[1], &a, &b)) return NULL;
    return yz_grow2(c, YZ_OP_OVERLAPS, of(YZ_TYPE_BOOL), s->place, a, b);
}
static const yz_expr *contains(yz_checker *c, const yz_syntax *s) {
    const yz_expr *element, *set;
    if (!yz_check_member(c, s->list[1], s->list[0], &element, &set)) return NULL;
    return yz_grow2(c, YZ_OP_CONTAINS, of(YZ_TYPE_BOOL), s->place, set, element);
}

/* max and min: all brought to one kind and scale. */
static const yz_expr *extreme(yz_checker *c, const yz_syntax *s, yz_op op) {
    const yz_expr **list = yz_said_take(c->said, s->count * sizeof(*list));
    if (!list) return NULL;
    for (uint32_t i = 0; i < s->count; i++) {
        list[i] = yz_check_expr(c, s->list[i], NULL);
        if (!list[i]) return NULL;
        if (yz_kind_is_number(list[i]->kind) || list[i]->kind.type == YZ_TYPE_DATE) continue;
        wrong(c, s->list[i], "a number or a date", "数或日期", list[i]->kind);
        return NULL;
    }
    // The first takes the kind of all, then all take the kind of the first.
    for (uint32_t i = 1; i < s->count; i++) {
        const yz_expr *one = list[i];
        if (!yz_check_alike(c, s->list[i]->place, &list[0], &one)) return NULL;
    }
    for (uint32_t i = 1; i < s->count; i++) {
        const yz_expr *first = list[0];
        if (!yz_check_alike(c, s->list[i]->place, &first, &list[i])) return NULL;
    }
    return yz_grow_list(c, op, list[0]->kind, s->place, s->count, list);
}
static const yz_expr *max(yz_checker *c, const yz_syntax *s) {
    return extreme(c, s, YZ_OP_MAX);
}
static const yz_expr *min(yz_checker *c, const yz_syntax *s) {
    return extreme(c, s, YZ_OP_MIN);
}

static const yz_expr *round_fen(yz_checker *c, const yz_syntax *s) {
    return yz_grow1(c, YZ_OP_ROUND_FEN, of(YZ_TYPE_YUAN), s->place, yz_check_yuan(c, s->list[0]));
}
static const yz_expr *tier(yz_checker *c, const yz_syntax *s) {
    const yz_expr *table = yz_check_param_of(c, s->list[0], YZ_PARAM_TIERS);
    const yz_expr *n = table ? yz_check_type(c, s->list[1], YZ_TYPE_INT) : NULL;
    const yz_expr *d = n ? yz_check_type(c, s->list[2], YZ_TYPE_INT) : NULL;
    return d ? yz_grow3(c, YZ_OP_TIER, of(YZ_TYPE_YUAN), s->place, table, n, d) : NULL;
}
static const yz_expr *lookup(yz_checker *c, const yz_syntax *s) {
    const yz_expr *table = yz_check_param_of(c, s->list[0], YZ_PARAM_TABLE);
    const yz_expr *key = table ? yz_check_type(c, s->list[1], YZ_TYPE_INT) : NULL;
    return yz_grow2(c, YZ_OP_LOOKUP, of(YZ_TYPE_YUAN), s->place, table, key);
}
static const yz_expr *covers(yz_checker *c, const yz_syntax *s) {
    const yz_expr *window = yz_check_param_of(c, s->list[0], YZ_PARAM_WINDOW);
    const yz_expr *day = window ? yz_check_type(c, s->list[1], YZ_TYPE_DATE) : NULL;
    return yz_grow2(c, YZ_OP_COVERS, of(YZ_TYPE_BOOL), s->place, window, day);
}
static const yz_expr *known(yz_checker *c, const yz_syntax *s) {
    return yz_grow1(c, YZ_OP_KNOWN, of(YZ_TYPE_BOOL), s->place, yz_check_expr(c, s->list[0], NULL));
}

static const struct builtin {
    const char *name;
    uint32_t least, most;
    call *check;
} BUILTINS[] = {
    {"add_months", 2, 2, add_months},
    {"add_years", 2, 2, add_years},
    {"age", 2, 2, age},
    {"any", 2, 2, any},
    {"contains", 2, 2, contains},
    {"count", 2, 2, count},
    {"covers", 2, 2, covers},
    {"credit_code_valid", 1, 1, credit_code_valid},
    {"days", 2, 2, days},
    {"distinct", 3, 3, distinct},
    {"full_months", 2, 2, full_months},
    {"id_birth", 1, 1, id_birth},
    {"id_sex", 1, 1, id_sex},
    {"id_valid", 1, 1, id_valid},
    {"joint_months", 4, 4, joint_months},
    {"known", 1, 1, known},
    {"lookup", 2, 2, lookup},
    {"max", 2, UINT32_MAX, max},
    {"min", 2, UINT32_MAX, min},
    {"month", 1, 1, month},
    {"overlaps", 2, 2, overlaps},
    {"prefix", 2, 2, prefix},
    {"round_fen", 1, 1, round_fen},
    {"sum", 2, 2, sum},
    {"tier", 3, 3, tier},
    {"year", 1, 1, year},
};
#define BUILTIN_COUNT (sizeof BUILTINS / sizeof BUILTINS[0])

static const struct builtin *builtin_named(yz_text name) {
    for (uint32_t i = 0; i < BUILTIN_COUNT; i++) {
        if (yz_text_equal(name, yz_text_of(BUILTINS[i].name))) return &BUILTINS[i];
    }
    return NULL;
}

bool yz_is_builtin(yz_text name) {
    return builtin_named(name) != NULL;
}

static const yz_expr *unknown(yz_checker *c, const yz_syntax *s) {
    yz_near near = yz_near_to(s->text);
    for (uint32_t i = 0; i < BUILTIN_COUNT; i++)
        yz_near_try(&near, yz_text_of(BUILTINS[i].name));
    for (uint32_t i = 0; i < c->define_count; i++)
        yz_near_try(&near, c->defines[i].name.text);
    if (near.nearest.size) {
        yz_say(c->said->sayer, s->place, "There is no function or definition %.*s; is %.*s meant?",
               "没有名为 %.*s 的函数或定义；是否应为 %.*s？", YZ_SHOWN(s->text),
               YZ_SHOWN(near.nearest));
    } else {
        yz_say(c->said->sayer, s->place,
               "There is no function or definition %.*s; write a define for it.",
               "没有名为 %.*s 的函数或定义；请用 define 定义。", YZ_SHOWN(s->text));
    }
    return NULL;
}

static bool argument_count(yz_checker *c, const yz_syntax *s, uint32_t least, uint32_t most) {
    if (s->count >= least && s->count <= most) return true;
    if (most == UINT32_MAX) {
        yz_say(c->said->sayer, s->place, "%.*s takes %u arguments or more, not %u.",
               "%.*s 至少需要 %u 个参数，而不是 %u 个。", YZ_SHOWN(s->text), least, s->count);
    } else {
        yz_say(c->said->sayer, s->place, "%.*s takes %u argument%s, not %u.",
               "%.*s 需要 %u 个%.0s参数，而不是 %u 个。", YZ_SHOWN(s->text), least,
               least == 1 ? "" : "s", s->count);
    }
    return false;
}

static const yz_expr *defined(yz_checker *c, const yz_syntax *s, uint32_t at) {
    const yz_said_define *define = &c->defines[at];
    if (!argument_count(c, s, define->count, define->count)) return NULL;
    const yz_expr **list = yz_said_take(c->said, s->count * sizeof(*list));
    yz_kind *kinds = list ? yz_said_take(c->said, s->count * sizeof *kinds) : NULL;
    if (!kinds) return NULL;
    for (uint32_t i = 0; i < s->count; i++) {
        list[i] = yz_check_expr(c, s->list[i], NULL);
        if (!list[i]) return NULL;
        kinds[i] = list[i]->kind;
    }
    int64_t instance = yz_check_instance(c, at, kinds, s->place);
    return instance < 0 ? NULL : yz_grow_call(c, (uint32_t)instance, s->place, s->count, list);
}

const yz_expr *yz_check_call(yz_checker *c, const yz_syntax *s) {
    const struct builtin *builtin = builtin_named(s->text);
    if (builtin) {
        return argument_count(c, s, builtin->least, builtin->most) ? builtin->check(c, s) : NULL;
    }
    int32_t at = yz_check_define_named(c, s->text);
    return at < 0 ? unknown(c, s) : defined(c, s, (uint32_t)at);
}

static int64_t instance_of(const yz_checker *c, uint32_t define, const yz_kind *kinds) {
    const yz_instance *instances = c->instances.items;
    for (uint32_t at = c->instance_heads[define]; at; at = instances[at - 1].next) {
        const yz_define *made = &instances[at - 1].define;
        uint32_t same = 0;
        while (same < made->arguments && yz_kind_equal(made->argument_kinds[same], kinds[same]))
            same += 1;
        if (same == made->arguments) return at - 1;
    }
    return -1;
}

/* "a calls b calls a", as far as there is room. */
static bool cycle(yz_checker *c, const yz_said_define *define, yz_place place) {
    char path[160];
    uint32_t size = 0;
    const yz_said_define *on[4];
    uint32_t known = 0, steps = 0;
    for (const yz_frame *f = c->frame; f; f = f->caller) {
        if (known < 4) on[known++] = f->define;
        steps += 1;
        if (f->define == define) break;
    }
    // Frames go from the innermost out; the path is told from the outermost in.
    const yz_said_define *told[6];
    uint32_t count = 0;
    told[count++] = define;
    for (uint32_t i = known; i-- > 0;) {
        if (on[i] != define) told[count++] = on[i];
    }
    told[count++] = define;
    for (uint32_t i = 0; i < count; i++) {
        yz_text name = told[i]->name.text;
        uint32_t shown = name.size < 20 ? name.size : 20;
        if (i > 0) memcpy(path + size, steps > known && i == 1 ? " .. " : " -> ", 4), size += 4;
        memcpy(path + size, name.bytes, shown);
        size += shown;
    }
    yz_say(c->said->sayer, place, "A definition may not lead back to itself: %.*s.",
           "定义不得循环引用自身：%.*s。", (int)size, path);
    return false;
}

static bool in_progress(yz_checker *c, const yz_said_define *define, yz_place place) {
    for (const yz_frame *f = c->frame; f; f = f->caller) {
        if (f->define == define) return cycle(c, define, place);
    }
    return true;
}

int64_t yz_check_instance(yz_checker *c, uint32_t define, const yz_kind *kinds,
                          yz_place call_place) {
    const yz_said_define *said = &c->defines[define];
    int64_t found = instance_of(c, define, kinds);
    if (found >= 0) return found;
    if (!in_progress(c, said, call_place)) return -1;
    if (c->instances.count == YZ_INSTANCES_MAX) {
        yz_say(c->said->sayer, call_place,
               "Definitions are called with more than %u combinations of kinds; write fewer.",
               "定义的参数类型组合超过 %u 种；请减少。", YZ_INSTANCES_MAX);
        return -1;
    }
    yz_kind outer = c->it;
    bool has_outer = c->has_it;
    yz_frame frame = {said, kinds, c->frame};
    c->frame = &frame;
    c->has_it = false;
    const yz_expr *body = yz_check_expr(c, said->body, NULL);
    c->frame = frame.caller;
    c->it = outer;
    c->has_it = has_outer;
    // Where it stands is in the definition; who called it with these kinds is said once.
    if (!body && said->count > 0 && !c->called)
        yz_say_called(c->said->sayer, call_place, said->name.text);
    c->called = c->called || !body;
    yz_text *names = body ? yz_said_take(c->said, said->count * sizeof *names) : NULL;
    yz_instance *made = names ? yz_pile_add(c->said, &c->instances) : NULL;
    if (!made) return -1;
    for (uint32_t i = 0; i < said->count; i++)
        names[i] = said->arguments[i].text;
    const yz_grown *grown = (const yz_grown *)body;
    made->define = (yz_define){said->name.text, said->count, kinds, names, body};
    made->levels = grown->levels;
    made->nodes = grown->nodes;
    made->next = c->instance_heads[define];
    c->instance_heads[define] = c->instances.count;
    return c->instances.count - 1;
}

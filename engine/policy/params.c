/* For every use of a parameter its periods, values in the kind of the use: reading is a walk along
 * the periods. */
#include "engine/policy/params.h"

#include "engine/base/alloc.h"
#include "engine/policy/resolve.h"
#include "engine/policy/say.h"

#include <stdlib.h>

#define ARENA_MAX ((size_t)1 << 29)

struct yz_params {
    const yz_rules *rules;
    yz_arena *arena;
    yz_param *series;            // as rules->params, overlays in place
    yz_param_reading **readings; // by use; one per period
};

#define NOWHERE ((yz_place){UINT32_MAX, 0, 0})

static void *take(yz_params *p, size_t size, yz_sayer *sayer) {
    void *taken = yz_arena_take(p->arena, size ? size : 1);
    if (!taken) {
        yz_say(sayer, NOWHERE, "These parameters are too large to be held in memory.",
               "参数过多，内存放不下。");
    }
    return taken;
}

static bool wrong(yz_sayer *sayer, yz_text name, const char *en, const char *zh) {
    yz_say(sayer, NOWHERE, "The values given for %.*s: %s.%.0s", "为 %.*s 给出的值：%.0s%s。",
           YZ_SHOWN(name), en, zh);
    return false;
}

#define WHOLE INT64_C(100000000) // 100 %

static bool is_sound(yz_sayer *sayer, const yz_param *param, const yz_param_value *value) {
    const yz_tiers *tiers = &value->tiers;
    const yz_table *table = &value->table;
    bool worded = param->type == YZ_PARAM_TEXT || param->type == YZ_PARAM_NAME;
    switch (param->type) {
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME:
    case YZ_PARAM_SET:
        if (!value->words || (worded && value->words->count != 1))
            return wrong(sayer, param->name, "words are missing", "缺少词");
        return true;
    case YZ_PARAM_TIERS:
        if (tiers->count == 0 || tiers->tiers[0].from_percent != 0)
            return wrong(sayer, param->name, "the first tier must begin at 0%",
                         "第一档须从 0% 开始");
        for (uint32_t i = 1; i < tiers->count; i++) {
            if (tiers->tiers[i].from_percent > tiers->tiers[i - 1].from_percent &&
                tiers->tiers[i].from_percent <= WHOLE)
                continue;
            return wrong(sayer, param->name, "tiers must ascend, up to 100%",
                         "档位须递增且不超过 100%");
        }
        return true;
    case YZ_PARAM_TABLE:
        for (uint32_t i = 1; i < table->count; i++) {
            if (table->keys[i] <= table->keys[i - 1])
                return wrong(sayer, param->name, "keys must ascend, none twice",
                             "键须递增且不重复");
        }
        return true;
    default: break;
    }
    if (value->number > YZ_FACT_INT_MAX || value->number < -YZ_FACT_INT_MAX)
        return wrong(sayer, param->name, "a number is too large", "数太大");
    return true;
}

static int by_from(const void *a, const void *b) {
    const yz_param_period *x = a, *y = b;
    if (x->from != y->from) return (x->from > y->from) - (x->from < y->from);
    return (x->to > y->to) - (x->to < y->to);
}

static bool overlaid(yz_params *p, const yz_param_overlay *overlay, yz_sayer *sayer) {
    int32_t at = yz_rules_param(p->rules, overlay->name);
    if (at < 0) {
        yz_near near = yz_near_to(overlay->name);
        for (uint32_t i = 0; i < p->rules->param_count; i++)
            yz_near_try(&near, p->rules->params[i].name);
        bool meant = near.nearest.size > 0;
        yz_say(sayer, NOWHERE, "The rules have no parameter %.*s.%s%.0s%.*s%s",
               "规则中没有参数 %.*s。%.0s%s%.*s%.0s", YZ_SHOWN(overlay->name),
               meant ? " Is it " : "", meant ? "是否应为 " : "", YZ_SHOWN(near.nearest),
               meant ? "?" : "");
        return false;
    }
    yz_param *param = &p->series[at];
    yz_param_period *periods = take(p, overlay->count * sizeof *periods, sayer);
    if (!periods) return false;
    if (overlay->count) memcpy(periods, overlay->periods, overlay->count * sizeof *periods);
    qsort(periods, overlay->count, sizeof *periods, by_from);
    for (uint32_t i = 0; i < overlay->count; i++) {
        if (periods[i].to < periods[i].from)
            return wrong(sayer, param->name, "a period ends before it begins",
                         "期间的结束早于开始");
        if (i > 0 && periods[i].from <= periods[i - 1].to)
            return wrong(sayer, param->name, "two periods overlap", "两个期间重叠");
        if (!is_sound(sayer, param, &periods[i].value)) return false;
    }
    param->count = overlay->count;
    param->periods = periods;
    return true;
}

/* What the overlay points to is copied: it need not outlive the call. */
static bool words_kept(yz_params *p, yz_param_period *period, yz_sayer *sayer) {
    const yz_texts *words = period->value.words;
    if (!words) return true;
    yz_texts *kept = take(p, sizeof *kept, sayer);
    yz_text *texts = kept ? take(p, words->count * sizeof *texts, sayer) : NULL;
    if (!texts) return false;
    for (uint32_t i = 0; i < words->count; i++) {
        uint32_t size = words->texts[i].size;
        char *bytes = take(p, size, sayer);
        if (!bytes) return false;
        if (size) memcpy(bytes, words->texts[i].bytes, size);
        texts[i] = (yz_text){bytes, size};
    }
    *kept = (yz_texts){words->count, texts};
    period->value.words = kept;
    return true;
}

static bool tables_kept(yz_params *p, yz_param_period *period, yz_sayer *sayer) {
    yz_tiers *tiers = &period->value.tiers;
    yz_table *table = &period->value.table;
    yz_tier *kept = take(p, tiers->count * sizeof *kept, sayer);
    int64_t *keys = kept ? take(p, table->count * sizeof *keys, sayer) : NULL;
    int64_t *amounts = keys ? take(p, table->count * sizeof *amounts, sayer) : NULL;
    if (!amounts) return false;
    if (tiers->count) memcpy(kept, tiers->tiers, tiers->count * sizeof *kept);
    if (table->count) memcpy(keys, table->keys, table->count * sizeof *keys);
    if (table->count) memcpy(amounts, table->amounts, table->count * sizeof *amounts);
    tiers->tiers = kept;
    table->keys = keys;
    table->amounts = amounts;
    return true;
}

static bool kept(yz_params *p, const yz_param_overlay *overlay, yz_sayer *sayer) {
    int32_t at = yz_rules_param(p->rules, overlay->name);
    const yz_param *param = &p->series[at];
    yz_param_period *periods = (yz_param_period *)(uintptr_t)param->periods; // made by overlaid()
    for (uint32_t i = 0; i < param->count; i++) {
        if (!words_kept(p, &periods[i], sayer) || !tables_kept(p, &periods[i], sayer)) return false;
        periods[i].ref = (yz_ref){UINT32_MAX, 0, 0};
    }
    return true;
}

static bool materialised(yz_params *p, uint32_t use, yz_sayer *sayer) {
    yz_kind kind = p->rules->uses[use].kind;
    const yz_param *param = &p->series[p->rules->uses[use].param];
    yz_param_reading *readings = take(p, param->count * sizeof *readings, sayer);
    p->readings[use] = readings;
    if (!readings) return false;
    for (uint32_t i = 0; i < param->count; i++) {
        uint32_t bad;
        readings[i] = (yz_param_reading){.given = true, .period = &param->periods[i]};
        if (yz_param_resolve(p->arena, &param->periods[i].value, kind, &readings[i], &bad))
            continue;
        yz_text word = param->periods[i].value.words->texts[bad];
        yz_say(sayer, NOWHERE, "%.*s is none of the words %.*s may have.",
               "%.*s 不是 %.*s 可取的词。", YZ_SHOWN(word), YZ_SHOWN(param->name));
        return false;
    }
    return true;
}

static bool filled(yz_params *p, const yz_param_overlay *overlays, uint32_t count,
                   yz_sayer *sayer) {
    const yz_rules *rules = p->rules;
    p->series = take(p, rules->param_count * sizeof *p->series, sayer);
    p->readings = take(p, rules->use_count * sizeof *p->readings, sayer);
    if (!p->series || !p->readings) return false;
    if (rules->param_count)
        memcpy(p->series, rules->params, rules->param_count * sizeof *p->series);
    for (uint32_t i = 0; i < count; i++) {
        if (!overlaid(p, &overlays[i], sayer) || !kept(p, &overlays[i], sayer)) return false;
    }
    for (uint32_t use = 0; use < rules->use_count; use++) {
        if (!materialised(p, use, sayer)) return false;
    }
    return true;
}

yz_status yz_params_new(const yz_rules *rules, const yz_param_overlay *overlays, uint32_t count,
                        yz_params **params, yz_rules_problem *problem) {
    yz_params *made = yz_alloc_zeroed(sizeof *made);
    yz_sayer sayer = {problem, NULL, 0};
    made->rules = rules;
    made->arena = yz_arena_new(ARENA_MAX);
    memset(problem, 0, sizeof *problem);
    *params = NULL;
    if (!filled(made, overlays, count, &sayer)) {
        yz_params_free(made);
        return YZ_ERR_BAD_INPUT;
    }
    *params = made;
    return YZ_OK;
}

void yz_params_free(yz_params *params) {
    if (params == NULL) return;
    yz_arena_free(params->arena);
    yz_free(params);
}

yz_param_reading yz_params_read(const yz_params *params, uint32_t use, int32_t day) {
    const yz_param *param = &params->series[params->rules->uses[use].param];
    for (uint32_t i = 0; i < param->count && param->periods[i].from <= day; i++) {
        if (day <= param->periods[i].to) return params->readings[use][i];
    }
    return (yz_param_reading){.given = false};
}

const yz_param_period *yz_params_period(const yz_params *params, uint32_t param, int32_t day) {
    const yz_param *series = &params->series[param];
    for (uint32_t i = 0; i < series->count && series->periods[i].from <= day; i++) {
        if (day <= series->periods[i].to) return &series->periods[i];
    }
    return NULL;
}

int32_t yz_params_next(const yz_params *params, uint32_t param, int32_t day) {
    const yz_param *series = &params->series[param];
    for (uint32_t i = 0; i < series->count; i++) {
        if (series->periods[i].from > day) return series->periods[i].from;
    }
    return INT32_MAX;
}

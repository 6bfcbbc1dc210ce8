#include "tools/what_if_values.h"

#include "tools/policy_files.h"

#include "net/api/json_facts.h"
#include "net/api/problem_text.h"

#include "engine/base/alloc.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define FILE_BYTES_MAX 4194304

static bool wrong(what_if_values *v, yz_text name, const char *what) {
    snprintf(v->why, sizeof v->why, "%.*s: %.160s", (int)(name.size > 64 ? 64 : name.size),
             name.bytes, what);
    return false;
}

// ---- numbers ----

// Digits with at most `decimals` after a point, in units of 10^-decimals, and then `unit`.
static bool scaled(yz_text text, unsigned decimals, const char *unit, int64_t *number) {
    uint32_t at = 0, digits = 0;
    bool negative = text.size > 0 && text.bytes[0] == '-', pointed = false;
    unsigned after = 0;
    int64_t value = 0;
    for (at = negative; at < text.size; at++) {
        char c = text.bytes[at];
        if (c == '.' && !pointed && digits > 0) {
            pointed = true;
            continue;
        }
        if (c < '0' || c > '9') break;
        if (pointed && after++ == decimals) return false;
        value = 10 * value + (c - '0');
        digits += 1;
        if (value > YZ_FACT_INT_MAX) return false;
    }
    for (; after < decimals; after++) {
        value *= 10;
        if (value > YZ_FACT_INT_MAX) return false;
    }
    yz_text rest = {text.bytes + at, text.size - at};
    *number = negative ? -value : value;
    return digits > 0 && yz_text_equal(rest, yz_text_of(unit));
}

static bool number_of(const yz_param *param, yz_text text, int64_t *number) {
    switch (param->type) {
    case YZ_PARAM_INT: return scaled(text, 0, "", number);
    case YZ_PARAM_PERCENT: return scaled(text, 6, "%", number);
    case YZ_PARAM_YUAN: return scaled(text, 2, "", number);
    default: return false;
    }
}

static const char *wanted(yz_param_type type) {
    switch (type) {
    case YZ_PARAM_BOOL: return "true or false is wanted";
    case YZ_PARAM_INT: return "a whole number is wanted";
    case YZ_PARAM_PERCENT: return "a percentage is wanted, as 5.5%";
    case YZ_PARAM_YUAN: return "yuan with at most two decimals are wanted, as 1200.50";
    case YZ_PARAM_DATE: return "a day is wanted, as 2024-01-01";
    default: return "windows, tiers and tables come from a file: --params FILE";
    }
}

// ---- one value ----

static const yz_texts *words_of(what_if_values *v, yz_text text, bool many) {
    yz_texts *texts = yz_arena_take(v->arena, sizeof *texts);
    yz_text *list = yz_arena_take(v->arena, (text.size + 1) * sizeof *list);
    if (texts == NULL || list == NULL) return NULL;
    uint32_t count = 0, from = 0;
    for (uint32_t at = 0; at <= text.size; at++) {
        if (at < text.size && !(many && text.bytes[at] == '+')) continue;
        if (at > from || !many) list[count++] = (yz_text){text.bytes + from, at - from};
        from = at + 1;
    }
    *texts = (yz_texts){count, list};
    return texts;
}

static bool value_of(what_if_values *v, const yz_param *param, yz_text text,
                     yz_param_value *value) {
    int32_t day;
    bool read = false;
    *value = (yz_param_value){0};
    switch (param->type) {
    case YZ_PARAM_BOOL:
        value->number = yz_text_equal(text, YZ_TEXT("true"));
        read = value->number || yz_text_equal(text, YZ_TEXT("false"));
        break;
    case YZ_PARAM_DATE:
        read = yz_date_of(text, &day);
        if (read) value->number = day;
        break;
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME:
    case YZ_PARAM_SET:
        value->words = words_of(v, text, param->type == YZ_PARAM_SET);
        read = value->words != NULL;
        break;
    default: read = number_of(param, text, &value->number); break;
    }
    return read || wrong(v, param->name, wanted(param->type));
}

// The same value in all the periods that are declared; where there is none, on every day.
static bool put(what_if_values *v, const yz_param *param, const yz_param_value *value) {
    uint32_t count = param->count ? param->count : 1;
    yz_param_period *periods = yz_arena_take(v->arena, count * sizeof *periods);
    if (v->count == WHAT_IF_VALUES_MAX || periods == NULL)
        return wrong(v, param->name, "there are too many values");
    periods[0] = (yz_param_period){.from = YZ_DATE_MIN, .to = YZ_DAY_OPEN};
    for (uint32_t i = 0; i < count; i++) {
        if (param->count) periods[i] = param->periods[i];
        periods[i].value = *value;
    }
    v->overlays[v->count++] = (yz_param_overlay){param->name, count, periods};
    return true;
}

// "name" of "name=value".
static const yz_param *param_of(what_if_values *v, yz_text text, yz_text *value) {
    const char *equals = text.size ? memchr(text.bytes, '=', text.size) : NULL;
    if (equals == NULL) {
        wrong(v, text, "NAME=VALUE is wanted");
        return NULL;
    }
    yz_text name = {text.bytes, (uint32_t)(equals - text.bytes)};
    *value = (yz_text){equals + 1, text.size - name.size - 1};
    int32_t at = yz_rules_param(v->rules, name);
    if (at < 0) wrong(v, name, "the rules have no parameter of this name");
    return at < 0 ? NULL : &v->rules->params[at];
}

static bool set_one(what_if_values *v, yz_text text) {
    yz_text written;
    yz_param_value value;
    const yz_param *param = param_of(v, text, &written);
    return param != NULL && value_of(v, param, written, &value) && put(v, param, &value);
}

bool what_if_values_set(what_if_values *v, const char *text) {
    yz_text kept = yz_arena_text(v->arena, yz_text_of(text));
    if (kept.bytes == NULL) return wrong(v, YZ_TEXT("--set"), "it is too long");
    uint32_t from = 0;
    for (uint32_t at = 0; at <= kept.size; at++) {
        if (at < kept.size && kept.bytes[at] != ',') continue;
        if (!set_one(v, (yz_text){kept.bytes + from, at - from})) return false;
        from = at + 1;
    }
    return true;
}

// ---- a file ----

static bool read_overlays(what_if_values *v, const char *path, yz_text bytes) {
    json_tree tree;
    yz_problem problem;
    const yz_param_overlay *overlays;
    uint32_t count = 0;
    yz_status status = json_parse(bytes, v->arena, &tree, &problem);
    if (status == YZ_OK)
        status = json_params_read(&tree, tree.root, "", v->rules, &overlays, &count, &problem);
    if (status != YZ_OK) {
        problem_text text;
        problem_text_of(&problem, PROBLEM_EN, &text);
        snprintf(v->why, sizeof v->why, "%.60s: %.60s: %.60s; %.60s", path, problem.pointer,
                 text.message, text.fix);
        return false;
    }
    if (v->count + count > WHAT_IF_VALUES_MAX)
        return wrong(v, yz_text_of(path), "there are too many values");
    for (uint32_t i = 0; i < count; i++)
        v->overlays[v->count++] = overlays[i];
    return true;
}

bool what_if_values_read(what_if_values *v, const char *path) {
    uint32_t size;
    char *bytes = policy_read_file(path, FILE_BYTES_MAX, &size, v->why);
    if (bytes == NULL) return false;
    yz_text kept = yz_arena_text(v->arena, (yz_text){bytes, size});
    yz_free(bytes);
    if (kept.bytes == NULL) return wrong(v, yz_text_of(path), "it is too large");
    return read_overlays(v, path, kept);
}

// ---- a range ----

bool what_if_range_read(what_if_values *v, const char *text, what_if_range *range) {
    yz_text written;
    const yz_param *param = param_of(v, yz_text_of(text), &written);
    if (param == NULL) return false;
    for (uint32_t at = 0; at + 1 < written.size; at++) {
        if (written.bytes[at] != '.' || written.bytes[at + 1] != '.') continue;
        yz_text from = {written.bytes, at}, to = {written.bytes + at + 2, written.size - at - 2};
        range->param = (uint32_t)(param - v->rules->params);
        if (number_of(param, from, &range->from) && number_of(param, to, &range->to)) return true;
        break;
    }
    return wrong(v, param->name, "a range of an int, a percent or yuan is wanted, as 4%..7%");
}

static void show(const yz_param *param, int64_t number, char *room, size_t size) {
    if (param->type == YZ_PARAM_YUAN) {
        policy_show_yuan(number, room, size);
    } else if (param->type == YZ_PARAM_PERCENT) {
        // Units of a millionth of 1 %, without zeros at the end
        int64_t all = number < 0 ? -number : number;
        size_t used = (size_t)snprintf(room, size, "%s%" PRId64 ".%06d", number < 0 ? "-" : "",
                                       all / 1000000, (int)(all % 1000000));
        while (room[used - 1] == '0')
            used -= 1;
        if (room[used - 1] == '.') used -= 1;
        snprintf(room + used, size - used, "%%");
    } else {
        snprintf(room, size, "%" PRId64, number);
    }
}

bool what_if_range_step(what_if_values *v, const what_if_range *range, uint32_t at, uint32_t steps,
                        char *shown, size_t shown_size) {
    const yz_param *param = &v->rules->params[range->param];
    // In parts: the distance times the step may pass 64 bits.
    int64_t distance = range->to - range->from, parts = steps - 1;
    yz_param_value value = {.number = range->from + distance / parts * at +
                                      distance % parts * at / parts};
    show(param, value.number, shown, shown_size);
    return put(v, param, &value);
}

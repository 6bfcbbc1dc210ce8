#include "engine/policy/eval.h"

#include "engine/model/check_digit.h"

#include <stdlib.h>
#include <string.h>

yz_eval yz_eval_on(const yz_policy_ask *ask, int32_t day) {
    uint32_t facts = yz_fact_count();
    return (yz_eval){.ask = ask,
                     .day = day,
                     .until = INT32_MAX,
                     .day_moving = true,
                     .status = YZ_OK,
                     .fact_count = facts,
                     .missing_words = (facts + ask->rules->param_count + 63) / 64};
}

int32_t yz_eval_as_of(const yz_policy_ask *ask) {
    return (int32_t)ask->facts->objects[YZ_OBJECT_top]->values[yz_field_top_as_of];
}

yz_value yz_eval_fail(yz_eval *e, yz_status status) {
    if (e->status == YZ_OK) e->status = status;
    return yz_value_none();
}

void *yz_eval_take(yz_eval *e, size_t size) {
    void *memory = yz_arena_take(e->ask->arena, size);
    if (memory == NULL) yz_eval_fail(e, YZ_ERR_FULL);
    return memory;
}

// ---- what is missing ----

static yz_value missing_bit(yz_eval *e, uint32_t bit) {
    if (e->singletons == NULL) {
        size_t size = (size_t)e->missing_words * 64 * sizeof *e->singletons;
        e->singletons = yz_eval_take(e, size);
        if (e->singletons == NULL) return yz_value_none();
        memset((void *)e->singletons, 0, size);
    }
    if (e->singletons[bit] == NULL) {
        uint64_t *set = yz_eval_take(e, e->missing_words * sizeof *set);
        if (set == NULL) return yz_value_none();
        memset(set, 0, e->missing_words * sizeof *set);
        set[bit / 64] = 1ull << bit % 64;
        e->singletons[bit] = set;
    }
    return (yz_value){.state = YZ_STATE_UNKNOWN, .missing = e->singletons[bit]};
}

yz_value yz_missing_param(yz_eval *e, uint32_t param) {
    return missing_bit(e, e->fact_count + param);
}

static bool has_all(const yz_eval *e, const uint64_t *a, const uint64_t *b) {
    for (uint32_t i = 0; i < e->missing_words; i++) {
        if (b[i] & ~a[i]) return false;
    }
    return true;
}

const uint64_t *yz_missing_union(yz_eval *e, const uint64_t *a, const uint64_t *b) {
    if (a == NULL || a == b) return b;
    if (b == NULL || has_all(e, a, b)) return a;
    if (has_all(e, b, a)) return b;
    uint64_t *both = yz_eval_take(e, e->missing_words * sizeof *both);
    if (both == NULL) return a;
    for (uint32_t i = 0; i < e->missing_words; i++)
        both[i] = a[i] | b[i];
    return both;
}

static int by_bytes(const void *a, const void *b) {
    return yz_text_compare(*(const yz_text *)a, *(const yz_text *)b);
}

const yz_text *yz_missing_names(yz_eval *e, const uint64_t *missing, const char *prefix,
                                uint32_t *count) {
    *count = 0;
    uint32_t found = 0;
    for (uint32_t i = 0; missing != NULL && i < e->missing_words; i++)
        found += (uint32_t)__builtin_popcountll(missing[i]);
    yz_text *names = yz_eval_take(e, (found + 1) * sizeof *names);
    if (names == NULL) return NULL;
    for (uint32_t bit = 0; found > 0 && bit < e->missing_words * 64; bit++) {
        if (!(missing[bit / 64] >> bit % 64 & 1)) continue;
        bool param = bit >= e->fact_count;
        yz_text name = param ? e->ask->rules->params[bit - e->fact_count].name
                             : yz_text_of(yz_fact_numbered(bit)->path);
        size_t before = strlen(prefix), between = param ? strlen("param:") : 0;
        char *bytes = yz_eval_take(e, before + between + name.size);
        if (bytes == NULL) return NULL;
        memcpy(bytes, prefix, before);
        memcpy(bytes + before, "param:", between);
        memcpy(bytes + before + between, name.bytes, name.size);
        names[(*count)++] = (yz_text){bytes, (uint32_t)(before + between + name.size)};
    }
    if (*count > 1) qsort(names, *count, sizeof *names, by_bytes);
    return names;
}

// ---- operands ----

bool yz_eval_given(yz_eval *e, const yz_value *operands, uint32_t count, yz_value *result) {
    const uint64_t *missing = NULL;
    for (uint32_t i = 0; i < count; i++) {
        if (operands[i].state == YZ_STATE_NONE) {
            *result = yz_value_none();
            return false;
        }
        if (operands[i].state == YZ_STATE_UNKNOWN)
            missing = yz_missing_union(e, missing, operands[i].missing);
    }
    *result = (yz_value){.state = YZ_STATE_UNKNOWN, .missing = missing};
    return missing == NULL;
}

bool yz_eval_two(yz_eval *e, const yz_expr *x, yz_value *a, yz_value *b, yz_value *result) {
    yz_value operands[2] = {yz_evaluate(e, x->a)};
    if (x->b != NULL) operands[1] = yz_evaluate(e, x->b);
    *a = operands[0];
    *b = operands[1];
    return yz_eval_given(e, operands, x->b != NULL ? 2 : 1, result);
}

yz_value *yz_eval_all(yz_eval *e, const yz_expr *x, yz_value *result) {
    *result = yz_value_none();
    yz_value *operands = yz_eval_take(e, (x->list_count + 1) * sizeof *operands);
    if (operands == NULL) return NULL;
    for (uint32_t i = 0; i < x->list_count; i++)
        operands[i] = yz_evaluate(e, x->list[i]);
    return yz_eval_given(e, operands, x->list_count, result) ? operands : NULL;
}

// ---- leaves ----

static const yz_list no_entries;
static const yz_texts no_texts;

// What stands in a row's int64.
static yz_value from_row(yz_fact_type type, int64_t held) {
    yz_value value = {.state = YZ_STATE_GIVEN};
    switch (type) {
    case YZ_FACT_SET: value.set = (uint64_t)held; break;
    case YZ_FACT_TEXT: value.text = (const yz_text *)(intptr_t)held; break;
    case YZ_FACT_TEXTS: value.texts = held ? (const yz_texts *)(intptr_t)held : &no_texts; break;
    case YZ_FACT_LIST: value.list = held ? (const yz_list *)(intptr_t)held : &no_entries; break;
    default: value.number = held; break;
    }
    return value;
}

static yz_value of_row(yz_eval *e, const yz_row *row, uint32_t field, const yz_fact_form *form) {
    if (row != NULL && row->known >> field & 1) return from_row(form->type, row->values[field]);
    switch (form->absent) {
    case YZ_ABSENT_DEFAULT: return from_row(form->type, form->absent_value);
    case YZ_ABSENT_NONE: return yz_value_none();
    default: return form->number == UINT32_MAX ? yz_value_none() : missing_bit(e, form->number);
    }
}

yz_value yz_eval_fact(yz_eval *e, uint32_t number) {
    const yz_fact_form *form = yz_fact_numbered(number);
    yz_value value = of_row(e, e->ask->facts->objects[form->object], form->field, form);
    value.moving = form->object == YZ_OBJECT_top && form->field == yz_field_top_as_of;
    return value;
}

static yz_value field(yz_eval *e, const yz_expr *x) {
    yz_object object = (yz_object)x->a->kind.of;
    const yz_fact_form *forms;
    yz_object_fields(object, &forms);
    yz_value row = yz_evaluate(e, x->a);
    if (row.state == YZ_STATE_UNKNOWN) return row;
    if (row.state == YZ_STATE_NONE && object > YZ_OBJECTS) return row;
    // An object that is not given has facts all the same: unknown, none or a default.
    return of_row(e, row.state == YZ_STATE_GIVEN ? row.row : NULL, x->at, &forms[x->at]);
}

static yz_value object(const yz_eval *e, const yz_expr *x) {
    const yz_row *row = e->ask->facts->objects[x->at];
    if (row == NULL) return yz_value_none();
    return (yz_value){.state = YZ_STATE_GIVEN, .row = row};
}

static yz_value constant(const yz_expr *x) {
    yz_value value = {.state = YZ_STATE_GIVEN};
    switch (x->kind.type) {
    case YZ_TYPE_SET: value.set = x->value.set; break;
    case YZ_TYPE_TEXT: value.text = x->value.text; break;
    case YZ_TYPE_TEXTS: value.texts = x->value.texts; break;
    case YZ_TYPE_NUMBERS: value.numbers = x->value.numbers; break;
    default: value.number = x->value.number; break;
    }
    return value;
}

static yz_value param(yz_eval *e, const yz_expr *x) {
    const yz_param_use *use = &e->ask->rules->uses[x->at];
    yz_until_param(e, use->param, e->day, e->day_moving);
    yz_param_reading reading = yz_params_read(e->ask->params, x->at, e->day);
    if (!reading.given) return yz_missing_param(e, use->param);
    yz_value value = {.state = YZ_STATE_GIVEN};
    switch (use->kind.type) {
    case YZ_TYPE_SET: value.set = reading.set; break;
    case YZ_TYPE_TEXT: value.text = reading.text; break;
    case YZ_TYPE_TEXTS: value.texts = reading.texts; break;
    case YZ_TYPE_NUMBERS: value.numbers = reading.numbers; break;
    case YZ_TYPE_TIERS: value.tiers = reading.tiers; break;
    case YZ_TYPE_TABLE: value.table = reading.table; break;
    default: value.number = reading.number; break;
    }
    return value;
}

static yz_value it(const yz_eval *e, const yz_expr *x) {
    const yz_scope *scope = e->scope;
    for (uint32_t out = x->at; out > 0 && scope != NULL; out--)
        scope = scope->outer;
    return scope != NULL ? scope->it : yz_value_none();
}

// ---- defines ----

// The body knows its own lists only: it starts without `it`.
static yz_value body_of(yz_eval *e, const yz_define *define, const yz_value *arguments) {
    const yz_value *outer_arguments = e->arguments;
    const yz_scope *outer_scope = e->scope;
    e->arguments = arguments;
    e->scope = NULL;
    yz_value value = yz_evaluate(e, define->body);
    e->arguments = outer_arguments;
    e->scope = outer_scope;
    return value;
}

static bool formulas_ready(yz_eval *e) {
    if (e->formulas != NULL) return true;
    uint32_t count = e->ask->rules->define_count;
    yz_value *formulas = yz_eval_take(e, count * sizeof *formulas);
    bool *known = yz_eval_take(e, count * sizeof *known);
    e->formulas_until = yz_eval_take(e, count * sizeof *e->formulas_until);
    if (formulas == NULL || known == NULL || e->formulas_until == NULL) return false;
    memset(known, 0, count * sizeof *known);
    e->formulas = formulas;
    e->formulas_known = known;
    return true;
}

static yz_value call(yz_eval *e, const yz_expr *x) {
    const yz_define *define = &e->ask->rules->defines[x->at];
    if (define->arguments == 0) { // the same wherever it is asked for: evaluated once
        if (!formulas_ready(e)) return yz_value_none();
        int32_t before = yz_until_apart(e);
        if (!e->formulas_known[x->at]) {
            e->formulas[x->at] = body_of(e, define, NULL);
            e->formulas_until[x->at] = e->until;
            e->formulas_known[x->at] = true;
        }
        e->until = e->formulas_until[x->at];
        (void)yz_until_joined(e, before);
        return e->formulas[x->at];
    }
    yz_value *arguments = yz_eval_take(e, define->arguments * sizeof *arguments);
    if (arguments == NULL) return yz_value_none();
    for (uint32_t i = 0; i < define->arguments; i++)
        arguments[i] = yz_evaluate(e, x->list[i]);
    return body_of(e, define, arguments);
}

// ---- conditions ----

static yz_value junction(yz_eval *e, const yz_expr *x, int decides) {
    const uint64_t *missing = NULL;
    bool decided = false;
    for (uint32_t i = 0; i < x->list_count; i++) {
        yz_value operand = yz_evaluate(e, x->list[i]);
        int truth = yz_truth(operand);
        if (truth == decides) decided = true;
        if (truth < 0) missing = yz_missing_union(e, missing, operand.missing);
    }
    if (decided) return yz_value_number(decides);
    if (missing != NULL) return (yz_value){.state = YZ_STATE_UNKNOWN, .missing = missing};
    return yz_value_number(!decides);
}

static yz_value negation(yz_eval *e, const yz_expr *x) {
    yz_value operand = yz_evaluate(e, x->a);
    return operand.state == YZ_STATE_UNKNOWN ? operand : yz_value_number(!yz_truth(operand));
}

static yz_value choice(yz_eval *e, const yz_expr *x) {
    yz_value condition = yz_evaluate(e, x->a);
    if (condition.state == YZ_STATE_UNKNOWN) return condition;
    return yz_evaluate(e, yz_truth(condition) ? x->b : x->c);
}

static bool is_year(const yz_expr *x) {
    return x->op == YZ_OP_YEAR && x->a->kind.type == YZ_TYPE_DATE;
}

// As yz_eval_two; the dates of those that are years.
static bool two_years(yz_eval *e, const yz_expr *x, yz_value *a, yz_value *b, int32_t dates[2],
                      yz_value *result) {
    const yz_expr *sides[2] = {x->a, x->b};
    yz_value values[2];
    for (int i = 0; i < 2; i++)
        values[i] =
            is_year(sides[i]) ? yz_eval_year(e, sides[i], &dates[i]) : yz_evaluate(e, sides[i]);
    *a = values[0];
    *b = values[1];
    return yz_eval_given(e, values, 2, result);
}

static yz_value comparison(yz_eval *e, const yz_expr *x) {
    yz_value a, b, result;
    int32_t dates[2] = {0, 0};
    bool years = is_year(x->a) || is_year(x->b);
    if (years ? !two_years(e, x, &a, &b, dates, &result) : !yz_eval_two(e, x, &a, &b, &result))
        return result.state == YZ_STATE_NONE ? yz_value_number(0) : result;
    if (!yz_eval_level(e, x->a, &a, x->b, &b)) return yz_value_number(0);
    if (years)
        yz_until_years(e, (yz_op)x->op, a, b, dates);
    else
        yz_until_compared(e, (yz_op)x->op, a, b);
    switch (x->op) {
    case YZ_OP_LESS: return yz_value_number(a.number < b.number);
    case YZ_OP_LESS_EQUAL: return yz_value_number(a.number <= b.number);
    default: {
        bool equal = yz_value_equal(x->a->kind, a, b);
        return yz_value_number(equal == (x->op == YZ_OP_EQUAL));
    }
    }
}

static yz_value known(yz_eval *e, const yz_expr *x) {
    return yz_value_number(yz_evaluate(e, x->a).state == YZ_STATE_GIVEN);
}

// ---- texts ----

static yz_value prefix(yz_eval *e, const yz_expr *x) {
    yz_value text, size, result;
    if (!yz_eval_two(e, x, &text, &size, &result)) return result;
    uint32_t bytes = text.text->size;
    if (size.number < bytes) bytes = size.number > 0 ? (uint32_t)size.number : 0;
    yz_text *first = yz_eval_take(e, sizeof *first);
    if (first == NULL) return yz_value_none();
    *first = (yz_text){text.text->bytes, bytes};
    return (yz_value){.state = YZ_STATE_GIVEN, .text = first};
}

static yz_value credit_code(yz_text text) {
    yz_credit_code code = yz_credit_code_read(text);
    return yz_value_number(code.is_one && code.digit_right);
}

// An id number (policy/SPEC.md A.3): its check digit, a real date of birth, the sex.
static yz_value code(yz_eval *e, const yz_expr *x) {
    yz_value text, unused, result;
    if (!yz_eval_two(e, x, &text, &unused, &result)) return result;
    if (x->op == YZ_OP_CREDIT_CODE_VALID) return credit_code(*text.text);
    yz_id_number id = yz_id_number_read(*text.text);
    bool valid = id.form == YZ_ID_FORM_FULL && id.digit_right && id.birth_day != YZ_DAY_NONE;
    if (x->op == YZ_OP_ID_VALID) return yz_value_number(valid);
    if (!valid) return yz_value_none();
    if (x->op == YZ_OP_ID_BIRTH) return yz_value_number(id.birth_day);
    return yz_value_number(id.sex == YZ_SEX_MALE ? yz_word_sex_male : yz_word_sex_female);
}

// ---- all of them ----

yz_value yz_evaluate(yz_eval *e, const yz_expr *x) {
    if (e->status != YZ_OK) return yz_value_none();
    if (++e->steps > YZ_EVAL_STEPS_MAX) return yz_eval_fail(e, YZ_ERR_FULL);
    switch ((yz_op)x->op) {
    case YZ_OP_CONSTANT: return constant(x);
    case YZ_OP_PARAM: return param(e, x);
    case YZ_OP_FACT: return yz_eval_fact(e, x->at);
    case YZ_OP_OBJECT: return object(e, x);
    case YZ_OP_FIELD: return field(e, x);
    case YZ_OP_IT: return it(e, x);
    case YZ_OP_ARGUMENT: return e->arguments[x->at];
    case YZ_OP_CALL: return call(e, x);
    case YZ_OP_AND: return junction(e, x, 0);
    case YZ_OP_OR: return junction(e, x, 1);
    case YZ_OP_NOT: return negation(e, x);
    case YZ_OP_IF: return choice(e, x);
    case YZ_OP_KNOWN: return known(e, x);
    case YZ_OP_EQUAL:
    case YZ_OP_UNEQUAL:
    case YZ_OP_LESS:
    case YZ_OP_LESS_EQUAL: return comparison(e, x);
    case YZ_OP_ADD:
    case YZ_OP_SUBTRACT:
    case YZ_OP_MULTIPLY:
    case YZ_OP_TO_YUAN:
    case YZ_OP_RESCALE:
    case YZ_OP_ROUND_FEN: return yz_eval_arithmetic(e, x);
    case YZ_OP_MAX:
    case YZ_OP_MIN: return yz_eval_extreme(e, x);
    case YZ_OP_AGE:
    case YZ_OP_YEAR:
    case YZ_OP_MONTH:
    case YZ_OP_DAYS:
    case YZ_OP_ADD_MONTHS:
    case YZ_OP_ADD_YEARS:
    case YZ_OP_FULL_MONTHS: return yz_eval_date(e, x);
    case YZ_OP_TIER:
    case YZ_OP_LOOKUP:
    case YZ_OP_COVERS: return yz_eval_tables(e, x);
    case YZ_OP_SET: return yz_eval_set(e, x);
    case YZ_OP_IN:
    case YZ_OP_CONTAINS:
    case YZ_OP_OVERLAPS: return yz_eval_membership(e, x);
    case YZ_OP_ANY:
    case YZ_OP_COUNT:
    case YZ_OP_SUM:
    case YZ_OP_DISTINCT: return yz_eval_each(e, x);
    case YZ_OP_JOINT_MONTHS: return yz_eval_joint_months(e, x);
    case YZ_OP_PREFIX: return prefix(e, x);
    case YZ_OP_ID_VALID:
    case YZ_OP_ID_BIRTH:
    case YZ_OP_ID_SEX:
    case YZ_OP_CREDIT_CODE_VALID: return code(e, x);
    }
    return yz_value_none();
}

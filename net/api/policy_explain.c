/* A decision with its why, as JSON: every condition as it stands in the rules, true or not, the
 * facts and parameters it read, each with its value and its clause. */
#include "net/api/policy_inner.h"

#include "engine/policy/print.h"

#include <inttypes.h>
#include <stdio.h>

#define EXPR_BYTES_MAX 4000
#define USES_MAX 64  // parameters shown of one condition
#define CALLS_MAX 32 // definitions shown of one condition

// ---- small pieces ----

void policy_day_write(json_out *out, const char *name, int32_t day) {
    char text[JSON_FACTS_DAY_MAX];
    json_key(out, name);
    if (day == INT32_MIN || day == INT32_MAX)
        json_null(out);
    else
        json_text(out, json_facts_day_text(day, text));
}

void policy_yuan_write(json_out *out, const char *name, bool known, int64_t fen) {
    json_key(out, name);
    if (known)
        json_fixed(out, fen, 2);
    else
        json_null(out);
}

void policy_names_write(json_out *out, const char *name, yz_text zh, yz_text en) {
    json_key(out, name);
    json_begin_object(out);
    if (zh.size > 0) json_field_text(out, "zh", zh);
    if (en.size > 0) json_field_text(out, "en", en);
    json_end_object(out);
}

static void write_texts(json_out *out, const char *name, const yz_text *texts, uint32_t count) {
    json_key(out, name);
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++)
        json_text(out, texts[i]);
    json_end_array(out);
}

static void write_coded(json_out *out, yz_text code, bool known, const policy_name *name) {
    json_begin_object(out);
    json_field_text(out, "code", code);
    if (known) {
        json_field_text(out, "zh", yz_text_of(name->zh));
        json_field_text(out, "en", yz_text_of(name->en));
    }
    json_end_object(out);
}

static void write_expr(json_out *out, const char *name, const yz_rules *rules, const yz_define *in,
                       const yz_expr *expr) {
    char text[EXPR_BYTES_MAX];
    uint32_t size = yz_expr_print(rules, in, expr, text, sizeof text);
    bool cut = size > sizeof text;
    if (cut) size = sizeof text;
    while (cut && size > 0 && ((unsigned char)text[size - 1] & 0xC0) == 0x80)
        size -= 1;
    json_field_text(out, name, (yz_text){text, size});
}

void policy_expr_write(json_out *out, const char *name, const yz_rules *rules,
                       const yz_expr *expr) {
    write_expr(out, name, rules, NULL, expr);
}

void policy_clause_write(json_out *out, const yz_rules *rules, yz_ref ref) {
    json_begin_object(out);
    if (ref.notice < rules->notice_count) {
        const yz_notice *notice = &rules->notices[ref.notice];
        json_field_text(out, "notice", notice->name);
        for (uint32_t i = 0; i < notice->pairs; i++) {
            if (yz_text_equal(notice->keys[i], YZ_TEXT("number")))
                json_field_text(out, "number", notice->values[i]);
        }
        json_field_uint(out, "measure", ref.measure);
        if (ref.sentence > 0) json_field_uint(out, "sentence", ref.sentence);
    }
    json_end_object(out);
}

void policy_rule_write(json_out *out, const yz_rule *rule) {
    policy_name name;
    json_field_text(out, "measure", rule->name);
    policy_names_write(out, "name", rule->name_zh, rule->name_en);
    json_field_int(out, "area", rule->area);
    json_field_text(out, "subject", rule->subject);
    json_key(out, "bodies");
    json_begin_array(out);
    for (uint32_t i = 0; i < rule->body_count; i++) {
        bool known = policy_body_name(rule->bodies[i], &name);
        write_coded(out, rule->bodies[i], known, &name);
    }
    json_end_array(out);
    json_key(out, "fund");
    if (rule->fund.size > 0) {
        bool known = policy_fund_name(rule->fund, &name);
        write_coded(out, rule->fund, known, &name);
    } else {
        json_null(out);
    }
    write_texts(out, "evidence", rule->evidence, rule->evidence_count);
}

// ---- what an expression reads ----

typedef struct reading {
    const yz_rules *rules;
    uint64_t facts[YZ_FACT_WORDS];
    uint32_t params[USES_MAX]; // numbers of parameters
    uint32_t param_count;
    bool *defines; // looked into already
    uint32_t called[CALLS_MAX];
    uint32_t call_count;
} reading;

static void note_fact(reading *r, uint32_t number) {
    if (number < 64 * YZ_FACT_WORDS) r->facts[number / 64] |= 1ull << number % 64;
}

static void note_field(reading *r, uint32_t object, uint32_t field) {
    const yz_fact_form *forms;
    if (object < YZ_OBJECTS && field < yz_object_fields((yz_object)object, &forms))
        note_fact(r, forms[field].number);
}

static void note_param(reading *r, uint32_t use) {
    uint32_t param = r->rules->uses[use].param;
    for (uint32_t i = 0; i < r->param_count; i++) {
        if (r->params[i] == param) return;
    }
    if (r->param_count < USES_MAX) r->params[r->param_count++] = param;
}

static void read_expr(reading *r, const yz_expr *x) {
    if (x == NULL) return;
    switch (x->op) {
    case YZ_OP_PARAM: note_param(r, x->at); break;
    case YZ_OP_FACT: note_fact(r, x->at); break;
    case YZ_OP_FIELD:
        if (x->a != NULL && x->a->op == YZ_OP_OBJECT) note_field(r, x->a->at, x->at);
        break;
    case YZ_OP_CALL:
        if (!r->defines[x->at]) {
            r->defines[x->at] = true;
            if (r->call_count < CALLS_MAX) r->called[r->call_count++] = x->at;
            read_expr(r, r->rules->defines[x->at].body);
        }
        break;
    default: break;
    }
    read_expr(r, x->a);
    read_expr(r, x->b);
    read_expr(r, x->c);
    for (uint32_t i = 0; i < x->list_count; i++)
        read_expr(r, x->list[i]);
}

// False: no room.
static bool read_all(reading *r, const yz_rules *rules, const yz_expr *const *exprs, uint32_t count,
                     yz_arena *arena) {
    *r = (reading){.rules = rules};
    r->defines = yz_arena_take(arena, rules->define_count + 1);
    if (r->defines == NULL) return false;
    memset(r->defines, 0, rules->define_count + 1);
    for (uint32_t i = 0; i < count; i++)
        read_expr(r, exprs[i]);
    return true;
}

// ---- parameters and facts with their values ----

static void write_percent(json_out *out, int64_t value) {
    char text[40];
    int size = snprintf(text, sizeof text, "%" PRId64 ".%06d", value / 1000000,
                        (int)(value % 1000000 < 0 ? -(value % 1000000) : value % 1000000));
    while (size > 0 && text[size - 1] == '0')
        size -= 1;
    if (size > 0 && text[size - 1] == '.') size -= 1;
    text[size++] = '%';
    json_text(out, (yz_text){text, (uint32_t)size});
}

static void write_tiers(json_out *out, const yz_tiers *tiers) {
    json_begin_array(out);
    for (uint32_t i = 0; i < tiers->count; i++) {
        json_begin_array(out);
        json_fixed(out, tiers->tiers[i].from_percent, 6);
        json_fixed(out, tiers->tiers[i].amount, 2);
        json_end_array(out);
    }
    json_end_array(out);
}

static void write_table(json_out *out, const yz_table *table) {
    json_begin_array(out);
    for (uint32_t i = 0; i < table->count; i++) {
        json_begin_array(out);
        json_int(out, table->keys[i]);
        json_fixed(out, table->amounts[i], 2);
        json_end_array(out);
    }
    json_end_array(out);
}

static void write_words(json_out *out, const yz_texts *words, bool one) {
    if (words == NULL) {
        json_null(out);
        return;
    }
    if (one && words->count == 1) {
        json_text(out, words->texts[0]);
        return;
    }
    json_begin_array(out);
    for (uint32_t i = 0; i < words->count; i++)
        json_text(out, words->texts[i]);
    json_end_array(out);
}

static void write_param_value(json_out *out, yz_param_type type, const yz_param_value *value) {
    char text[JSON_FACTS_DAY_MAX];
    switch (type) {
    case YZ_PARAM_WINDOW:
    case YZ_PARAM_BOOL: json_bool(out, value->number != 0); return;
    case YZ_PARAM_INT: json_int(out, value->number); return;
    case YZ_PARAM_PERCENT: write_percent(out, value->number); return;
    case YZ_PARAM_YUAN: json_fixed(out, value->number, 2); return;
    case YZ_PARAM_DATE: json_text(out, json_facts_day_text((int32_t)value->number, text)); return;
    case YZ_PARAM_TEXT:
    case YZ_PARAM_NAME: write_words(out, value->words, true); return;
    case YZ_PARAM_SET: write_words(out, value->words, false); return;
    case YZ_PARAM_TIERS: write_tiers(out, &value->tiers); return;
    case YZ_PARAM_TABLE: write_table(out, &value->table); return;
    }
}

static void write_period(json_out *out, const yz_rules *rules, const yz_param *param,
                         const yz_param_period *period) {
    json_key(out, "value");
    write_param_value(out, param->type, &period->value);
    policy_day_write(out, "from", period->from);
    policy_day_write(out, "to", period->to);
    json_key(out, "clause");
    policy_clause_write(out, rules, period->ref);
}

// A parameter of that day; without a period there its value is null. All its periods too, as the
// files have them, where it is asked for.
void policy_param_write(json_out *out, const yz_rules *rules, const yz_params *params,
                        uint32_t number, int32_t day, bool periods) {
    const yz_param *param = &rules->params[number];
    const yz_param_period *period = yz_params_period(params, number, day);
    json_begin_object(out);
    json_field_text(out, "name", param->name);
    if (period != NULL) {
        write_period(out, rules, param, period);
    } else {
        json_key(out, "value");
        json_null(out);
    }
    if (periods) {
        json_key(out, "periods");
        json_begin_array(out);
        for (uint32_t i = 0; i < param->count; i++) {
            json_begin_object(out);
            write_period(out, rules, param, &param->periods[i]);
            json_end_object(out);
        }
        json_end_array(out);
    }
    json_end_object(out);
}

static void write_params(json_out *out, const reading *r, const yz_params *params, int32_t day,
                         bool periods) {
    json_key(out, "parameters");
    json_begin_array(out);
    for (uint32_t i = 0; i < r->param_count; i++)
        policy_param_write(out, r->rules, params, r->params[i], day, periods);
    json_end_array(out);
}

void policy_params_write(json_out *out, const yz_rules *rules, const yz_params *params,
                         const yz_expr *const *exprs, uint32_t count, int32_t day) {
    reading r;
    yz_arena *arena = yz_arena_new((size_t)1 << 20);
    if (read_all(&r, rules, exprs, count, arena)) write_params(out, &r, params, day, true);
    yz_arena_free(arena);
}

// A word or a set of words, in words.
static void write_value_words(json_out *out, const yz_fact_form *form, int64_t held) {
    yz_spoken room;
    json_key(out, "value_words");
    json_begin_object(out);
    json_field_text(out, "zh", yz_speak_held(form, held, true, room));
    json_field_text(out, "en", yz_speak_held(form, held, false, room));
    json_end_object(out);
}

static void write_fact(json_out *out, const yz_fact_form *form, const yz_row *row) {
    bool known = row != NULL && (row->known >> form->field & 1);
    bool words = form->type == YZ_FACT_WORD || form->type == YZ_FACT_SET;
    json_begin_object(out);
    json_field_text(out, "name", yz_text_of(form->path));
    policy_wording_write(out, &form->wording);
    json_key(out, "value");
    if (known)
        json_fact_write(out, form, row->values[form->field]);
    else
        json_null(out);
    if (known && words) write_value_words(out, form, row->values[form->field]);
    json_end_object(out);
}

// Facts that were read, as they are: null where nobody said.
static void write_facts(json_out *out, const reading *r, const yz_facts *facts) {
    json_key(out, "facts");
    json_begin_array(out);
    for (uint32_t number = 0; number < yz_fact_count(); number++) {
        if (!(r->facts[number / 64] >> number % 64 & 1)) continue;
        const yz_fact_form *form = yz_fact_numbered(number);
        write_fact(out, form, facts->objects[form->object]);
    }
    json_end_array(out);
}

// What the names in it stand for: [{"name": "layoff_within", "arguments": ["r"], "text": ...}].
static void write_where(json_out *out, const reading *r) {
    json_key(out, "where");
    json_begin_array(out);
    for (uint32_t i = 0; i < r->call_count; i++) {
        const yz_define *define = &r->rules->defines[r->called[i]];
        json_begin_object(out);
        json_field_text(out, "name", define->name);
        if (define->arguments > 0)
            write_texts(out, "arguments", define->argument_names, define->arguments);
        write_expr(out, "text", r->rules, define, define->body);
        json_end_object(out);
    }
    json_end_array(out);
}

// ---- a decision ----

static int32_t as_of(const yz_facts *facts) {
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    return top != NULL ? (int32_t)top->values[yz_field_top_as_of] : INT32_MIN;
}

static bool write_read(json_out *out, const yz_policy_ask *ask, const yz_expr *expr, int32_t day) {
    reading r;
    if (!read_all(&r, ask->rules, &expr, 1, ask->arena)) return false;
    write_where(out, &r);
    write_facts(out, &r, ask->facts);
    write_params(out, &r, ask->params, day, false);
    return true;
}

static bool write_condition(json_out *out, const yz_policy_ask *ask, const yz_speech *speech,
                            const yz_line_value *line) {
    static const char *const TRUTHS[] = {"unknown", "false", "true"};
    json_begin_object(out);
    json_field_text(out, "code", line->code);
    policy_words_write(out, "words", speech, yz_speak_code, line->code);
    json_field_text(out, "truth", yz_text_of(TRUTHS[line->truth + 1]));
    policy_expr_write(out, "text", ask->rules, line->condition);
    write_texts(out, "missing", line->missing, line->missing_count);
    policy_codes_write(out, "missing_words", speech, yz_speak_missing, line->missing,
                       line->missing_count);
    bool good = write_read(out, ask, line->condition, speech->day);
    json_end_object(out);
    return good;
}

static bool write_window(json_out *out, const yz_policy_ask *ask, const yz_rule *rule,
                         const yz_decision *decision, int32_t day) {
    bool good = true;
    json_key(out, "window");
    if (rule->window == NULL) {
        json_null(out);
        return true;
    }
    json_begin_object(out);
    policy_expr_write(out, "text", ask->rules, rule->window);
    policy_day_write(out, "date", decision->qualifying);
    if (rule->valid >= 0) {
        json_key(out, "valid");
        policy_param_write(out, ask->rules, ask->params, (uint32_t)rule->valid, day, true);
    }
    json_end_object(out);
    return good;
}

static bool write_amount(json_out *out, const yz_policy_ask *ask, const yz_rule *rule,
                         const yz_speech *speech) {
    bool good = true;
    json_key(out, "amount");
    if (rule->amount == NULL) {
        json_null(out);
        return true;
    }
    json_begin_object(out);
    policy_words_write(out, "words", speech, policy_amount_speak, YZ_TEXT(""));
    policy_expr_write(out, "text", ask->rules, rule->amount);
    good = write_read(out, ask, rule->amount, speech->day);
    json_end_object(out);
    return good;
}

static void write_decision(json_out *out, const yz_speech *speech, const yz_decision *d) {
    const policy_name *words = policy_decision_words(d->decision);
    json_field_text(out, "decision", policy_decision_name(d->decision));
    if (words != NULL)
        policy_names_write(out, "decision_name", yz_text_of(words->zh), yz_text_of(words->en));
    policy_yuan_write(out, "amount_yuan", d->has_amount, d->amount);
    write_texts(out, "reasons", d->reasons, d->reason_count);
    policy_codes_write(out, "reason_words", speech, yz_speak_reason, d->reasons, d->reason_count);
    policy_day_write(out, "qualifying_date", d->qualifying);
    policy_day_write(out, "may_change_on", d->until);
}

yz_status policy_explain_write(json_out *out, const yz_policy_ask *ask, const yz_rule *rule,
                               const yz_decision *decision) {
    yz_line_value *lines = yz_arena_take(ask->arena, (rule->need_count + 1) * sizeof *lines);
    yz_decision alone;
    if (lines == NULL) return YZ_ERR_FULL;
    yz_status status = yz_explain_rule(ask, rule, lines, &alone);
    if (status != YZ_OK) return status;
    int32_t day = decision->qualifying != INT32_MIN ? decision->qualifying : as_of(ask->facts);
    yz_speech speech = {ask->rules, ask->params, rule, day, false};
    json_begin_object(out);
    policy_rule_write(out, rule);
    write_decision(out, &speech, decision);
    bool good = write_window(out, ask, rule, decision, day);
    json_key(out, "conditions");
    json_begin_array(out);
    for (uint32_t i = 0; i < rule->need_count; i++)
        good = write_condition(out, ask, &speech, &lines[i]) && good;
    json_end_array(out);
    good = write_amount(out, ask, rule, &speech) && good;
    json_end_object(out);
    return good ? YZ_OK : YZ_ERR_FULL;
}

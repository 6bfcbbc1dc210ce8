#include "tests/engine/policy/mcdc_rules.h"

#include "engine/base/check.h"
#include "engine/policy/print.h"
#include "tests/engine/policy/mcdc_facts.h"

#include <stdio.h>
#include <string.h>

// ---- a rule with one atom changed ----

typedef struct copier {
    yz_arena *arena;
    const yz_rules *rules; // to be extended
    yz_define *defines;
    uint32_t define_count, define_room;
    uint32_t met;    // atoms so far
    uint32_t target; // UINT32_MAX: none is changed
    change how;
    uint32_t at_line, at_column;              // of the target
    char path[NAME_BYTES], found[NAME_BYTES]; // definitions on the way; of the target with its text
    const yz_define *in;
} copier;

static bool is_structure(const yz_expr *x) {
    switch (x->op) {
    case YZ_OP_AND:
    case YZ_OP_OR:
    case YZ_OP_NOT:
    case YZ_OP_IF:
    case YZ_OP_ANY:
    case YZ_OP_CALL:
    case YZ_OP_ARGUMENT:
    case YZ_OP_CONSTANT: return true;
    default: return false;
    }
}

static void *take(copier *c, size_t size) {
    void *taken = yz_arena_take(c->arena, size);
    yz_check(taken != NULL);
    return taken;
}

static yz_expr *node(copier *c, yz_op op, yz_type type) {
    yz_expr *made = take(c, sizeof *made);
    *made = (yz_expr){.op = (uint16_t)op, .kind = {(uint8_t)type, 0, -1}};
    return made;
}

static const yz_expr *intern_in(const yz_expr *x) {
    if (x == NULL) return NULL;
    if (x->op == YZ_OP_IT && x->kind.type == YZ_TYPE_ROW && x->kind.of == YZ_OBJECT_intern)
        return x;
    const yz_expr *found = intern_in(x->a);
    return found != NULL ? found : intern_in(x->b);
}

// The intern an atom is about: an argument of its definition, or `it`. NULL: about none.
static const yz_expr *intern_of(copier *c, const yz_expr *x) {
    for (uint32_t i = 0; c->in != NULL && i < c->in->arguments; i++) {
        yz_kind kind = c->in->argument_kinds[i];
        if (kind.type != YZ_TYPE_ROW || kind.of != YZ_OBJECT_intern) continue;
        yz_expr *argument = node(c, YZ_OP_ARGUMENT, YZ_TYPE_ROW);
        argument->kind = kind;
        argument->at = i;
        return argument;
    }
    return intern_in(x);
}

// Is it the intern of the batch that is marked?
static const yz_expr *is_marked(copier *c, const yz_expr *intern) {
    yz_expr *field = node(c, YZ_OP_FIELD, YZ_TYPE_TEXT),
            *text = node(c, YZ_OP_CONSTANT, YZ_TYPE_TEXT);
    yz_expr *equal = node(c, YZ_OP_EQUAL, YZ_TYPE_BOOL);
    field->a = intern;
    field->at = yz_field_intern_id;
    text->value.text = &mcdc_mark;
    equal->a = field;
    equal->b = text;
    return equal;
}

static const yz_expr *changed(copier *c, yz_expr *x) {
    const yz_expr *intern = intern_of(c, x);
    yz_expr *other = node(c, c->how == TURNED ? YZ_OP_NOT : YZ_OP_CONSTANT, YZ_TYPE_BOOL);
    if (c->how == TURNED) other->a = x;
    other->value.number = c->how == AS_TRUE;
    if (intern == NULL) return other;
    yz_expr *choice = node(c, YZ_OP_IF, YZ_TYPE_BOOL);
    choice->a = is_marked(c, intern);
    choice->b = other;
    choice->c = x;
    return choice;
}

static const yz_expr *copy(copier *c, const yz_expr *x);

// An instance of its own for this call, after those it calls itself.
static uint32_t copy_define(copier *c, uint32_t at) {
    const yz_define *define = &c->rules->defines[at], *outer = c->in;
    size_t before = strlen(c->path);
    snprintf(c->path + before, sizeof c->path - before, "%.*s > ", (int)define->name.size,
             define->name.bytes);
    c->in = define;
    yz_define made = *define;
    made.body = copy(c, define->body);
    c->in = outer;
    c->path[before] = 0;
    yz_check(c->define_count < c->define_room);
    c->defines[c->define_count] = made;
    return c->define_count++;
}

static const yz_expr *copy(copier *c, const yz_expr *x) {
    if (x == NULL) return NULL;
    yz_expr *made = take(c, sizeof *made);
    *made = *x;
    bool is_atom = x->kind.type == YZ_TYPE_BOOL && !is_structure(x);
    uint32_t number = is_atom ? c->met++ : UINT32_MAX;
    if (is_atom && number == c->target) {
        size_t before = strlen(c->path);
        uint32_t room = (uint32_t)(NAME_BYTES - 1 - before);
        memcpy(c->found, c->path, before);
        uint32_t size = yz_expr_print(c->rules, c->in, x, c->found + before, room);
        c->found[before + (size < room ? size : room)] = 0;
        c->at_line = x->line;
        c->at_column = x->column;
    }
    made->a = copy(c, x->a);
    made->b = copy(c, x->b);
    made->c = copy(c, x->c);
    if (x->list_count > 0) {
        const yz_expr **list = take(c, x->list_count * sizeof *list);
        for (uint32_t i = 0; i < x->list_count; i++)
            list[i] = copy(c, x->list[i]);
        made->list = list;
    }
    if (x->op == YZ_OP_CALL) made->at = copy_define(c, x->at);
    return is_atom && number == c->target ? changed(c, made) : made;
}

/* ---- lines of a rule, and its atoms ---- */

static void *own(yz_arena *arena, const void *list, size_t size) {
    void *copied = yz_arena_take(arena, size + 1);
    yz_check(copied != NULL);
    if (size > 0) memcpy(copied, list, size);
    return copied;
}

// So that an expression of `rule` can be exchanged.
static void own_lines(yz_arena *arena, yz_rule *rule) {
    rule->needs = own(arena, rule->needs, rule->need_count * sizeof *rule->needs);
    rule->duties = own(arena, rule->duties, rule->duty_count * sizeof *rule->duties);
    rule->stops = own(arena, rule->stops, rule->stop_count * sizeof *rule->stops);
    rule->reasons = own(arena, rule->reasons, rule->reason_count * sizeof *rule->reasons);
    rule->monitors = own(arena, rule->monitors, rule->monitor_count * sizeof *rule->monitors);
}

// The rules with `rule` in the place of one of theirs.
static const yz_rules *with_rule(subject *s, const yz_rule *rule, const copier *c) {
    yz_rules *made = yz_arena_take(s->arena, sizeof *made);
    yz_rule *rules = yz_arena_take(s->arena, s->rules->rule_count * sizeof *rules);
    yz_check(made != NULL && rules != NULL);
    memcpy(rules, s->rules->rules, s->rules->rule_count * sizeof *rules);
    rules[s->rule] = *rule;
    *made = *s->rules;
    made->rules = rules;
    if (c != NULL) {
        made->defines = c->defines;
        made->define_count = c->define_count;
    }
    return made;
}

static atom *new_atom(subject *s, const char *name) {
    yz_check(s->atom_count < ATOMS_MAX);
    atom *a = &s->atoms[s->atom_count++];
    *a = (atom){.line = s->line_count - 1};
    snprintf(a->name, sizeof a->name, "%s", name);
    return a;
}

static void new_line(subject *s, const char *clause, yz_text code, part says) {
    yz_check(s->line_count < LINES_MAX);
    s->lines[s->line_count++] = (line){clause, code, says, 0, 0, 0};
}

static copier copier_of(subject *s, uint32_t target, change how) {
    enum { DEFINES_MORE = 120 };
    uint32_t room = s->rules->define_count + DEFINES_MORE;
    copier c = {.arena = s->arena, .rules = s->rules, .target = target, .how = how};
    c.defines = take(&c, room * sizeof *c.defines);
    memcpy(c.defines, s->rules->defines, s->rules->define_count * sizeof *c.defines);
    c.define_count = s->rules->define_count;
    c.define_room = room;
    return c;
}

/* All atoms of the expression at `slot`, which lies within `rule`, a copy whose lists are its own.
 */
static void take_line(subject *s, yz_rule *rule, const yz_expr **slot, const char *clause,
                      yz_text code, part says) {
    const yz_expr *written = *slot;
    if (written == NULL) return;
    copier counter = copier_of(s, UINT32_MAX, TURNED);
    copy(&counter, written);
    if (counter.met == 0) return;
    new_line(s, clause, code, says);
    for (uint32_t target = 0; target < counter.met; target++) {
        atom *a = new_atom(s, "");
        for (change how = 0; how < CHANGES; how++) {
            copier c = copier_of(s, target, how);
            yz_rule *variant = take(&c, sizeof *variant);
            *slot = copy(&c, written);
            *variant = *rule;
            own_lines(s->arena, variant);
            a->variants[how] = with_rule(s, variant, &c);
            memcpy(a->name, c.found, sizeof a->name);
            a->at_line = c.at_line;
            a->at_column = c.at_column;
        }
    }
    *slot = written;
}

/* A clause that is no expression, as an atom: without it nothing stops, which is `true`. */
static void take_clause(subject *s, const char *clause, const yz_rule *without) {
    new_line(s, clause, YZ_TEXT(""), DECISION);
    atom *a = new_atom(s, clause);
    a->variants[AS_TRUE] = with_rule(s, without, NULL);
}

void mcdc_take_rule(subject *s, const yz_rules *rules, const char *measure) {
    const yz_rule *written = yz_rules_rule(rules, yz_text_of(measure));
    yz_check(written != NULL);
    s->rules = rules;
    s->rule = (uint32_t)(written - rules->rules);
    yz_rule rule = *written, without = *written;
    own_lines(s->arena, &rule);
    without.valid = -1;
    if (rule.valid >= 0) take_clause(s, "window", &without);
    for (uint32_t i = 0; i < rule.need_count; i++)
        take_line(s, &rule, (const yz_expr **)&rule.needs[i].condition, "need", rule.needs[i].code,
                  DECISION);
    without = *written;
    without.once_count = 0;
    if (rule.once_count > 0) take_clause(s, "once", &without);
    without = *written;
    without.cap_count = 0;
    if (rule.cap_count > 0) take_clause(s, "cap", &without);
    for (uint32_t i = 0; i < rule.stop_count; i++)
        take_line(s, &rule, (const yz_expr **)&rule.stops[i].condition, "stop", rule.stops[i].code,
                  STOPPED);
    for (uint32_t i = 0; i < rule.monitor_count; i++)
        take_line(s, &rule, (const yz_expr **)&rule.monitors[i].when, "monitor",
                  rule.monitors[i].code, DECISION);
    for (uint32_t i = 0; i < rule.duty_count; i++)
        take_line(s, &rule, (const yz_expr **)&rule.duties[i].condition, "duty",
                  rule.duties[i].code, REASONS);
    take_line(s, &rule, &rule.amount, "amount", YZ_TEXT(""), AMOUNT);
    for (uint32_t i = 0; i < rule.reason_count; i++) {
        take_line(s, &rule, (const yz_expr **)&rule.reasons[i].when, "reason", rule.reasons[i].code,
                  REASONS);
        take_line(s, &rule, (const yz_expr **)&rule.reasons[i].show, "shown", rule.reasons[i].code,
                  REASONS);
    }
}

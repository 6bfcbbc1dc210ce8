/* Expressions to nodes. A define is written out where it is called, with its arguments in place;
 * every node is made once, whoever asks for it; what depends on parameters alone is worked out
 * here.
 *
 * Two bounds are kept of each node: how large its number can be (facts lie within
 * YZ_FACT_INT_MAX), so that what the plain evaluator might refuse is left to it, and how many nodes
 * it costs. */
#include "engine/policy/compiled_node.h"

#include "engine/base/alloc.h"

#include <string.h>

#define BOUND_MAX 8e37      // below 2^126: the plain evaluator's numbers
#define COST_MAX 1e5        // more is left to the plain evaluator, which counts its steps
#define KEPT_COST 4         // a second user costs one load and a compare instead
#define NODES_MAX (1 << 18) // of all eras

typedef struct env { // where an expression stands
    yz_builder *builder;
    int32_t day;    // of the parameters
    uint32_t level; // lists around it
    uint32_t base;  // of them outside the define it stands in
    yz_node *const *arguments;
} env;

static yz_node *build(const env *at, const yz_expr *x);

// ---- every node once ----

static uint64_t mix(uint64_t hash, uint64_t word) {
    hash = (hash ^ word) * UINT64_C(0x9e3779b97f4a7c15);
    return hash ^ hash >> 32;
}

static uint64_t hash_of(const yz_node *x) {
    uint64_t hash = mix(x->op, (uint64_t)x->kind.type << 32 | (uint64_t)x->kind.scale << 16 |
                                   (uint16_t)x->kind.of);
    hash = mix(hash, (uint64_t)x->at << 16 | (uint64_t)x->object << 8 | x->state);
    hash = mix(mix(hash, (uint64_t)x->number), (uintptr_t)x->params);
    if (x->op != YZ_OP_CALL) hash = mix(hash, (uintptr_t)x->a);
    hash = mix(mix(hash, (uintptr_t)x->b), (uintptr_t)x->c);
    for (uint32_t i = 0; i < x->list_count; i++)
        hash = mix(hash, (uintptr_t)x->list[i]);
    return hash;
}

static bool same(const yz_node *x, const yz_node *y) {
    if (x->hash != y->hash || x->op != y->op || x->kind.type != y->kind.type ||
        x->kind.scale != y->kind.scale || x->kind.of != y->kind.of || x->at != y->at ||
        x->object != y->object || x->state != y->state || x->number != y->number ||
        x->params != y->params || x->b != y->b || x->c != y->c || x->list_count != y->list_count)
        return false;
    if (x->op != YZ_OP_CALL && x->a != y->a) return false; // of a call, `a` is what it came to
    return x->list_count == 0 ||
           memcmp(x->list, y->list, x->list_count * sizeof(yz_node *)) == 0; // pointers
}

static yz_node **place_of(yz_builder *b, const yz_node *x) {
    uint32_t at = (uint32_t)x->hash & (b->table_size - 1);
    while (b->table[at] != NULL && !same(b->table[at], x))
        at = (at + 1) & (b->table_size - 1);
    return &b->table[at];
}

static void grow(yz_builder *b) {
    yz_node **old = b->table;
    uint32_t old_size = b->table_size;
    b->table_size = old_size ? 2 * old_size : 1024;
    b->table = yz_alloc_zeroed(b->table_size * sizeof(yz_node *));
    for (uint32_t i = 0; i < old_size; i++) {
        if (old[i] != NULL) *place_of(b, old[i]) = old[i];
    }
    yz_free(old);
}

void yz_builder_deinit(yz_builder *builder) {
    yz_free(builder->table);
    yz_free(builder->run->kept);
}

yz_node *yz_build_used(yz_builder *builder, yz_node *x) {
    if (x == NULL || ++x->users != 2 || x->levels != 0 || x->cost < KEPT_COST) return x;
    if (builder->slots == builder->slots_room) {
        builder->slots_room = builder->slots_room ? 2 * builder->slots_room : 64;
        builder->run->kept =
            yz_realloc(builder->run->kept, builder->slots_room * sizeof *builder->run->kept);
    }
    builder->run->kept[builder->slots] = (yz_kept){0};
    yz_node_keep(x, builder->slots++);
    return x;
}

// ---- bounds ----

static double of_list(const yz_node *x, double (*of)(const yz_node *), bool sum) {
    double total = 0;
    for (uint32_t i = 0; i < x->list_count; i++) {
        double one = of(x->list[i]);
        total = sum || one > total ? (sum ? total + one : one) : total;
    }
    return total;
}

static double bound(const yz_node *x) {
    return x->bound;
}
static double cost(const yz_node *x) {
    return x->cost;
}

#define ENTRIES_MAX 4294967296.0
#define DAYS_MAX 8e6

static double bound_of_leaf(const yz_node *x) {
    switch (x->kind.type) {
    case YZ_TYPE_BOOL: return 1;
    case YZ_TYPE_DATE: return DAYS_MAX;
    case YZ_TYPE_MONTH: return DAYS_MAX;
    case YZ_TYPE_WORD: return 64;
    default: return (double)YZ_FACT_INT_MAX;
    }
}

static double bound_of(const yz_node *x) {
    double a = x->a ? x->a->bound : 0, b = x->b ? x->b->bound : 0;
    switch ((yz_op)x->op) {
    case YZ_OP_CONSTANT:
        return x->kind.type <= YZ_TYPE_SPAN && x->number != 0
                   ? (x->number < 0 ? -(double)x->number : (double)x->number)
                   : 1;
    case YZ_OP_ADD:
    case YZ_OP_SUBTRACT: return a * (double)x->raise_a + b * (double)x->raise_b + DAYS_MAX;
    case YZ_OP_MULTIPLY: return a * b;
    case YZ_OP_TO_YUAN:
    case YZ_OP_RESCALE: return a * (double)x->raise_a;
    case YZ_OP_ROUND_FEN: return a + 1;
    case YZ_OP_IF: return b > x->c->bound ? b : x->c->bound;
    case YZ_OP_AGE:
    case YZ_OP_DAYS:
    case YZ_OP_FULL_MONTHS:
    case YZ_OP_YEAR:
    case YZ_OP_MONTH:
    case YZ_OP_ADD_MONTHS:
    case YZ_OP_ADD_YEARS: return 2 * DAYS_MAX;
    case YZ_OP_COUNT:
    case YZ_OP_JOINT_MONTHS: return ENTRIES_MAX;
    case YZ_OP_SUM: return ENTRIES_MAX * b;
    case YZ_OP_MAX:
    case YZ_OP_MIN: return of_list(x, bound, false);
    case YZ_OP_EQUAL:
    case YZ_OP_UNEQUAL:
    case YZ_OP_LESS:
    case YZ_OP_LESS_EQUAL: {
        double left = a * (double)x->raise_a, right = b * (double)x->raise_b;
        return left > right ? left : right;
    }
    case YZ_OP_AND:
    case YZ_OP_OR:
    case YZ_OP_NOT:
    case YZ_OP_KNOWN:
    case YZ_OP_ANY: return 1;
    default: return bound_of_leaf(x);
    }
}

// The ratio of a tier is compared at eight decimals more: what that comes to on the way.
static double bound_on_the_way(const yz_node *x) {
    if (x->op != YZ_OP_TIER) return x->bound;
    double n = x->b->bound * (double)x->raise_a, d = x->c->bound * (double)x->raise_b;
    return 1e8 * (n > d ? n : d);
}

static bool is_comparison(int op) {
    return op >= YZ_OP_EQUAL && op <= YZ_OP_LESS_EQUAL;
}

static double cost_of(const yz_node *x) {
    double below = (x->a ? x->a->cost : 0) + (x->b ? x->b->cost : 0) + (x->c ? x->c->cost : 0) +
                   of_list(x, cost, true);
    if (x->test != YZ_TEST_NONE) return 1;
    switch ((yz_op)x->op) {
    case YZ_OP_CONSTANT: return 0;
    case YZ_OP_YEAR:
    case YZ_OP_MONTH:
    case YZ_OP_ADD_MONTHS:
    case YZ_OP_ADD_YEARS: return below + 4;
    case YZ_OP_AGE:
    case YZ_OP_FULL_MONTHS: return below + 8;
    case YZ_OP_JOINT_MONTHS: return below + 20;
    case YZ_OP_ANY:
    case YZ_OP_COUNT:
    case YZ_OP_SUM: return x->a->cost + 4 + 3 * x->b->cost;
    default: return below + 1;
    }
}

static uint64_t levels_of(const yz_node *x) {
    uint64_t levels = 0;
    if (x->op == YZ_OP_IT) return 1ull << x->at;
    if (x->a) levels |= x->a->levels;
    if (x->b) levels |= x->b->levels;
    if (x->c) levels |= x->c->levels;
    for (uint32_t i = 0; i < x->list_count; i++)
        levels |= x->list[i]->levels;
    bool walks = x->op == YZ_OP_ANY || x->op == YZ_OP_COUNT || x->op == YZ_OP_SUM;
    return walks ? levels & ~(1ull << x->at) : levels;
}

// ---- making one ----

static bool is_constant(const yz_node *x) {
    return x->op == YZ_OP_CONSTANT;
}

static bool all_constant(const yz_node *x) {
    if ((x->a && !is_constant(x->a)) || (x->b && !is_constant(x->b)) ||
        (x->c && !is_constant(x->c)))
        return false;
    for (uint32_t i = 0; i < x->list_count; i++) {
        if (!is_constant(x->list[i])) return false;
    }
    return x->a != NULL || x->b != NULL || x->list_count > 0;
}

static yz_node *keep_node(yz_builder *b, const yz_node *x) {
    if (b->count == NODES_MAX) return NULL;
    if (b->count * 2 >= b->table_size) grow(b);
    yz_node *made = yz_arena_take(b->arena, sizeof *made);
    yz_node **list = yz_arena_take(b->arena, (x->list_count + 1) * sizeof *list);
    if (made == NULL || list == NULL) return NULL;
    *made = *x;
    if (x->list_count) memcpy(list, x->list, x->list_count * sizeof *list);
    made->list = list;
    *place_of(b, made) = made;
    b->count += 1;
    return made;
}

static yz_node *constant(yz_builder *b, yz_kind kind, yz_short value) {
    yz_node x = {
        .op = YZ_OP_CONSTANT, .kind = kind, .number = value.number, .state = (uint8_t)value.state};
    if (b->table_size == 0) grow(b);
    x.hash = hash_of(&x);
    yz_node *there = *place_of(b, &x);
    if (there != NULL) return there;
    x.bound = bound_of(&x);
    yz_node_set_run(&x);
    return keep_node(b, &x);
}

static yz_node *truth_constant(yz_builder *b, int truth) {
    yz_kind kind = {.type = YZ_TYPE_BOOL, .of = -1};
    return constant(b, kind, truth < 0 ? YZ_SHORT_UNKNOWN : YZ_SHORT(truth));
}

// What it comes to if that can be said now. False: it cannot.
static bool worked_out(yz_builder *b, yz_node *x, yz_node **value) {
    if (!all_constant(x)) return false;
    yz_node_set_run(x);
    b->run->gave_up = false;
    yz_short result = x->value(x, b->run);
    *value = b->run->gave_up ? NULL : constant(b, x->kind, result);
    b->run->gave_up = false;
    return true;
}

static yz_node *make(yz_builder *b, yz_node x) {
    yz_node *value;
    if (b->table_size == 0) grow(b);
    x.hash = hash_of(&x);
    yz_node *there = *place_of(b, &x);
    if (there != NULL) return there;
    x.bound = bound_of(&x);
    if (bound_on_the_way(&x) > BOUND_MAX) return NULL;
    if (x.op == YZ_OP_PREFIX) {
        x.scratch = yz_arena_take(b->arena, sizeof(yz_text));
        if (x.scratch == NULL) return NULL;
    }
    if (worked_out(b, &x, &value)) return value;
    x.cost = cost_of(&x);
    x.levels = levels_of(&x);
    if (x.cost > COST_MAX) return NULL;
    yz_node_set_run(&x);
    if (x.test == YZ_TEST_NONE) { // a test asks the fact itself
        yz_build_used(b, x.a);
        yz_build_used(b, x.b);
        yz_build_used(b, x.c);
        for (uint32_t i = 0; i < x.list_count; i++)
            yz_build_used(b, x.list[i]);
    }
    return keep_node(b, &x);
}

// ---- tests of one fact ----

static int truth_if_absent(const yz_node *fact, uint64_t mask, yz_test test) {
    if (fact->state == YZ_STATE_UNKNOWN) return -1;
    if (fact->state == YZ_STATE_NONE) return 0;
    if (test == YZ_TEST_MEETS) return ((uint64_t)fact->number & mask) != 0;
    return (int)(mask >> (fact->number & 63) & 1);
}

static void test_fact(yz_node *x, const yz_node *fact, yz_test test, uint64_t mask) {
    x->test = (uint8_t)test;
    x->object = fact->object;
    x->at = fact->at;
    x->mask = mask;
    x->absent = (int8_t)truth_if_absent(fact, mask, test);
}

static bool is_word(const yz_node *x) {
    return x->kind.type == YZ_TYPE_WORD || x->kind.type == YZ_TYPE_BOOL;
}
static bool is_given(const yz_node *x) {
    return is_constant(x) && x->state == YZ_STATE_GIVEN;
}

// Of a comparison, a membership, a condition over one: is it a test of one fact?
static void find_test(yz_node *x) {
    yz_node *a = x->a, *b = x->b;
    if (x->op == YZ_OP_EQUAL || x->op == YZ_OP_UNEQUAL) {
        yz_node *fact = a->op == YZ_OP_FACT ? a : b, *with = fact == a ? b : a;
        if (fact->op != YZ_OP_FACT || !is_word(fact) || !is_given(with)) return;
        uint64_t mask = 1ull << (with->number & 63);
        test_fact(x, fact, YZ_TEST_IN, x->op == YZ_OP_EQUAL ? mask : ~mask);
    } else if (x->op == YZ_OP_IN && a->op == YZ_OP_FACT && is_word(a) && is_given(b) &&
               b->kind.type == YZ_TYPE_SET) {
        test_fact(x, a, YZ_TEST_IN, (uint64_t)b->number);
    } else if (x->op == YZ_OP_IN && b->op == YZ_OP_FACT && b->kind.type == YZ_TYPE_SET &&
               is_given(a)) {
        test_fact(x, b, YZ_TEST_MEETS, 1ull << (a->number & 63));
    } else if (x->op == YZ_OP_CONTAINS && a->op == YZ_OP_FACT && a->kind.type == YZ_TYPE_SET &&
               is_given(b)) {
        test_fact(x, a, YZ_TEST_MEETS, 1ull << (b->number & 63));
    } else if (x->op == YZ_OP_OVERLAPS && x->a->kind.type == YZ_TYPE_SET) {
        yz_node *fact = a->op == YZ_OP_FACT ? a : b, *with = fact == a ? b : a;
        if (fact->op != YZ_OP_FACT || !is_given(with)) return;
        test_fact(x, fact, YZ_TEST_MEETS, (uint64_t)with->number);
    } else if (x->op == YZ_OP_KNOWN && a->op == YZ_OP_FACT) {
        test_fact(x, a, YZ_TEST_IN, UINT64_MAX);
        x->absent = a->state == YZ_STATE_GIVEN;
    } else if (x->op == YZ_OP_NOT && a->test == YZ_TEST_IN) {
        x->test = YZ_TEST_IN;
        x->object = a->object;
        x->at = a->at;
        x->mask = ~a->mask;
        x->absent = a->absent < 0 ? -1 : !a->absent;
    }
}

// ---- junctions ----

// Never none: it may stand for a junction of itself alone.
static bool is_condition(const yz_node *x) {
    return (x->op >= YZ_OP_AND && x->op <= YZ_OP_IN) || x->op == YZ_OP_KNOWN;
}

static bool asked_before(const yz_node *x, const yz_node *y) {
    return x->cost < y->cost;
}

static uint32_t entered(yz_node **operands, uint32_t count, yz_node *operand) {
    uint32_t at = count;
    for (uint32_t i = 0; i < count; i++) {
        if (operands[i] == operand) return count;
    }
    for (; at > 0 && asked_before(operand, operands[at - 1]); at--)
        operands[at] = operands[at - 1];
    operands[at] = operand;
    return count + 1;
}

#define OPERANDS_MAX 256

// AND (decides 0) or OR (decides 1); those of the same op within are its own operands.
static yz_node *junction(yz_builder *b, yz_op op, yz_node *const *parts, uint32_t part_count) {
    yz_node *operands[OPERANDS_MAX];
    uint32_t count = 0;
    int decides = op == YZ_OP_OR;
    for (uint32_t i = 0; i < part_count; i++) {
        yz_node *part = parts[i];
        if (part == NULL) return NULL;
        uint32_t inner = part->op == op ? part->list_count : 1;
        if (count + inner > OPERANDS_MAX) return NULL;
        for (uint32_t j = 0; j < inner; j++) {
            yz_node *operand = part->op == op ? part->list[j] : part;
            if (is_constant(operand) && operand->state != YZ_STATE_UNKNOWN) {
                int truth = operand->state == YZ_STATE_GIVEN && operand->number != 0;
                if (truth == decides) return truth_constant(b, truth);
                continue;
            }
            count = entered(operands, count, operand);
        }
    }
    if (count == 0) return truth_constant(b, !decides);
    if (count == 1 && is_condition(operands[0])) return operands[0];
    return make(b, (yz_node){.op = (uint16_t)op,
                             .kind = {.type = YZ_TYPE_BOOL, .of = -1},
                             .list = operands,
                             .list_count = count});
}

yz_node *yz_build_all_of(yz_builder *builder, yz_node *const *nodes, uint32_t count) {
    return junction(builder, YZ_OP_AND, nodes, count);
}

// ---- leaves ----

static int64_t ten_to(unsigned power) {
    return (int64_t)yz_ten_to(power);
}

static yz_node *build_constant(const env *at, const yz_expr *x) {
    int64_t number = x->value.number;
    switch (x->kind.type) {
    case YZ_TYPE_SET: number = (int64_t)x->value.set; break;
    case YZ_TYPE_TEXT: number = (intptr_t)x->value.text; break;
    case YZ_TYPE_TEXTS: number = (intptr_t)x->value.texts; break;
    case YZ_TYPE_NUMBERS: number = (intptr_t)x->value.numbers; break;
    default: break;
    }
    return constant(at->builder, x->kind, YZ_SHORT(number));
}

static yz_node *build_param(const env *at, const yz_expr *x) {
    yz_kind kind = at->builder->rules->uses[x->at].kind;
    yz_param_reading reading = yz_params_read(at->builder->params, x->at, at->day);
    int64_t number = reading.number;
    if (!reading.given) return constant(at->builder, kind, YZ_SHORT_UNKNOWN);
    switch (kind.type) {
    case YZ_TYPE_SET: number = (int64_t)reading.set; break;
    case YZ_TYPE_TEXT: number = (intptr_t)reading.text; break;
    case YZ_TYPE_TEXTS: number = (intptr_t)reading.texts; break;
    case YZ_TYPE_NUMBERS: number = (intptr_t)reading.numbers; break;
    case YZ_TYPE_TIERS: number = (intptr_t)reading.tiers; break;
    case YZ_TYPE_TABLE: number = (intptr_t)reading.table; break;
    default: break;
    }
    return constant(at->builder, kind, YZ_SHORT(number));
}

// A fact, or a field of the row `of`.
static yz_node *build_fact(yz_builder *b, yz_kind kind, const yz_fact_form *form, yz_node *of) {
    yz_node x = {.op = YZ_OP_FACT,
                 .kind = kind,
                 .a = of,
                 .object = (uint8_t)form->object,
                 .at = form->field};
    if (of != NULL && of->op != YZ_OP_OBJECT)
        x.op = YZ_OP_FIELD;
    else
        x.a = NULL; // an object that is not given has facts all the same
    if (form->absent == YZ_ABSENT_DEFAULT) {
        x.state = YZ_STATE_GIVEN;
        x.number = form->absent_value;
    } else if (form->absent == YZ_ABSENT_NONE || form->number == UINT32_MAX) {
        x.state = YZ_STATE_NONE;
    } else {
        x.state = YZ_STATE_UNKNOWN;
    }
    if (x.op == YZ_OP_FACT && kind.type == YZ_TYPE_BOOL) {
        yz_node fact = x;
        test_fact(&x, &fact, YZ_TEST_IN, ~UINT64_C(1));
    }
    return make(b, x);
}

static yz_node *build_field(const env *at, const yz_expr *x) {
    const yz_fact_form *forms;
    yz_object_fields((yz_object)x->a->kind.of, &forms);
    yz_node *row = build(at, x->a);
    return row ? build_fact(at->builder, x->kind, &forms[x->at], row) : NULL;
}

static yz_node *build_it(const env *at, const yz_expr *x) {
    if (x->at >= at->level - at->base) return constant(at->builder, x->kind, YZ_SHORT_NONE);
    return make(at->builder,
                (yz_node){.op = YZ_OP_IT, .kind = x->kind, .at = at->level - 1 - x->at});
}

// ---- defines ----

#define ARGUMENTS_MAX 16

static yz_node *build_call(const env *at, const yz_expr *x) {
    yz_builder *b = at->builder;
    const yz_define *define = &b->rules->defines[x->at];
    yz_node *arguments[ARGUMENTS_MAX];
    if (define->arguments > ARGUMENTS_MAX) return NULL;
    for (uint32_t i = 0; i < define->arguments; i++) {
        arguments[i] = build(at, x->list[i]);
        if (arguments[i] == NULL) return NULL;
    }
    // The body knows its own lists only.
    env inside = {b, at->day, at->level, at->level, arguments};
    yz_node called = {.op = YZ_OP_CALL,
                      .kind = x->kind,
                      .at = x->at,
                      .number = (int64_t)at->day * YZ_LEVELS_MAX + at->level,
                      .params = b->params,
                      .list = arguments,
                      .list_count = define->arguments};
    if (b->table_size == 0) grow(b);
    called.hash = hash_of(&called);
    yz_node *there = *place_of(b, &called);
    if (there != NULL) return there->a;
    called.a = build(&inside, define->body);
    return called.a && keep_node(b, &called) ? called.a : NULL;
}

// ---- what has operands ----

static void set_scales(yz_node *x, unsigned a, unsigned b) {
    x->raise_a = ten_to(b > a ? b - a : 0);
    x->raise_b = ten_to(a > b ? a - b : 0);
}

static yz_node *build_plain_operands(const env *at, const yz_expr *x) {
    yz_node node = {.op = x->op, .kind = x->kind, .raise_a = 1, .raise_b = 1};
    if (x->a && !(node.a = build(at, x->a))) return NULL;
    if (x->b && !(node.b = build(at, x->b))) return NULL;
    if (x->c && !(node.c = build(at, x->c))) return NULL;
    switch ((yz_op)x->op) {
    case YZ_OP_ADD:
    case YZ_OP_SUBTRACT:
        if (x->kind.type != YZ_TYPE_DATE) {
            set_scales(&node, x->a->kind.scale, x->b->kind.scale);
        } else if (x->a->kind.type == YZ_TYPE_SPAN) { // the date first
            yz_node *span = node.a;
            node.a = node.b;
            node.b = span;
        }
        break;
    case YZ_OP_TO_YUAN: node.raise_a = 100; break;
    case YZ_OP_RESCALE:
        if (x->kind.scale > x->a->kind.scale)
            node.raise_a = ten_to((unsigned)(x->kind.scale - x->a->kind.scale));
        break;
    case YZ_OP_ROUND_FEN: node.raise_a = ten_to(x->a->kind.scale); break;
    case YZ_OP_TIER: set_scales(&node, x->b->kind.scale, x->c->kind.scale); break;
    default:
        if (is_comparison(x->op)) set_scales(&node, x->a->kind.scale, x->b->kind.scale);
    }
    find_test(&node);
    return make(at->builder, node);
}

static yz_node *build_list(const env *at, const yz_expr *x) {
    yz_node *operands[OPERANDS_MAX];
    if (x->list_count > OPERANDS_MAX) return NULL;
    for (uint32_t i = 0; i < x->list_count; i++) {
        operands[i] = build(at, x->list[i]);
        if (operands[i] == NULL) return NULL;
    }
    if (x->op == YZ_OP_AND || x->op == YZ_OP_OR)
        return junction(at->builder, (yz_op)x->op, operands, x->list_count);
    return make(
        at->builder,
        (yz_node){.op = x->op, .kind = x->kind, .list = operands, .list_count = x->list_count});
}

static yz_node *build_choice(const env *at, const yz_expr *x) {
    yz_node *condition = build(at, x->a);
    if (condition == NULL) return NULL;
    if (is_constant(condition)) {
        if (condition->state == YZ_STATE_UNKNOWN)
            return constant(at->builder, x->kind, YZ_SHORT_UNKNOWN);
        bool holds = condition->state == YZ_STATE_GIVEN && condition->number != 0;
        return build(at, holds ? x->b : x->c);
    }
    return build_plain_operands(at, x);
}

static yz_node *build_each(const env *at, const yz_expr *x) {
    env inside = *at;
    yz_node node = {.op = x->op, .kind = x->kind, .at = at->level};
    if (at->level == YZ_LEVELS_MAX) return NULL;
    inside.level += 1;
    node.a = build(at, x->a);
    node.b = node.a ? build(&inside, x->b) : NULL;
    return node.b ? make(at->builder, node) : NULL;
}

static yz_node *build_covers(const env *at, const yz_expr *x) {
    yz_node node = {.op = x->op, .kind = x->kind, .params = at->builder->params};
    node.at = at->builder->rules->uses[x->a->at].param;
    node.b = build(at, x->b);
    return node.b ? make(at->builder, node) : NULL;
}

static yz_node *build(const env *at, const yz_expr *x) {
    switch ((yz_op)x->op) {
    case YZ_OP_CONSTANT: return build_constant(at, x);
    case YZ_OP_PARAM: return build_param(at, x);
    case YZ_OP_FACT: return build_fact(at->builder, x->kind, yz_fact_numbered(x->at), NULL);
    case YZ_OP_OBJECT:
        return make(at->builder, (yz_node){.op = x->op, .kind = x->kind, .object = (uint8_t)x->at});
    case YZ_OP_FIELD: return build_field(at, x);
    case YZ_OP_IT: return build_it(at, x);
    case YZ_OP_ARGUMENT: return at->arguments[x->at];
    case YZ_OP_CALL: return build_call(at, x);
    case YZ_OP_IF: return build_choice(at, x);
    case YZ_OP_ANY:
    case YZ_OP_COUNT:
    case YZ_OP_SUM: return build_each(at, x);
    case YZ_OP_COVERS: return build_covers(at, x);
    case YZ_OP_SET: return x->kind.type == YZ_TYPE_SET ? build_list(at, x) : NULL;
    case YZ_OP_AND:
    case YZ_OP_OR:
    case YZ_OP_MAX:
    case YZ_OP_MIN:
    case YZ_OP_JOINT_MONTHS: return build_list(at, x);
    case YZ_OP_DISTINCT: // of fraud checks alone, as are those that follow
    case YZ_OP_ID_VALID:
    case YZ_OP_ID_BIRTH:
    case YZ_OP_ID_SEX:
    case YZ_OP_CREDIT_CODE_VALID: return NULL;
    default: return build_plain_operands(at, x);
    }
}

yz_node *yz_build(yz_builder *builder, const yz_expr *x, int32_t day, uint32_t level) {
    // What stands in a list of a rule's line knows that list.
    env at = {builder, day, level, 0, NULL};
    return build(&at, x);
}

/* The inside of compiled.h: nodes, who makes them and what runs them. Inside engine/policy only. */
#ifndef YZ_ENGINE_POLICY_COMPILED_NODE_H
#define YZ_ENGINE_POLICY_COMPILED_NODE_H

#include "engine/base/arena.h"
#include "engine/policy/params.h"
#include "engine/policy/value.h"

/* A value in two registers: a number, a set, or a pointer; `state` is a yz_state. */
typedef struct yz_short {
    int64_t number;
    int64_t state;
} yz_short;

#define YZ_SHORT(n) ((yz_short){(n), YZ_STATE_GIVEN})
#define YZ_SHORT_NONE ((yz_short){0, YZ_STATE_NONE})
#define YZ_SHORT_UNKNOWN ((yz_short){0, YZ_STATE_UNKNOWN})

#define YZ_LEVELS_MAX 16 // lists inside one another

typedef struct yz_kept { // of a node with several users
    uint64_t subject;    // whose value it is
    yz_short value;
} yz_kept;

/* One subject on its way through the nodes. */
typedef struct yz_run {
    const yz_facts *facts;
    uint64_t subject;          // counts up: what was kept of another one is stale
    bool gave_up;              // a number passed 2^63: yz_decide has to do it
    int64_t it[YZ_LEVELS_MAX]; // the element of each list that is being walked
    yz_kept *kept;             // by slot
} yz_run;

typedef enum yz_test {
    YZ_TEST_NONE,
    YZ_TEST_IN,    // the bit of its value in `mask`
    YZ_TEST_MEETS, // has its set a bit of `mask`?
} yz_test;

typedef struct yz_node yz_node;
typedef yz_short (*yz_node_value)(const yz_node *x, yz_run *run);
typedef int (*yz_node_truth)(const yz_node *x, yz_run *run); // as yz_truth

/* A node is never changed once it has a user, but for how it is asked: one that gets a second user
 * is kept from then on. Constants, unknown ones too, are nodes of op CONSTANT. */
struct yz_node {
    yz_node_value value;
    yz_node_truth truth;
    yz_node *a, *b, *c;
    yz_node *const *list;
    uint32_t list_count;
    uint16_t op; // yz_op
    yz_kind kind;
    uint32_t at; // FACT, FIELD, a test: field; IT and what walks a list: level; COVERS: parameter
    const yz_params *params; // COVERS; CALL: those its body was built with
    uint8_t object;          // FACT, FIELD, a test
    uint8_t state;           // CONSTANT: its state; FACT, FIELD: what absence means
    uint8_t test;            // yz_test: of one fact against constants
    int8_t absent;           // of a test: its truth where the fact is absent
    int64_t number;          // CONSTANT; FACT, FIELD: the default
    uint64_t mask;           // a test of one fact against constants, as bits
    int64_t raise_a;         // multipliers that bring a and b to one scale
    int64_t raise_b;
    void *scratch; // PREFIX: the yz_text it makes

    yz_node_value whole_value; // of a kept node: how it is worked out
    yz_node_truth whole_truth;
    uint32_t slot;

    uint64_t levels; // whose elements it depends on, as bits; 0: of the subject alone
    double cost;     // nodes asked, roughly
    double bound;    // its number lies within +- this
    uint32_t users;
    uint64_t hash;
};

/* ---- compiled_build.c ---- */

typedef struct yz_builder {
    const yz_rules *rules;
    const yz_params *params; // of the program being made
    yz_run *run;
    yz_arena *arena;
    yz_node **table; // open addressing; by what a node is
    uint32_t table_size, count;
    uint32_t slots, slots_room;
} yz_builder;

/* The node of an expression with the parameters of `day`; NULL: it cannot be compiled. `level`: how
 * many lists it stands in. */
yz_node *yz_build(yz_builder *builder, const yz_expr *x, int32_t day, uint32_t level);
/* The conjunction; cheapest first. NULL if one of `nodes` is. */
yz_node *yz_build_all_of(yz_builder *builder, yz_node *const *nodes, uint32_t count);
/* Says that somebody will ask this node. NULL stays NULL. */
yz_node *yz_build_used(yz_builder *builder, yz_node *node);
void yz_builder_deinit(yz_builder *builder);

/* ---- compiled_run.c: how each node is asked ---- */

/* Sets value and truth; what a test of one fact needs is filled in before. */
void yz_node_set_run(yz_node *x);
void yz_node_keep(yz_node *x, uint32_t slot);

uint32_t yz_short_elements(yz_kind kind, yz_short collection);
int64_t yz_short_element(yz_kind kind, yz_short collection, uint32_t at);

#endif

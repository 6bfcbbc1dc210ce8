/* POST /v1/assign/timetable: a fair's interviews planned around what is booked, or mended when
 * somebody does not come or comes late. As net/api/route_assign: copied in slices on the loop,
 * planned and checked beside it, sent in as commands: first slots are given up, then taken. */
#include "engine/base/alloc.h"
#include "net/api/assign_body.h"
#include "net/api/assign_errand.h"
#include "net/api/timetable_json.h"
#include "net/api/wire_common.h"

#include <stdio.h>

#define MOVES_DEFAULT 3
#define MOVES_MAX 1000
#define LIST_MAX 5000
#define TRIES_MAX 5
#define CELLS_AN_EDGE 50 // as much memory

typedef struct change { // somebody late, or an interview that will not be
    yz_text seeker, booth;
    uint32_t slot;
} change;

typedef struct change_list {
    change *list;
    uint32_t count;
} change_list;

typedef struct timetable_body {
    yz_fair_ask ask;
    change_list wishes, late, booths_late, missed;
    uint32_t moves_max;
    bool apply;
} timetable_body;

typedef struct planning {
    assign_errand errand;
    timetable_body body;
    yz_fair_copying *copying;
    yz_fair_copy *copy;
    yz_timetable *timetable;
    uint32_t others;
    bool *missed; // by wish
    bool torn;    // what was copied does not go together: the market moved on meanwhile
    uint32_t tries;
    yz_timetable_proof proof;
    yz_problem problem; // of the run; code NONE: none
    assign_outcome *outcomes;
    uint32_t next; // wish to send; all once to give up, once to take
    bool taking;
    uint32_t sent[ASSIGN_COMMANDS_AT_ONCE], sent_count;
} planning;

/* ---- the body ---- */

#define BODY(record) ((timetable_body *)(record))
#define CHANGE(record) ((change *)(record))

static yz_status read_seeker(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/seeker", &CHANGE(record)->seeker, problem);
}

static yz_status read_booth(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/booth", &CHANGE(record)->booth, problem);
}

static yz_status read_slot(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    int64_t slot;
    yz_status status = wire_whole(tree, node, "/slot", 0, YZ_SLOTS_MAX, &slot, problem);
    if (status == YZ_OK) CHANGE(record)->slot = (uint32_t)slot;
    return status;
}

enum { HAS_SEEKER = 1, HAS_BOOTH = 2, HAS_SLOT = 4 };

static yz_status missing(uint32_t lacks, yz_problem *problem) {
    const char *which = lacks & HAS_SEEKER ? "/seeker" : lacks & HAS_BOOTH ? "/booth" : "/slot";
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, which);
}

// A list of objects that have just these members.
static yz_status read_list(const json_tree *tree, const cJSON *node, const char *pointer,
                           uint32_t wanted, change_list *out, yz_problem *problem) {
    wire_member members[4] = {{0}};
    uint32_t known = 0, at = 0;
    if (wanted & HAS_SEEKER)
        members[known++] = (wire_member){"seeker", read_seeker, HAS_SEEKER, false};
    if (wanted & HAS_BOOTH) members[known++] = (wire_member){"booth", read_booth, HAS_BOOTH, false};
    if (wanted & HAS_SLOT) members[known++] = (wire_member){"slot", read_slot, HAS_SLOT, false};
    void *memory;
    yz_status status = wire_list(node, pointer, LIST_MAX, &out->count, problem);
    if (status == YZ_OK)
        status = wire_take(tree, (out->count + 1) * sizeof(change), pointer, &memory, problem);
    if (status != YZ_OK) return status;
    out->list = memory;
    for (const cJSON *element = node->child; element != NULL; element = element->next, at++) {
        uint32_t seen;
        out->list[at] = (change){0};
        status = wire_members(tree, element, "", members, &out->list[at], &seen, problem);
        if (status == YZ_OK && seen != wanted) status = missing(wanted & ~seen, problem);
        if (status == YZ_OK) continue;
        char prefix[YZ_POINTER_BYTES_MAX];
        snprintf(prefix, sizeof prefix, "%s/%u", pointer, (unsigned)at);
        wire_problem_prefix(problem, prefix);
        return status;
    }
    return YZ_OK;
}

static yz_status read_fair(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/fair", &BODY(record)->ask.fair, problem);
}

static yz_status read_wishes(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    timetable_body *body = record;
    yz_status status =
        read_list(tree, node, "/wishes", HAS_SEEKER | HAS_BOOTH, &body->wishes, problem);
    if (status != YZ_OK) return status;
    if (body->wishes.count == 0) return yz_problem_at(problem, YZ_PROBLEM_EMPTY, "/wishes");
    void *memory;
    status =
        wire_take(tree, body->wishes.count * sizeof(yz_fair_wish), "/wishes", &memory, problem);
    if (status != YZ_OK) return status;
    yz_fair_wish *wishes = memory;
    for (uint32_t i = 0; i < body->wishes.count; i++)
        wishes[i] = (yz_fair_wish){body->wishes.list[i].seeker, body->wishes.list[i].booth};
    body->ask.wishes = wishes;
    body->ask.wish_count = body->wishes.count;
    return YZ_OK;
}

static yz_status read_late(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    return read_list(tree, node, "/late", HAS_SEEKER | HAS_SLOT, &BODY(record)->late, problem);
}

static yz_status read_booths_late(const json_tree *tree, const cJSON *node, void *record,
                                  yz_problem *problem) {
    return read_list(tree, node, "/booths_late", HAS_BOOTH | HAS_SLOT, &BODY(record)->booths_late,
                     problem);
}

static yz_status read_missed(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return read_list(tree, node, "/missed", HAS_SEEKER | HAS_BOOTH, &BODY(record)->missed, problem);
}

static yz_status read_moves(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    int64_t moves;
    yz_status status = wire_whole(tree, node, "/moves_max", 0, MOVES_MAX, &moves, problem);
    if (status == YZ_OK) BODY(record)->moves_max = (uint32_t)moves;
    return status;
}

static yz_status read_apply(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return assign_flag_read(node, "/apply", &BODY(record)->apply, problem);
}

static yz_status read_body(const json_tree *tree, timetable_body *body, yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"fair", read_fair, 1, false},     {"wishes", read_wishes, 2, true},
        {"late", read_late, 4, true},      {"booths_late", read_booths_late, 8, true},
        {"missed", read_missed, 16, true}, {"moves_max", read_moves, 32, true},
        {"apply", read_apply, 64, true},   {0}};
    uint32_t seen;
    *body = (timetable_body){.moves_max = MOVES_DEFAULT};
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, body, &seen, problem);
    if (status != YZ_OK || seen & 1) return status;
    return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/fair");
}

/* ---- the end ---- */

static void forget(assign_errand *errand) {
    planning *p = (planning *)errand;
    yz_fair_copying_free(p->copying);
    yz_timetable_free(p->timetable);
    yz_fair_copy_free(p->copy);
    yz_free(p->outcomes);
    yz_free(p->missed);
}

static bool all_well(const yz_timetable_proof *proof) {
    return proof->seekers_twice + proof->over_capacity + proof->out_of_time + proof->fixed_moved ==
           0;
}

static void write_all(void *context) {
    planning *p = context;
    timetable_answer answer = {.id = yz_text_of(p->errand.id),
                               .fair = p->body.ask.fair,
                               .copy = p->copy,
                               .slots = yz_timetable_slots(p->timetable),
                               .proof = p->proof,
                               .checked = all_well(&p->proof),
                               .others = p->others,
                               .apply = p->body.apply,
                               .outcomes = p->outcomes,
                               .language = p->errand.base.language};
    timetable_write(&p->errand.out, &answer);
}

/* ---- the commands ---- */

// Nothing to do: false.
static bool command_of(const planning *p, uint32_t wish, yz_command *c) {
    uint32_t was = p->copy->was[wish], is = yz_timetable_slots(p->timetable)[wish];
    if (was == is || (p->taking ? is : was) == YZ_SLOT_NONE) return false;
    const yz_interview_wish *w = &p->copy->task.wishes[wish];
    *c = (yz_command){.type = YZ_COMMAND_SLOT_STEP};
    c->slot.venue = p->body.ask.fair;
    c->slot.booth = p->copy->booth_ids[w->booth];
    c->slot.seeker = p->copy->seeker_ids[w->seeker];
    c->slot.slot = (uint16_t)(p->taking ? is : was);
    c->slot.step = p->taking         ? YZ_SLOT_BOOKED
                   : p->missed[wish] ? YZ_SLOT_NO_SHOW
                                     : YZ_SLOT_CANCELLED;
    return true;
}

static void send_some(planning *p);

static void commands_done(void *context, const yz_outcome *outcomes, uint32_t count,
                          uint64_t first_sequence, int failure) {
    planning *p = context;
    (void)first_sequence;
    if (failure != 0) {
        assign_errand_refuse(&p->errand, api_failure_word(failure));
        return;
    }
    for (uint32_t i = 0; i < count; i++) {
        assign_outcome *told = &p->outcomes[p->sent[i]];
        if (told->sent && told->status != YZ_OK) continue; // the first that went wrong is told
        *told = (assign_outcome){outcomes[i].status, outcomes[i].problem, true};
    }
    p->errand.applied = true;
    send_some(p);
}

static void send_some(planning *p) {
    const api_house *house = &p->errand.base.a->house;
    uint32_t wishes = p->copy->task.wish_count;
    yz_command *commands = yz_alloc(ASSIGN_COMMANDS_AT_ONCE * sizeof *commands);
    for (p->sent_count = 0; p->sent_count == 0;) {
        for (; p->next < wishes && p->sent_count < ASSIGN_COMMANDS_AT_ONCE; p->next++) {
            if (!command_of(p, p->next, &commands[p->sent_count])) continue;
            p->sent[p->sent_count++] = p->next;
        }
        if (p->sent_count > 0 || p->taking) break;
        p->taking = true;
        p->next = 0;
    }
    uint32_t count = p->sent_count; // `p` may be gone when submit returns
    bool taken = count == 0 || house->submit(house->context, p->errand.base.a->loop, commands,
                                             count, false, commands_done, p);
    yz_free(commands);
    if (count == 0)
        house->beside(house->context, p->errand.base.a->loop, write_all, assign_errand_answer, p);
    else if (!taken)
        assign_errand_refuse(&p->errand, "overloaded");
}

/* ---- the run ---- */

static bool unknown(planning *p, yz_problem_code code, const char *list, uint32_t at,
                    const char *member, yz_text value) {
    (void)yz_problem_element(&p->problem, code, list, at, member, value);
    return false;
}

static bool mend(planning *p, yz_timetable_moves *moves) {
    const timetable_body *b = &p->body;
    for (uint32_t i = 0; i < b->missed.count; i++) {
        const change *c = &b->missed.list[i];
        uint32_t wish = yz_fair_copy_wish(p->copy, c->seeker, c->booth);
        if (wish == YZ_SLOT_NONE)
            return unknown(p, YZ_PROBLEM_NOT_BOOKED, "/missed", i, "/seeker", c->seeker);
        p->missed[wish] = true;
        yz_timetable_drop(p->timetable, wish, p->copy->now, moves);
    }
    for (uint32_t i = 0; i < b->late.count; i++) {
        const change *c = &b->late.list[i];
        uint32_t seeker = yz_fair_copy_seeker(p->copy, c->seeker);
        if (seeker == YZ_SLOT_NONE)
            return unknown(p, YZ_PROBLEM_NOT_BOOKED, "/late", i, "/seeker", c->seeker);
        yz_timetable_seeker_late(p->timetable, seeker, c->slot, p->copy->now, moves);
    }
    for (uint32_t i = 0; i < b->booths_late.count; i++) {
        const change *c = &b->booths_late.list[i];
        uint32_t booth = yz_fair_copy_booth(p->copy, c->booth);
        if (booth == YZ_SLOT_NONE)
            return unknown(p, YZ_PROBLEM_UNKNOWN_BOOTH, "/booths_late", i, "/booth", c->booth);
        yz_timetable_booth_late(p->timetable, booth, c->slot, p->copy->now, moves);
    }
    return true;
}

static void run(void *context) {
    planning *p = context;
    p->copy = yz_fair_copying_finish(p->copying);
    p->copying = NULL;
    uint32_t wishes = p->copy->task.wish_count;
    p->missed = yz_alloc_zeroed(wishes * sizeof *p->missed);
    if (yz_timetable_new_standing(&p->copy->task, &p->timetable) != YZ_OK) {
        p->torn = p->copy->changed;
        (void)yz_problem_range(&p->problem, YZ_PROBLEM_TOO_MANY, "/wishes", wishes, 0,
                               YZ_FAIR_WISHES_MAX);
        return;
    }
    yz_timetable_moves moves = {.list = yz_alloc(wishes * sizeof *moves.list),
                                .room = wishes,
                                .others_max = p->body.moves_max};
    bool well = mend(p, &moves); // who is booked goes before who only wishes
    yz_timetable_plan_rest(p->timetable, p->copy->now);
    p->others = moves.others;
    yz_free(moves.list);
    p->proof = yz_check_timetable(
        yz_timetable_task_now(p->timetable), yz_timetable_slots(p->timetable),
        yz_timetable_cut_seekers(p->timetable), yz_timetable_cut_booths(p->timetable));
    if (well && !p->body.apply) write_all(p);
}

static void copy_on(void *context);

// From the start. Only a fair of thousands of interviews is copied in several slices.
static void copy_again(planning *p) {
    yz_fair_copy_free(p->copy);
    p->copy = NULL;
    yz_free(p->missed);
    p->missed = NULL;
    p->torn = false;
    p->problem = (yz_problem){0};
    yz_problem problem;
    const yz_market *market = api_read(p->errand.base.a);
    yz_status status = yz_fair_copying_new(market, &p->body.ask, &p->copying, &problem);
    api_read_end(p->errand.base.a);
    if (status == YZ_OK)
        copy_on(p);
    else
        assign_errand_fail(&p->errand, &problem);
}

static void after_run(void *context) {
    planning *p = context;
    if (p->torn && ++p->tries < TRIES_MAX) {
        copy_again(p);
    } else if (p->problem.code != YZ_PROBLEM_NONE) {
        assign_errand_fail(&p->errand, &p->problem);
    } else if (!p->body.apply) {
        assign_errand_answer(p);
    } else {
        p->outcomes = yz_alloc_zeroed(p->copy->task.wish_count * sizeof *p->outcomes);
        send_some(p);
    }
}

static void copy_on(void *context) {
    planning *p = context;
    api *desk = p->errand.base.a;
    const api_house *house = &desk->house;
    if (p->errand.base.exchange == NULL) {
        assign_errand_free(&p->errand);
        return;
    }
    const yz_market *market = api_read(desk);
    yz_problem problem = {0};
    bool more = yz_fair_copying_step(market, p->copying, &problem);
    api_read_end(desk);
    if (problem.code != YZ_PROBLEM_NONE)
        assign_errand_fail(&p->errand, &problem);
    else if (!assign_errand_grow(&p->errand, yz_fair_copying_cells(p->copying) / CELLS_AN_EDGE))
        return;
    else if (more)
        house->later(house->context, desk->loop, copy_on, p);
    else
        house->beside(house->context, desk->loop, run, after_run, p);
}

void route_assign_timetable(api_call *call) {
    json_tree tree;
    if (!api_body_json(call, &tree)) return;
    planning *p = yz_alloc_zeroed(sizeof *p);
    yz_problem problem;
    yz_status status = assign_errand_init(&p->errand, call, forget, &tree, &problem);
    if (status == YZ_OK) status = read_body(&tree, &p->body, &problem);
    if (status == YZ_OK) {
        const yz_market *market = api_read(call->a);
        status = yz_fair_copying_new(market, &p->body.ask, &p->copying, &problem);
        api_read_end(call->a);
    }
    if (status != YZ_OK) {
        assign_errand_free(&p->errand);
        api_fail(call, &problem);
        return;
    }
    if (assign_errand_begin(&p->errand, call, "timetable")) copy_on(p);
}

/* POST /v1/policy/subjects/{kind}/{id}/events: what happened is added to the list of the subject's
 * events, behind those that are there. One command, refused if the subject changed meanwhile. */
#include "net/api/policy_inner.h"

#include "engine/base/alloc.h"
#include "engine/market/policy_view.h"
#include "engine/policy/events.h"

#include <string.h>

// The body says events and nothing else, at least one.
static yz_status read_events(const json_tree *tree, yz_subject_kind kind, yz_facts_change *change,
                             yz_problem *problem) {
    yz_status status = json_facts_change_read(tree, tree->root, "", change, problem);
    if (status != YZ_OK) return status;
    for (const cJSON *member = tree->root->child; member != NULL; member = member->next) {
        char at[YZ_POINTER_BYTES_MAX];
        if (strcmp(member->string, "events") == 0) continue;
        json_below("", member->string, at);
        return yz_problem_at(problem, YZ_PROBLEM_UNKNOWN_FIELD, at);
    }
    const yz_row *top = change->given.objects[YZ_OBJECT_top];
    if (top == NULL || !(top->known >> yz_field_top_events & 1))
        return yz_problem_at(problem, YZ_PROBLEM_MISSING_FIELD, "/events");
    return yz_events_check(kind, &change->given, "/events", problem);
}

static const yz_list *events_of(const yz_facts *facts) {
    static const yz_list NONE = {0};
    const yz_row *top = facts->objects[YZ_OBJECT_top];
    bool known = top != NULL && (top->known >> yz_field_top_events & 1);
    return known ? (const yz_list *)(intptr_t)top->values[yz_field_top_events] : &NONE;
}

static void copy_rows(char *to, const yz_list *list, uint32_t size) {
    for (uint32_t i = 0; i < list->count; i++)
        memcpy(to + (size_t)i * size, yz_list_row(list, i), size);
}

// Those of before and the new ones, in `change`.
static yz_status join(const yz_facts *before, yz_arena *arena, yz_facts_change *change,
                      yz_problem *problem) {
    const yz_list *old = events_of(before), *added = events_of(&change->given);
    uint32_t size = yz_row_size(YZ_OBJECT_event), count = old->count + added->count;
    if (count > YZ_FACT_LIST_MAX)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/events", count, 0,
                                YZ_FACT_LIST_MAX);
    yz_list *list = yz_arena_take(arena, sizeof *list);
    char *rows = yz_arena_take(arena, (size_t)count * size);
    if (list == NULL || rows == NULL)
        return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/events", 0, 0, YZ_FACTS_BYTES_MAX);
    copy_rows(rows, old, size);
    copy_rows(rows + (size_t)old->count * size, added, size);
    *list = (yz_list){count, size, rows};
    yz_row *top = (yz_row *)(uintptr_t)change->given.objects[YZ_OBJECT_top];
    top->values[yz_field_top_events] = (int64_t)(intptr_t)list;
    return YZ_OK;
}

static yz_status encode(const json_tree *tree, const yz_facts_change *change, yz_policy_put *put,
                        yz_problem *problem) {
    yz_bytes code;
    yz_bytes_init(&code, YZ_POLICY_CHANGE_BYTES_MAX);
    bool fits = yz_facts_change_encode(change, &code);
    put->change =
        fits ? yz_arena_text(tree->arena, (yz_text){(char *)code.bytes, (uint32_t)code.size})
             : (yz_text){NULL, 0};
    yz_bytes_deinit(&code);
    if (put->change.bytes != NULL) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, "/events", 0, 0,
                            YZ_POLICY_CHANGE_BYTES_MAX);
}

typedef enum added { ADDED, NOT_THERE, WITHHELD } added;

// As the subject is now: the version it is changed from, unless the caller said one. Behind events
// that cannot be read nothing is added: the list is sent whole.
static added add_to(api_call *call, const json_tree *tree, yz_facts_change *change,
                    yz_policy_put *put, yz_status *status, yz_problem *problem) {
    yz_arena *arena = yz_arena_new(POLICY_ARENA_BYTES);
    const yz_market *market = api_read(call->a);
    const yz_book *book = yz_market_book(market);
    yz_subject_view view;
    uint32_t row = yz_book_row(book, (yz_subject_kind)put->subject.kind, put->subject.id);
    bool found = row != YZ_ROW_NONE && yz_book_version(book, row) > 0 &&
                 yz_book_subject_at(book, row, arena, &view) && !view.gone;
    added how = !found ? NOT_THERE : view.withheld ? WITHHELD : ADDED;
    if (how == ADDED) {
        if (put->if_version == YZ_VERSION_ANY) put->if_version = view.version;
        *status = join(&view.facts, arena, change, problem);
        if (*status == YZ_OK) *status = encode(tree, change, put, problem);
        if (*status == YZ_OK) yz_market_policy_put_fill(market, put);
    }
    api_read_end(call->a);
    yz_arena_free(arena);
    return how;
}

void route_subject_events(api_call *call) {
    api_precondition wanted;
    yz_subject_kind kind;
    json_tree tree;
    yz_problem problem;
    yz_facts_change change = {0};
    if (!policy_subject_of(call, &kind) || !api_preconditions(call, &wanted)) return;
    if (!api_body_json(call, &tree)) return;
    api_write write = {.status_done = 200, .status_created = 200};
    yz_policy_put *put = &write.command.policy_put;
    write.command.type = YZ_COMMAND_POLICY_PUT;
    *put = (yz_policy_put){.subject = {(uint8_t)kind, call->id},
                           .person = YZ_TEXT(""),
                           .employer = YZ_TEXT(""),
                           .division = YZ_TEXT(""),
                           .if_version = wanted.if_version};
    yz_status status = read_events(&tree, kind, &change, &problem);
    added how = ADDED;
    if (status == YZ_OK) how = add_to(call, &tree, &change, put, &status, &problem);
    if (how == NOT_THERE)
        policy_fail_unknown(call, call->id);
    else if (how == WITHHELD)
        api_refuse(call, "facts_withheld", call->id);
    else if (status != YZ_OK)
        api_fail(call, &problem);
    else
        api_submit(call, &write);
}

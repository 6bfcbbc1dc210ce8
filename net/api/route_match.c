/* The questions that answer with hits: jobs for a seeker, seekers for a posting, standing searches.
 */
#include "net/api/route_match.h"

#include "engine/base/alloc.h"
#include "net/api/cursor.h"
#include "net/api/stream.h"
#include "net/api/wire_common.h"

#include <stdlib.h>

#define PAYABLE_K_MAX 50    // hits whose hire is decided while the market is held, 20 us each
#define LOOKS_PER_HOLD 400u // subjects and hires decided for boosts while it is held, 2 us each
#define TURNS_MAX 32u       // then in one hold, come what may

// ---- the body of a question ----

#define QUESTION(record) ((match_question *)(record))

static yz_status read_seeker(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    yz_status status =
        wire_seeker_read(tree, node, WIRE_QUESTION, &QUESTION(record)->seeker, NULL, problem);
    if (status != YZ_OK) wire_problem_prefix(problem, "/seeker");
    return status;
}

static yz_status read_posting(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    yz_status status =
        wire_posting_read(tree, node, WIRE_QUESTION, &QUESTION(record)->posting, NULL, problem);
    if (status != YZ_OK) wire_problem_prefix(problem, "/posting");
    return status;
}

static yz_status read_seeker_id(const json_tree *tree, const cJSON *node, void *record,
                                yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/seeker_id", &QUESTION(record)->seeker_id, problem);
}

static yz_status read_posting_id(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/posting_id", &QUESTION(record)->posting_id, problem);
}

static yz_status read_division(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/division", &QUESTION(record)->division, problem);
}

static yz_status read_k(const json_tree *tree, const cJSON *node, void *record,
                        yz_problem *problem) {
    int64_t k;
    yz_status status = wire_whole(tree, node, "/k", 0, YZ_K_MAX, &k, problem);
    if (status == YZ_OK) QUESTION(record)->ask.k = (uint32_t)k;
    return status;
}

static yz_status read_coverage(const json_tree *tree, const cJSON *node, void *record,
                               yz_problem *problem) {
    int64_t permille;
    yz_status status = wire_whole(tree, node, "/coverage_permille", 1, 1000, &permille, problem);
    if (status == YZ_OK) QUESTION(record)->ask.coverage_permille = (uint32_t)permille;
    return status;
}

static yz_status read_flag(const cJSON *node, const char *pointer, bool *flag,
                           yz_problem *problem) {
    if (!cJSON_IsBool(node)) return wire_wrong(problem, pointer, "true or false");
    *flag = cJSON_IsTrue(node);
    return YZ_OK;
}

static yz_status read_detail(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return read_flag(node, "/detail", &QUESTION(record)->detail, problem);
}

static yz_status read_ids(const json_tree *tree, const cJSON *node, void *record,
                          yz_problem *problem) {
    (void)tree;
    return read_flag(node, "/ids", &QUESTION(record)->ids, problem);
}

static yz_status read_boosts(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return read_flag(node, "/boosts", &QUESTION(record)->boosts, problem);
}

static yz_status read_payable(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return read_flag(node, "/payable", &QUESTION(record)->payable, problem);
}

static yz_status read_cursor(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_text(node, "/cursor", &QUESTION(record)->cursor, problem);
}

static yz_status filter_text(const cJSON *node, const char *pointer, yz_text *text,
                             yz_problem *problem) {
    yz_status status = wire_text(node, pointer, text, problem);
    if (status != YZ_OK || text->size <= YZ_TITLE_BYTES_MAX) return status;
    return yz_problem_range(problem, YZ_PROBLEM_TOO_LONG, pointer, text->size, 0,
                            YZ_TITLE_BYTES_MAX);
}

static yz_status filter_division(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return filter_text(node, "/filter/division", &((yz_filter *)record)->division, problem);
}

static yz_status filter_occupation(const json_tree *tree, const cJSON *node, void *record,
                                   yz_problem *problem) {
    (void)tree;
    return filter_text(node, "/filter/occupation", &((yz_filter *)record)->occupation, problem);
}

static yz_status filter_employer(const json_tree *tree, const cJSON *node, void *record,
                                 yz_problem *problem) {
    (void)tree;
    return filter_text(node, "/filter/employer", &((yz_filter *)record)->employer, problem);
}

static yz_status filter_words(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return filter_text(node, "/filter/words", &((yz_filter *)record)->words, problem);
}

static yz_status filter_types(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    uint32_t count;
    yz_status status = wire_list(node, "/filter/types", 4, &count, problem);
    if (status != YZ_OK) return status;
    for (const cJSON *element = node->child; element != NULL; element = element->next) {
        yz_job_type type;
        status = wire_type(element, "/filter/types", &type, problem);
        if (status != YZ_OK) return status;
        ((yz_filter *)record)->types |= (uint8_t)type;
    }
    return YZ_OK;
}

yz_status match_filter_read(const json_tree *tree, const cJSON *node, yz_filter *filter,
                            yz_problem *problem) {
    static const wire_member FILTER[] = {
        {"division", filter_division, 1, true}, {"occupation", filter_occupation, 2, true},
        {"employer", filter_employer, 4, true}, {"types", filter_types, 8, true},
        {"words", filter_words, 16, true},      {0}};
    uint32_t seen;
    return wire_members(tree, node, "/filter", FILTER, filter, &seen, problem);
}

static yz_status read_filter(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    return match_filter_read(tree, node, &QUESTION(record)->ask.filter, problem);
}

// Each question knows the members whose bits it takes; the others are unknown fields to it.
static const wire_member MEMBERS[] = {
    {"seeker", read_seeker, MATCH_SEEKER, false},
    {"seeker_id", read_seeker_id, MATCH_SEEKER_ID, false},
    {"posting", read_posting, MATCH_POSTING, false},
    {"posting_id", read_posting_id, MATCH_POSTING_ID, false},
    {"division", read_division, MATCH_DIVISION, true},
    {"k", read_k, MATCH_K, true},
    {"filter", read_filter, MATCH_FILTER, true},
    {"cursor", read_cursor, MATCH_CURSOR, true},
    {"coverage_permille", read_coverage, MATCH_COVERAGE, true},
    {"detail", read_detail, MATCH_DETAIL, true},
    {"ids", read_ids, MATCH_IDS, true},
    {"boosts", read_boosts, MATCH_BOOSTS, true},
    {"payable", read_payable, MATCH_PAYABLE, true},
    {0},
};

#define MEMBER_COUNT (sizeof MEMBERS / sizeof MEMBERS[0])

bool match_read(api_call *call, uint32_t known, match_question *q) {
    json_tree tree;
    yz_problem problem;
    if (!api_body_json(call, &tree)) return false;
    wire_member members[MEMBER_COUNT];
    uint32_t count = 0;
    for (uint32_t i = 0; i < MEMBER_COUNT; i++) {
        if (MEMBERS[i].name == NULL || (MEMBERS[i].field & known)) members[count++] = MEMBERS[i];
    }
    if (wire_members(&tree, tree.root, "", members, q, &q->seen, &problem) == YZ_OK) return true;
    api_fail(call, &problem);
    return false;
}

bool match_one_of(api_call *call, const match_question *q, uint32_t whole, uint32_t by_id,
                  const char *name) {
    bool has_whole = (q->seen & whole) != 0, has_id = (q->seen & by_id) != 0;
    if (has_whole != has_id) return true;
    api_refuse(call, has_whole ? "both_given" : "missing_id", yz_text_of(name));
    return false;
}

bool match_find(const yz_market *market, yz_arena *arena, match_question *q, yz_problem *problem) {
    if (q->seen & MATCH_SEEKER_ID) {
        yz_seeker_view view;
        if (!yz_market_seeker(market, q->seeker_id, arena, &view)) {
            (void)yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seeker_id", q->seeker_id);
            return false;
        }
        q->seeker = view.seeker;
    }
    if (q->seen & MATCH_POSTING_ID) {
        yz_posting_view view;
        if (!yz_market_posting(market, q->posting_id, arena, &view)) {
            (void)yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting_id",
                                   q->posting_id);
            return false;
        }
        q->posting = view.posting;
    }
    return true;
}

void match_place_problem(const match_question *q, yz_problem *problem) {
    static const char *const OWN[] = {"/filter", "/k",       "/coverage", "/cursor",
                                      "/seeker", "/posting", "/division"};
    for (size_t i = 0; i < sizeof OWN / sizeof OWN[0]; i++) {
        if (strncmp(problem->pointer, OWN[i], strlen(OWN[i])) == 0) return;
    }
    wire_problem_prefix(problem,
                        q->seen & (MATCH_SEEKER | MATCH_SEEKER_ID) ? "/seeker" : "/posting");
}

// ---- hits ----

static void write_detail(json_out *out, const match_question *q, const yz_market *market,
                         match_policy *policy, const yz_hit *hit, bool jobs, yz_arena *arena) {
    if (jobs) {
        yz_posting_view view;
        if (!yz_market_posting_at(market, hit->row, arena, &view)) return;
        match_payable_write(out, policy, q->seeker.id, q->seeker.person, view.posting.employer,
                            view.posting.id);
        if (!q->detail) return;
        json_key(out, "posting");
        wire_posting_write(out, &view.posting);
    } else {
        yz_seeker_view view;
        if (!yz_market_seeker_at(market, hit->row, arena, &view)) return;
        match_payable_write(out, policy, view.seeker.id, view.seeker.person, q->posting.employer,
                            q->posting.id);
        if (!q->detail) return;
        json_key(out, "seeker");
        wire_seeker_write(out, &view.seeker);
    }
}

void match_score_write(json_out *out, double score, double distance_km,
                       const yz_score_parts *parts) {
    json_field_double(out, "score", score);
    json_field_double(out, "distance_km", distance_km);
    json_key(out, "parts");
    json_begin_object(out);
    json_field_double(out, "coverage", parts->coverage);
    json_field_double(out, "preferred", parts->preferred);
    json_field_double(out, "distance", parts->distance);
    json_field_double(out, "wage", parts->wage);
    json_end_object(out);
}

static void write_hit(json_out *out, const yz_hit *hit, const match_policy *policy) {
    double base = yz_parts_sum(&hit->parts);
    json_field_text(out, "id", hit->id);
    match_score_write(out, base, hit->distance_km, &hit->parts);
    match_boosts_write(out, policy, base, hit->score, hit->boosts);
}

static void write_cursor(json_out *out, const yz_answer *answer, uint8_t kind, uint64_t sequence) {
    const yz_hit *last = &answer->hits[answer->hit_count - 1];
    cursor next = {
        .kind = kind, .sequence = sequence, .score = last->score, .id_size = last->id.size};
    char text[CURSOR_TEXT_MAX];
    memcpy(next.id, last->id.bytes, last->id.size);
    uint32_t size = cursor_write(&next, text);
    json_field_text(out, "next_cursor", (yz_text){text, size});
}

static uint8_t cursor_kind(bool jobs, bool boosted) {
    return (uint8_t)((jobs ? CURSOR_JOBS : CURSOR_SEEKERS) + (boosted ? CURSOR_BOOSTED : 0));
}

static void write_answer(api_call *call, const yz_market *market, const match_question *q,
                         const yz_answer *answer, const cursor *from, match_policy *policy,
                         bool jobs) {
    json_out *out = &call->a->out;
    uint64_t sequence = yz_market_sequence(market);
    json_begin_object(out);
    json_field_uint(out, "seq", sequence);
    match_policy_head_write(out, policy);
    json_key(out, "hits");
    json_begin_array(out);
    for (uint32_t i = 0; i < answer->hit_count; i++) {
        json_begin_object(out);
        write_hit(out, &answer->hits[i], policy);
        if (q->detail || policy->arena != NULL)
            write_detail(out, q, market, policy, &answer->hits[i], jobs,
                         http_exchange_arena(call->exchange));
        json_end_object(out);
    }
    json_end_array(out);
    json_field_uint(out, "count", answer->count);
    uint64_t first = from->id_size > 0 ? from->sequence : sequence;
    if (answer->hit_count == q->ask.k && q->ask.k > 0) {
        write_cursor(out, answer, cursor_kind(jobs, policy->boosted), first);
    } else {
        json_key(out, "next_cursor");
        json_null(out);
    }
    json_field_bool(out, "changed", first != sequence);
    json_end_object(out);
}

// A page goes on in the order of the one before, unless the question says which it wants.
static bool read_from(match_question *q, bool jobs, cursor *from) {
    if (!(q->seen & MATCH_CURSOR) || q->cursor.size == 0) return true;
    bool said = (q->seen & MATCH_BOOSTS) != 0;
    for (int boosted = 0; boosted < 2; boosted++) {
        if (said && q->boosts != (bool)boosted) continue;
        if (!cursor_read(q->cursor, cursor_kind(jobs, boosted), from) || from->id_size == 0)
            continue;
        q->boosts = boosted;
        q->ask.after = (yz_after){from->score, {from->id, from->id_size}};
        return true;
    }
    return false;
}

static bool may_ask(match_question *q, bool jobs, cursor *from, yz_problem *problem) {
    if (!read_from(q, jobs, from)) {
        (void)yz_problem_value(problem, YZ_PROBLEM_BAD_CURSOR, "/cursor", q->cursor);
        return false;
    }
    if (q->payable && q->ask.k > PAYABLE_K_MAX) {
        (void)yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/k", q->ask.k, 0, PAYABLE_K_MAX);
        return false;
    }
    return true;
}

// A question of hits: at once, unless there is more to decide of policy than a hold allows. What
// was decided is kept, so the next turn comes further.
typedef struct match_run {
    api_errand base; // once put off
    api_call *call;  // lies in the exchange's arena, as all texts of the question
    match_question q;
    cursor from;
    bool jobs, put_off;
    uint32_t turns;
    uint64_t begin_ns;
} match_run;

// False: unfinished. In a read section.
static bool ask_market(match_run *run, const yz_market *market, yz_status *status,
                       yz_problem *problem) {
    api *a = run->call->a;
    match_question *q = &run->q;
    match_policy policy;
    yz_answer answer = {.hits = a->hits};
    *status = YZ_ERR_NOT_FOUND;
    if (!match_find(market, http_exchange_arena(run->call->exchange), q, problem)) return true;
    match_policy_begin(&policy, run->call, market, q->boosts, q->payable);
    q->ask.boosts = policy.boosted;
    q->ask.boost_day = policy.day;
    q->ask.looks = run->turns < TURNS_MAX ? LOOKS_PER_HOLD : 0;
    *status = run->jobs
                  ? yz_market_jobs(market, a->desk, &q->seeker, &q->ask, &answer, problem)
                  : yz_market_seekers(market, a->desk, &q->posting, &q->ask, &answer, problem);
    bool unfinished = *status == YZ_OK && answer.unfinished;
    if (*status == YZ_OK && !unfinished)
        write_answer(run->call, market, q, &answer, &run->from, &policy, run->jobs);
    match_policy_end(&policy);
    return !unfinished;
}

// False: put off.
static bool take_turn(match_run *run) {
    api_call *call = run->call;
    api *a = call->a;
    yz_problem problem;
    yz_status status;
    json_out_reset(&a->out);
    const yz_market *market = api_read(a);
    bool finished = ask_market(run, market, &status, &problem);
    api_read_end(a);
    if (!finished) return false;
    api_count_question(run->jobs ? API_ASK_JOBS : API_ASK_SEEKERS,
                       a->house.now_ns(a->house.context) - run->begin_ns);
    if (run->put_off) api_errand_end(&run->base);
    if (status == YZ_OK) {
        api_answer(call->exchange, a, 200, YZ_TEXT(""));
    } else {
        match_place_problem(&run->q, &problem);
        api_fail(call, &problem);
    }
    return true;
}

static void next_turn(void *context) {
    match_run *run = context;
    api *a = run->base.a;
    run->turns += 1;
    if (run->base.exchange != NULL && !take_turn(run))
        a->house.later(a->house.context, a->loop, next_turn, run);
    else
        yz_free(run);
}

// The turn that is still to come frees it.
static void run_gone(api_errand *errand) {
    (void)errand;
}

static void put_off(const match_run *begun) {
    match_run *run = yz_alloc(sizeof *run);
    api *a = begun->call->a;
    *run = *begun;
    if (run->from.id_size > 0) run->q.ask.after.id.bytes = run->from.id;
    run->put_off = true;
    run->base.gone = run_gone;
    api_errand_begin(&run->base, run->call);
    a->house.later(a->house.context, a->loop, next_turn, run);
}

static void match_hits(api_call *call, const match_question *q, bool jobs) {
    match_run run = {.call = call, .q = *q, .jobs = jobs};
    yz_problem problem;
    if (!may_ask(&run.q, jobs, &run.from, &problem)) {
        api_fail(call, &problem);
        return;
    }
    run.begin_ns = call->a->house.now_ns(call->a->house.context);
    if (!take_turn(&run)) put_off(&run);
}

#define MATCH_HITS                                                                                 \
    (MATCH_K | MATCH_FILTER | MATCH_CURSOR | MATCH_COVERAGE | MATCH_DETAIL | MATCH_BOOSTS |        \
     MATCH_PAYABLE)

void route_match_jobs(api_call *call) {
    match_question q = {.ask.k = 10, .boosts = true};
    if (!match_read(call, MATCH_SEEKER | MATCH_SEEKER_ID | MATCH_HITS, &q)) return;
    if (!match_one_of(call, &q, MATCH_SEEKER, MATCH_SEEKER_ID, "seeker")) return;
    match_hits(call, &q, true);
}

void route_match_seekers(api_call *call) {
    match_question q = {.ask.k = 50, .boosts = true};
    if (!match_read(call, MATCH_POSTING | MATCH_POSTING_ID | MATCH_HITS, &q)) return;
    if (!match_one_of(call, &q, MATCH_POSTING, MATCH_POSTING_ID, "posting")) return;
    match_hits(call, &q, false);
}

// ---- standing searches: all ids, in slices ----

#define IDS_PER_HOLD 2000 // about 0.1 ms of cache misses

typedef struct ids_stream {
    api_stream stream;
    uint64_t sequence;
    uint32_t *rows; // owned; ascending
    uint32_t count, at;
} ids_stream;

static bool ids_next(api_stream *stream, json_out *out) {
    ids_stream *ids = (ids_stream *)stream;
    api *a = stream->errand.a;
    if (ids->at == 0) {
        json_begin_object(out);
        json_field_uint(out, "seq", ids->sequence);
        json_field_uint(out, "count", ids->count);
        json_key(out, "ids");
        json_begin_array(out);
    } else {
        out->comma = true; // the writer begins each slice anew
    }
    const yz_market *market = api_read(a); // a row keeps its id for ever
    for (uint32_t left = IDS_PER_HOLD; left > 0 && ids->at < ids->count; left--)
        json_text(out, yz_market_seeker_id(market, ids->rows[ids->at++]));
    api_read_end(a);
    if (ids->at < ids->count) return true;
    json_end_array(out);
    json_end_object(out);
    return false;
}

static void ids_free(api_stream *stream) {
    yz_free(((ids_stream *)stream)->rows);
}

static int by_row(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static void answer_ids(api_call *call, uint64_t sequence, uint64_t count) {
    api *a = call->a;
    ids_stream *ids = api_stream_new(call, sizeof *ids, ids_next, ids_free);
    ids->sequence = sequence;
    ids->count = (uint32_t)count;
    ids->rows = yz_alloc((count ? count : 1) * sizeof *ids->rows);
    memcpy(ids->rows, a->rows, count * sizeof *ids->rows);
    qsort(ids->rows, count, sizeof *ids->rows, by_row);
    api_stream_start(&ids->stream, "application/json", YZ_TEXT(""));
}

static void answer_count(api_call *call, uint64_t sequence, uint64_t count) {
    json_out *out = &call->a->out;
    json_out_reset(out);
    json_begin_object(out);
    json_field_uint(out, "seq", sequence);
    json_field_uint(out, "count", count);
    json_end_object(out);
    api_answer(call->exchange, call->a, 200, YZ_TEXT(""));
}

static void rows_for(api *a, uint32_t rows) {
    if (rows <= a->rows_room) return;
    a->rows_room = rows + rows / 4 + 1024;
    yz_free(a->rows);
    a->rows = yz_alloc(a->rows_room * sizeof *a->rows);
}

void route_match_standing(api_call *call) {
    match_question q = {.ids = true};
    uint32_t known = MATCH_POSTING | MATCH_POSTING_ID | MATCH_FILTER | MATCH_COVERAGE | MATCH_IDS;
    if (!match_read(call, known, &q)) return;
    if (!match_one_of(call, &q, MATCH_POSTING, MATCH_POSTING_ID, "posting")) return;
    api *a = call->a;
    yz_problem problem;
    uint64_t count = 0, begin_ns = a->house.now_ns(a->house.context);
    const yz_market *market = api_read(a);
    uint64_t sequence = yz_market_sequence(market);
    yz_status status = YZ_ERR_NOT_FOUND;
    if (match_find(market, http_exchange_arena(call->exchange), &q, &problem)) {
        if (q.ids) rows_for(a, yz_market_seeker_rows(market));
        status = yz_market_standing(market, a->desk, &q.posting, &q.ask, q.ids ? a->rows : NULL,
                                    &count, &problem);
    }
    api_read_end(a);
    api_count_question(API_ASK_STANDING, a->house.now_ns(a->house.context) - begin_ns);
    if (status != YZ_OK) {
        match_place_problem(&q, &problem);
        api_fail(call, &problem);
    } else if (q.ids) {
        answer_ids(call, sequence, count);
    } else {
        answer_count(call, sequence, count);
    }
}

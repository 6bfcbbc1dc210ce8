/* Referrals: one seeker, one posting, one step on; and how far they have come. */
#include "net/api/inner.h"
#include "net/api/wire_common.h"

#include "engine/model/time.h"

#include <stdio.h>

#define COMMAND(record) ((yz_command *)(record))

// ---- one step ----

static yz_status read_seeker(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/seeker", &COMMAND(record)->referral.seeker, problem);
}

static yz_status read_posting(const json_tree *tree, const cJSON *node, void *record,
                              yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/posting", &COMMAND(record)->referral.posting, problem);
}

static yz_status read_source(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/source", &COMMAND(record)->referral.source, problem);
}

static yz_status read_venue(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_id(node, "/venue", &COMMAND(record)->referral.venue, problem);
}

// Told and untold are the server's to say.
static yz_status read_step(const json_tree *tree, const cJSON *node, void *record,
                           yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_step *step = &COMMAND(record)->referral.step;
    yz_status status = wire_text(node, "/step", &word, problem);
    if (status != YZ_OK) return status;
    if (yz_step_parse(word, step) && *step != YZ_STEP_TOLD && *step != YZ_STEP_UNTOLD) return YZ_OK;
    return wire_bad_choice(problem, "/step", word, WIRE_WORDS_REFERRAL_STEPS);
}

// That a hold ran out is the server's, too.
static yz_status read_reason(const json_tree *tree, const cJSON *node, void *record,
                             yz_problem *problem) {
    (void)tree;
    yz_text word;
    yz_end_reason *reason = &COMMAND(record)->referral.reason;
    yz_status status = wire_text(node, "/reason", &word, problem);
    if (status != YZ_OK) return status;
    if (yz_end_reason_parse(word, reason) && *reason != YZ_END_HOLD_EXPIRED) return YZ_OK;
    return wire_bad_choice(problem, "/reason", word, WIRE_WORDS_END_REASONS);
}

static yz_status read_until(const json_tree *tree, const cJSON *node, void *record,
                            yz_problem *problem) {
    (void)tree;
    return wire_time(node, YZ_DAY_END, "/until", &COMMAND(record)->referral.hold_until_ms, problem);
}

static yz_status read_command(const json_tree *tree, yz_command *command, yz_problem *problem) {
    static const wire_member MEMBERS[] = {
        {"seeker", read_seeker, 1, false}, {"posting", read_posting, 2, false},
        {"step", read_step, 4, false},     {"reason", read_reason, 8, true},
        {"until", read_until, 16, true},   {"source", read_source, 32, true},
        {"venue", read_venue, 64, true},   {0}};
    static const char *const NEEDED[] = {"/seeker", "/posting", "/step"};
    uint32_t seen;
    yz_status status = wire_members(tree, tree->root, "", MEMBERS, command, &seen, problem);
    if (status == YZ_OK) status = wire_needs(seen, NEEDED, 3, problem);
    if (status != YZ_OK) return status;
    // Only an end has a reason, only a hold a time.
    yz_step step = command->referral.step;
    bool reason = command->referral.reason != YZ_END_NOT_SAID && step != YZ_STEP_ENDED;
    if (!reason && (command->referral.hold_until_ms == 0 || step == YZ_STEP_HELD)) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_FIELD, reason ? "/reason" : "/until",
                            reason ? YZ_TEXT("reason") : YZ_TEXT("until"));
}

static void write_next(json_out *out, yz_step from) {
    uint32_t next = yz_step_next(from);
    json_key(out, "next");
    json_begin_array(out);
    for (int step = YZ_STEP_TOLD; step < YZ_STEP_COUNT; step++) {
        if (next >> step & 1) json_text(out, yz_step_name((yz_step)step));
    }
    json_end_array(out);
}

// What was said, and what may follow it.
static void tell_step(json_out *out, const yz_market *market, const yz_outcome *outcome,
                      const void *told) {
    (void)outcome;
    const yz_command *c = told;
    yz_referral_view view;
    json_field_text(out, "seeker", c->referral.seeker);
    json_field_text(out, "posting", c->referral.posting);
    json_field_text(out, "step", yz_step_name(c->referral.step));
    if (c->referral.step == YZ_STEP_HELD &&
        yz_market_referral(market, c->referral.seeker, c->referral.posting, &view) &&
        view.step == YZ_STEP_HELD) {
        wire_instant_write(out, "until", view.until_ms);
    }
    write_next(out, c->referral.step);
}

void route_referral_step(api_call *call) {
    json_tree tree;
    yz_problem problem;
    if (!api_no_preconditions(call) || !api_body_json(call, &tree)) return;
    yz_command *command = api_command(call, YZ_COMMAND_REFERRAL_STEP);
    if (command == NULL) return;
    if (read_command(&tree, command, &problem) != YZ_OK) {
        api_fail(call, &problem);
        return;
    }
    api_submit_told(call, command, tell_step);
}

// ---- many ----

static const char *told_word(yz_told_state state) {
    switch (state) {
    case YZ_TOLD_FITS: return "fits";
    case YZ_TOLD_PLACED: return "placed";
    case YZ_TOLD_UNTOLD: return "untold";
    case YZ_TOLD_BY_SEEKER: return "by_seeker";
    case YZ_TOLD_OWED: return "owed";
    default: return NULL;
    }
}

static void write_referral(json_out *out, const yz_market *market, const yz_referral_view *view) {
    const char *told = told_word(yz_market_told_state(market, view->seeker, view->posting));
    json_begin_object(out);
    json_field_text(out, "seeker", yz_market_seeker_id(market, view->seeker));
    json_field_text(out, "posting", yz_market_posting_id(market, view->posting));
    json_field_text(out, "step", yz_step_name(view->step));
    wire_instant_write(out, "at", view->at_ms);
    if (view->step == YZ_STEP_HELD) wire_instant_write(out, "until", view->until_ms);
    if (view->reason != YZ_END_NOT_SAID)
        json_field_text(out, "reason", yz_end_reason_name(view->reason));
    if (view->gone != YZ_GONE_NOT_SAID)
        json_field_text(out, "reason", yz_gone_reason_name(view->gone));
    if (view->started_ms != 0) wire_instant_write(out, "started", view->started_ms);
    if (view->ended_ms != 0) wire_instant_write(out, "ended", view->ended_ms);
    if (view->source.size > 0) json_field_text(out, "source", view->source);
    if (view->venue.size > 0) json_field_text(out, "venue", view->venue);
    if (told != NULL) json_field_text(out, "told", yz_text_of(told));
    write_next(out, view->step);
    json_end_object(out);
}

/* Whose referrals are asked for. */
typedef struct whose {
    yz_text seeker, posting; // bytes NULL: not said
    uint32_t row;            // of the posting, or of the seeker
} whose;

static bool find_whose(const yz_market *market, yz_arena *arena, whose *w, yz_problem *problem) {
    yz_posting_view posting;
    yz_seeker_view seeker;
    if (w->seeker.bytes != NULL) {
        if (!yz_market_seeker(market, w->seeker, arena, &seeker)) {
            (void)yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seeker", w->seeker);
            return false;
        }
        w->row = seeker.row;
    }
    if (w->posting.bytes != NULL) {
        if (!yz_market_posting(market, w->posting, arena, &posting)) {
            (void)yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_POSTING, "/posting", w->posting);
            return false;
        }
        w->row = posting.row;
    }
    return true;
}

static uint32_t read_slice(const yz_market *market, const whose *w, uint32_t from,
                           yz_referral_view *views, uint32_t room) {
    if (w->seeker.bytes != NULL && w->posting.bytes != NULL)
        return from == 0 && yz_market_referral(market, w->seeker, w->posting, views) ? 1 : 0;
    return w->posting.bytes != NULL
               ? yz_market_referrals_of_posting(market, w->row, from, views, room)
               : yz_market_referrals_of_seeker(market, w->row, from, views, room);
}

// Answers, one way or the other.
static void answer_slices(api_call *call, whose *w, api_page *page) {
    api *a = call->a;
    yz_referral_view views[API_ROWS_PER_HOLD];
    uint32_t count = 0, found, room;
    uint64_t sequence;
    api_page_begin(call);
    do {
        yz_problem problem;
        room = page->limit - count < API_ROWS_PER_HOLD ? page->limit - count : API_ROWS_PER_HOLD;
        const yz_market *market = api_read(a);
        sequence = yz_market_sequence(market);
        if (!find_whose(market, http_exchange_arena(call->exchange), w, &problem)) {
            api_read_end(a);
            api_fail(call, &problem);
            return;
        }
        found = read_slice(market, w, page->row, views, room);
        for (uint32_t i = 0; i < found; i++)
            write_referral(&a->out, market, &views[i]);
        api_read_end(a);
        count += found;
        page->row += found;
    } while (found == room && count < page->limit);
    json_end_array(&a->out);
    api_page_end(call, page, found == room, sequence);
}

void route_referral_list(api_call *call) {
    whose w = {.seeker = api_query_value(&call->query, "seeker"),
               .posting = api_query_value(&call->query, "posting")};
    api_page page;
    if (w.seeker.bytes == NULL && w.posting.bytes == NULL) {
        api_refuse(call, "whose_referrals", YZ_TEXT(""));
        return;
    }
    bool of_posting = w.seeker.bytes == NULL;
    if (!api_page_read(call, of_posting ? API_PAGE_OF_POSTING : API_PAGE_OF_SEEKER, &page)) return;
    answer_slices(call, &w, &page);
}

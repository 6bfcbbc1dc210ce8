#include "net/api/assign_json.h"

#include "engine/model/time.h"
#include "net/api/inner.h"

#include <stdio.h>

#define SCORE_DIGITS 4
#define KM_DIGITS 3 // a metre

static void write_head(json_out *out, const assign_head *head, const char *kind) {
    const yz_graph *g = head->graph;
    uint64_t openings = 0;
    char at[YZ_TIME_TEXT_MAX];
    for (uint32_t p = 0; p < g->graph.postings; p++)
        openings += g->graph.capacity[p];
    json_field_text(out, "id", head->id);
    json_field_text(out, "kind", yz_text_of(kind));
    json_field_uint(out, "seq", g->sequence);
    yz_time_format_instant(g->at_ms, at);
    json_field_text(out, "at", yz_text_of(at));
    json_field_bool(out, "changed", g->changed);
    json_field_bool(out, "apply", head->apply);
    json_field_uint(out, "seekers", g->graph.seekers);
    json_field_uint(out, "postings", g->graph.postings);
    json_field_uint(out, "openings", openings);
    json_field_uint(out, "choices", g->graph.first[g->graph.seekers]);
}

static void write_outcome(json_out *out, const assign_head *head, uint32_t edge) {
    if (head->outcomes == NULL || !head->outcomes[edge].sent) return;
    const assign_outcome *outcome = &head->outcomes[edge];
    json_field_bool(out, "done", outcome->status == YZ_OK);
    if (outcome->status == YZ_OK) return;
    json_key(out, "error");
    api_problem_value(out, &outcome->problem, head->language);
}

// Neither is below 0. For people: what they are compared by exactly, /v1/match shows.
static int64_t rounded(double value, uint32_t digits) {
    for (uint32_t i = 0; i < digits; i++)
        value *= 10;
    return (int64_t)(value + 0.5);
}

static void write_pair(json_out *out, const assign_head *head, uint32_t seeker, uint32_t edge,
                       bool locked) {
    const yz_graph *g = head->graph;
    json_field_text(out, "seeker", g->seeker_ids[seeker]);
    json_field_text(out, "posting", g->posting_ids[g->graph.posting[edge]]);
    json_field_fixed(out, "score", rounded(g->pairs[edge].score, SCORE_DIGITS), SCORE_DIGITS);
    json_field_fixed(out, "distance_km", rounded(g->pairs[edge].distance_km, KM_DIGITS), KM_DIGITS);
    json_field_bool(out, "locked", locked);
    write_outcome(out, head, edge);
}

static void write_disturbed(json_out *out, const yz_graph *g, const yz_disturbed *list,
                            uint32_t count) {
    json_key(out, "disturbed");
    json_begin_array(out);
    for (uint32_t i = 0; i < count; i++) {
        const yz_graph_lock *lock = &g->lock_ids[list[i].lock];
        json_begin_object(out);
        json_field_text(out, "seeker", lock->seeker);
        json_field_text(out, "posting", lock->posting);
        json_field_text(out, "reason", yz_text_of(yz_disturb_reason_name(list[i].reason)));
        json_end_object(out);
    }
    json_end_array(out);
}

/* ---- fair ---- */

static void write_unassigned(json_out *out, const yz_graph *g, const uint8_t *why) {
    json_key(out, "unassigned");
    json_begin_array(out);
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        if (why[s] == YZ_UNASSIGNED_NOT) continue;
        json_begin_object(out);
        json_field_text(out, "seeker", g->seeker_ids[s]);
        json_field_text(out, "reason", yz_text_of(yz_unassigned_name((yz_unassigned)why[s])));
        json_end_object(out);
    }
    json_end_array(out);
}

void assign_fair_write(json_out *out, const assign_head *head, const yz_fair_run *run) {
    const yz_graph *g = head->graph;
    json_begin_object(out);
    write_head(out, head, "fair");
    json_key(out, "pairs");
    json_begin_array(out);
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        uint32_t edge = run->edge_of[s];
        if (edge == YZ_EDGE_NONE) continue;
        json_begin_object(out);
        write_pair(out, head, s, edge, run->held[s] != YZ_EDGE_NONE);
        json_field_uint(out, "choice", edge - g->graph.first[s] + 1); // 1: what it likes best
        json_end_object(out);
    }
    json_end_array(out);
    write_unassigned(out, g, run->unassigned);
    write_disturbed(out, g, run->disturbed, run->disturbed_count);
    json_key(out, "certificate");
    json_begin_object(out);
    json_field_bool(out, "checked", run->checked);
    json_field_uint(out, "blocking_pairs", run->proof.blocking_pairs);
    json_field_uint(out, "blocked_by_locks", run->proof.blocked_by_held);
    json_field_uint(out, "assigned", run->proof.assigned);
    json_field_uint(out, "proposals", run->proposals);
    json_end_object(out);
    json_end_object(out);
}

/* ---- gigs ---- */

/* "You are number 7 of 31; before you 6: by certificate 2, by a longer wait 4" */
static void write_turn_text(json_out *out, const yz_gig_turn *turn, problem_language language) {
    static const char *const WORDS[YZ_TURN_RULE_COUNT][PROBLEM_LANGUAGE_COUNT] = {
        {"%u 人持证", "by certificate %u"},
        {"%u 人更合适", "by a better fit %u"},
        {"%u 人等得更久", "by a longer wait %u"},
        {"%u 人条件相同而编号在前", "like you, by a smaller id %u"},
    };
    bool zh = language == PROBLEM_ZH;
    char text[400];
    int size = snprintf(text, sizeof text, zh ? "您排第 %u，共 %u 人" : "You are number %u of %u",
                        turn->place, turn->of);
    if (turn->place > 1)
        size += snprintf(text + size, sizeof text - (size_t)size,
                         zh ? "；前面 %u 人中 " : "; before you %u: ", turn->place - 1);
    bool first = true;
    for (uint32_t rule = 0; rule < YZ_TURN_RULE_COUNT; rule++) {
        if (turn->before[rule] == 0) continue;
        if (!first) size += snprintf(text + size, sizeof text - (size_t)size, zh ? "，" : ", ");
        size += snprintf(text + size, sizeof text - (size_t)size, WORDS[rule][language],
                         turn->before[rule]);
        first = false;
    }
    json_field_text(out, "text", (yz_text){text, (uint32_t)size});
}

static void write_turn(json_out *out, const assign_head *head, const yz_gig_turn *turn) {
    const yz_graph *g = head->graph;
    if (turn->edge == YZ_EDGE_NONE) return;
    json_key(out, "turn");
    json_begin_object(out);
    json_field_text(out, "posting", g->posting_ids[g->graph.posting[turn->edge]]);
    json_field_uint(out, "place", turn->place);
    json_field_uint(out, "of", turn->of);
    json_key(out, "before");
    json_begin_object(out);
    for (uint32_t rule = 0; rule < YZ_TURN_RULE_COUNT; rule++) {
        if (turn->before[rule] == 0) continue;
        json_field_uint(out, yz_turn_rule_name((yz_turn_rule)rule), turn->before[rule]);
    }
    json_end_object(out);
    json_field_uint(out, "short_jobs", turn->short_jobs);
    json_field_uint(out, "refusals_counted", turn->refusals_counted);
    write_turn_text(out, turn, head->language);
    json_end_object(out);
}

static void write_gig_pairs(json_out *out, const assign_head *head, const yz_gig_run *run) {
    const yz_graph *g = head->graph;
    json_key(out, "pairs");
    json_begin_array(out);
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        for (uint32_t e = g->graph.first[s]; e < g->graph.first[s + 1]; e++) {
            if (run->taken[e] == YZ_TAKEN_NOT) continue;
            const yz_gig *gig = &g->gigs[g->graph.posting[e]];
            char from[YZ_TIME_TEXT_MAX], to[YZ_TIME_TEXT_MAX];
            yz_time_format_instant(gig->from_ms, from);
            yz_time_format_instant(gig->to_ms, to);
            json_begin_object(out);
            write_pair(out, head, s, e, run->taken[e] == YZ_TAKEN_LOCKED);
            json_field_text(out, "from", yz_text_of(from));
            json_field_text(out, "to", yz_text_of(to));
            if (run->turns[s].edge == e) write_turn(out, head, &run->turns[s]);
            json_end_object(out);
        }
    }
    json_end_array(out);
}

static void write_gig_rest(json_out *out, const assign_head *head, const yz_gig_run *run) {
    const yz_graph *g = head->graph;
    json_key(out, "unassigned");
    json_begin_array(out);
    for (uint32_t s = 0; s < g->graph.seekers; s++) {
        if (run->unassigned[s] == YZ_UNASSIGNED_NOT) continue;
        json_begin_object(out);
        json_field_text(out, "seeker", g->seeker_ids[s]);
        json_field_text(out, "reason",
                        yz_text_of(yz_unassigned_name((yz_unassigned)run->unassigned[s])));
        write_turn(out, head, &run->turns[s]);
        json_end_object(out);
    }
    json_end_array(out);
}

void assign_gigs_write(json_out *out, const assign_head *head, const yz_gig_run *run) {
    int64_t gap = run->proof.bound - run->proof.total;
    json_begin_object(out);
    write_head(out, head, "gigs");
    write_gig_pairs(out, head, run);
    write_gig_rest(out, head, run);
    write_disturbed(out, head->graph, run->result.disturbed, run->result.disturbed_count);
    json_key(out, "certificate");
    json_begin_object(out);
    json_field_bool(out, "checked", run->checked);
    json_field_int(out, "total", run->proof.total);
    json_field_int(out, "bound", run->proof.bound);
    json_field_int(out, "gap", gap);
    json_field_bool(out, "optimal", gap == 0);
    json_field_uint(out, "workers", run->proof.workers);
    json_field_uint(out, "places", run->proof.pairs);
    json_field_uint(out, "overlaps", run->proof.overlaps);
    json_end_object(out);
    json_end_object(out);
}

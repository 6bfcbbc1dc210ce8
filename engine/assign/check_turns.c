/* Every pair is compared by the words of the rules, one after the other. */
#include "engine/assign/checker.h"

#include "engine/base/alloc.h"

// The moment since which the worker has been out of work, as the rules count.
static int64_t waits_since(const yz_turn_rules *r, const yz_turn_worker *w) {
    int64_t since = w->registered_ms;
    for (uint32_t i = 0; i < w->job_count; i++) {
        const yz_turn_job *job = &w->jobs[i];
        if (job->to_ms == INT64_MAX) return INT64_MAX;
        if (job->to_ms - job->from_ms > r->short_job_ms) since = job->to_ms;
    }
    for (uint32_t i = r->refusals_free; i < w->refusals; i++)
        since += r->refusal_ms;
    return since;
}

static int64_t band_of(const yz_turn_rules *r, int64_t score) {
    int64_t band = score / r->band;
    return band * r->band > score ? band - 1 : band;
}

// Which rule puts a ahead of b? -1: none does, b is ahead.
static int ahead_by(const yz_turn_rules *r, const yz_turn_worker *all, uint32_t a, uint32_t b) {
    const yz_turn_worker *x = &all[a], *y = &all[b];
    for (uint32_t i = 0; i < r->count; i++) {
        int64_t more = 0;
        if (r->order[i] == YZ_TURN_CERTIFICATE) more = (int)x->certified - (int)y->certified;
        if (r->order[i] == YZ_TURN_BAND) more = band_of(r, x->score) - band_of(r, y->score);
        if (r->order[i] == YZ_TURN_WAIT) {
            int64_t mine = waits_since(r, x), theirs = waits_since(r, y);
            more = (theirs > mine) - (theirs < mine);
        }
        if (more != 0) return more > 0 ? (int)r->order[i] : -1;
    }
    return a < b ? YZ_TURN_NUMBER : -1;
}

yz_turns_proof yz_check_turns(const yz_turn_rules *r, const yz_turn_worker *workers, uint32_t count,
                              const yz_turn *turns) {
    yz_turns_proof proof = {0};
    for (uint32_t at = 0; at < count; at++) {
        uint32_t before[YZ_TURN_RULE_COUNT] = {0};
        proof.wrong_reason += turns[at].place != at + 1;
        for (uint32_t ahead = 0; ahead < at; ahead++) {
            int rule = ahead_by(r, workers, turns[ahead].worker, turns[at].worker);
            if (rule < 0)
                proof.out_of_turn += 1;
            else
                before[rule] += 1;
        }
        for (uint32_t i = 0; i < YZ_TURN_RULE_COUNT; i++)
            proof.wrong_reason += before[i] != turns[at].before[i];
    }
    return proof;
}

yz_envy_proof yz_check_envy(const yz_assign_graph *g, const uint32_t *place, const uint32_t *held,
                            const uint32_t *edge_of) {
    yz_envy_proof proof = {0};
    uint32_t *load = yz_alloc_zeroed(g->postings * sizeof *load);
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (edge_of[s] != YZ_EDGE_NONE) load[g->posting[edge_of[s]]] += 1;
    }
    for (uint32_t s = 0; s < g->seekers; s++) {
        if (held != NULL && held[s] != YZ_EDGE_NONE) continue;
        for (uint32_t e = g->first[s]; e < g->first[s + 1] && e < edge_of[s]; e++) {
            uint32_t p = g->posting[e];
            proof.free_places_wanted += load[p] < g->capacity[p];
            for (uint32_t other = 0; other < g->seekers; other++) {
                if (edge_of[other] == YZ_EDGE_NONE || g->posting[edge_of[other]] != p) continue;
                if (place[edge_of[other]] < place[e])
                    proof.by_turn += 1;
                else if (held != NULL && held[other] != YZ_EDGE_NONE)
                    proof.by_lock += 1;
                else
                    proof.without_reason += 1;
            }
        }
    }
    yz_free(load);
    return proof;
}

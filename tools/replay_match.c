/* Matching while the days go by. A gig that appears asks for the seekers it fits (Q2) and takes the
 * best; who becomes free asks for the best gig that still waits (Q1), if any does. What was chosen
 * goes in as commands, so the commands alone replay to the same digest. */
#include "tools/replay_inner.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"

#define ARENA_BYTES ((size_t)1 << 20)
#define SOURCE YZ_TEXT("replay")

struct replay_match {
    yz_desk *desk;
    yz_arena *arena;
    replay_gig *gigs; // by row of posting_ids
    uint32_t gig_room;
    replay_later *later; // a heap, earliest first
    uint32_t later_count, later_room;
    uint64_t foreseen;
    uint32_t waiting; // gigs that are open and not full
    yz_hit hits[YZ_K_MAX];
    uint32_t rows[YZ_K_MAX]; // of replay's own, for the hits
};

replay_match *replay_match_new(void) {
    replay_match *m = yz_alloc_zeroed(sizeof *m);
    m->desk = yz_desk_new();
    m->arena = yz_arena_new(ARENA_BYTES);
    return m;
}

void replay_match_free(replay_match *m) {
    if (m == NULL) return;
    yz_desk_free(m->desk);
    yz_arena_free(m->arena);
    yz_free(m->gigs);
    yz_free(m->later);
    yz_free(m);
}

// ---- what will happen by itself ----

// At the same moment what was foreseen first. All of it comes before what the tape has then, so who
// is over at 8:00 can take what appears at 8:00.
static bool comes_first(const replay_later *a, const replay_later *b) {
    if (a->at_ms != b->at_ms) return a->at_ms < b->at_ms;
    return a->number < b->number;
}

static void foresee(replay_match *m, replay_later_kind kind, int64_t at_ms, uint32_t gig,
                    uint32_t seeker) {
    if (m->later_count == m->later_room) {
        m->later_room = m->later_room == 0 ? 1024 : 2 * m->later_room;
        m->later = yz_realloc(m->later, m->later_room * sizeof *m->later);
    }
    replay_later what = {at_ms, m->foreseen++, kind, gig, seeker};
    uint32_t at = m->later_count++;
    for (; at > 0 && comes_first(&what, &m->later[(at - 1) / 2]); at = (at - 1) / 2)
        m->later[at] = m->later[(at - 1) / 2];
    m->later[at] = what;
}

static replay_later take_first(replay_match *m) {
    replay_later first = m->later[0], last = m->later[--m->later_count];
    uint32_t at = 0;
    for (uint32_t child = 1; child < m->later_count; child = 2 * at + 1) {
        if (child + 1 < m->later_count && comes_first(&m->later[child + 1], &m->later[child]))
            child += 1;
        if (!comes_first(&m->later[child], &last)) break;
        m->later[at] = m->later[child];
        at = child;
    }
    m->later[at] = last;
    return first;
}

// ---- placing ----

static yz_outcome step(replay_state *s, uint32_t gig, uint32_t seeker, yz_step to) {
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = yz_ids_text(s->seeker_ids, seeker);
    c.referral.posting = yz_ids_text(s->posting_ids, gig);
    c.referral.source = SOURCE;
    c.referral.step = to;
    if (to == YZ_STEP_ENDED) c.referral.reason = YZ_END_COMPLETED;
    return replay_apply(s, &c);
}

static void no_longer_waits(replay_match *m, replay_gig *gig) {
    if (gig->waits) m->waiting -= 1;
    gig->waits = false;
}

// Only a full-time job takes its seeker out of the answers by itself. Who works a shift cannot work
// another meanwhile, so the seeker is paused until it is over.
static void pause_or_resume(replay_state *s, const replay_gig *gig, uint32_t seeker,
                            yz_command_type type) {
    if (gig->item->command.posting_put.posting.type == YZ_TYPE_FULL) return;
    yz_command c = {.type = type};
    c.named.id = yz_ids_text(s->seeker_ids, seeker);
    (void)replay_apply(s, &c);
}

static bool place(replay_state *s, uint32_t row, uint32_t seeker) {
    replay_match *m = s->match;
    replay_gig *gig = &m->gigs[row];
    if (step(s, row, seeker, YZ_STEP_HELD).status != YZ_OK) return false;
    if (step(s, row, seeker, YZ_STEP_PLACED).status != YZ_OK) return false;
    pause_or_resume(s, gig, seeker, YZ_COMMAND_SEEKER_PAUSE);
    gig->remaining -= 1;
    gig->working += 1;
    if (gig->remaining == 0) no_longer_waits(m, gig);
    int64_t begin_ms = gig->item->begin_ms;
    if (begin_ms > s->now_ms) {
        foresee(m, LATER_BEGIN, begin_ms, row, seeker);
    } else {
        begin_ms = s->now_ms;
        (void)step(s, row, seeker, YZ_STEP_STARTED);
    }
    if (gig->item->work_ms < YZ_TIME_MS_MAX - begin_ms) { // else for good
        foresee(m, LATER_OVER, begin_ms + gig->item->work_ms, row, seeker);
    }
    return true;
}

// ---- asking ----

static uint32_t ask_for_seekers(replay_state *s, const yz_posting *posting, uint32_t k) {
    replay_match *m = s->match;
    yz_ask ask = {.k = k};
    yz_answer answer = {.hits = m->hits};
    yz_problem problem;
    uint64_t begun = clock_wall_ns();
    yz_status status = yz_market_seekers(s->market, m->desk, posting, &ask, &answer, &problem);
    yz_histogram_add(&s->report->match_ns, clock_wall_ns() - begun);
    s->report->questions += 1;
    if (status != YZ_OK) return 0;
    for (uint32_t i = 0; i < answer.hit_count; i++) // the ids are the market's until it changes
        m->rows[i] = yz_ids_find(s->seeker_ids, m->hits[i].id);
    return answer.hit_count;
}

static void ask_for_a_gig(replay_state *s, uint32_t seeker) {
    replay_match *m = s->match;
    yz_seeker_view view;
    yz_arena_reset(m->arena);
    if (!yz_market_seeker(s->market, yz_ids_text(s->seeker_ids, seeker), m->arena, &view)) return;
    yz_ask ask = {.k = 1};
    yz_answer answer = {.hits = m->hits};
    yz_problem problem;
    uint64_t begun = clock_wall_ns();
    yz_status status = yz_market_jobs(s->market, m->desk, &view.seeker, &ask, &answer, &problem);
    yz_histogram_add(&s->report->match_ns, clock_wall_ns() - begun);
    s->report->questions += 1;
    if (status != YZ_OK || answer.hit_count == 0) return;
    uint32_t row = yz_ids_find(s->posting_ids, m->hits[0].id);
    if (row < m->gig_room && m->gigs[row].item != NULL && m->gigs[row].remaining > 0) {
        (void)place(s, row, seeker);
    }
}

static replay_gig *gig_at(replay_match *m, uint32_t row) {
    if (row >= m->gig_room) {
        uint32_t room = 2 * (row + 512);
        m->gigs = yz_realloc(m->gigs, room * sizeof *m->gigs);
        memset(m->gigs + m->gig_room, 0, (room - m->gig_room) * sizeof *m->gigs);
        m->gig_room = room;
    }
    return &m->gigs[row];
}

void replay_match_posting(replay_state *s, const replay_item *item, const yz_command *c) {
    replay_match *m = s->match;
    const yz_posting *posting = &c->posting_put.posting;
    uint32_t row = yz_ids_find(s->posting_ids, posting->id);
    replay_gig *gig = gig_at(m, row);
    if (gig->item != NULL) no_longer_waits(m, gig); // put again
    gig->item = item;
    gig->closed = false;
    gig->remaining = posting->openings > s->postings[row].placed
                         ? posting->openings - s->postings[row].placed
                         : 0;
    if (gig->remaining == 0) return;
    gig->waits = true;
    m->waiting += 1;
    uint32_t k = gig->remaining < YZ_K_MAX ? gig->remaining : YZ_K_MAX;
    uint32_t found = ask_for_seekers(s, posting, k);
    for (uint32_t i = 0; i < found; i++)
        (void)place(s, row, m->rows[i]);
    if (!m->gigs[row].waits) return;
    if (item->wait_ms > 0) {
        foresee(m, LATER_GIVE_UP, s->now_ms + item->wait_ms, row, 0);
    } else if (posting->valid_to_ms < YZ_TIME_MS_MAX) {
        foresee(m, LATER_GIVE_UP, posting->valid_to_ms + 1, row, 0);
    }
}

// ---- what happens by itself ----

static void move(replay_state *s, uint32_t seeker, const yz_place *to) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PATCH};
    c.seeker_put.fields = YZ_SEEKER_PLACE;
    c.seeker_put.seeker.id = yz_ids_text(s->seeker_ids, seeker);
    c.seeker_put.seeker.place = *to;
    (void)replay_apply(s, &c);
}

static void close_gig(replay_state *s, uint32_t row) {
    replay_gig *gig = &s->match->gigs[row];
    bool expired = s->now_ms > gig->item->command.posting_put.posting.valid_to_ms;
    if (!gig->closed && !expired) {
        yz_command c = {.type = YZ_COMMAND_POSTING_CLOSE};
        c.named.id = yz_ids_text(s->posting_ids, row);
        (void)replay_apply(s, &c);
    }
    gig->closed = true;
    gig->remaining = 0;
    no_longer_waits(s->match, gig);
}

static void work_is_over(replay_state *s, const replay_later *what) {
    replay_match *m = s->match;
    replay_gig *gig = &m->gigs[what->gig];
    const replay_item *item = gig->item;
    (void)step(s, what->gig, what->seeker, YZ_STEP_ENDED);
    gig->working -= 1;
    s->report->events += 1;
    if (gig->working == 0 && gig->remaining == 0) close_gig(s, what->gig);
    if (item->moves) move(s, what->seeker, &item->to);
    pause_or_resume(s, gig, what->seeker, YZ_COMMAND_SEEKER_RESUME);
    if (m->waiting > 0) ask_for_a_gig(s, what->seeker);
}

void replay_match_until(replay_state *s, int64_t at_ms) {
    replay_match *m = s->match;
    while (m->later_count > 0 && m->later[0].at_ms <= at_ms && !s->report->stopped) {
        replay_later what = take_first(m);
        replay_wait_until(s, what.at_ms);
        if (what.kind == LATER_OVER) work_is_over(s, &what);
        if (what.kind == LATER_BEGIN) (void)step(s, what.gig, what.seeker, YZ_STEP_STARTED);
        if (what.kind == LATER_GIVE_UP && m->gigs[what.gig].waits) close_gig(s, what.gig);
    }
}

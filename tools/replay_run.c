#include "tools/replay_inner.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/match/distance.h"
#include "tools/data_dir.h"

#include <inttypes.h>
#include <stdio.h>
#include <time.h>

#define GAP_MS ((int64_t)6 * 3600 * 1000)
#define TITLE_ROOM 400

// ---- counting the day ----

static uint32_t row_of(yz_ids *ids, yz_text id) {
    uint32_t row = yz_ids_find(ids, id);
    return row != YZ_ROW_NONE ? row : yz_ids_add(ids, id);
}

// The list with room for that row; what is new is zero.
static void *with_row(void *list, uint32_t row, uint32_t *room, size_t size) {
    if (row < *room) return list;
    uint32_t before = *room;
    *room = before == 0 ? 1024 : 2 * before;
    list = yz_realloc(list, *room * size);
    memset((char *)list + before * size, 0, (*room - before) * size);
    return list;
}

static replay_posting *posting_of(replay_state *s, yz_text id) {
    uint32_t row = row_of(s->posting_ids, id);
    s->postings = with_row(s->postings, row, &s->posting_room, sizeof *s->postings);
    return &s->postings[row];
}

static replay_seeker *seeker_of(replay_state *s, yz_text id) {
    uint32_t row = row_of(s->seeker_ids, id);
    s->seekers = with_row(s->seekers, row, &s->seeker_room, sizeof *s->seekers);
    return &s->seekers[row];
}

static void note_posting(replay_state *s, const yz_command *c, bool opens) {
    const yz_posting *p = &c->posting_put.posting;
    uint32_t fields = c->posting_put.fields;
    replay_posting *noted = posting_of(s, p->id);
    if (opens) {
        noted->opened_ms = c->at_ms;
        s->report->postings += 1;
    }
    if (fields & YZ_POSTING_OPENINGS) noted->openings = p->openings;
    if (fields & YZ_POSTING_PLACE) noted->place = p->place;
    if (!(fields & YZ_POSTING_WAGE)) return;
    bool gig = p->type == YZ_TYPE_GIG;
    noted->wage_fen = !p->has_wage ? 0
                      : gig        ? p->wage_min_fen
                                   : yz_wage_normal(p->wage_min_fen, p->wage_unit) / 120;
}

static void note_seeker(replay_state *s, const yz_command *c) {
    replay_seeker *noted = seeker_of(s, c->seeker_put.seeker.id);
    if (!(c->seeker_put.fields & YZ_SEEKER_PLACE)) return;
    noted->place = c->seeker_put.seeker.place;
    noted->has_place = !c->seeker_put.seeker.withheld;
}

static void note_placed(replay_state *s, const yz_command *c) {
    uint32_t posting = yz_ids_find(s->posting_ids, c->referral.posting);
    uint32_t seeker = yz_ids_find(s->seeker_ids, c->referral.seeker);
    if (posting == YZ_ROW_NONE || seeker == YZ_ROW_NONE) return;
    replay_posting *p = &s->postings[posting];
    const yz_place *a = &p->place, *b = &s->seekers[seeker].place;
    p->placed += 1;
    s->report->placed += 1;
    if (s->seekers[seeker].has_place) {
        s->report->km_sum += yz_distance_km(a->lat_e7, a->lon_e7, b->lat_e7, b->lon_e7);
        s->report->km_count += 1;
    }
    s->report->wage_fen_sum += p->wage_fen;
    yz_histogram_add(&s->report->wait_ms, (uint64_t)(c->at_ms - p->opened_ms));
}

static void note_interview(replay_report *report, const yz_command *c) {
    if (c->slot.step == YZ_SLOT_BOOKED) report->interviews += 1;
    if (c->slot.step == YZ_SLOT_CANCELLED) report->interviews -= 1;
}

static void note_queued(replay_state *s, const yz_command *c) {
    yz_queue_place place;
    if (c->queue.step != YZ_QUEUE_JOINED) return;
    s->report->queued += 1;
    if (!yz_market_queue_place(s->market, c->queue.venue, c->queue.booth, c->queue.ticket, &place))
        return;
    if (place.expected_wait_ms >= 0)
        yz_histogram_add(&s->report->expected_wait_ms, (uint64_t)place.expected_wait_ms);
}

static void note(replay_state *s, const yz_command *c, const yz_outcome *outcome) {
    switch (c->type) {
    case YZ_COMMAND_SLOT_STEP:
        if (outcome->changed) note_interview(s->report, c);
        break;
    case YZ_COMMAND_QUEUE_STEP: note_queued(s, c); break;
    case YZ_COMMAND_POSTING_PUT: note_posting(s, c, outcome->created || outcome->reopened); break;
    case YZ_COMMAND_POSTING_PATCH: note_posting(s, c, false); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: note_seeker(s, c); break;
    case YZ_COMMAND_REFERRAL_STEP:
        if (c->referral.step == YZ_STEP_PLACED) note_placed(s, c);
        break;
    default: break;
    }
}

static void note_refusal(replay_report *report, yz_problem_code code) {
    const char *what = yz_problem_name(code).bytes;
    uint32_t at = 0;
    report->refused += 1;
    report->slot_taken += code == YZ_PROBLEM_SLOT_TAKEN;
    while (at < report->refusal_count && report->refusals[at].what != what)
        at += 1;
    if (at == REPLAY_REASONS_MAX) return;
    if (at == report->refusal_count) report->refusals[report->refusal_count++].what = what;
    report->refusals[at].count += 1;
}

// ---- one command ----

yz_outcome replay_apply(replay_state *s, yz_command *c) {
    replay_report *report = s->report;
    c->sequence = yz_market_sequence(s->market) + 1;
    c->at_ms = s->now_ms;
    uint64_t begun = clock_wall_ns();
    yz_outcome outcome = yz_market_apply(s->market, c, NULL);
    yz_histogram_add(&report->apply_ns, clock_wall_ns() - begun);
    report->commands += 1;
    if (outcome.status == YZ_OK && !outcome.repeated) note(s, c, &outcome);
    if (outcome.status != YZ_OK) note_refusal(report, outcome.problem.code);
    if (s->how->sink.take != NULL && !report->stopped) {
        report->stopped = !s->how->sink.take(s->how->sink.context, c);
    }
    return outcome;
}

// ---- time ----

static void sleep_until(uint64_t at_ns) {
    for (uint64_t now = clock_wall_ns(); now < at_ns; now = clock_wall_ns()) {
        struct timespec rest = {(time_t)((at_ns - now) / 1000000000u),
                                (long)((at_ns - now) % 1000000000u)};
        nanosleep(&rest, NULL);
    }
}

// A night with nothing in it is waited for, a missing month is not.
static void pace(replay_state *s, int64_t at_ms) {
    int64_t gap_ms = at_ms - s->pace_last_ms;
    s->pace_last_ms = at_ms;
    if (gap_ms > GAP_MS) {
        s->report->gaps_ms += (uint64_t)gap_ms;
        s->pace_from_ms += gap_ms;
    }
    double ahead_ns = (double)(at_ms - s->pace_from_ms) * 1e6 / s->how->speed;
    sleep_until(s->pace_from_ns + (uint64_t)ahead_ns);
}

static void carry_out_due(replay_state *s, int64_t at_ms) {
    for (;;) {
        int64_t due_ms = yz_market_due_ms(s->market);
        if (due_ms > at_ms) return;
        if (due_ms > s->now_ms) s->now_ms = due_ms;
        yz_command c = {0};
        if (!yz_market_due_hold(s->market, s->now_ms, &c)) c.type = YZ_COMMAND_TICK;
        (void)replay_apply(s, &c);
    }
}

void replay_wait_until(replay_state *s, int64_t at_ms) {
    if (!s->tape->sequenced || s->match != NULL) carry_out_due(s, at_ms);
    if (at_ms > s->now_ms) s->now_ms = at_ms;
    if (s->how->speed > 0) pace(s, s->now_ms);
}

// ---- changes ----

static int64_t percent(int64_t value, int32_t more) {
    return more == 0 ? value : value * (100 + (int64_t)more) / 100;
}

static void change_posting(const replay_changes *changes, yz_command *c) {
    yz_posting *p = &c->posting_put.posting;
    uint64_t openings = (uint64_t)p->openings * changes->openings_times;
    p->openings = openings > YZ_OPENINGS_MAX ? YZ_OPENINGS_MAX : (uint32_t)openings;
    p->wage_min_fen = percent(p->wage_min_fen, changes->wage_percent);
    p->wage_max_fen = percent(p->wage_max_fen, changes->wage_percent);
}

static void change_radius(const replay_changes *changes, yz_seeker *seeker) {
    int64_t radius = percent(seeker->radius_m, changes->radius_percent) + changes->radius_add_m;
    seeker->radius_m = radius < 1                 ? 1
                       : radius > YZ_RADIUS_M_MAX ? YZ_RADIUS_M_MAX
                                                  : (uint32_t)radius;
}

static void change(const replay_changes *changes, yz_command *c) {
    if (!changes->given) return;
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: change_posting(changes, c); break;
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: change_radius(changes, &c->seeker_put.seeker); break;
    case YZ_COMMAND_BOOTH_PUT: {
        uint64_t capacity = (uint64_t)c->booth.capacity * changes->booths_times;
        c->booth.capacity =
            capacity > YZ_BOOTH_CAPACITY_MAX ? YZ_BOOTH_CAPACITY_MAX : (uint16_t)capacity;
        break;
    }
    default: break;
    }
}

// "taxi-00001" is also "taxi-00001-x2" and so on; a name that grows too long is left alone.
static void put_twins(replay_state *s, const yz_command *c) {
    const yz_seeker *one = &c->seeker_put.seeker;
    for (uint32_t i = 2; i <= s->how->changes->workers_times; i++) {
        char id[YZ_ID_BYTES_MAX + 1];
        int size = snprintf(id, sizeof id, "%.*s-x%" PRIu32, (int)one->id.size, one->id.bytes, i);
        if (size > YZ_ID_BYTES_MAX) return;
        yz_command twin = *c;
        twin.seeker_put.seeker.id = (yz_text){id, (uint32_t)size};
        twin.seeker_put.seeker.person = YZ_TEXT("");
        (void)replay_apply(s, &twin);
    }
}

// ---- the run ----

static void play(replay_state *s, const replay_item *item) {
    yz_command c = item->command;
    const replay_changes *changes = s->how->changes;
    if (changes != NULL) change(changes, &c);
    yz_outcome outcome = replay_apply(s, &c);
    s->report->events += item->event;
    if (outcome.status != YZ_OK) return;
    if (changes != NULL && c.type == YZ_COMMAND_SEEKER_PUT) put_twins(s, &c);
    if (s->match != NULL && item->work_ms > 0) replay_match_posting(s, item, &c);
}

static void play_all(replay_state *s) {
    const replay_tape *tape = s->tape;
    for (uint32_t i = 0; i < tape->count && !s->report->stopped; i++) {
        const replay_item *item = &tape->items[i];
        if (s->match != NULL) replay_match_until(s, item->command.at_ms);
        replay_wait_until(s, item->command.at_ms);
        play(s, item);
        progress_at(&s->bar, i + 1);
    }
    if (s->match != NULL) replay_match_until(s, INT64_MAX);
}

static void sum_up(replay_state *s) {
    replay_report *report = s->report;
    for (uint32_t row = 0; row < yz_ids_count(s->posting_ids); row++) {
        const replay_posting *p = &s->postings[row];
        report->openings += p->openings;
        if (p->placed < p->openings) report->unfilled += p->openings - p->placed;
    }
    report->digest = yz_market_digest(s->market);
    report->sequence = yz_market_sequence(s->market);
    report->last_ms = s->now_ms;
}

bool replay_run(const replay_tape *tape, const replay_options *how, replay_report *report,
                char why[REPLAY_WHY_MAX]) {
    *report = (replay_report){0};
    yz_histogram_reset(&report->apply_ns);
    yz_histogram_reset(&report->match_ns);
    yz_histogram_reset(&report->wait_ms);
    yz_histogram_reset(&report->expected_wait_ms);
    if (tape->count == 0) {
        snprintf(why, REPLAY_WHY_MAX, "there is nothing to replay: no command was read");
        return false;
    }
    bool changed = how->changes != NULL && how->changes->workers_times > 1;
    if (tape->sequenced && (how->match || changed)) {
        snprintf(why, REPLAY_WHY_MAX,
                 "a journal's commands carry their sequence and are replayed as they were: leave "
                 "\"sequence\" out to match them anew or to add workers");
        return false;
    }
    replay_state s = {.tape = tape, .how = how, .report = report};
    report->first_ms = s.now_ms = tape->items[0].command.at_ms;
    if (!data_dir_market(&s.market, s.now_ms)) {
        snprintf(why, REPLAY_WHY_MAX, "no random numbers to be had");
        return false;
    }
    s.posting_ids = yz_ids_new((yz_hash_key){1, 2});
    s.seeker_ids = yz_ids_new((yz_hash_key){3, 4});
    if (how->match) s.match = replay_match_new();
    progress_begin(&s.bar, how->progress != NULL ? how->progress : "replay", tape->count);
    if (how->progress == NULL) s.bar.shown = false;
    uint64_t cpu_begun = clock_cpu_ns();
    uint64_t begun = s.pace_from_ns = clock_wall_ns();
    s.pace_from_ms = s.pace_last_ms = s.now_ms;
    play_all(&s);
    report->seconds = (double)(clock_wall_ns() - begun) / 1e9;
    report->cpu_seconds = (double)(clock_cpu_ns() - cpu_begun) / 1e9;
    progress_end(&s.bar);
    sum_up(&s);
    replay_match_free(s.match);
    yz_market_free(s.market);
    yz_ids_free(s.posting_ids);
    yz_ids_free(s.seeker_ids);
    yz_free(s.postings);
    yz_free(s.seekers);
    return true;
}

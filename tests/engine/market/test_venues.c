/* Stations and fairs against a model of plain arrays that a reader can check by eye. */
#include "engine/market/venues.h"
#include "tests/engine/market/stream.h"

#include "engine/base/alloc.h"

#include <criterion/criterion.h>

#define VENUES 3
#define BOOTHS 3
#define TICKETS 9
#define SEEKERS 9
#define SLOTS 4
#define LINE_MAX 4096

typedef struct model_queue {
    uint32_t line[LINE_MAX], count; // tickets that wait, first to last
    uint32_t called[TICKETS], called_count, served, number;
} model_queue;

typedef struct model_venue {
    bool there, closed, inside[TICKETS], came[TICKETS];
    yz_channel channel;
    uint64_t entries;
    uint32_t capacity[BOOTHS];      // 0: no such booth
    model_queue queues[BOOTHS + 1]; // the last is the counter
    int booked[SEEKERS][SLOTS];     // booth + 1; 0: none
    int step[SEEKERS][SLOTS];       // the last step; 0: never
    int where[SEEKERS][SLOTS];      // the booth of it
} model_venue;

static model_venue model[VENUES];

static uint32_t number_of(yz_text id) {
    return (uint32_t)(id.bytes[id.size - 1] - '0');
}

static uint32_t place_in(const uint32_t *list, uint32_t count, uint32_t ticket) {
    uint32_t at = 0;
    while (at < count && list[at] != ticket)
        at += 1;
    return at;
}

static void drop(uint32_t *list, uint32_t *count, uint32_t at) {
    memmove(list + at, list + at + 1, (*count - at - 1) * sizeof *list);
    *count -= 1;
}

// Carries the step out if it may be; false: the market should refuse it.
static bool model_queue_step(model_queue *q, uint32_t ticket, yz_queue_step step) {
    uint32_t waits = place_in(q->line, q->count, ticket);
    uint32_t called = place_in(q->called, q->called_count, ticket);
    bool is_waiting = waits < q->count, is_called = called < q->called_count;
    switch (step) {
    case YZ_QUEUE_JOINED:
        if (is_waiting || is_called) return false;
        q->line[q->count++] = ticket;
        q->number += 1;
        return true;
    case YZ_QUEUE_CALLED:
        if (!is_waiting) return false;
        drop(q->line, &q->count, waits);
        q->called[q->called_count++] = ticket;
        return true;
    case YZ_QUEUE_LEFT:
        if (is_waiting)
            drop(q->line, &q->count, waits);
        else if (is_called)
            drop(q->called, &q->called_count, called);
        return is_waiting || is_called;
    case YZ_QUEUE_SERVED:
    case YZ_QUEUE_NO_SHOW:
        if (!is_called) return false;
        drop(q->called, &q->called_count, called);
        q->served += step == YZ_QUEUE_SERVED;
        return true;
    }
    return false;
}

static uint32_t model_taken(const model_venue *v, uint32_t booth, uint32_t slot) {
    uint32_t taken = 0;
    for (int s = 0; s < SEEKERS; s++)
        taken += v->booked[s][slot] == (int)booth + 1;
    return taken;
}

static bool model_slot_step(model_venue *v, const yz_command *c) {
    uint32_t booth = number_of(c->slot.booth), seeker = number_of(c->slot.seeker);
    uint32_t slot = c->slot.slot;
    if (v->capacity[booth] == 0) return false;
    bool here = slot < SLOTS && v->step[seeker][slot] != 0 && v->where[seeker][slot] == (int)booth;
    if (here && v->step[seeker][slot] == (int)c->slot.step) return true;
    if (c->slot.step == YZ_SLOT_BOOKED) {
        if (slot >= SLOTS || v->booked[seeker][slot] != 0) return false;
        if (model_taken(v, booth, slot) >= v->capacity[booth]) return false;
    } else if (!here || v->step[seeker][slot] != YZ_SLOT_BOOKED) {
        return false;
    }
    bool takes = c->slot.step == YZ_SLOT_BOOKED || c->slot.step == YZ_SLOT_KEPT;
    v->booked[seeker][slot] = takes ? (int)booth + 1 : 0;
    v->step[seeker][slot] = (int)c->slot.step;
    v->where[seeker][slot] = (int)booth;
    return true;
}

static bool model_booth(model_venue *v, uint32_t kind, const yz_command *c) {
    uint32_t booth = number_of(c->booth.id), most = 0, booked = 0;
    for (uint32_t slot = 0; slot < SLOTS; slot++) {
        uint32_t taken = model_taken(v, booth, slot);
        most = taken > most ? taken : most;
        booked += taken;
    }
    if (c->type == YZ_COMMAND_BOOTH_PUT) {
        if (kind == 0 || c->booth.capacity < most) return false;
        v->capacity[booth] = c->booth.capacity;
        return true;
    }
    const model_queue *q = &v->queues[booth];
    if (v->capacity[booth] == 0 || booked + q->count + q->called_count > 0) return false;
    v->capacity[booth] = 0;
    return true;
}

static bool model_step(const yz_command *c) {
    if (c->type == YZ_COMMAND_VENUE_PUT) {
        model_venue *v = &model[number_of(c->venue_put.venue.id)];
        v->there = true;
        v->closed = false;
        v->channel = c->venue_put.venue.channel;
        return true;
    }
    // The venue's id stands first in each of the other forms.
    yz_text id = c->type == YZ_COMMAND_VENUE_CLOSE ? c->named.id : c->visit.venue;
    uint32_t kind = number_of(id);
    model_venue *v = &model[kind];
    if (!v->there || v->closed) return false;
    uint32_t ticket, queue;
    switch (c->type) {
    case YZ_COMMAND_VENUE_CLOSE: v->closed = true; return true;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE: return model_booth(v, kind, c);
    case YZ_COMMAND_SLOT_STEP: return model_slot_step(v, c);
    case YZ_COMMAND_VISIT:
        ticket = number_of(c->visit.ticket);
        if (c->visit.step == YZ_VISIT_ENTER && !v->inside[ticket]) {
            v->entries += 1;
            v->came[ticket] = true;
        }
        v->inside[ticket] = c->visit.step == YZ_VISIT_ENTER;
        return true;
    default:
        queue = c->queue.booth.size == 0 ? BOOTHS : number_of(c->queue.booth);
        if (queue < BOOTHS && v->capacity[queue] == 0) return false;
        return model_queue_step(&v->queues[queue], number_of(c->queue.ticket), c->queue.step);
    }
}

static void compare_queue(const yz_market *m, yz_text venue, yz_text booth, const model_queue *q,
                          uint64_t seed) {
    yz_queue_view view;
    cr_assert(yz_market_queue(m, venue, booth, &view));
    cr_assert_eq(view.waiting, q->count, "seed %lu", seed);
    cr_assert_eq(view.called, q->called_count, "seed %lu", seed);
    cr_assert_eq(view.served, q->served);
    cr_assert_eq(view.number, q->number);
    yz_queue_place line[TICKETS];
    uint32_t count = yz_market_queue_line(m, venue, booth, line, TICKETS);
    cr_assert_eq(count, q->count);
    for (uint32_t i = 0; i < count; i++) {
        cr_assert_eq(number_of(line[i].ticket), q->line[i], "seed %lu, place %u", seed, i);
        yz_queue_place place;
        cr_assert(yz_market_queue_place(m, venue, booth, line[i].ticket, &place));
        cr_assert_eq(place.ahead, i);
        cr_assert_eq(place.number, line[i].number);
    }
}

static void compare(const yz_market *m, stream *s, uint64_t seed) {
    for (uint32_t n = 0; n < VENUES; n++) {
        const model_venue *v = &model[n];
        yz_text id = stream_id(s, 'v', n);
        yz_venue_view view;
        cr_assert_eq(yz_market_venue(m, id, &view), v->there);
        if (!v->there) continue;
        cr_assert_eq(view.venue.channel, v->channel, "seed %lu", seed);
        uint32_t inside = 0, visitors = 0, booths = 0;
        for (int t = 0; t < TICKETS; t++) {
            inside += v->inside[t];
            visitors += v->came[t];
        }
        cr_assert_eq(view.inside, inside, "seed %lu", seed);
        cr_assert_eq(view.visitors, visitors);
        cr_assert_eq(view.entries, v->entries);
        for (uint32_t b = 0; b < BOOTHS; b++) {
            yz_booth_view booth;
            yz_text name = stream_id(s, 'b', b);
            cr_assert_eq(yz_market_booth(m, id, name, &booth), v->capacity[b] > 0, "seed %lu",
                         seed);
            if (v->capacity[b] == 0) continue;
            booths += 1;
            cr_assert_eq(booth.booth.capacity, v->capacity[b]);
            compare_queue(m, id, name, &v->queues[b], seed);
            for (uint32_t slot = 0; n > 0 && slot < SLOTS; slot++) {
                cr_assert_eq(yz_market_slot_taken(m, id, name, slot), model_taken(v, b, slot),
                             "seed %lu", seed);
            }
        }
        cr_assert_eq(view.booths, booths);
        compare_queue(m, id, YZ_TEXT(""), &v->queues[BOOTHS], seed);
    }
}

static void begin(yz_market *m, stream *s) {
    memset(model, 0, sizeof model);
    yz_command c;
    while (stream_first_entry(s, &c)) {
        c.sequence = ++s->sequence;
        c.at_ms = s->at_ms;
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
    for (uint32_t i = 0; i < SEEKERS; i++) {
        c = (yz_command){.type = YZ_COMMAND_SEEKER_PUT, .sequence = ++s->sequence};
        c.at_ms = s->at_ms;
        c.seeker_put.seeker = stream_seeker(s);
        c.seeker_put.seeker.id = stream_id(s, 's', i);
        c.seeker_put.fields = YZ_SEEKER_ALL;
        cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
    }
}

Test(venues, agree_with_a_model_step_by_step) {
    uint64_t refused = 0, taken = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        stream s = stream_new(seed, SEEKERS);
        yz_market *m = stream_market(1);
        begin(m, &s);
        for (int i = 0; i < 1500; i++) {
            yz_arena_reset(s.arena);
            yz_command c = stream_venues(&s);
            if (c.type == YZ_COMMAND_VENUE_PUT) c.venue_put.if_version = 0;
            if (c.type == YZ_COMMAND_VENUE_CLOSE && stream_below(&s, 3)) continue;
            yz_problem problem;
            if (yz_market_admit(&c, &problem) != YZ_OK) continue;
            c.sequence = ++s.sequence;
            c.at_ms = s.at_ms += stream_below(&s, 60000);
            bool good = model_step(&c);
            yz_outcome out = yz_market_apply(m, &c, NULL);
            cr_assert_eq(out.status == YZ_OK, good, "seed %lu, step %d: %s says %s", seed, i,
                         yz_command_type_name(c.type).bytes,
                         yz_problem_name(out.problem.code).bytes);
            // What was refused, or was so already, is known to have made no news.
            cr_assert_eq(yz_market_silent(m, c.sequence), !out.changed, "seed %lu, %s", seed,
                         yz_command_type_name(c.type).bytes);
            refused += !good;
            taken += good;
            if (i % 10 == 0) compare(m, &s, seed);
            const char *why = "";
            if (i % 50 == 0) cr_assert(yz_market_sound(m, &why), "seed %lu: %s", seed, why);
        }
        compare(m, &s, seed);
        yz_market_free(m);
        yz_arena_free(s.arena);
    }
    cr_assert_gt(refused, 1000);
    cr_assert_gt(taken, 5000);
}

static yz_outcome send(yz_market *m, yz_command c, int64_t at_ms) {
    yz_problem problem = {0};
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s", yz_problem_name(problem.code).bytes);
    c.sequence = yz_market_sequence(m) + 1;
    c.at_ms = at_ms;
    return yz_market_apply(m, &c, NULL);
}

static yz_outcome queue(yz_market *m, const char *ticket, yz_queue_step step, int64_t at_ms) {
    yz_command c = {.type = YZ_COMMAND_QUEUE_STEP};
    c.queue.venue = YZ_TEXT("v-000");
    c.queue.ticket = yz_text_of(ticket);
    c.queue.step = step;
    return send(m, c, at_ms);
}

Test(venues, tell_the_expected_wait_from_the_last_services) {
    yz_market *m = stream_market(1);
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    c.venue_put.venue = (yz_venue){.id = YZ_TEXT("v-000"),
                                   .kind = YZ_VENUE_STATION,
                                   .from_ms = YZ_TIME_MS_MIN,
                                   .to_ms = YZ_TIME_MS_MAX};
    int64_t now = 1700000000000;
    cr_assert_eq(send(m, c, now).status, YZ_OK);
    static const char *const TICKETS_HELD[] = {"a", "b", "c", "d", "e"};
    for (int i = 0; i < 5; i++) {
        yz_outcome out = queue(m, TICKETS_HELD[i], YZ_QUEUE_JOINED, now);
        cr_assert_eq(out.version, (uint32_t)i + 1, "the number on the slip");
    }
    yz_queue_view view;
    cr_assert(yz_market_queue(m, YZ_TEXT("v-000"), YZ_TEXT(""), &view));
    cr_assert_eq(view.expected_wait_ms, -1, "nobody was served yet");
    // Services of four and of six minutes: five on the mean, and two wait before the last.
    queue(m, "a", YZ_QUEUE_CALLED, now);
    queue(m, "a", YZ_QUEUE_SERVED, now + 240000);
    queue(m, "b", YZ_QUEUE_CALLED, now + 240000);
    queue(m, "b", YZ_QUEUE_SERVED, now + 600000);
    yz_queue_place place;
    cr_assert(yz_market_queue_place(m, YZ_TEXT("v-000"), YZ_TEXT(""), YZ_TEXT("e"), &place));
    cr_assert_eq(place.ahead, 2);
    cr_assert_eq(place.expected_wait_ms, 600000);
    cr_assert_eq(queue(m, "e", YZ_QUEUE_SERVED, now + 600000).problem.code, YZ_PROBLEM_NOT_QUEUED);
    cr_assert_eq(queue(m, "e", YZ_QUEUE_JOINED, now + 600000).problem.code,
                 YZ_PROBLEM_ALREADY_QUEUED);
    yz_market_free(m);
}

Test(venues, a_fair_made_longer_has_free_slots_at_its_end) {
    yz_market *m = stream_market(1);
    int64_t now = 1700000000000;
    yz_command employer = {.type = YZ_COMMAND_ENTRY_PUT};
    employer.entry_put.dictionary = YZ_EMPLOYERS;
    employer.entry_put.entry.id = YZ_TEXT("e");
    cr_assert_eq(send(m, employer, now).status, YZ_OK);
    yz_command seeker = {.type = YZ_COMMAND_SEEKER_PUT};
    seeker.seeker_put.fields = YZ_SEEKER_ALL;
    seeker.seeker_put.seeker = (yz_seeker){
        .id = YZ_TEXT("s"), .radius_m = 5000, .types = YZ_TYPES_ALL, .shifts = YZ_SHIFTS_ALL};
    cr_assert_eq(send(m, seeker, now).status, YZ_OK);
    yz_command fair = {.type = YZ_COMMAND_VENUE_PUT};
    fair.venue_put.venue = (yz_venue){.id = YZ_TEXT("v-000"),
                                      .kind = YZ_VENUE_FAIR,
                                      .from_ms = now,
                                      .to_ms = now + 2 * 5 * 60000 - 1,
                                      .slot_minutes = 5};
    cr_assert_eq(send(m, fair, now).status, YZ_OK);
    yz_command booth = {.type = YZ_COMMAND_BOOTH_PUT};
    booth.booth = (yz_booth){YZ_TEXT("v-000"), YZ_TEXT("b"), YZ_TEXT("e"), 1};
    cr_assert_eq(send(m, booth, now).status, YZ_OK);
    yz_command slot = {.type = YZ_COMMAND_SLOT_STEP};
    slot.slot.venue = YZ_TEXT("v-000");
    slot.slot.booth = YZ_TEXT("b");
    slot.slot.seeker = YZ_TEXT("s");
    slot.slot.step = YZ_SLOT_BOOKED;
    slot.slot.slot = 1;
    cr_assert_eq(send(m, slot, now).status, YZ_OK);
    // Interviews keep the opening where it is; the end may be later, and many slots are added.
    fair.venue_put.venue.to_ms = now + 1900 * 5 * 60000 - 1;
    cr_assert_eq(send(m, fair, now).status, YZ_OK);
    const char *why = "";
    cr_assert(yz_market_sound(m, &why), "%s", why);
    cr_assert_eq(yz_market_slot_taken(m, YZ_TEXT("v-000"), YZ_TEXT("b"), 1899), 0);
    slot.slot.slot = 1899;
    cr_assert_eq(send(m, slot, now).status, YZ_OK);
    cr_assert_eq(yz_market_slot_taken(m, YZ_TEXT("v-000"), YZ_TEXT("b"), 1), 1);
    cr_assert_eq(yz_market_slot_taken(m, YZ_TEXT("v-000"), YZ_TEXT("b"), 2), 0);
    cr_assert_eq(yz_market_slot_taken(m, YZ_TEXT("v-000"), YZ_TEXT("b"), 1899), 1);
    cr_assert(yz_market_sound(m, &why), "%s", why);
    yz_market_free(m);
}

// Against a plain list that closes up. Who stays in front while others come and go makes holes
// behind himself.
Test(venues, a_line_is_no_longer_than_its_people) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        yz_random random = yz_random_seeded(seed);
        uint32_t list[64], count = 0, most = 1 + (uint32_t)yz_random_below(&random, 63);
        venue_queue q = {0};
        for (uint32_t step = 0; step < 20000; step++) {
            if (count == 0 || (count < most && yz_random_below(&random, 2))) {
                list[count++] = step;
                queue_push(&q, step);
            } else {
                uint32_t at = (uint32_t)yz_random_below(&random, count);
                if (at == 0 && yz_random_below(&random, 1000) > 0) at = count - 1;
                queue_remove(&q, list[at]);
                drop(list, &count, at);
            }
            cr_assert_leq(q.room, 4 * most + 16, "seed %lu, step %u", seed, step);
            uint32_t seen = 0;
            for (uint32_t i = q.head; i < q.count; i++) {
                if (q.line[i] != YZ_ROW_NONE) cr_assert_eq(q.line[i], list[seen++]);
            }
            cr_assert_eq(seen, count, "seed %lu, step %u", seed, step);
        }
        yz_free(q.line);
    }
}

Test(venues, stay_what_they_are_and_are_where_gigs_are) {
    yz_market *m = stream_market(1);
    int64_t now = 1700000000000;
    yz_command fair = {.type = YZ_COMMAND_VENUE_PUT};
    fair.venue_put.venue =
        (yz_venue){.id = YZ_TEXT("v-000"), .kind = YZ_VENUE_FAIR, .from_ms = now, .to_ms = now + 1};
    yz_command gig = {.type = YZ_COMMAND_POSTING_PUT};
    gig.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_GIG;
    gig.posting_put.posting = (yz_posting){.id = YZ_TEXT("g"),
                                           .title = YZ_TEXT("t"),
                                           .type = YZ_TYPE_GIG,
                                           .openings = 1,
                                           .shifts = YZ_SHIFTS_ALL,
                                           .valid_from_ms = YZ_TIME_MS_MIN,
                                           .valid_to_ms = YZ_TIME_MS_MAX,
                                           .station = YZ_TEXT("v-000")};
    yz_outcome out = send(m, gig, now);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_UNKNOWN_VENUE);
    cr_assert_str_eq(out.problem.pointer, "/gig/station");
    cr_assert_eq(send(m, fair, now).status, YZ_OK);
    cr_assert_eq(send(m, gig, now).status, YZ_OK);
    yz_command station = fair;
    station.venue_put.venue.kind = YZ_VENUE_STATION;
    cr_assert_eq(send(m, station, now).problem.code, YZ_PROBLEM_ALREADY_EXISTS);
    // One that is closed stays named.
    yz_command shut = {.type = YZ_COMMAND_VENUE_CLOSE, .named = {.id = YZ_TEXT("v-000")}};
    cr_assert_eq(send(m, shut, now).status, YZ_OK);
    gig.posting_put.posting.title = YZ_TEXT("u");
    cr_assert_eq(send(m, gig, now).status, YZ_OK);
    yz_market_free(m);
}

Test(venues, of_another_channel_are_changed) {
    yz_market *m = stream_market(1);
    int64_t now = 1700000000000;
    yz_command fair = {.type = YZ_COMMAND_VENUE_PUT};
    fair.venue_put.venue =
        (yz_venue){.id = YZ_TEXT("v-000"), .kind = YZ_VENUE_FAIR, .from_ms = now, .to_ms = now + 1};
    yz_digest digests[3];
    for (int channel = YZ_CHANNEL_ON_SITE; channel <= YZ_CHANNEL_LIVE; channel++) {
        fair.venue_put.venue.channel = (yz_channel)channel;
        yz_outcome out = send(m, fair, now);
        cr_assert(out.changed);
        cr_assert_eq(out.version, (uint32_t)channel + 1);
        cr_assert(!send(m, fair, now).changed, "equal content is no change");
        // The version aside: of a market that never knew another channel.
        yz_market *fresh = stream_market(2);
        (void)send(fresh, fair, now);
        digests[channel] = yz_market_digest(fresh);
        yz_market_free(fresh);
    }
    cr_assert_neq(digests[0].words[0], digests[1].words[0]);
    cr_assert_neq(digests[1].words[0], digests[2].words[0]);
    const char *why = "";
    cr_assert(yz_market_sound(m, &why), "%s", why);
    yz_market_free(m);
}

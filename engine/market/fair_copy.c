/* Bookings first, so that what is told stands before what is wished; then the wishes, as given or
 * posting by posting from the referrals. */
#include "engine/market/fair_copy.h"

#include "engine/base/alloc.h"
#include "engine/market/graph_inner.h"
#include "engine/market/state.h"

#include <string.h>

_Static_assert(YZ_ROW_NONE == YZ_SLOT_NONE, "what is not found has no number");

#define BOOKINGS_A_STEP 3000
#define WISHES_A_STEP 3000
#define POSTINGS_A_STEP 20000
#define REFERRALS_A_STEP 3000
#define REFERRALS_AT_ONCE 64

struct yz_fair_copying {
    yz_fair_ask ask;
    uint32_t venue;
    uint32_t *booth_of; // by row of employer: number of its first booth + 1; 0: none
    uint32_t employers;
    uint32_t next_booking, next_wish, next_posting, next_referral;
    bool failed;
    uint64_t sequence, last_sequence;
    int64_t from_ms, slot_ms;
    uint32_t slots, now;
    yz_ids *seekers, *booths; // id -> number
    yz_ids *pairs;            // (seeker, booth), of a second booking (seeker, booth, slot) -> wish
    yz_ids *missed;           // pairs of rows: the seeker stayed away from the booth
    yz_text *seeker_ids, *booth_ids;
    uint32_t *capacity, *was, *fixed;
    bool *kept; // by wish: the interview is over
    yz_interview_wish *wishes;
    uint32_t seeker_room, booth_room, wish_room, wish_count;
};

static uint32_t seeker_number(yz_fair_copying *f, yz_text id) {
    uint32_t known = yz_ids_find(f->seekers, id);
    if (known != YZ_ROW_NONE) return known;
    uint32_t count = yz_ids_count(f->seekers);
    GRAPH_ROOM(f->seeker_ids, count, f->seeker_room);
    f->seeker_ids[count] = id;
    return yz_ids_add(f->seekers, id);
}

typedef struct wish_key {
    char bytes[12];
    uint32_t size;
} wish_key;

// `slot` NONE: the pair's first.
static wish_key key_of(uint32_t seeker, uint32_t booth, uint32_t slot) {
    wish_key key = {.size = slot == YZ_SLOT_NONE ? 8 : 12};
    memcpy(key.bytes, &seeker, 4);
    memcpy(key.bytes + 4, &booth, 4);
    memcpy(key.bytes + 8, &slot, 4);
    return key;
}

static uint32_t wish_find(const yz_fair_copying *f, uint32_t seeker, uint32_t booth,
                          uint32_t slot) {
    wish_key key = key_of(seeker, booth, slot);
    return yz_ids_find(f->pairs, (yz_text){key.bytes, key.size});
}

// A new one if there was none.
static uint32_t wish_number(yz_fair_copying *f, uint32_t seeker, uint32_t booth, uint32_t slot) {
    uint32_t known = wish_find(f, seeker, booth, slot);
    if (known != YZ_ROW_NONE) return known;
    if (f->wish_count == f->wish_room) {
        f->wish_room = f->wish_room ? 2 * f->wish_room : 256;
        f->wishes = yz_realloc(f->wishes, f->wish_room * sizeof *f->wishes);
        f->was = yz_realloc(f->was, f->wish_room * sizeof *f->was);
        f->fixed = yz_realloc(f->fixed, f->wish_room * sizeof *f->fixed);
        f->kept = yz_realloc(f->kept, f->wish_room * sizeof *f->kept);
    }
    f->wishes[f->wish_count] = (yz_interview_wish){seeker, booth};
    f->was[f->wish_count] = f->fixed[f->wish_count] = YZ_SLOT_NONE;
    f->kept[f->wish_count] = false;
    f->wish_count += 1;
    wish_key key = key_of(seeker, booth, slot);
    return yz_ids_add(f->pairs, (yz_text){key.bytes, key.size});
}

static void take_booths(const yz_market *m, yz_fair_copying *f) {
    f->employers = yz_ids_count(m->dictionaries[YZ_EMPLOYERS].ids);
    f->booth_of = yz_alloc_zeroed(f->employers * sizeof *f->booth_of);
    for (uint32_t row = 0; row < yz_market_booth_rows(m, f->venue); row++) {
        yz_booth_view view;
        if (!yz_market_booth_at(m, f->venue, row, &view)) continue;
        uint32_t count = yz_ids_count(f->booths), room = f->booth_room;
        GRAPH_ROOM(f->booth_ids, count, f->booth_room);
        if (f->booth_room != room)
            f->capacity = yz_realloc(f->capacity, f->booth_room * sizeof *f->capacity);
        f->booth_ids[count] = view.booth.id;
        f->capacity[count] = view.booth.capacity;
        (void)yz_ids_add(f->booths, view.booth.id);
        uint32_t employer = dictionary_find(m, YZ_EMPLOYERS, view.booth.employer);
        if (employer < f->employers && f->booth_of[employer] == 0)
            f->booth_of[employer] = count + 1;
    }
}

static yz_status find_fair(const yz_market *m, yz_fair_copying *f, yz_problem *problem) {
    yz_venue_view view;
    if (!yz_market_venue(m, f->ask.fair, &view))
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/fair", f->ask.fair);
    if (view.state != YZ_STATE_OPEN)
        return yz_problem_value(problem, YZ_PROBLEM_VENUE_CLOSED, "/fair", f->ask.fair);
    if (view.slots == 0)
        return yz_problem_value(problem, YZ_PROBLEM_BAD_CHOICE, "/fair", f->ask.fair);
    f->venue = view.row;
    f->slots = view.slots;
    f->from_ms = view.venue.from_ms;
    f->slot_ms = (int64_t)view.venue.slot_minutes * 60000;
    int64_t gone = m->at_ms - f->from_ms;
    int64_t now = gone <= 0 ? 0 : (gone + f->slot_ms - 1) / f->slot_ms;
    f->now = now < f->slots ? (uint32_t)now : f->slots;
    return YZ_OK;
}

static yz_status names_known(const yz_market *m, const yz_fair_copying *f, yz_problem *problem) {
    for (uint32_t i = 0; i < f->ask.wish_count; i++) {
        const yz_fair_wish *wish = &f->ask.wishes[i];
        if (yz_ids_find(m->seeker_ids, wish->seeker) == YZ_ROW_NONE) {
            return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/wishes", i, "/seeker",
                                      wish->seeker);
        }
        if (yz_ids_find(f->booths, wish->booth) == YZ_ROW_NONE) {
            return yz_problem_element(problem, YZ_PROBLEM_UNKNOWN_BOOTH, "/wishes", i, "/booth",
                                      wish->booth);
        }
    }
    return YZ_OK;
}

void yz_fair_copying_free(yz_fair_copying *f) {
    if (f == NULL) return;
    yz_free(f->booth_of);
    if (f->seekers) yz_ids_free(f->seekers);
    if (f->booths) yz_ids_free(f->booths);
    if (f->pairs) yz_ids_free(f->pairs);
    if (f->missed) yz_ids_free(f->missed);
    yz_free(f->seeker_ids);
    yz_free(f->booth_ids);
    yz_free(f->capacity);
    yz_free(f->was);
    yz_free(f->fixed);
    yz_free(f->kept);
    yz_free(f->wishes);
    yz_free(f);
}

yz_status yz_fair_copying_new(const yz_market *m, const yz_fair_ask *ask, yz_fair_copying **copying,
                              yz_problem *problem) {
    yz_hash_key key = m->options.hash_key;
    yz_fair_copying *f = yz_alloc_zeroed(sizeof *f);
    *f = (yz_fair_copying){.ask = *ask,
                           .sequence = m->sequence,
                           .last_sequence = m->sequence,
                           .seekers = yz_ids_new(key),
                           .booths = yz_ids_new(key),
                           .pairs = yz_ids_new(key),
                           .missed = yz_ids_new(key)};
    yz_status status = find_fair(m, f, problem);
    if (status == YZ_OK) take_booths(m, f);
    if (status == YZ_OK) status = names_known(m, f, problem);
    *copying = status == YZ_OK ? f : NULL;
    if (status != YZ_OK) yz_fair_copying_free(f);
    return status;
}

/* ---- the steps ---- */

static void take_booking(const yz_market *m, yz_fair_copying *f, uint32_t row) {
    yz_booking_view view;
    if (!yz_market_booking_at(m, f->venue, row, &view)) return;
    uint32_t booth = yz_ids_find(f->booths, view.booth);
    uint32_t seeker = yz_ids_find(m->seeker_ids, view.seeker);
    if (booth == YZ_ROW_NONE || view.slot >= f->slots) return; // taken away since
    if (view.step == YZ_SLOT_NO_SHOW) {
        wish_key key = key_of(seeker, booth, YZ_SLOT_NONE);
        yz_text text = {key.bytes, key.size};
        if (yz_ids_find(f->missed, text) == YZ_ROW_NONE) (void)yz_ids_add(f->missed, text);
    }
    if (view.step != YZ_SLOT_BOOKED && view.step != YZ_SLOT_KEPT) return;
    uint32_t number = seeker_number(f, yz_market_seeker_id(m, seeker));
    uint32_t wish = wish_number(f, number, booth, YZ_SLOT_NONE);
    if (f->was[wish] != YZ_SLOT_NONE) wish = wish_number(f, number, booth, view.slot);
    f->was[wish] = view.slot;
    f->kept[wish] = view.step == YZ_SLOT_KEPT;
    if (view.step == YZ_SLOT_KEPT || view.slot < f->now) f->fixed[wish] = view.slot;
}

static bool step_bookings(const yz_market *m, yz_fair_copying *f) {
    uint32_t rows = yz_market_booking_rows(m, f->venue);
    for (uint32_t i = 0; i < BOOKINGS_A_STEP && f->next_booking < rows; i++)
        take_booking(m, f, f->next_booking++);
    return f->next_booking < rows;
}

static bool step_wishes(const yz_market *m, yz_fair_copying *f) {
    for (uint32_t i = 0; i < WISHES_A_STEP && f->next_wish < f->ask.wish_count; i++) {
        const yz_fair_wish *wish = &f->ask.wishes[f->next_wish++];
        uint32_t row = yz_ids_find(m->seeker_ids, wish->seeker);
        uint32_t seeker = seeker_number(f, yz_ids_text(m->seeker_ids, row));
        (void)wish_number(f, seeker, yz_ids_find(f->booths, wish->booth), YZ_SLOT_NONE);
    }
    return f->next_wish < f->ask.wish_count;
}

static uint32_t booth_of_posting(const yz_market *m, const yz_fair_copying *f, uint32_t row) {
    const posting_cold *cold = cold_posting(m, row);
    bool counts = cold->state == YZ_STATE_OPEN || cold->state == YZ_STATE_FULL;
    return counts && cold->employer < f->employers ? f->booth_of[cold->employer] : 0;
}

// True: there are more of this posting.
static bool take_referrals(const yz_market *m, yz_fair_copying *f, uint32_t posting,
                           uint32_t booth) {
    yz_referral_view views[REFERRALS_AT_ONCE];
    uint32_t got =
        yz_market_referrals_of_posting(m, posting, f->next_referral, views, REFERRALS_AT_ONCE);
    for (uint32_t i = 0; i < got; i++) {
        if (views[i].step != YZ_STEP_APPLIED && views[i].step != YZ_STEP_INTERVIEW) continue;
        wish_key key = key_of(views[i].seeker, booth, YZ_SLOT_NONE);
        if (yz_ids_find(f->missed, (yz_text){key.bytes, key.size}) != YZ_ROW_NONE) continue;
        (void)wish_number(f, seeker_number(f, yz_market_seeker_id(m, views[i].seeker)), booth,
                          YZ_SLOT_NONE);
    }
    f->next_referral += got;
    return got == REFERRALS_AT_ONCE;
}

static bool step_postings(const yz_market *m, yz_fair_copying *f) {
    uint32_t rows = yz_market_posting_rows(m), looked = 0;
    for (uint32_t i = 0; i < POSTINGS_A_STEP && looked < REFERRALS_A_STEP; i++) {
        if (f->next_posting >= rows) return false;
        uint32_t booth = booth_of_posting(m, f, f->next_posting);
        if (booth != 0) looked += REFERRALS_AT_ONCE;
        if (booth != 0 && take_referrals(m, f, f->next_posting, booth - 1)) continue;
        f->next_posting += 1;
        f->next_referral = 0;
    }
    return true;
}

uint64_t yz_fair_copying_cells(const yz_fair_copying *f) {
    uint64_t sides = yz_ids_count(f->seekers);
    for (uint32_t i = 0; i < yz_ids_count(f->booths); i++)
        sides += f->capacity[i];
    return sides * f->slots;
}

bool yz_fair_copying_step(const yz_market *m, yz_fair_copying *f, yz_problem *problem) {
    f->last_sequence = m->sequence;
    bool more =
        step_bookings(m, f) || (f->ask.wish_count > 0 ? step_wishes(m, f) : step_postings(m, f));
    uint64_t cells = yz_fair_copying_cells(f), most = YZ_FAIR_WISHES_MAX;
    if (cells > YZ_TIMETABLE_CELLS_MAX)
        most = (uint64_t)f->wish_count * YZ_TIMETABLE_CELLS_MAX / cells;
    if (f->wish_count <= most && cells <= YZ_TIMETABLE_CELLS_MAX) return more;
    f->failed = true;
    (void)yz_problem_range(problem, YZ_PROBLEM_TOO_MANY, "/wishes", f->wish_count, 0,
                           (int64_t)most);
    return false;
}

/* ---- the copy ---- */

typedef struct built {
    yz_fair_copy copy;
    yz_fair_copying *from; // owns the lists
    uint32_t *planned, *ready;
} built;

yz_fair_copy *yz_fair_copying_finish(yz_fair_copying *f) {
    if (f->failed) {
        yz_fair_copying_free(f);
        return NULL;
    }
    built *b = yz_alloc_zeroed(sizeof *b);
    uint32_t seekers = yz_ids_count(f->seekers);
    b->from = f;
    b->planned = yz_alloc(f->wish_count * sizeof *b->planned);
    b->ready = yz_alloc(seekers * sizeof *b->ready);
    for (uint32_t w = 0; w < f->wish_count; w++)
        b->planned[w] = f->fixed[w] == YZ_SLOT_NONE ? f->was[w] : YZ_SLOT_NONE;
    for (uint32_t s = 0; s < seekers; s++)
        b->ready[s] = f->now;
    b->copy = (yz_fair_copy){.task = {.seekers = seekers,
                                      .booths = yz_ids_count(f->booths),
                                      .slots = f->slots,
                                      .wishes = f->wishes,
                                      .wish_count = f->wish_count,
                                      .capacity = f->capacity,
                                      .seeker_ready = b->ready,
                                      .fixed = f->fixed,
                                      .planned = b->planned},
                             .was = f->was,
                             .seeker_ids = f->seeker_ids,
                             .booth_ids = f->booth_ids,
                             .now = f->now,
                             .from_ms = f->from_ms,
                             .slot_ms = f->slot_ms,
                             .sequence = f->sequence,
                             .changed = f->last_sequence != f->sequence};
    return &b->copy;
}

void yz_fair_copy_free(yz_fair_copy *copy) {
    if (copy == NULL) return;
    built *b = (built *)copy; // its first member
    yz_fair_copying_free(b->from);
    yz_free(b->planned);
    yz_free(b->ready);
    yz_free(b);
}

static const yz_fair_copying *lists_of(const yz_fair_copy *copy) {
    return ((const built *)copy)->from;
}

uint32_t yz_fair_copy_seeker(const yz_fair_copy *copy, yz_text seeker) {
    return yz_ids_find(lists_of(copy)->seekers, seeker);
}

uint32_t yz_fair_copy_booth(const yz_fair_copy *copy, yz_text booth) {
    return yz_ids_find(lists_of(copy)->booths, booth);
}

uint32_t yz_fair_copy_wish(const yz_fair_copy *copy, yz_text seeker, yz_text booth) {
    const yz_fair_copying *f = lists_of(copy);
    uint32_t s = yz_fair_copy_seeker(copy, seeker), b = yz_fair_copy_booth(copy, booth);
    if (s == YZ_SLOT_NONE || b == YZ_SLOT_NONE) return YZ_SLOT_NONE;
    uint32_t first = wish_find(f, s, b, YZ_SLOT_NONE);
    if (first == YZ_SLOT_NONE || f->was[first] == YZ_SLOT_NONE) return first;
    for (uint32_t slot = 0; slot < f->slots; slot++) {
        uint32_t wish = f->was[first] == slot ? first : wish_find(f, s, b, slot);
        if (wish != YZ_SLOT_NONE && !f->kept[wish]) return wish;
    }
    return first;
}

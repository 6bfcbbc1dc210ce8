/* Stations and fairs: opened, replaced, closed; booths; visitors. A venue that is closed takes no
 * step any more; a put opens it again. */
#include "engine/market/counting.h"

#include "engine/base/alloc.h"
#include "engine/journal/wire.h"

// ---- rows ----

void venues_init(venues *v, yz_hash_key key) {
    v->ids = yz_ids_new(key);
    v->key = key;
    yz_slab_init(&v->slab, sizeof(venue_row));
}

static void venue_deinit(venue_row *v) {
    for (uint32_t row = 0; row < yz_ids_count(v->booth_ids); row++) {
        yz_free(booth_at(v, row)->taken);
        yz_free(booth_at(v, row)->queue.line);
    }
    yz_shelf_deinit(&v->booth_shelf);
    yz_shelf_deinit(&v->ticket_shelf);
    yz_shelf_deinit(&v->entry_shelf);
    yz_shelf_deinit(&v->booking_shelf);
    yz_ids_free(v->booth_ids);
    yz_ids_free(v->ticket_ids);
    yz_ids_free(v->entry_ids);
    yz_ids_free(v->booking_ids);
    yz_free(v->counter.line);
    yz_free(v->names);
}

void venues_deinit(venues *v) {
    for (uint32_t row = 0; row < yz_ids_count(v->ids); row++)
        venue_deinit(venue_at(v, row));
    yz_slab_deinit(&v->slab);
    yz_ids_free(v->ids);
}

uint32_t venue_add(venues *all, yz_text id) {
    uint32_t row = yz_ids_add(all->ids, id);
    yz_slab_reserve(&all->slab, row);
    venue_row *v = venue_at(all, row);
    *v = (venue_row){.division = YZ_ROW_NONE};
    v->booth_ids = yz_ids_new(all->key);
    v->ticket_ids = yz_ids_new(all->key);
    v->entry_ids = yz_ids_new(all->key);
    v->booking_ids = yz_ids_new(all->key);
    yz_shelf_init(&v->booth_shelf, sizeof(venue_booth));
    yz_shelf_init(&v->ticket_shelf, sizeof(venue_ticket));
    yz_shelf_init(&v->entry_shelf, sizeof(venue_entry));
    yz_shelf_init(&v->booking_shelf, sizeof(venue_booking));
    return row;
}

uint32_t booth_add(venue_row *v, yz_text id) {
    uint32_t row = yz_ids_add(v->booth_ids, id);
    yz_shelf_reserve(&v->booth_shelf, row);
    *booth_at(v, row) = (venue_booth){.employer = YZ_ROW_NONE};
    return row;
}

uint32_t ticket_of(venue_row *v, yz_text id) {
    uint32_t row = yz_ids_find(v->ticket_ids, id);
    if (row != YZ_ROW_NONE) return row;
    row = yz_ids_add(v->ticket_ids, id);
    yz_shelf_reserve(&v->ticket_shelf, row);
    *ticket_at(v, row) = (venue_ticket){0};
    return row;
}

// A pair of rows as the key of a map, found or, if it is to be, added.
static uint32_t pair_row(yz_ids *ids, yz_shelf *shelf, uint32_t a, uint32_t b, bool add) {
    unsigned char key[8];
    yz_put32(key, a);
    yz_put32(key + 4, b);
    yz_text text = {(const char *)key, sizeof key};
    uint32_t row = yz_ids_find(ids, text);
    if (row != YZ_ROW_NONE || !add) return row;
    row = yz_ids_add(ids, text);
    yz_shelf_reserve(shelf, row);
    return row;
}

uint32_t entry_of(venue_row *v, uint32_t booth, uint32_t ticket, bool add) {
    uint32_t row = pair_row(v->entry_ids, &v->entry_shelf, booth, ticket, add);
    if (row != YZ_ROW_NONE && add && entry_row(v, row)->step == 0) {
        *entry_row(v, row) = (venue_entry){.booth = booth, .ticket = ticket, .seeker = YZ_ROW_NONE};
    }
    return row;
}

uint32_t booking_of(venue_row *v, uint32_t seeker, uint32_t slot, bool add) {
    uint32_t row = pair_row(v->booking_ids, &v->booking_shelf, seeker, slot, add);
    if (row != YZ_ROW_NONE && add && booking_at(v, row)->step == 0) {
        *booking_at(v, row) =
            (venue_booking){.booth = YZ_ROW_NONE, .seeker = seeker, .slot = (uint16_t)slot};
    }
    return row;
}

void venue_names(venue_row *v, yz_text zh, yz_text en) {
    size_t size = (size_t)zh.size + en.size;
    char *names = size > 0 ? yz_alloc(size) : NULL;
    if (zh.size > 0) memcpy(names, zh.bytes, zh.size);
    if (en.size > 0) memcpy(names + zh.size, en.bytes, en.size);
    yz_free(v->names);
    v->names = names;
    v->zh_size = (uint8_t)zh.size;
    v->en_size = (uint8_t)en.size;
}

uint32_t venue_slots(const venue_row *v) {
    if (v->kind != YZ_VENUE_FAIR || v->slot_minutes == 0) return 0;
    int64_t slot_ms = (int64_t)v->slot_minutes * 60000,
            slots = (v->to_ms - v->from_ms + 1) / slot_ms;
    return slots > YZ_SLOTS_MAX ? YZ_SLOTS_MAX : (uint32_t)slots;
}

// ---- venues ----

static bool has_plan(const venue_row *v) {
    return yz_ids_count(v->booking_ids) > 0;
}

static bool same_venue(const venue_row *v, const yz_venue *given, uint32_t division) {
    return v->kind == given->kind && v->channel == given->channel &&
           v->lat_e7 == given->place.lat_e7 && v->lon_e7 == given->place.lon_e7 &&
           v->division == division && v->from_ms == given->from_ms && v->to_ms == given->to_ms &&
           v->slot_minutes == given->slot_minutes &&
           yz_text_equal((yz_text){v->names, v->zh_size}, given->name_zh) &&
           yz_text_equal((yz_text){v->names == NULL ? NULL : v->names + v->zh_size, v->en_size},
                         given->name_en);
}

static yz_status may_put(const yz_market *m, const yz_command *c, uint32_t row,
                         yz_problem *problem) {
    const yz_venue *given = &c->venue_put.venue;
    uint32_t wanted = c->venue_put.if_version;
    if (row == YZ_ROW_NONE) {
        if (wanted != YZ_VERSION_ANY) {
            return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, 0);
        }
        if (yz_ids_count(m->venues.ids) < YZ_VENUES_MAX) return YZ_OK;
        return yz_problem_range(problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_VENUES_MAX, 0,
                                YZ_VENUES_MAX);
    }
    const venue_row *v = venue_at(&m->venues, row);
    // A fair never becomes a station: whoever knows the id knows what it is.
    if (c->venue_put.only_new || v->kind != given->kind) {
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_EXISTS, "/id", given->id);
    }
    if (wanted != YZ_VERSION_ANY && wanted != v->version) {
        return yz_problem_range(problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0, v->version);
    }
    // Slots are counted from the opening: with interviews booked they stay where they are.
    bool moved = v->from_ms != given->from_ms || v->slot_minutes != given->slot_minutes ||
                 v->to_ms > given->to_ms;
    if (moved && has_plan(v)) {
        yz_status status = yz_problem_value(problem, YZ_PROBLEM_IN_USE, "/slot_minutes", given->id);
        if (problem != NULL) problem->given = yz_ids_count(v->booking_ids);
        return status;
    }
    return YZ_OK;
}

void apply_venue_put(yz_market *m, const yz_command *c, yz_outcome *out) {
    const yz_venue *given = &c->venue_put.venue;
    uint32_t row = yz_ids_find(m->venues.ids, given->id), division = YZ_ROW_NONE;
    yz_status status = may_put(m, c, row, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    if (given->place.division.size > 0) {
        division = dictionary_find(m, YZ_DIVISIONS, given->place.division);
        if (division == YZ_ROW_NONE) {
            REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_DIVISION,
                                         "/place/division", given->place.division));
        }
    }
    out->created = row == YZ_ROW_NONE;
    if (out->created) row = venue_add(&m->venues, given->id);
    venue_row *v = venue_at(&m->venues, row);
    out->version = v->version;
    if (!out->created && !v->closed && same_venue(v, given, division)) return;
    out->changed = true;
    out->reopened = v->closed;
    if (!out->created) yz_print_subtract(&m->records_print, venue_print(m, row));
    dictionary_use(m, YZ_DIVISIONS, v->division, -1);
    dictionary_use(m, YZ_DIVISIONS, division, 1);
    venue_names(v, given->name_zh, given->name_en);
    v->kind = (uint8_t)given->kind;
    v->channel = (uint8_t)given->channel;
    v->closed = false;
    v->slot_minutes = given->slot_minutes;
    v->division = division;
    v->lat_e7 = given->place.lat_e7;
    v->lon_e7 = given->place.lon_e7;
    v->from_ms = given->from_ms;
    v->to_ms = given->to_ms;
    out->version = ++v->version;
    // With another number of slots the counts of taken places have another length.
    for (uint32_t b = 0; b < yz_ids_count(v->booth_ids) && !has_plan(v); b++) {
        yz_free(booth_at(v, b)->taken);
        booth_at(v, b)->taken = NULL;
        booth_at(v, b)->slots = 0;
    }
    yz_print_add(&m->records_print, venue_print(m, row));
    count_venue(m, row);
}

// The venue, if it is there and open; else what to say.
static yz_status open_venue(const yz_market *m, yz_text id, uint32_t *row, yz_problem *problem) {
    *row = yz_ids_find(m->venues.ids, id);
    if (*row == YZ_ROW_NONE) {
        return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/venue", id);
    }
    if (!venue_at(&m->venues, *row)->closed) return YZ_OK;
    return yz_problem_value(problem, YZ_PROBLEM_VENUE_CLOSED, "/venue", id);
}

void apply_venue_close(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t row;
    yz_status status = open_venue(m, c->named.id, &row, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    venue_row *v = venue_at(&m->venues, row);
    uint32_t wanted = c->named.if_version;
    if (wanted != YZ_VERSION_ANY && wanted != v->version) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_VERSION_MISMATCH, "", wanted, 0,
                                     v->version));
    }
    yz_print_subtract(&m->records_print, venue_print(m, row));
    v->closed = true;
    out->version = ++v->version;
    out->changed = true;
    yz_print_add(&m->records_print, venue_print(m, row));
    count_venue(m, row);
}

// ---- booths ----

static uint32_t booth_find(const venue_row *v, yz_text id) {
    uint32_t row = yz_ids_find(v->booth_ids, id);
    return row != YZ_ROW_NONE && booth_at(v, row)->gone ? YZ_ROW_NONE : row;
}

static uint32_t most_taken(const venue_booth *b) {
    uint32_t most = 0;
    for (uint32_t slot = 0; slot < b->slots; slot++) {
        if (b->taken[slot] > most) most = b->taken[slot];
    }
    return most;
}

static void booth_put(yz_market *m, uint32_t venue, const yz_booth *given, yz_outcome *out) {
    venue_row *v = venue_at(&m->venues, venue);
    uint32_t employer = dictionary_find(m, YZ_EMPLOYERS, given->employer);
    if (employer == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_EMPLOYER, "/employer",
                                     given->employer));
    }
    uint32_t row = yz_ids_find(v->booth_ids, given->id);
    bool is_new = row == YZ_ROW_NONE;
    if (is_new && yz_ids_count(v->booth_ids) >= YZ_BOOTHS_MAX) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_BOOTHS_MAX, 0,
                                     YZ_BOOTHS_MAX));
    }
    uint32_t most = is_new ? 0 : most_taken(booth_at(v, row));
    if (given->capacity < most) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_OUT_OF_RANGE, "/capacity",
                                     given->capacity, most, YZ_BOOTH_CAPACITY_MAX));
    }
    if (is_new) row = booth_add(v, given->id);
    venue_booth *b = booth_at(v, row);
    out->created = is_new || b->gone;
    if (!out->created && b->employer == employer && b->capacity == given->capacity) return;
    out->changed = true;
    if (!is_new) yz_print_subtract(&m->records_print, booth_print(m, venue, row));
    v->booths += out->created;
    dictionary_use(m, YZ_EMPLOYERS, b->employer, -1);
    dictionary_use(m, YZ_EMPLOYERS, employer, 1);
    b->employer = employer;
    b->capacity = given->capacity;
    b->gone = false;
    yz_print_add(&m->records_print, booth_print(m, venue, row));
    count_booth(m, venue, row);
}

static void booth_delete(yz_market *m, uint32_t venue, uint32_t row, yz_outcome *out) {
    venue_row *v = venue_at(&m->venues, venue);
    venue_booth *b = booth_at(v, row);
    if (b->booked > 0 || b->queue.waiting + b->queue.called > 0) {
        out->status = yz_problem_value(&out->problem, YZ_PROBLEM_IN_USE, "/booth",
                                       yz_ids_text(v->booth_ids, row));
        out->problem.given = b->booked + b->queue.waiting + b->queue.called;
        return;
    }
    yz_print_subtract(&m->records_print, booth_print(m, venue, row));
    dictionary_use(m, YZ_EMPLOYERS, b->employer, -1);
    b->employer = YZ_ROW_NONE;
    b->gone = true;
    v->booths -= 1;
    out->changed = true;
    yz_print_add(&m->records_print, booth_print(m, venue, row));
    count_booth(m, venue, row);
}

void apply_booth(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t venue;
    yz_status status = open_venue(m, c->booth.venue, &venue, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    venue_row *v = venue_at(&m->venues, venue);
    if (c->type == YZ_COMMAND_BOOTH_PUT) {
        if (v->kind != YZ_VENUE_FAIR) {
            REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_BAD_CHOICE, "/venue",
                                         YZ_TEXT("station")));
        }
        booth_put(m, venue, &c->booth, out);
        return;
    }
    uint32_t row = booth_find(v, c->booth.id);
    if (row == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_BOOTH, "", c->booth.id));
    }
    booth_delete(m, venue, row, out);
}

// ---- visitors ----

void apply_visit(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t venue;
    yz_status status = open_venue(m, c->visit.venue, &venue, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    venue_row *v = venue_at(&m->venues, venue);
    uint32_t ticket = yz_ids_find(v->ticket_ids, c->visit.ticket);
    bool enters = c->visit.step == YZ_VISIT_ENTER;
    bool inside = ticket != YZ_ROW_NONE && ticket_at(v, ticket)->inside;
    if (inside == enters) return; // already so
    if (ticket == YZ_ROW_NONE && yz_ids_count(v->ticket_ids) >= YZ_TICKETS_MAX) {
        REFUSE(out, yz_problem_range(&out->problem, YZ_PROBLEM_RECORDS_FULL, "", YZ_TICKETS_MAX, 0,
                                     YZ_TICKETS_MAX));
    }
    out->created = ticket == YZ_ROW_NONE;
    if (!out->created) yz_print_subtract(&m->records_print, ticket_print(m, venue, ticket));
    ticket = ticket_of(v, c->visit.ticket);
    venue_ticket *t = ticket_at(v, ticket);
    v->visitors += enters && t->entries == 0;
    v->entries += enters;
    v->inside = enters ? v->inside + 1 : v->inside - 1;
    t->entries += enters;
    t->inside = enters;
    out->changed = true;
    yz_print_add(&m->records_print, ticket_print(m, venue, ticket));
    if (enters) count_entry(m, venue, ticket);
}

// ---- interviews ----

void slot_take(venue_row *v, venue_booth *b, uint32_t slot, int by) {
    if (slot >= b->slots) {
        uint32_t slots = venue_slots(v);
        b->taken = yz_realloc(b->taken, slots);
        memset(b->taken + b->slots, 0, slots - b->slots);
        b->slots = slots;
    }
    b->taken[slot] = (uint8_t)(b->taken[slot] + by);
    b->booked = by > 0 ? b->booked + 1 : b->booked - 1;
    v->booked = by > 0 ? v->booked + 1 : v->booked - 1;
}

static bool is_taken(uint8_t step) {
    return step == YZ_SLOT_BOOKED || step == YZ_SLOT_KEPT;
}

static yz_status may_book(const venue_row *v, const yz_command *c, uint32_t booth,
                          const venue_booking *old, yz_problem *problem) {
    const venue_booth *b = booth_at(v, booth);
    uint32_t slot = c->slot.slot;
    if (slot >= venue_slots(v)) {
        return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, "/slot", slot, 0,
                                (int64_t)venue_slots(v) - 1);
    }
    if (old != NULL && is_taken(old->step)) {
        return yz_problem_value(problem, YZ_PROBLEM_ALREADY_BOOKED, "/seeker",
                                yz_ids_text(v->booth_ids, old->booth));
    }
    if (slot_taken(b, slot) < b->capacity) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_SLOT_TAKEN, "/slot", slot, 0, b->capacity);
}

void apply_slot_step(yz_market *m, const yz_command *c, yz_outcome *out) {
    uint32_t venue;
    yz_status status = open_venue(m, c->slot.venue, &venue, &out->problem);
    if (status != YZ_OK) REFUSE(out, status);
    venue_row *v = venue_at(&m->venues, venue);
    uint32_t booth = booth_find(v, c->slot.booth);
    if (booth == YZ_ROW_NONE) {
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_BOOTH, "/booth", c->slot.booth));
    }
    uint32_t seeker = yz_ids_find(m->seeker_ids, c->slot.seeker);
    if (seeker == YZ_ROW_NONE) {
        REFUSE(out, yz_problem_value(&out->problem, YZ_PROBLEM_UNKNOWN_SEEKER, "/seeker",
                                     c->slot.seeker));
    }
    bool books = c->slot.step == YZ_SLOT_BOOKED;
    uint32_t row = booking_of(v, seeker, c->slot.slot, false);
    const venue_booking *old = row == YZ_ROW_NONE ? NULL : booking_at(v, row);
    bool here = old != NULL && old->booth == booth;
    if (here && old->step == c->slot.step) return; // already so
    if (books) {
        status = may_book(v, c, booth, old, &out->problem);
        if (status != YZ_OK) REFUSE(out, status);
    } else if (!here || old->step != YZ_SLOT_BOOKED) {
        REFUSE(out,
               yz_problem_value(&out->problem, YZ_PROBLEM_NOT_BOOKED, "/seeker", c->slot.seeker));
    }
    out->created = row == YZ_ROW_NONE;
    if (!out->created) yz_print_subtract(&m->records_print, booking_print(m, venue, row));
    row = booking_of(v, seeker, c->slot.slot, true);
    venue_booking *b = booking_at(v, row);
    int by = (int)is_taken((uint8_t)c->slot.step) - (int)is_taken(b->step);
    b->booth = booth;
    b->step = (uint8_t)c->slot.step;
    if (by != 0) slot_take(v, booth_at(v, booth), c->slot.slot, by);
    out->changed = true;
    yz_print_add(&m->records_print, booking_print(m, venue, row));
}

#include "bench/stats_rows.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <string.h>

#define ARENA_BYTES ((size_t)1 << 20) // the longest lists of a record take a few KB

struct stats_row {
    int64_t number, person, county, occupation;
    uint32_t openings;
    uint8_t state, group, type;
    bool is_there;
};

int64_t stats_rows_number(yz_text id) {
    int64_t number = 0;
    if (id.size == 0) return -1;
    for (uint32_t i = 0; i < id.size; i++) {
        char c = id.bytes[i];
        if (c >= '0' && c <= '9') number = number * 10 + (c - '0');
    }
    return number;
}

// ---- records through the market's views ----

// full, part, gig, intern: the first of a set.
static uint8_t first_of(uint32_t types) {
    uint8_t first = 0;
    yz_check(types != 0);
    while ((types >> first & 1) == 0)
        first++;
    return first;
}

static stats_row seen_seeker(const yz_seeker_view *v) {
    return (stats_row){.number = stats_rows_number(v->seeker.id),
                       .person = stats_rows_number(v->seeker.person),
                       .county = stats_rows_number(v->seeker.place.division),
                       .occupation = stats_rows_number(v->seeker.occupation),
                       .state = (uint8_t)v->state,
                       .group = v->seeker.primary_group,
                       .type = first_of(v->seeker.types),
                       .is_there = true};
}

static stats_row seen_posting(const yz_posting_view *v) {
    return (stats_row){.number = stats_rows_number(v->posting.id),
                       .county = stats_rows_number(v->posting.place.division),
                       .occupation = stats_rows_number(v->posting.occupation),
                       .openings = v->posting.openings,
                       .state = (uint8_t)v->state,
                       .type = first_of(v->posting.type),
                       .is_there = true};
}

static bool same(const stats_row *a, const stats_row *b) {
    return a->is_there == b->is_there && a->number == b->number && a->person == b->person &&
           a->county == b->county && a->occupation == b->occupation && a->openings == b->openings &&
           a->state == b->state && a->group == b->group && a->type == b->type;
}

static stats_row *last_of(stats_row **rows, uint32_t *room, uint32_t row) {
    if (row >= *room) {
        uint32_t before = *room;
        *room = row < 512 ? 1024 : row * 2;
        *rows = yz_realloc(*rows, *room * sizeof **rows);
        memset(*rows + before, 0, (*room - before) * sizeof **rows);
    }
    return *rows + row;
}

// ---- rows ----

static void begin_row(stats_rows *r, FILE *file, const yz_command *c) {
    fprintf(file, "%" PRIu64 ",%" PRId64 ",", ++r->count, c->at_ms);
}

static void write_seeker(stats_rows *r, const yz_command *c, const yz_seeker_view *v,
                         bool is_named) {
    stats_row now = seen_seeker(v), *last = last_of(&r->seekers, &r->seeker_room, v->row);
    if (!is_named && same(&now, last)) return;
    *last = now;
    begin_row(r, r->seeker_file, c);
    fprintf(r->seeker_file, "%" PRId64 ",%s,%s,", now.number, yz_command_type_name(c->type).bytes,
            yz_record_state_name((yz_record_state)now.state).bytes);
    if (now.person >= 0) fprintf(r->seeker_file, "%" PRId64, now.person);
    fprintf(r->seeker_file, ",%" PRId64 ",%" PRId64 ",%d,%d\n", now.county, now.occupation,
            now.group, now.type);
}

static void write_posting(stats_rows *r, const yz_command *c, const yz_posting_view *v,
                          bool is_named) {
    stats_row now = seen_posting(v), *last = last_of(&r->postings, &r->posting_room, v->row);
    if (!is_named && same(&now, last)) return;
    *last = now;
    begin_row(r, r->posting_file, c);
    fprintf(r->posting_file, "%" PRId64 ",%s,%" PRId64 ",%" PRId64 ",%d,%" PRIu32 "\n", now.number,
            yz_record_state_name((yz_record_state)now.state).bytes, now.county, now.occupation,
            now.type, now.openings);
}

static void look_at_seeker(stats_rows *r, const yz_command *c, yz_text id, bool is_named) {
    yz_seeker_view v;
    yz_arena_reset(r->arena);
    if (yz_market_seeker(r->market, id, r->arena, &v)) write_seeker(r, c, &v, is_named);
}

static void look_at_posting(stats_rows *r, const yz_command *c, yz_text id, bool is_named) {
    yz_posting_view v;
    yz_arena_reset(r->arena);
    if (yz_market_posting(r->market, id, r->arena, &v)) write_posting(r, c, &v, is_named);
}

static void look_at_all(stats_rows *r, const yz_command *c) {
    yz_seeker_view seeker;
    yz_posting_view posting;
    for (uint32_t row = 0; row < yz_market_seeker_rows(r->market); row++) {
        yz_arena_reset(r->arena);
        if (yz_market_seeker_at(r->market, row, r->arena, &seeker))
            write_seeker(r, c, &seeker, false);
    }
    for (uint32_t row = 0; row < yz_market_posting_rows(r->market); row++) {
        yz_arena_reset(r->arena);
        if (yz_market_posting_at(r->market, row, r->arena, &posting))
            write_posting(r, c, &posting, false);
    }
}

static void write_step(stats_rows *r, const yz_command *c) {
    begin_row(r, r->step_file, c);
    fprintf(r->step_file, "%" PRId64 ",%" PRId64 ",%s,%s\n", stats_rows_number(c->referral.seeker),
            stats_rows_number(c->referral.posting), yz_step_name(c->referral.step).bytes,
            yz_end_reason_name(c->referral.reason).bytes);
    look_at_seeker(r, c, c->referral.seeker, false);
    look_at_posting(r, c, c->referral.posting, false);
}

void stats_rows_after(stats_rows *r, const yz_command *c, const yz_outcome *outcome) {
    if (outcome->status != YZ_OK || outcome->repeated) return;
    bool is_changed = outcome->changed;
    switch (c->type) {
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH:
        if (is_changed) look_at_seeker(r, c, c->seeker_put.seeker.id, true);
        break;
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE:
        if (is_changed) look_at_seeker(r, c, c->named.id, true);
        break;
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH:
        if (is_changed) look_at_posting(r, c, c->posting_put.posting.id, true);
        break;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
        if (is_changed) look_at_posting(r, c, c->named.id, true);
        break;
    case YZ_COMMAND_REFERRAL_STEP:
        if (is_changed) write_step(r, c);
        break;
    case YZ_COMMAND_TICK:
    case YZ_COMMAND_ENTRY_PUT:
    case YZ_COMMAND_ENTRY_DELETE:
    case YZ_COMMAND_PERSON_PUT:
    case YZ_COMMAND_PERSON_PATCH:
    case YZ_COMMAND_PERSON_ERASE: look_at_all(r, c); break;
    default: break; // about no record
    }
}

uint64_t stats_rows_missing(stats_rows *r) {
    uint64_t missing = 0;
    yz_seeker_view seeker;
    yz_posting_view posting;
    for (uint32_t row = 0; row < yz_market_seeker_rows(r->market); row++) {
        yz_arena_reset(r->arena);
        if (!yz_market_seeker_at(r->market, row, r->arena, &seeker)) continue;
        stats_row now = seen_seeker(&seeker);
        missing += !same(&now, last_of(&r->seekers, &r->seeker_room, row));
    }
    for (uint32_t row = 0; row < yz_market_posting_rows(r->market); row++) {
        yz_arena_reset(r->arena);
        if (!yz_market_posting_at(r->market, row, r->arena, &posting)) continue;
        stats_row now = seen_posting(&posting);
        missing += !same(&now, last_of(&r->postings, &r->posting_room, row));
    }
    return missing;
}

// ---- files ----

static FILE *open_in(const char *dir, const char *name) {
    char path[4096];
    snprintf(path, sizeof path, "%s/%s", dir, name);
    FILE *file = fopen(path, "w");
    if (file == NULL) perror(path);
    return file;
}

static bool close_written(FILE *file) {
    if (file == NULL) return false;
    bool well = ferror(file) == 0;
    return fclose(file) == 0 && well;
}

bool stats_rows_init(stats_rows *r, const yz_market *market, const char *dir) {
    *r = (stats_rows){.market = market,
                      .arena = yz_arena_new(ARENA_BYTES),
                      .seeker_file = open_in(dir, "seekers.csv"),
                      .posting_file = open_in(dir, "postings.csv"),
                      .step_file = open_in(dir, "steps.csv")};
    if (r->seeker_file != NULL && r->posting_file != NULL && r->step_file != NULL) return true;
    stats_rows_deinit(r);
    return false;
}

bool stats_rows_deinit(stats_rows *r) {
    bool well = close_written(r->seeker_file);
    well = close_written(r->posting_file) && well;
    well = close_written(r->step_file) && well;
    yz_free(r->seekers);
    yz_free(r->postings);
    yz_arena_free(r->arena);
    return well;
}

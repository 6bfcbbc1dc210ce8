#include "bench/stats_rows.h"

#include "bench/clock.h"
#include "bench/story_commands.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#define ARENA_BYTES ((size_t)1 << 20)

// A record as a row has it.
typedef struct seen {
    int64_t person, county, occupation;
    uint32_t openings;
    uint8_t state, group, type;
} seen;

typedef struct writing {
    stats_rows *rows;
    yz_arena *arena;
    seen *seekers, *postings; // as their last rows say
    FILE *seeker_file, *posting_file, *step_file;
} writing;

int64_t stats_rows_number(yz_text id) {
    int64_t number = 0;
    if (id.size == 0) return -1;
    for (uint32_t i = id.bytes[0] >= '0' && id.bytes[0] <= '9' ? 0 : 1; i < id.size; i++)
        number = number * 10 + (id.bytes[i] - '0');
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

static yz_text id_of(char room[16], char kind, uint32_t number) {
    int size = snprintf(room, 16, "%c%08" PRIu32, kind, number);
    return (yz_text){room, (uint32_t)size};
}

static seen see_seeker(writing *w, uint32_t number) {
    char room[16];
    yz_seeker_view v;
    yz_arena_reset(w->arena);
    yz_check(yz_market_seeker(w->rows->market, id_of(room, 'k', number), w->arena, &v));
    return (seen){.person = stats_rows_number(v.seeker.person),
                  .county = stats_rows_number(v.seeker.place.division),
                  .occupation = stats_rows_number(v.seeker.occupation),
                  .state = (uint8_t)v.state,
                  .group = v.seeker.primary_group,
                  .type = first_of(v.seeker.types)};
}

static seen see_posting(writing *w, uint32_t number) {
    char room[16];
    yz_posting_view v;
    yz_arena_reset(w->arena);
    yz_check(yz_market_posting(w->rows->market, id_of(room, 'p', number), w->arena, &v));
    return (seen){.person = -1,
                  .county = stats_rows_number(v.posting.place.division),
                  .occupation = stats_rows_number(v.posting.occupation),
                  .openings = v.posting.openings,
                  .state = (uint8_t)v.state,
                  .type = first_of(v.posting.type)};
}

static bool same(const seen *a, const seen *b) {
    return a->person == b->person && a->county == b->county && a->occupation == b->occupation &&
           a->openings == b->openings && a->state == b->state && a->group == b->group &&
           a->type == b->type;
}

// ---- rows ----

static void begin_row(writing *w, FILE *file, const yz_command *c) {
    fprintf(file, "%" PRIu64 ",%" PRId64 ",", c->sequence, c->at_ms);
    w->rows->rows += 1;
}

static void write_seeker(writing *w, const yz_command *c, uint32_t number, bool is_named) {
    seen now = see_seeker(w, number);
    if (!is_named && same(&now, &w->seekers[number])) return;
    w->seekers[number] = now;
    begin_row(w, w->seeker_file, c);
    fprintf(w->seeker_file, "%" PRIu32 ",%s,%s,", number, yz_command_type_name(c->type).bytes,
            yz_record_state_name((yz_record_state)now.state).bytes);
    if (now.person >= 0) fprintf(w->seeker_file, "%" PRId64, now.person);
    fprintf(w->seeker_file, ",%" PRId64 ",%" PRId64 ",%d,%d\n", now.county, now.occupation,
            now.group, now.type);
}

static void write_posting(writing *w, const yz_command *c, uint32_t number, bool is_named) {
    seen now = see_posting(w, number);
    if (!is_named && same(&now, &w->postings[number])) return;
    w->postings[number] = now;
    begin_row(w, w->posting_file, c);
    fprintf(w->posting_file, "%" PRIu32 ",%s,%" PRId64 ",%" PRId64 ",%d,%" PRIu32 "\n", number,
            yz_record_state_name((yz_record_state)now.state).bytes, now.county, now.occupation,
            now.type, now.openings);
}

static void write_down(writing *w, const story_event *e, const yz_command *c) {
    if (e->kind <= STORY_CLOSE) {
        write_seeker(w, c, e->seeker, true);
    } else if (e->kind <= STORY_POST_CLOSE) {
        write_posting(w, c, e->posting, true);
    } else if (e->kind == STORY_STEP) {
        begin_row(w, w->step_file, c);
        fprintf(w->step_file, "%" PRIu32 ",%" PRIu32 ",%s,%s\n", e->seeker, e->posting,
                yz_step_name(c->referral.step).bytes, yz_end_reason_name(c->referral.reason).bytes);
        write_seeker(w, c, e->seeker, false);
        write_posting(w, c, e->posting, false);
    }
}

// ---- the market's life ----

static bool apply(stats_rows *r, yz_command *c, int64_t at_ms) {
    yz_problem problem;
    c->sequence = yz_market_sequence(r->market) + 1;
    c->at_ms = at_ms;
    yz_check(yz_market_admit(c, &problem) == YZ_OK);
    uint64_t since = clock_cpu_ns();
    yz_outcome outcome = yz_market_apply(r->market, c, NULL);
    r->apply_ns += clock_cpu_ns() - since;
    return outcome.status == YZ_OK;
}

static void live(writing *w) {
    stats_rows *r = w->rows;
    yz_arena *texts = yz_arena_new(ARENA_BYTES);
    yz_command c;
    story_event e;
    yz_market_bulk_begin(r->market); // nobody asks for matches
    for (uint32_t i = 0; i < story_setup_count(&r->story); i++) {
        yz_arena_reset(texts);
        story_setup_command(&r->story, i, texts, &c);
        yz_check(apply(r, &c, story_begin_ms()));
    }
    r->apply_ns = 0;
    while (r->story.done < story_commands(&r->story)) {
        yz_arena_reset(texts);
        story_next(&r->story, &e);
        story_command(&r->story, &e, texts, &c);
        bool accepted = apply(r, &c, e.at_ms);
        *(accepted ? &r->accepted : &r->refused) += 1;
        if (accepted) write_down(w, &e, &c);
    }
    yz_market_bulk_end(r->market);
    yz_arena_free(texts);
}

// Did anything change a record that no row tells of?
static void look_again(writing *w) {
    stats_rows *r = w->rows;
    for (uint32_t i = 0; i < r->story.seeker_count; i++) {
        seen now = see_seeker(w, i);
        r->unseen += !same(&now, &w->seekers[i]);
    }
    for (uint32_t i = 0; i < r->story.posting_count; i++) {
        seen now = see_posting(w, i);
        r->unseen += !same(&now, &w->postings[i]);
    }
}

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

bool stats_rows_init(stats_rows *r, story_options options, const char *dir) {
    *r = (stats_rows){0};
    story_init(&r->story, options);
    r->market = yz_market_new(
        &(yz_market_options){.hash_key = {options.seed, 1}, .at_ms = story_begin_ms()});
    writing w = {.rows = r,
                 .arena = yz_arena_new(ARENA_BYTES),
                 .seekers = yz_alloc_zeroed(((size_t)options.seekers + options.commands) *
                                            sizeof *w.seekers),
                 .postings = yz_alloc_zeroed(((size_t)options.postings + options.commands) *
                                             sizeof *w.postings),
                 .seeker_file = open_in(dir, "seekers.csv"),
                 .posting_file = open_in(dir, "postings.csv"),
                 .step_file = open_in(dir, "steps.csv")};
    if (w.seeker_file != NULL && w.posting_file != NULL && w.step_file != NULL) {
        live(&w);
        look_again(&w);
    }
    bool well = close_written(w.seeker_file);
    well = close_written(w.posting_file) && well;
    well = close_written(w.step_file) && well;
    yz_free(w.seekers);
    yz_free(w.postings);
    yz_arena_free(w.arena);
    return well;
}

void stats_rows_deinit(stats_rows *r) {
    yz_market_free(r->market);
    story_deinit(&r->story);
}

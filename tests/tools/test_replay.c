/* Days played again, from rows typed or drawn here. The matching is held against a slow twin that
 * knows only the commands: who is free, where, and who was nearest. */
#include "tools/replay.h"

#include "engine/base/alloc.h"
#include "engine/base/random.h"
#include "engine/match/distance.h"
#include "engine/model/time.h"
#include "tools/journal_line.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

#define SEED 20210101
#define ZONES 12
#define WORKERS 9
#define RADIUS_M 5000

static char folder[] = "/tmp/yizhan-test-replay-XXXXXX";

static const char *path_of(const char *name) {
    static char path[4][256];
    static int at;
    at = (at + 1) % 4;
    snprintf(path[at], sizeof path[at], "%s/%s", folder, name);
    return path[at];
}

static void write_file(const char *name, const char *text) {
    FILE *to = fopen(path_of(name), "w");
    cr_assert_not_null(to, "%s", name);
    fputs(text, to);
    fclose(to);
}

// Twelve zones in a row, some 2.5 km from one to the next.
static void make_folder(void) {
    cr_assert_not_null(mkdtemp(folder));
    cr_assert_eq(mkdir(path_of("nyc-green-taxi"), 0700), 0);
    FILE *to = fopen(path_of("nyc-green-taxi/zones.csv"), "w");
    fputs("zone_id,borough,zone,lon,lat\n", to);
    for (int i = 1; i <= ZONES; i++)
        fprintf(to, "%d,Staten Island,\"Zone, %d\",%.3f,40.7\n", i, i, -74.0 + 0.03 * i);
    fclose(to);
}

static void remove_folder(void) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

TestSuite(replay, .init = make_folder, .fini = remove_folder);

#define HEAD "trip_id,pickup_at,dropoff_at,pickup_zone,dropoff_zone,fare_amount,tip_amount\n"

static replay_source source_of(const char **file, bool match) {
    return (replay_source){.datasets = folder,
                           .files = file,
                           .file_count = 1,
                           .match = match,
                           .workers = match ? WORKERS : 0,
                           .radius_m = RADIUS_M,
                           .patience_ms = 900000,
                           .seed = 1};
}

static void read_taxi(const char *name, bool match, replay_tape *tape) {
    const char *file = path_of(name);
    replay_source source = source_of(&file, match);
    replay_tape_init(tape);
    cr_assert(replay_read_taxi(&source, tape), "%s", tape->why);
}

static bool read_lines(const char *name, bool match, replay_tape *tape) {
    const char *file = path_of(name);
    replay_source source = source_of(&file, match);
    replay_tape_init(tape);
    return replay_read_lines(&source, tape);
}

static replay_report *run(const replay_tape *tape, replay_options how) {
    replay_report *report = yz_alloc(sizeof *report);
    char why[REPLAY_WHY_MAX];
    cr_assert(replay_run(tape, &how, report, why), "%s", why);
    return report;
}

static void expect_same_digest(const replay_report *a, const replay_report *b) {
    char x[YZ_DIGEST_TEXT_MAX], y[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(a->digest, x);
    yz_digest_text(b->digest, y);
    cr_assert_str_eq(x, y);
    cr_assert_eq(a->sequence, b->sequence);
}

// A day of drawn trips: more than the fleet can serve at times.
static void draw_day(const char *name, uint64_t seed, uint32_t trips) {
    yz_random random = yz_random_seeded(seed);
    FILE *to = fopen(path_of(name), "w");
    fputs(HEAD, to);
    uint32_t second = 0;
    for (uint32_t i = 0; i < trips; i++) {
        second += (uint32_t)yz_random_below(&random, 240);
        uint32_t end = second + (uint32_t)yz_random_below(&random, 2400);
        fprintf(
            to, "t%05u,2021-01-%02uT%02u:%02u:%02u,2021-01-%02uT%02u:%02u:%02u,%u,%u,%u.5,0\n", i,
            1 + second / 86400, second / 3600 % 24, second / 60 % 60, second % 60, 1 + end / 86400,
            end / 3600 % 24, end / 60 % 60, end % 60, 1 + (uint32_t)yz_random_below(&random, ZONES),
            1 + (uint32_t)yz_random_below(&random, ZONES), (uint32_t)yz_random_below(&random, 60));
    }
    fclose(to);
}

// ---- rows ----

static uint64_t rejected_for(const replay_tape *tape, const char *what) {
    for (uint32_t i = 0; i < tape->reason_count; i++) {
        if (strstr(tape->reasons[i].what, what) != NULL) return tape->reasons[i].count;
    }
    return 0;
}

Test(replay, a_taxi_row_that_cannot_be_is_left_out_and_counted) {
    write_file("trips-2021-01.csv", HEAD "a,2021-01-01T00:10:00,2021-01-01T00:20:00,1,2,12.5,0\n"
                                         "b,2009-01-01T00:10:00,2009-01-01T00:20:00,1,2,12.5,0\n"
                                         "c,2020-12-31T23:59:59,2021-01-01T00:20:00,1,2,12.5,0\n"
                                         "d,2021-01-01T00:30:00,2021-01-01T00:20:00,1,2,12.5,0\n"
                                         "e,2021-01-01T00:30:00,2021-01-02T00:20:00,1,2,12.5,0\n"
                                         "f,2021-01-01T00:30:00,2021-01-01T00:40:00,264,2,12.5,0\n"
                                         "g,2021-01-01T00:30:00,2021-01-01T00:40:00,1,,12.5,0\n"
                                         "h,2021-01-01T00:30:00,2021-01-01T00:40:00,1,2,-3,0\n"
                                         "i,2021-01-01T00:30:00,2021-01-01T00:40:00,1,2,dear,0\n"
                                         "j,2021-01-01T00:30,2021-01-01T00:40:00,1,2,3,0\n"
                                         ",2021-01-01T00:30:00,2021-01-01T00:40:00,1,2,3,0\n"
                                         "k,2021-01-01T00:05:00,2021-01-01T00:05:00,3,3,,\n"
                                         "a,2021-01-01T00:10:00,2021-01-01T00:20:00,1,2,12.5,0\n");
    replay_tape tape;
    read_taxi("trips-2021-01.csv", true, &tape);
    cr_assert_eq(tape.rows, 13u);
    cr_assert_eq(tape.rejected, 11u);
    cr_assert_eq(tape.events, 4u, "two trips are left");
    cr_assert_eq(rejected_for(&tape, "wrong clock"), 2u);
    cr_assert_eq(rejected_for(&tape, "ends before it begins"), 1u);
    cr_assert_eq(rejected_for(&tape, "longer than 12 hours"), 1u);
    cr_assert_eq(rejected_for(&tape, "pickup_zone unknown"), 1u);
    cr_assert_eq(rejected_for(&tape, "dropoff_zone unknown"), 1u);
    cr_assert_eq(rejected_for(&tape, "negative fare"), 1u);
    cr_assert_eq(rejected_for(&tape, "fare_amount is no number"), 1u);
    cr_assert_eq(rejected_for(&tape, "pickup_at is no time"), 1u);
    cr_assert_eq(rejected_for(&tape, "no trip_id"), 1u);
    cr_assert_eq(rejected_for(&tape, "a second time"), 1u);
    // In the order of time: k before a, whatever the file says.
    const replay_item *last = &tape.items[tape.count - 1], *before = last - 1;
    const yz_posting *p = &last->command.posting_put.posting;
    cr_assert(yz_text_equal(p->id, YZ_TEXT("a")));
    cr_assert(yz_text_equal(before->command.posting_put.posting.id, YZ_TEXT("k")));
    cr_assert(!before->command.posting_put.posting.has_wage, "a blank fare is no wage");
    int64_t from_ms = 0;
    yz_time_parse(YZ_TEXT("2021-01-01T00:10:00+08:00"), YZ_DAY_BEGIN, &from_ms);
    cr_assert_eq(last->command.at_ms, from_ms);
    cr_assert_eq(p->gig_to_ms - p->gig_from_ms, 600000);
    cr_assert_eq(p->wage_max_fen, 1250);
    cr_assert_eq(last->work_ms, 600000);
    cr_assert_eq(last->to.lon_e7, -739400000);
    cr_assert_eq(p->place.lon_e7, -739700000);
    cr_assert(yz_text_equal(p->place.division, YZ_TEXT("nyc-staten-island")));
    replay_tape_deinit(&tape);
}

Test(replay, a_set_that_is_not_there_is_named) {
    const char *file = path_of("none.csv");
    replay_source source = source_of(&file, false);
    replay_tape tape;
    replay_tape_init(&tape);
    cr_assert(!replay_read_taxi(&source, &tape));
    cr_assert_not_null(strstr(tape.why, "none.csv"), "%s", tape.why);
    replay_tape_deinit(&tape);
}

// ---- what the commands say, retold ----

typedef struct taxi {
    char id[32];
    yz_place place;
    bool busy;
    uint32_t rides;
} taxi;

typedef struct ride {
    char id[16];
    yz_place place;
    int64_t opened_ms, over_ms;
    bool open, taken;
} ride;

typedef struct twin {
    taxi taxis[4 * WORKERS];
    ride rides[1000];
    uint32_t taxi_count, ride_count, placed, not_nearest;
    json_out lines; // everything, to be read again
    double radius_km;
} twin;

static taxi *taxi_of(twin *t, yz_text id) {
    for (uint32_t i = 0; i < t->taxi_count; i++) {
        if (yz_text_equal(yz_text_of(t->taxis[i].id), id)) return &t->taxis[i];
    }
    taxi *made = &t->taxis[t->taxi_count++];
    snprintf(made->id, sizeof made->id, "%.*s", (int)id.size, id.bytes);
    return made;
}

static ride *ride_of(twin *t, yz_text id) {
    for (uint32_t i = t->ride_count; i-- > 0;) {
        if (yz_text_equal(yz_text_of(t->rides[i].id), id)) return &t->rides[i];
    }
    ride *made = &t->rides[t->ride_count++];
    snprintf(made->id, sizeof made->id, "%.*s", (int)id.size, id.bytes);
    return made;
}

static double apart(const yz_place *a, const yz_place *b) {
    return yz_distance_km(a->lat_e7, a->lon_e7, b->lat_e7, b->lon_e7);
}

// Somebody takes a gig: nobody who is free may have been nearer, nor within reach of a gig before.
static void expect_nearest(twin *t, const ride *r, const taxi *chosen) {
    double km = apart(&r->place, &chosen->place);
    cr_assert(!chosen->busy, "%s is driving", chosen->id);
    cr_assert(r->open && !r->taken, "%s is gone", r->id);
    cr_assert_leq(km, t->radius_km);
    for (uint32_t i = 0; i < t->taxi_count; i++) {
        const taxi *other = &t->taxis[i];
        if (other->busy || other == chosen) continue;
        cr_assert_geq(apart(&r->place, &other->place), km - 1e-9, "%s was nearer to %s than %s",
                      other->id, r->id, chosen->id);
    }
}

static void retell_step(twin *t, const yz_command *c) {
    ride *r = ride_of(t, c->referral.posting);
    taxi *x = taxi_of(t, c->referral.seeker);
    if (c->referral.step == YZ_STEP_HELD) expect_nearest(t, r, x);
    if (c->referral.step == YZ_STEP_PLACED) {
        x->busy = r->taken = true;
        x->rides += 1;
        t->placed += 1;
        r->over_ms += c->at_ms; // was the length
        cr_assert_leq(c->at_ms - r->opened_ms, 900000, "%s waited too long", r->id);
    }
    if (c->referral.step == YZ_STEP_ENDED) cr_assert_eq(c->at_ms, r->over_ms, "%s", r->id);
}

static bool retell(void *context, const yz_command *c) {
    twin *t = context;
    journal_line(&t->lines, c);
    switch (c->type) {
    case YZ_COMMAND_SEEKER_PUT:
    case YZ_COMMAND_SEEKER_PATCH: {
        taxi *x = taxi_of(t, c->seeker_put.seeker.id);
        x->place = c->seeker_put.seeker.place;
        break;
    }
    case YZ_COMMAND_SEEKER_RESUME: taxi_of(t, c->named.id)->busy = false; break;
    case YZ_COMMAND_POSTING_PUT: {
        const yz_posting *p = &c->posting_put.posting;
        ride *r = ride_of(t, p->id);
        r->place = p->place;
        r->opened_ms = c->at_ms;
        r->over_ms = p->gig_to_ms > p->gig_from_ms ? p->gig_to_ms - p->gig_from_ms : 1;
        r->open = true;
        break;
    }
    case YZ_COMMAND_POSTING_CLOSE: {
        ride *r = ride_of(t, c->named.id);
        r->open = false;
        if (r->taken) cr_assert_eq(c->at_ms, r->over_ms, "%s is closed under way", r->id);
        break;
    }
    case YZ_COMMAND_REFERRAL_STEP: retell_step(t, c); break;
    default: break;
    }
    return true;
}

static twin *twin_new(void) {
    twin *t = yz_alloc_zeroed(sizeof *t);
    json_out_init(&t->lines, (size_t)64 << 20);
    t->radius_km = RADIUS_M / 1000.0;
    return t;
}

static void twin_free(twin *t) {
    json_out_deinit(&t->lines);
    yz_free(t);
}

Test(replay, who_takes_a_gig_is_free_near_and_the_nearest) {
    for (uint64_t seed = SEED; seed < SEED + 5; seed++) {
        replay_tape tape;
        twin *t = twin_new();
        draw_day("trips-2021-01.csv", seed, 400);
        read_taxi("trips-2021-01.csv", true, &tape);
        replay_report *report = run(&tape, (replay_options){.match = true, .sink = {t, retell}});
        cr_assert_eq(report->refused, 0u, "seed %lu: %s", seed, report->refusals[0].what);
        cr_assert_eq(report->placed, t->placed, "seed %lu", seed);
        cr_assert_eq(report->placed + report->unfilled, report->postings, "seed %lu", seed);
        // The day is neither too easy nor too hard to show anything.
        cr_assert_gt(report->placed, 200u, "seed %lu", seed);
        cr_assert_gt(report->unfilled, 10u, "seed %lu", seed);
        cr_assert_gt(report->wait_ms.max, 60000u, "seed %lu: somebody waited", seed);
        yz_free(report);
        twin_free(t);
        replay_tape_deinit(&tape);
    }
}

// ---- the same again ----

Test(replay, the_same_tape_twice_is_the_same_digest) {
    draw_day("trips-2021-01.csv", SEED, 300);
    for (int match = 0; match < 2; match++) {
        replay_tape tape, again;
        read_taxi("trips-2021-01.csv", match, &tape);
        read_taxi("trips-2021-01.csv", match, &again);
        replay_report *a = run(&tape, (replay_options){.match = match});
        replay_report *b = run(&again, (replay_options){.match = match});
        expect_same_digest(a, b);
        cr_assert_eq(a->refused, 0u, "%s", a->refusals[0].what);
        cr_assert_eq(a->events, match ? a->postings + a->placed : 600u);
        yz_free(a);
        yz_free(b);
        replay_tape_deinit(&tape);
        replay_tape_deinit(&again);
    }
}

Test(replay, another_tape_is_another_digest) {
    replay_tape tape;
    draw_day("trips-2021-01.csv", SEED, 50);
    read_taxi("trips-2021-01.csv", false, &tape);
    replay_report *a = run(&tape, (replay_options){0});
    uint32_t at = 0;
    while (tape.items[at].command.type != YZ_COMMAND_SEEKER_PUT)
        at += 1;
    tape.items[at].command.seeker_put.seeker.radius_m += 1;
    replay_report *b = run(&tape, (replay_options){0});
    cr_assert_neq(memcmp(&a->digest, &b->digest, sizeof a->digest), 0);
    yz_free(a);
    yz_free(b);
    replay_tape_deinit(&tape);
}

Test(replay, the_commands_of_a_run_replayed_from_their_lines_end_in_its_digest) {
    for (int match = 0; match < 2; match++) {
        replay_tape tape, lines;
        twin *t = twin_new();
        t->radius_km = match ? t->radius_km : 1e9;
        draw_day("trips-2021-01.csv", SEED, 300);
        read_taxi("trips-2021-01.csv", match, &tape);
        replay_report *a = run(&tape, (replay_options){.match = match, .sink = {t, retell}});
        json_out_text(&t->lines);
        FILE *to = fopen(path_of("commands.ndjson"), "w");
        fwrite(t->lines.bytes, 1, t->lines.size, to);
        fclose(to);
        cr_assert(read_lines("commands.ndjson", false, &lines), "%s", lines.why);
        cr_assert(lines.sequenced);
        cr_assert_eq(lines.count, a->commands);
        replay_report *b = run(&lines, (replay_options){0});
        expect_same_digest(a, b);
        cr_assert_eq(a->placed, b->placed);
        yz_free(a);
        yz_free(b);
        twin_free(t);
        replay_tape_deinit(&tape);
        replay_tape_deinit(&lines);
    }
}

Test(replay, with_speed_the_real_clock_is_waited_for_and_a_missing_month_is_not) {
    write_file("trips.csv", HEAD "a,2021-01-01T00:00:00,2021-01-01T00:01:00,1,2,12.5,0\n"
                                 "b,2021-03-01T00:00:00,2021-03-01T00:01:00,1,2,12.5,0\n");
    replay_tape tape;
    read_taxi("trips.csv", false, &tape);
    replay_report *a = run(&tape, (replay_options){0});
    replay_report *b = run(&tape, (replay_options){.speed = 1000});
    expect_same_digest(a, b);
    cr_assert_geq(b->seconds, 0.12, "two minutes of data are 0.12 s"); // never less; more is fine
    cr_assert_gt(b->gaps_ms, (uint64_t)50 * 86400000);
    yz_free(a);
    yz_free(b);
    replay_tape_deinit(&tape);
}

// ---- lines that cannot be replayed ----

#define TICK(sequence, at) "{" sequence "\"at\":\"" at "\",\"type\":\"tick\"}\n"

Test(replay, lines_that_cannot_be_replayed_are_refused_by_file_and_line) {
    static const struct {
        const char *lines, *why;
    } CASES[] = {
        {TICK("", "2021-01-02") TICK("", "2021-01-01"), "x.ndjson:2: \"at\" lies before"},
        {TICK("\"sequence\":7,", "2021-01-02"), "x.ndjson:1: the journal begins at sequence 7"},
        {TICK("\"sequence\":1,", "2021-01-02") TICK("\"sequence\":3,", "2021-01-02"),
         "x.ndjson:2: sequence 3 where 2 comes next"},
        {TICK("", "2021-01-02") TICK("\"sequence\":2,", "2021-01-02"),
         "x.ndjson:2: a \"sequence\" where the lines before have none"},
        {TICK("", "2021-01-02") "\n{\"at\":\"2021-01-02\",\"type\":\"seeker_pause\"}\n",
         "x.ndjson:3: /id: missing_field"},
        {"hello\n", "x.ndjson:1: bad_json"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        replay_tape tape;
        write_file("x.ndjson", CASES[i].lines);
        cr_assert(!read_lines("x.ndjson", false, &tape), "%s", CASES[i].lines);
        cr_assert_not_null(strstr(tape.why, CASES[i].why), "%s\nsays %s", CASES[i].lines, tape.why);
        replay_tape_deinit(&tape);
    }
    replay_tape tape;
    replay_report *report = yz_alloc(sizeof *report);
    char why[REPLAY_WHY_MAX];
    write_file("x.ndjson", "");
    cr_assert(read_lines("x.ndjson", false, &tape));
    cr_assert(!replay_run(&tape, &(replay_options){0}, report, why), "nothing is no replay");
    replay_tape_deinit(&tape);
    yz_free(report);
}

Test(replay, ticks_are_put_in_where_lines_have_none) {
    write_file("x.ndjson",
               "{\"at\":\"2021-01-01\",\"type\":\"posting_put\",\"posting\":{\"id\":\"p\","
               "\"title\":\"t\",\"place\":{\"lat\":1,\"lon\":2},\"type\":\"gig\","
               "\"valid_to\":\"2021-01-02\"}}\n"
               "{\"at\":\"2021-01-09\",\"type\":\"posting_pause\",\"id\":\"p\"}\n");
    replay_tape tape;
    cr_assert(read_lines("x.ndjson", false, &tape), "%s", tape.why);
    replay_report *report = run(&tape, (replay_options){0});
    cr_assert_eq(report->commands, 3u, "a tick between the two");
    cr_assert_eq(report->refused, 1u, "it had expired");
    yz_free(report);
    replay_tape_deinit(&tape);
}

// ---- what if ----

static replay_changes changes_of(const char *text) {
    replay_changes changes;
    char why[REPLAY_WHY_MAX];
    cr_assert(replay_changes_read(yz_text_of(text), &changes, why), "%s: %s", text, why);
    return changes;
}

static replay_report *what_if(const replay_tape *tape, const char *text) {
    replay_changes changes = changes_of(text);
    return run(tape, (replay_options){.match = true, .changes = &changes});
}

Test(replay, no_change_changes_nothing) {
    replay_tape tape;
    draw_day("trips-2021-01.csv", SEED, 300);
    read_taxi("trips-2021-01.csv", true, &tape);
    replay_report *a = run(&tape, (replay_options){.match = true});
    replay_report *b = what_if(&tape, "# nothing\n\n  \n");
    expect_same_digest(a, b);
    cr_assert_eq(a->placed, b->placed);
    cr_assert_eq(a->wage_fen_sum, b->wage_fen_sum);
    cr_assert_eq(a->km_sum, b->km_sum);
    cr_assert_eq(memcmp(&a->wait_ms, &b->wait_ms, sizeof a->wait_ms), 0);
    yz_free(a);
    yz_free(b);
    replay_tape_deinit(&tape);
}

// One taxi in zone 1, one trip in zone 5, some 10 km away: 5 km more bring it there.
Test(replay, changes_do_what_they_say) {
    write_file("trips.csv", HEAD "a,2021-01-01T00:00:00,2021-01-01T00:10:00,1,2,10.0,0\n"
                                 "b,2021-01-01T00:30:00,2021-01-01T00:40:00,5,6,20.0,0\n");
    replay_tape tape;
    const char *file = path_of("trips.csv");
    replay_source source = source_of(&file, true);
    source.workers = 1;
    replay_tape_init(&tape);
    cr_assert(replay_read_taxi(&source, &tape), "%s", tape.why);
    replay_report *a = run(&tape, (replay_options){.match = true});
    cr_assert_eq(a->placed, 1u);
    cr_assert_eq(a->unfilled, 1u);
    cr_assert_eq(a->wage_fen_sum, 1000);
    replay_report *b = what_if(&tape, "radius + 5 km\n");
    cr_assert_eq(b->placed, 2u);
    cr_assert_eq(b->wage_fen_sum, 3000);
    cr_assert_gt(b->km_sum, a->km_sum + 7);
    yz_free(b);
    b = what_if(&tape, "radius + 100%\r\nwage + 10 %");
    cr_assert_eq(b->placed, 2u);
    cr_assert_eq(b->wage_fen_sum, 3300);
    yz_free(b);
    b = what_if(&tape, "openings x 2\nworkers x 2 # both go to the first\n");
    cr_assert_eq(b->openings, 4u);
    cr_assert_eq(b->placed, 2u);
    cr_assert_eq(b->wage_fen_sum, 2000);
    yz_free(b);
    yz_free(a);
    replay_tape_deinit(&tape);
}

Test(replay, a_change_that_cannot_be_read_says_which_line) {
    static const char *const WRONG[] = {"radius + 5",    "radius x 2",   "openings + 1",
                                        "openings x 0",  "booths x 1.5", "wage + 10 km",
                                        "wage - 101 %",  "salary x 2",   "radius + 5 km now",
                                        "radius + x km", "+ 5 km",       "workers x 101"};
    for (size_t i = 0; i < sizeof WRONG / sizeof WRONG[0]; i++) {
        char text[100], why[REPLAY_WHY_MAX];
        replay_changes changes;
        snprintf(text, sizeof text, "# one\n%s\n", WRONG[i]);
        cr_assert(!replay_changes_read(yz_text_of(text), &changes, why), "%s", WRONG[i]);
        cr_assert_not_null(strstr(why, "line 2: "), "%s: %s", WRONG[i], why);
        cr_assert_not_null(strstr(why, "openings x 2"), "says what can be said: %s", why);
    }
}

#define QUEUE(at, ticket, step)                                                                    \
    "{\"at\":\"2021-01-01T" at ":03+08:00\",\"type\":\"queue_step\",\"venue\":\"f\",\"booth\":"    \
    "\"1\",\"ticket\":\"" ticket "\",\"step\":\"" step "\"}\n"

Test(replay, booths_are_doubled_up_to_what_a_booth_may_have) {
    write_file("x.ndjson",
               "{\"at\":\"2021-01-01\",\"type\":\"entry_put\",\"dictionary\":\"employers\","
               "\"entry\":{\"id\":\"e\"}}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"venue_put\",\"id\":\"f\",\"kind\":\"fair\","
               "\"place\":{\"lat\":1,\"lon\":2},\"from\":\"2021-01-01\",\"to\":\"2021-01-02\","
               "\"slot_minutes\":15}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"booth_put\",\"venue\":\"f\",\"id\":\"1\","
               "\"employer\":\"e\",\"capacity\":1}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"seeker_put\",\"seeker\":{\"id\":\"a\",\"place\":"
               "{\"lat\":1,\"lon\":2},\"radius_km\":5,\"types\":[\"gig\"]}}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"seeker_put\",\"seeker\":{\"id\":\"b\",\"place\":"
               "{\"lat\":1,\"lon\":2},\"radius_km\":5,\"types\":[\"gig\"]}}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"slot_step\",\"venue\":\"f\",\"booth\":\"1\","
               "\"seeker\":\"a\",\"slot\":0,\"step\":\"booked\"}\n"
               "{\"at\":\"2021-01-01\",\"type\":\"slot_step\",\"venue\":\"f\",\"booth\":\"1\","
               "\"seeker\":\"b\",\"slot\":0,\"step\":\"booked\"}\n"
               "{\"at\":\"2021-01-01T00:00:01+08:00\",\"type\":\"slot_step\",\"venue\":\"f\","
               "\"booth\":\"1\",\"seeker\":\"a\",\"slot\":1,\"step\":\"booked\"}\n"
               "{\"at\":\"2021-01-01T00:00:02+08:00\",\"type\":\"slot_step\",\"venue\":\"f\","
               "\"booth\":\"1\",\"seeker\":\"a\",\"slot\":1,\"step\":\"cancelled\"}\n" //
               QUEUE("00:00", "t1", "joined") QUEUE("00:00", "t1", "called")
                   QUEUE("00:10", "t1", "served") QUEUE("00:10", "t2", "joined")
                       QUEUE("00:10", "t3", "joined"));
    replay_tape tape;
    cr_assert(read_lines("x.ndjson", false, &tape), "%s", tape.why);
    replay_report *a = run(&tape, (replay_options){0});
    replay_changes changes = changes_of("booths x 2");
    replay_report *b = run(&tape, (replay_options){.changes = &changes});
    cr_assert_eq(a->interviews, 1u, "b's was refused, one of a's cancelled");
    cr_assert_eq(a->slot_taken, 1u);
    cr_assert_eq(b->interviews, 2u);
    cr_assert_eq(b->slot_taken, 0u);
    // t1 was told nothing, since nobody had been served; t2 is the first; t3 waits for one of ten
    // minutes, or at two tables for half of that.
    cr_assert_eq(a->queued, 3u);
    cr_assert_eq(a->expected_wait_ms.count, 2u);
    cr_assert_eq(a->expected_wait_ms.sum, 600000u);
    cr_assert_eq(b->expected_wait_ms.sum, 300000u);
    cr_assert_eq(a->refused, 1u, "one interview at a time");
    cr_assert_eq(b->refused, 0u, "two at a time: %s", b->refusals[0].what);
    yz_free(a);
    yz_free(b);
    replay_tape_deinit(&tape);
}

// ---- orders ----

#define H2_HEAD                                                                                    \
    "job_id,source_year,posted_at,decided_at,status,start_date,end_date,title,occupation_code,"    \
    "occupation_title,crop,employer_ref,state,lat,lon,headcount_requested,headcount_certified,"    \
    "wage_min,wage_unit,full_time,education\n"

Test(replay, h2_orders_open_when_posted_close_when_refused_and_expire_after_their_last_day) {
    static const char *const SETS[] = {"us-places", "onet-29.3", "us-h2-seasonal-jobs"};
    for (int i = 0; i < 3; i++)
        cr_assert_eq(mkdir(path_of(SETS[i]), 0700), 0);
    write_file("us-places/places.csv.gz", "state_code,state_name,county,city,lat,lon\n");
    write_file(
        "onet-29.3/skills.tsv.gz",
        "onet_soc\telement_id\telement\tscale\tvalue\tn\tse\tsuppress\tnot_relevant\tdate\n");
    write_file(
        "us-h2-seasonal-jobs/jobs.csv.gz", H2_HEAD
        "a,2010,2010-01-05,2010-02-01,CERTIFIED,2010-03-01,2010-05-31,Picker,,,,e1,CA,34,-118,2,2,"
        "9.5,hour,Y,\n"
        "b,2010,2010-01-06,2010-01-20,DENIED,2010-03-01,2010-05-31,Cook,,,,e1,CA,34,-118,1,,"
        "9,hour,Y,\n"
        "c,2010,2010-01-07,2010-02-01,CERTIFIED,2009-03-01,2009-05-31,Cook,,,,e1,CA,34,-118,1,,"
        "9,hour,Y,\n"
        "d,2010,2010-07-01,,CERTIFIED,2010-08-01,2010-08-31,Packer,,,,e2,CA,34,-118,3,,"
        "9,hour,N,\n"
        "e,2006,,,CERTIFIED,2010-08-01,2010-08-31,Packer,,,,e2,CA,34,-118,3,,9,hour,N,\n");
    replay_source source = {.datasets = folder, .seed = 1, .workers = 4};
    replay_tape tape;
    replay_tape_init(&tape);
    cr_assert(replay_read_h2(&source, &tape), "%s", tape.why);
    cr_assert_eq(tape.rows, 5u);
    cr_assert_eq(tape.rejected, 2u);
    cr_assert_eq(rejected_for(&tape, "over before it was posted"), 1u);
    cr_assert_eq(rejected_for(&tape, "no day of posting"), 1u);
    cr_assert_eq(tape.events, 4u, "three orders, one refusal");
    replay_report *a = run(&tape, (replay_options){0});
    cr_assert_eq(a->refused, 0u, "%s", a->refusals[0].what);
    cr_assert_eq(a->postings, 3u);
    cr_assert_eq(a->openings, 6u);
    // Entries, three orders, one close, and the tick after the last of May.
    cr_assert_eq(a->commands, tape.count + 1u);
    yz_free(a);
    replay_tape_deinit(&tape);

    source.match = true;
    replay_tape_init(&tape);
    cr_assert(replay_read_h2(&source, &tape), "%s", tape.why);
    a = run(&tape, (replay_options){.match = true});
    cr_assert_eq(a->refused, 0u, "%s", a->refusals[0].what);
    cr_assert_gt(a->placed, 0u);
    cr_assert_leq(a->placed, 6u);
    cr_assert_geq(a->last_ms, tape.items[tape.count - 1].command.at_ms);
    yz_free(a);
    replay_tape_deinit(&tape);
}

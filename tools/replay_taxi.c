/* nyc-green-taxi: a trip is a gig, and whoever drove it is free again where it ended.
 *
 *   when     local time as written is the market's local time
 *   gig      appears at the pick-up, in the centre of its zone; its interval is the trip's, its
 * wage the fare as the wage of a day (a blank fare: no wage), one opening worker   vehicles are not
 * told apart in the set, so there is a fleet: as many as the busiest moment needed and a quarter
 * more, the first of them free where the first trips begin
 *
 *   to match    who drives is chosen when the gig appears; the trip lasts as long as it did
 *   all that happened    drives who has been free longest in that zone, else who has been free
 *                        longest anywhere: pause at the pick-up; at the drop-off the gig is closed,
 *                        and the worker moved there and resumed
 *
 * Left out, and counted: an unknown zone, a time that is none, a clock that is wrong (a pick-up
 * outside the month of its file), an end before the beginning, longer than 12 hours, a negative
 * fare. */
#include "tools/adapter.h"
#include "tools/replay.h"
#include "tools/table.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

#define ZONES_MAX 1024
#define TRIP_MS_MAX ((int64_t)12 * 3600 * 1000)
#define AFTER_MS ((int64_t)3600 * 1000)
#define WORKERS_MAX 100000
#define SET "nyc-green-taxi"

typedef struct zone {
    bool there;
    yz_place place;
    yz_text title; // "Taxi ride to Astoria"
} zone;

typedef struct trip {
    yz_text id;
    int64_t from_ms, to_ms;
    uint32_t from, to; // zones
    int64_t fare_fen;  // -1: not said
} trip;

typedef struct reading {
    const replay_source *source;
    replay_tape *tape;
    zone zones[ZONES_MAX];
    trip *trips; // owned
    uint32_t count, room;
    char month[8]; // "2021-01", of the file's name; "": any
} reading;

// ---- the zones ----

static const char *const ZONE_COLUMNS[] = {"zone_id", "borough", "zone", "lon", "lat"};

static yz_text joined(yz_arena *arena, const char *before, yz_text text) {
    size_t size = strlen(before);
    char *to = yz_arena_take(arena, size + text.size + 1);
    if (to == NULL) return YZ_TEXT("");
    memcpy(to, before, size);
    if (text.size > 0) memcpy(to + size, text.bytes, text.size);
    return (yz_text){to, (uint32_t)size + text.size};
}

// "Staten Island" -> "nyc-staten-island"
static yz_text borough_id(yz_arena *arena, yz_text name) {
    yz_text id = joined(arena, "nyc-", name);
    char *to = (char *)(uintptr_t)id.bytes;
    for (uint32_t i = 4; i < id.size; i++) {
        if (to[i] >= 'A' && to[i] <= 'Z') to[i] = (char)(to[i] + 32);
        if (to[i] == ' ') to[i] = '-';
    }
    return id;
}

static bool take_zone(void *context, uint64_t row, const yz_text *cells) {
    reading *r = context;
    double id, lon, lat;
    (void)row;
    if (!cell_number(cells[0], 1, ZONES_MAX - 1, &id) || !cell_number(cells[3], -180, 180, &lon) ||
        !cell_number(cells[4], -90, 90, &lat)) {
        return true;
    }
    r->zones[(uint32_t)id] = (zone){.there = true,
                                    .place = {.lat_e7 = (int32_t)lround(lat * 1e7),
                                              .lon_e7 = (int32_t)lround(lon * 1e7),
                                              .division = borough_id(r->tape->arena, cells[1])},
                                    .title = joined(r->tape->arena, "Taxi ride to ", cells[2])};
    return true;
}

static void put_entry(reading *r, int64_t at_ms, yz_dictionary dictionary, yz_text id) {
    replay_item *item = replay_tape_add(r->tape);
    item->command.type = YZ_COMMAND_ENTRY_PUT;
    item->command.at_ms = at_ms;
    item->command.entry_put.dictionary = dictionary;
    item->command.entry_put.entry = (yz_entry){.id = id, .name_en = id};
}

static void put_boroughs(reading *r, int64_t at_ms) {
    for (uint32_t i = 0; i < ZONES_MAX; i++) {
        bool known = !r->zones[i].there;
        for (uint32_t k = 0; k < i && !known; k++) {
            known = r->zones[k].there &&
                    yz_text_equal(r->zones[k].place.division, r->zones[i].place.division);
        }
        if (!known) put_entry(r, at_ms, YZ_DIVISIONS, r->zones[i].place.division);
    }
    put_entry(r, at_ms, YZ_OCCUPATIONS, YZ_TEXT("taxi-driver"));
}

// ---- the trips ----

enum { ID, PICKUP_AT, DROPOFF_AT, PICKUP, DROPOFF, FARE };
static const char *const TRIP_COLUMNS[] = {"trip_id",     "pickup_at",    "dropoff_at",
                                           "pickup_zone", "dropoff_zone", "fare_amount"};

static bool local_time(yz_text cell, int64_t *at_ms) {
    char text[48];
    if (cell.size != 19) return false;
    int size = snprintf(text, sizeof text, "%.19s+08:00", cell.bytes);
    return yz_time_parse((yz_text){text, (uint32_t)size}, YZ_DAY_BEGIN, at_ms);
}

static uint32_t zone_of(const reading *r, yz_text cell) {
    double id;
    if (!cell_number(cell, 1, ZONES_MAX - 1, &id) || !r->zones[(uint32_t)id].there) return 0;
    return (uint32_t)id;
}

// Why the row is left out, or NULL.
static const char *read_trip(reading *r, const yz_text *cells, trip *t) {
    double fare;
    if (cells[ID].size == 0 || cells[ID].size > YZ_ID_BYTES_MAX) return "no trip_id";
    if (!local_time(cells[PICKUP_AT], &t->from_ms)) return "pickup_at is no time";
    if (!local_time(cells[DROPOFF_AT], &t->to_ms)) return "dropoff_at is no time";
    if (*r->month && memcmp(cells[PICKUP_AT].bytes, r->month, 7) != 0) {
        return "a wrong clock: picked up outside the month of the file";
    }
    if (t->to_ms < t->from_ms) return "ends before it begins";
    if (t->to_ms - t->from_ms > TRIP_MS_MAX) return "longer than 12 hours";
    t->from = zone_of(r, cells[PICKUP]);
    t->to = zone_of(r, cells[DROPOFF]);
    if (t->from == 0) return "pickup_zone unknown or outside the city";
    if (t->to == 0) return "dropoff_zone unknown or outside the city";
    t->fare_fen = -1;
    if (cells[FARE].size > 0) {
        if (!cell_number(cells[FARE], -1e9, 1e9, &fare)) return "fare_amount is no number";
        if (fare < 0) return "a negative fare: a refund";
        t->fare_fen = (int64_t)llround(fare * 100);
    }
    t->id = yz_arena_text(r->tape->arena, cells[ID]);
    return t->id.bytes == NULL ? "no memory" : NULL;
}

static bool take_trip(void *context, uint64_t row, const yz_text *cells) {
    reading *r = context;
    trip t = {0};
    (void)row;
    if (r->source->limit != 0 && r->tape->rows >= r->source->limit) return false;
    r->tape->rows += 1;
    const char *why = read_trip(r, cells, &t);
    if (why != NULL) {
        replay_tape_reject(r->tape, why);
        return true;
    }
    if (r->count == r->room) {
        r->room = r->room == 0 ? 4096 : 2 * r->room;
        r->trips = yz_realloc(r->trips, r->room * sizeof *r->trips);
    }
    r->trips[r->count++] = t;
    return true;
}

// "…/trips-2021-01.csv.gz" -> "2021-01"
static void month_of(const char *file, char month[8]) {
    const char *name = strstr(file, "trips-");
    month[0] = 0;
    if (name == NULL || strlen(name) < 13 || name[10] != '-') return;
    memcpy(month, name + 6, 7);
    month[7] = 0;
}

static int by_pickup(const void *a, const void *b) {
    const trip *x = a, *y = b;
    if (x->from_ms != y->from_ms) return x->from_ms < y->from_ms ? -1 : 1;
    return yz_text_compare(x->id, y->id);
}

// A trip that stands in two files.
static void drop_twins(reading *r) {
    uint32_t kept = 0;
    for (uint32_t i = 0; i < r->count; i++) {
        if (kept > 0 && by_pickup(&r->trips[kept - 1], &r->trips[i]) == 0) {
            replay_tape_reject(r->tape, "the same trip a second time");
        } else {
            r->trips[kept++] = r->trips[i];
        }
    }
    r->count = kept;
}

// ---- the fleet ----

static int by_time(const void *a, const void *b) {
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// How many trips were under way at the busiest moment; who arrives may leave again at once.
static uint32_t busiest(const reading *r) {
    int64_t *ends = yz_alloc((r->count + 1) * sizeof *ends);
    uint32_t over = 0, most = 0;
    for (uint32_t i = 0; i < r->count; i++)
        ends[i] = r->trips[i].to_ms;
    qsort(ends, r->count, sizeof *ends, by_time);
    for (uint32_t i = 0; i < r->count; i++) {
        while (over < r->count && ends[over] <= r->trips[i].from_ms)
            over += 1;
        // Trips that end and begin at once are over before they began.
        uint32_t now = i + 1 > over ? i + 1 - over : 0;
        if (now > most) most = now;
    }
    yz_free(ends);
    return most;
}

static yz_text worker_id(yz_arena *arena, uint32_t number) {
    char text[16];
    int size = snprintf(text, sizeof text, "taxi-%05u", number);
    return yz_arena_text(arena, (yz_text){text, (uint32_t)size});
}

static yz_text *put_fleet(reading *r, uint32_t workers) {
    yz_text *ids = yz_alloc((workers + 1) * sizeof *ids);
    for (uint32_t i = 0; i < workers; i++) {
        ids[i] = worker_id(r->tape->arena, i + 1);
        replay_item *item = replay_tape_add(r->tape);
        item->command.type = YZ_COMMAND_SEEKER_PUT;
        item->command.at_ms = r->trips[0].from_ms;
        item->command.seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION;
        item->command.seeker_put.seeker = (yz_seeker){
            .id = ids[i],
            .occupation = YZ_TEXT("taxi-driver"),
            .place = r->zones[r->trips[i % r->count].from].place,
            .radius_m = r->source->radius_m,
            .floor_unit = YZ_PER_DAY,
            .types = YZ_TYPE_GIG,
            .shifts = YZ_SHIFTS_ALL,
        };
    }
    return ids;
}

// ---- the tape ----

static replay_item *put_gig(reading *r, const trip *t, int64_t valid_to_ms) {
    replay_item *item = replay_tape_add(r->tape);
    item->event = true;
    item->command.type = YZ_COMMAND_POSTING_PUT;
    item->command.at_ms = t->from_ms;
    item->command.posting_put.fields = YZ_POSTING_ALL | YZ_POSTING_GIG;
    item->command.posting_put.posting = (yz_posting){
        .id = t->id,
        .title = r->zones[t->to].title,
        .occupation = YZ_TEXT("taxi-driver"),
        .place = r->zones[t->from].place,
        .has_wage = t->fare_fen >= 0,
        .wage_unit = YZ_PER_DAY,
        .wage_min_fen = t->fare_fen >= 0 ? t->fare_fen : 0,
        .wage_max_fen = t->fare_fen >= 0 ? t->fare_fen : 0,
        .type = YZ_TYPE_GIG,
        .openings = 1,
        .shifts = YZ_SHIFTS_ALL,
        .valid_from_ms = t->from_ms,
        .valid_to_ms = valid_to_ms,
        .gig_from_ms = t->from_ms,
        .gig_to_ms = t->to_ms,
    };
    return item;
}

static void put_to_match(reading *r) {
    for (uint32_t i = 0; i < r->count; i++) {
        const trip *t = &r->trips[i];
        // It is closed when it is over or nobody took it, so it need not expire.
        replay_item *item = put_gig(r, t, t->to_ms + r->source->patience_ms + AFTER_MS);
        item->wait_ms = r->source->patience_ms;
        item->work_ms = t->to_ms > t->from_ms ? t->to_ms - t->from_ms : 1;
        item->to = r->zones[t->to].place;
        item->moves = true;
    }
}

typedef struct driver {
    uint32_t zone;
    uint64_t since; // order in which they became free; UINT64_MAX: driving
} driver;

// Who has been free longest in the zone, else anywhere; workers: nobody is free.
static uint32_t next_driver(const driver *drivers, uint32_t workers, uint32_t in) {
    uint32_t here = workers, anywhere = workers;
    for (uint32_t i = 0; i < workers; i++) {
        if (drivers[i].since == UINT64_MAX) continue;
        if (anywhere == workers || drivers[i].since < drivers[anywhere].since) anywhere = i;
        if (drivers[i].zone != in) continue;
        if (here == workers || drivers[i].since < drivers[here].since) here = i;
    }
    return here < workers ? here : anywhere;
}

static void put_named(reading *r, yz_command_type type, int64_t at_ms, yz_text id, bool event) {
    replay_item *item = replay_tape_add(r->tape);
    item->event = event;
    item->command.type = type;
    item->command.at_ms = at_ms;
    item->command.named.id = id;
}

static void put_dropoff(reading *r, const trip *t, yz_text worker) {
    put_named(r, YZ_COMMAND_POSTING_CLOSE, t->to_ms, t->id, true);
    if (worker.size == 0) return;
    replay_item *item = replay_tape_add(r->tape);
    item->command.type = YZ_COMMAND_SEEKER_PATCH;
    item->command.at_ms = t->to_ms;
    item->command.seeker_put.fields = YZ_SEEKER_PLACE;
    item->command.seeker_put.seeker = (yz_seeker){.id = worker, .place = r->zones[t->to].place};
    put_named(r, YZ_COMMAND_SEEKER_RESUME, t->to_ms, worker, false);
}

typedef struct arrival {
    int64_t to_ms;
    uint32_t trip, driver;
} arrival;

static int by_arrival(const void *a, const void *b) {
    const arrival *x = a, *y = b;
    if (x->to_ms != y->to_ms) return x->to_ms < y->to_ms ? -1 : 1;
    return (x->trip > y->trip) - (x->trip < y->trip);
}

// Trips in the order of pick-up, drop-offs in between in theirs.
static void put_all_that_happened(reading *r, const yz_text *ids, uint32_t workers) {
    driver *drivers = yz_alloc((workers + 1) * sizeof *drivers);
    arrival *arrivals = yz_alloc((r->count + 1) * sizeof *arrivals);
    uint32_t *drove = yz_alloc((r->count + 1) * sizeof *drove);
    uint64_t freed = 0;
    uint32_t over = 0;
    for (uint32_t i = 0; i < workers; i++)
        drivers[i] = (driver){r->trips[i % r->count].from, freed++};
    for (uint32_t i = 0; i < r->count; i++)
        arrivals[i] = (arrival){r->trips[i].to_ms, i, 0};
    qsort(arrivals, r->count, sizeof *arrivals, by_arrival);
    for (uint32_t i = 0; i <= r->count; i++) {
        for (; over < r->count; over++) {
            const trip *t = &r->trips[arrivals[over].trip];
            if (i < r->count && t->to_ms > r->trips[i].from_ms) break;
            if (arrivals[over].trip >= i) break; // of no length: it has not begun yet
            uint32_t by = drove[arrivals[over].trip];
            put_dropoff(r, t, by < workers ? ids[by] : YZ_TEXT(""));
            if (by < workers) drivers[by] = (driver){t->to, freed++};
        }
        if (i == r->count) break;
        const trip *t = &r->trips[i];
        put_gig(r, t, t->to_ms + AFTER_MS);
        drove[i] = next_driver(drivers, workers, t->from);
        if (drove[i] == workers) continue;
        drivers[drove[i]].since = UINT64_MAX;
        put_named(r, YZ_COMMAND_SEEKER_PAUSE, t->from_ms, ids[drove[i]], false);
    }
    yz_free(drivers);
    yz_free(arrivals);
    yz_free(drove);
}

static bool read_files(reading *r) {
    static const char *const STANDARD[] = {"trips-2021-01.csv.gz", "trips-2021-02.csv.gz",
                                           "trips-2022-01.csv.gz"};
    const replay_source *s = r->source;
    char path[1024], why[TABLE_WHY_MAX] = "";
    snprintf(path, sizeof path, "%.900s/" SET "/zones.csv", s->datasets);
    if (!table_read(path, ZONE_COLUMNS, 5, take_zone, r, why)) {
        snprintf(r->tape->why, sizeof r->tape->why, "%.600s: %s", path, why);
        return false;
    }
    uint32_t count = s->file_count > 0 ? s->file_count : 3;
    for (uint32_t i = 0; i < count; i++) {
        snprintf(path, sizeof path, "%.500s/" SET "/%.400s", s->datasets, STANDARD[i % 3]);
        const char *file = s->file_count > 0 ? s->files[i] : path;
        month_of(file, r->month);
        if (!table_read(file, TRIP_COLUMNS, 6, take_trip, r, why)) {
            snprintf(r->tape->why, sizeof r->tape->why, "%.600s: %s", file, why);
            return false;
        }
    }
    return true;
}

bool replay_read_taxi(const replay_source *source, replay_tape *tape) {
    reading *r = yz_alloc_zeroed(sizeof *r);
    r->source = source;
    r->tape = tape;
    bool well = read_files(r);
    if (well && r->count > 0) {
        qsort(r->trips, r->count, sizeof *r->trips, by_pickup);
        drop_twins(r);
        uint32_t most = busiest(r);
        uint32_t workers = source->workers > 0 ? source->workers : most + (most + 3) / 4;
        if (workers > WORKERS_MAX) workers = WORKERS_MAX;
        put_boroughs(r, r->trips[0].from_ms);
        yz_text *ids = put_fleet(r, workers);
        if (source->match) put_to_match(r);
        if (!source->match) put_all_that_happened(r, ids, workers);
        yz_free(ids);
        tape->events = 2 * (uint64_t)r->count;
    }
    yz_free(r->trips);
    yz_free(r);
    return well;
}

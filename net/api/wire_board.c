#include "net/api/wire_board.h"

#include "net/api/json_out.h"
#include "net/api/wire_common.h"

#include <stddef.h>

#define LINE_BYTES_MAX 4096

// A ratio without a value is -1.
enum { NOW_S02, NOW_S03, NOW_S04, NOW_Y01, NOW_Y09, NOW_COUNT };
enum {
    DAY_S01,
    DAY_S02,
    DAY_S03,
    DAY_S04,
    DAY_Y03,
    DAY_Y05,
    DAY_Y06,
    DAY_Y07,
    DAY_Y08,
    DAY_COUNT,
};
enum {
    FAIR_EMPLOYERS,
    FAIR_POSTINGS,
    FAIR_OPENINGS,
    FAIR_VISITORS,
    FAIR_ENTRIES,
    FAIR_APPLIED,
    FAIR_INTERVIEWED,
    FAIR_HELD,
    FAIR_SIGNED,
    FAIR_INSIDE,
    FAIR_WAITING,
    FAIR_COUNT,
};

static const yz_series NOW_SERIES[NOW_COUNT] = {YZ_S02, YZ_S03, YZ_S04, YZ_Y01, YZ_Y09};
static const yz_series DAY_SERIES[DAY_COUNT] = {YZ_S01, YZ_S02, YZ_S03, YZ_S04, YZ_Y03,
                                                YZ_Y05, YZ_Y06, YZ_Y07, YZ_Y08};
static const char *const FAIR_NAMES[FAIR_COUNT] = {
    "employers",   "postings", "openings", "visitors", "entries", "applied",
    "interviewed", "held",     "signed",   "inside",   "waiting"};

typedef struct board {
    uint64_t sequence;
    int64_t at_ms;
    yz_period day;
    bool counted, fair_is_there;
    int64_t now[NOW_COUNT], today[DAY_COUNT], fair[FAIR_COUNT];
} board;

// ---- reading ----

static int64_t read_one(const yz_stats *stats, uint32_t node, yz_series series, yz_period period,
                        int64_t now_ms) {
    yz_stats_ask ask = {
        .series = series, .cell = {node, YZ_OCCUPATION_ALL, YZ_ALL, YZ_ALL}, .period = period};
    yz_stats_value v;
    bool read = yz_stats_read(stats, &ask, now_ms, &v);
    return read && v.known ? v.value : -1;
}

static void read_fair(const yz_market *market, yz_text id, int64_t now_ms, board *b) {
    static const yz_period TOTAL = {YZ_WINDOW_TOTAL, 0};
    yz_venue_view view;
    yz_fair_value v;
    b->fair_is_there = yz_market_venue(market, id, &view) && view.venue.kind == YZ_VENUE_FAIR &&
                       yz_stats_fair(yz_market_stats(market), view.row, TOTAL, now_ms, &v);
    if (!b->fair_is_there) return;
    const int64_t all[FAIR_COUNT] = {v.employers,    v.postings,  v.openings,    v.visitors,
                                     v.entries,      v.applied,   v.interviewed, v.held,
                                     v.signed_there, view.inside, view.waiting};
    memcpy(b->fair, all, sizeof all);
}

static void board_read(const yz_market *market, const live_board_key *key, int64_t clock_ms,
                       void *numbers) {
    board *b = numbers;
    const yz_stats *stats = yz_market_stats(market);
    int64_t market_ms = yz_market_time_ms(market);
    static const yz_period NOW = {YZ_WINDOW_NOW, 0};
    *b = (board){.sequence = yz_market_sequence(market), .at_ms = market_ms};
    // A day begins at midnight, whether or not a command comes.
    b->day = yz_period_at(YZ_WINDOW_DAY, clock_ms > market_ms ? clock_ms : market_ms);
    b->counted = stats != NULL;
    if (!b->counted) return;
    uint32_t node = yz_cube_node(yz_stats_cube(stats), key->division);
    for (int i = 0; i < NOW_COUNT; i++)
        b->now[i] = read_one(stats, node, NOW_SERIES[i], NOW, market_ms);
    for (int i = 0; i < DAY_COUNT; i++)
        b->today[i] = read_one(stats, node, DAY_SERIES[i], b->day, market_ms);
    if (key->fair.size > 0) read_fair(market, key->fair, market_ms, b);
}

// ---- writing ----

static void write_number(json_out *out, const char *name, bool ratio, int64_t value) {
    json_key(out, name);
    if (ratio && value < 0)
        json_null(out);
    else if (ratio)
        json_fixed(out, value, 2);
    else
        json_int(out, value);
}

static bool differ(const int64_t *now, const int64_t *before, int count) {
    return before == NULL || memcmp(now, before, (size_t)count * sizeof *now) != 0;
}

static void write_series(json_out *out, const char *name, const yz_series *series, int count,
                         const int64_t *now, const int64_t *before) {
    if (!differ(now, before, count)) return;
    json_key(out, name);
    json_begin_object(out);
    for (int i = 0; i < count; i++) {
        if (before != NULL && now[i] == before[i]) continue;
        write_number(out, yz_series_of(series[i])->id.bytes, series[i] == YZ_S04, now[i]);
    }
    json_end_object(out);
}

static void write_fair(json_out *out, yz_text id, const board *now, const board *before) {
    bool was = before != NULL && before->fair_is_there;
    if (before != NULL && now->fair_is_there == was && !differ(now->fair, before->fair, FAIR_COUNT))
        return;
    json_key(out, "fair");
    if (!now->fair_is_there) {
        json_null(out);
        return;
    }
    json_begin_object(out);
    json_field_text(out, "id", id);
    for (int i = 0; i < FAIR_COUNT; i++) {
        if (!was || now->fair[i] != before->fair[i])
            json_field_int(out, FAIR_NAMES[i], now->fair[i]);
    }
    json_end_object(out);
}

static bool same(const board *now, const board *before) {
    return now->day.index == before->day.index && !differ(now->now, before->now, NOW_COUNT) &&
           !differ(now->today, before->today, DAY_COUNT) &&
           now->fair_is_there == before->fair_is_there &&
           !differ(now->fair, before->fair, FAIR_COUNT);
}

static bool board_write(const live_board_key *key, const void *numbers, const void *earlier,
                        http_bytes *to) {
    const board *now = numbers, *before = earlier;
    char day[YZ_PERIOD_TEXT_MAX];
    json_out out;
    if (before != NULL && same(now, before)) return false;
    json_out_init(&out, LINE_BYTES_MAX);
    json_begin_object(&out);
    json_field_uint(&out, "seq", now->sequence);
    wire_instant_write(&out, "at", now->at_ms);
    if (before == NULL || now->day.index != before->day.index) {
        uint32_t size = yz_period_format(now->day, day);
        json_field_text(&out, "day", (yz_text){day, size});
    }
    if (before == NULL) json_field_text(&out, "division", key->division);
    if (now->counted) {
        write_series(&out, "now", NOW_SERIES, NOW_COUNT, now->now, before ? before->now : NULL);
        write_series(&out, "today", DAY_SERIES, DAY_COUNT, now->today,
                     before ? before->today : NULL);
    }
    if (key->fair.size > 0) write_fair(&out, key->fair, now, before);
    json_end_object(&out);
    http_bytes_add(to, out.bytes, out.size);
    json_out_deinit(&out);
    return true;
}

live_boards wire_boards(void) {
    return (live_boards){.size = sizeof(board), .read = board_read, .write = board_write};
}

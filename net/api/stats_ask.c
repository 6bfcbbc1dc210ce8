/* From the parameters of a request to a question: every word is looked at here, and against the
 * market, so that what is asked afterwards has an answer. */
#include "net/api/sheet_answer.h"
#include "net/api/stats.h"

#include "net/auth/authorise.h"

#include <inttypes.h>
#include <stdio.h>

static yz_text value_of(const api_call *call, const char *name) {
    return api_query_value(&call->query, name);
}

static bool bad(api_call *call, const char *name) {
    api_refuse(call, "bad_parameter", yz_text_of(name));
    return false;
}

static bool refuse(api_call *call, const char *reason, yz_text value) {
    api_refuse(call, reason, value);
    return false;
}

static bool fail_unknown(api_call *call, yz_problem_code code, const char *pointer, yz_text value) {
    yz_problem problem;
    (void)yz_problem_value(&problem, code, pointer, value);
    api_fail(call, &problem);
    return false;
}

// The next of a list with commas between; false: there is none. An empty one is one.
static bool next_of_list(yz_text *list, yz_text *one) {
    if (list->bytes == NULL) return false;
    const char *comma = memchr(list->bytes, ',', list->size);
    uint32_t size = comma != NULL ? (uint32_t)(comma - list->bytes) : list->size;
    *one = (yz_text){list->bytes, size};
    *list = comma != NULL ? (yz_text){comma + 1, list->size - size - 1} : (yz_text){NULL, 0};
    return true;
}

// A whole number without a sign. False: it is none, or outside.
static bool whole(yz_text text, int64_t low, int64_t high, int64_t *value) {
    int64_t sum = 0;
    if (text.size == 0 || text.size > 9) return false;
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] < '0' || text.bytes[i] > '9') return false;
        sum = sum * 10 + (text.bytes[i] - '0');
    }
    if (sum < low || sum > high) return false;
    *value = sum;
    return true;
}

// False: answered already.
static bool ask_number(api_call *call, const char *name, int64_t low, int64_t high,
                       int64_t *value) {
    yz_text text = value_of(call, name);
    return text.bytes == NULL || whole(text, low, high, value) || bad(call, name);
}

// ---- series ----

static bool has_series(const stats_question *q, yz_series series) {
    for (uint32_t i = 0; i < q->series_count; i++) {
        if (q->series[i] == series) return true;
    }
    return false;
}

static bool ask_series(api_call *call, stats_question *q) {
    yz_text list = value_of(call, "series"), one;
    if (list.size == 0) return refuse(call, "no_series", YZ_TEXT(""));
    while (next_of_list(&list, &one)) {
        yz_series series;
        if (!yz_series_parse(one, &series)) return refuse(call, "unknown_series", one);
        if (!has_series(q, series)) q->series[q->series_count++] = series;
    }
    for (uint32_t i = 0; i < q->series_count && q->series_count > 1; i++) {
        const yz_series_info *info = yz_series_of(q->series[i]);
        if (info->shape > YZ_SHAPE_DURATION) return refuse(call, "series_apart", info->id);
    }
    return true;
}

// ---- dimensions ----

static const struct {
    yz_dimension dimension;
    const char *name;
} DIMENSIONS[] = {
    {YZ_BY_DIVISION, "division"}, {YZ_BY_OCCUPATION, "occupation"}, {YZ_BY_GROUP, "group"},
    {YZ_BY_TYPE, "type"},         {YZ_BY_VENUE, "venue"},           {YZ_BY_CHANNEL, "channel"},
    {YZ_BY_SKILL, "skill"},
};
#define DIMENSION_COUNT (sizeof DIMENSIONS / sizeof DIMENSIONS[0])

const char *stats_dimension_name(yz_dimension dimension) {
    size_t at = 0;
    while (at + 1 < DIMENSION_COUNT && DIMENSIONS[at].dimension != dimension)
        at += 1;
    return DIMENSIONS[at].name;
}

// "S03: division occupation type", or the same of its windows.
static yz_text choices_of(const yz_series_info *info, bool windows, char text[96]) {
    int size = snprintf(text, 96, "%.*s:", (int)info->id.size, info->id.bytes);
    for (size_t i = 0; i < DIMENSION_COUNT && !windows; i++) {
        if (info->dimensions & DIMENSIONS[i].dimension)
            size += snprintf(text + size, 96 - (size_t)size, " %s", DIMENSIONS[i].name);
    }
    for (int w = 0; w < YZ_WINDOW_COUNT && windows; w++) {
        if (info->windows >> w & 1)
            size +=
                snprintf(text + size, 96 - (size_t)size, " %s", yz_window_name((yz_window)w).bytes);
    }
    return (yz_text){text, (uint32_t)size};
}

// Has every series what is split by and filtered on?
static bool have_dimensions(api_call *call, const stats_question *q, uint32_t wanted) {
    char text[96];
    for (uint32_t i = 0; i < q->series_count; i++) {
        const yz_series_info *info = yz_series_of(q->series[i]);
        if ((wanted & ~info->dimensions) == 0) continue;
        return refuse(call, "no_such_dimension", choices_of(info, false, text));
    }
    bool fine = q->first.window == YZ_WINDOW_MINUTE || q->first.window == YZ_WINDOW_HOUR;
    uint32_t cells = YZ_BY_OCCUPATION | YZ_BY_GROUP | YZ_BY_TYPE;
    return !fine || !(wanted & cells) ||
           refuse(call, "whole_only", yz_window_name(q->first.window));
}

static bool ask_type(api_call *call, stats_question *q) {
    yz_text text = value_of(call, "type");
    yz_job_type type;
    if (text.bytes == NULL) return true;
    if (!yz_job_type_parse(text, &type)) return bad(call, "type");
    q->type = (uint8_t)__builtin_ctz((unsigned)type);
    return true;
}

static bool ask_channel(api_call *call, stats_question *q) {
    yz_text text = value_of(call, "channel");
    yz_channel channel;
    if (text.bytes == NULL) return true;
    if (!yz_channel_parse(text, &channel)) return bad(call, "channel");
    q->channel = (uint8_t)channel;
    return true;
}

// What is filtered on, as a set of dimensions. False: answered already.
static bool ask_filters(api_call *call, stats_question *q, uint32_t *filters) {
    int64_t group = YZ_ALL;
    if (!ask_number(call, "group", 0, YZ_GROUP_MAX, &group)) return false;
    if (!ask_type(call, q) || !ask_channel(call, q)) return false;
    q->group = (uint8_t)group;
    q->occupation = value_of(call, "occupation");
    q->venue = value_of(call, "venue");
    q->skill = value_of(call, "skill");
    *filters = 0;
    for (size_t i = 1; i < DIMENSION_COUNT; i++) { // a division all series have
        if (value_of(call, DIMENSIONS[i].name).bytes != NULL) *filters |= DIMENSIONS[i].dimension;
    }
    return true;
}

// ---- breakdowns ----

static bool parse_dimension(yz_text name, yz_dimension *dimension) {
    for (size_t i = 0; i < DIMENSION_COUNT; i++) {
        if (!yz_text_equal(name, yz_text_of(DIMENSIONS[i].name))) continue;
        *dimension = DIMENSIONS[i].dimension;
        return true;
    }
    return false;
}

// The level that comes next below a division.
static uint32_t next_level(yz_text division) {
    for (uint32_t digits = 2; digits <= 6; digits += 2) {
        if (division.size < digits) return digits;
    }
    return STATS_LEVEL_WHOLE;
}

static bool ask_level(api_call *call, stats_question *q) {
    static const struct {
        const char *name;
        uint32_t digits;
    } LEVELS[] = {{"province", 2}, {"city", 4}, {"county", 6}, {"whole", STATS_LEVEL_WHOLE}};
    yz_text text = value_of(call, "level");
    q->level = next_level(q->division);
    if (text.bytes == NULL) return true;
    for (size_t i = 0; i < sizeof LEVELS / sizeof LEVELS[0]; i++) {
        bool is_below =
            q->by_count > 0 && q->by[0] == YZ_BY_DIVISION && LEVELS[i].digits > q->division.size;
        if (!is_below || !yz_text_equal(text, yz_text_of(LEVELS[i].name))) continue;
        q->level = LEVELS[i].digits;
        return true;
    }
    return bad(call, "level");
}

// A venue and a skill have a division, a type and all else of their own.
static bool go_together(const stats_question *q) {
    if (q->by_count < 2) return true;
    uint32_t both = q->by[0] | q->by[1];
    return q->by[0] != q->by[1] && !(both & YZ_BY_VENUE) &&
           (!(both & YZ_BY_SKILL) || q->by[0] == YZ_BY_DIVISION);
}

static bool ask_by(api_call *call, stats_question *q, uint32_t filters) {
    yz_text list = value_of(call, "by"), one;
    while (next_of_list(&list, &one)) {
        if (q->by_count == 2 || !parse_dimension(one, &q->by[q->by_count])) return bad(call, "by");
        q->by_count += 1;
    }
    if (q->by_count == 2 && q->by[1] == YZ_BY_DIVISION) {
        q->by[1] = q->by[0];
        q->by[0] = YZ_BY_DIVISION;
    }
    uint32_t wanted = filters;
    for (uint32_t i = 0; i < q->by_count; i++) {
        if (filters & q->by[i]) return bad(call, "by"); // one thing cannot be broken down
        wanted |= q->by[i];
    }
    if (!go_together(q)) return bad(call, "by");
    if (!ask_level(call, q) || !have_dimensions(call, q, wanted)) return false;
    bool skills = has_series(q, YZ_Y12), of_one = (wanted & YZ_BY_SKILL) != 0;
    return !skills || of_one || refuse(call, "no_skill", YZ_TEXT(""));
}

// ---- time ----

int64_t stats_clock_ms(const api_house *house, const yz_market *market) {
    int64_t market_ms = yz_market_time_ms(market);
    int64_t clock = house->past ? house->now_ms(house->context) : house->market_ms(house->context);
    return clock > market_ms ? clock : market_ms;
}

int64_t stats_now_ms(const api_house *house, const yz_market *market) {
    // Of the past all is settled up to the moment asked for.
    int64_t now = yz_market_time_ms(market);
    int64_t moment = house->past ? house->now_ms(house->context) : now;
    return moment > now ? moment : now;
}

// In a query '+' is a space, and periods are written with it.
static bool parse_period(api_call *call, const char *name, yz_period *period) {
    yz_text text = value_of(call, name);
    char *copy = yz_arena_take(http_exchange_arena(call->exchange), text.size + 1);
    for (uint32_t i = 0; copy != NULL && i < text.size; i++)
        copy[i] = text.bytes[i] == ' ' ? '+' : text.bytes[i];
    if (copy != NULL && yz_period_parse((yz_text){copy, text.size}, period)) return true;
    return bad(call, name);
}

static bool refuse_period(api_call *call, const char *reason, yz_period period) {
    char text[YZ_PERIOD_TEXT_MAX];
    uint32_t size = yz_period_format(period, text);
    return refuse(call, reason, (yz_text){text, size});
}

static bool have_window(api_call *call, const stats_question *q, yz_window window) {
    char text[96];
    for (uint32_t i = 0; i < q->series_count; i++) {
        const yz_series_info *info = yz_series_of(q->series[i]);
        if (info->windows >> window & 1) continue;
        return refuse(call, "no_such_window", choices_of(info, true, text));
    }
    return true;
}

bool stats_ask_run(api_call *call, stats_question *q, yz_window window, int64_t clock) {
    yz_period now = yz_period_at(window, clock), first = now, last = now, end;
    yz_text from = value_of(call, "from"), to = value_of(call, "to");
    bool timeless = window == YZ_WINDOW_NOW || window == YZ_WINDOW_TOTAL;
    q->first = first;
    if (from.bytes == NULL && to.bytes == NULL) return true;
    if (timeless) return bad(call, from.bytes != NULL ? "from" : "to");
    if (to.bytes != NULL) {
        if (!parse_period(call, "to", &end)) return false;
        if (yz_period_end_ms(end) == INT64_MAX) return bad(call, "to");
        last = yz_period_at(window, yz_period_end_ms(end) - 1);
        if (last.index > now.index) last = now;
        first = last;
    }
    if (from.bytes != NULL) {
        if (!parse_period(call, "from", &end)) return false;
        if (yz_period_end_ms(end) == INT64_MAX) return bad(call, "from");
        first = yz_period_at(window, yz_period_begin_ms(end));
    }
    if (first.index > now.index) return refuse_period(call, "not_begun", first);
    if (first.index > last.index) return bad(call, "from");
    int64_t count = last.index - first.index + 1;
    if (count > STATS_PERIODS_MAX) {
        char text[24];
        int size = snprintf(text, sizeof text, "%" PRId64, count);
        return refuse(call, "too_many_periods", (yz_text){text, (uint32_t)size});
    }
    q->first = first;
    q->periods = (uint32_t)count;
    return true;
}

bool stats_is_kept(api_call *call, const stats_question *q, int64_t now_ms) {
    if (yz_cube_keeps(q->first, now_ms)) return true;
    yz_period kept = yz_period_at(q->first.window, now_ms);
    int64_t low = q->first.index, high = kept.index; // low is not kept, high is
    while (high - low > 1) {
        kept.index = low + (high - low) / 2;
        if (yz_cube_keeps(kept, now_ms))
            high = kept.index;
        else
            low = kept.index;
    }
    kept.index = high;
    return refuse_period(call, "too_far_back", kept);
}

bool stats_ask_periods(api_call *call, stats_question *q) {
    yz_text period = value_of(call, "period"), word = value_of(call, "window");
    const yz_market *market = api_read(call->a);
    const api_house *house = &call->a->house;
    int64_t clock = stats_clock_ms(house, market), now_ms = stats_now_ms(house, market);
    api_read_end(call->a);
    if (period.bytes != NULL) {
        bool others = word.bytes != NULL || value_of(call, "from").bytes != NULL ||
                      value_of(call, "to").bytes != NULL;
        if (others) return refuse(call, "period_and_window", YZ_TEXT(""));
        if (!parse_period(call, "period", &q->first)) return false;
        if (!have_window(call, q, q->first.window)) return false;
        if (q->first.index > yz_period_at(q->first.window, clock).index)
            return refuse_period(call, "not_begun", q->first);
        return stats_is_kept(call, q, now_ms);
    }
    yz_window window = q->first.window;
    if (word.bytes != NULL && !yz_window_parse(word, &window)) return bad(call, "window");
    if (!have_window(call, q, window)) return false;
    return stats_ask_run(call, q, window, clock) && stats_is_kept(call, q, now_ms);
}

// ---- against the market ----

static bool is_digits(yz_text code) {
    for (uint32_t i = 0; i < code.size; i++) {
        if (code.bytes[i] < '0' || code.bytes[i] > '9') return false;
    }
    return true;
}

yz_text stats_division_bare(yz_text code) {
    if (code.size != 6 || !is_digits(code)) return code;
    while (code.size > 2 && memcmp(code.bytes + code.size - 2, "00", 2) == 0)
        code.size -= 2;
    return code;
}

bool stats_division_entry(const yz_market *market, yz_text prefix, yz_entry_view *entry) {
    char filled[6] = {'0', '0', '0', '0', '0', '0'};
    if (yz_market_entry(market, YZ_DIVISIONS, prefix, entry)) return true;
    if (prefix.size != 2 && prefix.size != 4) return false;
    memcpy(filled, prefix.bytes, prefix.size);
    return yz_market_entry(market, YZ_DIVISIONS, (yz_text){filled, 6}, entry);
}

// A division, or a province, city or county that some division lies in.
static bool knows_division(const yz_market *market, yz_text prefix) {
    yz_entry_view entry;
    const yz_stats *stats = yz_market_stats(market);
    if (prefix.size == 0 || stats_division_entry(market, prefix, &entry)) return true;
    if (yz_cube_node(yz_stats_cube(stats), prefix) != YZ_NODE_NONE) return true;
    if (prefix.size != 2 && prefix.size != 4 && prefix.size != 6) return false;
    uint32_t rows = yz_market_entry_rows(market, YZ_DIVISIONS);
    for (uint32_t row = 0; row < rows; row++) {
        if (yz_market_entry_at(market, YZ_DIVISIONS, row, &entry) &&
            yz_text_starts_with(entry.entry.id, prefix))
            return true;
    }
    return false;
}

bool stats_ask_division(api_call *call, stats_question *q) {
    yz_text text = value_of(call, "division");
    if (text.bytes != NULL) q->division = stats_division_bare(text);
    const yz_market *market = api_read(call->a);
    bool counted = yz_market_stats(market) != NULL;
    bool known = counted && knows_division(market, q->division);
    api_read_end(call->a);
    if (!counted) return refuse(call, "no_statistics", YZ_TEXT(""));
    if (!known) return fail_unknown(call, YZ_PROBLEM_UNKNOWN_DIVISION, "/division", text);
    auth_caller caller = auth_caller_of(call->exchange);
    auth_route route = {call->route->template, (auth_need)call->route->need};
    return authorise(&caller, &route, q->division) == YZ_OK || refuse(call, "denied", YZ_TEXT(""));
}

static bool ask_names(api_call *call, const stats_question *q) {
    yz_entry_view entry;
    yz_venue_view venue;
    const yz_market *market = api_read(call->a);
    bool occupation =
        q->occupation.size == 0 || yz_market_entry(market, YZ_OCCUPATIONS, q->occupation, &entry);
    bool skill = q->skill.bytes == NULL || yz_market_entry(market, YZ_SKILLS, q->skill, &entry);
    bool there = q->venue.bytes == NULL || (yz_market_venue(market, q->venue, &venue) &&
                                            venue.venue.kind == YZ_VENUE_STATION);
    api_read_end(call->a);
    if (!occupation)
        return fail_unknown(call, YZ_PROBLEM_UNKNOWN_OCCUPATION, "/occupation", q->occupation);
    if (!skill) return fail_unknown(call, YZ_PROBLEM_UNKNOWN_SKILL, "/skill", q->skill);
    return there || fail_unknown(call, YZ_PROBLEM_UNKNOWN_VENUE, "/venue", q->venue);
}

// ---- all of it ----

stats_question stats_question_of(const api_call *call, yz_series series) {
    return (stats_question){.series = {series},
                            .series_count = 1,
                            .group = YZ_ALL,
                            .type = YZ_ALL,
                            .channel = YZ_ALL,
                            .first = {YZ_WINDOW_NOW, 0},
                            .periods = 1,
                            .level = 2,
                            .k = STATS_K_DEFAULT,
                            .least = 1,
                            .language = call->language};
}

bool stats_ask_skills(api_call *call, stats_question *q) {
    int64_t k = STATS_K_DEFAULT, least = 1;
    if (!ask_number(call, "k", 1, API_LIMIT_MAX, &k)) return false;
    if (!ask_number(call, "least", 1, 999999999, &least)) return false;
    q->k = (uint32_t)k;
    q->least = least;
    return true;
}

bool stats_ask(api_call *call, stats_question *q) {
    uint32_t filters;
    *q = stats_question_of(call, YZ_S01);
    q->series_count = 0;
    if (!ask_series(call, q) || !stats_ask_division(call, q) || !stats_ask_periods(call, q) ||
        !ask_filters(call, q, &filters) || !ask_by(call, q, filters)) {
        return false;
    }
    return stats_ask_skills(call, q) && ask_names(call, q) &&
           stats_ask_public(call, q, filters != 0);
}

// ---- the form ----

bool stats_format(api_call *call, sheet_format *format) {
    yz_text word = value_of(call, "format");
    if (word.bytes != NULL) return sheet_format_of(word, format) || bad(call, "format");
    *format = sheet_format_accepted(http_exchange_header(call->exchange, "accept"), SHEET_AS_JSON);
    return true;
}

#include "tests/rigs/record.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

record_name record_of(uint32_t run, uint32_t client, uint32_t operation, uint32_t *version) {
    uint32_t group = operation / 4, place = operation % 4;
    *version = place == 3 ? 2 : 1;
    return (record_name){run, client, 3 * group + (place == 3 ? 1 : place)};
}

record_kind record_kind_of(record_name name) {
    return (name.client + name.number) % 2 == 0 ? RECORD_POSTING : RECORD_SEEKER;
}

size_t record_id(char room[RECORD_ID_MAX], record_name name) {
    return (size_t)snprintf(room, RECORD_ID_MAX, "r%" PRIu32 "c%" PRIu32 "-%" PRIu32, name.run,
                            name.client, name.number);
}

// splitmix64: every member of a record comes from it, so two versions differ nearly everywhere.
static uint64_t next(uint64_t *state) {
    uint64_t z = (*state += UINT64_C(0x9E3779B97F4A7C15));
    z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
    return z ^ (z >> 31);
}

static uint32_t below(uint64_t *state, uint32_t limit) {
    return (uint32_t)(next(state) % limit);
}

// Seven decimals, the last not a zero: a number is written in one way only.
static void degrees(char room[24], uint64_t *state, uint32_t from, uint32_t span) {
    snprintf(room, 24, "%" PRIu32 ".%06" PRIu32 "%" PRIu32, from + below(state, span),
             below(state, 1000000), 1 + below(state, 9));
}

static const char *const TYPES[] = {"full", "part", "gig", "intern"};

static size_t posting_line(char *room, const char *id, uint64_t *state, uint32_t version) {
    char lat[24], lon[24];
    uint64_t mark = next(state);
    degrees(lat, state, 20, 30);
    degrees(lon, state, 80, 50);
    uint32_t min = 1000 + below(state, 9000), more = below(state, 5000);
    uint32_t education = below(state, 7), type = below(state, 4);
    uint32_t openings = 1 + below(state, 99), shifts = 1 + below(state, 2097151);
    return (size_t)snprintf(room, RECORD_LINE_MAX,
                            "{\"id\":\"%s\",\"title\":\"第 %" PRIu32 " 版 %016" PRIx64
                            "\",\"place\":{\"lat\":%s,\"lon\":%s},\"required\":[],\"preferred\":[],"
                            "\"wage\":{\"min\":%" PRIu32 ",\"max\":%" PRIu32
                            ",\"unit\":\"month\"},\"education_min\":%" PRIu32
                            ",\"type\":\"%s\",\"openings\":%" PRIu32 ",\"shifts\":%" PRIu32 "}",
                            id, version, mark, lat, lon, min, min + more, education, TYPES[type],
                            openings, shifts);
}

static size_t seeker_line(char *room, const char *id, uint64_t *state) {
    char lat[24], lon[24];
    degrees(lat, state, 20, 30);
    degrees(lon, state, 80, 50);
    uint32_t radius = 1 + below(state, 400), floor = 1000 + below(state, 1000000);
    uint32_t education = below(state, 7), shifts = 1 + below(state, 2097151);
    uint32_t group = below(state, 10), push = below(state, 2);
    return (size_t)snprintf(
        room, RECORD_LINE_MAX,
        "{\"id\":\"%s\",\"skills\":[],\"place\":{\"lat\":%s,\"lon\":%s},\"radius_km\":%" PRIu32
        ",\"wage_floor\":{\"amount\":%" PRIu32 ",\"unit\":\"month\"},\"education\":%" PRIu32
        ",\"types\":[\"full\",\"gig\"],\"shifts\":%" PRIu32 ",\"groups\":[%" PRIu32 ",%" PRIu32
        "],\"wants_push\":%s}",
        id, lat, lon, radius, floor, education, shifts, group, group + 1, push ? "true" : "false");
}

size_t record_line(char room[RECORD_LINE_MAX], record_name name, uint32_t version) {
    char id[RECORD_ID_MAX];
    record_id(id, name);
    uint64_t state = ((uint64_t)name.run << 48) ^ ((uint64_t)name.client << 32) ^
                     ((uint64_t)version << 28) ^ name.number;
    if (record_kind_of(name) == RECORD_POSTING) return posting_line(room, id, &state, version);
    return seeker_line(room, id, &state);
}

static bool number(const char **at, const char *end, char before, uint32_t *value) {
    if (*at == end || **at != before) return false;
    const char *first = ++*at;
    uint64_t sum = 0;
    for (; *at < end && **at >= '0' && **at <= '9' && *at - first < 9; ++*at)
        sum = sum * 10 + (uint64_t)(**at - '0');
    *value = (uint32_t)sum;
    return *at > first;
}

bool record_parse(const char *id, size_t size, record_name *name) {
    const char *at = id, *end = id + size;
    return number(&at, end, 'r', &name->run) && number(&at, end, 'c', &name->client) &&
           number(&at, end, '-', &name->number) && at == end;
}

/* One run over the files of a set. Texts of a row live in an arena that is emptied per row; what
 * the dictionaries have is remembered by id. */
#include "tools/adapter.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/ids.h"
#include "tools/derive.h"
#include "tools/table.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define ROW_BYTES_MAX 4194304
#define PATH_BYTES_MAX 1024

typedef struct town {
    yz_place place;
    char state[3];
} town;

struct adapter_run {
    const adapter *a;
    const adapter_options *options;
    const adapter_sink *sink;
    adapter_report *report;
    const char *(*row)(adapter_run *run, const yz_text *cells); // of the file being read
    const char *file;
    yz_arena *arena; // of the row
    yz_random random;
    yz_ids *entered[YZ_DICTIONARY_COUNT];
    derive *derive; // NULL: none asked for
    town *towns;    // us-places, read when first drawn from; owned
    uint32_t town_count, town_room;
    void *user;
};

yz_random *adapter_random(adapter_run *run) {
    return &run->random;
}
yz_arena *adapter_arena(adapter_run *run) {
    return run->arena;
}
void *adapter_user(adapter_run *run) {
    return run->user;
}
void adapter_set_user(adapter_run *run, void *user) {
    run->user = user;
}

// ---- counting ----

static void count_reason(adapter_reason *reasons, uint32_t *count, const char *what) {
    uint32_t at = 0;
    while (at < *count && strcmp(reasons[at].what, what) != 0)
        at += 1;
    if (at == *count) {
        if (*count == ADAPTER_REASONS_MAX)
            at -= 1; // more kinds than any set has: the last takes all
        else
            reasons[(*count)++] = (adapter_reason){what, 0};
    }
    reasons[at].count += 1;
}

void adapter_note(adapter_run *run, const char *what) {
    count_reason(run->report->notes, &run->report->note_count, what);
}

static void fail(adapter_run *run, const char *file, const char *why) {
    snprintf(run->report->failure, sizeof run->report->failure, "%s: %s", file, why);
}

// ---- texts ----

yz_text adapter_slug(adapter_run *run, yz_text text) {
    char *to = yz_arena_take(run->arena, text.size + 1);
    yz_check(to != NULL);
    uint32_t size = 0;
    for (uint32_t i = 0; i < text.size; i++) {
        char c = text.bytes[i];
        if (c >= 'A' && c <= 'Z') c = (char)(c - 'A' + 'a');
        bool stays = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '+' || c == '#' ||
                     c == '.' || (unsigned char)c >= 0x80;
        if (stays) {
            to[size++] = c;
        } else if (size && to[size - 1] != '-') {
            to[size++] = '-';
        }
    }
    while (size && to[size - 1] == '-')
        size -= 1;
    return (yz_text){to, size};
}

static yz_text cut(yz_text text, uint32_t bytes_max) {
    if (text.size <= bytes_max) return text;
    uint32_t size = bytes_max;
    while (size && ((unsigned char)text.bytes[size] & 0xC0) == 0x80)
        size -= 1;
    return (yz_text){text.bytes, size};
}

static yz_text short_id(adapter_run *run, yz_text id) {
    if (id.size <= YZ_ID_BYTES_MAX) return id;
    yz_text head = cut(id, YZ_ID_BYTES_MAX - 17);
    char *to = yz_arena_take(run->arena, YZ_ID_BYTES_MAX + 1);
    yz_check(to != NULL);
    uint64_t hash = yz_siphash((yz_hash_key){0, 0}, id.bytes, id.size);
    int size = snprintf(to, YZ_ID_BYTES_MAX + 1, "%.*s-%016llx", (int)head.size, head.bytes,
                        (unsigned long long)hash);
    return (yz_text){to, (uint32_t)size};
}

yz_text adapter_entry(adapter_run *run, yz_dictionary dictionary, yz_text id, yz_text name_zh,
                      yz_text name_en) {
    if (id.size == 0) return id;
    id = short_id(run, id);
    yz_ids *entered = run->entered[dictionary];
    if (yz_ids_find(entered, id) != YZ_ROW_NONE) return id;
    yz_entry entry = {.id = id,
                      .name_zh = cut(name_zh, YZ_NAME_BYTES_MAX),
                      .name_en = cut(name_en, YZ_NAME_BYTES_MAX)};
    yz_problem problem;
    if (yz_entry_check(&entry, &problem) != YZ_OK) {
        adapter_note(run, "a dictionary entry was refused");
        return id; // the record that names it is refused in its turn, with its reason
    }
    const char *why = run->sink->entry(run->sink->context, dictionary, &entry);
    if (why) adapter_note(run, why);
    yz_ids_add(entered, id);
    run->report->entries += why == NULL;
    return id;
}

uint16_t adapter_skills(adapter_run *run, yz_text list, uint8_t level, yz_skill_level *skills,
                        uint16_t max) {
    uint16_t count = 0;
    const char *at = list.bytes, *end = list.bytes + list.size;
    while (at < end && count < max) {
        const char *bar = memchr(at, '|', (size_t)(end - at));
        yz_text name = {at, (uint32_t)((bar ? bar : end) - at)};
        at = bar ? bar + 1 : end;
        yz_text skill = adapter_skill(run, name);
        bool twice = skill.size == 0;
        for (uint16_t i = 0; i < count && !twice; i++) {
            twice = yz_text_equal(skills[i].skill, skill);
        }
        if (!twice) skills[count++] = (yz_skill_level){skill, level};
    }
    return count;
}

// ---- cells ----

bool cell_number(yz_text cell, double low, double high, double *number) {
    char text[64], *end;
    if (cell.size == 0 || cell.size >= sizeof text) return false;
    for (uint32_t i = 0; i < cell.size; i++) {
        if (strchr("0123456789.+-eE", cell.bytes[i]) == NULL || cell.bytes[i] == 0) return false;
    }
    memcpy(text, cell.bytes, cell.size);
    text[cell.size] = 0;
    double n = strtod(text, &end);
    if (*end || !(n >= low && n <= high)) return false;
    *number = n;
    return true;
}

bool cell_is(yz_text cell, const char *word) {
    return yz_text_equal(cell, yz_text_of(word));
}

static char lower(char c) {
    return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

bool cell_has(yz_text cell, const char *part) {
    size_t size = strlen(part);
    for (uint32_t i = 0; i + size <= cell.size; i++) {
        size_t same = 0;
        while (same < size && lower(cell.bytes[i + same]) == lower(part[same]))
            same += 1;
        if (same == size) return true;
    }
    return false;
}

int cell_choose(yz_text cell, const cell_choice *choices, uint32_t count, int otherwise) {
    for (uint32_t i = 0; i < count; i++) {
        if (cell_is(cell, choices[i].word)) return choices[i].value;
    }
    return otherwise;
}

void adapter_wage(yz_posting *posting, double usd, yz_wage_unit unit) {
    posting->has_wage = true;
    posting->wage_unit = unit;
    posting->wage_min_fen = posting->wage_max_fen = (int64_t)floor(usd * 100 + 0.5);
}

void adapter_filed_wage(adapter_run *run, yz_text amount, yz_text unit_text, yz_posting *posting) {
    static const struct {
        double low, high; // USD
    } plausible[YZ_WAGE_UNIT_COUNT] = {{2, 150},     {16, 1200},   {80, 6000},
                                       {160, 12000}, {200, 25000}, {4000, 1e6}};
    double usd;
    yz_wage_unit unit;
    if (!cell_number(amount, 0.01, 1e6, &usd) || !yz_wage_unit_parse(unit_text, &unit)) {
        adapter_note(run, "no wage: none stated, or by the piece");
        return;
    }
    if (usd < 2) {
        adapter_note(run, "no wage: the amount is absurd");
        return;
    }
    if (usd < plausible[unit].low || usd > plausible[unit].high) {
        unit = YZ_PER_YEAR;
        if (usd < 15000) unit = YZ_PER_MONTH;
        if (usd < 600) unit = YZ_PER_WEEK;
        if (usd < 150) unit = YZ_PER_HOUR;
        adapter_note(run, "wage: the unit that the amount tells");
    }
    adapter_wage(posting, usd, unit);
}

// ---- places ----

bool adapter_us_place(adapter_run *run, yz_text state, yz_text lat, yz_text lon, yz_place *place) {
    double north, east;
    if (!cell_number(lat, -90, 90, &north) || !cell_number(lon, -180, 180, &east)) return false;
    char code[16];
    int size = snprintf(code, sizeof code, "us-%.8s", state.size == 2 ? state.bytes : "");
    *place = (yz_place){.lat_e7 = (int32_t)floor(north * 1e7 + 0.5),
                        .lon_e7 = (int32_t)floor(east * 1e7 + 0.5)};
    if (state.size != 2) return true;
    yz_text id = adapter_slug(run, (yz_text){code, size > 5 ? 5 : (uint32_t)size});
    place->division = adapter_entry(run, YZ_DIVISIONS, id, YZ_TEXT(""), state);
    return true;
}

static bool on_town(void *context, uint64_t row, const yz_text *cells) {
    adapter_run *run = context;
    double lat, lon;
    (void)row;
    if (!cell_number(cells[1], -90, 90, &lat) || !cell_number(cells[2], -180, 180, &lon)) {
        return true;
    }
    if (run->town_count == run->town_room) {
        run->town_room = run->town_room ? 2 * run->town_room : 32768;
        run->towns = yz_realloc(run->towns, run->town_room * sizeof *run->towns);
    }
    town *t = &run->towns[run->town_count++];
    *t = (town){.place = {.lat_e7 = (int32_t)floor(lat * 1e7 + 0.5),
                          .lon_e7 = (int32_t)floor(lon * 1e7 + 0.5)}};
    if (cells[0].size == 2) memcpy(t->state, cells[0].bytes, 2);
    return true;
}

bool adapter_draw_us_place(adapter_run *run, yz_place *place) {
    static const char *const columns[] = {"state_code", "lat", "lon", NULL};
    if (run->town_count == 0 &&
        !adapter_companion(run, "us-places/places.csv.gz", columns, on_town, run)) {
        return false;
    }
    if (run->town_count == 0) return false;
    const town *t = &run->towns[yz_random_below(&run->random, run->town_count)];
    *place = t->place;
    yz_text state = yz_text_of(t->state);
    char *id = yz_arena_take(run->arena, 8);
    yz_check(id != NULL);
    snprintf(id, 8, "us-%s", t->state);
    place->division =
        adapter_entry(run, YZ_DIVISIONS, adapter_slug(run, yz_text_of(id)), YZ_TEXT(""), state);
    return true;
}

// ---- records ----

const char *adapter_posting(adapter_run *run, const yz_posting *posting) {
    yz_problem problem;
    if (yz_posting_check(posting, YZ_POSTING_ALL, &problem) != YZ_OK) {
        return yz_problem_name(problem.code).bytes; // static, ended by 0
    }
    const char *why = run->sink->posting(run->sink->context, posting);
    if (why) return why;
    int64_t at_ms = run->options->at_ms;
    bool valid =
        at_ms == INT64_MIN || (posting->valid_from_ms <= at_ms && at_ms <= posting->valid_to_ms);
    run->report->postings += 1;
    run->report->valid_at += valid;
    if (run->derive && valid) derive_offer(run->derive, posting);
    return NULL;
}

const char *adapter_seeker(adapter_run *run, const yz_seeker *seeker) {
    yz_problem problem;
    if (yz_seeker_check(seeker, YZ_SEEKER_ALL, &problem) != YZ_OK) {
        return yz_problem_name(problem.code).bytes;
    }
    const char *why = run->sink->seeker(run->sink->context, seeker);
    run->report->seekers += why == NULL;
    return why;
}

// ---- the run ----

bool adapter_companion(adapter_run *run, const char *file, const char *const *columns,
                       bool (*row)(void *user, uint64_t row, const yz_text *cells), void *user) {
    char path[PATH_BYTES_MAX], why[TABLE_WHY_MAX];
    uint32_t count = 0;
    while (columns[count])
        count += 1;
    if (run->options->datasets == NULL) {
        fail(run, file, "stands beside this set; say where with --datasets DIR");
        return false;
    }
    snprintf(path, sizeof path, "%s/%s", run->options->datasets, file);
    if (table_read(path, columns, count, row, user, why)) return true;
    fail(run, path, why);
    return false;
}

static bool on_row(void *context, uint64_t row, const yz_text *cells) {
    adapter_run *run = context;
    adapter_report *report = run->report;
    if (run->options->limit && report->rows == run->options->limit) return false;
    report->rows += 1;
    run->random = yz_random_of(run->options->seed, report->rows);
    yz_arena_reset(run->arena);
    const char *why = run->row(run, cells);
    if (report->failure[0]) return false;
    report->accepted += why == NULL;
    if (why) {
        report->rejected += 1;
        count_reason(report->rejections, &report->rejection_count, why);
        if (run->sink->rejected) run->sink->rejected(run->sink->context, run->file, row, why);
    }
    if (run->sink->read) run->sink->read(run->sink->context, report->rows);
    return true;
}

static bool read_file(adapter_run *run, const char *path) {
    char why[TABLE_WHY_MAX];
    const adapter *a = run->a;
    bool second = a->second_file && strstr(path, a->second_file);
    const char *const *columns = second ? a->second_columns : a->columns;
    uint32_t count = 0;
    while (columns[count])
        count += 1;
    run->row = second ? a->second_row : a->row;
    run->file = path;
    if (!table_read(path, columns, count, on_row, run, why)) fail(run, path, why);
    return run->report->failure[0] == 0;
}

static bool read_own_files(adapter_run *run) {
    const adapter *a = run->a;
    if (run->options->datasets == NULL) {
        fail(run, a->name, "name its files, or the folder of the sets with --datasets DIR");
        return false;
    }
    for (const char *at = a->files; at;) {
        const char *comma = strchr(at, ',');
        char path[PATH_BYTES_MAX];
        snprintf(path, sizeof path, "%s/%s/%.*s", run->options->datasets, a->name,
                 comma ? (int)(comma - at) : (int)strlen(at), at);
        if (!read_file(run, path)) return false;
        at = comma ? comma + 1 : NULL;
    }
    return true;
}

static void hand_on_derived(adapter_run *run) {
    for (uint32_t i = 0; i < derive_count(run->derive); i++) {
        yz_seeker seeker;
        yz_arena_reset(run->arena);
        derive_seeker(run->derive, i, run->arena, &seeker);
        const char *why = adapter_seeker(run, &seeker);
        if (why) adapter_note(run, why);
        run->report->derived += why == NULL;
    }
}

bool adapter_import(const adapter *a, const char *const *files, uint32_t count,
                    const adapter_options *options, const adapter_sink *sink,
                    adapter_report *report) {
    adapter_run run = {.a = a, .options = options, .sink = sink, .report = report};
    memset(report, 0, sizeof *report);
    run.arena = yz_arena_new(ROW_BYTES_MAX);
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++) {
        run.entered[d] = yz_ids_new((yz_hash_key){options->seed, (uint64_t)d});
    }
    if (options->derive_seekers) run.derive = derive_new(options->derive_seekers, options->seed);
    bool well = a->begin == NULL || a->begin(&run);
    if (well && count == 0) well = read_own_files(&run);
    for (uint32_t i = 0; well && i < count; i++)
        well = read_file(&run, files[i]);
    if (well && run.derive) hand_on_derived(&run);
    if (a->end) a->end(run.user);
    derive_free(run.derive);
    for (int d = 0; d < YZ_DICTIONARY_COUNT; d++)
        yz_ids_free(run.entered[d]);
    yz_free(run.towns);
    yz_arena_free(run.arena);
    return well;
}

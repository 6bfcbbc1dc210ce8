#include "tools/gauges.h"

#include "engine/model/records.h"

#include <math.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>

const char *const GAUGES_QUESTION_NAMES[GAUGES_QUESTIONS] = {"jobs", "seekers", "standing",
                                                             "why",  "relax",   "unlock"};

// ---- one line: name{label="value",...} number ----

typedef struct sample {
    yz_text name, labels;
    double value;
} sample;

static bool read_sample(yz_text line, sample *s) {
    const char *end = line.bytes + line.size;
    const char *at = line.bytes;
    while (at < end && *at != '{' && *at != ' ')
        at++;
    s->name = (yz_text){line.bytes, (uint32_t)(at - line.bytes)};
    s->labels = (yz_text){at, 0};
    if (at < end && *at == '{') {
        // A label's value may hold a brace; the number never does.
        const char *last = end;
        while (last > at && last[-1] != '}')
            last--;
        if (last == at) return false;
        s->labels = (yz_text){at + 1, (uint32_t)(last - at - 2)};
        at = last;
    }
    if (at >= end || *at != ' ' || s->name.size == 0) return false;
    char number[40], *stop;
    size_t size = (size_t)(end - at - 1);
    if (size == 0 || size >= sizeof number) return false;
    memcpy(number, at + 1, size);
    number[size] = '\0';
    s->value = strtod(number, &stop);
    return *stop == '\0';
}

// False: it has no such label.
static bool label(const sample *s, const char *name, char value[40]) {
    size_t length = strlen(name);
    for (uint32_t at = 0; at + length + 3 <= s->labels.size; at++) {
        const char *here = s->labels.bytes + at;
        bool begins = at == 0 || here[-1] == ',';
        if (!begins || memcmp(here, name, length) != 0 || memcmp(here + length, "=\"", 2) != 0)
            continue;
        here += length + 2;
        size_t left = s->labels.size - at - length - 2;
        const char *quote = memchr(here, '"', left);
        if (quote == NULL) return false;
        snprintf(value, 40, "%.*s", (int)(quote - here), here);
        return true;
    }
    return false;
}

// ---- into the gauges ----

static const struct {
    const char *name;
    size_t at;
} PLAIN[] = {
    {"process_start_time_seconds", offsetof(gauges, started_s)},
    {"yizhan_market_time_seconds", offsetof(gauges, market_s)},
    {"yizhan_sequence", offsetof(gauges, sequence)},
    {"yizhan_commands_total", offsetof(gauges, commands)},
    {"yizhan_http_requests_total", offsetof(gauges, requests)}, // all labels together
    {"yizhan_read_hold_seconds_max", offsetof(gauges, read_hold_max_s)},
    {"yizhan_write_hold_seconds_max", offsetof(gauges, write_hold_max_s)},
    {"yizhan_openings", offsetof(gauges, openings)},
    {"yizhan_http_connections", offsetof(gauges, connections)},
    {"yizhan_sse_clients", offsetof(gauges, streams)},
    {"yizhan_sse_events_total", offsetof(gauges, events)},
    {"yizhan_teller_waiting", offsetof(gauges, telling)},
    {"yizhan_journal_durable_sequence", offsetof(gauges, durable)},
    {"yizhan_journal_bytes", offsetof(gauges, journal_bytes)},
    {"yizhan_journal_wal_bytes", offsetof(gauges, wal_bytes)},
    {"yizhan_journal_sync_seconds_max", offsetof(gauges, sync_max_s)},
    {"process_cpu_seconds_total", offsetof(gauges, cpu_s)},
    {"process_resident_memory_bytes", offsetof(gauges, resident_bytes)},
    {"yizhan_ready", offsetof(gauges, ready)},
    {"yizhan_store_read_only", offsetof(gauges, read_only)},
    {"yizhan_store_full", offsetof(gauges, full)},
};

static bool is(yz_text name, const char *wanted) {
    return yz_text_equal(name, yz_text_of(wanted));
}

static void take_plain(gauges *f, const sample *s) {
    for (size_t i = 0; i < sizeof PLAIN / sizeof PLAIN[0]; i++) {
        if (!is(s->name, PLAIN[i].name)) continue;
        *(double *)(void *)((char *)f + PLAIN[i].at) += s->value;
        return;
    }
    bool of_statistics = yz_text_starts_with(s->name, YZ_TEXT("yizhan_recount_mismatches")) ||
                         yz_text_starts_with(s->name, YZ_TEXT("yizhan_stats_mismatches"));
    if (of_statistics) f->mismatches = isnan(f->mismatches) ? s->value : f->mismatches + s->value;
}

static void take_states(const sample *s, double by_state[7]) {
    char word[40];
    if (!label(s, "state", word)) return;
    for (int state = 0; state <= YZ_STATE_EXPIRED; state++) {
        if (is(yz_record_state_name((yz_record_state)state), word)) by_state[state] = s->value;
    }
}

static void take_bucket(gauges_histogram *h, const sample *s) {
    char word[40];
    if (h->bounds == GAUGES_BOUNDS_MAX || !label(s, "le", word)) return;
    h->upper[h->bounds] = strtod(word, NULL); // "+Inf" too
    h->at_most[h->bounds] = s->value;
    h->bounds += 1;
}

// "_bucket" or "_count" of a histogram.
static void take_part(gauges_histogram *h, const sample *s, yz_text part) {
    if (is(part, "_bucket")) take_bucket(h, s);
    if (is(part, "_count")) h->count = s->value;
}

static bool after(yz_text name, const char *prefix, yz_text *rest) {
    yz_text begin = yz_text_of(prefix);
    if (!yz_text_starts_with(name, begin)) return false;
    *rest = (yz_text){name.bytes + begin.size, name.size - begin.size};
    return true;
}

static void take_asked(gauges *f, const sample *s, yz_text part) {
    char word[40];
    if (!label(s, "question", word)) return;
    for (int q = 0; q < GAUGES_QUESTIONS; q++) {
        if (strcmp(word, GAUGES_QUESTION_NAMES[q]) != 0) continue;
        take_part(&f->asked[q], s, part);
        f->questions[q] = f->asked[q].count;
    }
}

static void take(gauges *f, const sample *s) {
    yz_text part;
    char word[40];
    if (after(s->name, "yizhan_match_duration_seconds", &part)) {
        take_asked(f, s, part);
    } else if (is(s->name, "yizhan_postings")) {
        take_states(s, f->postings);
    } else if (is(s->name, "yizhan_seekers")) {
        take_states(s, f->seekers);
    } else if (is(s->name, "yizhan_told_total") && label(s, "kind", word)) {
        *(strcmp(word, "fit") == 0 ? &f->told_fit : &f->told_gone) = s->value;
    } else {
        if (after(s->name, "yizhan_read_hold_seconds", &part)) take_part(&f->read_holds, s, part);
        if (after(s->name, "yizhan_write_hold_seconds", &part)) take_part(&f->write_holds, s, part);
        if (after(s->name, "yizhan_append_seconds", &part)) take_part(&f->appends, s, part);
        take_plain(f, s);
    }
}

bool gauges_parse(yz_text text, gauges *f) {
    *f = (gauges){.mismatches = NAN};
    while (text.size > 0) {
        const char *end = memchr(text.bytes, '\n', text.size);
        uint32_t size = end != NULL ? (uint32_t)(end - text.bytes) : text.size;
        uint32_t taken = size + (end != NULL);
        yz_text line = {text.bytes, size};
        text = (yz_text){text.bytes + taken, text.size - taken};
        sample s;
        if (size > 0 && line.bytes[0] != '#' && read_sample(line, &s)) take(f, &s);
    }
    return f->started_s > 0;
}

// ---- histograms ----

gauges_histogram gauges_between(const gauges_histogram *before, const gauges_histogram *now) {
    gauges_histogram h = *now;
    if (before->bounds != now->bounds) return h; // there was none then
    for (uint32_t i = 0; i < h.bounds; i++)
        h.at_most[i] -= before->at_most[i];
    h.count -= before->count;
    return h;
}

void gauges_add(gauges_histogram *a, const gauges_histogram *b) {
    if (a->bounds == 0) {
        *a = *b;
        return;
    }
    for (uint32_t i = 0; i < a->bounds && i < b->bounds; i++)
        a->at_most[i] += b->at_most[i];
    a->count += b->count;
}

double gauges_quantile(const gauges_histogram *h, double share) {
    if (h->bounds == 0 || h->count <= 0) return NAN;
    double wanted = share * h->count, below = 0, lower = 0;
    for (uint32_t i = 0; i < h->bounds; i++) {
        double in = h->at_most[i] - below;
        if (h->at_most[i] >= wanted && in > 0) {
            if (isinf(h->upper[i])) return lower;
            return lower + (h->upper[i] - lower) * (wanted - below) / in;
        }
        below = h->at_most[i];
        if (!isinf(h->upper[i])) lower = h->upper[i];
    }
    return lower;
}

// ---- words ----

static void scaled(double value, double step, const char *units, char to[GAUGES_WORD_MAX]) {
    if (!isfinite(value)) {
        snprintf(to, GAUGES_WORD_MAX, "-");
        return;
    }
    // What would be printed as 1000 goes on to the next unit.
    while (fabs(value) >= 999.5 && units[1] != '\0') {
        value /= step;
        units += 1;
    }
    int digits = units[0] != ' ' && fabs(value) < 99.95 && fabs(value) > 0 ? 1 : 0;
    int size = snprintf(to, GAUGES_WORD_MAX, "%.*f", digits, value);
    if (units[0] != ' ') snprintf(to + size, GAUGES_WORD_MAX - (size_t)size, "%c", units[0]);
}

void gauges_count(double count, char to[GAUGES_WORD_MAX]) {
    scaled(count, 1000, " kMGT", to);
}

void gauges_size(double bytes, char to[GAUGES_WORD_MAX]) {
    scaled(bytes, 1024, " KMGT", to);
}

void gauges_time(double seconds, char to[GAUGES_WORD_MAX]) {
    static const struct {
        double size;
        const char *name;
    } UNITS[] = {{1e-9, "ns"}, {1e-6, "us"}, {1e-3, "ms"}, {1, "s"}};
    if (!isfinite(seconds)) {
        snprintf(to, GAUGES_WORD_MAX, "-");
        return;
    }
    int unit = 0;
    while (unit < 3 && seconds >= 999.5 * UNITS[unit].size)
        unit += 1;
    double value = seconds / UNITS[unit].size;
    snprintf(to, GAUGES_WORD_MAX, "%.*f%s", value < 9.95 && unit > 1 ? 1 : 0, value,
             UNITS[unit].name);
}

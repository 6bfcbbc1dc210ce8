/* After a crash: is everything there that was acknowledged, and nothing that nobody sent?
 *
 *     check [--redis] --port P [--also ID]... LOG...
 *
 * Reads what the writers logged, takes everything out of the server that runs again, and then also
 * asks it for each acknowledged record by name. The last line is
 *
 *     acknowledged=A lost=L phantom=F torn=T unacknowledged=U
 *
 * counted in operations. Lost: a record that is not there, or stands at an older version than was
 * acknowledged, or cannot be asked for. Phantom: a record or a version nobody sent. Torn: a record
 * that says something else than its name and version do. Exit 0: none of these; 1: some; 2: the
 * server could not be asked. */
#include "tests/rigs/record.h"
#include "tests/rigs/talk.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define TELL_MAX 10 // examples of each kind of fault
#define ASKERS 32

typedef struct memory {
    uint8_t sent, acknowledged, found; // versions; 0: none
    bool given;                        // when asked for by name
    bool torn;
    uint16_t acknowledgements;
} memory;

typedef struct row {
    uint32_t run, client, count, room;
    memory *records;
} row;

#define KNOWN_MAX 8

typedef struct checker {
    const char *known[KNOWN_MAX]; // ids of records that others made, which may be there
    uint32_t known_count;
    talk talk;
    row *rows; // one for each client of each run
    uint32_t row_count;
    uint64_t acknowledged, lost, phantom, torn, unacknowledged;
    uint64_t answers; // of the exports; there must be as many as were asked for
    uint32_t at_row[ASKERS], at_record[ASKERS], asked_exports;
    record_name under_way[ASKERS];
} checker;

// ---- what was logged ----

static row *row_of(checker *c, uint32_t run, uint32_t client) {
    static uint32_t last;
    if (last < c->row_count && c->rows[last].run == run && c->rows[last].client == client)
        return &c->rows[last];
    for (last = 0; last < c->row_count; last++)
        if (c->rows[last].run == run && c->rows[last].client == client) return &c->rows[last];
    return NULL;
}

static memory *memory_of(checker *c, record_name name) {
    row *r = row_of(c, name.run, name.client);
    return r != NULL && name.number < r->count ? &r->records[name.number] : NULL;
}

static void remember(checker *c, uint32_t run, uint32_t client, uint32_t operation,
                     uint32_t status) {
    row *r = row_of(c, run, client);
    if (r == NULL) {
        c->rows = realloc(c->rows, (c->row_count + 1) * sizeof *c->rows);
        yz_check(c->rows != NULL);
        r = &c->rows[c->row_count++];
        *r = (row){.run = run, .client = client};
    }
    uint32_t version;
    record_name name = record_of(run, client, operation, &version);
    while (name.number >= r->count) {
        if (r->count == r->room) {
            r->room = r->room * 2 + 256;
            r->records = realloc(r->records, r->room * sizeof *r->records);
            yz_check(r->records != NULL);
        }
        r->records[r->count++] = (memory){0};
    }
    memory *m = &r->records[name.number];
    if (version > m->sent) m->sent = (uint8_t)version;
    if (status / 100 != 2) return;
    m->acknowledgements += 1;
    c->acknowledged += 1;
    if (version > m->acknowledged) m->acknowledged = (uint8_t)version;
}

static bool read_log(checker *c, const char *path) {
    FILE *log = fopen(path, "r");
    if (log == NULL) return false;
    uint32_t run, client, operation, status, order, ready;
    while (fscanf(log, "%" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32 " %" SCNu32, &run,
                  &client, &operation, &status, &order, &ready) == 6)
        remember(c, run, client, operation, status);
    bool well = feof(log) != 0;
    fclose(log);
    return well;
}

// ---- what is there ----

static void tell(uint64_t *count, const char *what, const char *line, size_t size) {
    if (++*count <= TELL_MAX) printf("%s: %.*s\n", what, (int)size, line);
}

// The version that this is, from 1 to the newest sent; 0: none of them.
static uint32_t version_of(record_name name, uint32_t sent, const char *line, size_t size) {
    char wanted[RECORD_LINE_MAX];
    for (uint32_t version = 1; version <= sent; version++)
        if (record_line(wanted, name, version) == size && memcmp(wanted, line, size) == 0)
            return version;
    return 0;
}

static bool is_known(const checker *c, const char *id, size_t size) {
    for (uint32_t i = 0; i < c->known_count; i++) {
        if (strlen(c->known[i]) == size && memcmp(c->known[i], id, size) == 0) return true;
    }
    return false;
}

static void found(checker *c, const char *id, size_t id_size, const char *line, size_t size) {
    record_name name;
    memory *m = record_parse(id, id_size, &name) ? memory_of(c, name) : NULL;
    if (m == NULL && is_known(c, id, id_size)) return;
    if (m == NULL || m->sent == 0) {
        tell(&c->phantom, "phantom", line, size);
        return;
    }
    uint32_t version = version_of(name, m->sent, line, size);
    if (version == 0) {
        tell(&c->torn, "torn", line, size);
        m->torn = true;
    }
    if (m->found != 0) tell(&c->phantom, "twice", line, size);
    m->found = (uint8_t)version;
}

static void found_lines(checker *c, const char *at, size_t size) {
    static const char BEFORE[] = "{\"id\":\"";
    const char *end = at + size;
    while (at < end) {
        const char *line_end = memchr(at, '\n', (size_t)(end - at));
        if (line_end == NULL) line_end = end;
        size_t line = (size_t)(line_end - at), before = sizeof BEFORE - 1;
        if (line > before && memcmp(at, BEFORE, before) == 0) {
            const char *id = at + before, *id_end = memchr(id, '"', (size_t)(line_end - id));
            found(c, id, id_end ? (size_t)(id_end - id) : 0, at, line);
        } else if (line > 0) {
            tell(&c->torn, "no record", at, line);
        }
        at = line_end + 1;
    }
}

// ---- exports: all of it, whatever its name ----

static size_t ask_export(void *context, uint32_t number, char question[TALK_QUESTION_MAX]) {
    checker *c = context;
    (void)number;
    if (c->talk.wire == TALK_REDIS)
        return c->asked_exports++ ? 0
                                  : (size_t)sprintf(question, "*2\r\n$4\r\nKEYS\r\n$1\r\n*\r\n");
    static const char *const COLLECTIONS[] = {"postings", "seekers"};
    if (c->asked_exports == 2) return 0;
    return talk_get(TALK_HTTP, question, COLLECTIONS[c->asked_exports++], "export");
}

static void take_export(void *context, uint32_t number, const talk_answer *answer) {
    checker *c = context;
    (void)number;
    if (answer->status != 200) return;
    c->answers += 1;
    if (c->talk.wire == TALK_HTTP) {
        found_lines(c, answer->body, answer->size);
        return;
    }
    // Redis says only names here: what they hold is asked for by name.
    const char *at = answer->body, *end = at + answer->size;
    while ((at = memchr(at, '$', (size_t)(end - at))) != NULL) {
        char *id;
        size_t size = strtoul(at + 1, &id, 10);
        record_name name;
        memory *m = record_parse(id + 2, size, &name) ? memory_of(c, name) : NULL;
        if (m == NULL || m->sent == 0) tell(&c->phantom, "phantom", id + 2, size);
        at = id + 2 + size;
    }
}

// ---- each one by name ----

static size_t ask_name(void *context, uint32_t number, char question[TALK_QUESTION_MAX]) {
    checker *c = context;
    for (;;) { // asker i takes rows i, i + ASKERS ...
        if (c->at_row[number] >= c->row_count) return 0;
        row *r = &c->rows[c->at_row[number]];
        if (c->at_record[number] == r->count) {
            c->at_row[number] += ASKERS;
            c->at_record[number] = 0;
            continue;
        }
        uint32_t record = c->at_record[number]++;
        if (c->talk.wire == TALK_HTTP && r->records[record].acknowledged == 0) continue;
        record_name name = {r->run, r->client, record};
        char id[RECORD_ID_MAX];
        record_id(id, name);
        c->under_way[number] = name;
        return talk_get(c->talk.wire, question,
                        record_kind_of(name) == RECORD_POSTING ? "postings" : "seekers", id);
    }
}

static void take_name(void *context, uint32_t number, const talk_answer *answer) {
    checker *c = context;
    record_name name = c->under_way[number];
    memory *m = memory_of(c, name);
    if (answer->status != 200) return;
    m->given = true;
    char id[RECORD_ID_MAX];
    size_t size = record_id(id, name);
    if (c->talk.wire == TALK_REDIS)
        found(c, id, size, answer->body, answer->size);
    else if (!m->torn && version_of(name, m->sent, answer->body, answer->size) != m->found)
        tell(&c->torn, "other than exported", answer->body, answer->size);
}

static void count_losses(checker *c) {
    for (uint32_t i = 0; i < c->row_count; i++) {
        for (uint32_t k = 0; k < c->rows[i].count; k++) {
            const memory *m = &c->rows[i].records[k];
            uint32_t there = m->given ? m->found : 0;
            if (m->found > m->acknowledged) c->unacknowledged += 1;
            if (m->torn || there >= m->acknowledged) continue;
            char id[RECORD_ID_MAX], line[80];
            record_id(id, (record_name){c->rows[i].run, c->rows[i].client, k});
            int size = snprintf(line, sizeof line, "%s version %u, %s %u", id, m->acknowledged,
                                m->given ? "found" : "not given by name; exported", m->found);
            uint64_t gone = there == 0 ? m->acknowledgements : 1u;
            tell(&c->lost, "lost", line, (size_t)size);
            c->lost += gone - 1;
        }
    }
}

static bool parse(checker *c, int count, char **words) {
    bool logs = false;
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--redis") == 0) {
            c->talk.wire = TALK_REDIS;
        } else if (strcmp(words[i], "--port") == 0 && i + 1 < count) {
            c->talk.port = (uint16_t)strtoul(words[++i], NULL, 10);
        } else if (strcmp(words[i], "--also") == 0 && i + 1 < count && c->known_count < KNOWN_MAX) {
            c->known[c->known_count++] = words[++i];
        } else if (!read_log(c, words[i])) {
            fprintf(stderr, "check: cannot read the log %s\n", words[i]);
            return false;
        } else {
            logs = true;
        }
    }
    return logs && c->talk.port != 0;
}

int main(int count, char **words) {
    checker c = {.talk = {.seconds = 300}};
    c.talk.context = &c;
    if (!parse(&c, count, words)) {
        fprintf(stderr, "check [--redis] --port P [--also ID]... LOG...\n");
        return 2;
    }
    c.talk.connections = 1;
    c.talk.ask = ask_export;
    c.talk.answered = take_export;
    bool well =
        talk_run(&c.talk) == 1 && c.answers == c.asked_exports - (c.talk.wire == TALK_REDIS);
    c.talk.connections = ASKERS;
    c.talk.ask = ask_name;
    c.talk.answered = take_name;
    for (uint32_t i = 0; i < ASKERS; i++)
        c.at_row[i] = i;
    well = talk_run(&c.talk) == ASKERS && well;
    if (!well) printf("the server could not be asked for everything\n");
    count_losses(&c);
    printf("acknowledged=%" PRIu64 " lost=%" PRIu64 " phantom=%" PRIu64 " torn=%" PRIu64
           " unacknowledged=%" PRIu64 "\n",
           c.acknowledged, c.lost, c.phantom, c.torn, c.unacknowledged);
    for (uint32_t i = 0; i < c.row_count; i++)
        free(c.rows[i].records);
    free(c.rows);
    if (!well) return 2;
    return c.lost + c.phantom + c.torn > 0;
}

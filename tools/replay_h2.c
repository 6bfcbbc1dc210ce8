/* us-h2-seasonal-jobs: an order comes on the day it was posted and is open until its last day. The
 * postings are those of `import` (adapters/us_h2.c); this file adds when things happened.
 *
 *   posted_at     the order appears; a row without it is left out
 *   decided_at    closed, if it was denied, withdrawn or rejected before its last day
 *   start, end    the period; the posting expires by itself after its last day
 *   to match      seekers derived near the postings (tools/derive.h), there from the first day; who
 *                 is placed begins on the first day and is free again after the last
 *
 * The set does not say where workers are housed. */
#include "tools/adapter.h"
#include "tools/replay.h"
#include "tools/table.h"

#include "engine/model/time.h"

#include <stdio.h>

#define SET "us-h2-seasonal-jobs"
#define WORKERS 20000

typedef struct reading {
    const replay_source *source;
    replay_tape *tape;
    uint32_t next;    // of the tape's items: the posting that the second reading waits for
    int64_t first_ms; // the first day anything was posted
} reading;

// ---- first reading: what ----

static yz_text kept(reading *r, yz_text text) {
    return text.size == 0 ? YZ_TEXT("") : yz_arena_text(r->tape->arena, text);
}

static const yz_skill_level *kept_skills(reading *r, const yz_skill_level *skills, uint32_t count) {
    yz_skill_level *list = yz_arena_take(r->tape->arena, (count + 1) * sizeof *list);
    for (uint32_t i = 0; i < count; i++)
        list[i] = (yz_skill_level){kept(r, skills[i].skill), skills[i].level};
    return list;
}

static const char *take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    reading *r = context;
    yz_command *c = &replay_tape_add(r->tape)->command;
    c->type = YZ_COMMAND_ENTRY_PUT;
    c->at_ms = YZ_TIME_MS_MIN; // moved to the first day
    c->entry_put.dictionary = dictionary;
    c->entry_put.entry = (yz_entry){kept(r, entry->id), kept(r, entry->name_zh),
                                    kept(r, entry->name_en), entry->weight};
    return NULL;
}

static const char *take_posting(void *context, const yz_posting *posting) {
    reading *r = context;
    yz_command *c = &replay_tape_add(r->tape)->command;
    c->type = YZ_COMMAND_POSTING_PUT;
    c->at_ms = YZ_TIME_MS_MAX; // until the second reading says
    c->posting_put.fields = YZ_POSTING_ALL;
    yz_posting *p = &c->posting_put.posting;
    *p = *posting;
    p->id = kept(r, p->id);
    p->employer = kept(r, p->employer);
    p->title = kept(r, p->title);
    p->occupation = kept(r, p->occupation);
    p->place.division = kept(r, p->place.division);
    p->required = kept_skills(r, p->required, p->required_count);
    p->preferred_count = 0;
    return NULL;
}

static const char *take_seeker(void *context, const yz_seeker *seeker) {
    reading *r = context;
    yz_command *c = &replay_tape_add(r->tape)->command;
    c->type = YZ_COMMAND_SEEKER_PUT;
    c->at_ms = YZ_TIME_MS_MIN;
    c->seeker_put.fields = YZ_SEEKER_ALL | YZ_SEEKER_OCCUPATION;
    yz_seeker *s = &c->seeker_put.seeker;
    *s = *seeker;
    s->id = kept(r, s->id);
    s->person = kept(r, s->person);
    s->occupation = kept(r, s->occupation);
    s->place.division = kept(r, s->place.division);
    s->skills = kept_skills(r, s->skills, s->skill_count);
    return NULL;
}

static void on_rejected(void *context, const char *file, uint64_t row, const char *why) {
    (void)file, (void)row;
    replay_tape_reject(((reading *)context)->tape, why);
}

// ---- second reading: when ----

enum { ID, POSTED, DECIDED, STATUS };
static const char *const COLUMNS[] = {"job_id", "posted_at", "decided_at", "status"};

static void close_if_refused(reading *r, const yz_text *cells, const yz_posting *p,
                             int64_t posted_ms) {
    int64_t decided_ms;
    bool refused = cell_has(cells[STATUS], "denied") || cell_has(cells[STATUS], "withdrawn") ||
                   cell_has(cells[STATUS], "rejected");
    if (!refused || !yz_time_parse(cells[DECIDED], YZ_DAY_BEGIN, &decided_ms)) return;
    if (decided_ms < posted_ms || decided_ms > p->valid_to_ms) return;
    replay_item *item = replay_tape_add(r->tape); // p is no longer valid
    item->event = true;
    item->command.type = YZ_COMMAND_POSTING_CLOSE;
    item->command.at_ms = decided_ms;
}

static bool take_when(void *context, uint64_t row, const yz_text *cells) {
    reading *r = context;
    (void)row;
    uint32_t at = r->next;
    while (at < r->tape->count && r->tape->items[at].command.type != YZ_COMMAND_POSTING_PUT)
        at += 1;
    if (at == r->tape->count) return false;
    r->next = at;
    replay_item *item = &r->tape->items[at];
    yz_posting *p = &item->command.posting_put.posting;
    if (!yz_text_equal(p->id, cells[ID])) return true; // a row that was rejected
    r->next += 1;
    int64_t posted_ms;
    if (!yz_time_parse(cells[POSTED], YZ_DAY_BEGIN, &posted_ms)) {
        replay_tape_reject(r->tape, "no day of posting");
        return true;
    }
    if (p->valid_to_ms < posted_ms) {
        replay_tape_reject(r->tape, "over before it was posted");
        return true;
    }
    item->event = true;
    item->command.at_ms = posted_ms;
    item->begin_ms = p->valid_from_ms > posted_ms ? p->valid_from_ms : posted_ms;
    item->work_ms = r->source->match ? p->valid_to_ms + 1 - item->begin_ms : 0;
    p->valid_from_ms = posted_ms;
    if (posted_ms < r->first_ms) r->first_ms = posted_ms;
    yz_text id = p->id;
    uint32_t before = r->tape->count;
    close_if_refused(r, cells, p, posted_ms);
    if (r->tape->count > before) r->tape->items[before].command.named.id = id;
    return true;
}

// Postings without a day go; what was set up before the first day comes on it.
static void settle(reading *r) {
    replay_tape *tape = r->tape;
    uint32_t count = 0;
    for (uint32_t i = 0; i < tape->count; i++) {
        replay_item item = tape->items[i];
        if (item.command.at_ms == YZ_TIME_MS_MAX) continue;
        if (item.command.at_ms == YZ_TIME_MS_MIN) item.command.at_ms = r->first_ms;
        tape->events += item.event;
        tape->items[count++] = item;
    }
    tape->count = count;
    replay_tape_sort(tape);
}

bool replay_read_h2(const replay_source *source, replay_tape *tape) {
    reading r = {.source = source, .tape = tape, .first_ms = YZ_TIME_MS_MAX};
    char standard[1024], why[TABLE_WHY_MAX] = "";
    snprintf(standard, sizeof standard, "%.900s/" SET "/jobs.csv.gz", source->datasets);
    const char *files[] = {source->file_count > 0 ? source->files[0] : standard};
    if (source->file_count > 1) {
        snprintf(tape->why, sizeof tape->why, "one file of this set at a time");
        return false;
    }
    uint32_t workers = source->workers > 0 ? source->workers : WORKERS;
    adapter_options how = {.datasets = source->datasets,
                           .seed = source->seed,
                           .limit = source->limit,
                           .derive_seekers = source->match ? workers : 0,
                           .at_ms = INT64_MIN};
    adapter_sink sink = {&r, take_entry, take_posting, take_seeker, on_rejected, NULL};
    adapter_report report;
    if (!adapter_import(adapter_find(SET), files, 1, &how, &sink, &report)) {
        snprintf(tape->why, sizeof tape->why, "%.1000s", report.failure);
        return false;
    }
    tape->rows = report.rows;
    if (!table_read(files[0], COLUMNS, 4, take_when, &r, why)) {
        snprintf(tape->why, sizeof tape->why, "%.600s: %s", files[0], why);
        return false;
    }
    settle(&r);
    return true;
}

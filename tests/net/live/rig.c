#include "rig.h"

#include "engine/base/alloc.h"
#include "net/api/wire_board.h"
#include "net/api/wire_news.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

#define AT_MS 1764000000000
#define PEOPLE 12
#define POSTINGS 6

// ---- the house ----

static void write_news(const yz_command *command, const live_news *news, http_bytes *to) {
    json_out out;
    json_out_init(&out, 65536);
    wire_news(&out, command, news);
    http_bytes_add(to, out.bytes, out.size);
    json_out_deinit(&out);
}

static const yz_market *read_begin(void *context, uint32_t loop) {
    (void)loop;
    return ((rig *)context)->market;
}

static void read_end(void *context, uint32_t loop) {
    (void)context;
    (void)loop;
}

static void wake(void *context, uint32_t loop) {
    ((rig *)context)->woken[loop] = true;
}

static void beside(void *context, uint32_t loop, void (*work)(void *), void (*after)(void *),
                   void *job) {
    rig *r = context;
    cr_assert_lt(r->job_count, 64);
    r->jobs[r->job_count].loop = loop;
    r->jobs[r->job_count].work = work;
    r->jobs[r->job_count].after = after;
    r->jobs[r->job_count++].job = job;
}

static live_read read_journal(void *context, uint64_t after, uint64_t upto,
                              bool (*take)(void *, const yz_command *, const unsigned char *,
                                           size_t),
                              void *take_context) {
    rig *r = context;
    yz_arena *arena = yz_arena_new(1 << 20);
    live_read result = LIVE_READ_DONE;
    r->reads += 1;
    if (r->unreadable) result = LIVE_READ_FAILED;
    if (after < r->trimmed) result = LIVE_READ_TRIMMED;
    for (uint64_t at = after + 1; at <= upto && result == LIVE_READ_DONE; at++) {
        yz_command command;
        size_t used;
        const char *why;
        yz_arena_reset(arena);
        cr_assert_eq(yz_record_decode(r->records[at].bytes, r->records[at].size, NULL, arena,
                                      &command, &used, &why),
                     YZ_OK);
        if (!take(take_context, &command, r->records[at].bytes, r->records[at].size)) break;
    }
    yz_arena_free(arena);
    return result;
}

// ---- http: an exchange is a stream ----

static http_body_mode on_head(void *context, http_exchange *x) {
    (void)context;
    (void)x;
    return HTTP_BODY_BUFFER;
}

static void over(void *context) {
    ((client *)context)->stream = NULL;
}

static void on_request(void *context, http_exchange *x) {
    rig *r = context;
    client *c = r->opening;
    live_topics topics = {.count = 0};
    live_place place = {.kind = LIVE_FROM_NOW};
    yz_text wrong, id = http_exchange_header(x, "last-event-id");
    live_desk *desk = live_desk_of(r->live, c->loop);
    cr_assert_eq(live_topics_add(&topics, yz_text_of(c->topics), &wrong), LIVE_TOPICS_GOOD);
    topics.board = c->board_key;
    if (id.size > 0) cr_assert(live_place_parse(desk, id, &place), "%.*s", (int)id.size, id.bytes);
    http_exchange_set_user(x, c);
    c->stream = live_open(desk, x, &topics, place, over, c);
    cr_assert_not_null(c->stream);
}

static void on_drained(void *context, http_exchange *x) {
    (void)context;
    client *c = http_exchange_user(x);
    if (c->stream != NULL) live_stream_drained(c->stream);
}

static void on_gone(void *context, http_exchange *x) {
    (void)context;
    client *c = http_exchange_user(x);
    if (c->stream != NULL) live_stream_gone(c->stream);
    c->stream = NULL;
}

static void http_wake(void *context, http_conn *conn) {
    (void)context;
    (void)conn;
}

// ---- the rig ----

static size_t ring_bytes_of;
static bool has_journal;

static void start(rig *r) {
    live_options options = {.loops = RIG_LOOPS,
                            .ring_bytes_max = ring_bytes_of,
                            .mark = 0x1a2b3c4d,
                            .write = write_news,
                            .boards = wire_boards(),
                            .context = r,
                            .read_begin = read_begin,
                            .read_end = read_end,
                            .wake = wake,
                            .beside = beside};
    if (has_journal) options.journal = (live_journal){r, read_journal};
    r->live = live_new(&options);
    live_start(r->live, r->market);
}

static void enter(rig *r, yz_dictionary dictionary, const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = dictionary;
    c.entry_put.entry = (yz_entry){yz_text_of(id), yz_text_of(id), yz_text_of(id), 0};
    (void)rig_apply(r, c);
}

static void open_seeker(rig *r, int number) {
    static const yz_text NOBODY = {"", 0};
    char id[16];
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    snprintf(id, sizeof id, "s%d", number);
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker =
        (yz_seeker){.id = yz_text_of(id),
                    .person = NOBODY,
                    .place = {.lat_e7 = 345800000, .lon_e7 = 1057200000, .division = YZ_TEXT("")},
                    .radius_m = 100000,
                    .types = YZ_TYPE_FULL,
                    .shifts = YZ_SHIFTS_ALL,
                    .wants_push = true};
    (void)rig_apply(r, c);
}

void rig_init(rig *r, size_t ring_bytes, bool with_journal) {
    *r = (rig){.now_ns = 1000000000};
    ring_bytes_of = ring_bytes;
    has_journal = with_journal;
    yz_market_options options = {.hash_key = {3, 4}, .at_ms = AT_MS};
    r->market = yz_market_new(&options);
    http_service_options service = {.handler = {.context = r,
                                                .on_head = on_head,
                                                .on_request = on_request,
                                                .on_drained = on_drained,
                                                .on_gone = on_gone},
                                    .limits = http_limits_default(),
                                    .wake = http_wake};
    service.limits.out_bytes_mark = RIG_BUFFER_BYTES;
    for (int i = 0; i < RIG_LOOPS; i++)
        r->services[i] = http_service_new(&service);
    start(r);
    enter(r, YZ_DIVISIONS, "620502");
    enter(r, YZ_DIVISIONS, "620503");
    enter(r, YZ_DIVISIONS, "610113");
    for (int i = 0; i < PEOPLE; i++)
        open_seeker(r, i);
}

static void stop(rig *r) {
    while (r->job_count > 0)
        rig_work(r);
    live_free(r->live);
}

void rig_restart(rig *r) {
    stop(r);
    start(r);
}

void rig_deinit(rig *r) {
    stop(r);
    for (int i = 0; i < RIG_LOOPS; i++)
        http_service_free(r->services[i]);
    for (uint64_t i = 1; i <= r->sequence; i++)
        yz_bytes_deinit(&r->records[i]);
    yz_market_free(r->market);
}

static yz_text division_now(const rig *r, const yz_command *c) {
    static yz_arena *arena;
    yz_posting_view view;
    if (arena == NULL) arena = yz_arena_new(1 << 20);
    yz_arena_reset(arena);
    yz_text id = live_news_posting(c);
    if (id.size == 0 || !yz_market_posting(r->market, id, arena, &view)) return YZ_TEXT("");
    return view.posting.place.division;
}

bool rig_apply(rig *r, yz_command command) {
    yz_problem problem;
    uint64_t sequence = ++r->sequence;
    cr_assert_lt(sequence, RIG_COMMANDS_MAX);
    cr_assert_eq(yz_market_admit(&command, &problem), YZ_OK, "%s %s",
                 yz_problem_name(problem.code).bytes, problem.pointer);
    command.sequence = sequence;
    command.at_ms = AT_MS + (int64_t)sequence * 10;
    yz_bytes_init(&r->records[sequence], YZ_RECORD_BYTES_MAX);
    cr_assert_eq(yz_record_encode(&command, NULL, &r->records[sequence]), YZ_OK);
    yz_outcome outcome = yz_market_apply(r->market, &command, NULL);
    r->is_news[sequence] = outcome.status == YZ_OK && outcome.changed && !outcome.repeated;
    r->division[sequence] = division_now(r, &command);
    if (r->is_news[sequence]) live_publish(r->live, r->market, &command);
    live_passed(r->live, sequence);
    return r->is_news[sequence];
}

// ---- random commands ----

static yz_text name(yz_random *random, char first, uint32_t count, char room[8]) {
    snprintf(room, 8, "%c%u", first, (unsigned)yz_random_below(random, count));
    return yz_text_of(room);
}

static void random_tell(rig *r, yz_random *random) {
    static char names[PEOPLE][8];
    yz_tell_to to[PEOPLE];
    char posting[8];
    yz_posting_view view;
    yz_seeker_view seeker;
    yz_arena *arena = yz_arena_new(1 << 20);
    yz_command c = {.type = YZ_COMMAND_TELL};
    c.tell.posting = name(random, 'p', POSTINGS, posting);
    if (!yz_market_posting(r->market, c.tell.posting, arena, &view)) view.epoch = view.version = 1;
    c.tell.kind = yz_random_below(random, 3) == 0 ? YZ_TELL_GONE : YZ_TELL_FIT;
    c.tell.epoch = view.epoch;
    c.tell.version = view.version;
    c.tell.tranche = 1;
    if (c.tell.kind == YZ_TELL_GONE) {
        c.tell.reason = YZ_GONE_CHANGED;
        c.tell.tranche = 0;
    }
    c.tell.to = to;
    for (uint32_t i = 0; i < PEOPLE; i++) {
        if (yz_random_below(random, 3) != 0) continue;
        snprintf(names[i], sizeof names[i], "s%u", i);
        to[c.tell.count].seeker = yz_text_of(names[i]);
        (void)yz_market_seeker(r->market, yz_text_of(names[i]), arena, &seeker);
        to[c.tell.count++].version = seeker.version;
    }
    yz_problem problem;
    if (yz_market_admit(&c, &problem) == YZ_OK) (void)rig_apply(r, c);
    yz_arena_free(arena);
}

static void random_posting(rig *r, yz_random *random) {
    static const char *const DIVISIONS[] = {"620502", "620503", "610113"};
    char id[8];
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT};
    yz_text posting = name(random, 'p', POSTINGS, id);
    if (yz_random_below(random, 2) == 0) {
        c.type = (yz_command_type)(YZ_COMMAND_POSTING_PAUSE + yz_random_below(random, 3));
        c.named.id = posting;
        (void)rig_apply(r, c);
        return;
    }
    // Stays in its division: who catches up is told where a posting is now.
    const char *division = DIVISIONS[(id[1] - '0') % 3];
    c.posting_put.fields = YZ_POSTING_ALL;
    c.posting_put.posting = (yz_posting){
        .id = posting,
        .title = YZ_TEXT("电工"),
        .place = {.lat_e7 = 345800000, .lon_e7 = 1057200000, .division = yz_text_of(division)},
        .type = YZ_TYPE_FULL,
        .openings = 50 + (uint32_t)yz_random_below(random, 3),
        .shifts = YZ_SHIFTS_ALL,
        .valid_from_ms = YZ_TIME_MS_MIN,
        .valid_to_ms = YZ_TIME_MS_MAX};
    (void)rig_apply(r, c);
}

static void random_venue(rig *r, yz_random *random) {
    char ticket[8];
    yz_command c = {.type = YZ_COMMAND_VISIT};
    if (yz_random_below(random, 8) == 0) {
        c.type = YZ_COMMAND_VENUE_PUT;
        c.venue_put.venue = (yz_venue){
            .id = YZ_TEXT("v"),
            .name_zh = YZ_TEXT("驿站"),
            .name_en = YZ_TEXT("station"),
            .kind = YZ_VENUE_STATION,
            .place = {.lat_e7 = 345800000, .lon_e7 = 1057200000, .division = YZ_TEXT("620502")},
            .from_ms = YZ_TIME_MS_MIN,
            .to_ms = YZ_TIME_MS_MAX};
        (void)rig_apply(r, c);
        return;
    }
    c.visit.venue = YZ_TEXT("v");
    c.visit.ticket = name(random, 't', 20, ticket);
    c.visit.step = (yz_visit_step)(1 + yz_random_below(random, 2));
    (void)rig_apply(r, c);
}

static void random_step(rig *r, yz_random *random) {
    static const yz_step STEPS[] = {YZ_STEP_VIEWED, YZ_STEP_APPLIED,  YZ_STEP_INTERVIEW,
                                    YZ_STEP_HELD,   YZ_STEP_DECLINED, YZ_STEP_WITHDRAWN};
    char seeker[8], posting[8];
    yz_command c = {.type = YZ_COMMAND_REFERRAL_STEP};
    c.referral.seeker = name(random, 's', PEOPLE, seeker);
    c.referral.posting = name(random, 'p', POSTINGS, posting);
    c.referral.source = YZ_TEXT("");
    c.referral.step = STEPS[yz_random_below(random, 6)];
    (void)rig_apply(r, c);
}

void rig_random(rig *r, yz_random *random) {
    switch (yz_random_below(random, 6)) {
    case 0: random_posting(r, random); return;
    case 1: random_tell(r, random); return;
    case 2: random_venue(r, random); return;
    case 3: open_seeker(r, (int)yz_random_below(random, PEOPLE)); return; // no news
    default: random_step(r, random); return;
    }
}

// ---- turns ----

void rig_turn_desks(rig *r) {
    for (uint32_t i = 0; i < RIG_LOOPS; i++) {
        bool woken = r->woken[i];
        r->woken[i] = false;
        if (woken) live_turn(live_desk_of(r->live, i), r->now_ns);
    }
}

void rig_work(rig *r) {
    if (r->job_count == 0) return;
    r->job_count -= 1;
    void (*after)(void *) = r->jobs[r->job_count].after;
    void *job = r->jobs[r->job_count].job;
    r->jobs[r->job_count].work(job);
    after(job);
}

void rig_turn(rig *r) {
    for (int i = 0; i < 100000 && (r->job_count > 0 || r->woken[0] || r->woken[1]); i++) {
        rig_turn_desks(r);
        rig_work(r);
    }
    cr_assert(r->job_count == 0 && !r->woken[0] && !r->woken[1], "it never comes to rest");
}

void rig_wait(rig *r, uint64_t ms) {
    for (uint64_t passed = 0; passed < ms; passed += 25) {
        r->now_ns += 25000000;
        for (uint32_t i = 0; i < RIG_LOOPS; i++)
            live_tick(live_desk_of(r->live, i), r->now_ns);
        rig_turn(r);
    }
}

// ---- clients ----

client *client_new(rig *r, uint32_t loop, const char *topics) {
    client *c = yz_alloc_zeroed(sizeof *c);
    c->rig = r;
    c->loop = loop;
    snprintf(c->topics, sizeof c->topics, "%s", topics);
    c->list = yz_alloc(RIG_EVENTS_MAX * sizeof *c->list);
    return c;
}

void client_connect_at(client *c, const char *id) {
    char request[512], header[128] = "";
    http_peer peer = {.address = "127.0.0.1", .loopback = true};
    cr_assert_null(c->conn);
    if (id != c->last_id) snprintf(c->last_id, sizeof c->last_id, "%s", id);
    if (id[0] != '\0') snprintf(header, sizeof header, "Last-Event-ID: %s\r\n", id);
    int size =
        snprintf(request, sizeof request, "GET / HTTP/1.1\r\nHost: localhost\r\n%s\r\n", header);
    c->conn = http_conn_new(c->rig->services[c->loop], &peer, c, c->rig->now_ns);
    c->head_over = c->ended = false;
    c->size = 0;
    c->rig->opening = c;
    http_conn_feed(c->conn, request, (size_t)size, c->rig->now_ns);
}

void client_connect(client *c) {
    client_connect_at(c, c->last_id);
}

void client_cut(client *c) {
    if (c->conn != NULL) http_conn_free(c->conn);
    c->conn = NULL;
    c->size = 0;
}

void client_free(client *c) {
    client_cut(c);
    cJSON_Delete(c->board);
    yz_free(c->bytes);
    yz_free(c->list);
    yz_free(c);
}

// What changed, into what there was.
static void merge(cJSON *to, cJSON *from) {
    cJSON *next;
    for (cJSON *child = from->child; child != NULL; child = next) {
        cJSON *had = cJSON_GetObjectItemCaseSensitive(to, child->string);
        next = child->next;
        if (cJSON_IsObject(had) && cJSON_IsObject(child)) {
            merge(had, child);
            continue;
        }
        cJSON_DetachItemViaPointer(from, child);
        char name[32];
        snprintf(name, sizeof name, "%s", child->string);
        cJSON_DeleteItemFromObjectCaseSensitive(to, name);
        cJSON_AddItemToObject(to, name, child);
    }
}

static void understand_board(client *c, bool state, const char *data) {
    cJSON *line = cJSON_Parse(data);
    cr_assert_not_null(line, "%s", data);
    if (state) {
        cJSON_Delete(c->board);
        c->board = line;
        c->states += 1;
        return;
    }
    cr_assert_not_null(c->board, "a delta before a state");
    merge(c->board, line);
    cJSON_Delete(line);
    uint64_t gap = c->rig->now_ns - c->delta_ns;
    if (c->deltas++ == 0 || gap < c->delta_gap_ns) c->delta_gap_ns = gap;
    c->delta_ns = c->rig->now_ns;
}

static void understand_event(client *c, char *block) {
    char id[64] = "", event[16] = "", reason[32] = "";
    const char *data = "";
    bool has_data = false;
    uint64_t seq = 0;
    for (char *line = strtok(block, "\n"); line != NULL; line = strtok(NULL, "\n")) {
        if (strncmp(line, "id: ", 4) == 0) snprintf(id, sizeof id, "%.63s", line + 4);
        if (strncmp(line, "event: ", 7) == 0) snprintf(event, sizeof event, "%.15s", line + 7);
        if (strncmp(line, "data: ", 6) == 0) {
            has_data = true;
            data = line + 6;
            const char *why = strstr(line, "\"reason\":\""), *at = strstr(line, "{\"seq\":");
            if (why != NULL) sscanf(why + 10, "%31[a-z_]", reason);
            if (at != NULL) seq = strtoull(at + 7, NULL, 10);
        }
        if (strncmp(line, ": keep-alive", 12) == 0) c->beats += 1;
    }
    if (id[0] != '\0') snprintf(c->last_id, sizeof c->last_id, "%s", id);
    if (!has_data) return; // as the standard says: then it is no event
    if (strcmp(event, "state") == 0 || strcmp(event, "delta") == 0) {
        understand_board(c, event[0] == 's', data);
    } else if (strcmp(event, "start") == 0) {
        c->starts += 1;
    } else if (strcmp(event, "slow") == 0) {
        c->slow += 1;
    } else if (strcmp(event, "reset") == 0) {
        c->resets += 1;
        c->reset_at = seq;
        snprintf(c->reason, sizeof c->reason, "%s", reason);
    } else {
        cr_assert_lt(c->count, RIG_EVENTS_MAX);
        heard *h = &c->list[c->count++];
        *h = (heard){0};
        cr_assert_eq(sscanf(id, "%lu.%u", &h->sequence, &h->index), 2, "%s", id);
        cr_assert_eq(seq, h->sequence);
        snprintf(h->event, sizeof h->event, "%.11s", event);
    }
}

// A chunk is a run of whole events; a stream may end within one.
static void understand(client *c) {
    for (;;) {
        char *end;
        c->bytes[c->size] = '\0';
        if (!c->head_over) {
            char *blank = strstr(c->bytes, "\r\n\r\n");
            if (blank == NULL) return;
            cr_assert(strncmp(c->bytes, "HTTP/1.1 200", 12) == 0);
            c->head_over = true;
            end = blank + 4;
        } else {
            char *line = strstr(c->bytes, "\r\n");
            if (line == NULL) return;
            size_t chunk = strtoul(c->bytes, NULL, 16), head = (size_t)(line - c->bytes) + 2;
            if (c->size < head + chunk + 2) return;
            if (chunk == 0) c->ended = true;
            char *at = c->bytes + head;
            at[chunk] = '\0';
            end = at + chunk + 2;
            for (char *blank; (blank = strstr(at, "\n\n")) != NULL; at = blank + 2) {
                *blank = '\0';
                understand_event(c, at);
            }
        }
        c->size -= (size_t)(end - c->bytes);
        memmove(c->bytes, end, c->size);
    }
}

void client_read(client *c, size_t most) {
    while (most > 0 && c->conn != NULL) {
        yz_text out = http_conn_output(c->conn);
        size_t size = out.size < most ? out.size : most;
        if (size == 0) return;
        if (c->size + size + 1 > c->room) {
            c->room = 2 * (c->size + size + 1);
            c->bytes = yz_realloc(c->bytes, c->room);
        }
        memcpy(c->bytes + c->size, out.bytes, size);
        c->size += size;
        most -= size;
        c->taken += size;
        http_conn_sent(c->conn, size, c->rig->now_ns);
        understand(c);
    }
}

// ---- the slow twin ----

static bool in_list(const char *topics, const char *word, yz_text key, bool prefix) {
    char copy[256];
    snprintf(copy, sizeof copy, "%s", topics);
    for (char *one = strtok(copy, ","); one != NULL; one = strtok(NULL, ",")) {
        size_t size = strlen(word);
        if (strncmp(one, word, size) != 0) continue;
        if (strcmp(word, "screen") == 0) return true;
        size_t id = strlen(one + size);
        if ((prefix ? id <= key.size : id == key.size) && memcmp(one + size, key.bytes, id) == 0)
            return true;
    }
    return false;
}

// Does who hears `topics` hear event `index`, and what is it called? NULL: no.
static const char *heard_as(const yz_command *c, yz_text division, const char *topics,
                            uint32_t index) {
    yz_text none = {"", 0};
    bool screen = in_list(topics, "screen", none, false);
    bool in_division = in_list(topics, "division:", division, true) && division.size > 0;
    switch (c->type) {
    case YZ_COMMAND_TELL: {
        const char *event = c->tell.kind == YZ_TELL_FIT ? "told" : "gone";
        bool hears =
            index < c->tell.count
                ? in_list(topics, "seeker:", c->tell.to[index].seeker, false)
                : in_list(topics, "posting:", c->tell.posting, false) || in_division || screen;
        return hears ? event : NULL;
    }
    case YZ_COMMAND_REFERRAL_STEP:
        return (index == 0 ? in_list(topics, "seeker:", c->referral.seeker, false) ||
                                 in_list(topics, "posting:", c->referral.posting, false)
                           : in_division || screen)
                   ? "step"
                   : NULL;
    case YZ_COMMAND_VISIT:
        return (index == 0 ? in_list(topics, "station:", c->visit.venue, false) ||
                                 in_list(topics, "fair:", c->visit.venue, false)
                           : screen)
                   ? "visit"
                   : NULL;
    case YZ_COMMAND_VENUE_PUT:
        return screen || in_list(topics, "station:", c->venue_put.venue.id, false) ? "venue" : NULL;
    case YZ_COMMAND_POSTING_PUT:
        division = c->posting_put.posting.place.division;
        in_division = in_list(topics, "division:", division, true);
        return screen || in_division ||
                       in_list(topics, "posting:", c->posting_put.posting.id, false)
                   ? "posting"
                   : NULL;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE:
        return screen || in_division || in_list(topics, "posting:", c->named.id, false) ? "posting"
                                                                                        : NULL;
    default: return NULL;
    }
}

heard *rig_expected(const rig *r, const char *topics, uint32_t *count) {
    heard *list = yz_alloc(RIG_EVENTS_MAX * sizeof *list);
    yz_arena *arena = yz_arena_new(1 << 20);
    *count = 0;
    for (uint64_t at = 1; at <= r->sequence; at++) {
        yz_command c;
        size_t used;
        const char *why;
        if (!r->is_news[at]) continue;
        yz_arena_reset(arena);
        cr_assert_eq(yz_record_decode(r->records[at].bytes, r->records[at].size, NULL, arena, &c,
                                      &used, &why),
                     YZ_OK);
        uint32_t events = c.type == YZ_COMMAND_TELL ? c.tell.count + 1 : 2;
        if (c.type <= YZ_COMMAND_POSTING_CLOSE || c.type == YZ_COMMAND_VENUE_PUT) events = 1;
        for (uint32_t i = 0; i < events; i++) {
            const char *event = heard_as(&c, r->division[at], topics, i);
            if (event == NULL) continue;
            list[*count] = (heard){.sequence = at, .index = i};
            snprintf(list[(*count)++].event, sizeof list->event, "%s", event);
        }
    }
    yz_arena_free(arena);
    return list;
}

void client_check(const client *c, const char *when) {
    uint32_t count;
    heard *list = rig_expected(c->rig, c->topics, &count);
    for (uint32_t i = 0; i < count && i < c->count; i++) {
        const heard *a = &c->list[i], *b = &list[i];
        cr_assert(a->sequence == b->sequence && a->index == b->index &&
                      strcmp(a->event, b->event) == 0,
                  "%s, %s: event %u is %lu.%u %s, should be %lu.%u %s", when, c->topics, i,
                  a->sequence, a->index, a->event, b->sequence, b->index, b->event);
    }
    cr_assert_eq(c->count, count, "%s, %s: heard %u events of %u", when, c->topics, c->count,
                 count);
    yz_free(list);
}

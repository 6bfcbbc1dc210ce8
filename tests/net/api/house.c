#include "house.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/record.h"
#include "net/api/inner.h"
#include "net/api/wire_board.h"
#include "net/api/wire_news.h"

#include <stdlib.h>

#define AT_MS 1764000000000

static const yz_market *read_begin(void *context, uint32_t loop) {
    (void)loop;
    house *h = context;
    yz_check(h->reads_open == 0); // never nested
    h->reads_open += 1;
    return h->market;
}

static void read_end(void *context, uint32_t loop) {
    (void)loop;
    ((house *)context)->reads_open -= 1;
}

static house_vault *vault_of(house *h, yz_text person);

// As the writer does it: a group is looked at as a whole, and nothing of it is applied if one of it
// would be refused.
static bool refuses_group(house *h, const yz_command *commands, uint32_t count,
                          yz_outcome *outcomes) {
    yz_command *group = yz_alloc(count * sizeof *group);
    yz_outcome why;
    uint32_t refused = 0;
    for (uint32_t i = 0; i < count; i++) {
        group[i] = commands[i];
        group[i].at_ms = AT_MS;
        yz_check(yz_market_foresees(&group[i]));
    }
    bool goes = yz_market_foresee_all(h->market, group, count, &refused, &why);
    for (uint32_t i = 0; i < count && !goes; i++)
        outcomes[i] = i == refused ? why : (yz_outcome){.status = YZ_ERR_CONFLICT};
    yz_free(group);
    return !goes;
}

static void let_in_front(house *h) {
    const yz_command *command = h->in_front;
    h->in_front = NULL;
    if (command != NULL) house_apply(h, *command);
}

static bool submit(void *context, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context) {
    (void)loop;
    house *h = context;
    yz_check(h->reads_open == 0 && count > 0 && (!together || count <= 1000));
    if (h->full) return false;
    let_in_front(h);
    h->submits += 1;
    yz_outcome *outcomes = yz_alloc(count * sizeof *outcomes);
    void (*meanwhile)(house *) = h->meanwhile;
    h->meanwhile = NULL;
    if (meanwhile != NULL) meanwhile(h);
    uint64_t first = yz_market_sequence(h->market) + 1;
    bool refused = together && refuses_group(h, commands, count, outcomes);
    for (uint32_t i = 0; i < count && h->failure == 0 && !refused; i++) {
        yz_command command = commands[i];
        yz_problem problem;
        yz_check(yz_market_admit(&command, &problem) == YZ_OK);
        command.sequence = first + i;
        command.at_ms = AT_MS + h->passed_ms;
        yz_text person = yz_command_person(&command);
        snprintf(h->sealed_under, sizeof h->sealed_under, "%.*s", (int)person.size, person.bytes);
        yz_outcome foreseen;
        if (command.type == YZ_COMMAND_PERSON_ERASE &&
            yz_market_foresee(h->market, &command, &foreseen)) {
            house_vault *v = vault_of(h, command.named.id);
            if (v != NULL) *v = h->vault[--h->vault_count];
        }
        outcomes[i] = yz_market_apply(h->market, &command, NULL);
        if (outcomes[i].status == YZ_OK && outcomes[i].changed && !outcomes[i].repeated)
            live_publish(h->live, h->market, &command);
        live_passed(h->live, command.sequence);
    }
    for (uint32_t i = 0; i < count; i++)
        if (commands[i].type == YZ_COMMAND_POLICY_RULES)
            yz_rules_draft_free(commands[i].policy_rules.draft);
    if (h->later) {
        yz_check(h->waiting_count < 600);
        h->waiting[h->waiting_count].done = done;
        h->waiting[h->waiting_count].context = done_context;
        h->waiting[h->waiting_count].outcomes = outcomes;
        h->waiting[h->waiting_count].count = count;
        h->waiting[h->waiting_count++].first = first;
        return true;
    }
    done(done_context, outcomes, count, first, h->failure);
    yz_free(outcomes);
    return true;
}

// ---- the vault ----

static house_vault *vault_of(house *h, yz_text person) {
    for (uint32_t i = 0; i < h->vault_count; i++) {
        if (yz_text_equal(yz_text_of(h->vault[i].person), person)) return &h->vault[i];
    }
    return NULL;
}

const char *house_vault_part(const house *h, const char *person, int part) {
    house_vault *v = vault_of((house *)h, yz_text_of(person));
    return v == NULL ? NULL : v->part[part];
}

static void keep_secret(house *h, const store_secret *secret) {
    const yz_text parts[] = {secret->name, secret->id_number, secret->phone, secret->account};
    house_vault *v = vault_of(h, secret->person);
    if (v == NULL) {
        yz_check(h->vault_count < HOUSE_VAULT_MAX);
        v = &h->vault[h->vault_count++];
        *v = (house_vault){0};
        snprintf(v->person, sizeof v->person, "%.*s", (int)secret->person.size,
                 secret->person.bytes);
    }
    for (int i = 0; i < 4; i++) {
        if (!(secret->fields >> i & 1)) continue;
        yz_check(parts[i].size < sizeof v->part[i]);
        snprintf(v->part[i], sizeof v->part[i], "%.*s", (int)parts[i].size, parts[i].bytes);
    }
}

// The vault changes with the journal, and the market was asked first whether the command goes.
static bool submit_secret(void *context, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context) {
    house *h = context;
    yz_check(secret->fields != 0 &&
             (command->type == YZ_COMMAND_PERSON_PUT || command->type == YZ_COMMAND_PERSON_PATCH));
    yz_check(yz_text_equal(secret->person, command->person_put.person.id));
    let_in_front(h);
    yz_command copy = *command;
    yz_outcome foreseen;
    copy.at_ms = AT_MS + h->passed_ms;
    bool goes = yz_market_foresee(h->market, &copy, &foreseen); // as the writer asks
    if (goes && !h->full && h->failure == 0) keep_secret(h, secret);
    if (secret->fields & YZ_VAULT_ACCOUNT) // as the store does
        copy.person_put.person.account_hash[0] = secret->account.size * 2654435761u;
    return submit(context, loop, &copy, 1, false, done, done_context);
}

static void tell_vault(house *h, const char *person,
                       void (*done)(void *context, const store_secret *secret), void *to) {
    house_vault *v = vault_of(h, yz_text_of(person));
    store_secret secret = {.fields = YZ_VAULT_ALL, .person = yz_text_of(person)};
    if (v != NULL) {
        secret.name = yz_text_of(v->part[0]);
        secret.id_number = yz_text_of(v->part[1]);
        secret.phone = yz_text_of(v->part[2]);
        secret.account = yz_text_of(v->part[3]);
    }
    h->vault_reads += 1;
    done(to, v != NULL ? &secret : NULL);
}

static void vault_read(void *context, uint32_t loop, yz_text person,
                       void (*done)(void *done_context, const store_secret *secret),
                       void *done_context) {
    (void)loop;
    house *h = context;
    yz_check(h->reads_open == 0 && person.size <= 64);
    char name[65];
    snprintf(name, sizeof name, "%.*s", (int)person.size, person.bytes);
    if (!h->later) {
        tell_vault(h, name, done, done_context);
        return;
    }
    yz_check(h->asked_count < 8);
    h->asked[h->asked_count].done = done;
    h->asked[h->asked_count].context = done_context;
    memcpy(h->asked[h->asked_count++].person, name, sizeof name);
}

static bool loading(void *context) {
    return ((house *)context)->loading;
}

static bool stopping(void *context) {
    return ((house *)context)->stopping;
}

void house_deliver(house *h) {
    while (h->asked_count > 0) {
        uint32_t at = --h->asked_count;
        tell_vault(h, h->asked[at].person, h->asked[at].done, h->asked[at].context);
        house_collect(h);
    }
    while (h->waiting_count > 0) {
        uint32_t count = h->waiting_count;
        h->waiting_count = 0;
        for (uint32_t i = 0; i < count; i++) {
            yz_outcome *outcomes = h->waiting[i].outcomes;
            api_done done = h->waiting[i].done;
            void *context = h->waiting[i].context;
            done(context, outcomes, h->waiting[i].count, h->waiting[i].first, h->failure);
            yz_free(outcomes);
        }
        house_collect(h);
    }
}

static void later(void *context, uint32_t loop, void (*run)(void *run_context), void *run_context) {
    house *h = context;
    (void)loop;
    yz_check(h->put_off == NULL && h->reads_open == 0); // one at a time is all the tests put off
    h->put_off = run;
    h->put_off_context = run_context;
}

static void beside(void *context, uint32_t loop, void (*work)(void *work_context),
                   void (*after)(void *work_context), void *work_context) {
    house *h = context;
    (void)loop;
    yz_check(h->reads_open == 0);
    work(work_context);
    after(work_context);
}

static const char *as_of(void *context, uint32_t loop, const api_moment *moment, yz_text question,
                         api_past_done done, void *done_context) {
    house *h = context;
    (void)loop;
    yz_check(h->reads_open == 0 && !h->past.asked && question.size < sizeof h->past.question);
    h->past.moment = *moment;
    snprintf(h->past.question, sizeof h->past.question, "%.*s", (int)question.size, question.bytes);
    if (h->past.refusal != NULL) return h->past.refusal;
    h->past.asked = true;
    h->past.done = done;
    h->past.context = done_context;
    return NULL;
}

void house_past(house *h, const api_past *past) {
    yz_check(h->past.asked);
    h->past.asked = false;
    h->past.done(h->past.context, past);
    house_collect(h);
}

static void run_put_off(house *h) {
    while (h->put_off != NULL) {
        void (*run)(void *run_context) = h->put_off;
        h->put_off = NULL;
        h->turns += 1;
        void (*between)(house *) = h->between;
        h->between = NULL;
        if (between != NULL) between(h);
        run(h->put_off_context);
    }
}

static int64_t market_ms(void *context) {
    return AT_MS + ((house *)context)->passed_ms;
}

static int64_t now_ms(void *context) {
    return market_ms(context) + ((house *)context)->wall_ahead_ms;
}

static uint64_t now_ns(void *context) {
    return ((house *)context)->now_ns += 1000;
}

static void metrics(void *context, void (*put)(void *to, yz_text line), void *to) {
    (void)context;
    put(to, YZ_TEXT("# TYPE yizhan_house gauge\nyizhan_house 1\n"));
}

static const char *not_ready(void *context, yz_arena *arena) {
    (void)arena;
    return ((house *)context)->not_ready ? "{\"ready\":false,\"reason\":\"loading\"}" : NULL;
}

static void wake(void *context, http_conn *conn) {
    (void)context;
    (void)conn; // house_collect runs the connection
}

// Whatever a route answers must stand in the table (and so in openapi.json).
static void note(void *context, const http_note *seen) {
    (void)context;
    char status[8];
    snprintf(status, sizeof status, "%d", seen->status);
    for (uint32_t i = 0; i < API_ROUTE_COUNT && seen->route != NULL && seen->status != 0; i++) {
        const api_route *route = &API_ROUTES[i];
        http_method method = seen->method == HTTP_METHOD_HEAD ? HTTP_METHOD_GET : seen->method;
        if (strcmp(route->template, seen->route) != 0 || route->method != method) continue;
        yz_check(strstr(route->statuses, status) || strstr(API_STATUSES_COMMON, status));
    }
}

// ---- live streams ----

static void write_news(const yz_command *command, const live_news *news, http_bytes *to) {
    json_out out;
    json_out_init(&out, 65536);
    wire_news(&out, command, news);
    http_bytes_add(to, out.bytes, out.size);
    json_out_deinit(&out);
}

static void wake_desk(void *context, uint32_t loop) {
    (void)context;
    (void)loop; // house_apply turns the desk
}

static live_desk *desk(void *context, uint32_t loop) {
    return live_desk_of(((house *)context)->live, loop);
}

static void init_live(house *h) {
    live_options options = {.loops = 1,
                            .mark = 0xabc,
                            .write = write_news,
                            .boards = wire_boards(),
                            .market_ms = market_ms,
                            .context = h,
                            .read_begin = read_begin,
                            .read_end = read_end,
                            .wake = wake_desk};
    h->live = live_new(&options);
    live_start(h->live, h->market);
}

void house_init(house *h) {
    *h = (house){.now_ns = 1};
    yz_market_options options = {.hash_key = {7, 9}, .at_ms = AT_MS};
    h->market = yz_market_new(&options);
    init_live(h);
    api_house table = {.context = h,
                       .live = desk,
                       .read_begin = read_begin,
                       .read_end = read_end,
                       .submit = submit,
                       .submit_secret = submit_secret,
                       .vault_read = vault_read,
                       .loading = loading,
                       .stopping = stopping,
                       .later = later,
                       .beside = beside,
                       .now_ms = now_ms,
                       .market_ms = market_ms,
                       .now_ns = now_ns,
                       .metrics = metrics,
                       .not_ready = not_ready,
                       .as_of = as_of};
    h->a = api_new(&table, 0);
    http_service_options service = {.handler = api_handler(h->a),
                                    .limits = http_limits_default(),
                                    .first_id = 1,
                                    .wake = wake,
                                    .note = note};
    h->service = http_service_new(&service);
    house_reconnect(h, true);
}

void house_deinit(house *h) {
    http_conn_free(h->conn);
    run_put_off(h);
    house_deliver(h);
    http_service_free(h->service);
    api_free(h->a);
    live_free(h->live);
    yz_market_free(h->market);
    free(h->out);
}

void house_reconnect(house *h, bool loopback) {
    if (h->conn != NULL) http_conn_free(h->conn);
    http_peer peer = {.loopback = loopback};
    snprintf(peer.address, sizeof peer.address, "%s", loopback ? "127.0.0.1" : "192.0.2.1");
    h->conn = http_conn_new(h->service, &peer, NULL, h->now_ns);
    h->out_size = 0;
}

void house_apply(house *h, yz_command command) {
    yz_problem problem;
    yz_check(yz_market_admit(&command, &problem) == YZ_OK);
    command.sequence = yz_market_sequence(h->market) + 1;
    command.at_ms = AT_MS + h->passed_ms;
    yz_outcome outcome = yz_market_apply(h->market, &command, NULL);
    yz_check(outcome.status == YZ_OK);
    live_publish(h->live, h->market, &command);
    live_passed(h->live, command.sequence);
    live_turn(live_desk_of(h->live, 0), h->now_ns);
}

static void enter(house *h, yz_dictionary dictionary, const char *id, const char *zh,
                  const char *en) {
    yz_command command = {.type = YZ_COMMAND_ENTRY_PUT};
    command.entry_put.dictionary = dictionary;
    command.entry_put.entry = (yz_entry){yz_text_of(id), yz_text_of(zh), yz_text_of(en), 0};
    house_apply(h, command);
}

void house_fill(house *h) {
    enter(h, YZ_SKILLS, "a", "电焊", "welding");
    enter(h, YZ_SKILLS, "b", "电工", "electrician");
    enter(h, YZ_SKILLS, "c", "叉车", "forklift");
    enter(h, YZ_SKILLS, "d", "瓦工", "bricklaying");
    enter(h, YZ_SKILLS, "e", "瓦工", "tiling"); // the same name twice
    enter(h, YZ_OCCUPATIONS, "o1", "焊工", "welder");
    enter(h, YZ_DIVISIONS, "620502", "秦州区", "Qinzhou");
    enter(h, YZ_EMPLOYERS, "e1", "某厂", "a works");
    enter(h, YZ_PERSONS, "n1", "", "");
}

void house_collect(house *h) {
    run_put_off(h);
    for (;;) {
        http_conn_run(h->conn, h->now_ns);
        run_put_off(h);
        yz_text out = http_conn_output(h->conn);
        if (out.size == 0) return;
        if (h->out_size + out.size > h->out_room) {
            h->out_room = (h->out_size + out.size) * 2;
            h->out = realloc(h->out, h->out_room);
        }
        memcpy(h->out + h->out_size, out.bytes, out.size);
        h->out_size += out.size;
        http_conn_sent(h->conn, out.size, h->now_ns);
    }
}

void house_send(house *h, const char *bytes, size_t size) {
    http_conn_feed(h->conn, bytes, size, h->now_ns);
    house_collect(h);
}

static const char *find(const char *bytes, size_t size, const char *what) {
    size_t length = strlen(what);
    for (size_t i = 0; i + length <= size; i++) {
        if (memcmp(bytes + i, what, length) == 0) return bytes + i;
    }
    return NULL;
}

reply house_take(house *h) {
    reply r = {0};
    static char *kept;
    free(kept); // of the answer before
    kept = NULL;
    const char *blank = find(h->out, h->out_size, "\r\n\r\n");
    if (blank == NULL) return r;
    size_t head = (size_t)(blank - h->out) + 4, at = head, size = 0;
    kept = malloc(h->out_size + 1);
    memcpy(kept, h->out, head);
    r.head = (yz_text){kept, (uint32_t)head};
    if (h->asked_head) {
        size = 0;
    } else if (find(h->out, head, "Transfer-Encoding: chunked") != NULL) {
        for (;;) {
            char *end;
            unsigned long chunk = strtoul(h->out + at, &end, 16);
            at = (size_t)(end - h->out) + 2;
            memcpy(kept + head + size, h->out + at, chunk);
            size += chunk;
            at += chunk + 2;
            if (chunk == 0 || at >= h->out_size) break;
        }
    } else {
        const char *length = find(h->out, head, "Content-Length: ");
        size = length ? strtoul(length + 16, NULL, 10) : 0;
        memcpy(kept + head, h->out + head, size);
        at += size;
    }
    r.status = atoi(h->out + 9);
    r.body = (yz_text){kept + head, (uint32_t)size};
    kept[head + size] = '\0';
    memmove(h->out, h->out + at, h->out_size - at);
    h->out_size -= at;
    return r;
}

reply house_ask_bytes(house *h, const char *method, const char *target, const char *headers,
                      const char *body, size_t size) {
    h->asked_head = strcmp(method, "HEAD") == 0;
    char *request = malloc(size + strlen(target) + strlen(headers) + 200);
    int head = sprintf(request, "%s %s HTTP/1.1\r\nHost: 127.0.0.1\r\n%s", method, target, headers);
    if (body != NULL) head += sprintf(request + head, "Content-Length: %zu\r\n", size);
    head += sprintf(request + head, "\r\n");
    if (body != NULL) memcpy(request + head, body, size);
    house_send(h, request, (size_t)head + size);
    free(request);
    yz_check(h->reads_open == 0);
    return house_take(h);
}

reply house_ask(house *h, const char *method, const char *target, const char *headers,
                const char *body) {
    return house_ask_bytes(h, method, target, headers, body, body ? strlen(body) : 0);
}

reply house_json(house *h, const char *method, const char *target, const char *body) {
    return house_ask(h, method, target, "Content-Type: application/json\r\nAccept-Language: en\r\n",
                     body);
}

bool reply_has(const reply *r, const char *text) {
    return find(r->body.bytes, r->body.size, text) != NULL;
}

bool reply_says(const reply *r, const char *line) {
    return find(r->head.bytes, r->head.size, line) != NULL;
}

uint64_t house_digest(const house *h) {
    yz_digest digest = yz_market_digest(h->market);
    return digest.words[0] ^ digest.words[1];
}

#include "tests/sim/clients.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "tests/sim/wording.h"

#include <stdlib.h>

#define PIPELINE_MAX 4
#define BULK_LINES_MAX 12

void clients_init(clients *c, world *w, model *m, uint32_t count) {
    *c = (clients){.world = w, .model = m, .count = count, .persons = true};
}

void clients_deinit(clients *c) {
    for (uint32_t i = 0; i < CLIENTS_MAX; i++) {
        yz_free(c->each[i].out);
        yz_free(c->each[i].in);
    }
}

/* ---- going ---- */

static void forget(clients *c, client *k, const ask *a) {
    bool changes = a->kind == ASK_CHANGE || a->kind == ASK_BULK;
    if (!changes) return;
    for (uint32_t i = 0; i < a->count; i++)
        model_deed(c->model, a->first + i)->lost = true;
    if (model_deed(c->model, a->first)->keyed && k->again_count < CLIENT_ASKS_MAX) {
        k->again[k->again_count++] = *a;
    }
}

void clients_drop(clients *c, life *l, uint32_t number) {
    client *k = &c->each[number];
    for (uint32_t i = 0; i < k->ask_count; i++)
        forget(c, k, &k->asks[i]);
    c->drops += k->ask_count > 0;
    k->ask_count = 0;
    k->out_size = k->out_at = k->in_size = 0;
    if (l != NULL && life_is_connected(l, number)) life_disconnect(l, number);
}

/* ---- asking ---- */

static void put_out(client *k, const char *bytes, size_t size) {
    if (k->out_size + size > k->out_room) {
        k->out_room = (k->out_size + size) * 2;
        k->out = yz_realloc(k->out, k->out_room);
    }
    memcpy(k->out + k->out_size, bytes, size);
    k->out_size += size;
}

static void send(clients *c, uint32_t number, const ask *a) {
    client *k = &c->each[number];
    wording w;
    wording_init(&w);
    switch (a->kind) {
    case ASK_CHANGE: wording_change(&w, c->model, model_deed(c->model, a->first)); break;
    case ASK_BULK: wording_bulk(&w, c->model, a->first, a->count, a->atomic); break;
    case ASK_READ: wording_read(&w, a->thing, a->who); break;
    case ASK_QUESTION: wording_question(&w, a->who); break;
    case ASK_READY:
    case ASK_KINDS: wording_ready(&w);
    }
    put_out(k, w.text, w.size);
    k->asks[k->ask_count++] = *a;
    for (uint32_t i = 0; i < a->count; i++)
        model_deed(c->model, a->first + i)->sent += 1;
    world_note(c->world, "client %u asks %.*s (deed %u, %u of them)", number,
               (int)(strchr(w.text, '\r') - w.text), w.text, a->first, a->count);
    wording_deinit(&w);
}

static const struct {
    yz_command_type type;
    thing thing;
    bool marked;
    uint32_t weight;
} CHANGES[] = {
    {YZ_COMMAND_POSTING_PUT, POSTING, true, 20},   {YZ_COMMAND_POSTING_PATCH, POSTING, true, 10},
    {YZ_COMMAND_POSTING_PAUSE, POSTING, false, 4}, {YZ_COMMAND_POSTING_RESUME, POSTING, false, 4},
    {YZ_COMMAND_POSTING_CLOSE, POSTING, false, 3}, {YZ_COMMAND_SEEKER_PUT, SEEKER, true, 20},
    {YZ_COMMAND_SEEKER_PATCH, SEEKER, true, 10},   {YZ_COMMAND_SEEKER_PAUSE, SEEKER, false, 4},
    {YZ_COMMAND_SEEKER_RESUME, SEEKER, false, 4},  {YZ_COMMAND_SEEKER_CLOSE, SEEKER, false, 3},
    {YZ_COMMAND_PROFILE, SKILL, false, 2},         {YZ_COMMAND_WEIGHTS, SKILL, false, 2},
    {YZ_COMMAND_ENTRY_PUT, SKILL, true, 8},        {YZ_COMMAND_ENTRY_PUT, EMPLOYER, true, 4},
    {YZ_COMMAND_ENTRY_PUT, OCCUPATION, true, 4},   {YZ_COMMAND_TARGET_PUT, TARGET, true, 4},
    {YZ_COMMAND_PERSON_PUT, PERSON, true, 12},     {YZ_COMMAND_PERSON_PATCH, PERSON, true, 6},
    {YZ_COMMAND_PERSON_ERASE, PERSON, false, 4},   {YZ_COMMAND_PERSON_REVEAL, PERSON, false, 5},
};
#define CHANGE_COUNT (sizeof CHANGES / sizeof CHANGES[0])
#define SKILL_CHANGE 12
#define FIRST_PERSON_CHANGE 16

/* Few dictionary entries, so that what names them mostly finds them. */
static uint32_t any_id(clients *c, thing what) {
    bool few = what == SKILL || what == EMPLOYER || what == OCCUPATION;
    return (uint32_t)world_below(c->world, few ? 4 : MODEL_IDS);
}

static deed *new_deed(clients *c) {
    uint32_t all = 0, kinds = c->persons ? CHANGE_COUNT : FIRST_PERSON_CHANGE, i = 0;
    for (uint32_t k = 0; k < kinds; k++)
        all += CHANGES[k].weight;
    uint32_t at = (uint32_t)world_below(c->world, all);
    for (; at >= CHANGES[i].weight; i++)
        at -= CHANGES[i].weight;
    if (c->model->count < 16 && world_chance(c->world, 2)) i = SKILL_CHANGE; // others name them
    deed *d = model_add(c->model, CHANGES[i].type, CHANGES[i].thing, any_id(c, CHANGES[i].thing));
    d->marked = CHANGES[i].marked;
    bool nameless = d->type == YZ_COMMAND_PROFILE || d->type == YZ_COMMAND_WEIGHTS;
    if (nameless) d->who = 0;
    bool reveals = d->type == YZ_COMMAND_PERSON_REVEAL; // each reading is one of its own
    d->keyed = world_chance(c->world, 2) && !reveals;
    uint32_t seen = c->model->versions[d->thing][d->who];
    if (world_chance(c->world, 5) && seen > 0 && !nameless && !reveals) d->if_version = seen;
    if (d->type == YZ_COMMAND_POSTING_PUT && world_chance(c->world, 4)) {
        int64_t s = world_wall_ms(c->world) / 1000 + 1 + (int64_t)world_below(c->world, 30);
        d->until_ms = s * 1000;
    }
    return d;
}

/* Lines of one kind; all keyed or none, as the key is the request's. */
static ask new_bulk(clients *c) {
    static const uint32_t kinds[] = {0, 5, SKILL_CHANGE};
    uint32_t change = kinds[world_below(c->world, 3)];
    ask a = {.kind = ASK_BULK,
             .first = c->model->count + 1,
             .count = 1 + (uint32_t)world_below(c->world, BULK_LINES_MAX),
             .atomic = world_chance(c->world, 3)};
    bool keyed = world_chance(c->world, 2);
    for (uint32_t i = 0; i < a.count; i++) {
        thing what = CHANGES[change].thing;
        deed *d = model_add(c->model, CHANGES[change].type, what, any_id(c, what));
        d->marked = true;
        d->keyed = keyed;
    }
    return a;
}

static void ask_something(clients *c, life *l, uint32_t number) {
    client *k = &c->each[number];
    ask a = {.kind = ASK_READ, .who = (uint32_t)world_below(c->world, MODEL_IDS)};
    uint32_t dice = (uint32_t)world_below(c->world, 100);
    if (k->again_count > 0 && dice < 60) {
        a = k->again[--k->again_count];
        c->repeats += 1;
    } else if (dice < 65) {
        a = (ask){.kind = ASK_CHANGE, .first = new_deed(c)->number, .count = 1};
    } else if (dice < 72) {
        a = new_bulk(c);
    } else if (dice < 90) {
        a.thing = (thing)world_below(c->world, c->persons ? THINGS : PERSON);
        a.floor = c->model->versions[a.thing][a.who];
    } else {
        a.kind = dice < 97 ? ASK_QUESTION : ASK_READY;
        a.broken = life_state(l) == WRITER_BROKEN;
    }
    send(c, number, &a);
}

/* ---- being answered ---- */

static uint64_t number_after(const char *text, const char *key) {
    const char *at = strstr(text, key);
    return at == NULL ? 0 : strtoull(at + strlen(key), NULL, 10);
}

static void told_done(clients *c, deed *d, const char *body, const char *head) {
    uint64_t sequence = number_after(body, "\"seq\":");
    uint32_t version = (uint32_t)number_after(body, "\"version\":");
    (void)head;
    bool day_passed = c->world->jumped_ms >= YZ_RECEIPT_MS; // then a repeat is a new deed
    if (!day_passed && d->done > 0 && d->sequence > 0 &&
        (sequence != d->sequence || version != d->version)) {
        world_wrong(c->world, "deed %u: told %u at %llu, and when asked again %u at %llu",
                    d->number, d->version, (unsigned long long)d->sequence, version,
                    (unsigned long long)sequence);
    }
    d->done += 1;
    if (sequence > 0) d->sequence = sequence;
    if (version > 0) d->version = version;
    if (version > 0 && d->type != YZ_COMMAND_PROFILE && d->type != YZ_COMMAND_WEIGHTS)
        model_told(c->model, d->thing, d->who, version);
}

/* The vault gave out a name: somebody sent it, as this person's. */
static void told_name(clients *c, const deed *d, const char *body) {
    char planted[64];
    const char *at = strstr(body, "\"name\":\"");
    if (at == NULL) return; // nothing is there, or not any more
    const char *x = strchr(at, 'x');
    deed *giver = model_deed(c->model, x == NULL ? 0 : (uint32_t)strtoul(x + 1, NULL, 10));
    bool known = giver != NULL && giver->thing == PERSON && giver->who == d->who &&
                 strncmp(at + 8, model_planted(c->model, giver->number, "Name", planted),
                         strlen(planted)) == 0;
    if (known) giver->read = true;
    if (!known) world_wrong(c->world, "n%u is revealed as %.100s", d->who, at);
}

static void told_change(clients *c, ask *a, int status, const char *body, const char *head) {
    deed *d = model_deed(c->model, a->first);
    if (status >= 200 && status < 300) {
        told_done(c, d, body, head);
        if (d->type == YZ_COMMAND_PERSON_REVEAL) told_name(c, d, body);
    } else if (status == 503 || status == 408) { // 408: part of a bulk may have gone through
        d->lost = true;
        c->unavailable += status == 503;
    } else if (status == 507) {
        d->full += 1;
        c->full += 1;
    } else if (status >= 400 && status < 500) {
        d->refused += 1;
        c->refusals += 1;
        if (strstr(body, "key_reused") != NULL) {
            world_wrong(c->world, "deed %u: its own key is said to be another's", d->number);
        }
    } else {
        world_wrong(c->world, "deed %u: status %d: %.200s", d->number, status, body);
    }
}

static void told_bulk(clients *c, ask *a, int status, char *body) {
    char *line = body;
    for (uint32_t i = 0; i < a->count; i++) {
        ask one = {.kind = ASK_CHANGE, .first = a->first + i, .count = 1};
        if (status != 200) {
            told_change(c, &one, status, body, "");
            continue;
        }
        char *end = strchr(line, '\n');
        if (end == NULL) {
            world_wrong(c->world, "bulk of deed %u: %u lines, answered for %u: %.100s", a->first,
                        a->count, i, body);
            return;
        }
        *end = 0;
        bool ok = strstr(line, "\"ok\":true") != NULL;
        bool full = strstr(line, "disk_full") != NULL;
        bool away = strstr(line, "overloaded") != NULL || strstr(line, "store_failed") != NULL ||
                    strstr(line, "read_only") != NULL;
        told_change(c, &one, ok ? 200 : full ? 507 : away ? 503 : 422, line, "");
        line = end + 1;
    }
}

static void told_record(clients *c, const ask *a, int status, const char *body, const char *head) {
    char id[16];
    model_id(a->thing, a->who, id);
    if (status == 404) {
        if (a->floor > 0) world_wrong(c->world, "%s was seen before and is unknown now", id);
        return;
    }
    if (status == 503) return; // being loaded
    if (status != 200) {
        world_wrong(c->world, "reading %s: status %d: %.200s", id, status, body);
        return;
    }
    uint32_t version = (uint32_t)number_after(head, "ETag: \"");
    if (version < a->floor) {
        world_wrong(c->world, "%s: version %u was told before, now %u is read", id, a->floor,
                    version);
    }
    model_told(c->model, a->thing, a->who, version);
    static const char *const keys[THINGS] = {
        [POSTING] = "\"title\":\"m", [SEEKER] = "\"amount\":",    [SKILL] = "\"en\":\"m",
        [EMPLOYER] = "\"en\":\"m",   [OCCUPATION] = "\"en\":\"m", [TARGET] = "\"value\":"};
    if (keys[a->thing] == NULL) return;
    deed *d = model_deed(c->model, (uint32_t)number_after(body, keys[a->thing]));
    if (d == NULL || d->sent == 0) {
        world_wrong(c->world, "%s holds what nobody sent: %.200s", id, body);
        return;
    }
    d->read = true;
}

static void answered(clients *c, uint32_t number, ask *a, int status, char *body,
                     const char *head) {
    world_note(c->world, "client %u hears %d of deed %u: %.160s", number, status, a->first, body);
    c->answers += 1;
    c->answers_by_kind[a->kind] += 1;
    if (status == 408 && a->count == 0) return; // sent too slowly, and nothing was asked to change
    switch (a->kind) {
    case ASK_CHANGE: told_change(c, a, status, body, head); break;
    case ASK_BULK: told_bulk(c, a, status, body); break;
    case ASK_READ: told_record(c, a, status, body, head); break;
    case ASK_QUESTION:
        if (status != 200 && status != 400 && status != 404 && status != 422 && status != 503) {
            world_wrong(c->world, "a question: status %d: %.200s", status, body);
        }
        break;
    case ASK_READY:
    case ASK_KINDS:
        if (status != 200 && status != 503) world_wrong(c->world, "readyz: status %d", status);
        if (a->broken && status != 503) {
            world_wrong(c->world, "readyz says %d, and the store is broken", status);
        }
    }
}

/* Puts the chunks of a body together in place. False: it is not all there. */
static bool join_chunks(char *bytes, size_t size, size_t *body_size, size_t *used) {
    size_t at = 0;
    *body_size = 0;
    for (;;) {
        char *line_end = memchr(bytes + at, '\n', size - at);
        if (line_end == NULL) return false;
        size_t chunk = strtoul(bytes + at, NULL, 16), from = (size_t)(line_end - bytes) + 1;
        if (from + chunk + 2 > size) return false;
        memmove(bytes + *body_size, bytes + from, chunk);
        *body_size += chunk;
        at = from + chunk + 2;
        if (chunk == 0) break;
    }
    *used = at;
    return true;
}

/* The first whole answer in `in`, if there is one. */
static bool take_answer(clients *c, uint32_t number) {
    client *k = &c->each[number];
    if (k->in_size == 0) return false;
    char *end = memmem(k->in, k->in_size, "\r\n\r\n", 4);
    if (end == NULL) return false;
    size_t head_size = (size_t)(end - k->in) + 4, left = k->in_size - head_size, size = 0, used;
    char *head = yz_alloc(head_size + 1), *body = yz_alloc(left + 1);
    memcpy(head, k->in, head_size);
    head[head_size] = 0;
    memcpy(body, k->in + head_size, left);
    bool whole = true;
    if (strstr(head, "Transfer-Encoding: chunked") != NULL) {
        whole = join_chunks(body, left, &size, &used);
    } else {
        size = used = number_after(head, "Content-Length: ");
        whole = used <= left;
    }
    if (whole) {
        body[size] = 0;
        memmove(k->in, k->in + head_size + used, left - used);
        k->in_size = left - used;
        if (k->ask_count == 0) {
            world_wrong(c->world, "an answer nobody waits for: %.100s", head);
        } else {
            ask a = k->asks[0];
            k->ask_count -= 1;
            memmove(k->asks, k->asks + 1, k->ask_count * sizeof *k->asks);
            answered(c, number, &a, atoi(head + 9), body, head);
        }
    }
    yz_free(head);
    yz_free(body);
    return whole;
}

static bool take(clients *c, life *l, uint32_t number, size_t most) {
    client *k = &c->each[number];
    if (k->in_room - k->in_size < most) {
        k->in_room = k->in_size + most * 2;
        k->in = yz_realloc(k->in, k->in_room);
    }
    size_t size = life_take(l, number, k->in + k->in_size, most);
    world_note_bytes(c->world, k->in + k->in_size, size);
    k->in_size += size;
    while (take_answer(c, number))
        continue;
    return size > 0;
}

static bool feed(clients *c, life *l, uint32_t number, size_t most) {
    client *k = &c->each[number];
    size_t size = k->out_size - k->out_at;
    if (size > most) size = most;
    if (size == 0) return false;
    life_feed(l, number, k->out + k->out_at, size);
    k->out_at += size;
    if (k->out_at == k->out_size) k->out_at = k->out_size = 0;
    return true;
}

/* ---- moves ---- */

void clients_move(clients *c, life *l, uint32_t number) {
    client *k = &c->each[number];
    if (!life_is_connected(l, number)) {
        life_connect(l, number, (uint32_t)world_below(c->world, LIFE_LOOPS_MAX));
        return;
    }
    if (life_hung_up(l, number)) {
        world_note(c->world, "client %u is hung up on", number);
        clients_drop(c, l, number);
        return;
    }
    uint32_t dice = (uint32_t)world_below(c->world, 100);
    if (dice < 30 && k->ask_count < PIPELINE_MAX) {
        ask_something(c, l, number);
        if (!world_chance(c->world, 3)) feed(c, l, number, SIZE_MAX);
    } else if (dice < 60) {
        feed(c, l, number, 1 + world_below(c->world, 400));
    } else if (dice < 99) {
        take(c, l, number, 1 + world_below(c->world, 2000));
    } else {
        world_note(c->world, "client %u goes", number);
        clients_drop(c, l, number);
    }
}

bool clients_flush(clients *c, life *l) {
    bool moved = false;
    for (uint32_t i = 0; i < c->count; i++) {
        if (!life_is_connected(l, i)) continue;
        if (feed(c, l, i, SIZE_MAX)) moved = true;
        while (take(c, l, i, 4096))
            moved = true;
        if (!life_hung_up(l, i)) continue;
        clients_drop(c, l, i);
        moved = true;
    }
    return moved;
}

bool clients_are_served(const clients *c) {
    for (uint32_t i = 0; i < c->count; i++) {
        if (c->each[i].ask_count > 0) return false;
    }
    return true;
}

#include "net/live/inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/journal/record.h"

#include <stdio.h>

#define ARENA_BYTES ((size_t)1 << 20)

live_feed *live_new(const live_options *options) {
    live_feed *l = yz_alloc_zeroed(sizeof *l);
    l->o = *options;
    l->ring = live_ring_new(options->ring_bytes_max ? options->ring_bytes_max : LIVE_RING_BYTES);
    l->arena = yz_arena_new(ARENA_BYTES);
    if (options->journal.read == NULL) snprintf(l->mark, sizeof l->mark, ".%08x", options->mark);
    l->desks = yz_alloc(options->loops * sizeof *l->desks);
    for (uint32_t i = 0; i < options->loops; i++)
        l->desks[i] = desk_new(l, i);
    return l;
}

void live_free(live_feed *l) {
    if (l == NULL) return;
    for (uint32_t i = 0; i < l->o.loops; i++)
        desk_free(l->desks[i]);
    live_ring_free(l->ring);
    yz_arena_free(l->arena);
    http_bytes_reset(&l->frame, 0);
    yz_free(l->desks);
    yz_free(l);
}

live_desk *live_desk_of(live_feed *l, uint32_t loop) {
    return l->desks[loop];
}

// ---- frames ----

static void add_number(http_bytes *to, uint64_t n) {
    char digits[20], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + n % 10);
        n /= 10;
    } while (n > 0);
    http_bytes_add(to, at, (size_t)(digits + sizeof digits - at));
}

void live_frame(const live_feed *l, const yz_command *command, const live_news *news,
                http_bytes *to) {
    yz_text event = live_event_name(news->event);
    http_bytes_add(to, "id: ", 4);
    add_number(to, command->sequence);
    http_bytes_add(to, ".", 1);
    add_number(to, news->index);
    http_bytes_add(to, l->mark, strlen(l->mark));
    http_bytes_add(to, "\nevent: ", 8);
    http_bytes_add(to, event.bytes, event.size);
    http_bytes_add(to, "\ndata: ", 7);
    l->o.write(command, news, to);
    http_bytes_add(to, "\n\n", 2);
}

yz_text live_division(const yz_market *market, const yz_command *command, yz_arena *arena) {
    yz_text posting = live_news_posting(command);
    yz_posting_view view;
    if (posting.size == 0 || !yz_market_posting(market, posting, arena, &view)) return YZ_TEXT("");
    return view.posting.place.division;
}

// ---- the market thread ----

static void put_news(live_feed *l, const yz_market *market, const yz_command *command) {
    uint32_t count = live_news_count(command);
    yz_arena_reset(l->arena);
    yz_text division = live_division(market, command, l->arena);
    for (uint32_t i = 0; i < count; i++) {
        live_news news;
        live_news_at(command, i, division, &news);
        http_bytes_drop(&l->frame, http_bytes_held(&l->frame));
        live_frame(l, command, &news, &l->frame);
        yz_text frame = {http_bytes_start(&l->frame), (uint32_t)http_bytes_held(&l->frame)};
        live_ring_put(l->ring, command->sequence, i, news.topics, news.topic_count, frame);
    }
    atomic_fetch_add_explicit(&l->published, count, memory_order_relaxed);
}

static void wake_listeners(live_feed *l) {
    for (uint32_t i = 0; i < l->o.loops; i++) {
        if (atomic_load(&l->desks[i]->stream_count) > 0) l->o.wake(l->o.context, i);
    }
}

// With a journal to read from nothing need be kept ready for nobody: an import costs nothing then.
static bool rests(live_feed *l) {
    return l->o.journal.read != NULL && atomic_load(&l->may_rest) && atomic_load(&l->clients) == 0;
}

void live_publish(live_feed *l, const yz_market *market, const yz_command *command) {
    if (!yz_command_makes_news(command->type)) return;
    if (rests(l)) {
        live_ring_pass(l->ring, command->sequence);
        return;
    }
    put_news(l, market, command);
    live_ring_commit(l->ring, command->sequence);
    wake_listeners(l);
}

void live_passed(live_feed *l, uint64_t sequence) {
    live_ring_commit(l->ring, sequence);
}

// ---- the newest past, at the start ----

typedef struct warming {
    live_feed *live;
    const yz_market *market;
    uint64_t reached;
} warming;

static bool take_past(void *context, const yz_command *command, const unsigned char *record,
                      size_t size) {
    warming *w = context;
    (void)record;
    (void)size;
    if (command->sequence != w->reached + 1) return false;
    if (yz_command_makes_news(command->type) && !yz_market_silent(w->market, command->sequence)) {
        put_news(w->live, w->market, command);
    }
    live_ring_commit(w->live->ring, command->sequence);
    w->reached = command->sequence;
    return true;
}

// False: the journal does not begin so early, or cannot be read.
static bool warm(live_feed *l, const yz_market *market, uint64_t after, uint64_t last) {
    const live_journal *journal = &l->o.journal;
    warming w = {l, market, after};
    live_ring_start(l->ring, after);
    live_read read = journal->read(journal->context, after, last, take_past, &w);
    return read == LIVE_READ_DONE && w.reached == last;
}

void live_start(live_feed *l, const yz_market *market) {
    uint64_t last = yz_market_sequence(market), silent_from = yz_market_silent_from(market);
    bool warmed = false;
    for (uint64_t many = LIVE_WARM_COMMANDS; l->o.journal.read != NULL && many > 0 && !warmed;
         many /= 4) {
        uint64_t after = last > many ? last - many : 0;
        if (after + 1 < silent_from) after = silent_from - 1;
        warmed = warm(l, market, after, last);
    }
    if (!warmed) live_ring_start(l->ring, last);
    atomic_store(&l->published, 0);
}

// ---- places ----

static bool read_number(yz_text *text, uint64_t most, uint64_t *number) {
    uint32_t at = 0;
    *number = 0;
    for (; at < text->size && text->bytes[at] >= '0' && text->bytes[at] <= '9'; at++) {
        uint64_t digit = (uint64_t)(text->bytes[at] - '0');
        if (*number > (most - digit) / 10) return false;
        *number = *number * 10 + digit;
    }
    *text = (yz_text){text->bytes + at, text->size - at};
    return at > 0;
}

static bool is_mark(yz_text text) {
    if (text.size != 9 || text.bytes[0] != '.') return false;
    for (uint32_t i = 1; i < text.size; i++) {
        char c = text.bytes[i];
        if (!(c >= '0' && c <= '9') && !(c >= 'a' && c <= 'f')) return false;
    }
    return true;
}

bool live_place_parse(const live_desk *d, yz_text id, live_place *place) {
    uint64_t index = UINT32_MAX;
    *place = (live_place){.kind = LIVE_AFTER};
    if (!read_number(&id, UINT64_MAX / 2, &place->sequence)) return false;
    // "17..8f3a61c2" is all of 17 in a market in memory: a mark is told by its own dot.
    if (id.size > 1 && id.bytes[0] == '.' && id.bytes[1] != '.') {
        id = (yz_text){id.bytes + 1, id.size - 1};
        if (!read_number(&id, UINT32_MAX - 1, &index)) return false;
    } else if (id.size > 1) {
        id = (yz_text){id.bytes + 1, id.size - 1};
    }
    place->index = (uint32_t)index;
    if (id.size > 0 && !is_mark(id)) return false;
    if (!yz_text_equal(id, yz_text_of(d->live->mark))) place->kind = LIVE_ELSEWHERE;
    return true;
}

// ---- figures ----

live_figures live_now(const live_feed *l) {
    live_figures f = {.clients = atomic_load(&l->clients), .published = atomic_load(&l->published)};
    for (uint32_t i = 0; i < l->o.loops; i++) {
        const live_desk *d = l->desks[i];
        f.events += atomic_load(&d->events);
        f.boards += atomic_load(&d->board_count);
        f.states += atomic_load(&d->states);
        f.deltas += atomic_load(&d->deltas);
        for (int k = 0; k < LIVE_CUT_COUNT; k++)
            f.cut[k] += atomic_load(&d->cut[k]);
        for (int k = 0; k < LIVE_RESUME_COUNT; k++)
            f.resumes[k] += atomic_load(&d->resumes[k]);
    }
    return f;
}

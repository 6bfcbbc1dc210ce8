/* Facts of persons are sealed, and a person who is erased takes the key along. The twin is the
 * server that had the keys when each command came:
 *
 *     live      every command as it came, facts open
 *     blind     the same journal, read after the keys of those erased have gone
 *
 * At each sequence both have the same digest, each command the same outcome. */
#define _GNU_SOURCE // memmem
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/siphash.h"
#include "engine/journal/record.h"
#include "engine/journal/wire.h"
#include "engine/market/market.h"
#include "engine/market/snapshot.h"
#include "engine/model/time.h"
#include "tests/engine/journal/toys.h"
#include "tests/engine/policy/random_facts.h"
#include "tests/engine/policy/rules_kit.h"

#include <criterion/criterion.h>
#include <stdio.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define PERSONS 8u
#define COMMANDS_MAX 1500u
#define ARENA_BYTES (32u << 20)

// ---- keys: number 1.. in the order in which they were made, each gone or there ----

typedef struct ring {
    uint32_t count, current[PERSONS], of[COMMANDS_MAX + 1];
    bool gone[COMMANDS_MAX + 1];
} ring;

static yz_hash_key key_of(uint64_t id) {
    return (yz_hash_key){id, 77};
}

static uint32_t number_of(yz_text person) {
    cr_assert(person.size == 3 && person.bytes[0] == 'p');
    return (uint32_t)(person.bytes[2] - '0');
}

static void cross(uint64_t id, uint64_t nonce, const unsigned char *from, size_t size,
                  unsigned char *to) {
    for (size_t i = 0; i < size; i++) {
        uint64_t place[2] = {nonce, i};
        to[i] = (unsigned char)(from[i] ^ yz_siphash(key_of(id), place, sizeof place));
    }
}

static bool seal(void *context, yz_text person, const unsigned char *plain, size_t size,
                 unsigned char *sealed) {
    ring *r = context;
    uint64_t id = r->current[number_of(person)];
    if (id == 0) return false;
    uint64_t nonce = yz_siphash(key_of(id), plain, size);
    memset(sealed, 0, YZ_SEAL_BYTES);
    memcpy(sealed, &id, 8);
    memcpy(sealed + 8, &nonce, 8);
    cross(id, nonce, plain, size, sealed + YZ_SEAL_BYTES);
    return true;
}

static yz_unsealed unseal(void *context, yz_text person, const unsigned char *sealed, size_t size,
                          unsigned char *plain) {
    ring *r = context;
    uint64_t id, nonce;
    memcpy(&id, sealed, 8);
    memcpy(&nonce, sealed + 8, 8);
    if (id < 1 || id > r->count || r->of[id] != number_of(person)) return YZ_SEAL_BROKEN;
    if (r->gone[id]) return YZ_KEY_GONE;
    cross(id, nonce, sealed + YZ_SEAL_BYTES, size - YZ_SEAL_BYTES, plain);
    return YZ_UNSEALED;
}

// As the store does before a batch is encoded.
static void fill(ring *r, yz_command *c) {
    yz_text owner = yz_command_person(c);
    if (owner.size == 0) return;
    uint32_t *current = &r->current[number_of(owner)];
    if (*current == 0) {
        *current = ++r->count;
        r->of[*current] = number_of(owner);
    }
    yz_text change = c->policy_put.change;
    c->policy_put.sealed_tag = yz_siphash(key_of(*current), change.bytes, change.size) | 1;
}

// ---- a town whose journal is kept ----

typedef struct world {
    uint64_t seed;
    yz_market *live;
    ring keys;
    yz_sealer sealer;
    yz_bytes journal;
    yz_random random;
    random_facts *facts;
    yz_arena *arena;
    uint64_t sequence;
    int64_t begin_ms, at_ms;
    uint64_t seen[YZ_COMMAND_TYPE_COUNT]; // commands that were carried out
    yz_digest digests[COMMANDS_MAX + 1];
    yz_outcome outcomes[COMMANDS_MAX + 1];
} world;

static yz_market *new_market(const world *w) {
    yz_market_options options = {.hash_key = {w->seed, 2}, .at_ms = w->begin_ms};
    return yz_market_new(&options);
}

static uint32_t below(world *w, uint32_t most) {
    return (uint32_t)yz_random_below(&w->random, most);
}

// Written down, read back as the live server does, applied.
static yz_outcome submit(world *w, yz_command c) {
    cr_assert_lt(w->sequence, COMMANDS_MAX);
    c.sequence = ++w->sequence;
    c.at_ms = w->at_ms;
    fill(&w->keys, &c);
    cr_assert_eq(yz_record_encode(&c, &w->sealer, &w->journal), YZ_OK, "seed %lu", w->seed);
    yz_outcome out = yz_market_apply(w->live, &c, NULL);
    w->digests[c.sequence] = yz_market_digest(w->live);
    w->outcomes[c.sequence] = out;
    w->seen[c.type] += out.status == YZ_OK;
    if (c.type == YZ_COMMAND_PERSON_ERASE && out.status == YZ_OK) {
        uint32_t *current = &w->keys.current[number_of(c.named.id)];
        w->keys.gone[*current] = *current > 0;
        *current = 0;
    }
    return out;
}

static void open_world(world *w, uint64_t seed) {
    w->seed = seed;
    w->sealer = (yz_sealer){&w->keys, seal, unseal};
    w->random = yz_random_of(seed, 5);
    w->facts = random_facts_new();
    w->arena = yz_arena_new(ARENA_BYTES);
    yz_bytes_init(&w->journal, (size_t)256 << 20);
    cr_assert(yz_time_parse(YZ_TEXT("2023-03-01"), YZ_DAY_BEGIN, &w->begin_ms));
    w->at_ms = w->begin_ms;
    w->live = new_market(w);
    yz_text text = kit_read(RULES);
    yz_outcome out = submit(w, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                            .policy_rules = {YZ_TEXT("gs"), text, NULL}});
    cr_assert(out.status == YZ_OK && out.changed);
    free((char *)(uintptr_t)text.bytes);
}

static void close_world(world *w) {
    yz_market_free(w->live);
    random_facts_free(w->facts);
    yz_arena_free(w->arena);
    yz_bytes_deinit(&w->journal);
    yz_free(w);
}

static yz_text some(world *w, char letter, uint32_t most) {
    char text[8];
    int size = snprintf(text, sizeof text, "%c-%u", letter, (unsigned)below(w, most));
    return yz_arena_text(w->arena, (yz_text){text, (uint32_t)size});
}

static yz_text encoded(world *w, const yz_facts_change *change) {
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    yz_check(yz_facts_change_encode(change, &bytes));
    yz_text text = yz_arena_text(w->arena, (yz_text){(char *)bytes.bytes, (uint32_t)bytes.size});
    yz_bytes_deinit(&bytes);
    return text;
}

// Of each kind the objects that are its own.
static yz_text drawn(world *w, yz_subject_kind kind) {
    yz_facts all;
    yz_facts_change change = {0};
    random_facts_begin(w->facts, yz_random_next(&w->random));
    random_facts_draw(w->facts, &all);
    for (int o = 0; o < YZ_OBJECTS; o++) {
        bool linked = o == YZ_OBJECT_person || o == YZ_OBJECT_employer;
        if (!linked && o != YZ_OBJECT_top) change.given.objects[o] = all.objects[o];
        change.cleared[o] = yz_random_next(&w->random) & yz_random_next(&w->random);
        if (below(w, 4) == 0) change.given.objects[o] = NULL;
        if (below(w, 20) == 0) change.dropped |= UINT64_C(1) << o;
    }
    if (kind == YZ_SUBJECT_person)
        change.given.objects[YZ_OBJECT_person] = all.objects[YZ_OBJECT_person];
    if (kind == YZ_SUBJECT_employer)
        change.given.objects[YZ_OBJECT_employer] = all.objects[YZ_OBJECT_employer];
    for (int o = 0; o < YZ_OBJECTS; o++)
        if (change.given.objects[o] != NULL) change.dropped &= ~(UINT64_C(1) << o);
    return encoded(w, &change);
}

static void put(world *w) {
    static const yz_subject_kind kinds[] = {
        YZ_SUBJECT_person, YZ_SUBJECT_person,      YZ_SUBJECT_employer, YZ_SUBJECT_hire,
        YZ_SUBJECT_hire,   YZ_SUBJECT_certificate, YZ_SUBJECT_batch,    YZ_SUBJECT_loan};
    yz_subject_kind kind = kinds[below(w, 8)];
    bool is_person = kind == YZ_SUBJECT_person, alone = is_person || kind == YZ_SUBJECT_employer;
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT};
    yz_policy_put *p = &c.policy_put;
    p->subject = (yz_policy_subject){
        (uint8_t)kind, is_person ? some(w, 'p', PERSONS) : some(w, (char)('a' + (int)kind), 4)};
    if (!alone && below(w, 3) > 0) p->person = some(w, 'p', PERSONS);
    if (!alone && below(w, 3) > 0) p->employer = some(w, 'a', 4);
    if (below(w, 3) > 0) p->division = below(w, 2) ? YZ_TEXT("620502") : YZ_TEXT("620503");
    if (below(w, 6) > 0) p->change = drawn(w, kind);
    p->replace = below(w, 2) == 0;
    p->only_new = below(w, 12) == 0;
    if (below(w, 12) == 0) p->if_version = 1 + below(w, 3);
    yz_market_policy_put_fill(w->live, p);
    for (uint32_t times = 1 + (below(w, 5) == 0); times > 0; times--)
        submit(w, c); // the same twice is once
}

static void find(world *w) {
    uint32_t rows[16], count;
    while ((count = yz_market_policy_due(w->live, rows, 16)) > 0)
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(w->arena);
            if (!yz_market_policy_look(w->live, rows[i], w->arena, &look)) continue;
            if (below(w, 10) == 0) look.version += 1; // one that came too late
            submit(w, (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
            if (w->sequence + 100 > COMMANDS_MAX) return;
        }
}

static void step(world *w) {
    const yz_book *book = yz_market_book(w->live);
    yz_entry_line lines[YZ_ENTRY_LINES_MAX];
    uint32_t rows = yz_book_rows(book), row = rows > 0 ? below(w, rows) : 0;
    uint32_t count = rows > 0 ? yz_book_lines(book, row, lines, YZ_ENTRY_LINES_MAX) : 0;
    if (count == 0) return;
    const yz_entry_line *line = &lines[below(w, count)];
    uint32_t steps = yz_entry_steps(line->state);
    yz_command c = {.type = YZ_COMMAND_POLICY_STEP};
    yz_policy_step *s = &c.policy_step;
    s->subject = (yz_policy_subject){(uint8_t)yz_book_kind(book, row), yz_book_id(book, row)};
    s->measure = line->measure;
    s->to = (uint8_t)(1 + below(w, YZ_ENTRY_LAPSED));
    if (steps != 0 && below(w, 6) > 0) { // mostly on, towards a payment
        s->to = (uint8_t)(31 - __builtin_clz(steps));
        if (s->to == YZ_ENTRY_DECLINED && (steps & 1u << YZ_ENTRY_PAID)) s->to = YZ_ENTRY_PAID;
        if (s->to == YZ_ENTRY_DECLINED) s->to = (uint8_t)__builtin_ctz(steps);
        if (steps & 1u << YZ_ENTRY_APPLIED) s->to = YZ_ENTRY_APPLIED;
    }
    s->amount = line->has_amount ? 0 : 5000;
    s->officer = YZ_TEXT("U1");
    s->reviewer = YZ_TEXT("U2");
    yz_market_policy_step_look(w->live, yz_day_at(w->at_ms), w->arena, s);
    s->holds = YZ_TEXT(""); // else hardly anything of random facts is ever paid
    s->unmet = YZ_TEXT("");
    submit(w, c);
}

static void erase(world *w) {
    yz_text id = some(w, 'p', PERSONS);
    submit(w, (yz_command){.type = YZ_COMMAND_PERSON_ERASE, .named.id = id});
}

static void other(world *w) {
    uint32_t what = below(w, 4);
    if (what == 0) {
        w->at_ms += (int64_t)(1 + below(w, 40)) * YZ_DAY_MS;
        submit(w, (yz_command){.type = YZ_COMMAND_TICK});
    } else if (what == 1) {
        yz_policy_payment p = {.measure = YZ_TEXT("m14a"),
                               .person = some(w, 'p', PERSONS),
                               .day = yz_day_at(w->at_ms),
                               .amount = 100000};
        submit(w, (yz_command){.type = YZ_COMMAND_POLICY_PAYMENT, .policy_payment = p});
    } else if (what == 2) {
        yz_policy_budget b = {YZ_TEXT("employment_subsidy"), YZ_TEXT("6205"), 2023,
                              1000000 + (int64_t)below(w, 100000000)};
        submit(w, (yz_command){.type = YZ_COMMAND_POLICY_BUDGET, .policy_budget = b});
    } else {
        const yz_book *book = yz_market_book(w->live);
        uint32_t rows = yz_book_rows(book), row = rows > 0 ? below(w, rows) : 0;
        if (rows == 0) return;
        yz_policy_subject s = {(uint8_t)yz_book_kind(book, row), yz_book_id(book, row)};
        submit(w, (yz_command){.type = YZ_COMMAND_POLICY_DROP, .policy_drop = {.subject = s}});
    }
}

static void live_on(world *w, uint32_t rounds) {
    for (uint32_t i = 0; i < rounds && w->sequence + 200 < COMMANDS_MAX; i++) {
        yz_arena_reset(w->arena);
        uint32_t what = below(w, 100);
        if (what < 45)
            put(w);
        else if (what < 75)
            step(w);
        else if (what < 90)
            find(w);
        else if (what < 97)
            other(w);
        else
            erase(w);
    }
}

// ---- the blind one ----

static bool same_outcome(const yz_outcome *a, const yz_outcome *b) {
    return a->status == b->status && a->version == b->version && a->changed == b->changed &&
           a->created == b->created && (a->status == YZ_OK || a->problem.code == b->problem.code);
}

typedef struct blind {
    yz_market *market;
    uint64_t withheld; // commands whose facts were not known
} blind;

// From the record after `from` on.
static void replay(world *w, uint64_t from, const yz_sealer *sealer, blind *b) {
    size_t at = 0;
    yz_arena *arena = yz_arena_new(YZ_RECORD_ARENA_BYTES);
    while (at < w->journal.size) {
        yz_command c;
        size_t used;
        const char *why = "";
        yz_arena_reset(arena);
        cr_assert_eq(yz_record_decode(w->journal.bytes + at, w->journal.size - at, sealer, arena,
                                      &c, &used, &why),
                     YZ_OK, "%s", why);
        at += used;
        if (c.sequence <= from) continue;
        b->withheld += c.type == YZ_COMMAND_POLICY_PUT && c.policy_put.withheld;
        yz_outcome out = yz_market_apply(b->market, &c, NULL);
        cr_assert(same_outcome(&out, &w->outcomes[c.sequence]),
                  "seed %lu, command type %d at %lu: %d %d", w->seed, (int)c.type, c.sequence,
                  (int)out.status, (int)w->outcomes[c.sequence].status);
        yz_digest digest = yz_market_digest(b->market);
        cr_assert_eq(memcmp(&digest, &w->digests[c.sequence], sizeof digest), 0,
                     "seed %lu: the digest differs after command %lu of type %d", w->seed,
                     c.sequence, (int)c.type);
    }
    yz_arena_free(arena);
}

// What is known is the same, where it is known at all.
static void same_facts(const world *w, const yz_market *other) {
    const yz_book *a = yz_market_book(w->live), *b = yz_market_book(other);
    const yz_ledger *la = yz_market_ledger(w->live), *lb = yz_market_ledger(other);
    cr_assert_eq(yz_book_rows(a), yz_book_rows(b));
    for (uint32_t row = 0; row < yz_book_rows(a); row++)
        cr_assert(yz_text_equal(yz_book_sealed(a, row), yz_book_sealed(b, row)),
                  "seed %lu: facts of row %u", w->seed, row);
    for (uint64_t seq = 1; seq <= yz_ledger_count(la); seq++) {
        yz_ledger_row ra = yz_ledger_at(la, seq), rb = yz_ledger_at(lb, seq);
        cr_assert(ra.facts_size == rb.facts_size &&
                      (ra.facts_size == 0 || memcmp(ra.facts, rb.facts, ra.facts_size) == 0),
                  "seed %lu: facts of row %lu of the ledger", w->seed, seq);
    }
}

// Nobody decides about facts that he does not know.
static void nothing_found(const world *w, yz_market *m) {
    const yz_book *book = yz_market_book(m);
    uint32_t rows[16], count;
    while ((count = yz_market_policy_due(m, rows, 16)) > 0)
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look;
            yz_arena_reset(w->arena);
            bool withheld = yz_book_withheld(book, rows[i]);
            bool found = yz_market_policy_look(m, rows[i], w->arena, &look);
            cr_assert_not(withheld && found, "seed %lu: row %u", w->seed, rows[i]);
            if (!found) continue;
            yz_command c = {.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}};
            c.sequence = yz_market_sequence(m) + 1;
            c.at_ms = w->at_ms;
            cr_assert_eq(yz_market_apply(m, &c, NULL).status, YZ_OK);
        }
}

static void check_sound(const world *w, const yz_market *m) {
    const char *why = "";
    cr_assert(yz_market_sound(m, &why), "seed %lu: %s", w->seed, why);
    yz_digest kept = yz_market_digest(m), counted = yz_market_digest_recount(m);
    cr_assert_eq(memcmp(&kept, &counted, sizeof kept), 0, "seed %lu: digest recounted", w->seed);
}

// ---- snapshots ----

static bool gather(void *context, const void *block, size_t size) {
    yz_bytes *all = context;
    cr_assert_geq(yz_bytes_reserve(all, size), size);
    memcpy(all->bytes + all->size, block, size);
    all->size += size;
    return true;
}

static void save(const yz_market *m, const yz_sealer *sealer, yz_bytes *all) {
    yz_chain chain = {{0}};
    yz_bytes_init(all, (size_t)64 << 20);
    cr_assert(yz_snapshot_save(m, &chain, sealer, toy_hash, gather, all));
}

static yz_market *restored(const world *w, const yz_bytes *all, const yz_sealer *sealer) {
    yz_market *market = new_market(w);
    yz_snapshot_reader *reader = yz_snapshot_reader_new(market, sealer, toy_hash);
    yz_snapshot_facts facts;
    const char *why = "";
    for (size_t at = 0; at < all->size;) {
        size_t size = yz_snapshot_block_size(all->bytes + at);
        cr_assert_eq(yz_snapshot_take(reader, all->bytes + at, size, &why), YZ_OK, "%s", why);
        at += size;
    }
    cr_assert_eq(yz_snapshot_finish(reader, &facts, &why), YZ_OK, "seed %lu: %s", w->seed, why);
    yz_snapshot_reader_free(reader);
    yz_market_bulk_end(market);
    return market;
}

// ---- the tests ----

Test(policy_sealed, a_replay_without_the_keys_is_the_live_server_step_by_step) {
    uint64_t seen[YZ_COMMAND_TYPE_COUNT] = {0}, withheld = 0, rows = 0;
    for (uint64_t seed = 1; seed <= 12; seed++) {
        world *w = yz_alloc_zeroed(sizeof *w);
        open_world(w, seed);
        live_on(w, 500);
        blind b = {.market = new_market(w)};
        replay(w, 0, &w->sealer, &b);
        same_facts(w, b.market);
        check_sound(w, b.market);
        check_sound(w, w->live);
        yz_market_free(b.market);
        withheld += b.withheld;
        blind nobody = {.market = new_market(w)};
        replay(w, 0, NULL, &nobody); // all keys are gone
        check_sound(w, nobody.market);
        nothing_found(w, nobody.market);
        check_sound(w, nobody.market);
        yz_market_free(nobody.market);
        rows += yz_ledger_count(yz_market_ledger(w->live));
        for (int t = 0; t < YZ_COMMAND_TYPE_COUNT; t++)
            seen[t] += w->seen[t];
        close_world(w);
    }
    fprintf(stderr,
            "seeds 1..12: %lu puts (%lu withheld), %lu looks, %lu steps, %lu rows of the ledger, "
            "%lu erased\n",
            seen[YZ_COMMAND_POLICY_PUT], withheld, seen[YZ_COMMAND_POLICY_FIND],
            seen[YZ_COMMAND_POLICY_STEP], rows, seen[YZ_COMMAND_PERSON_ERASE]);
    cr_assert(withheld > 200 && rows > 50 && seen[YZ_COMMAND_PERSON_ERASE] > 20 &&
              seen[YZ_COMMAND_POLICY_FIND] > 200);
}

// Saved with all keys, read when those of whom was erased since have gone.
Test(policy_sealed, a_snapshot_and_what_came_after_it_without_the_keys_is_the_live_server) {
    uint64_t withheld = 0, known = 0;
    for (uint64_t seed = 101; seed <= 115; seed++) {
        world *w = yz_alloc_zeroed(sizeof *w);
        yz_bytes middle, end, again;
        open_world(w, seed);
        live_on(w, 250);
        save(w->live, &w->sealer, &middle);
        uint64_t from = w->sequence;
        live_on(w, 250);
        save(w->live, &w->sealer, &end);
        for (int blank = 0; blank < 2; blank++) { // 1: no key at all
            blind b = {.market = restored(w, &middle, blank ? NULL : &w->sealer)};
            for (uint32_t row = 0; row < yz_book_rows(yz_market_book(b.market)); row++) {
                withheld += yz_book_withheld(yz_market_book(b.market), row);
                known += yz_book_sealed(yz_market_book(b.market), row).size > 0;
            }
            replay(w, from, blank ? NULL : &w->sealer, &b);
            if (!blank) same_facts(w, b.market);
            check_sound(w, b.market);
            yz_market_free(b.market);
        }
        // With the keys of those who are there it is all there, to the byte.
        yz_market *whole = restored(w, &end, &w->sealer);
        save(whole, &w->sealer, &again);
        cr_assert(again.size == end.size && memcmp(again.bytes, end.bytes, end.size) == 0,
                  "seed %lu: saved again it is the same", seed);
        yz_market_free(whole);
        yz_bytes_deinit(&middle);
        yz_bytes_deinit(&end);
        yz_bytes_deinit(&again);
        close_world(w);
    }
    fprintf(stderr, "seeds 101..115: %lu subjects withheld, %lu known\n", withheld, known);
    cr_assert(withheld > 50 && known > 50);
}

// Taken until something is refused; what is taken whole is sound in itself.
static bool taken(const world *w, const yz_bytes *all, const yz_sealer *sealer) {
    yz_market *market = new_market(w);
    yz_snapshot_reader *reader = yz_snapshot_reader_new(market, sealer, toy_hash);
    yz_snapshot_facts facts;
    const char *why = NULL;
    bool well = true;
    for (size_t at = 0; at < all->size && well;) {
        size_t size = yz_snapshot_block_size(all->bytes + at);
        well = yz_snapshot_take(reader, all->bytes + at, size, &why) == YZ_OK;
        at += size;
    }
    well = well && yz_snapshot_finish(reader, &facts, &why) == YZ_OK;
    cr_assert(well || why != NULL);
    yz_snapshot_reader_free(reader);
    yz_market_free(market);
    return well;
}

/* A byte of block Q another, under a right checksum: never a crash; what is believed of it
 * meanwhile the hash over all blocks refuses at the end. */
Test(policy_sealed, a_snapshot_of_policy_that_lies_is_refused) {
    world *w = yz_alloc_zeroed(sizeof *w);
    yz_bytes all;
    open_world(w, 3);
    live_on(w, 200);
    save(w->live, &w->sealer, &all);
    cr_assert(taken(w, &all, &w->sealer));
    uint32_t lies = 0;
    for (size_t at = 0, size; at < all.size; at += size) {
        unsigned char *block = all.bytes + at;
        size = yz_snapshot_block_size(block);
        if (block[7] != 'Q') continue;
        for (int i = 0; i < 400; i++, lies++) {
            size_t place = 32 + below(w, (uint32_t)size - 32);
            unsigned char was = block[place];
            block[place] = (unsigned char)(was ^ (1 + below(w, 255)));
            yz_put32(block + 12, yz_crc32c(0, block + 16, size - 16));
            cr_assert_not(taken(w, &all, &w->sealer), "place %zu", place);
            block[place] = was;
            yz_put32(block + 12, yz_crc32c(0, block + 16, size - 16));
        }
    }
    cr_assert_geq(lies, 400);
    yz_bytes_deinit(&all);
    close_world(w);
}

// ---- nothing is left ----

static bool stands_in(const yz_bytes *all, const char *words) {
    return memmem(all->bytes, all->size, words, strlen(words)) != NULL;
}

static yz_outcome put_change(world *w, yz_subject_kind kind, const char *id, const char *person,
                             bool replace, yz_text change) {
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {(uint8_t)kind, yz_text_of(id)},
                                   .person = yz_text_of(person),
                                   .division = YZ_TEXT("620502"),
                                   .change = change,
                                   .replace = replace}};
    yz_market_policy_put_fill(w->live, &c.policy_put);
    return submit(w, c);
}

static yz_text one_text(world *w, yz_object object, uint32_t field, const char *words) {
    yz_text text = yz_text_of(words);
    yz_facts_change change = {0};
    yz_row *row = yz_arena_take(w->arena, yz_row_size(object));
    memset(row, 0, yz_row_size(object));
    row->known = UINT64_C(1) << field;
    row->values[field] = (intptr_t)&text;
    change.given.objects[object] = row;
    return encoded(w, &change);
}

static void put_text(world *w, yz_subject_kind kind, const char *id, const char *person,
                     yz_object object, uint32_t field, const char *words) {
    yz_outcome out = put_change(w, kind, id, person, false, one_text(w, object, field, words));
    cr_assert_eq(out.status, YZ_OK);
}

static void pay_row(world *w, yz_subject_kind kind, const char *id, const char *measure,
                    int64_t amount) {
    yz_policy_found found[] = {{yz_text_of(measure), amount, yz_word_decision_grant, true}};
    yz_policy_look look = {
        {(uint8_t)kind, yz_text_of(id)}, 0, yz_day_at(w->at_ms), INT32_MAX, 1, found, 0, NULL};
    const yz_book *book = yz_market_book(w->live);
    uint32_t row = yz_book_row(book, kind, look.subject.id);
    look.version = yz_book_stamp(book, row);
    submit(w, (yz_command){.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, &look}});
    static const uint8_t steps[] = {YZ_ENTRY_APPLIED, YZ_ENTRY_APPROVED, YZ_ENTRY_PAID};
    for (int i = 0; i < 3; i++) {
        yz_command c = {.type = YZ_COMMAND_POLICY_STEP};
        c.policy_step = (yz_policy_step){.subject = look.subject,
                                         .measure = yz_text_of(measure),
                                         .to = steps[i],
                                         .officer = YZ_TEXT("U1"),
                                         .reviewer = YZ_TEXT("U2")};
        yz_market_policy_step_look(w->live, yz_day_at(w->at_ms), w->arena, &c.policy_step);
        c.policy_step.holds = YZ_TEXT("");
        cr_assert_eq(submit(w, c).status, YZ_OK);
    }
}

Test(policy_sealed, of_an_erased_person_no_fact_is_left_in_journal_or_snapshot) {
    static const char *const planted[] = {"planted-plan-7", "planted-home-7", "planted-number-7"};
    world *w = yz_alloc_zeroed(sizeof *w);
    yz_bytes before, after, open;
    open_world(w, 1);
    put_text(w, YZ_SUBJECT_person, "p-1", "", YZ_OBJECT_person, yz_field_person_plan_id,
             planted[0]);
    put_text(w, YZ_SUBJECT_loan, "l-1", "p-1", YZ_OBJECT_person, yz_field_person_hukou_division,
             planted[1]);
    put_text(w, YZ_SUBJECT_certificate, "c-1", "p-1", YZ_OBJECT_cert, yz_field_cert_number,
             planted[2]);
    put_text(w, YZ_SUBJECT_employer, "a-1", "", YZ_OBJECT_employer, yz_field_employer_industry,
             "not-a-person");
    pay_row(w, YZ_SUBJECT_certificate, "c-1", "m06a", 100000);
    save(w->live, NULL, &open);
    save(w->live, &w->sealer, &before);
    yz_bytes row;
    yz_bytes_init(&row, YZ_LEDGER_ROW_BYTES_MAX);
    yz_ledger_row whole = yz_ledger_at(yz_market_ledger(w->live), 2);
    cr_assert(whole.facts_size > 0 && yz_ledger_row_bytes(&whole, &row));
    cr_assert_eq(
        submit(w, (yz_command){.type = YZ_COMMAND_PERSON_ERASE, .named.id = YZ_TEXT("p-1")}).status,
        YZ_OK);
    save(w->live, NULL, &after); // without a seal: what is written is all that is known
    cr_assert(stands_in(&w->journal, "not-a-person") && stands_in(&after, "not-a-person"));
    for (int i = 0; i < 3; i++) {
        cr_expect(stands_in(&open, planted[i]), "%s: the test can see", planted[i]);
        cr_expect_not(stands_in(&w->journal, planted[i]), "%s in the journal", planted[i]);
        cr_expect_not(stands_in(&before, planted[i]), "%s in the sealed snapshot", planted[i]);
        cr_expect_not(stands_in(&after, planted[i]), "%s after the erasure", planted[i]);
    }
    // Row, amount and payment stay, and so does what is hashed of the row.
    const yz_ledger *ledger = yz_market_ledger(w->live);
    cr_assert_eq(yz_ledger_count(ledger), 2);
    yz_ledger_row paid = yz_ledger_at(ledger, 2);
    cr_expect(paid.amount == 100000 && paid.facts == NULL && paid.facts_size == 0);
    cr_expect(yz_text_equal(paid.owner, YZ_TEXT("p-1")) && paid.evidence.words[0] != 0);
    yz_bytes_reset(&open);
    cr_assert(yz_ledger_row_bytes(&paid, &open));
    cr_expect(open.size == row.size && memcmp(open.bytes, row.bytes, row.size) == 0);
    yz_bytes_deinit(&row);
    cr_expect_eq(yz_book_payments(yz_market_book(w->live)), 1);
    check_sound(w, w->live);
    yz_bytes_deinit(&open);
    yz_bytes_deinit(&before);
    yz_bytes_deinit(&after);
    close_world(w);
}

// ---- one by one ----

static yz_text known_text(const world *w, yz_subject_kind kind, const char *id, yz_object object,
                          uint32_t field) {
    yz_subject_view view;
    cr_assert(yz_book_subject(yz_market_book(w->live), kind, yz_text_of(id), w->arena, &view));
    const yz_row *row = view.facts.objects[object];
    if (row == NULL || !(row->known >> field & 1)) return YZ_TEXT("");
    return *(const yz_text *)(intptr_t)row->values[field];
}

Test(policy_sealed, a_change_that_is_the_last_one_again_is_none) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    yz_text one = one_text(w, YZ_OBJECT_person, yz_field_person_plan_id, "one");
    yz_text two = one_text(w, YZ_OBJECT_person, yz_field_person_plan_id, "two");
    const struct {
        bool replace;
        yz_text change;
        uint32_t version;
    } puts[] = {{true, one, 1},  {true, one, 1},          {false, one, 1},
                {false, two, 2}, {false, two, 2},         {false, one, 3},
                {true, one, 4},  {false, YZ_TEXT(""), 4}, {true, YZ_TEXT(""), 5}};
    for (size_t i = 0; i < sizeof puts / sizeof puts[0]; i++) {
        yz_outcome out =
            put_change(w, YZ_SUBJECT_person, "p-1", "", puts[i].replace, puts[i].change);
        cr_expect_eq(out.version, puts[i].version, "put %zu: version %u", i, out.version);
    }
    close_world(w);
}

Test(policy_sealed, facts_of_another_person_do_not_go_along_with_the_subject) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    yz_text plan = one_text(w, YZ_OBJECT_cert, yz_field_cert_number, "n-1");
    yz_text division = one_text(w, YZ_OBJECT_transfer, yz_field_transfer_work_division, "6205");
    put_change(w, YZ_SUBJECT_loan, "l-1", "", true, plan); // in the open, nobody's
    cr_expect_eq(yz_book_sealed(yz_market_book(w->live), 0).size, 0);
    put_change(w, YZ_SUBJECT_loan, "l-1", "p-1", false, division);
    cr_expect_eq(known_text(w, YZ_SUBJECT_loan, "l-1", YZ_OBJECT_cert, yz_field_cert_number).size,
                 0);
    put_change(w, YZ_SUBJECT_loan, "l-1", "p-1", false, plan);
    cr_expect_eq(known_text(w, YZ_SUBJECT_loan, "l-1", YZ_OBJECT_cert, yz_field_cert_number).size,
                 3);
    put_change(w, YZ_SUBJECT_loan, "l-1", "p-2", false, division);
    cr_expect_eq(known_text(w, YZ_SUBJECT_loan, "l-1", YZ_OBJECT_cert, yz_field_cert_number).size,
                 0);
    cr_expect_eq(
        known_text(w, YZ_SUBJECT_loan, "l-1", YZ_OBJECT_transfer, yz_field_transfer_work_division)
            .size,
        4);
    submit(w, (yz_command){.type = YZ_COMMAND_PERSON_ERASE, .named.id = YZ_TEXT("p-1")});
    blind b = {.market = new_market(w)};
    replay(w, 0, &w->sealer, &b);
    cr_expect_eq(b.withheld, 2);
    same_facts(w, b.market);
    yz_market_free(b.market);
    close_world(w);
}

Test(policy_sealed, an_owner_who_is_not_whom_the_subject_names_is_refused) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    yz_text plan = one_text(w, YZ_OBJECT_cert, yz_field_cert_number, "n-1");
    put_change(w, YZ_SUBJECT_loan, "l-1", "p-1", true, plan);
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {YZ_SUBJECT_loan, YZ_TEXT("l-1")}, .change = plan}};
    cr_expect_eq(submit(w, c).problem.code, YZ_PROBLEM_POLICY_CHANGED, "nobody's");
    c.policy_put.owner = YZ_TEXT("p-2");
    cr_expect_eq(submit(w, c).problem.code, YZ_PROBLEM_POLICY_CHANGED, "another's");
    c.policy_put.owner = YZ_TEXT("p-1");
    cr_expect_eq(submit(w, c).status, YZ_OK);
    c.policy_put.subject = (yz_policy_subject){YZ_SUBJECT_person, YZ_TEXT("p-3")};
    c.policy_put.owner = YZ_TEXT("");
    cr_expect_eq(submit(w, c).problem.code, YZ_PROBLEM_POLICY_CHANGED, "a person's own");
    close_world(w);
}

// What is full is seen from what stands in the open: sizes; a whole put makes room.
Test(policy_sealed, what_is_full_is_full_without_the_keys) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    char words[YZ_FACT_TEXT_MAX + 1] = {0};
    uint32_t taken = 0;
    for (yz_outcome out = {.status = YZ_OK}; out.status == YZ_OK; taken++) {
        memset(words, 'a' + (int)(taken % 26), YZ_FACT_TEXT_MAX);
        yz_arena_reset(w->arena);
        yz_text change = one_text(w, YZ_OBJECT_person, yz_field_person_plan_id, words);
        out = put_change(w, YZ_SUBJECT_person, "p-1", "", false, change);
        if (out.status != YZ_OK) cr_expect_eq(out.problem.code, YZ_PROBLEM_TOO_LONG);
    }
    cr_expect(taken > 150 && taken < YZ_FACTS_BYTES_MAX / YZ_FACT_TEXT_MAX, "%u", taken);
    yz_text change = one_text(w, YZ_OBJECT_person, yz_field_person_plan_id, "short");
    cr_expect_eq(put_change(w, YZ_SUBJECT_person, "p-1", "", true, change).status, YZ_OK);
    memset(words, 'z', YZ_FACT_TEXT_MAX);
    change = one_text(w, YZ_OBJECT_person, yz_field_person_plan_id, words);
    cr_expect_eq(put_change(w, YZ_SUBJECT_person, "p-1", "", false, change).status, YZ_OK);
    blind nobody = {.market = new_market(w)};
    replay(w, 0, NULL, &nobody);
    yz_market_free(nobody.market);
    close_world(w);
}

// What is paid of a batch is a fact of it; of a sealed one it is sealed.
Test(policy_sealed, a_batch_that_names_a_person_is_paid_without_the_key) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    put_text(w, YZ_SUBJECT_batch, "b-1", "p-1", YZ_OBJECT_cert, yz_field_cert_number, "n-1");
    for (int i = 0; i < 2; i++) {
        pay_row(w, YZ_SUBJECT_batch, "b-1", "m09a", 1000 + i);
        yz_subject_view view;
        cr_assert(yz_book_subject(yz_market_book(w->live), YZ_SUBJECT_batch, YZ_TEXT("b-1"),
                                  w->arena, &view));
        const yz_row *unit = view.facts.objects[YZ_OBJECT_unit];
        cr_assert_not_null(unit);
        cr_expect_eq(unit->values[yz_field_unit_m09_paid_yuan], i == 0 ? 1000 : 2001);
        cr_expect_eq(view.version, (uint32_t)i + 2);
        cr_expect_gt(yz_book_sealed(yz_market_book(w->live), view.row).size, 0);
        cr_expect_eq(
            known_text(w, YZ_SUBJECT_batch, "b-1", YZ_OBJECT_cert, yz_field_cert_number).size, 3);
    }
    blind nobody = {.market = new_market(w)};
    replay(w, 0, NULL, &nobody);
    for (uint32_t row = 0; row < yz_book_rows(yz_market_book(nobody.market)); row++)
        cr_expect_eq(yz_book_sealed(yz_market_book(nobody.market), row).size, 0);
    yz_market_free(nobody.market);
    check_sound(w, w->live);
    close_world(w);
}

// Payments are told apart by occupation and level: these stay, whoever is gone.
Test(policy_sealed, a_payment_keeps_occupation_and_level_of_its_certificate) {
    world *w = yz_alloc_zeroed(sizeof *w);
    open_world(w, 1);
    yz_row *cert = yz_arena_take(w->arena, yz_row_size(YZ_OBJECT_cert));
    memset(cert, 0, yz_row_size(YZ_OBJECT_cert));
    yz_text occupation = YZ_TEXT("6-18-02-04");
    cert->known = UINT64_C(1) << yz_field_cert_occupation | UINT64_C(1) << yz_field_cert_level;
    cert->values[yz_field_cert_occupation] = (intptr_t)&occupation;
    cert->values[yz_field_cert_level] = 4;
    yz_facts_change change = {.given.objects[YZ_OBJECT_cert] = cert};
    put_change(w, YZ_SUBJECT_certificate, "c-1", "p-1", true, encoded(w, &change));
    put_text(w, YZ_SUBJECT_certificate, "c-1", "", YZ_OBJECT_cert, yz_field_cert_number, "n-7");
    pay_row(w, YZ_SUBJECT_certificate, "c-1", "m06a", 1000);
    yz_payment paid = yz_book_payment_at(yz_market_book(w->live), 0);
    cr_expect(yz_text_equal(paid.occupation, occupation) && paid.level == 4);
    change = (yz_facts_change){.dropped = UINT64_C(1) << YZ_OBJECT_cert};
    put_change(w, YZ_SUBJECT_certificate, "c-1", "", false, encoded(w, &change));
    pay_row(w, YZ_SUBJECT_certificate, "c-1", "m06a", 2000);
    paid = yz_book_payment_at(yz_market_book(w->live), 1);
    cr_expect(paid.occupation.size == 0 && paid.level == 0);
    blind nobody = {.market = new_market(w)};
    replay(w, 0, NULL, &nobody);
    yz_market_free(nobody.market);
    close_world(w);
}

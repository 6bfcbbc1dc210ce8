/* A small town with the rules of one subsidy and one check, for tests of policy in the market. */
#ifndef YZ_TESTS_ENGINE_MARKET_POLICY_TOWN_H
#define YZ_TESTS_ENGINE_MARKET_POLICY_TOWN_H

#include "engine/journal/bytes.h"
#include "engine/market/market.h"
#include "engine/market/snapshot.h"
#include "engine/model/time.h"
#include "tests/engine/journal/toys.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { level province }\n"                                                                \
    "param m05a.valid window { true from 2023-01-01 to 2023-12-31 ref n/5 }\n"                     \
    "param m05a.amount yuan { 1000 yuan from 2023-01-01 ref n/5 }\n"                               \
    "rule m05a { name \"甲\" \"A\" area 2 subject hire bodies HRSS fund employment_subsidy\n"     \
    "  window hire.contract_start valid m05a.valid\n"                                              \
    "  need employer_kind employer.kind = enterprise\n"                                            \
    "  need youth age(person.birth_date, hire.contract_start) <= 24\n"                             \
    "  decide grant amount m05a.amount group hire_onetime person.id }\n"                           \
    "rule m14a { name \"乙\" \"B\" area 4 subject person bodies HRSS\n"                           \
    "  need older age(person.birth_date, as_of) >= 50\n"                                           \
    "  decide serve reason make_plan when not known(person.plan_id) }\n"                           \
    "check F21 { name \"童工\" \"Minor\" severity hold\n"                                        \
    "  when age(person.birth_date, hire.contract_start) < 16 }\n"

typedef struct town {
    yz_market *market;
    yz_arena *arena;
    uint64_t sequence;
    int64_t at_ms;
    yz_command *heard; // all of them, for a replay; their texts live in the arena
    yz_status *told;   // and how each ended
    uint32_t heard_count;
} town;

static inline yz_market_options options_at(int64_t at_ms) {
    return (yz_market_options){.hash_key = {1, 2}, .at_ms = at_ms};
}

static inline town town_new(void) {
    int64_t at_ms;
    cr_assert(yz_time_parse(YZ_TEXT("2023-08-01"), YZ_DAY_BEGIN, &at_ms));
    yz_market_options options = options_at(at_ms);
    return (town){
        .market = yz_market_new(&options), .arena = yz_arena_new(256u << 20), .at_ms = at_ms};
}

static inline void town_free(town *t) {
    const char *why = "";
    cr_assert(yz_market_sound(t->market, &why), "%s", why);
    yz_digest kept = yz_market_digest(t->market), counted = yz_market_digest_recount(t->market);
    cr_assert_eq(memcmp(&kept, &counted, sizeof kept), 0, "the digest kept is the one counted");
    yz_market_free(t->market);
    yz_arena_free(t->arena);
    free(t->heard);
    free(t->told);
}

static inline yz_outcome apply(town *t, yz_command c) {
    yz_problem problem;
    c.sequence = ++t->sequence;
    c.at_ms = t->at_ms;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK);
    t->heard = realloc(t->heard, (t->heard_count + 1) * sizeof *t->heard);
    t->heard[t->heard_count++] = c;
    t->told = realloc(t->told, t->heard_count * sizeof *t->told);
    yz_outcome out = yz_market_apply(t->market, &c, NULL);
    t->told[t->heard_count - 1] = out.status;
    return out;
}

static inline yz_outcome load(town *t, const char *name, const char *text) {
    return apply(t, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                 .policy_rules = {yz_text_of(name), yz_text_of(text), NULL}});
}

static inline yz_row *row(town *t, yz_object object) {
    yz_row *made = yz_arena_take(t->arena, yz_row_size(object));
    memset(made, 0, yz_row_size(object));
    return made;
}

static inline void set(yz_row *r, uint32_t field, int64_t value) {
    r->known |= UINT64_C(1) << field;
    r->values[field] = value;
}

static inline yz_outcome put(town *t, yz_subject_kind kind, const char *id, const char *person,
                             const char *employer, yz_object object, yz_row *given) {
    yz_facts_change change = {0};
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    change.given.objects[object] = given;
    cr_assert(yz_facts_change_encode(&change, &bytes));
    yz_text text = yz_arena_text(t->arena, (yz_text){(char *)bytes.bytes, (uint32_t)bytes.size});
    yz_bytes_deinit(&bytes);
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {(uint8_t)kind, yz_text_of(id)},
                                   .person = yz_text_of(person),
                                   .employer = yz_text_of(employer),
                                   .division = YZ_TEXT("620502"),
                                   .change = text}};
    yz_market_policy_put_fill(t->market, &c.policy_put);
    return apply(t, c);
}

static inline void born(town *t, const char *id, int32_t year) {
    yz_row *person = row(t, YZ_OBJECT_person);
    set(person, yz_field_person_birth_date, yz_days(year, 5, 10));
    cr_assert_eq(put(t, YZ_SUBJECT_person, id, "", "", YZ_OBJECT_person, person).status, YZ_OK);
}

static inline void hired(town *t, const char *id, const char *person) {
    yz_row *hire = row(t, YZ_OBJECT_hire);
    set(hire, yz_field_hire_contract_start, yz_days(2023, 7, 1));
    cr_assert_eq(put(t, YZ_SUBJECT_hire, id, person, "e-1", YZ_OBJECT_hire, hire).status, YZ_OK);
}

static inline void firm(town *t) {
    yz_row *employer = row(t, YZ_OBJECT_employer);
    set(employer, yz_field_employer_kind, yz_word_employer_kind_enterprise);
    yz_outcome out = put(t, YZ_SUBJECT_employer, "e-1", "", "", YZ_OBJECT_employer, employer);
    cr_assert(out.status == YZ_OK && out.created);
}

// Looks at everybody who is due, and books what is found. Returns how many looks found something.
static inline uint32_t find_all(town *t) {
    uint32_t rows[8], count, found = 0;
    while ((count = yz_market_policy_due(t->market, rows, 8)) > 0 ||
           yz_market_policy_is_anybody_due(t->market))
        for (uint32_t i = 0; i < count; i++) {
            yz_policy_look look, *kept;
            if (!yz_market_policy_look(t->market, rows[i], t->arena, &look)) continue;
            kept = yz_arena_take(t->arena, sizeof look);
            *kept = look;
            yz_command c = {.type = YZ_COMMAND_POLICY_FIND, .policy_find = {1, kept}};
            cr_assert_eq(apply(t, c).status, YZ_OK);
            found += 1;
        }
    return found;
}

static inline yz_entry_line line_of(const town *t, yz_subject_kind kind, const char *id,
                                    const char *measure) {
    yz_entry_line lines[8];
    const yz_book *book = yz_market_book(t->market);
    uint32_t at = yz_book_row(book, kind, yz_text_of(id));
    uint32_t count = at == YZ_ROW_NONE ? 0 : yz_book_lines(book, at, lines, 8);
    for (uint32_t i = 0; i < count; i++)
        if (yz_text_equal(lines[i].measure, yz_text_of(measure))) return lines[i];
    return (yz_entry_line){.state = 0};
}

// As a door does: what the step rests on is evaluated beside, then sent.
static inline yz_outcome take_step(town *t, yz_policy_step s) {
    yz_market_policy_step_look(t->market, yz_day_at(t->at_ms), t->arena, &s);
    return apply(t, (yz_command){.type = YZ_COMMAND_POLICY_STEP, .policy_step = s});
}

static inline yz_outcome step(town *t, yz_subject_kind kind, const char *id, const char *measure,
                              yz_entry_state to, const char *officer, const char *reviewer) {
    yz_policy_step s = {.subject = {(uint8_t)kind, yz_text_of(id)},
                        .measure = yz_text_of(measure),
                        .to = (uint8_t)to,
                        .officer = yz_text_of(officer),
                        .reviewer = yz_text_of(reviewer)};
    return take_step(t, s);
}

static inline town settled(void) {
    town t = town_new();
    cr_assert(load(&t, "n", RULES).changed);
    firm(&t);
    born(&t, "p-1", 2001);
    born(&t, "p-2", 1970);
    hired(&t, "h-1", "p-1");
    cr_assert_eq(find_all(&t), 2);
    return t;
}

static inline bool gather(void *context, const void *block, size_t size) {
    yz_bytes *all = context;
    cr_assert_geq(yz_bytes_reserve(all, size), size);
    memcpy(all->bytes + all->size, block, size);
    all->size += size;
    return true;
}

static inline yz_bytes saved(const yz_market *market) {
    yz_bytes all;
    yz_chain chain = {{0}};
    yz_bytes_init(&all, 64u << 20);
    cr_assert(yz_snapshot_save(market, &chain, NULL, toy_hash, gather, &all));
    return all;
}

static inline yz_market *restored(const yz_bytes *all) {
    yz_market_options options = options_at(0);
    yz_market *market = yz_market_new(&options);
    yz_snapshot_reader *reader = yz_snapshot_reader_new(market, NULL, toy_hash);
    yz_snapshot_facts facts;
    const char *why = "";
    for (size_t at = 0; at < all->size;) {
        size_t size = yz_snapshot_block_size(all->bytes + at);
        cr_assert_eq(yz_snapshot_take(reader, all->bytes + at, size, &why), YZ_OK, "%s", why);
        at += size;
    }
    cr_assert_eq(yz_snapshot_finish(reader, &facts, &why), YZ_OK, "%s", why);
    yz_snapshot_reader_free(reader);
    yz_market_bulk_end(market);
    return market;
}

#endif

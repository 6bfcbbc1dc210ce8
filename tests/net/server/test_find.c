/* The finder of policy in the writer: everybody who is due is looked at, what is found is booked by
 * the journal, a new day finds people by itself, and whoever changes in between is looked at again.
 */
#include "engine/market/policy_view.h"
#include "engine/model/time.h"
#include "tests/net/server/step.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <string.h>

#define RULES                                                                                      \
    "yizhan-rules 1\n"                                                                             \
    "notice n { level province }\n"                                                                \
    "rule m14a { name \"a\" \"b\" area 4 subject person bodies HRSS\n"                             \
    "  need older age(person.birth_date, as_of) >= 50\n"                                           \
    "  decide serve }\n"

static step s;

static void with_finder(writer_options *options) {
    options->finds = true;
}

static void begin(void) {
    step_init(&s, with_finder);
    s.at_once = true;
    cr_assert(yz_time_parse(YZ_TEXT("2026-05-01"), YZ_DAY_BEGIN, &s.wall_ms));
    step_turns(&s);
}

static void end(void) {
    const char *why = "";
    cr_assert(yz_market_sound(s.market, &why), "%s", why);
    yz_digest kept = yz_market_digest(s.market), counted = yz_market_digest_recount(s.market);
    cr_assert_eq(memcmp(&kept, &counted, sizeof kept), 0);
    step_deinit(&s);
}

TestSuite(find, .init = begin, .fini = end);

static void submit(yz_command command) {
    cr_assert(writer_submit(s.writer, 0, &command, 1, false, step_done, &s));
}

static void load_rules(void) {
    submit((yz_command){.type = YZ_COMMAND_POLICY_RULES,
                        .policy_rules = {YZ_TEXT("n"), yz_text_of(RULES), NULL}});
}

static void born(const char *id, int32_t day) {
    struct { // a row of one object
        uint64_t known;
        int64_t values[64];
    } row = {.known = 1ull << yz_field_person_birth_date};
    yz_facts_change change = {.given.objects[YZ_OBJECT_person] = (const yz_row *)&row};
    yz_bytes bytes;
    row.values[yz_field_person_birth_date] = day;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    cr_assert(yz_facts_change_encode(&change, &bytes));
    submit(
        (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                     .policy_put = {.subject = {YZ_SUBJECT_person, yz_text_of(id)},
                                    .owner = yz_text_of(id),
                                    .person = YZ_TEXT(""),
                                    .employer = YZ_TEXT(""),
                                    .division = YZ_TEXT("620502"),
                                    .change = {(const char *)bytes.bytes, (uint32_t)bytes.size}}});
    yz_bytes_deinit(&bytes);
}

static void run(void) {
    step_turns(&s);
    step_collect(&s);
}

static bool is_found(const char *id) {
    yz_entry_line line;
    const yz_book *book = yz_market_book(s.market);
    uint32_t row = yz_book_row(book, YZ_SUBJECT_person, yz_text_of(id));
    return row != YZ_ROW_NONE && yz_book_lines(book, row, &line, 1) == 1 &&
           line.state == YZ_ENTRY_FOUND;
}

static uint64_t due(void) {
    uint32_t rows[4];
    return yz_market_policy_due(s.market, rows, 4);
}

Test(find, everybody_who_is_due_is_looked_at_and_what_is_found_is_written_down) {
    load_rules();
    char id[20];
    for (int i = 0; i < 1000; i++) {
        snprintf(id, sizeof id, "p-%d", i);
        born(id, i % 3 == 0 ? yz_days(1960, 1, 1) : yz_days(2000, 1, 1));
    }
    run();
    for (int i = 0; i < 1000; i++) {
        snprintf(id, sizeof id, "p-%d", i);
        cr_assert_eq(is_found(id), i % 3 == 0, "%s", id);
    }
    cr_assert_eq(due(), 0);
    cr_assert(step_says(&s, "\nyizhan_policy_looks_total 1000\n"));
    cr_assert(step_says(&s, "\nyizhan_policy_found_total 334\n"));
    cr_assert(step_says(&s, "\nyizhan_policy_due 0\n"));
    cr_assert(step_says(&s, "\nyizhan_policy_find_refused_total 0\n"));
}

Test(find, at_midnight_a_birthday_is_found_without_a_command) {
    load_rules();
    born("p", yz_days(1976, 5, 2));
    born("q", yz_days(1976, 5, 3));
    run();
    cr_assert_not(is_found("p"));
    s.wall_ms += YZ_DAY_MS - 1;
    s.mono_ns += (uint64_t)(YZ_DAY_MS - 1) * 1000000;
    run();
    cr_assert_not(is_found("p"), "it is still the day before");
    s.wall_ms += 1;
    s.mono_ns += 1000000;
    run();
    cr_assert(is_found("p"));
    cr_assert_not(is_found("q"));
    s.wall_ms += 3 * YZ_DAY_MS;
    s.mono_ns += (uint64_t)(3 * YZ_DAY_MS) * 1000000;
    run();
    cr_assert(is_found("q"), "also when days were slept through");
}

/* What was found of two is on its way when one of them changes: neither is lost. */
Test(find, whoever_changes_meanwhile_is_looked_at_again) {
    load_rules();
    run();
    born("a", yz_days(1960, 1, 1));
    born("b", yz_days(1960, 1, 1));
    s.at_once = false;
    step_turns(&s);
    step_let_go(&s, 0); // the two puts: then both are looked at, and what was found goes off
    born("b", yz_days(2000, 1, 1));
    for (int i = 0; i < 20; i++) {
        step_turns(&s);
        if (s.held != NULL) step_let_go(&s, 0);
    }
    run();
    cr_assert(is_found("a"));
    cr_assert_not(is_found("b"));
    cr_assert_eq(due(), 0);
}

static yz_rules_draft *drafted(const char *name, const char *text) {
    yz_rules_draft *draft = yz_rules_draft_new(s.market, yz_text_of(name), yz_text_of(text));
    cr_assert_eq(yz_rules_draft_make(draft), YZ_OK);
    return draft;
}

static void load_draft(const char *name, const char *text, yz_rules_draft *draft) {
    submit((yz_command){.type = YZ_COMMAND_POLICY_RULES,
                        .policy_rules = {yz_text_of(name), yz_text_of(text), draft}});
}

/* Two that were made ready at the same time: the second is made anew of the files that are there
 * then. */
Test(find, rules_are_made_ready_beside_and_everybody_is_looked_at_by_them) {
    static const char OTHER[] = "yizhan-rules 1\n"
                                "notice o { level city }\n"
                                "rule m14b { name \"a\" \"b\" area 4 subject person bodies HRSS\n"
                                "  need older age(person.birth_date, as_of) >= 30\n"
                                "  decide serve }\n";
    born("old", yz_days(1960, 1, 1));
    born("young", yz_days(1990, 1, 1));
    run();
    yz_rules_draft *first = drafted("n", RULES), *second = drafted("o", OTHER);
    const yz_params *params;
    const yz_rules *made = yz_rules_draft_rules(first, &params);
    load_draft("n", RULES, first);
    s.at_once = false;
    step_turns(&s);
    step_let_go(&s, 0);
    s.at_once = true;
    while (yz_market_rules_files(s.market) == 0 && writer_turn(s.writer))
        continue;
    cr_assert_eq(yz_market_rules(s.market), made, "it is the very one");
    load_draft("o", OTHER, second); // freed by the writer, as the first
    run();
    cr_assert_eq(yz_market_rules_files(s.market), 2);
    cr_assert(is_found("young"));
    yz_entry_line lines[3];
    uint32_t row = yz_book_row(yz_market_book(s.market), YZ_SUBJECT_person, YZ_TEXT("old"));
    cr_assert_eq(yz_book_lines(yz_market_book(s.market), row, lines, 3), 2);
    load_draft("o", "", drafted("o", ""));
    run();
    cr_assert_eq(due(), 0);
    cr_assert_eq(yz_market_rules_files(s.market), 1);
    row = yz_book_row(yz_market_book(s.market), YZ_SUBJECT_person, YZ_TEXT("young"));
    cr_assert_eq(yz_book_lines(yz_market_book(s.market), row, lines, 3), 1);
    cr_assert_eq(lines[0].state, YZ_ENTRY_LAPSED);
}

/* The change is applied before what was found: the command is refused as a whole, and each is sent
 * by itself then. */
Test(find, a_refused_command_is_tried_again_singly) {
    load_rules();
    run();
    born("a", yz_days(1960, 1, 1));
    born("b", yz_days(1960, 1, 1));
    born("c", yz_days(1960, 1, 1));
    run();
    cr_assert(is_found("a") && is_found("b") && is_found("c"));
    s.at_once = false;
    born("a", yz_days(2000, 1, 1));
    born("b", yz_days(2000, 1, 1));
    born("c", yz_days(2000, 1, 1));
    step_turns(&s);
    born("b", yz_days(1961, 1, 1)); // waits while the three are with the store
    step_let_go(&s, 0);             // goes to the store before the finder has looked
    step_turns(&s);
    uint32_t from = s.append_count, most = 0;
    for (int i = 0; i < 20; i++) {
        if (s.held != NULL) step_let_go(&s, 0);
        step_turns(&s);
    }
    run();
    for (uint32_t i = from; i < s.append_count; i++)
        most = s.appends[i].count > most ? s.appends[i].count : most;
    cr_assert_eq(most, 2, "a command for each");
    cr_assert_not(is_found("a"));
    cr_assert_not(is_found("c"));
    cr_assert(is_found("b"));
    cr_assert(step_says(&s, "\nyizhan_policy_find_refused_total 3\n"));
    cr_assert_eq(due(), 0);
}

Test(find, a_full_disk_is_waited_for) {
    load_rules();
    run();
    s.at_once = false;
    born("a", yz_days(1960, 1, 1));
    step_turns(&s);
    step_let_go(&s, 0);
    step_turns(&s);
    cr_assert_not_null(s.held, "what was found is with the store");
    step_let_go(&s, 507);
    step_turns(&s);
    cr_assert_not(is_found("a"));
    s.at_once = true;
    s.mono_ns += 2000000000u;
    run();
    cr_assert(is_found("a"));
}

static void without_finder(writer_options *options) {
    options->finds = false;
}

Test(find_off, nobody_is_looked_for_where_it_is_switched_off) {
    step_init(&s, without_finder);
    s.at_once = true;
    step_turns(&s);
    load_rules();
    born("a", yz_days(1960, 1, 1));
    run();
    cr_assert_not(is_found("a"));
    cr_assert_eq(due(), 1);
    end();
}

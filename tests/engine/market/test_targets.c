/* Targets against a plain table: what each command should have left behind. */
#include "tests/engine/market/stream.h"

#include <criterion/criterion.h>

#define IDS 9

static yz_market *m;

static yz_outcome send(yz_command c) {
    yz_problem problem = {0};
    c.sequence = yz_market_sequence(m) + 1;
    c.at_ms = 1700000000000;
    cr_assert_eq(yz_market_admit(&c, &problem), YZ_OK, "%s", problem.pointer);
    return yz_market_apply(m, &c, NULL);
}

static void sound(void) {
    const char *why = "";
    cr_assert(yz_market_sound(m, &why), "%s", why);
}

static void entry(yz_dictionary which, const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = which;
    c.entry_put.entry.id = yz_text_of(id);
    cr_assert_eq(send(c).status, YZ_OK);
}

static yz_command put_of(const char *id, int64_t value) {
    yz_command c = {.type = YZ_COMMAND_TARGET_PUT};
    c.target_put.target = (yz_target){.id = yz_text_of(id),
                                      .name_zh = YZ_TEXT("就业见习岗位"),
                                      .name_en = YZ_TEXT("internship posts"),
                                      .division = YZ_TEXT("6205"),
                                      .series = YZ_TEXT("Y03"),
                                      .year = 2023,
                                      .value = value};
    return c;
}

static yz_outcome put(const char *id, int64_t value) {
    return send(put_of(id, value));
}

static yz_outcome named(yz_command_type type, const char *id, uint32_t if_version) {
    yz_command c = {.type = type};
    c.named.dictionary = YZ_DIVISIONS;
    c.named.id = yz_text_of(id);
    c.named.if_version = if_version;
    return send(c);
}

static yz_outcome forget(const char *id, uint32_t if_version) {
    return named(YZ_COMMAND_TARGET_DELETE, id, if_version);
}

static void begin(void) {
    m = stream_market(1);
    entry(YZ_DIVISIONS, "6205");
}

static void end(void) {
    sound();
    yz_market_free(m);
}

TestSuite(targets, .init = begin, .fini = end);

Test(targets, are_read_back_in_the_order_of_their_ids) {
    static const char *const IDS_PUT[] = {"t02", "t10", "t01", "b"};
    static const char *const IDS_READ[] = {"b", "t01", "t02", "t10"};
    for (int i = 0; i < 4; i++) {
        yz_outcome out = put(IDS_PUT[i], 15000 + i);
        cr_assert(out.created && out.changed && out.version == 1);
    }
    cr_assert_eq(yz_market_target_rows(m), 4);
    yz_target_view view;
    for (uint32_t row = 0; row < 4; row++) {
        cr_assert(yz_market_target_at(m, row, &view));
        cr_assert(yz_text_equal(view.target.id, yz_text_of(IDS_READ[row])));
        cr_assert_eq(view.row, row);
    }
    cr_assert_not(yz_market_target_at(m, 4, &view));
    cr_assert(yz_market_target(m, YZ_TEXT("t01"), &view));
    cr_assert(yz_text_equal(view.target.name_zh, YZ_TEXT("就业见习岗位")));
    cr_assert(yz_text_equal(view.target.name_en, YZ_TEXT("internship posts")));
    cr_assert(yz_text_equal(view.target.division, YZ_TEXT("6205")));
    cr_assert(yz_text_equal(view.target.series, YZ_TEXT("Y03")));
    cr_assert(view.target.year == 2023 && view.target.value == 15002 && view.version == 1);
    cr_assert_not(yz_market_target(m, YZ_TEXT("t0"), &view));
    cr_assert_not(yz_market_target(m, YZ_TEXT(""), &view));
}

/* Each member counts: another one is another version and another digest. */
Test(targets, that_differ_in_one_member_are_another) {
    entry(YZ_DIVISIONS, "6206");
    put("t", 5);
    yz_command changed[6];
    for (int i = 0; i < 6; i++)
        changed[i] = put_of("t", 5);
    changed[0].target_put.target.name_zh = YZ_TEXT("岗位");
    changed[1].target_put.target.name_en = YZ_TEXT("");
    changed[2].target_put.target.division = YZ_TEXT("6206");
    changed[3].target_put.target.series = YZ_TEXT("Y04");
    changed[4].target_put.target.year = 2024;
    changed[5].target_put.target.value = 6;
    yz_digest digests[7] = {yz_market_digest(m)};
    for (int i = 0; i < 6; i++) {
        cr_assert(!put("t", 5).changed, "equal content is no change");
        cr_assert(send(changed[i]).changed, "member %d", i);
        cr_assert_eq(send(put_of("t", 5)).version, 2 * (uint32_t)i + 3);
        yz_market *once = m;
        m = stream_market(2); // the same but for the version
        entry(YZ_DIVISIONS, "6205");
        entry(YZ_DIVISIONS, "6206");
        send(changed[i]);
        digests[i + 1] = yz_market_digest(m);
        yz_market_free(m);
        m = once;
    }
    for (int i = 0; i < 7; i++) {
        for (int j = 0; j < i; j++)
            cr_assert_neq(digests[i].words[0], digests[j].words[0], "%d %d", i, j);
    }
}

Test(targets, are_refused_by_name_when_something_is_wrong) {
    yz_command c = put_of("t", 5);
    c.target_put.if_version = 1;
    cr_assert_eq(send(c).problem.code, YZ_PROBLEM_VERSION_MISMATCH);
    c.target_put.if_version = YZ_VERSION_ANY;
    c.target_put.only_new = true;
    cr_assert_eq(send(c).version, 1);
    yz_outcome out = send(c);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_ALREADY_EXISTS);
    cr_assert_str_eq(out.problem.pointer, "/id");
    c = put_of("t", 6);
    c.target_put.if_version = 2;
    out = send(c);
    cr_assert(out.problem.code == YZ_PROBLEM_VERSION_MISMATCH && out.problem.high == 1);
    c.target_put.if_version = 1;
    cr_assert_eq(send(c).version, 2);
    c = put_of("u", 5);
    c.target_put.target.division = YZ_TEXT("9999");
    out = send(c);
    cr_assert_eq(out.problem.code, YZ_PROBLEM_UNKNOWN_DIVISION);
    cr_assert_str_eq(out.problem.pointer, "/division");
    out = forget("u", YZ_VERSION_ANY);
    cr_assert(out.status == YZ_ERR_NOT_FOUND && out.problem.code == YZ_PROBLEM_UNKNOWN_TARGET);
    cr_assert_str_eq(out.problem.value, "u");
    cr_assert_eq(forget("t", 1).problem.code, YZ_PROBLEM_VERSION_MISMATCH);
    cr_assert_eq(yz_market_target_rows(m), 1);
}

Test(targets, keep_the_division_they_name) {
    put("t", 5);
    cr_assert_eq(named(YZ_COMMAND_ENTRY_DELETE, "6205", 0).problem.code, YZ_PROBLEM_IN_USE);
    yz_command c = put_of("t", 5);
    c.target_put.target.division = YZ_TEXT(""); // everywhere
    cr_assert(send(c).changed);
    yz_target_view view;
    cr_assert(yz_market_target(m, YZ_TEXT("t"), &view));
    cr_assert_eq(view.target.division.size, 0);
    cr_assert_eq(named(YZ_COMMAND_ENTRY_DELETE, "6205", 0).status, YZ_OK);
}

// Who worked from a version of the life before is refused.
Test(targets, that_come_back_have_a_version_nobody_saw) {
    put("t", 5);
    put("t", 6);
    put("u", 5);
    yz_outcome out = forget("t", 2);
    cr_assert(out.changed && out.version == 3);
    cr_assert(put("t", 5).created);
    yz_target_view view;
    cr_assert(yz_market_target(m, YZ_TEXT("t"), &view));
    cr_assert_eq(view.version, 3);
    cr_assert_eq(forget("t", 1).problem.code, YZ_PROBLEM_VERSION_MISMATCH);
    cr_assert_eq(put("u", 6).version, 2, "others go on");
    cr_assert_eq(put("v", 6).version, 3);
}

static const char *digest_now(void) {
    static char text[YZ_DIGEST_TEXT_MAX];
    yz_digest_text(yz_market_digest(m), text);
    return text;
}

/* Written by the program before there were targets. */
Test(targets, that_nobody_set_leave_the_digest_of_old) {
    cr_assert_str_eq(digest_now(), "9a1d80a93ccafb1ad5f565aa007dd178");
    put("t", 5);
    cr_assert_str_neq(digest_now(), "9a1d80a93ccafb1ad5f565aa007dd178");
    cr_assert_eq(forget("t", 1).status, YZ_OK);
    cr_assert_str_neq(digest_now(), "9a1d80a93ccafb1ad5f565aa007dd178",
                      "the next version is another one");
}

Test(targets, are_four_thousand_at_most) {
    char id[16];
    for (int i = 0; i < YZ_TARGETS_MAX; i++) {
        snprintf(id, sizeof id, "t%04d", (i * 2579) % YZ_TARGETS_MAX); // every one, out of order
        cr_assert(put(id, 1 + i).created, "%s", id);
    }
    yz_outcome out = put("one more", 5);
    cr_assert(out.status == YZ_ERR_FULL && out.problem.code == YZ_PROBLEM_RECORDS_FULL);
    cr_assert_eq(out.problem.high, YZ_TARGETS_MAX);
    cr_assert(put("t0007", 5).changed, "those there are go on");
    cr_assert_eq(forget("t4000", YZ_VERSION_ANY).status, YZ_OK);
    cr_assert(put("one more", 5).created);
    cr_assert_eq(yz_market_target_rows(m), YZ_TARGETS_MAX);
}

// ---- random ----

typedef struct model_target {
    bool there;
    uint32_t version;
    yz_target target; // texts are literals, or of ids below
    char division[8];
} model_target;

static uint32_t number_of(yz_text id) {
    return (uint32_t)(id.bytes[id.size - 1] - '0');
}

static yz_problem_code refusal_in_model(const model_target *t, const yz_command *c) {
    bool put_it = c->type == YZ_COMMAND_TARGET_PUT;
    uint32_t wanted = put_it ? c->target_put.if_version : c->named.if_version;
    if (!put_it && !t->there) return YZ_PROBLEM_UNKNOWN_TARGET;
    if (put_it && t->there && c->target_put.only_new) return YZ_PROBLEM_ALREADY_EXISTS;
    if (wanted != 0 && (!t->there || t->version != wanted)) return YZ_PROBLEM_VERSION_MISMATCH;
    return YZ_PROBLEM_NONE;
}

static bool same_in_model(const model_target *t, const yz_target *given) {
    return t->there && t->target.value == given->value && t->target.year == given->year &&
           yz_text_equal(yz_text_of(t->division), given->division) &&
           yz_text_equal(t->target.series, given->series) &&
           yz_text_equal(t->target.name_zh, given->name_zh);
}

static void compare(const model_target *model, uint64_t seed) {
    uint32_t row = 0;
    yz_target_view view;
    for (uint32_t n = 0; n < IDS; n++) {
        char id[16];
        snprintf(id, sizeof id, "g-%03u", n);
        cr_assert_eq(yz_market_target(m, yz_text_of(id), &view), model[n].there, "seed %lu", seed);
        if (!model[n].there) continue;
        cr_assert_eq(view.row, row++);
        cr_assert_eq(view.version, model[n].version, "seed %lu: %s", seed, id);
        cr_assert(same_in_model(&model[n], &view.target), "seed %lu: %s", seed, id);
    }
    cr_assert_eq(yz_market_target_rows(m), row);
}

Test(targets, agree_with_a_table_step_by_step) {
    uint64_t changed = 0, refused = 0, deleted = 0;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        stream s = stream_new(seed, 9);
        model_target model[IDS] = {0};
        uint32_t floor = 0;
        yz_market_free(m);
        m = stream_market(seed);
        for (int i = 0; i < 4; i++) {
            char division[16];
            snprintf(division, sizeof division, "d-%03d", i);
            entry(YZ_DIVISIONS, division);
        }
        for (int i = 0; i < 800; i++) {
            yz_arena_reset(s.arena);
            yz_command c = stream_targets(&s);
            bool put_it = c.type == YZ_COMMAND_TARGET_PUT;
            const yz_target *given = &c.target_put.target;
            model_target *t = &model[number_of(put_it ? given->id : c.named.id)];
            yz_problem_code expected = refusal_in_model(t, &c);
            bool same = put_it && same_in_model(t, given);
            yz_outcome out = send(c);
            cr_assert_eq(out.problem.code, expected, "seed %lu, command %d", seed, i);
            cr_assert_eq(out.changed, expected == YZ_PROBLEM_NONE && !same);
            refused += expected != YZ_PROBLEM_NONE;
            if (out.changed && put_it) {
                t->version = t->there ? t->version + 1 : floor + 1;
                t->there = true;
                t->target = *given;
                snprintf(t->division, sizeof t->division, "%.*s", (int)given->division.size,
                         given->division.bytes);
                changed += 1;
            } else if (out.changed) {
                t->there = false;
                if (t->version > floor) floor = t->version;
                deleted += 1;
            }
            compare(model, seed);
            if (i % 20 == 0) sound();
        }
        yz_arena_free(s.arena);
    }
    printf("seeds 1..20: %lu set, %lu deleted, %lu refused\n", changed, deleted, refused);
    cr_assert(changed > 1000 && deleted > 500 && refused > 1000);
}

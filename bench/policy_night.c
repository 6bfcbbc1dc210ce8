/* Midnight in a whole market: everybody in the policy book, postings and seekers beside them; one
 * thread asks Q1 without a pause while the server's own writer (net/server/writer, writer_find)
 * does the night on its thread, with its holds and commands. The store keeps nothing; the wall
 * clock is set forward by the bench.
 *
 *   quiet   nobody is due                          before each night
 *   night   2023-12-31: birthdays, ends of months  from the first command of the day until nobody
 *   turn    2024-01-01: years, windows that ended  is due any more
 *   rules   another file of rules: everybody       made ready beside, then the same
 *
 * A question's time is the clock's on the wall, with the wait for the gate in it; a hold's that of
 * the processor. */
#include "bench/policy.h"

#include "bench/clock.h"
#include "bench/generated.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/model/time.h"
#include "net/server/writer.h"
#include "tools/policy_files.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#define NIGHT_SECONDS_MAX 900
#define TURN_NS 50000000u // of others on the processor, at most
#define ASKED_MAX 40000000u
#define QUESTIONS GENERATE_Q1_COUNT
#define ARENA_BYTES (32u << 20)
#define LOOKS_AT_ONCE 64u
#define LOOKS_A_COMMAND 16u // as net/server/writer_find
#define K 10

typedef struct night {
    const population *people;
    generate *set;
    load load;
    yz_market *market;
    server_gate *gate;
    metrics *metrics;
    writer *writer;
    outside outside;
    _Atomic int64_t wall_ms;
    _Atomic bool asks, is_night;
    yz_arena *question_arena;
    yz_seeker *questions;
    uint64_t *took; // ns
    uint32_t asked, quiet_seconds;
    uint64_t sequence_before; // of the night
    figures *out;
} night;

// ---- filling ----

static void put_rules(night *n, const char *names) {
    char list[512], why[256];
    snprintf(list, sizeof list, "%s", names);
    for (char *rest = list, *name; (name = strtok_r(rest, ",", &rest)) != NULL;) {
        uint32_t size;
        char *text = policy_read_file(name, YZ_POLICY_RULES_BYTES_MAX, &size, why);
        yz_check(text != NULL);
        const char *slash = strrchr(name, '/');
        yz_command c = {
            .type = YZ_COMMAND_POLICY_RULES,
            .policy_rules = {yz_text_of(slash != NULL ? slash + 1 : name), {text, size}, NULL}};
        yz_check(load_apply(&n->load, &c).status == YZ_OK);
        yz_free(text);
    }
}

static void longer(uint64_t *longest, uint64_t began) {
    uint64_t took = clock_cpu_ns() - began;
    if (took > *longest) *longest = took;
}

static void put_person(night *n, const yz_facts *facts, yz_bytes *bytes, uint64_t *longest) {
    const yz_row *person = facts->objects[YZ_OBJECT_person];
    if (!(person->known >> yz_field_person_id & 1)) return;
    yz_facts_change change = {.given = *facts};
    change.given.objects[YZ_OBJECT_top] = NULL;
    yz_bytes_reset(bytes);
    yz_check(yz_facts_change_encode(&change, bytes));
    yz_text id = *(const yz_text *)(intptr_t)person->values[yz_field_person_id];
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT,
                    .policy_put = {.subject = {YZ_SUBJECT_person, id},
                                   .person = YZ_TEXT(""),
                                   .employer = YZ_TEXT(""),
                                   .division = YZ_TEXT("620502"),
                                   .change = {(const char *)bytes->bytes, (uint32_t)bytes->size}}};
    yz_market_policy_put_fill(n->market, &c.policy_put);
    uint64_t began = clock_cpu_ns();
    yz_check(load_apply(&n->load, &c).status == YZ_OK);
    longer(longest, began);
}

// The longest of each step that is a hold of the finder's, by the clock of the processor.
typedef struct steps {
    uint64_t due, rest, apply; // ns
} steps;

static uint32_t see_all(night *n, yz_arena *arena, yz_policy_look *looks, steps *longest) {
    uint32_t rows[LOOKS_AT_ONCE], found = 0, rests = 0;
    yz_policy_rest rest[LOOKS_AT_ONCE];
    uint64_t began = clock_cpu_ns();
    uint32_t count = yz_market_policy_due(n->market, rows, LOOKS_AT_ONCE);
    longer(&longest->due, began);
    yz_arena_reset(arena);
    for (uint32_t i = 0; i < count; i++) {
        yz_seen seen = yz_market_policy_see(n->market, rows[i], arena, &looks[found], &rest[rests]);
        found += seen == YZ_SEEN_NEWS;
        rests += seen == YZ_SEEN_NOTHING;
    }
    began = clock_cpu_ns();
    for (uint32_t i = 0; i < rests; i++)
        yz_market_policy_rest(n->market, &rest[i]);
    longer(&longest->rest, began);
    return found;
}

// What the finder would find, without waiting for it.
static void find_all(night *n) {
    yz_arena *arena = yz_arena_new(ARENA_BYTES);
    yz_policy_look looks[LOOKS_AT_ONCE];
    steps longest = {0, 0, 0};
    while (yz_market_policy_is_anybody_due(n->market)) {
        uint32_t found = see_all(n, arena, looks, &longest);
        for (uint32_t at = 0; at < found; at += LOOKS_A_COMMAND) {
            uint32_t count = found - at < LOOKS_A_COMMAND ? found - at : LOOKS_A_COMMAND;
            yz_command c = {.type = YZ_COMMAND_POLICY_FIND, .policy_find = {count, &looks[at]}};
            yz_market_policy_make_room(n->market);
            uint64_t began = clock_cpu_ns();
            yz_check(load_apply(&n->load, &c).status == YZ_OK);
            longer(&longest.apply, began);
        }
    }
    figures_add(n->out, 1, (double)longest.due / 1e3, "ask.fill.due_us_max");
    figures_add(n->out, 1, (double)longest.rest / 1e3, "ask.fill.rest_us_max");
    figures_add(n->out, 1, (double)longest.apply / 1e3, "ask.fill.find_us_max");
    yz_arena_free(arena);
}

static void fill(night *n, const char *rules, int64_t at_ms, uint64_t seed) {
    uint64_t began = clock_wall_ns(), longest = 0;
    uint32_t persons = population_count(n->people, POPULATION_PERSON);
    yz_bytes bytes;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    load_begin(&n->load, at_ms, (yz_hash_key){seed, 0});
    n->market = n->load.market;
    generated_put(&n->load, n->set);
    put_rules(n, rules);
    for (uint32_t i = 0; i < persons; i++) {
        yz_facts facts;
        population_facts(n->people, POPULATION_PERSON, i, &facts);
        put_person(n, &facts, &bytes, &longest);
    }
    load_end(&n->load);
    find_all(n);
    yz_bytes_deinit(&bytes);
    figures_add(n->out, 1, (double)longest / 1e3, "ask.fill.put_us_max");
    figures_add(n->out, 1, (double)(clock_wall_ns() - began) / 1e9, "ask.fill.seconds");
    figures_add(n->out, 0, (double)yz_book_rows(yz_market_book(n->market)), "ask.subjects");
    figures_add(n->out, 1, (double)yz_book_bytes(yz_market_book(n->market)) / 1e6, "ask.book_mb");
    figures_add(n->out, 0, (double)rss_bytes() / 1e6, "ask.rss_mb");
}

static void draw_questions(night *n) {
    n->question_arena = yz_arena_new((size_t)1 << 28);
    n->questions = yz_alloc(QUESTIONS * sizeof *n->questions);
    for (uint32_t i = 0; i < QUESTIONS; i++)
        generate_q1(n->set, i, n->question_arena, &n->questions[i]);
}

// ---- asking ----

// Under the gate: the first command, a tick of the new day or other rules, was applied.
static bool has_begun(const night *n) {
    return yz_market_sequence(n->market) > n->sequence_before;
}

static void *ask(void *context) {
    night *n = context;
    yz_desk *desk = yz_desk_new();
    yz_hit hits[K];
    bool night_only = atomic_load(&n->is_night), begun = false, due = true;
    for (uint32_t i = 0; atomic_load(&n->asks) && n->asked < ASKED_MAX; i++) {
        yz_ask question = {.k = K};
        yz_answer answer = {.hits = hits};
        yz_problem problem;
        uint64_t since = clock_wall_ns();
        gate_read_begin(n->gate, 0);
        yz_check(yz_market_jobs(n->market, desk, &n->questions[i % QUESTIONS], &question, &answer,
                                &problem) == YZ_OK);
        if (night_only) {
            begun = has_begun(n);
            due = yz_market_policy_is_anybody_due(n->market);
        }
        gate_read_end(n->gate, 0);
        if (!night_only || (begun && due)) n->took[n->asked++] = clock_wall_ns() - since;
        if (night_only && begun && !due) atomic_store(&n->is_night, false); // it is over
    }
    yz_desk_free(desk);
    return NULL;
}

// ---- the writer ----

static int64_t wall_ms(void *context) {
    return atomic_load(&((night *)context)->wall_ms);
}

/* The writer's: its thread's time on a processor, so that another's turn there is no hold, and the
 * time that it slept: what is longer than a turn. */
static uint64_t mono_ns(void *context) {
    static _Thread_local uint64_t now, last_cpu, last_wall;
    (void)context;
    uint64_t cpu = clock_cpu_ns(), wall = clock_wall_ns();
    bool slept = last_wall != 0 && wall - last_wall > TURN_NS;
    now += slept ? wall - last_wall : cpu - last_cpu;
    last_cpu = cpu;
    last_wall = wall;
    return now;
}

static void wake(void *context, uint32_t loop) {
    (void)context, (void)loop;
}

static void open_writer(night *n) {
    n->metrics = metrics_new(1);
    writer_options how = {.market = n->market,
                          .gate = n->gate,
                          .store = store_memory(),
                          .outside = &n->outside,
                          .metrics = n->metrics,
                          .threaded = true,
                          .loops = 1,
                          .queue_commands_max = 5000,
                          .queue_bytes_max = (size_t)64 << 20,
                          .wake = wake,
                          .finds = true};
    n->writer = writer_new(&how);
}

static void close_writer(night *n) {
    writer_stop(n->writer);
    writer_free(n->writer);
    metrics_free(n->metrics);
}

// ---- nights ----

typedef struct asked {
    double p50, p99;
} asked;

static asked say_asked(night *n, const char *name, uint64_t began) {
    asked a = {0, 0};
    figures_add(n->out, 0, n->asked, "ask.%s.q1", name);
    figures_add(n->out, 2, (double)(clock_wall_ns() - began) / 1e9, "ask.%s.seconds", name);
    figures_add(n->out, 1, (double)metrics_write_hold_ns_max(n->metrics) / 1e3,
                "ask.%s.longest_hold_us", name);
    if (n->asked == 0) return a;
    a.p50 = percentile(n->took, n->asked, 50) / 1e3;
    a.p99 = percentile(n->took, n->asked, 99) / 1e3;
    figures_add(n->out, 1, a.p50, "ask.%s.q1_p50_us", name);
    figures_add(n->out, 1, a.p99, "ask.%s.q1_p99_us", name);
    figures_add(n->out, 1, percentile(n->took, n->asked, 100) / 1e3, "ask.%s.q1_max_us", name);
    return a;
}

static asked quiet(night *n, const char *name) {
    char label[40];
    pthread_t thread;
    snprintf(label, sizeof label, "%s.quiet", name);
    open_writer(n);
    n->asked = 0;
    atomic_store(&n->is_night, false);
    atomic_store(&n->asks, true);
    uint64_t began = clock_wall_ns();
    yz_check(pthread_create(&thread, NULL, ask, n) == 0);
    sleep(n->quiet_seconds);
    atomic_store(&n->asks, false);
    yz_check(pthread_join(thread, NULL) == 0);
    asked a = say_asked(n, label, began);
    close_writer(n);
    return a;
}

// False: it did not end.
static bool busy(night *n, const char *name, int64_t at_ms, const yz_command *first) {
    pthread_t thread;
    // Of few people nobody may be due: then no tick comes, and there is nothing to wait for.
    if (first == NULL && yz_market_policy_next_day(n->market) > yz_day_at(at_ms)) return true;
    asked before = quiet(n, name);
    open_writer(n);
    n->asked = 0;
    n->sequence_before = yz_market_sequence(n->market);
    atomic_store(&n->is_night, true);
    atomic_store(&n->asks, true);
    yz_check(pthread_create(&thread, NULL, ask, n) == 0);
    uint64_t began = clock_wall_ns(), end = began + NIGHT_SECONDS_MAX * UINT64_C(1000000000);
    atomic_store(&n->wall_ms, at_ms);
    if (first != NULL) yz_check(writer_submit(n->writer, 0, first, 1, false, NULL, NULL));
    while (atomic_load(&n->is_night) && clock_wall_ns() < end)
        usleep(1000);
    bool over = !atomic_load(&n->is_night);
    atomic_store(&n->asks, false);
    yz_check(pthread_join(thread, NULL) == 0);
    asked during = say_asked(n, name, began);
    close_writer(n);
    if (during.p99 > 0)
        figures_add(n->out, 2, during.p99 / before.p99, "ask.%s.q1_p99_ratio", name);
    if (!over) fprintf(stderr, "yizhan: bench policy: %s did not end\n", name);
    return over;
}

// One sum is another from the first of April on; nothing changes for anybody today.
static bool other_rules(night *n, int64_t at_ms) {
    static const char TEXT[] = "yizhan-rules 1\nnotice next { level province }\n"
                               "rule m99 { name \"a\" \"A\" area 4 subject person bodies HRSS\n"
                               "  need grown age(person.birth_date, as_of) >= 150\n"
                               "  decide serve reason make_plan }\n";
    uint64_t began = clock_wall_ns();
    yz_rules_draft *draft = yz_rules_draft_new(n->market, YZ_TEXT("next"), YZ_TEXT(TEXT));
    figures_add(n->out, 3, (double)(clock_wall_ns() - began) / 1e6, "ask.rules.copied_ms");
    began = clock_wall_ns();
    yz_check(yz_rules_draft_make(draft) == YZ_OK);
    figures_add(n->out, 1, (double)(clock_wall_ns() - began) / 1e6, "ask.rules.made_ms");
    yz_command c = {.type = YZ_COMMAND_POLICY_RULES,
                    .policy_rules = {YZ_TEXT("next"), YZ_TEXT(TEXT), draft}};
    return busy(n, "rules", at_ms, &c);
}

bool policy_night(const char *rules, const population *people, generate_options size,
                  uint32_t quiet_seconds, figures *out) {
    night *n = yz_alloc_zeroed(sizeof *n);
    int64_t day = yz_days(2023, 12, 30), noon_ms = day * YZ_DAY_MS + 4 * 3600000; // in Beijing
    n->people = people;
    n->out = out;
    n->quiet_seconds = quiet_seconds;
    n->set = generate_new(size);
    n->gate = gate_new(1);
    n->took = yz_alloc(ASKED_MAX * sizeof *n->took);
    n->outside = (outside){.context = n, .wall_ms = wall_ms, .mono_ns = mono_ns};
    atomic_store(&n->wall_ms, noon_ms);
    fill(n, rules, noon_ms, size.seed);
    draw_questions(n);
    bool right = busy(n, "night", noon_ms + YZ_DAY_MS, NULL) &&
                 busy(n, "turn", noon_ms + 2 * YZ_DAY_MS, NULL) &&
                 other_rules(n, noon_ms + 2 * YZ_DAY_MS);
    load_deinit(&n->load);
    gate_free(n->gate);
    generate_free(n->set);
    yz_arena_free(n->question_arena);
    yz_free(n->questions);
    yz_free(n->took);
    yz_free(n);
    return right;
}

#include "bench/match_boosts.h"

#include "bench/clock.h"
#include "bench/generated.h"
#include "bench/population.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/facts_code.h"
#include "tools/load.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RULES "datasets/policy/gansu-2023.rules"
#define RULES_BYTES_MAX ((size_t)1 << 20)
#define JOBS_K 10
#define SEEKERS_K 50
#define LOOKS 400 // in one turn, as the server asks

typedef struct bench {
    generate *set;
    generate_options size;
    load loaded;
    yz_market *market;
    yz_desk *desk;
    population *people;
    yz_arena *arena;
    yz_hit hits[SEEKERS_K], proof[SEEKERS_K];
    uint64_t turn_ns_max; // CPU, of a part of a question
} bench;

static void put(bench *b, yz_command command) {
    yz_check(load_apply(&b->loaded, &command).status == YZ_OK);
}

// ---- the market ----

// Of a subject that is drawn with others: the one object that is its own.
static void know(bench *b, yz_subject_kind kind, yz_object object, population_kind drawn,
                 uint32_t index, yz_text id) {
    yz_facts facts, own = {{NULL}};
    yz_facts_change change = {0};
    yz_bytes bytes;
    population_facts(b->people, drawn, index, &facts);
    own.objects[object] = facts.objects[object];
    change.given = own;
    yz_bytes_init(&bytes, YZ_POLICY_CHANGE_BYTES_MAX);
    yz_check(yz_facts_change_encode(&change, &bytes));
    yz_command c = {.type = YZ_COMMAND_POLICY_PUT};
    c.policy_put.subject = (yz_policy_subject){(uint8_t)kind, id};
    c.policy_put.change = (yz_text){(char *)bytes.bytes, (uint32_t)bytes.size};
    yz_market_policy_put_fill(b->market, &c.policy_put);
    put(b, c);
    yz_bytes_deinit(&bytes);
}

static void fill_policy(bench *b) {
    uint32_t persons = population_count(b->people, POPULATION_PERSON);
    uint32_t employers = population_count(b->people, POPULATION_EMPLOYER);
    uint32_t postings = population_count(b->people, POPULATION_POSTING);
    for (uint32_t i = 0; i < b->size.seekers; i++) {
        yz_text id = yz_market_seeker_id(b->market, i); // a seeker's id is the person's
        know(b, YZ_SUBJECT_person, YZ_OBJECT_person, POPULATION_PERSON, i % persons, id);
    }
    for (uint32_t i = 0; i < yz_market_entry_rows(b->market, YZ_EMPLOYERS); i++) {
        yz_entry_view view;
        yz_check(yz_market_entry_at(b->market, YZ_EMPLOYERS, i, &view));
        know(b, YZ_SUBJECT_employer, YZ_OBJECT_employer, POPULATION_EMPLOYER, i % employers,
             view.entry.id);
    }
    for (uint32_t i = 0; i < b->size.postings; i += 10)
        know(b, YZ_SUBJECT_posting, YZ_OBJECT_posting, POPULATION_POSTING, i % postings,
             yz_market_posting_id(b->market, i));
}

static bool load_rules(bench *b) {
    char *text = yz_alloc(RULES_BYTES_MAX);
    FILE *file = fopen(RULES, "rb");
    size_t size = file ? fread(text, 1, RULES_BYTES_MAX, file) : 0;
    if (file) fclose(file);
    if (size > 0) {
        yz_command c = {.type = YZ_COMMAND_POLICY_RULES};
        c.policy_rules.name = YZ_TEXT("gansu-2023");
        c.policy_rules.text = (yz_text){text, (uint32_t)size};
        put(b, c);
    } else {
        fprintf(stderr, "bench match: %s: not there; run from the root\n", RULES);
    }
    yz_free(text);
    return size > 0;
}

// ---- questions ----

typedef struct asked {
    yz_answer answer;
    uint64_t applied; // hits with a boost
} asked;

static asked ask(bench *b, bool jobs, uint32_t index, bool boosts, bool proof) {
    asked a = {.answer.hits = proof ? b->proof : b->hits};
    yz_problem problem;
    yz_ask with = {.k = jobs ? JOBS_K : SEEKERS_K,
                   .boosts = boosts,
                   .boost_day = population_as_of(),
                   .looks = LOOKS,
                   .by_oracle = proof};
    yz_arena_reset(b->arena);
    yz_seeker seeker;
    yz_posting posting;
    if (jobs) {
        generate_q1(b->set, index, b->arena, &seeker);
        seeker.id = yz_market_seeker_id(b->market, index * 7919u % b->size.seekers);
    } else {
        generate_q2(b->set, index, b->arena, &posting);
    }
    do {
        uint64_t since = clock_cpu_ns();
        yz_check((jobs ? yz_market_jobs(b->market, b->desk, &seeker, &with, &a.answer, &problem)
                       : yz_market_seekers(b->market, b->desk, &posting, &with, &a.answer,
                                           &problem)) == YZ_OK);
        uint64_t took = clock_cpu_ns() - since;
        if (took > b->turn_ns_max) b->turn_ns_max = took;
    } while (a.answer.unfinished);
    for (uint32_t i = 0; i < a.answer.hit_count; i++)
        a.applied += a.answer.hits[i].boosts != 0;
    return a;
}

// Making a question costs the same each time and counts in each. CPU time also of single questions:
// the clock takes 0.3 us each time.
static double time_all(bench *b, bool jobs, uint32_t questions, bool boosts, figures *out,
                       const char *what) {
    uint64_t *took = yz_alloc(questions * sizeof *took);
    b->turn_ns_max = 0;
    uint64_t hits = 0, applied = 0, start = clock_cpu_ns(), since = start;
    for (uint32_t i = 0; i < questions; i++) {
        asked a = ask(b, jobs, 20000 + i, boosts, false);
        uint64_t now = clock_cpu_ns();
        took[i] = now - since;
        since = now;
        hits += a.answer.hit_count;
        applied += a.applied;
    }
    double mean = (double)(since - start) / 1000.0 / questions;
    const char *kind = jobs ? "q1" : "q2";
    figures_add(out, 3, mean, "%s.%s.cpu_us_mean", kind, what);
    figures_add(out, 3, percentile(took, questions, 99) / 1000.0, "%s.%s.cpu_us_p99", kind, what);
    figures_add(out, 3, percentile(took, questions, 100) / 1000.0, "%s.%s.cpu_us_max", kind, what);
    figures_add(out, 3, (double)b->turn_ns_max / 1000.0, "%s.%s.turn_us_max", kind, what);
    if (boosts)
        figures_add(out, 3, hits ? (double)applied / (double)hits : 0.0, "%s.%s.share_boosted",
                    kind, what);
    yz_free(took);
    return mean;
}

static bool same(const yz_answer *a, const yz_answer *b) {
    if (a->count != b->count || a->hit_count != b->hit_count) return false;
    for (uint32_t i = 0; i < a->hit_count; i++) {
        const yz_hit *x = &a->hits[i], *y = &b->hits[i];
        if (x->row != y->row || x->boosts != y->boosts ||
            memcmp(&x->score, &y->score, sizeof x->score) != 0)
            return false;
    }
    return true;
}

static void measure(bench *b, uint32_t questions, uint32_t check, figures *out) {
    uint64_t mismatches = 0;
    for (int jobs = 1; jobs >= 0; jobs--) {
        const char *kind = jobs ? "q1" : "q2";
        for (uint32_t i = 0; i < 200; i++)
            ask(b, jobs, i, false, false);
        double base = time_all(b, jobs, questions, false, out, "base");
        time_all(b, jobs, questions, true, out, "first");
        double again = time_all(b, jobs, questions, true, out, "boosts");
        figures_add(out, 3, again / base, "%s.boosts_to_base", kind);
        for (uint32_t i = 0; i < check; i++) {
            asked quick = ask(b, jobs, 20000 + i, true, false);
            asked slow = ask(b, jobs, 20000 + i, true, true);
            mismatches += !same(&quick.answer, &slow.answer);
        }
    }
    figures_add(out, 0, 2.0 * check, "check.compared");
    figures_add(out, 0, (double)mismatches, "check.mismatches");
}

bool match_boosts_measure(generate_options set, uint32_t questions, uint32_t check, const char *cpu,
                          figures *out) {
    uint32_t persons = set.seekers < 64 ? 64 : set.seekers;
    bench b = {.set = generate_new(set),
               .size = set,
               .desk = yz_desk_new(),
               .people = population_new((population_size){persons, 5000}, set.seed),
               .arena = yz_arena_new((size_t)1 << 20)};
    load_begin(&b.loaded, 1700000000000, (yz_hash_key){set.seed, 0});
    generated_put(&b.loaded, b.set);
    b.market = b.loaded.market;
    load_end(&b.loaded);
    fill_policy(&b);
    yz_check(yz_desk_use(b.desk, cpu));
    bool good = load_rules(&b);
    if (good) measure(&b, questions, check, out);
    figures_add(out, 0, (double)rss_bytes(), "rss_bytes");
    load_deinit(&b.loaded);
    yz_desk_free(b.desk);
    population_free(b.people);
    generate_free(b.set);
    yz_arena_free(b.arena);
    return good;
}

/* One fixed life of a market as two numbers: the state digest and a fingerprint of its answers. On
 * every compiler, option, processor and vector width they must be the same:
 * tests/same_everywhere.sh compares them.
 *
 *     same --cpu portable      normal  digest 8f..  answers 17..  (4,812 hits)   and dense, gig
 *
 * Loads a set, changes it at random (seeded), stages weights and switches, then asks. */
#include "engine/base/alloc.h"
#include "engine/base/mix.h"
#include "engine/base/random.h"
#include "engine/market/market.h"
#include "tools/generate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define RECORDS 6000u
#define WRITES 8000u
#define QUESTIONS 200u
#define K 20u

typedef struct life {
    yz_market *market;
    yz_desk *desk;
    generate *set;
    yz_arena *arena;
    uint64_t sequence, hits;
    yz_print answers;
} life;

static void send(life *l, yz_command command) {
    command.sequence = ++l->sequence;
    command.at_ms = 1700000000000 + (int64_t)l->sequence;
    yz_problem problem;
    if (yz_market_admit(&command, &problem) != YZ_OK) {
        fprintf(stderr, "same: %s at %s\n", yz_problem_name(problem.code).bytes, problem.pointer);
        exit(1);
    }
    yz_market_apply(l->market, &command, NULL); // refusals are part of the life
    yz_arena_reset(l->arena);
}

static void send_posting(life *l, uint32_t from, uint32_t as) {
    yz_command c = {.type = YZ_COMMAND_POSTING_PUT, .posting_put = {.fields = YZ_POSTING_ALL}};
    yz_posting other;
    generate_posting(l->set, as, l->arena, &other);
    generate_posting(l->set, from, l->arena, &c.posting_put.posting);
    c.posting_put.posting.id = other.id;
    send(l, c);
}

static void send_seeker(life *l, uint32_t from, uint32_t as) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT, .seeker_put = {.fields = YZ_SEEKER_ALL}};
    yz_seeker other;
    generate_seeker(l->set, as, l->arena, &other);
    generate_seeker(l->set, from, l->arena, &c.seeker_put.seeker);
    c.seeker_put.seeker.id = other.id;
    send(l, c);
}

static void load(life *l) {
    for (int which = 0; which < YZ_DICTIONARY_COUNT; which++) {
        uint32_t count = generate_entry_count(l->set, (yz_dictionary)which);
        for (uint32_t i = 0; i < count; i++) {
            yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
            c.entry_put.dictionary = (yz_dictionary)which;
            generate_entry(l->set, (yz_dictionary)which, i, l->arena, &c.entry_put.entry);
            send(l, c);
        }
    }
    for (uint32_t i = 0; i < RECORDS; i++)
        send_posting(l, i, i);
    for (uint32_t i = 0; i < RECORDS; i++)
        send_seeker(l, i, i);
}

static void write_at_random(life *l, yz_random *random) {
    for (uint32_t i = 0; i < WRITES; i++) {
        uint32_t as = (uint32_t)yz_random_below(random, RECORDS);
        uint32_t from = (uint32_t)yz_random_below(random, 10 * RECORDS);
        yz_posting posting;
        yz_seeker seeker;
        switch (yz_random_below(random, 5)) {
        case 0:
        case 1: send_posting(l, from, as); break;
        case 2: send_seeker(l, from, as); break;
        case 3:
            generate_posting(l->set, as, l->arena, &posting);
            send(l, (yz_command){.type = YZ_COMMAND_POSTING_CLOSE, .named = {.id = posting.id}});
            break;
        default:
            generate_seeker(l->set, as, l->arena, &seeker);
            send(l, (yz_command){.type = YZ_COMMAND_SEEKER_PAUSE, .named = {.id = seeker.id}});
        }
    }
    yz_profile profile = {550, 310, 190, 120};
    send(l, (yz_command){.type = YZ_COMMAND_PROFILE, .profile = profile});
    while (yz_market_work(l->market, 100)) {
    }
    send(l, (yz_command){.type = YZ_COMMAND_PROFILE_SWITCH});
}

static void note(life *l, const yz_answer *answer) {
    yz_print_add(&l->answers, yz_print_of(&answer->count, sizeof answer->count));
    for (uint32_t i = 0; i < answer->hit_count; i++) {
        const yz_hit *hit = &answer->hits[i];
        double numbers[] = {hit->score,           hit->distance_km,    hit->parts.coverage,
                            hit->parts.preferred, hit->parts.distance, hit->parts.wage};
        yz_print id = yz_print_of(hit->id.bytes, hit->id.size);
        yz_print bits = yz_print_of(numbers, sizeof numbers);
        yz_print_add(&l->answers, yz_print_member(id, bits.words[0] ^ bits.words[1] ^ i));
    }
    l->hits += answer->hit_count;
}

static void ask(life *l) {
    yz_hit room[K];
    yz_answer answer = {.hits = room};
    yz_problem problem;
    yz_ask wish = {.k = K};
    for (uint32_t i = 0; i < QUESTIONS; i++) {
        yz_seeker seeker;
        yz_posting posting;
        uint64_t count = 0;
        generate_q1(l->set, i, l->arena, &seeker);
        seeker.radius_m *= 4; // a small set is thin
        if (yz_market_jobs(l->market, l->desk, &seeker, &wish, &answer, &problem) == YZ_OK) {
            note(l, &answer);
        }
        generate_q2(l->set, i, l->arena, &posting);
        if (yz_market_seekers(l->market, l->desk, &posting, &wish, &answer, &problem) == YZ_OK) {
            note(l, &answer);
        }
        generate_q3(l->set, i, l->arena, &posting);
        if (yz_market_standing(l->market, l->desk, &posting, &wish, NULL, &count, &problem) ==
            YZ_OK) {
            yz_print_add(&l->answers, yz_print_of(&count, sizeof count));
        }
        yz_arena_reset(l->arena);
    }
}

static int live(generate_kind kind, const char *name, const char *cpu) {
    life l = {.set = generate_new((generate_options){kind, RECORDS, RECORDS, 7}),
              .arena = yz_arena_new((size_t)1 << 20),
              .desk = yz_desk_new(),
              .market =
                  yz_market_new(&(yz_market_options){.hash_key = {7, 8}, .at_ms = 1700000000000})};
    int failed = 0;
    if (!yz_desk_use(l.desk, cpu)) {
        printf("%s cannot\n", cpu);
        failed = 77;
    } else {
        yz_random random = yz_random_seeded(7);
        load(&l);
        write_at_random(&l, &random);
        ask(&l);
        char digest[YZ_DIGEST_TEXT_MAX], answers[YZ_DIGEST_TEXT_MAX];
        yz_digest_text(yz_market_digest(l.market), digest);
        yz_digest_text((yz_digest){{l.answers.words[0], l.answers.words[1]}}, answers);
        printf("%-6s digest %s answers %s hits %lu\n", name, digest, answers,
               (unsigned long)l.hits);
        const char *why = "";
        if (!yz_market_sound(l.market, &why) || l.hits == 0) {
            fprintf(stderr, "same: %s: %s\n", name, l.hits == 0 ? "no hits" : why);
            failed = 1;
        }
    }
    yz_market_free(l.market);
    yz_desk_free(l.desk);
    yz_arena_free(l.arena);
    generate_free(l.set);
    return failed;
}

int main(int argc, char **argv) {
    const char *cpu = argc == 3 && strcmp(argv[1], "--cpu") == 0 ? argv[2] : "auto";
    int failed = live(GENERATE_NORMAL, "normal", cpu);
    if (failed == 0) failed = live(GENERATE_DENSE, "dense", cpu);
    if (failed == 0) failed = live(GENERATE_GIG, "gig", cpu);
    return failed;
}

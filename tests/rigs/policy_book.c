/* The book after a million changes and years of days: does it list what deciding from scratch
 * gives?
 *
 *     rig_policy_book [--changes 1000000] [--years 3] [--subjects 20000] [--seed N]
 *
 * Prints a line; exit 1 if the book is not sound at one of the looks (every 30 days, and at the
 * end). */
#include "tests/engine/policy/book_world.h"

#include "engine/base/check.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct wanted {
    uint64_t changes, years, subjects, seed;
} wanted;

static wanted read_arguments(int count, char **arguments) {
    wanted w = {1000000, 3, 20000, (uint64_t)time(NULL)};
    const struct {
        const char *name;
        uint64_t *value;
    } known[] = {{"--changes", &w.changes},
                 {"--years", &w.years},
                 {"--subjects", &w.subjects},
                 {"--seed", &w.seed}};
    for (int i = 1; i + 1 < count; i += 2)
        for (size_t k = 0; k < sizeof known / sizeof *known; k++)
            if (strcmp(arguments[i], known[k].name) == 0)
                *known[k].value = strtoull(arguments[i + 1], NULL, 10);
    return w;
}

static double now(void) {
    struct timespec at;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &at);
    return (double)at.tv_sec + (double)at.tv_nsec / 1e9;
}

typedef struct proofs {
    uint64_t count, failed, subjects;
    double seconds;
} proofs;

static void prove(const book_world *w, proofs *p) {
    char why[256];
    double began = now();
    p->count += 1;
    p->subjects += yz_book_rows(w->book);
    if (!yz_book_sound(w->book, w->today, why, sizeof why)) {
        p->failed += 1;
        printf("policy: day %d: %s\n", w->today, why);
    }
    p->seconds += now() - began;
}

static void one_change(book_world *w) {
    switch (yz_random_below(&w->random, 40)) {
    case 0: book_world_put(w); break;
    case 1:
    case 2:
        for (int i = 0; i < 40; i++)
            book_world_step(w);
        break;
    case 4:
        if (yz_random_below(&w->random, 8) == 0) book_world_drop(w);
        break;
    default: book_world_change(w);
    }
}

int main(int count, char **arguments) {
    wanted want = read_arguments(count, arguments);
    book_world *w = book_world_new(want.seed, (uint32_t)want.subjects);
    proofs p = {0};
    for (uint64_t i = 0; i < 2 * want.subjects; i++) {
        yz_arena_reset(w->arena);
        book_world_put(w);
    }
    book_world_look(w);
    prove(w, &p);
    uint64_t days = 365 * want.years + want.years / 4, done = 0, before = w->looks;
    double began = now(), proving = p.seconds;
    for (uint64_t day = 0; day < days; day++) {
        w->today += 1;
        for (; done < want.changes * (day + 1) / days; done++) {
            yz_arena_reset(w->arena);
            one_change(w);
            if (done % 8 == 0) book_world_look(w);
        }
        if (day % 50 == 20) book_world_rules(w);
        book_world_look(w);
        if (day % 30 == 29) prove(w, &p);
    }
    prove(w, &p);
    double spent = now() - began - (p.seconds - proving);
    printf("policy: seed=%llu changes=%llu days=%llu subjects=%u looks=%llu news=%llu payments=%u "
           "proofs=%llu subjects_proved=%llu differences=%llu us_a_look=%.1f seconds=%.0f\n",
           (unsigned long long)want.seed, (unsigned long long)done, (unsigned long long)days,
           yz_book_rows(w->book), (unsigned long long)w->looks, (unsigned long long)w->news,
           yz_book_payments(w->book), (unsigned long long)p.count, (unsigned long long)p.subjects,
           (unsigned long long)p.failed, 1e6 * spent / (double)(w->looks - before + 1), now());
    bool failed = p.failed > 0;
    book_world_free(w);
    return failed ? 1 : 0;
}

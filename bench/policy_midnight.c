/* The turn of a year with everybody in the book: birthdays, windows that end, years that are
 * counted anew. Who falls due is looked at in slices, as the server's finder does it
 * (net/server/writer_find): a slice ends when 120 us have passed and a look is over, and is how
 * long a write may wait; what readers wait for measures policy_night.c. The clock of
 * the process, so that another's turn on the processor is no hold; the look that is longest by
 * itself is in it. */
#include "bench/policy.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/policy/book.h"

#define SLICE_NS 120000u
#define ROWS 64
#define SLICES_MAX 4000000u
#define DAYS 3 // 2023-12-31, 2024-01-01, 2024-01-02
#define ARENA_BYTES (32 << 20)

typedef struct night {
    yz_book *book;
    yz_arena *arena;
    uint64_t *slices; // ns
    uint32_t slice_count;
    uint64_t looks, found;
} night;

static void look_at(night *n, uint32_t row, int32_t day) {
    yz_look look;
    yz_arena_reset(n->arena);
    yz_check(yz_book_look(n->book, row, day, n->arena, &look) == YZ_OK);
    n->looks += 1;
    n->found += look.count;
    if (look.count == 0 && look.alert_count == 0)
        yz_check(yz_book_rest(n->book, &look));
    else
        yz_check(yz_book_find(n->book, &look, NULL, NULL) == YZ_OK);
}

// False: nobody is due any more.
static bool slice(night *n, int32_t day) {
    uint32_t rows[ROWS];
    uint64_t began = clock_cpu_ns();
    bool anybody = true;
    while (anybody && clock_cpu_ns() - began < SLICE_NS) {
        uint32_t count = yz_book_due(n->book, day, rows, ROWS);
        for (uint32_t i = 0; i < count && clock_cpu_ns() - began < SLICE_NS; i++)
            look_at(n, rows[i], day);
        anybody = yz_book_is_anybody_due(n->book, day);
    }
    if (n->slice_count < SLICES_MAX) n->slices[n->slice_count++] = clock_cpu_ns() - began;
    return anybody;
}

static void all_of(night *n, int32_t day) {
    n->slice_count = 0;
    n->looks = n->found = 0;
    while (slice(n, day))
        continue;
}

static void fill(night *n, const population *people) {
    uint32_t persons = population_count(people, POPULATION_PERSON), version;
    for (uint32_t i = 0; i < persons; i++) {
        yz_facts facts;
        population_facts(people, POPULATION_PERSON, i, &facts);
        yz_facts_change change = {.given = facts};
        change.given.objects[YZ_OBJECT_top] = NULL;
        const yz_row *person = facts.objects[YZ_OBJECT_person];
        if (!(person->known >> yz_field_person_id & 1)) continue;
        yz_subject_change put = {.kind = YZ_SUBJECT_person,
                                 .id =
                                     *(const yz_text *)(intptr_t)person->values[yz_field_person_id],
                                 .facts = &change};
        yz_check(yz_book_put(n->book, &put, &version) == YZ_OK);
    }
}

void policy_midnight(const yz_rules *rules, const yz_params *params, const population *people,
                     figures *out) {
    night n = {.book = yz_book_new((yz_hash_key){0}), .arena = yz_arena_new(ARENA_BYTES)};
    n.slices = yz_alloc(SLICES_MAX * sizeof *n.slices);
    int32_t first = yz_days(2023, 12, 30);
    yz_rule_table *table = yz_rule_table_new(rules, params);
    yz_book_rules(n.book, table);
    fill(&n, people);
    for (int32_t day = first; day <= first + DAYS; day++) {
        char name[16];
        uint64_t began = clock_cpu_ns();
        int32_t year, month, of_month;
        all_of(&n, day);
        yz_civil(day, &year, &month, &of_month);
        snprintf(name, sizeof name, "%04d%02d%02d", (int)(year % 10000), (int)(month % 100),
                 (int)(of_month % 100));
        figures_add(out, 0, (double)n.looks, "midnight.%s.looks", name);
        figures_add(out, 0, (double)n.found, "midnight.%s.found", name);
        figures_add(out, 2, (double)(clock_cpu_ns() - began) / 1e9, "midnight.%s.seconds", name);
        figures_add(out, 0, (double)n.slice_count, "midnight.%s.slices", name);
        figures_add(out, 1, percentile(n.slices, n.slice_count, 100) / 1e3,
                    "midnight.%s.longest_us", name);
        figures_add(out, 1, percentile(n.slices, n.slice_count, 99) / 1e3, "midnight.%s.p99_us",
                    name);
    }
    figures_add(out, 1, (double)yz_book_bytes(n.book) / 1e6, "midnight.book_mb");
    yz_free(n.slices);
    yz_arena_free(n.arena);
    yz_book_free(n.book);
    yz_rule_table_free(table);
}

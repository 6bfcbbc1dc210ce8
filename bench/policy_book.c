/* One changed fact through the book (engine/policy/book.h): the fact is put, whoever is due by it
 * is looked at by the rules that read it, and what was found is booked. Persons and hires; the fact
 * of a person is one of the hire's, too. Behind it, what the series of facts cost a subject. */
#include "bench/policy.h"

#include "bench/clock.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/base/random.h"
#include "engine/policy/book.h"
#include "engine/policy/census.h"

#define PERSONS_MAX 50000 // as many changes
#define ARENA_BYTES (16 << 20)
#define DUE_MAX 256
#define ROW_WORDS_MAX 65

typedef struct booking {
    const population *people;
    yz_book *book;
    yz_arena *arena;
    yz_random random;
    uint32_t persons;
    uint64_t looks;
    uint64_t ns[PERSONS_MAX];
} booking;

static void no_news(void *context, const yz_entry_line *line, yz_entry_state before) {
    (void)context;
    (void)line;
    (void)before;
}

// Everybody who is due, until nobody is.
static void look_at_all(booking *b) {
    uint32_t rows[DUE_MAX], count;
    while (yz_book_is_anybody_due(b->book, population_as_of())) {
        count = yz_book_due(b->book, population_as_of(), rows, DUE_MAX);
        for (uint32_t i = 0; i < count; i++) {
            yz_look look;
            yz_arena_reset(b->arena);
            yz_check(yz_book_look(b->book, rows[i], population_as_of(), b->arena, &look) == YZ_OK);
            b->looks += 1;
            if (look.count == 0 && look.alert_count == 0) {
                yz_check(yz_book_rest(b->book, &look));
                continue;
            }
            yz_check(yz_book_find(b->book, &look, no_news, NULL) == YZ_OK);
        }
    }
}

static yz_text id_of(const yz_facts *facts, yz_object object, int field) {
    const yz_row *row = facts->objects[object];
    bool known = row != NULL && (row->known >> field & 1);
    return known ? *(const yz_text *)(intptr_t)row->values[field] : (yz_text){"", 0};
}

static void put(booking *b, yz_subject_kind kind, yz_text id, const yz_facts_change *change,
                yz_text person, yz_text employer) {
    uint32_t version;
    yz_subject_change subject = {
        .kind = kind, .id = id, .person = person, .employer = employer, .facts = change};
    yz_check(yz_book_put(b->book, &subject, &version) == YZ_OK);
}

static yz_text hire_id(uint32_t hire, char room[24]) {
    return (yz_text){room, (uint32_t)snprintf(room, 24, "h-%u", hire)};
}

static void put_hire(booking *b, uint32_t hire) {
    char room[24];
    yz_facts facts;
    const yz_text none = {"", 0};
    population_facts(b->people, POPULATION_HIRE, hire, &facts);
    yz_text person = id_of(&facts, YZ_OBJECT_person, yz_field_person_id);
    yz_text employer = id_of(&facts, YZ_OBJECT_employer, yz_field_employer_id);
    yz_facts_change own = {
        .given = {.objects = {[YZ_OBJECT_hire] = facts.objects[YZ_OBJECT_hire]}}};
    yz_facts_change of_employer = {
        .given = {.objects = {[YZ_OBJECT_employer] = facts.objects[YZ_OBJECT_employer]}}};
    if (person.size == 0 || employer.size == 0) return;
    put(b, YZ_SUBJECT_employer, employer, &of_employer, none, none);
    put(b, YZ_SUBJECT_hire, hire_id(hire, room), &own, person, employer);
}

static void fill(booking *b) {
    const yz_text none = {"", 0};
    for (uint32_t i = 0; i < b->persons; i++) {
        yz_facts facts;
        population_facts(b->people, POPULATION_PERSON, i, &facts);
        yz_facts_change change = {.given = facts};
        change.given.objects[YZ_OBJECT_top] = NULL;
        yz_text id = id_of(&facts, YZ_OBJECT_person, yz_field_person_id);
        if (id.size > 0) put(b, YZ_SUBJECT_person, id, &change, none, none);
    }
    for (uint32_t i = 0; i < b->persons / 2; i++)
        put_hire(b, i);
    look_at_all(b);
}

// A fact of a person as another has it. False: the two agree, or it is the id.
static bool draw_change(booking *b, yz_text *id, yz_row *row, yz_facts_change *change) {
    yz_facts mine, other;
    uint32_t at = (uint32_t)yz_random_below(&b->random, b->persons);
    population_facts(b->people, POPULATION_PERSON, at, &mine);
    at = (uint32_t)yz_random_below(&b->random, b->persons);
    population_facts(b->people, POPULATION_PERSON, at, &other);
    const yz_fact_form *forms;
    uint32_t field =
        (uint32_t)yz_random_below(&b->random, yz_object_fields(YZ_OBJECT_person, &forms));
    const yz_row *from = other.objects[YZ_OBJECT_person];
    *id = id_of(&mine, YZ_OBJECT_person, yz_field_person_id);
    if (id->size == 0 || field == yz_field_person_id) return false;
    *change = (yz_facts_change){0};
    if (from->known >> field & 1) {
        row->known = UINT64_C(1) << field;
        row->values[field] = from->values[field];
        change->given.objects[YZ_OBJECT_person] = row;
    } else {
        change->cleared[YZ_OBJECT_person] = UINT64_C(1) << field;
    }
    return true;
}

static void change_one(booking *b, uint32_t at) {
    static union {
        yz_row row;
        uint64_t words[ROW_WORDS_MAX];
    } room;
    const yz_text none = {"", 0};
    yz_facts_change change;
    yz_text id;
    while (!draw_change(b, &id, &room.row, &change))
        continue;
    uint64_t began = clock_wall_ns();
    put(b, YZ_SUBJECT_person, id, &change, none, none);
    look_at_all(b);
    b->ns[at] = clock_wall_ns() - began;
}

// All series of facts of one year over the whole book, once and for two questions together, and
// only those of households: who is not counted costs a look at its kind.
static void count_all(const yz_book *book, uint32_t series, uint32_t questions, const char *name,
                      figures *out) {
    yz_census_ask ask = {
        .first = population_as_of() - 364, .last = population_as_of(), .series = series};
    yz_census *all[2];
    yz_census_row *rows;
    uint64_t began = clock_wall_ns();
    for (uint32_t i = 0; i < questions; i++)
        all[i] = yz_census_new(&ask);
    yz_check(!yz_census_read_together(all, questions, book, UINT32_MAX));
    for (uint32_t i = 0; i < questions; i++) {
        (void)yz_census_finish(all[i], &rows);
        yz_census_free(all[i]);
    }
    figures_add(out, 0, (double)(clock_wall_ns() - began) / yz_book_rows(book),
                "series_of_facts.%s.subject_ns", name);
}

void policy_book(const yz_rules *rules, const yz_params *params, const population *people,
                 uint64_t seed, figures *out) {
    booking *b = yz_alloc_zeroed(sizeof *b);
    double sum = 0;
    b->people = people;
    b->book = yz_book_new((yz_hash_key){0});
    b->arena = yz_arena_new(ARENA_BYTES);
    b->random = yz_random_seeded(seed);
    b->persons = population_count(people, POPULATION_PERSON);
    if (b->persons > PERSONS_MAX) b->persons = PERSONS_MAX;
    yz_rule_table *table = yz_rule_table_new(rules, params);
    yz_book_rules(b->book, table);
    fill(b);
    b->looks = 0;
    for (uint32_t i = 0; i < b->persons; i++) {
        change_one(b, i);
        sum += (double)b->ns[i];
    }
    figures_add(out, 2, (double)b->looks / b->persons, "changed_fact.book.looks_mean");
    figures_add(out, 2, sum / b->persons / 1e3, "changed_fact.book.mean_us");
    figures_add(out, 2, percentile(b->ns, b->persons, 50) / 1e3, "changed_fact.book.p50_us");
    figures_add(out, 2, percentile(b->ns, b->persons, 99) / 1e3, "changed_fact.book.p99_us");
    count_all(b->book, (1u << YZ_CENSUS_SERIES_COUNT) - 1, 1, "all", out);
    count_all(b->book, (1u << YZ_CENSUS_SERIES_COUNT) - 1, 2, "all_twice", out);
    count_all(b->book, 1u << YZ_CENSUS_S10, 1, "households", out);
    yz_book_free(b->book);
    yz_rule_table_free(table);
    yz_arena_free(b->arena);
    yz_free(b);
}

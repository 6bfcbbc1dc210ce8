/* The subjects: how many, with which objects, asked for which measures. */
#include "bench/population_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <stdlib.h>

#define DIVISIONS 104
#define GUIDES (18 * DIVISIONS)
#define PIECE_BYTES (16 << 20)

int32_t population_as_of(void) {
    return POPULATION_AS_OF;
}

/* ---- memory ---- */

struct piece {
    struct piece *older;
    char bytes[];
};

void *pieces_take(pieces *from, size_t size) {
    size = (size + 15) & ~(size_t)15;
    if (from->newest == NULL || from->used + size > from->size) {
        size_t room = size > PIECE_BYTES ? size : PIECE_BYTES;
        struct piece *piece = malloc(sizeof *piece + room + 16);
        yz_check(piece != NULL);
        piece->older = from->newest;
        *from = (pieces){piece, (16 - ((uintptr_t)piece->bytes & 15)) & 15, room};
    }
    void *taken = from->newest->bytes + from->used;
    from->used += size;
    return taken;
}

void pieces_free(pieces *from) {
    while (from->newest != NULL) {
        struct piece *older = from->newest->older;
        free(from->newest);
        from->newest = older;
    }
}

yz_list *new_list(population *people, yz_object shape, uint32_t count) {
    uint32_t stride = yz_row_size(shape);
    yz_list *list = pieces_take(&people->pieces, sizeof *list + (size_t)count * stride);
    *list = (yz_list){count, stride, list + 1};
    for (uint32_t i = 0; i < count; i++)
        entry_of(list, i)->known = 0;
    return list;
}

/* ---- texts ---- */

static yz_text text_of(population *people, const char *written) {
    size_t size = strlen(written);
    char *bytes = pieces_take(&people->pieces, size + 1);
    memcpy(bytes, written, size + 1);
    return (yz_text){bytes, (uint32_t)size};
}

/* Prefectures and counties of Gansu, and below them townships and villages. */
static void write_division(char *to, size_t room, uint32_t i) {
    uint32_t prefecture = 6201 + i % 12;
    if (i >= 96) prefecture = 6229 + i % 2;
    uint32_t county = 2 + i / 12 + (i % 3 == 0 ? 20 : 0);
    if (i % 13 == 0) {
        snprintf(to, room, "%u%02u%03u", prefecture, county, 100 + i);
    } else if (i % 17 == 0) {
        snprintf(to, room, "%u%02u%03u%03u", prefecture, county, 100 + i, 200 + i);
    } else {
        snprintf(to, room, "%u%02u", prefecture, county);
    }
}

/* GB/T 4754: the section letter and the division, of which every section has some. */
static void write_industry(char *to, size_t room, uint32_t i) {
    static const char sections[] = "ABCDEFGHIJKLMNOPQRST";
    static const uint32_t last[] = {5,  12, 43, 46, 50, 52, 60, 62, 65, 69,
                                    70, 72, 75, 79, 82, 83, 85, 90, 96, 97};
    uint32_t section = 0;
    while (i + 1 > last[section])
        section += 1;
    snprintf(to, room, "%c%02u%02u", sections[section], i + 1, 10 + i % 3);
}

static void fill_pools(population *people) {
    for (text_pool pool = 0; pool < POOLS; pool++) {
        uint32_t count = pool_size(pool);
        yz_text *texts = pieces_take(&people->pieces, count * sizeof *texts);
        for (uint32_t i = 0; i < count; i++) {
            char written[32];
            switch (pool) {
            case POOL_DIVISIONS: write_division(written, sizeof written, i); break;
            case POOL_INDUSTRIES: write_industry(written, sizeof written, i); break;
            case POOL_OCCUPATIONS:
                snprintf(written, sizeof written, "%u-%02u-%02u-%02u", 2 + i % 5, 1 + i / 12,
                         1 + i % 7, 1 + i % 4);
                break;
            case POOL_MEASURES: snprintf(written, sizeof written, "m%02u", i + 1); break;
            default: snprintf(written, sizeof written, "N%04u", i); break;
            }
            texts[i] = text_of(people, written);
        }
        people->pools[pool] = texts;
    }
}

static yz_text *make_ids(population *people, const char *form, uint32_t count) {
    yz_text *ids = pieces_take(&people->pieces, count * sizeof *ids);
    for (uint32_t i = 0; i < count; i++) {
        char *bytes = pieces_take(&people->pieces, 16);
        ids[i] = (yz_text){bytes, (uint32_t)snprintf(bytes, 16, form, i)};
    }
    return ids;
}

/* ---- how many ---- */

uint32_t population_count(const population *people, population_kind kind) {
    uint32_t persons = people->size.persons, employers = people->size.employers;
    switch (kind) {
    case POPULATION_PERSON: return persons;
    case POPULATION_HIRE: return persons / 2;
    case POPULATION_CERTIFICATE:
    case POPULATION_HOUSEHOLD: return persons / 8;
    case POPULATION_TRANSFER: return persons / 16;
    case POPULATION_GRASSROOTS:
    case POPULATION_VENTURE:
    case POPULATION_LOAN: return persons / 32;
    case POPULATION_ENTRY:
    case POPULATION_OFFER: return persons / 64;
    case POPULATION_EMPLOYER: return employers;
    case POPULATION_CREDIT:
    case POPULATION_POSTING:
    case POPULATION_BATCH: return employers / 5;
    case POPULATION_STATE_OWNED: return employers / 32;
    case POPULATION_ORGAN: return employers / 20;
    case POPULATION_TRAINING:
    case POPULATION_LEDGER: return employers / 10;
    case POPULATION_GUIDE: return GUIDES;
    case POPULATION_DIVISION: return DIVISIONS;
    default: return 1; // the province
    }
}

uint64_t population_pairs(const population *people) {
    uint64_t pairs = 0;
    for (population_kind kind = 0; kind < POPULATION_KINDS; kind++) {
        uint32_t measures;
        population_measures(kind, &measures);
        pairs += (uint64_t)population_count(people, kind) * measures;
    }
    return pairs;
}

/* ---- the measures of a kind ---- */

#define MEASURES(...)                                                                              \
    (const char *const[]) {                                                                        \
        __VA_ARGS__, NULL                                                                          \
    }

static const struct {
    const char *name;
    const char *const *measures;
} kinds[POPULATION_KINDS] = {
    [POPULATION_PERSON] = {"person", MEASURES("m08b", "m10", "m14a", "m14b", "m14d", "m15a", "m15b",
                                              "m15c", "m15d", "m15e", "m16a", "m16b")},
    [POPULATION_HIRE] = {"hire", MEASURES("m05a", "m05b", "m14c")},
    [POPULATION_CERTIFICATE] = {"certificate", MEASURES("m12b")},
    [POPULATION_TRANSFER] = {"transfer", MEASURES("m13a", "m13b", "m13c")},
    [POPULATION_GRASSROOTS] = {"grassroots", MEASURES("m08c", "m08d", "m08e")},
    [POPULATION_VENTURE] = {"venture", MEASURES("m11a")},
    [POPULATION_LOAN] = {"loan", MEASURES("m11c", "m11d")},
    [POPULATION_HOUSEHOLD] = {"household", MEASURES("m14e")},
    [POPULATION_EMPLOYER] = {"employer", MEASURES("m01", "m02a", "m02b", "m03a", "m04", "m11b")},
    [POPULATION_CREDIT] = {"credit", MEASURES("m03b")},
    [POPULATION_STATE_OWNED] = {"state_owned", MEASURES("m06")},
    [POPULATION_ORGAN] = {"organ", MEASURES("m07")},
    [POPULATION_POSTING] = {"posting", MEASURES("m08a")},
    [POPULATION_BATCH] = {"batch", MEASURES("m09a", "m09b")},
    [POPULATION_TRAINING] = {"training", MEASURES("m12a")},
    [POPULATION_GUIDE] = {"guide", MEASURES("d02", "m17")},
    [POPULATION_DIVISION] = {"division", MEASURES("d01", "d05", "d06", "d10")},
    [POPULATION_LEDGER] = {"ledger", MEASURES("d08")},
    [POPULATION_ENTRY] = {"entry", MEASURES("d03")},
    [POPULATION_OFFER] = {"offer", MEASURES("d09")},
    [POPULATION_PROVINCE] = {"province", MEASURES("t01", "t02", "t03", "t04", "t05", "t06", "t07")},
};

const char *population_kind_name(population_kind kind) {
    return kinds[kind].name;
}

const char *const *population_measures(population_kind kind, uint32_t *count) {
    *count = 0;
    while (kinds[kind].measures[*count] != NULL)
        *count += 1;
    return kinds[kind].measures;
}

/* ---- one subject ---- */

uint32_t employer_of_hire(const population *people, uint32_t hire) {
    return (uint32_t)((uint64_t)hire * 40503 % people->size.employers);
}

/* Units of the register in turn; every twentieth batch is of anybody. */
uint32_t employer_of_batch(const population *people, uint32_t batch) {
    if (batch % 20 == 19 || people->internship_unit_count == 0) {
        return batch % people->size.employers;
    }
    return people->internship_units[batch % people->internship_unit_count];
}

static bool at_work(const yz_row *person) {
    if (!has(person, yz_field_person_employment_spells)) return false;
    const yz_list *spells =
        (const yz_list *)(intptr_t)person->values[yz_field_person_employment_spells];
    for (uint32_t i = 0; i < spells->count; i++) {
        if (!has(yz_list_row(spells, i), yz_field_employment_spell_to)) return true;
    }
    return false;
}

static void person_facts(const population *people, uint32_t person, yz_facts *facts) {
    facts->objects[YZ_OBJECT_top] = people->person_top[person];
    facts->objects[YZ_OBJECT_person] = row_at(people, YZ_OBJECT_person, person);
}

static void add(const population *people, yz_object object, uint32_t at, yz_facts *facts) {
    facts->objects[object] = row_at(people, object, at);
}

void population_facts(const population *people, population_kind kind, uint32_t index,
                      yz_facts *facts) {
    uint32_t person = person_of(kind, index);
    *facts = (yz_facts){.objects = {[YZ_OBJECT_top] = people->common_top}};
    if (kind <= POPULATION_LOAN) person_facts(people, person, facts);
    switch (kind) {
    case POPULATION_PERSON:
        add(people, YZ_OBJECT_campaign, index % POPULATION_CAMPAIGNS, facts);
        break;
    case POPULATION_HIRE:
        add(people, YZ_OBJECT_employer, employer_of_hire(people, index), facts);
        add(people, YZ_OBJECT_hire, index, facts);
        break;
    case POPULATION_CERTIFICATE:
        if (at_work(facts->objects[YZ_OBJECT_person])) {
            add(people, YZ_OBJECT_employer, employer_of_hire(people, index), facts);
        }
        add(people, YZ_OBJECT_cert, index, facts);
        break;
    case POPULATION_TRANSFER:
        add(people, YZ_OBJECT_employer, employer_of_hire(people, index), facts);
        add(people, YZ_OBJECT_transfer, index, facts);
        add(people, YZ_OBJECT_agency, index, facts);
        break;
    case POPULATION_GRASSROOTS:
        add(people, YZ_OBJECT_employer, employer_of_hire(people, index), facts);
        add(people, YZ_OBJECT_work, index, facts);
        add(people, YZ_OBJECT_posting, population_count(people, POPULATION_POSTING) + index, facts);
        break;
    case POPULATION_VENTURE: add(people, YZ_OBJECT_venture, index, facts); break;
    case POPULATION_LOAN: add(people, YZ_OBJECT_loan, index, facts); break;
    case POPULATION_HOUSEHOLD: add(people, YZ_OBJECT_household, index, facts); break;
    case POPULATION_EMPLOYER: add(people, YZ_OBJECT_employer, index, facts); break;
    case POPULATION_CREDIT:
        add(people, YZ_OBJECT_employer, 5 * index, facts);
        add(people, YZ_OBJECT_loan, population_count(people, POPULATION_LOAN) + index, facts);
        break;
    case POPULATION_STATE_OWNED:
        add(people, YZ_OBJECT_employer, 32 * index, facts);
        add(people, YZ_OBJECT_soe, index, facts);
        break;
    case POPULATION_ORGAN: add(people, YZ_OBJECT_org, index, facts); break;
    case POPULATION_POSTING: add(people, YZ_OBJECT_posting, index, facts); break;
    case POPULATION_BATCH:
        facts->objects[YZ_OBJECT_top] = people->batch_top[index];
        add(people, YZ_OBJECT_employer, employer_of_batch(people, index), facts);
        add(people, YZ_OBJECT_unit, index, facts);
        break;
    case POPULATION_TRAINING: add(people, YZ_OBJECT_training, index, facts); break;
    case POPULATION_GUIDE: add(people, YZ_OBJECT_guide, index, facts); break;
    case POPULATION_DIVISION:
        facts->objects[YZ_OBJECT_top] = people->division_top[index];
        add(people, YZ_OBJECT_keywork, index, facts);
        add(people, YZ_OBJECT_report, index, facts);
        break;
    case POPULATION_LEDGER: add(people, YZ_OBJECT_ledger, index, facts); break;
    case POPULATION_ENTRY: add(people, YZ_OBJECT_entry, index, facts); break;
    case POPULATION_OFFER: add(people, YZ_OBJECT_offer, index, facts); break;
    default: add(people, YZ_OBJECT_counts, 0, facts); break;
    }
}

/* ---- one after the other ---- */

#define CACHE_LINE 64
#define LINES_FETCHED 4 // of a row; the largest has four

static void fetch_ahead(population_walk *walk, uint32_t index) {
    yz_facts *facts = &walk->ahead[index % POPULATION_AHEAD];
    population_facts(walk->people, walk->kind, index, facts);
    for (yz_object object = 0; object < YZ_OBJECTS; object++) {
        const char *row = (const char *)facts->objects[object];
        for (uint32_t line = 0; row != NULL && line < LINES_FETCHED; line++)
            __builtin_prefetch(row + line * CACHE_LINE);
    }
}

void population_walk_init(population_walk *walk, const population *people, population_kind kind) {
    *walk = (population_walk){.people = people, .kind = kind};
    walk->count = population_count(people, kind);
    for (uint32_t i = 0; i + 1 < POPULATION_AHEAD && i < walk->count; i++)
        fetch_ahead(walk, i);
}

const yz_facts *population_walk_next(population_walk *walk) {
    if (walk->next == walk->count) return NULL;
    uint32_t last = walk->next + POPULATION_AHEAD - 1; // in the place of the one before
    if (last < walk->count) fetch_ahead(walk, last);
    return &walk->ahead[walk->next++ % POPULATION_AHEAD];
}

/* ---- all of it ---- */

static void new_rows(population *people, yz_object object, uint32_t count) {
    row_table *table = &people->rows[object];
    table->stride = yz_row_size(object);
    table->count = count;
    table->bytes = malloc((size_t)table->stride * count);
    yz_check(table->bytes != NULL);
    for (uint32_t i = 0; i < count; i++)
        row_at(people, object, i)->known = 0;
}

static void make_room(population *people) {
#define COUNT(kind) population_count(people, POPULATION_##kind)
    new_rows(people, YZ_OBJECT_person, COUNT(PERSON));
    new_rows(people, YZ_OBJECT_campaign, POPULATION_CAMPAIGNS);
    new_rows(people, YZ_OBJECT_hire, COUNT(HIRE));
    new_rows(people, YZ_OBJECT_cert, COUNT(CERTIFICATE));
    new_rows(people, YZ_OBJECT_transfer, COUNT(TRANSFER));
    new_rows(people, YZ_OBJECT_agency, COUNT(TRANSFER));
    new_rows(people, YZ_OBJECT_work, COUNT(GRASSROOTS));
    new_rows(people, YZ_OBJECT_posting, COUNT(POSTING) + COUNT(GRASSROOTS));
    new_rows(people, YZ_OBJECT_venture, COUNT(VENTURE));
    new_rows(people, YZ_OBJECT_loan, COUNT(LOAN) + COUNT(CREDIT));
    new_rows(people, YZ_OBJECT_household, COUNT(HOUSEHOLD));
    new_rows(people, YZ_OBJECT_employer, COUNT(EMPLOYER));
    new_rows(people, YZ_OBJECT_soe, COUNT(STATE_OWNED));
    new_rows(people, YZ_OBJECT_org, COUNT(ORGAN));
    new_rows(people, YZ_OBJECT_unit, COUNT(BATCH));
    new_rows(people, YZ_OBJECT_training, COUNT(TRAINING));
    new_rows(people, YZ_OBJECT_guide, COUNT(GUIDE));
    new_rows(people, YZ_OBJECT_keywork, COUNT(DIVISION));
    new_rows(people, YZ_OBJECT_report, COUNT(DIVISION));
    new_rows(people, YZ_OBJECT_ledger, COUNT(LEDGER));
    new_rows(people, YZ_OBJECT_entry, COUNT(ENTRY));
    new_rows(people, YZ_OBJECT_offer, COUNT(OFFER));
    new_rows(people, YZ_OBJECT_counts, 1);
    people->person_top = yz_alloc_zeroed(COUNT(PERSON) * sizeof *people->person_top);
    people->batch_top = yz_alloc_zeroed(COUNT(BATCH) * sizeof *people->batch_top);
    people->division_top = yz_alloc_zeroed(COUNT(DIVISION) * sizeof *people->division_top);
    people->internship_units = yz_alloc_zeroed(COUNT(EMPLOYER) * sizeof *people->internship_units);
#undef COUNT
}

population *population_new(population_size size, uint64_t seed) {
    yz_check(size.persons >= 64 && size.persons <= POPULATION_PERSONS_MAX);
    yz_check(size.employers >= 32 && size.employers <= POPULATION_EMPLOYERS_MAX);
    population *people = yz_alloc_zeroed(sizeof *people);
    people->size = size;
    people->seed = seed;
    for (yz_object object = 0; object < YZ_OBJECTS; object++) {
        uint32_t count;
        const draw *draws = draws_of(object, &count);
        for (uint32_t i = 0; i < count; i++) {
            people->given[object][draws[i].field] = (uint16_t)draws[i].given;
        }
    }
    fill_pools(people);
    people->employer_ids = make_ids(people, "E%06u", size.employers);
    people->person_ids = make_ids(people, "P%08u", size.persons);
    make_room(people);
    people->common_top = pieces_take(&people->pieces, yz_row_size(YZ_OBJECT_top));
    people->common_top->known = 0;
    put(people->common_top, yz_field_top_as_of, POPULATION_AS_OF);
    make_employers(people);
    make_persons(people);
    make_batches(people);
    make_households(people);
    make_divisions(people);
    make_simple(people);
    return people;
}

void population_free(population *people) {
    if (people == NULL) return;
    for (yz_object object = 0; object < YZ_OBJECTS; object++)
        free(people->rows[object].bytes);
    free(people->person_top);
    free(people->batch_top);
    free(people->division_top);
    free(people->internship_units);
    pieces_free(&people->pieces);
    free(people);
}

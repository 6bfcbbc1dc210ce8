/* The inside of bench/population.h: where rows lie, and who makes them. */
#ifndef YZ_BENCH_POPULATION_INNER_H
#define YZ_BENCH_POPULATION_INNER_H

#include "bench/population.h"
#include "bench/population_table.h"

#define POPULATION_AS_OF 19661 // 2023-10-31
#define POPULATION_CAMPAIGNS 40

/* Rows of one object, one after the other. */
typedef struct row_table {
    char *bytes;
    uint32_t stride, count;
} row_table;

/* Memory for lists and texts: taken piece by piece, given back with everything. */
typedef struct pieces {
    struct piece *newest;
    size_t used, size; // of the newest
} pieces;

struct population {
    population_size size;
    uint64_t seed;
    row_table rows[YZ_OBJECTS];
    const yz_row **person_top; // by person: with payments of its own, or the common one
    const yz_row **batch_top;  // by batch: with its interns
    const yz_row **division_top;
    yz_row *common_top;                                // as_of alone
    uint32_t *internship_units, internship_unit_count; // employers
    pieces pieces;
    const yz_text *pools[POOLS];
    yz_text *employer_ids, *person_ids;
    uint16_t given[YZ_OBJECTS][64]; // of the table: how many of 1000 have the field
};

void *pieces_take(pieces *from, size_t size);
void pieces_free(pieces *from);

static inline yz_row *row_at(const population *people, yz_object object, uint32_t at) {
    const row_table *table = &people->rows[object];
    return (yz_row *)(void *)(table->bytes + (size_t)at * table->stride);
}

static inline void put(yz_row *row, int field, int64_t value) {
    row->known |= UINT64_C(1) << field;
    row->values[field] = value;
}
static inline bool has(const yz_row *row, int field) {
    return (row->known >> field & 1) != 0;
}

/* Is a field that goes by code known this time? */
static inline bool is_known(const population *people, yz_random *random, yz_object object,
                            int field) {
    return chance(random, people->given[object][field]);
}
#define PUT(row, object, field, value)                                                             \
    do {                                                                                           \
        int64_t put_value = (value);                                                               \
        if (is_known(people, random, YZ_OBJECT_##object, yz_field_##object##_##field)) {           \
            put(row, yz_field_##object##_##field, put_value);                                      \
        }                                                                                          \
    } while (0)

/* A list with room for `count` entries of a shape, all fields absent. */
yz_list *new_list(population *people, yz_object shape, uint32_t count);
static inline yz_row *entry_of(yz_list *list, uint32_t at) {
    return (yz_row *)(intptr_t)yz_list_row(list, at);
}
/* low..high, days and amounts alike. */
static inline int64_t between(yz_random *random, int64_t low, int64_t high) {
    return low + (int64_t)((yz_random_next(random) >> 32) * (uint64_t)(high - low + 1) >> 32);
}

/* Who belongs to whom. */
uint32_t employer_of_hire(const population *people, uint32_t hire);
uint32_t employer_of_batch(const population *people, uint32_t batch);
static inline uint32_t person_of(population_kind kind, uint32_t index) {
    switch (kind) {
    case POPULATION_HIRE: return 2 * index;
    case POPULATION_CERTIFICATE: return 8 * index + 1;
    case POPULATION_TRANSFER: return 16 * index + 3;
    case POPULATION_GRASSROOTS: return 32 * index + 5;
    case POPULATION_VENTURE: return 32 * index + 7;
    case POPULATION_LOAN: return 32 * index + 9;
    default: return index;
    }
}

/* Each fills the rows of its kind; record i depends on the seed and i. */
void make_employers(population *people);
void make_persons(population *people); // and the hires
void make_batches(population *people);
void make_households(population *people);
void make_divisions(population *people);
void make_simple(population *people); // all other objects

#endif

/* Demand and supply of each skill, in tables of three levels: by the first two digits of a
 * division's code, by the first six (a county), and, of longer codes, by the whole. A province is
 * one table, a city a few, so no question goes through very many.
 *
 *     table   a page for each 16 skills of which something was counted
 *
 * Used by one thread; readers beside each other. */
#ifndef YZ_ENGINE_STATS_SKILLS_H
#define YZ_ENGINE_STATS_SKILLS_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"

#define SKILL_PAGE 16u
#define SKILL_PAGES (65536u / SKILL_PAGE)
#define SKILL_CODE_MAX 64u // bytes of a division's code
#define SKILL_LEVELS 3

typedef struct skill_need {
    int64_t demand, supply;
} skill_need;

typedef struct skill_page {
    skill_need need[SKILL_PAGE];
} skill_page;

typedef struct skill_table {
    skill_page **pages;  // owned; NULL where nothing was counted
    uint32_t page_count; // up to SKILL_PAGES
    uint8_t level;       // 0, 1, 2
} skill_table;

typedef struct skill_tables {
    yz_ids *codes;    // of tables, the level before each
    yz_slab tables;   // skill_table
    yz_slab division; // by row + 1 (0: not said): its tables + 1, 0: none
    uint64_t page_bytes;
} skill_tables;

void skills_init(skill_tables *s);
void skills_deinit(skill_tables *s);
/* The tables of a division, two or three of them, by its row (YZ_ROW_NONE: not said) and code,
 * which is looked at when the row is new. */
uint32_t skills_tables(skill_tables *s, uint32_t division, yz_text code,
                       uint32_t tables[SKILL_LEVELS]);
/* Asks the memory for what each of them has there: a line of its own each. */
void skills_expect(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count);
/* To each of `count` skills in each of the tables. */
void skills_demand(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count, int64_t by);
void skills_supply(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count, int by);

uint32_t skills_table_count(const skill_tables *s);
/* The tables below a prefix, each division in one of them; returns how many. O(tables). */
uint32_t skills_below(const skill_tables *s, yz_text prefix, uint32_t *tables);
/* What such tables have of a page together; false: nothing. O(table_count). */
bool skills_sum(const skill_tables *s, const uint32_t *tables, uint32_t table_count, uint32_t page,
                skill_page *sum);

/* For save and print. */
yz_text skills_table_code(const skill_tables *s, uint32_t table, uint8_t *level);
const skill_page *skills_page(const skill_tables *s, uint32_t table, uint32_t page); // or NULL
/* A table by its code, the next in the order of saving; a skill of it. False: it was there. */
bool skills_restore_table(skill_tables *s, yz_text code, uint8_t level);
bool skills_restore(skill_tables *s, uint32_t table, uint32_t skill, skill_need need);
uint64_t skills_bytes(const skill_tables *s);

#endif

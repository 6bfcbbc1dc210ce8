#include "engine/stats/skills.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

static const uint32_t DIGITS[SKILL_LEVELS] = {2, 6, SKILL_CODE_MAX};

typedef struct division_tables {
    uint32_t table[SKILL_LEVELS]; // + 1
} division_tables;

void skills_init(skill_tables *s) {
    *s = (skill_tables){0};
    s->codes = yz_ids_new((yz_hash_key){0x736b696c6c73206fu, 0x6620636f756e7479u});
    yz_slab_init(&s->tables, sizeof(skill_table));
    yz_slab_init(&s->division, sizeof(division_tables));
}

static skill_table *table_at(const skill_tables *s, uint32_t table) {
    return yz_slab_at(&s->tables, table);
}

void skills_deinit(skill_tables *s) {
    for (uint32_t table = 0; table < yz_ids_count(s->codes); table++) {
        const skill_table *t = table_at(s, table);
        for (uint32_t page = 0; page < t->page_count; page++)
            yz_free(t->pages[page]);
        yz_free(t->pages);
    }
    yz_ids_free(s->codes);
    yz_slab_deinit(&s->tables);
    yz_slab_deinit(&s->division);
}

// ---- tables ----

static yz_text named(char *text, yz_text code, uint32_t level) {
    yz_check(code.size <= SKILL_CODE_MAX);
    text[0] = (char)('0' + level);
    if (code.size > 0) memcpy(text + 1, code.bytes, code.size);
    return (yz_text){text, code.size + 1};
}

static uint32_t add_table(skill_tables *s, yz_text name) {
    uint32_t table = yz_ids_add(s->codes, name);
    yz_slab_reserve(&s->tables, table);
    *table_at(s, table) = (skill_table){.level = (uint8_t)(name.bytes[0] - '0')};
    return table;
}

static uint32_t table_of(skill_tables *s, yz_text code, uint32_t level) {
    char text[SKILL_CODE_MAX + 1];
    if (code.size > DIGITS[level]) code.size = DIGITS[level];
    yz_text name = named(text, code, level);
    uint32_t table = yz_ids_find(s->codes, name);
    return table != YZ_ROW_NONE ? table : add_table(s, name);
}

// The last level has only what the one before cuts off.
static bool has_level(yz_text code, uint32_t level) {
    return level + 1 < SKILL_LEVELS || code.size > DIGITS[level - 1];
}

uint32_t skills_tables(skill_tables *s, uint32_t division, yz_text code,
                       uint32_t tables[SKILL_LEVELS]) {
    uint32_t row = division == YZ_ROW_NONE ? 0 : division + 1, count = 0;
    yz_slab_reserve(&s->division, row);
    division_tables *known = yz_slab_at(&s->division, row);
    bool is_new = known->table[0] == 0;
    for (uint32_t level = 0; level < SKILL_LEVELS; level++) {
        if (is_new && has_level(code, level)) known->table[level] = table_of(s, code, level) + 1;
        if (known->table[level] != 0) tables[count++] = known->table[level] - 1;
    }
    return count;
}

static void widen(skill_tables *s, skill_table *t, uint32_t page) {
    uint32_t count = page + 1 + page / 4;
    if (count > SKILL_PAGES) count = SKILL_PAGES;
    t->pages = yz_realloc(t->pages, count * sizeof *t->pages);
    memset(t->pages + t->page_count, 0, (count - t->page_count) * sizeof *t->pages);
    s->page_bytes += (count - t->page_count) * sizeof *t->pages;
    t->page_count = count;
}

static skill_page *page_of(skill_tables *s, uint32_t table, uint32_t skill) {
    skill_table *t = table_at(s, table);
    uint32_t page = skill / SKILL_PAGE;
    if (page >= t->page_count) widen(s, t, page);
    if (t->pages[page] == NULL) {
        t->pages[page] = yz_alloc_zeroed(sizeof(skill_page));
        s->page_bytes += sizeof(skill_page);
    }
    return t->pages[page];
}

void skills_expect(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count) {
    for (uint32_t t = 0; t < table_count; t++) {
        for (uint32_t i = 0; i < count; i++) {
            const skill_page *page = page_of(s, tables[t], skills[i]);
            __builtin_prefetch(&page->need[skills[i] % SKILL_PAGE], 1);
        }
    }
}

void skills_demand(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count, int64_t by) {
    for (uint32_t t = 0; t < table_count; t++) {
        for (uint32_t i = 0; i < count; i++)
            page_of(s, tables[t], skills[i])->need[skills[i] % SKILL_PAGE].demand += by;
    }
}

void skills_supply(skill_tables *s, const uint32_t *tables, uint32_t table_count,
                   const uint16_t *skills, uint32_t count, int by) {
    for (uint32_t t = 0; t < table_count; t++) {
        for (uint32_t i = 0; i < count; i++)
            page_of(s, tables[t], skills[i])->need[skills[i] % SKILL_PAGE].supply += by;
    }
}

// ---- reading ----

uint32_t skills_table_count(const skill_tables *s) {
    return yz_ids_count(s->codes);
}

uint32_t skills_below(const skill_tables *s, yz_text prefix, uint32_t *tables) {
    uint32_t count = 0, wanted = 0;
    while (wanted + 1 < SKILL_LEVELS && prefix.size > DIGITS[wanted])
        wanted += 1;
    for (uint32_t table = 0; table < skills_table_count(s); table++) {
        uint8_t level;
        yz_text code = skills_table_code(s, table, &level);
        if (level == wanted && yz_text_starts_with(code, prefix)) tables[count++] = table;
    }
    return count;
}

bool skills_sum(const skill_tables *s, const uint32_t *tables, uint32_t table_count, uint32_t page,
                skill_page *sum) {
    bool any = false;
    for (uint32_t t = 0; t < table_count; t++) {
        const skill_page *part = skills_page(s, tables[t], page);
        if (part == NULL) continue;
        if (!any) memset(sum, 0, sizeof *sum);
        any = true;
        for (uint32_t i = 0; i < SKILL_PAGE; i++) {
            sum->need[i].demand += part->need[i].demand;
            sum->need[i].supply += part->need[i].supply;
        }
    }
    return any;
}

// ---- save, restore, memory ----

yz_text skills_table_code(const skill_tables *s, uint32_t table, uint8_t *level) {
    yz_text name = yz_ids_text(s->codes, table);
    *level = table_at(s, table)->level;
    return (yz_text){name.bytes + 1, name.size - 1};
}

const skill_page *skills_page(const skill_tables *s, uint32_t table, uint32_t page) {
    const skill_table *t = table_at(s, table);
    return page < t->page_count ? t->pages[page] : NULL;
}

bool skills_restore_table(skill_tables *s, yz_text code, uint8_t level) {
    char text[SKILL_CODE_MAX + 1];
    if (level >= SKILL_LEVELS || code.size > DIGITS[level] || !has_level(code, level)) return false;
    yz_text name = named(text, code, level);
    if (yz_ids_find(s->codes, name) != YZ_ROW_NONE) return false;
    add_table(s, name);
    return true;
}

bool skills_restore(skill_tables *s, uint32_t table, uint32_t skill, skill_need need) {
    if (table >= yz_ids_count(s->codes) || skill >= SKILL_PAGES * SKILL_PAGE) return false;
    page_of(s, table, skill)->need[skill % SKILL_PAGE] = need;
    return true;
}

uint64_t skills_bytes(const skill_tables *s) {
    return s->page_bytes + yz_slab_bytes(&s->tables) + yz_slab_bytes(&s->division) +
           yz_ids_bytes(s->codes);
}

/* Y12: which skills are needed most in a division. */
#include "engine/base/alloc.h"
#include "engine/stats/stats_inner.h"

// Is the demand of a in its supply greater than that of b? As whole number and rest: the products
// of the rests stay below 2^54, as a supply is at most the number of seekers.
static int by_ratio(const yz_skill_need *a, const yz_skill_need *b) {
    if ((a->supply == 0) != (b->supply == 0)) return a->supply == 0 ? -1 : 1;
    if (a->supply == 0) return 0;
    int64_t wa = a->demand / a->supply, wb = b->demand / b->supply;
    if (wa != wb) return wa > wb ? -1 : 1;
    int64_t ra = a->demand % a->supply * b->supply, rb = b->demand % b->supply * a->supply;
    return ra == rb ? 0 : ra > rb ? -1 : 1;
}

// Needed more: by ratio, then demand, then the id.
static bool before(const yz_stats *s, const yz_skill_need *a, const yz_skill_need *b) {
    int order = by_ratio(a, b);
    if (order != 0) return order < 0;
    if (a->demand != b->demand) return a->demand > b->demand;
    return yz_text_compare(s->names.skill(s->names.context, a->skill),
                           s->names.skill(s->names.context, b->skill)) < 0;
}

// needs[0] is the one needed least: a heap, so that nearly every other skill costs a comparison.
static void sink(const yz_stats *s, yz_skill_need *needs, uint32_t count, yz_skill_need need) {
    uint32_t at = 0;
    for (uint32_t child = 1; child < count; child = 2 * at + 1) {
        if (child + 1 < count && before(s, &needs[child], &needs[child + 1])) child += 1;
        if (!before(s, &need, &needs[child])) break;
        needs[at] = needs[child];
        at = child;
    }
    needs[at] = need;
}

static void rise(const yz_stats *s, yz_skill_need *needs, uint32_t at, yz_skill_need need) {
    while (at > 0 && before(s, &needs[(at - 1) / 2], &need)) {
        needs[at] = needs[(at - 1) / 2];
        at = (at - 1) / 2;
    }
    needs[at] = need;
}

static uint32_t offer(const yz_stats *s, yz_skill_need *needs, uint32_t count, uint32_t room,
                      yz_skill_need need) {
    if (count < room) {
        rise(s, needs, count, need);
        return count + 1;
    }
    if (count > 0 && before(s, &need, &needs[0])) sink(s, needs, count, need);
    return count;
}

// Every division below the prefix is in exactly one of these tables; the caller frees them.
static uint32_t *tables_below(const yz_stats *s, yz_text division, uint32_t *count) {
    uint32_t *tables = yz_alloc(skills_table_count(&s->skills) * sizeof *tables);
    *count = skills_below(&s->skills, division, tables);
    return tables;
}

yz_skill_need yz_stats_skill(const yz_stats *s, yz_text division, uint32_t skill) {
    yz_skill_need need = {.skill = skill};
    uint32_t count, *tables = tables_below(s, division, &count);
    skill_page sum;
    if (skills_sum(&s->skills, tables, count, skill / SKILL_PAGE, &sum)) {
        need.demand = sum.need[skill % SKILL_PAGE].demand;
        need.supply = sum.need[skill % SKILL_PAGE].supply;
    }
    yz_free(tables);
    return need;
}

uint32_t yz_stats_skills(const yz_stats *s, yz_text division, int64_t least, yz_skill_need *needs,
                         uint32_t room) {
    uint32_t table_count, *tables = tables_below(s, division, &table_count), count = 0;
    for (uint32_t page = 0; page < SKILL_PAGES; page++) {
        skill_page sum;
        if (!skills_sum(&s->skills, tables, table_count, page, &sum)) continue;
        for (uint32_t i = 0; i < SKILL_PAGE; i++) {
            if (sum.need[i].demand < least) continue;
            yz_skill_need need = {page * SKILL_PAGE + i, sum.need[i].demand, sum.need[i].supply};
            count = offer(s, needs, count, room, need);
        }
    }
    yz_free(tables);
    // The one needed least goes to the end, again and again.
    for (uint32_t left = count; left > 1; left--) {
        yz_skill_need last = needs[left - 1];
        needs[left - 1] = needs[0];
        sink(s, needs, left - 1, last);
    }
    return count;
}

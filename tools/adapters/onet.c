#include "tools/adapters/onet.h"

#include "engine/base/alloc.h"
#include "engine/base/ids.h"

#include <stdio.h>

#define SOC_BYTES 7
#define ELEMENTS_MAX 40 // O*NET has 35
#define IMPORTANCE_MIN 3.0

typedef struct element {
    char name[48];
    double importance, level;
} element;

typedef struct occupation {
    char code[12]; // the first of its SOC code
    element elements[ELEMENTS_MAX];
    uint32_t count;
} occupation;

struct onet {
    yz_ids *socs;
    occupation *occupations; // by row of socs
};

static element *element_of(occupation *o, yz_text name) {
    for (uint32_t i = 0; i < o->count; i++) {
        if (cell_is(name, o->elements[i].name)) return &o->elements[i];
    }
    if (o->count == ELEMENTS_MAX || name.size >= sizeof o->elements[0].name) return NULL;
    element *e = &o->elements[o->count++];
    *e = (element){.importance = 0};
    snprintf(e->name, sizeof e->name, "%.*s", (int)name.size, name.bytes);
    return e;
}

static bool on_row(void *user, uint64_t row, const yz_text *cells) {
    onet *o = user;
    double value;
    (void)row;
    if (cells[0].size < SOC_BYTES || !cell_number(cells[3], 0, 7, &value)) return true;
    yz_text soc = {cells[0].bytes, SOC_BYTES};
    uint32_t at = yz_ids_find(o->socs, soc);
    if (at == YZ_ROW_NONE) {
        at = yz_ids_add(o->socs, soc);
        o->occupations = yz_realloc(o->occupations, (at + 1) * sizeof *o->occupations);
        o->occupations[at] = (occupation){.count = 0};
        snprintf(o->occupations[at].code, sizeof o->occupations[at].code, "%.*s",
                 (int)cells[0].size, cells[0].bytes);
    }
    occupation *here = &o->occupations[at];
    element *e = cell_is(cells[0], here->code) ? element_of(here, cells[1]) : NULL;
    if (e && cell_is(cells[2], "IM")) e->importance = value;
    if (e && cell_is(cells[2], "LV")) e->level = value;
    return true;
}

onet *onet_new(adapter_run *run) {
    static const char *const columns[] = {"onet_soc", "element", "scale", "value", NULL};
    onet *o = yz_alloc_zeroed(sizeof *o);
    o->socs = yz_ids_new((yz_hash_key){0, 0});
    if (adapter_companion(run, "onet-29.3/skills.tsv.gz", columns, on_row, o)) return o;
    onet_free(o);
    return NULL;
}

void onet_free(onet *o) {
    if (o == NULL) return;
    yz_ids_free(o->socs);
    yz_free(o->occupations);
    yz_free(o);
}

static uint8_t level_of(double level) {
    int scaled = (int)(level * YZ_LEVEL_MAX / 7 + 0.5);
    return (uint8_t)(scaled < 1 ? 1 : scaled > YZ_LEVEL_MAX ? YZ_LEVEL_MAX : scaled);
}

uint16_t onet_skills(const onet *o, adapter_run *run, yz_text soc, yz_skill_level *skills,
                     uint16_t max) {
    if (soc.size < SOC_BYTES) return 0;
    uint32_t at = yz_ids_find(o->socs, (yz_text){soc.bytes, SOC_BYTES});
    if (at == YZ_ROW_NONE) return 0;
    const occupation *here = &o->occupations[at];
    bool taken[ELEMENTS_MAX] = {false};
    uint16_t count = 0;
    while (count < max) {
        uint32_t best = ELEMENTS_MAX;
        for (uint32_t i = 0; i < here->count; i++) {
            if (taken[i] || here->elements[i].importance < IMPORTANCE_MIN) continue;
            if (best == ELEMENTS_MAX ||
                here->elements[i].importance > here->elements[best].importance) {
                best = i;
            }
        }
        if (best == ELEMENTS_MAX) break;
        taken[best] = true;
        const element *e = &here->elements[best];
        skills[count++] =
            (yz_skill_level){adapter_skill(run, yz_text_of(e->name)), level_of(e->level)};
    }
    return count;
}

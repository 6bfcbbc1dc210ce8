/* What the clients know: every change they asked for, and what they were told about it. After each
 * restart the journal is held against it.
 *
 * A deed is one change somebody asked for, sent once, or with an Idempotency-Key several times. Its
 * number is its mark: it stands in what it writes (a title, a wage floor, a birth date, a name), so
 * whoever reads a record, or the journal, knows whose deed it is. */
#ifndef YZ_TESTS_SIM_MODEL_H
#define YZ_TESTS_SIM_MODEL_H

#include "net/store/disk.h"
#include "tests/sim/world.h"

typedef enum thing { POSTING, SEEKER, PERSON, SKILL, EMPLOYER, OCCUPATION, TARGET, THINGS } thing;
#define MODEL_IDS 10 // of each: p0 .. p9

typedef struct deed {
    uint32_t number; // 1, 2, 3 ...
    yz_command_type type;
    thing thing;
    uint32_t who;
    bool keyed;  // Idempotency-Key
    bool marked; // what it writes carries its number
    uint32_t if_version;
    int64_t until_ms; // a posting's valid_to; 0: not said
    /* what the clients know */
    uint32_t sent; // how often
    uint32_t done; // how often they were told it is done
    uint32_t refused;
    uint32_t full;     // told 507: nothing happened
    uint64_t sequence; // as they were told; 0: not told
    uint32_t version;
    bool read; // somebody read its mark
    bool lost; // sent and nothing heard, once
    /* of the last look at the journal */
    uint32_t written, effects;
    int64_t effect_ms; // market time of the last effect
    bool in_place;
} deed;

typedef struct model {
    world *world;
    deed *deeds;
    uint32_t count, room;
    uint32_t versions[THINGS][MODEL_IDS]; // highest that anybody was told
    /* of the last look at the journal */
    uint64_t erased_at[MODEL_IDS];  // sequence of the person's last erasure
    uint32_t vault_deed[MODEL_IDS]; // whose strings the vault holds; 0: none
    uint32_t named[32][MODEL_IDS];  // by command type: how often carried out
    uint32_t named_written[32][MODEL_IDS];
    uint64_t commands;
} model;

void model_init(model *m, world *w);
void model_deinit(model *m);
/* A new deed; borrowed until the next. */
deed *model_add(model *m, yz_command_type type, thing what, uint32_t who);
deed *model_deed(model *m, uint32_t number); // NULL: no such deed

/* "p3" and so on; `id` has room for 16. Returns it. */
const char *model_id(thing what, uint32_t who, char *id);
bool model_parse_id(yz_text id, thing *what, uint32_t *who);
/* A string that is put into the vault by deed `number`, and stands nowhere else. Room for 64. */
const char *model_planted(const model *m, uint32_t number, const char *field, char *text);
/* The birth day that marks a person's deed. */
int32_t model_birth_day(uint32_t number);

/* Somebody was told that this version is there: it may not go back any more. */
void model_told(model *m, thing what, uint32_t who, uint32_t version);

/* Holds the whole journal, from sequence 1, against what the clients know; the market it gives
 * against `market`. What is wrong goes to world_wrong. */
void model_verify(model *m, disk *d, const yz_market *market);

#endif

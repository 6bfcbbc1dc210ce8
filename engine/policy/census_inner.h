/* What the counting functions of the census share; census*.c only. */
#ifndef YZ_ENGINE_POLICY_CENSUS_INNER_H
#define YZ_ENGINE_POLICY_CENSUS_INNER_H

#include "engine/policy/book_inner.h"
#include "engine/policy/census.h"
#include "engine/policy/events.h"

/* Numbers of the rules that the series rest on. */
typedef struct census_numbers {
    int64_t grad_years, youth_min, youth_max;
    int64_t retain_days, followup_days, entity_days, upgrades_max;
    int64_t rate_max, small_rate_max, small_max; // rates in 1e-8
    uint64_t graduate_kinds;                     // bits of words
    bool size_by_start;
} census_numbers;

/* One subject, with what a decision about it would read. */
typedef struct counted {
    uint32_t row, person, employer; // rows; a person is its own. YZ_ROW_NONE
    yz_subject_kind kind;
    yz_text division;
    yz_facts facts;
    const yz_event *events; // of its own
    uint32_t event_count;
} counted;

struct yz_census {
    yz_census_ask ask;
    census_numbers numbers;
    yz_arena *arena;                         // owned: of one subject
    yz_event *events;                        // owned: room for those of one
    yz_event *by_lines;                      // owned: as many, told by lines
    yz_ids *keys;                            // owned: of groups, with a letter before
    yz_ids *guides;                          // owned: measure and division
    yz_census_row *groups;                   // owned; [0] the whole
    uint64_t *notes;                         // owned: count, group, row
    uint32_t group_count, group_room, group; // group: where the next numbers go
    uint64_t note_count, note_room;
    uint64_t withheld; // subjects that would count, if their facts were known
    uint32_t next;     // row
    bool begun;
};

static inline bool census_in(const yz_census *c, int64_t day) {
    return day >= c->ask.first && day <= c->ask.last;
}

/* Adds to the whole and to the present group. */
void census_add(yz_census *c, yz_census_count count, int64_t number);
/* Counts a row once in each of both. */
void census_note(yz_census *c, yz_census_count count, uint32_t row);
/* What follows is of this key, if the question is broken down by that. */
void census_key(yz_census *c, yz_census_by by, yz_text key);
void census_key_word(yz_census *c, yz_census_by by, yz_enumeration of, int word);

/* ---- facts ---- */

#define CENSUS_FIELD(subject, object, field, value)                                                \
    census_field(&(subject)->facts, YZ_OBJECT_##object, yz_field_##object##_##field, value)
/* False, and 0: not known. */
bool census_field(const yz_facts *facts, yz_object object, uint32_t field, int64_t *value);
/* The value, or 0 where it is not known. */
#define CENSUS_VALUE(subject, object, field)                                                       \
    census_value(&(subject)->facts, YZ_OBJECT_##object, yz_field_##object##_##field)
int64_t census_value(const yz_facts *facts, yz_object object, uint32_t field);
const yz_list *census_list(const yz_facts *facts, yz_object object, uint32_t field); // NULL: empty
#define CENSUS_TEXT(subject, object, field)                                                        \
    census_text(&(subject)->facts, YZ_OBJECT_##object, yz_field_##object##_##field)
yz_text census_text(const yz_facts *facts, yz_object object, uint32_t field); // "": not known

/* Spells of employment, benefit: one of them covers at least one day. `spells` may be NULL. */
bool census_covers(const yz_list *spells, int64_t first, int64_t last);
bool census_spell_from(const yz_list *spells, uint32_t at, int64_t *from); // false: not known
bool census_is_graduate(const yz_census *c, int64_t kind);
/* Left school on or before that day, and at most grad_years before it. */
bool census_left_school(const yz_census *c, int64_t graduation, int64_t day);
/* The subject's person: a graduate of that year, or who left school so long before. */
bool census_new_graduate(const yz_census *c, const counted *s, int64_t day);
bool census_posted(const yz_census *c, const counted *s, int64_t *openings);

/* Payments of a person or an employer, the last one first. */
static inline const payment *census_payment(const yz_book *book, uint32_t at) {
    return at != YZ_ROW_NONE ? book_payment(book, at) : NULL;
}

/* ---- the series: each is called with subjects of its kinds alone ---- */

typedef void census_counter(yz_census *c, const yz_book *book, const counted *s);
census_counter census_interns, census_internship_posts, census_internship_pay; // S09
census_counter census_households;                                              // S10
census_counter census_assisted, census_transfers, census_graduates;            // S20, S21, S22
census_counter census_grassroots_hires, census_loans, census_referred;         // S22, S23
census_counter census_certs, census_upgrades, census_insured, census_guides;   // S24, S25, S26
census_counter census_entities, census_entity_posts, census_entity_hires;      // S27
census_counter census_state_hires, census_public_hires, census_public_posts;   // S28, S29
census_counter census_organisations, census_joined, census_grassroots_posts;   // S29, S30
census_counter census_community_posts, census_living, census_blocked;          // S31, S32, S33
census_counter census_ratings, census_key_employers;                           // S34, S36

census_counter census_target_hires, census_target_households, census_active; // S11
census_counter census_visits;                                                // D06

typedef struct census_counted {
    uint32_t series; // bits of yz_census_series
    uint32_t kinds;  // bits of yz_subject_kind
    census_counter *counter;
} census_counted;
extern const census_counted CENSUS_COUNTERS[];
extern const uint32_t CENSUS_COUNTER_COUNT;

#endif

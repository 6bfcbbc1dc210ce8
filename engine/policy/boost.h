/* What the rules add to a match (policy/SPEC.md 10.4): facts of persons, employers and postings as
 * a few bits, so that the boost of a pair is some ANDs; and the hire of one person by one employer,
 * decided as if it were made.
 *
 *     person    helped (B3)  graduate (B4)  last resort (B6)  trained (B5)   ┐
 *     posting   grassroots (B4)  public welfare (B6)                         ├─► set of boosts
 *     employer  key (B1)     person × employer: would be paid (B2)           ┘    ─► their sum,
 * capped
 *
 * Whoever the book does not know brings nothing. What makes a boost is code; what it is worth, and
 * the conditions of the measures named by `boost` lines of rules, are data. */
#ifndef YZ_ENGINE_POLICY_BOOST_H
#define YZ_ENGINE_POLICY_BOOST_H

#include "engine/policy/book.h"

enum {                           // bits of a set of boosts
    YZ_BOOST_KEY_EMPLOYER = 1,   // B1
    YZ_BOOST_HIRE_PAID = 2,      // B2
    YZ_BOOST_HELPED = 4,         // B3
    YZ_BOOST_GRADUATE = 8,       // B4
    YZ_BOOST_TRAINED = 16,       // B5
    YZ_BOOST_PUBLIC_WELFARE = 32 // B6
};
#define YZ_BOOST_COUNT 6

/* "B1" ... "B6", and the parameters of these names. */
yz_text yz_boost_name(uint32_t number);

/* What each is worth on a day, in units of 1e-8. */
typedef struct yz_boost_values {
    bool given; // false: the rules have no match.boost_cap for the day; all is 0 then
    uint32_t cap;
    uint32_t each[YZ_BOOST_COUNT]; // 0: none, or not a percentage above 0
} yz_boost_values;

/* `rules` may be NULL. */
yz_boost_values yz_boost_values_on(const yz_rules *rules, const yz_params *params, int32_t day);
/* Of a set of boosts, the cap respected. */
uint32_t yz_boost_sum(const yz_boost_values *values, uint32_t set);
/* Of those of a set only whose value is above 0. */
uint32_t yz_boost_worth(const yz_boost_values *values, uint32_t set);

/* The hire that B2 and what a match would make payable assume: a labour contract for a year from
 * `day`. It goes into `facts`. False: no room in the arena. */
bool yz_boost_assume_hire(int32_t day, yz_arena *arena, yz_facts *facts);

/* ---- one thread's memory for asking ---- */

typedef struct yz_boosts yz_boosts;

/* What was once found is kept until the subject, the day or the rules are others: 40 bytes a
 * subject asked for. The caller owns it. Never NULL. */
yz_boosts *yz_boosts_new(void);
void yz_boosts_free(yz_boosts *boosts);

/* Before rules it was begun with go: nothing of them is kept. */
void yz_boosts_forget_rules(yz_boosts *boosts);

/* Before a question. Rules and parameters must stay until it is begun with others, or forgets them;
 * the book is the same one for ever. */
void yz_boosts_begin(yz_boosts *boosts, const yz_book *book, const yz_rules *rules,
                     const yz_params *params, int32_t day, uint32_t looks);
/* Did `looks` subjects and hires decided anew not suffice? Then what was said since begin is worth
 * nothing, but what was decided is kept for when it is begun again. */
bool yz_boosts_unfinished(const yz_boosts *boosts);

enum {                       // bits of a person
    YZ_BOOSTED_HELPED = 1,   // in the assistance register (a `boost B3` measure), or out of poverty
    YZ_BOOSTED_GRADUATE = 2, // left school at most common.grad_years ago
    YZ_BOOSTED_LAST_RESORT = 4, // a `boost B6` measure is due
};
typedef struct yz_boosted_person {
    bool known;
    bool named; // by others: else the person has no training either
    uint8_t bits;
    char county[7]; // of the household register, six characters; "" = not known
} yz_boosted_person;

/* Rows of the book, of the right kind or YZ_ROW_NONE. About 0.1 us once found, some us the first
 * time. Not known: nobody named so, dropped, or nothing was put. */
yz_boosted_person yz_boosts_person(yz_boosts *boosts, uint32_t row);

typedef struct yz_boosted_employer {
    bool known;
    bool key; // a `boost B1` measure is due
} yz_boosted_employer;
yz_boosted_employer yz_boosts_employer(yz_boosts *boosts, uint32_t row);

enum { // bits of a posting
    YZ_BOOSTED_GRASSROOTS = 1,
    YZ_BOOSTED_PUBLIC_WELFARE = 2,
};
uint32_t yz_boosts_posting(yz_boosts *boosts, uint32_t row);

/* Has the person, who is known, a training or certificate of the catalogue, and for this occupation
 * ("" = any)? Reads them each time. */
bool yz_boosts_trained(yz_boosts *boosts, uint32_t person, yz_text occupation);
/* Would a `boost B2` measure be granted? False where one of them is not known. */
bool yz_boosts_hire(yz_boosts *boosts, uint32_t person, uint32_t employer);

#endif

/* Facts in which one condition is likely to decide: those of a worked case with some fields from
 * others, and persons and batches of interns drawn so that each condition fails now and then while
 * the rest hold. */
#ifndef YZ_TESTS_POLICY_MCDC_FACTS_H
#define YZ_TESTS_POLICY_MCDC_FACTS_H

#include "engine/base/arena.h"
#include "engine/base/random.h"
#include "engine/policy/facts.h"

/* The id of the first intern of a batch drawn; no other has it. */
extern const yz_text mcdc_mark;

typedef struct crossing {
    yz_arena *arena; // of the rows made
    yz_random *random;
    uint32_t one_in; // so many fields is one from the other
} crossing;

/* `base`, some of its fields, entries of lists and objects from `other`. */
yz_facts facts_crossed(crossing *x, const yz_facts *base, const yz_facts *other);

/* `base` with another person: ages, graduation, spells of work and of registration around the day
 * a contract begins, or as_of; now and then another kind of employer. */
yz_facts facts_with_person(crossing *x, const yz_facts *base);

/* `base` with a batch of one to four interns, the first of them marked, or without. */
yz_facts facts_with_batch(crossing *x, const yz_facts *base);

#endif

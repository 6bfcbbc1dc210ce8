/* A town whose subjects change at random, for tests of the book and for tests/rigs/policy: the real
 * rules file, facts whose dates stand at limits (random_facts.h), lines that go on towards
 * payments. A status that must not come ends the process. */
#ifndef YZ_TESTS_POLICY_BOOK_WORLD_H
#define YZ_TESTS_POLICY_BOOK_WORLD_H

#include "engine/policy/alerts.h"
#include "tests/engine/policy/random_facts.h"

typedef struct book_world {
    yz_rules *rules, *other_rules; // the real ones; and those with a file on top
    yz_params *params, *other_params;
    yz_rule_table *table, *other_table;
    bool other; // in force
    random_facts *room;
    yz_arena *arena;
    yz_random random;
    yz_book *book;
    uint32_t subjects; // about so many
    int32_t today;
    uint64_t looks, news, ledger, steps;
} book_world;

/* From the root of the tree, on 2023-03-01. The caller owns it. */
book_world *book_world_new(uint64_t seed, uint32_t subjects);
void book_world_free(book_world *w);

void book_world_put(book_world *w);    // a subject, new or another, with links
void book_world_change(book_world *w); // one fact of one subject
void book_world_step(book_world *w);   // of one line, mostly towards a payment
void book_world_drop(book_world *w);
/* Closes one open alert, confirmed or dismissed; what was paid is clawed back, or a part of what is
 * owed comes back. */
void book_world_close(book_world *w);
void book_world_refund(book_world *w);
/* The other ones of two sets of rules from now on. */
void book_world_rules(book_world *w);
/* Looks at some who are due; at most `most` times asks who is. */
void book_world_look_some(book_world *w, uint32_t most);
/* Looks at all who are due, until nobody is. */
void book_world_look(book_world *w);

#endif

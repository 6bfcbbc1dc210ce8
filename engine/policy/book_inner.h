/* The inside of the book; engine/policy only.
 *
 * One table of subjects of all kinds; a row is never taken back. Three lists run through it: those
 * who name a person, those who name an employer (both ways, so that a link is cut in one step), and
 * the payments of each. */
#ifndef YZ_ENGINE_POLICY_BOOK_INNER_H
#define YZ_ENGINE_POLICY_BOOK_INNER_H

#include "engine/base/ids.h"
#include "engine/base/slab.h"
#include "engine/policy/book.h"
#include "engine/policy/reads.h"

typedef struct line {
    int64_t amount;
    int32_t since, notified, applied, decided, paid;
    uint32_t measure; // row in measures
    uint8_t decision, state;
    bool has_amount;
    bool rested; // paid, and since then somebody who looked found it not due
} line;

enum { BY_PERSON, BY_EMPLOYER, LINKS };

typedef struct link {
    uint32_t to;          // row of the person or employer; YZ_ROW_NONE
    uint32_t next, prior; // others that link to it
} link;

typedef struct subject {
    unsigned char *facts; // owned; NULL: nothing is known
    line *lines;          // owned, by name of measure
    yz_fact_set touched;  // since it was last looked at; empty: not due
    uint32_t facts_size;
    uint32_t version; // of facts, links and division; 0: only named by others
    uint32_t stamp;   // of everything a look reads
    int32_t until;    // day of the next look; INT32_MAX: none
    link links[LINKS];
    uint32_t first;   // of those who name it
    uint32_t payment; // the first of its payments
    uint16_t line_count;
    uint8_t kind;
    bool due, gone;
    bool queued; // stands in the queue, due or no more
    char division[YZ_DIVISION_DIGITS_MAX + 1];
} subject;

typedef struct payment {
    int64_t amount;
    int32_t day, level;
    uint32_t who[LINKS];  // rows, or YZ_ROW_NONE
    uint32_t next[LINKS]; // of the same person, of the same employer
    uint32_t occupation;  // row in words, or YZ_ROW_NONE
    uint32_t measure;
} payment;

typedef struct day_mark {
    int32_t day;
    uint32_t row;
} day_mark;

typedef struct rule_place {
    const yz_rule *rule;
    yz_fact_set reads;
} rule_place;

struct yz_book {
    yz_ids *ids;      // kind as one character, then the id
    yz_ids *measures; // names, as long as a line or payment has one
    yz_ids *words;    // occupations
    yz_slab subjects, payments;
    uint32_t payment_count;
    uint32_t *queue; // rows that are or were due, each once, oldest first: a ring
    uint32_t queue_first, queue_count, queue_room;
    uint32_t due_count;
    day_mark *days; // a heap, the earliest day first; what is out of date is passed over
    uint32_t day_count, day_room;
    const yz_rules *rules;
    const yz_params *params;
    rule_place *places; // by kind, then name
    uint32_t kind_first[YZ_SUBJECT_KIND_COUNT + 1];
    yz_fact_set kind_reads[YZ_SUBJECT_KIND_COUNT];
    uint64_t facts_bytes, lines_bytes;
};

static inline subject *book_subject(const yz_book *book, uint32_t row) {
    return yz_slab_at(&book->subjects, row);
}

static inline payment *book_payment(const yz_book *book, uint32_t at) {
    return yz_slab_at(&book->payments, at);
}

uint32_t book_find_row(const yz_book *book, yz_subject_kind kind, yz_text id); // or YZ_ROW_NONE
uint32_t book_need_row(yz_book *book, yz_subject_kind kind, yz_text id);
yz_text book_id(const yz_book *book, uint32_t row);

void book_link(yz_book *book, uint32_t row, int by, uint32_t to);
void book_add_payment(yz_book *book, const yz_payment *paid); // touches nobody
void book_make_due(yz_book *book, uint32_t row);
void book_make_rest(yz_book *book, uint32_t row); // due no more
/* Due, if a rule of its kind reads one of the facts. A day that comes is no change: whoever looks
 * and finds on a later day finds the same. */
void book_due(yz_book *book, uint32_t row, const yz_fact_set *facts);
/* The same for a change: who looked before it looked at something else. */
void book_touch(yz_book *book, uint32_t row, const yz_fact_set *facts);
/* The same for it and all who name it. */
void book_touch_all_of(yz_book *book, uint32_t row, const yz_fact_set *facts);
yz_fact_set book_fact(yz_object object, uint32_t field);
yz_fact_set book_every_fact(void);
/* Would booking this change a line? */
bool book_would_change(const yz_book *book, uint32_t row, const yz_found *found);
/* Lines of measures that the rules no longer have: not due any more. */
uint32_t book_gone_measures(const yz_book *book, uint32_t row, yz_found *found, uint32_t room);
/* A look is wanted on that day. */
void book_mark_day(yz_book *book, uint32_t row, int32_t day);

#endif

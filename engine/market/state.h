/* The inside of the market, shared by the files of this folder only.
 *
 *     postings   ids  packed (64 bytes, for matching)  cold (the rest)     row by row
 *     seekers    ids  packed                           cold
 *     dictionaries: ids and entries, five times
 *     indexes over the open rows; the heap of what falls due; sums for digest and counts */
#ifndef YZ_ENGINE_MARKET_STATE_H
#define YZ_ENGINE_MARKET_STATE_H

#include "engine/base/ids.h"
#include "engine/base/mix.h"
#include "engine/base/slab.h"
#include "engine/index/words.h"
#include "engine/market/due.h"
#include "engine/market/market.h"
#include "engine/market/pairs.h"
#include "engine/market/policy.h"
#include "engine/market/receipts.h"
#include "engine/market/targets.h"
#include "engine/market/venues.h"
#include "engine/match/search.h"
#include "engine/model/packed.h"

typedef struct posting_cold {
    char *title; // owned, not terminated
    int64_t wage_min_fen, wage_max_fen;
    int64_t valid_from_ms, valid_to_ms;
    uint32_t employer, occupation, division; // rows or YZ_ROW_NONE
    uint32_t openings, version, epoch;
    int64_t gig_from_ms, gig_to_ms;
    uint32_t station; // row of `texts`, or YZ_ROW_NONE
    uint16_t push_k, push_lag_minutes;
    uint16_t title_size;
    uint8_t state, wage_unit;
    bool has_wage;
    bool opened; // has been open in this epoch: it rises when it opens again
} posting_cold;

typedef struct seeker_cold {
    uint64_t place_tag, groups_tag; // stand for place and groups where those are compared
    uint32_t person, division;      // rows or YZ_ROW_NONE
    uint32_t occupation;            // row or YZ_ROW_NONE
    uint32_t next_of_person;        // the person's next seeker, by row; or YZ_ROW_NONE
    uint32_t groups, version;
    uint32_t push_per_day : 10, quiet_from : 11, quiet_to : 11; // narrow, so that it stays 48 bytes
    uint8_t state, floor_unit, primary_group;
    bool wants_push : 1;
    bool withheld : 1; // the place is not known: stands in no index
    bool erased : 1;   // closed by PERSON_ERASE; a put begins anew
} seeker_cold;         // the floor in fen is packed.wage_floor by its unit, exactly

/* What is known of a person beside the dictionary entry of the same row. */
typedef struct person_facts {
    uint64_t account_hash[2];
    uint64_t birth_tag, tags_tag; // stand for birth day and tags where those are compared
    uint32_t division;            // row or YZ_ROW_NONE
    uint32_t first_seeker;        // row or YZ_ROW_NONE: the person's seekers, by row
    uint32_t reveals;
    int32_t birth_day;
    uint16_t tags;
    uint8_t sex, group, id_check;
    bool withheld : 1; // birth day and tags are not known
    bool erased : 1;
} person_facts;

typedef struct dictionary_entry {
    char *names; // owned: zh then en, not terminated; NULL when both are empty
    yz_print id_print;
    uint64_t used_by;     // records that name it
    uint32_t required_by; // skills: open postings that require it (they stand in lists by weight)
    uint32_t weight_staged;
    uint32_t version;
    uint8_t zh_size, en_size;
    bool gone; // deleted; the row, with its version, waits for the same id
} dictionary_entry;

typedef struct dictionary {
    yz_ids *ids;
    yz_slab entries; // dictionary_entry
    uint64_t live;
} dictionary;

struct yz_market {
    yz_market_options options; // as given, for a reset
    uint64_t sequence;
    int64_t at_ms;
    yz_ids *posting_ids, *seeker_ids;
    yz_slab postings, seekers;           // packed
    yz_slab postings_cold, seekers_cold; // cold
    dictionary dictionaries[YZ_DICTIONARY_COUNT];
    yz_slab persons;   // person_facts, by row of the dictionary of persons
    uint32_t *weights; // by skill row, in force; YZ_SKILLS_MAX + 1 of them
    yz_profile profile;

    yz_posting_index *posting_index;
    yz_seeker_index *seeker_index;
    yz_words *words; // titles of open postings
    receipts receipts;
    venues venues;
    targets targets;
    policy policy;
    bool resting;         // bulk load: indexes are built at its end
    uint32_t parts_built; // a bit for each that is
    due_heap due;         // postings, by the time they open or expire

    yz_slab posting_pairs; // posting_pairs *, by posting; NULL: none
    yz_slab seeker_links;  // seeker_links *, by seeker; NULL: none
    yz_slab referrals;     // referral
    uint32_t referral_count;
    uint64_t pair_count;
    due_heap holds; // records, by the time the hold runs out
    yz_ids *texts;  // sources of steps, stations
    silent_set silent;
    uint64_t pairs_bytes; // lists of pairs

    // Staged: what the next PROFILE_SWITCH puts in force, and the lists being built for it.
    bool profile_is_staged;
    uint32_t weights_staged; // how many skills
    yz_profile profile_next;
    uint32_t *weights_next;          // NULL while nothing is built
    yz_posting_index *index_next;    // rows below built_rows are in it
    yz_posting_index *index_retired; // until somebody takes it
    uint32_t built_rows;
    uint32_t switches; // of weights or profile, since this process has the market

    yz_print records_print; // sum over all records and entries
    uint64_t posting_counts[YZ_STATE_EXPIRED + 1], seeker_counts[YZ_STATE_EXPIRED + 1];
    uint64_t openings;          // of open postings
    uint64_t pushers;           // open seekers who want push
    struct yz_stats *stats;     // counting.c
    struct market_sweep *sweep; // NULL: none is under way
    uint64_t posting_far_bytes; // skill blocks outside the packed records, titles
    uint64_t seeker_far_bytes;
};

static inline yz_packed_posting *packed_posting(const yz_market *m, uint32_t row) {
    return yz_slab_at(&m->postings, row);
}
static inline posting_cold *cold_posting(const yz_market *m, uint32_t row) {
    return yz_slab_at(&m->postings_cold, row);
}
static inline yz_packed_seeker *packed_seeker(const yz_market *m, uint32_t row) {
    return yz_slab_at(&m->seekers, row);
}
static inline seeker_cold *cold_seeker(const yz_market *m, uint32_t row) {
    return yz_slab_at(&m->seekers_cold, row);
}
static inline dictionary_entry *entry_at(const yz_market *m, yz_dictionary which, uint32_t row) {
    return yz_slab_at(&m->dictionaries[which].entries, row);
}

static inline person_facts *facts_of(const yz_market *m, uint32_t row) {
    return yz_slab_at(&m->persons, row);
}
static inline referral *referral_at(const yz_market *m, uint32_t number) {
    return yz_slab_at(&m->referrals, number);
}
/* A text that is kept once: "" for YZ_ROW_NONE, and the other way round. */
static inline yz_text market_text(const yz_market *m, uint32_t row) {
    return row == YZ_ROW_NONE ? YZ_TEXT("") : yz_ids_text(m->texts, row);
}
static inline uint32_t market_keep_text(yz_market *m, yz_text text) {
    if (text.size == 0) return YZ_ROW_NONE;
    uint32_t row = yz_ids_find(m->texts, text);
    return row != YZ_ROW_NONE ? row : yz_ids_add(m->texts, text);
}
static inline yz_print id_print(const yz_ids *ids, uint32_t row) {
    yz_text id = yz_ids_text(ids, row);
    return yz_print_of(id.bytes, id.size);
}
/* Stands in the index: open, and it is known where. */
static inline bool seeker_is_found(const seeker_cold *cold) {
    return cold->state == YZ_STATE_OPEN && !cold->withheld;
}

/* May a put that asks for version `wanted` (an if_version) meet what is there? `id` is told of. */
yz_status version_allows(uint32_t wanted, bool known, uint32_t version, yz_text id,
                         yz_problem *problem);
/* dictionary.c: the row of a live entry, or YZ_ROW_NONE. */
uint32_t dictionary_find(const yz_market *m, yz_dictionary which, yz_text id);
yz_text dictionary_id(const yz_market *m, yz_dictionary which, uint32_t row); // "" for NONE
yz_text dictionary_name_zh(const dictionary_entry *entry);
yz_text dictionary_name_en(const dictionary_entry *entry);
/* Copies both; empty ones are none. */
void dictionary_names(dictionary_entry *entry, yz_text zh, yz_text en);
void dictionary_use(yz_market *m, yz_dictionary which, uint32_t row, int64_t by);
/* A row for an id that has none; the entry is gone until somebody says otherwise. */
uint32_t dictionary_add(yz_market *m, yz_dictionary which, yz_text id);
/* Room for a new entry, when `ahead` others come first? */
yz_status dictionary_has_room(const yz_market *m, yz_dictionary which, uint32_t ahead,
                              yz_problem *problem);
void apply_entry_put(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_entry_delete(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void dictionaries_init(yz_market *m, yz_hash_key key);
void dictionaries_deinit(yz_market *m);

/* pack.c: records to packed form. Skills are looked up (UNKNOWN_SKILL) and put in order of row. A
 * long list goes into a block of its own, owned by the packed record. */
yz_status pack_posting(const yz_market *m, const yz_posting *posting, yz_packed_posting *packed,
                       yz_problem *problem);
yz_status pack_seeker(const yz_market *m, const yz_seeker *seeker, yz_packed_seeker *packed,
                      yz_problem *problem);
/* Skills by row, ascending, into the record or a block of its own; the rest of it is not touched.
 */
void packed_posting_lists(yz_packed_posting *packed, const uint16_t *required,
                          const uint8_t *levels, uint32_t required_count, const uint16_t *preferred,
                          uint32_t preferred_count);
void packed_seeker_list(yz_packed_seeker *packed, const uint16_t *skills, const uint8_t *levels,
                        uint32_t count);
void packed_posting_deinit(yz_packed_posting *packed);
void packed_seeker_deinit(yz_packed_seeker *packed);
size_t packed_posting_far_bytes(const yz_packed_posting *packed);
size_t packed_seeker_far_bytes(const yz_packed_seeker *packed);
bool packed_posting_equal(const yz_packed_posting *a, const yz_packed_posting *b);
/* But for the place, for which a tag stands. */
bool packed_seeker_alike(const yz_packed_seeker *a, const yz_packed_seeker *b);

/* postings.c, seekers.c */
void apply_posting_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_posting_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_seeker_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_seeker_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
/* Closes the seeker if need be and forgets what identifies; false: that was done before. */
bool seeker_erase(yz_market *m, uint32_t row, yz_effects *effects);
/* A new row as it stood in a snapshot; takes the skill blocks, copies the title. */
void posting_restore(yz_market *m, yz_text id, yz_packed_posting *packed, posting_cold *cold);
void seeker_restore(yz_market *m, yz_text id, const yz_packed_seeker *packed,
                    const seeker_cold *cold);
/* What a write has to pass, for apply and for foresee.c. May it touch the row as it stands (NONE: a
 * new one, when `ahead` other new ones come first)? Has it not ended? Is there the station of its
 * gig? Does everybody who has an opening keep it? May a person of `count` seekers have another one:
 * so few that an erasure stays short and its effects have room? */
yz_status posting_may_write(const yz_market *m, const yz_command *c, uint32_t row, uint32_t ahead,
                            yz_problem *problem);
yz_status posting_may_last(const yz_posting *posting, int64_t at_ms, yz_problem *problem);
yz_status posting_may_be_at(const yz_market *m, const yz_command *c, yz_problem *problem);
yz_status posting_may_have_openings(const yz_market *m, uint32_t row, uint32_t openings,
                                    yz_problem *problem);
yz_status seeker_may_write(const yz_market *m, const yz_command *c, uint32_t row, uint32_t ahead,
                           yz_problem *problem);
yz_status person_may_have_one_more(uint64_t count, yz_problem *problem);
void apply_tick(yz_market *m, yz_outcome *out, yz_effects *effects);
/* Openings were taken or released: full, or open again, as they say. */
void posting_settle(yz_market *m, uint32_t row, yz_effects *effects);
/* Open to another state and back, with a new version. */
void seeker_move(yz_market *m, uint32_t row, yz_record_state state, yz_effects *effects);
/* Entering and leaving the indexes; `row` is or was open. */
void posting_index_enter(yz_market *m, uint32_t row);
void posting_index_leave(yz_market *m, uint32_t row);
/* Drops heap entries that no longer hold, so that the top is what falls due next. */
void due_skip_stale(yz_market *m);

/* persons.c */
void apply_person_write(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_person_erase(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
/* Is the receipt known, so that apply would give the first outcome again, or refuse? */
bool market_repeats(const yz_market *m, const yz_command *c, yz_outcome *out);
void apply_person_reveal(yz_market *m, const yz_command *c, yz_outcome *out);
void person_facts_clear(yz_market *m, uint32_t row); // nothing is known any more
/* The list of a person's seekers; `person` may be YZ_ROW_NONE. O(seekers of the person). */
void person_link(yz_market *m, uint32_t person, uint32_t seeker);
void person_unlink(yz_market *m, uint32_t person, uint32_t seeker);
/* The tag that a field has when nobody made one: from the field itself, never 0. */
uint64_t tag_of_numbers(char role, int64_t a, int64_t b);

/* referrals.c */
void apply_referral_step(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);
void apply_tell(yz_market *m, const yz_command *c, yz_outcome *out, yz_effects *effects);

/* venues.c */
void apply_venue_put(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_venue_close(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_booth(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_slot_step(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_queue_step(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_visit(yz_market *m, const yz_command *c, yz_outcome *out);

/* targets.c */
void apply_target_put(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_target_delete(yz_market *m, const yz_command *c, yz_outcome *out);

/* policy.c, policy_pay.c */
void apply_policy_put(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_drop(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_rules(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_find(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_step(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_payment(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_budget(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_alert(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_policy_refund(yz_market *m, const yz_command *c, yz_outcome *out);

/* staged.c */
void apply_weights(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_profile(yz_market *m, const yz_command *c, yz_outcome *out);
void apply_switch(yz_market *m, yz_outcome *out, yz_effects *effects);
void staged_weight(yz_market *m, uint32_t skill, uint32_t weight); // stages one
void staged_restart(yz_market *m);                                 // what was built is thrown away

/* digest.c: the fingerprint of one record as it stands. */
yz_print posting_print(const yz_market *m, uint32_t row);
yz_print seeker_print(const yz_market *m, uint32_t row);
yz_print entry_print(const yz_market *m, yz_dictionary which, uint32_t row);

static inline void effect(yz_effects *effects, yz_effect_kind kind, uint32_t row) {
    if (effects != NULL && effects->count < YZ_EFFECTS_MAX) {
        effects->list[effects->count++] = (yz_effect){kind, row};
    }
}

/* For what an outcome says when a command is refused: out->status and out->problem in one. */
#define REFUSE(out, call)                                                                          \
    do {                                                                                           \
        (out)->status = (call);                                                                    \
        return;                                                                                    \
    } while (0)

#endif

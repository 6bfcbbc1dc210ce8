/* The fingerprint of a record covers all that the outside can know of it: id, state, version, every
 * field; other things by their ids, sets by sums of their members. Rows, hash seeds and free lists
 * never enter. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/market/print_bytes.h"

#include <stdio.h>
#include <stdlib.h>

enum {
    ROLE_REQUIRED = 1,
    ROLE_PREFERRED,
    ROLE_SKILL,
    ROLE_EMPLOYER,
    ROLE_OCCUPATION,
    ROLE_DIVISION,
    ROLE_PERSON
};

static void add_member(const yz_market *m, yz_print *sum, yz_dictionary which, uint32_t row,
                       uint64_t role, uint64_t number) {
    if (row == YZ_ROW_NONE) return;
    yz_print_add(sum, yz_print_member(entry_at(m, which, row)->id_print, role << 8 | number));
}

// Has it been open in this epoch, other than its state lets one think?
static bool opened_oddly(const posting_cold *cold) {
    return cold->opened == (cold->state == YZ_STATE_SCHEDULED);
}

yz_print posting_print(const yz_market *m, uint32_t row) {
    const yz_packed_posting *p = packed_posting(m, row);
    const posting_cold *cold = cold_posting(m, row);
    yz_print set = {{0, 0}};
    for (uint32_t i = 0; i < p->required_count; i++) {
        add_member(m, &set, YZ_SKILLS, yz_posting_required(p)[i], ROLE_REQUIRED,
                   yz_posting_levels(p)[i]);
    }
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        add_member(m, &set, YZ_SKILLS, yz_posting_preferred(p)[i], ROLE_PREFERRED, 0);
    }
    add_member(m, &set, YZ_EMPLOYERS, cold->employer, ROLE_EMPLOYER, 0);
    add_member(m, &set, YZ_OCCUPATIONS, cold->occupation, ROLE_OCCUPATION, 0);
    add_member(m, &set, YZ_DIVISIONS, cold->division, ROLE_DIVISION, 0);

    unsigned char buffer[2 * YZ_ID_BYTES_MAX + YZ_TITLE_BYTES_MAX + 30 * 8];
    size_t size = 0;
    print_put(buffer, &size, 'P');
    print_put_text(buffer, &size, yz_ids_text(m->posting_ids, row));
    print_put_text(buffer, &size, (yz_text){cold->title, cold->title_size});
    print_put(buffer, &size, set.words[0]);
    print_put(buffer, &size, set.words[1]);
    print_put(buffer, &size, (uint64_t)(int64_t)p->lat_e7);
    print_put(buffer, &size, (uint64_t)(int64_t)p->lon_e7);
    print_put(buffer, &size, p->gate);
    print_put(buffer, &size, (uint64_t)cold->wage_min_fen);
    print_put(buffer, &size, (uint64_t)cold->wage_max_fen);
    print_put(buffer, &size, (uint64_t)cold->has_wage << 8 | cold->wage_unit);
    print_put(buffer, &size, (uint64_t)cold->valid_from_ms);
    print_put(buffer, &size, (uint64_t)cold->valid_to_ms);
    print_put(buffer, &size, (uint64_t)cold->openings << 32 | cold->version);
    print_put(buffer, &size,
              (uint64_t)cold->epoch << 32 | (uint64_t)opened_oddly(cold) << 8 | cold->state);
    // What nobody said does not enter: the digest is that of a market before there was such a
    // field.
    if (cold->push_k != 0 || cold->push_lag_minutes != 0) {
        print_put(buffer, &size, (uint64_t)cold->push_k << 32 | cold->push_lag_minutes);
    }
    if (cold->station != YZ_ROW_NONE || cold->gig_to_ms != 0) {
        print_put(buffer, &size, 'G');
        print_put_text(buffer, &size, market_text(m, cold->station));
        print_put(buffer, &size, (uint64_t)cold->gig_from_ms);
        print_put(buffer, &size, (uint64_t)cold->gig_to_ms);
    }
    return yz_print_of(buffer, size);
}

// Sealed fields enter by their tags: a replay that cannot open them has the same digest.
yz_print seeker_print(const yz_market *m, uint32_t row) {
    const yz_packed_seeker *s = packed_seeker(m, row);
    const seeker_cold *cold = cold_seeker(m, row);
    yz_print set = {{0, 0}};
    for (uint32_t i = 0; i < yz_seeker_skill_count(s); i++) {
        add_member(m, &set, YZ_SKILLS, yz_seeker_skills(s)[i], ROLE_SKILL, yz_seeker_levels(s)[i]);
    }
    add_member(m, &set, YZ_DIVISIONS, cold->division, ROLE_DIVISION, 0);
    add_member(m, &set, YZ_PERSONS, cold->person, ROLE_PERSON, 0);
    add_member(m, &set, YZ_OCCUPATIONS, cold->occupation, ROLE_OCCUPATION, 0);

    unsigned char buffer[YZ_ID_BYTES_MAX + 16 * 8];
    size_t size = 0;
    print_put(buffer, &size, 'S');
    print_put_text(buffer, &size, yz_ids_text(m->seeker_ids, row));
    print_put(buffer, &size, set.words[0]);
    print_put(buffer, &size, set.words[1]);
    print_put(buffer, &size, cold->place_tag);
    print_put(buffer, &size, cold->groups_tag);
    print_put(buffer, &size, (uint64_t)s->radius_m << 32 | s->gate);
    print_put(buffer, &size, (uint64_t)s->wage_floor);
    print_put(buffer, &size, cold->version);
    print_put(buffer, &size,
              (uint64_t)cold->state | (uint64_t)cold->floor_unit << 8 |
                  (uint64_t)cold->primary_group << 16 | (uint64_t)cold->wants_push << 24 |
                  (uint64_t)cold->erased << 25);
    if (cold->push_per_day != 0 || cold->quiet_from != 0 || cold->quiet_to != 0) {
        print_put(buffer, &size,
                  (uint64_t)cold->push_per_day << 32 | (uint64_t)cold->quiet_from << 16 |
                      cold->quiet_to);
    }
    return yz_print_of(buffer, size);
}

static void put_facts(const yz_market *m, uint32_t row, unsigned char *buffer, size_t *size) {
    const person_facts *facts = facts_of(m, row);
    yz_print set = {{0, 0}};
    add_member(m, &set, YZ_DIVISIONS, facts->division, ROLE_DIVISION, 0);
    print_put(buffer, size, set.words[0]);
    print_put(buffer, size, set.words[1]);
    print_put(buffer, size, facts->account_hash[0]);
    print_put(buffer, size, facts->account_hash[1]);
    print_put(buffer, size, facts->birth_tag);
    print_put(buffer, size, facts->tags_tag);
    print_put(buffer, size,
              (uint64_t)facts->reveals << 32 | (uint64_t)facts->sex | (uint64_t)facts->group << 8 |
                  (uint64_t)facts->id_check << 16 | (uint64_t)facts->erased << 24);
}

yz_print entry_print(const yz_market *m, yz_dictionary which, uint32_t row) {
    const dictionary_entry *entry = entry_at(m, which, row);
    unsigned char buffer[YZ_ID_BYTES_MAX + 2 * YZ_NAME_BYTES_MAX + 16 * 8];
    size_t size = 0;
    print_put(buffer, &size, 'D' | (uint64_t)which << 8);
    print_put_text(buffer, &size, yz_ids_text(m->dictionaries[which].ids, row));
    print_put_text(buffer, &size, dictionary_name_zh(entry));
    print_put_text(buffer, &size, dictionary_name_en(entry));
    print_put(buffer, &size, (uint64_t)entry->version << 1 | entry->gone);
    if (which == YZ_SKILLS) {
        print_put(buffer, &size, (uint64_t)m->weights[row] << 32 | entry->weight_staged);
    }
    if (which == YZ_PERSONS) put_facts(m, row, buffer, &size);
    return yz_print_of(buffer, size);
}

static yz_print profile_print(const yz_market *m) {
    unsigned char buffer[10 * 8];
    size_t size = 0;
    print_put(buffer, &size, 'R');
    const yz_profile *both[2] = {&m->profile, &m->profile_next};
    for (int i = 0; i < (m->profile_is_staged ? 2 : 1); i++) {
        print_put(buffer, &size, both[i]->coverage_permille);
        print_put(buffer, &size, both[i]->preferred_permille);
        print_put(buffer, &size, both[i]->distance_permille);
        print_put(buffer, &size, both[i]->wage_permille);
    }
    return yz_print_of(buffer, size);
}

static yz_digest digest_of(const yz_market *m, yz_print records, yz_print kept) {
    yz_print_add(&records, profile_print(m));
    yz_print_add(&records, target_floor_print(m));
    yz_print_add(&records, kept);
    return (yz_digest){{records.words[0], records.words[1]}};
}

yz_digest yz_market_digest(const yz_market *m) {
    return digest_of(m, m->records_print, m->receipts.print);
}

// ---- the slow twin: every record, in the order of its id ----

typedef struct named_row {
    yz_text id;
    uint32_t row;
} named_row;

static int by_id(const void *a, const void *b) {
    return yz_text_compare(((const named_row *)a)->id, ((const named_row *)b)->id);
}

static named_row *rows_by_id(const yz_ids *ids) {
    uint32_t count = yz_ids_count(ids);
    named_row *rows = yz_alloc((size_t)count * sizeof *rows);
    for (uint32_t row = 0; row < count; row++)
        rows[row] = (named_row){yz_ids_text(ids, row), row};
    qsort(rows, count, sizeof *rows, by_id);
    return rows;
}

// Rounds by their number, pairs by where they stand: sums, so their order says nothing.
static void pairs_recount(const yz_market *m, uint32_t posting, yz_print *sum) {
    const posting_pairs *pairs = pairs_of(m, posting);
    if (pairs == NULL) return;
    for (uint32_t i = 0; i < pairs->round_count; i++) {
        yz_print_add(sum, round_print(id_print(m->posting_ids, posting), i, &pairs->rounds[i]));
    }
    for (uint32_t place = 0; place < pairs->count; place++) {
        pair p = pair_at(m, posting, place);
        yz_print_add(sum, pair_print_of(m, &p));
    }
}

yz_digest yz_market_digest_recount(const yz_market *m) {
    yz_print sum = {{0, 0}};
    named_row *rows = rows_by_id(m->posting_ids);
    for (uint32_t i = 0; i < yz_ids_count(m->posting_ids); i++) {
        yz_print_add(&sum, posting_print(m, rows[i].row));
        pairs_recount(m, rows[i].row, &sum);
    }
    yz_free(rows);
    rows = rows_by_id(m->seeker_ids);
    for (uint32_t i = 0; i < yz_ids_count(m->seeker_ids); i++) {
        yz_print_add(&sum, seeker_print(m, rows[i].row));
    }
    yz_free(rows);
    for (int which = 0; which < YZ_DICTIONARY_COUNT; which++) {
        const yz_ids *ids = m->dictionaries[which].ids;
        rows = rows_by_id(ids);
        for (uint32_t i = 0; i < yz_ids_count(ids); i++) {
            yz_print_add(&sum, entry_print(m, (yz_dictionary)which, rows[i].row));
        }
        yz_free(rows);
    }
    yz_print_add(&sum, venues_recount(m));
    yz_print_add(&sum, targets_recount(m));
    yz_print_add(&sum, policy_recount(m));
    yz_print kept = {{0, 0}};
    for (uint64_t number = m->receipts.oldest; number < m->receipts.next; number++)
        yz_print_add(&kept, receipt_print(receipts_at(&m->receipts, number)));
    return digest_of(m, sum, kept);
}

void yz_digest_text(yz_digest digest, char out[YZ_DIGEST_TEXT_MAX]) {
    snprintf(out, YZ_DIGEST_TEXT_MAX, "%016llx%016llx", (unsigned long long)digest.words[0],
             (unsigned long long)digest.words[1]);
}

/* Blocks back to a state. Nothing a block says is believed before it is looked at: a row must be
 * one that is there, a choice one of those there are, a size what follows it. */
#include "engine/market/counting.h"
#include "engine/market/snapshot_form.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#define RESERVED_MAX ((uint32_t)4 << 20) // ids there is room for before they have come

struct yz_snapshot_reader {
    yz_market *market;
    const yz_sealer *sealer; // or NULL
    yz_chain_hash hash;
    yz_snapshot_facts facts;
    uint32_t entries[YZ_DICTIONARY_COUNT], postings, seekers, receipts; // as the head says
    uint32_t facts_read, receipts_read;
    int64_t receipt_ms; // of the newest receipt: times do not go back
    yz_chain so_far;    // the running hash: of who proves
    yz_chain all;       // what the end says it was
    uint32_t number;    // of the next block
    uint32_t version;   // of this one
    bool silent_begun, targets_begun;
    policy_stream policy;
    bool counted;  // statistics came
    uint32_t kind; // place of the last block in kinds_of(version)
    bool begun, ended;
};

yz_snapshot_reader *yz_snapshot_reader_new(yz_market *market, const yz_sealer *sealer,
                                           yz_chain_hash hash) {
    yz_check(market->sequence == 0);
    if (!market->resting) yz_market_bulk_begin(market);
    yz_snapshot_reader *r = yz_alloc_zeroed(sizeof *r);
    *r = (yz_snapshot_reader){
        .market = market, .sealer = sealer, .hash = hash, .receipt_ms = YZ_TIME_MS_MIN};
    policy_stream_init(&r->policy, sealer);
    return r;
}

void yz_snapshot_reader_free(yz_snapshot_reader *reader) {
    if (reader == NULL) return;
    policy_stream_deinit(&reader->policy);
    yz_free(reader);
}

/* ---- single values ---- */

static uint8_t choice(yz_in *in, uint32_t last) {
    uint8_t value = yz_in_8(in);
    if (value <= last) return value;
    yz_in_wrong(in, "a choice is none of those there are");
    return 0;
}

static int64_t whole(yz_in *in, int64_t low, int64_t high) {
    int64_t value = (int64_t)yz_in_64(in);
    if (in->why == NULL && (value < low || value > high)) yz_in_wrong(in, "a number out of range");
    return value;
}

static uint32_t count32(yz_in *in, uint32_t low, uint32_t high) {
    uint32_t value = yz_in_32(in);
    if (in->why == NULL && (value < low || value > high)) yz_in_wrong(in, "a number out of range");
    return value;
}

static uint16_t count16(yz_in *in, uint16_t high) {
    uint16_t value = yz_in_16(in);
    if (in->why == NULL && value > high) yz_in_wrong(in, "a number out of range");
    return value;
}

static int32_t degree(yz_in *in, int32_t most) {
    int32_t value = (int32_t)yz_in_32(in);
    if (in->why == NULL && (value < -most || value > most))
        yz_in_wrong(in, "a place off the earth");
    return value;
}

static yz_text text(yz_in *in, uint32_t least, uint32_t most) {
    yz_text t = yz_in_text(in);
    if (in->why == NULL && (t.size < least || t.size > most)) yz_in_wrong(in, "a text's size");
    return t;
}

static uint32_t reference(yz_in *in, const yz_market *m, yz_dictionary which) {
    uint32_t row = yz_in_32(in);
    if (in->why != NULL || row == YZ_ROW_NONE) return YZ_ROW_NONE;
    if (row < yz_ids_count(m->dictionaries[which].ids) && !entry_at(m, which, row)->gone) {
        return row;
    }
    yz_in_wrong(in, "a reference to nothing");
    return YZ_ROW_NONE;
}

static yz_text new_id(yz_in *in, const yz_ids *ids) {
    yz_text id = text(in, 1, YZ_ID_BYTES_MAX);
    if (in->why == NULL && yz_ids_find(ids, id) != YZ_ROW_NONE) yz_in_wrong(in, "an id twice");
    return id;
}

typedef struct skill_list {
    uint32_t count;
    uint16_t row[YZ_SEEKER_SKILLS_MAX];
    uint8_t level[YZ_SEEKER_SKILLS_MAX];
} skill_list;

static void skills(yz_in *in, const yz_market *m, bool with_level, uint32_t most,
                   skill_list *list) {
    uint32_t known = yz_ids_count(m->dictionaries[YZ_SKILLS].ids);
    list->count = choice(in, most);
    if (in->why != NULL) list->count = 0;
    for (uint32_t i = 0; i < list->count && in->why == NULL; i++) {
        list->row[i] = yz_in_16(in);
        list->level[i] = with_level ? yz_in_8(in) : 1;
        bool right = list->row[i] < known && !entry_at(m, YZ_SKILLS, list->row[i])->gone &&
                     (i == 0 || list->row[i] > list->row[i - 1]) && list->level[i] >= 1 &&
                     list->level[i] <= YZ_LEVEL_MAX;
        if (!right) yz_in_wrong(in, "a skill nobody knows, or out of order");
    }
}

static uint32_t gate(yz_in *in, bool one_type) {
    uint32_t value = yz_in_32(in), types = yz_gate_types(value);
    bool right = value >> 28 == 0 && yz_gate_shifts(value) != 0 && types != 0 &&
                 yz_gate_education(value) <= YZ_EDUCATION_MAX &&
                 (!one_type || (types & (types - 1)) == 0);
    if (in->why == NULL && !right) yz_in_wrong(in, "shifts, education or types that cannot be");
    return value;
}

/* The plain bytes of a secret; `*known` false: there are none, or the key is gone. */
static void secret(yz_in *in, const yz_snapshot_reader *r, yz_text person, unsigned char *plain,
                   size_t size, bool *known) {
    uint8_t kind = choice(in, SECRET_SEALED);
    *known = false;
    if (in->why != NULL || kind == SECRET_NONE) return;
    const unsigned char *at = yz_in_take(in, kind == SECRET_SEALED ? size + YZ_SEAL_BYTES : size);
    if (at == NULL) return;
    if (kind == SECRET_PLAIN) {
        memcpy(plain, at, size);
        *known = true;
        return;
    }
    if (r->sealer == NULL) return;
    yz_unsealed opened =
        r->sealer->unseal(r->sealer->context, person, at, size + YZ_SEAL_BYTES, plain);
    if (opened == YZ_SEAL_BROKEN) yz_in_wrong(in, "a sealed part does not open");
    *known = opened == YZ_UNSEALED;
}

/* ---- records ---- */

// What is announced need not come.
static void reserve(yz_ids *ids, uint32_t announced) {
    yz_ids_reserve(ids, announced < RESERVED_MAX ? announced : RESERVED_MAX);
}

static void take_head(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    m->sequence = r->facts.sequence = yz_in_64(in);
    m->at_ms = r->facts.at_ms = (int64_t)yz_in_64(in);
    const unsigned char *chain = yz_in_take(in, YZ_CHAIN_BYTES);
    if (chain != NULL) memcpy(r->facts.chain.bytes, chain, YZ_CHAIN_BYTES);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        r->entries[i] = count32(in, 0, i == YZ_SKILLS ? YZ_SKILLS_MAX : YZ_DICTIONARY_MAX);
    r->facts.postings = r->postings = count32(in, 0, YZ_RECORDS_MAX);
    r->facts.seekers = r->seekers = count32(in, 0, YZ_RECORDS_MAX);
    r->receipts = count32(in, 0, YZ_RECEIPTS_MAX);
    if (in->why != NULL) return;
    reserve(m->posting_ids, r->postings);
    reserve(m->seeker_ids, r->seekers);
}

static void take_entry(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    yz_dictionary which = (yz_dictionary)choice(in, YZ_DICTIONARY_COUNT - 1);
    if (in->why != NULL) return;
    bool gone = yz_in_bool(in);
    uint32_t version = yz_in_32(in);
    bool weighs = which == YZ_SKILLS;
    uint32_t weight = count32(in, weighs ? 1 : 0, weighs ? YZ_WEIGHT_MAX : 0);
    uint32_t staged = count32(in, 0, weighs ? YZ_WEIGHT_MAX : 0);
    dictionary *d = &m->dictionaries[which];
    yz_text id = new_id(in, d->ids);
    yz_text zh = text(in, 0, YZ_NAME_BYTES_MAX), en = text(in, 0, YZ_NAME_BYTES_MAX);
    if (in->why == NULL && yz_ids_count(d->ids) >= r->entries[which]) {
        yz_in_wrong(in, "more entries than were announced");
    }
    if (in->why != NULL) return;
    uint32_t row = dictionary_add(m, which, id);
    dictionary_entry *entry = entry_at(m, which, row);
    dictionary_names(entry, zh, en);
    entry->gone = gone;
    entry->version = version;
    entry->weight_staged = staged;
    d->live += !gone;
    if (weighs) {
        m->weights[row] = weight;
        m->weights_staged += staged != 0;
    }
    // A person's print covers the facts, which come in blocks of their own.
    if (which != YZ_PERSONS) yz_print_add(&m->records_print, entry_print(m, which, row));
}

static void take_facts(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    uint32_t row = r->facts_read;
    if (row >= yz_ids_count(m->dictionaries[YZ_PERSONS].ids)) { // came, not only announced
        yz_in_wrong(in, "facts of more persons than there are");
        return;
    }
    person_facts f = {.first_seeker = YZ_ROW_NONE, .birth_day = YZ_DAY_NONE};
    uint8_t flags = choice(in, SNAPSHOT_WITHHELD | SNAPSHOT_ERASED);
    f.erased = (flags & SNAPSHOT_ERASED) != 0;
    f.withheld = (flags & SNAPSHOT_WITHHELD) != 0;
    f.sex = choice(in, YZ_SEX_FEMALE);
    f.group = choice(in, YZ_GROUP_MAX);
    f.id_check = choice(in, YZ_ID_WRONG_DIGIT);
    f.division = reference(in, m, YZ_DIVISIONS);
    f.reveals = yz_in_32(in);
    f.account_hash[0] = yz_in_64(in);
    f.account_hash[1] = yz_in_64(in);
    f.birth_tag = yz_in_64(in);
    f.tags_tag = yz_in_64(in);
    unsigned char plain[SECRET_PERSON_BYTES] = {0};
    bool known;
    bool sealed = in->at < in->end && *in->at == SECRET_SEALED;
    secret(in, r, yz_ids_text(m->dictionaries[YZ_PERSONS].ids, row), plain, sizeof plain, &known);
    if (in->why != NULL) return;
    if (known) {
        f.birth_day = (int32_t)yz_get32(plain);
        f.tags = yz_get16(plain + 4) & YZ_TAGS_ALL;
    } else if (sealed) {
        f.withheld = true;
    }
    *facts_of(m, row) = f;
    dictionary_use(m, YZ_DIVISIONS, f.division, 1);
    // An entry that was never put has no print.
    if (entry_at(m, YZ_PERSONS, row)->version > 0) {
        yz_print_add(&m->records_print, entry_print(m, YZ_PERSONS, row));
    }
    r->facts_read += 1;
}

// What version 1 did not have; the station.
static yz_text posting_since_2(const yz_snapshot_reader *r, yz_in *in, posting_cold *c) {
    c->opened = c->state != YZ_STATE_SCHEDULED;
    if (r->version < 2) return YZ_TEXT("");
    c->opened = yz_in_bool(in);
    c->push_k = yz_in_16(in);
    c->push_lag_minutes = yz_in_16(in);
    c->gig_from_ms = whole(in, 0, YZ_TIME_MS_MAX);
    c->gig_to_ms = whole(in, c->gig_from_ms, YZ_TIME_MS_MAX);
    bool over =
        c->state == YZ_STATE_OPEN || c->state == YZ_STATE_CLOSED || c->state == YZ_STATE_EXPIRED;
    if (in->why == NULL && over && !c->opened) yz_in_wrong(in, "open, and never opened");
    return text(in, 0, YZ_ID_BYTES_MAX);
}

static void take_posting(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    yz_packed_posting p = {0};
    posting_cold c = {.station = YZ_ROW_NONE};
    skill_list required, preferred;
    c.state = choice(in, YZ_STATE_EXPIRED);
    c.wage_unit = choice(in, YZ_WAGE_UNIT_COUNT - 1);
    c.has_wage = yz_in_bool(in);
    c.version = count32(in, 1, UINT32_MAX);
    c.epoch = yz_in_32(in);
    c.openings = count32(in, 1, YZ_OPENINGS_MAX);
    p.gate = gate(in, true);
    p.lat_e7 = degree(in, 900000000);
    p.lon_e7 = degree(in, 1800000000);
    c.wage_min_fen = whole(in, 0, YZ_FEN_MAX);
    c.wage_max_fen = whole(in, 0, YZ_FEN_MAX);
    c.valid_from_ms = whole(in, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX);
    c.valid_to_ms = whole(in, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX);
    c.employer = reference(in, m, YZ_EMPLOYERS);
    c.occupation = reference(in, m, YZ_OCCUPATIONS);
    c.division = reference(in, m, YZ_DIVISIONS);
    skills(in, m, true, YZ_REQUIRED_MAX, &required);
    skills(in, m, false, YZ_PREFERRED_MAX, &preferred);
    yz_text id = text(in, 1, YZ_ID_BYTES_MAX), title = text(in, 0, YZ_TITLE_BYTES_MAX);
    yz_text station = posting_since_2(r, in, &c);
    if (in->why == NULL && yz_ids_count(m->posting_ids) >= r->postings) {
        yz_in_wrong(in, "more postings than were announced");
    }
    if (in->why != NULL) return;
    p.wage_max = c.has_wage ? yz_wage_normal(c.wage_max_fen, (yz_wage_unit)c.wage_unit) : 0;
    c.station = market_keep_text(m, station);
    c.title = (char *)title.bytes;
    c.title_size = (uint16_t)title.size;
    packed_posting_lists(&p, required.row, required.level, required.count, preferred.row,
                         preferred.count);
    posting_restore(m, id, &p, &c);
}

static void take_seeker(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    yz_packed_seeker p = {0};
    seeker_cold c = {.occupation = YZ_ROW_NONE};
    skill_list held;
    uint8_t flags = choice(in, SNAPSHOT_WITHHELD | SNAPSHOT_ERASED | SNAPSHOT_WANTS_PUSH);
    c.erased = (flags & SNAPSHOT_ERASED) != 0;
    c.wants_push = (flags & SNAPSHOT_WANTS_PUSH) != 0;
    c.state = choice(in, YZ_STATE_EXPIRED);
    c.floor_unit = choice(in, YZ_WAGE_UNIT_COUNT - 1);
    c.primary_group = choice(in, YZ_GROUP_MAX);
    c.version = count32(in, 1, UINT32_MAX);
    p.gate = gate(in, false);
    p.radius_m = count32(in, 1, YZ_RADIUS_M_MAX);
    p.wage_floor = whole(in, 0, INT64_MAX);
    c.person = reference(in, m, YZ_PERSONS);
    if (c.person != YZ_ROW_NONE &&
        entry_at(m, YZ_PERSONS, c.person)->used_by >= YZ_PERSON_SEEKERS_MAX) {
        yz_in_wrong(in, "a person with more seekers than one may have");
    }
    c.division = reference(in, m, YZ_DIVISIONS);
    c.place_tag = yz_in_64(in);
    c.groups_tag = yz_in_64(in);
    c.next_of_person = YZ_ROW_NONE;
    skills(in, m, true, YZ_SEEKER_SKILLS_MAX, &held);
    yz_text id = text(in, 1, YZ_ID_BYTES_MAX);
    if (r->version >= 2) {
        c.push_per_day = count16(in, 1000) & 0x3FFu;
        c.quiet_from = count16(in, 1439) & 0x7FFu;
        c.quiet_to = count16(in, 1439) & 0x7FFu;
    }
    if (r->version >= 3) c.occupation = reference(in, m, YZ_OCCUPATIONS);
    unsigned char plain[SECRET_SEEKER_BYTES];
    bool known, nothing = in->at < in->end && *in->at == SECRET_NONE;
    secret(in, r, c.person == YZ_ROW_NONE ? id : dictionary_id(m, YZ_PERSONS, c.person), plain,
           sizeof plain, &known);
    if (nothing) {
        c.groups = yz_in_32(in);
    } else if (!known) { // the key went since this was written
        c.groups = (uint32_t)1 << c.primary_group;
    }
    if (in->why == NULL && yz_ids_count(m->seeker_ids) >= r->seekers) {
        yz_in_wrong(in, "more seekers than were announced");
    }
    if (in->why == NULL && known) {
        yz_in place = {.at = plain, .end = plain + sizeof plain};
        p.lat_e7 = degree(&place, 900000000);
        p.lon_e7 = degree(&place, 1800000000);
        c.groups = yz_in_32(&place);
        if (place.why != NULL) yz_in_wrong(in, place.why);
    }
    if (in->why != NULL) return;
    c.withheld = !known;
    packed_seeker_list(&p, held.row, held.level, held.count);
    seeker_restore(m, id, &p, &c);
}

static void take_receipt(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    yz_receipt receipt;
    yz_outcome outcome = {.status = YZ_OK};
    uint8_t flags = choice(in, 2 * RECEIPT_REFUSED - 1);
    receipt.key[0] = yz_in_64(in);
    receipt.key[1] = yz_in_64(in);
    receipt.body = yz_in_64(in);
    outcome.sequence = yz_in_64(in);
    int64_t at_ms = whole(in, r->receipt_ms, m->at_ms);
    outcome.version = yz_in_32(in);
    outcome.created = (flags & RECEIPT_CREATED) != 0;
    outcome.changed = (flags & RECEIPT_CHANGED) != 0;
    outcome.reopened = (flags & RECEIPT_REOPENED) != 0;
    outcome.more_due = (flags & RECEIPT_MORE_DUE) != 0;
    if (flags & RECEIPT_REFUSED) {
        yz_problem *problem = &outcome.problem;
        problem->code = (yz_problem_code)choice(in, YZ_PROBLEM_CODE_COUNT - 1);
        problem->given = (int64_t)yz_in_64(in);
        problem->low = (int64_t)yz_in_64(in);
        problem->high = (int64_t)yz_in_64(in);
        yz_text pointer = text(in, 0, YZ_POINTER_BYTES_MAX - 1);
        yz_text value = text(in, 0, YZ_PROBLEM_VALUE_MAX - 1);
        if (in->why != NULL) return;
        if (pointer.size > 0) memcpy(problem->pointer, pointer.bytes, pointer.size);
        if (value.size > 0) memcpy(problem->value, value.bytes, value.size);
        outcome.status = yz_problem_status(problem->code);
        if (outcome.status == YZ_OK) yz_in_wrong(in, "a refusal without a reason");
    }
    if (in->why == NULL && r->receipts_read >= r->receipts) {
        yz_in_wrong(in, "more receipts than were announced");
    }
    if (in->why != NULL) return;
    receipts_keep(&m->receipts, &receipt, &outcome, at_ms);
    r->receipts_read += 1;
    r->receipt_ms = at_ms;
}

static yz_profile profile(yz_in *in) {
    yz_profile p;
    p.coverage_permille = count32(in, 1, 1000);
    p.preferred_permille = count32(in, 0, 10000);
    p.distance_permille = count32(in, 0, 10000);
    p.wage_permille = count32(in, 0, 10000);
    return p;
}

static void take_profiles(yz_snapshot_reader *r, yz_in *in) {
    yz_market *m = r->market;
    m->profile = profile(in);
    m->profile_is_staged = yz_in_bool(in);
    if (in->why == NULL && m->profile_is_staged) m->profile_next = profile(in);
}

static void take_round(yz_snapshot_reader *r, yz_in *in) {
    round_restore(r->market, in);
}

static void take_record(yz_snapshot_reader *r, yz_in *in) {
    record_restore(r->market, in, r->version);
}

static void take_pairs(yz_snapshot_reader *r, yz_in *in) {
    pairs_restore(r->market, in);
}

static void take_silent(yz_snapshot_reader *r, yz_in *in) {
    silent_restore(r->market, in, !r->silent_begun);
    r->silent_begun = true;
}

static void take_venue(yz_snapshot_reader *r, yz_in *in) {
    venue_restore(r->market, in, r->version);
}

static void take_counted(yz_snapshot_reader *r, yz_in *in) {
    yz_text record = yz_in_text(in);
    if (in->why != NULL || r->market->stats == NULL) return;
    r->counted = true;
    if (!yz_stats_restore(r->market->stats, record.bytes, record.size)) {
        yz_in_wrong(in, "a record of the statistics is not one");
    }
}

static void take_target(yz_snapshot_reader *r, yz_in *in) {
    target_take(r->market, in, !r->targets_begun);
    r->targets_begun = true;
}

static void take_policy(yz_snapshot_reader *r, yz_in *in) {
    if (r->version < 4) {
        yz_in_wrong(in, "policy as it was written before facts of persons were sealed");
        return;
    }
    policy_take(r->market, &r->policy, in);
}

static void take_end(yz_snapshot_reader *r, yz_in *in) {
    r->facts.digest.words[0] = yz_in_64(in);
    r->facts.digest.words[1] = yz_in_64(in);
    const unsigned char *all = yz_in_take(in, YZ_CHAIN_BYTES);
    if (all != NULL) memcpy(r->all.bytes, all, YZ_CHAIN_BYTES);
    r->ended = true;
}

/* ---- blocks ---- */

size_t yz_snapshot_block_size(const unsigned char *head) {
    if (memcmp(head, "YZSNAP\n", 7) != 0) return 0;
    size_t size = yz_get32(head + 16);
    return size >= YZ_SNAPSHOT_BLOCK_HEAD && size <= YZ_SNAPSHOT_BLOCK_MAX ? size : 0;
}

// YZ_OK: the head holds, and so do the bytes.
static yz_status look(const unsigned char *block, size_t size, const char **why) {
    *why = "no block of a snapshot begins here, or it is cut off";
    if (size < YZ_SNAPSHOT_BLOCK_HEAD || yz_snapshot_block_size(block) != size) {
        return YZ_ERR_CORRUPT;
    }
    if (yz_get32(block + 8) > YZ_SNAPSHOT_VERSION) {
        *why = "written by a later version";
        return YZ_ERR_DENIED;
    }
    *why = "the checksum of a block does not agree";
    bool same = yz_get32(block + 12) == yz_crc32c(0, block + 16, size - 16);
    if (!same || yz_get32(block + 8) == 0 || yz_get32(block + 28) != 0) return YZ_ERR_CORRUPT;
    *why = NULL;
    return YZ_OK;
}

static const char *kinds_of(uint32_t version) {
    return version < 3 ? SNAPSHOT_KINDS_BEFORE_3 : SNAPSHOT_KINDS;
}

static bool follows(const yz_snapshot_reader *r, const unsigned char *block, uint32_t *kind) {
    const char *kinds = kinds_of(yz_get32(block + 8));
    const char *place = strchr(kinds, block[7]);
    if (place == NULL || block[7] == 0 || r->ended) return false;
    if (yz_get32(block + 20) != r->number) return false;
    if (r->begun && yz_get32(block + 8) != r->version) return false;
    *kind = (uint32_t)(place - kinds);
    bool many = *place != 'H' && *place != 'W';
    if (!r->begun) return *kind == 0;
    if (many && *kind == r->kind) return true;
    for (uint32_t left_out = r->kind + 1; left_out < *kind; left_out++) {
        if (strchr(SNAPSHOT_MAY_BE_MISSING, kinds[left_out]) == NULL) return false;
    }
    return *kind > r->kind;
}

static void take_records(yz_snapshot_reader *r, char letter, yz_in *in, uint32_t count) {
    static void (*const TAKE['Z' - 'A' + 1])(yz_snapshot_reader *, yz_in *) = {
        ['H' - 'A'] = take_head,    ['D' - 'A'] = take_entry,   ['F' - 'A'] = take_facts,
        ['P' - 'A'] = take_posting, ['S' - 'A'] = take_seeker,  ['R' - 'A'] = take_receipt,
        ['V' - 'A'] = take_venue,   ['T' - 'A'] = take_round,   ['G' - 'A'] = take_record,
        ['L' - 'A'] = take_pairs,   ['N' - 'A'] = take_silent,  ['W' - 'A'] = take_profiles,
        ['A' - 'A'] = take_target,  ['C' - 'A'] = take_counted, ['Q' - 'A'] = take_policy,
        ['E' - 'A'] = take_end};
    if ((letter == 'H' || letter == 'W' || letter == 'E') && count != 1) {
        yz_in_wrong(in, "a block of one record has another number of them");
    }
    for (uint32_t i = 0; i < count && in->why == NULL; i++)
        TAKE[letter - 'A'](r, in);
    bool once = yz_ids_settle(r->market->posting_ids);
    once = yz_ids_settle(r->market->seeker_ids) && once;
    if (in->why == NULL && !once) yz_in_wrong(in, "an id twice");
    if (in->why == NULL && in->at != in->end) yz_in_wrong(in, "bytes after the last record");
}

yz_status yz_snapshot_prove(yz_snapshot_reader *r, const unsigned char *block, size_t size,
                            const char **why) {
    yz_status status = look(block, size, why);
    // The end names the hash of what came before it.
    if (status == YZ_OK && block[7] != 'E') {
        r->so_far = snapshot_hash_on(r->hash, &r->so_far, block, size);
    }
    return status;
}

yz_status yz_snapshot_take_proven(yz_snapshot_reader *r, const unsigned char *block, size_t size,
                                  const char **why) {
    uint32_t kind = 0;
    if (!follows(r, block, &kind)) {
        *why = "a block that does not follow the one before";
        return YZ_ERR_CORRUPT;
    }
    yz_in in = {.at = block + YZ_SNAPSHOT_BLOCK_HEAD, .end = block + size};
    r->kind = kind;
    r->version = yz_get32(block + 8);
    r->begun = true;
    r->number += 1;
    take_records(r, (char)block[7], &in, yz_get32(block + 24));
    *why = in.why;
    return in.why == NULL ? YZ_OK : YZ_ERR_CORRUPT;
}

yz_status yz_snapshot_take(yz_snapshot_reader *r, const unsigned char *block, size_t size,
                           const char **why) {
    yz_status status = yz_snapshot_prove(r, block, size, why);
    return status == YZ_OK ? yz_snapshot_take_proven(r, block, size, why) : status;
}

static bool all_came(const yz_snapshot_reader *r) {
    const yz_market *m = r->market;
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++) {
        if (yz_ids_count(m->dictionaries[i].ids) != r->entries[i]) return false;
    }
    return r->facts_read == r->entries[YZ_PERSONS] && r->receipts_read == r->receipts &&
           yz_ids_count(m->posting_ids) == r->postings && yz_ids_count(m->seeker_ids) == r->seekers;
}

yz_status yz_snapshot_finish(yz_snapshot_reader *r, yz_snapshot_facts *facts, const char **why) {
    *why = "it ends before its end block";
    if (!r->ended) return YZ_ERR_CORRUPT;
    *why = "fewer records came than were announced";
    if (!all_came(r)) return YZ_ERR_CORRUPT;
    *why = "the hash over all blocks does not agree";
    if (memcmp(&r->so_far, &r->all, sizeof r->all) != 0) return YZ_ERR_CORRUPT;
    *why = policy_restored(r->market, &r->policy);
    if (*why != NULL) return YZ_ERR_CORRUPT;
    *why = "what was restored has another digest than was written";
    yz_digest digest = yz_market_digest(r->market);
    if (memcmp(&digest, &r->facts.digest, sizeof digest) != 0) return YZ_ERR_CORRUPT;
    *why = referrals_restored(r->market);
    if (*why != NULL) return YZ_ERR_CORRUPT;
    venues_restored(r->market);
    *why = "the statistics do not add up";
    if (r->counted && !yz_stats_restored(r->market->stats)) return YZ_ERR_CORRUPT;
    if (!r->counted && r->market->stats != NULL) counting_begin(r->market);
    due_skip_stale(r->market);
    *facts = r->facts;
    *why = NULL;
    return YZ_OK;
}

bool yz_snapshot_peek(const unsigned char *head_block, size_t size, yz_snapshot_facts *facts) {
    const char *why;
    yz_in in = {.at = head_block + YZ_SNAPSHOT_BLOCK_HEAD, .end = head_block + size};
    *facts = (yz_snapshot_facts){0};
    if (look(head_block, size, &why) != YZ_OK || head_block[7] != 'H') return false;
    facts->sequence = yz_in_64(&in);
    facts->at_ms = (int64_t)yz_in_64(&in);
    const unsigned char *chain = yz_in_take(&in, YZ_CHAIN_BYTES);
    if (chain != NULL) memcpy(facts->chain.bytes, chain, YZ_CHAIN_BYTES);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        (void)yz_in_32(&in);
    facts->postings = yz_in_32(&in);
    facts->seekers = yz_in_32(&in);
    return in.why == NULL;
}

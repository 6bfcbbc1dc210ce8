/* The lists behind pairs.h: entries by posting, links by seeker, records beside. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/market/print_bytes.h"

void pairs_init(yz_market *m) {
    yz_slab_init(&m->posting_pairs, sizeof(posting_pairs *));
    yz_slab_init(&m->seeker_links, sizeof(seeker_links *));
    yz_slab_init(&m->referrals, sizeof(referral));
    due_init(&m->holds, NULL);
    m->texts = yz_ids_new(m->options.hash_key);
}

static posting_pairs **pairs_slot(const yz_market *m, uint32_t posting) {
    return yz_slab_at(&m->posting_pairs, posting);
}

static seeker_links **links_slot(const yz_market *m, uint32_t seeker) {
    return yz_slab_at(&m->seeker_links, seeker);
}

void pairs_deinit(yz_market *m) {
    for (uint32_t row = 0; row < yz_ids_count(m->posting_ids); row++) {
        posting_pairs *p = *pairs_slot(m, row);
        if (p == NULL) continue;
        if (p->room > PAIRS_CHUNK) {
            for (uint32_t i = 0; i < p->room / PAIRS_CHUNK; i++)
                yz_free(p->chunk[i]);
            yz_free(p->chunk);
        } else {
            yz_free(p->few);
        }
        yz_free(p->rounds);
        yz_free(p);
    }
    for (uint32_t row = 0; row < yz_ids_count(m->seeker_ids); row++)
        yz_free(*links_slot(m, row));
    yz_slab_deinit(&m->posting_pairs);
    yz_slab_deinit(&m->seeker_links);
    yz_slab_deinit(&m->referrals);
    due_deinit(&m->holds);
    yz_ids_free(m->texts);
}

void pairs_reserve_posting(yz_market *m, uint32_t posting) {
    yz_slab_reserve(&m->posting_pairs, posting);
}

void pairs_reserve_seeker(yz_market *m, uint32_t seeker) {
    yz_slab_reserve(&m->seeker_links, seeker);
}

posting_pairs *pairs_of(const yz_market *m, uint32_t posting) {
    return *pairs_slot(m, posting);
}

posting_pairs *pairs_made(yz_market *m, uint32_t posting) {
    posting_pairs **slot = pairs_slot(m, posting);
    if (*slot == NULL) {
        *slot = yz_alloc_zeroed(sizeof **slot);
        m->pairs_bytes += sizeof **slot;
    }
    return *slot;
}

seeker_links *links_of(const yz_market *m, uint32_t seeker) {
    return *links_slot(m, seeker);
}

uint32_t pairs_taken(const posting_pairs *p) {
    return p == NULL ? 0 : p->held + p->placed + p->filled;
}

// ---- growing ----

// Room in steps of the allocator's: 2 up to 16, then four for each doubling.
static uint32_t more_room(uint32_t room) {
    uint32_t step = 2;
    while (room >= 8 * step)
        step *= 2;
    return (room / step + 1) * step;
}

static void grow_few(yz_market *m, posting_pairs *p, uint32_t room) {
    if (room > PAIRS_CHUNK) room = PAIRS_CHUNK;
    m->pairs_bytes += (room - p->room) * sizeof *p->few;
    p->few = yz_realloc(p->few, room * sizeof *p->few);
    p->room = room;
}

void pairs_expect(yz_market *m, posting_pairs *p, uint32_t more) {
    if (p->count + more > p->room && p->room < PAIRS_CHUNK) grow_few(m, p, p->count + more);
}

static void make_room(yz_market *m, posting_pairs *p) {
    if (p->count < p->room) return;
    if (p->room < PAIRS_CHUNK) {
        grow_few(m, p, more_room(p->room));
    } else {
        uint32_t chunks = p->room / PAIRS_CHUNK;
        told_entry *first = p->few;
        bool grow = (chunks & (chunks - 1)) == 0; // the list of chunks has room for powers of two
        if (grow) {
            told_entry **old = chunks == 1 ? NULL : p->chunk;
            p->chunk = yz_realloc(old, 2 * chunks * sizeof *p->chunk);
            if (chunks == 1) p->chunk[0] = first;
            m->pairs_bytes += (chunks == 1 ? 2 : chunks) * sizeof *p->chunk;
        }
        p->chunk[chunks] = yz_alloc(PAIRS_CHUNK * sizeof **p->chunk);
        p->room += PAIRS_CHUNK;
        m->pairs_bytes += PAIRS_CHUNK * sizeof(told_entry);
    }
}

static void link_up(yz_market *m, uint32_t seeker, pair_link link) {
    seeker_links **slot = links_slot(m, seeker), *links = *slot;
    if (links == NULL || links->count == links->room) {
        uint32_t count = links == NULL ? 0 : links->count;
        uint32_t room = more_room(count + 1) - 1; // one less, for the head
        links = *slot = yz_realloc(links, sizeof *links + room * sizeof links->link[0]);
        links->count = count;
        links->room = room & (UINT32_MAX >> 1);
        if (count == 0) links->may_be_live = 0;
        m->pairs_bytes += (room - count) * sizeof links->link[0];
        if (count == 0) m->pairs_bytes += sizeof *links;
    }
    links->link[links->count++] = link;
}

uint32_t pair_add(yz_market *m, uint32_t seeker, uint32_t posting, uint32_t word) {
    posting_pairs *p = pairs_made(m, posting);
    make_room(m, p);
    uint32_t place = p->count++;
    *pairs_entry(p, place) = (told_entry){seeker, word};
    link_up(m, seeker, (pair_link){posting, place});
    m->pair_count += 1;
    return place;
}

uint32_t round_add(yz_market *m, posting_pairs *p, told_round round) {
    uint32_t count = p->round_count;
    if ((count & (count - 1)) == 0) {
        uint32_t room = count == 0 ? 1 : 2 * count;
        p->rounds = yz_realloc(p->rounds, room * sizeof *p->rounds);
        m->pairs_bytes += (room - count) * sizeof *p->rounds;
    }
    p->rounds[count] = round;
    if ((round.what & 7) == 0) p->last_fit = count + 1;
    return p->round_count++;
}

uint32_t record_add(yz_market *m, uint32_t seeker, uint32_t posting) {
    uint32_t number = m->referral_count++;
    yz_slab_reserve(&m->referrals, number);
    *referral_at(m, number) = (referral){
        .seeker = seeker, .posting = posting, .source = YZ_ROW_NONE, .venue = YZ_ROW_NONE};
    return number;
}

// ---- one pair ----

uint32_t pair_place(const seeker_links *links, uint32_t posting) {
    if (links == NULL) return YZ_ROW_NONE;
    for (uint32_t i = links->count; i-- > 0;) { // what is asked for is mostly young
        if (links->link[i].posting == posting) return links->link[i].place;
    }
    return YZ_ROW_NONE;
}

pair pair_at(const yz_market *m, uint32_t posting, uint32_t place) {
    const posting_pairs *pairs = pairs_of(m, posting);
    told_entry *entry = pairs_entry(pairs, place);
    pair p = {.seeker = entry->seeker, .posting = posting, .entry = entry};
    uint32_t number = entry->word & ENTRY_NUMBER;
    if (entry->word & ENTRY_RECORD) {
        p.record = referral_at(m, number);
    } else {
        p.round = &pairs->rounds[number];
    }
    return p;
}

bool pair_find(const yz_market *m, uint32_t seeker, uint32_t posting, pair *out) {
    uint32_t place = pair_place(links_of(m, seeker), posting);
    if (place == YZ_ROW_NONE) return false;
    *out = pair_at(m, posting, place);
    return true;
}

static bool is_gone(const told_round *round) {
    return (round->what & 7) != 0;
}

yz_step pair_step(const pair *p) {
    if (p->record != NULL) return (yz_step)p->record->step;
    return is_gone(p->round) ? YZ_STEP_UNTOLD : YZ_STEP_TOLD;
}

uint32_t pair_epoch(const pair *p) {
    return p->record != NULL ? p->record->epoch : p->round->epoch;
}

telling pair_telling(const pair *p) {
    if (p->record != NULL) return (telling)p->record->telling;
    if (is_gone(p->round)) return TELLING_UNTOLD;
    return p->entry->word & ENTRY_LET_GO ? TELLING_LET_GO : TELLING_LIVE;
}

bool pair_stands(const posting_pairs *pairs, const pair *p) {
    const referral *r = p->record;
    return r != NULL && r->telling == TELLING_LIVE && r->step > YZ_STEP_VIEWED && r->epoch != 0 &&
           r->epoch == pairs->told_epoch;
}

void pair_set_telling(posting_pairs *pairs, pair *p, telling now) {
    telling before = pair_telling(p);
    bool stood = pair_stands(pairs, p);
    pairs->live += (now == TELLING_LIVE) - (uint32_t)(before == TELLING_LIVE);
    if (pairs->live == 0) pairs->changed = false;
    if (p->record != NULL) {
        p->record->telling = (uint8_t)now;
        pairs->standing += (uint32_t)pair_stands(pairs, p) - stood;
        return;
    }
    yz_check(now == TELLING_LIVE || now == TELLING_LET_GO);
    p->entry->word &= ~ENTRY_LET_GO;
    if (now == TELLING_LET_GO) p->entry->word |= ENTRY_LET_GO;
}

void pair_enrich(yz_market *m, pair *p) {
    if (p->record != NULL) return;
    uint32_t number = record_add(m, p->seeker, p->posting);
    referral *r = referral_at(m, number);
    r->at_ms = p->round->at_ms;
    r->epoch = p->round->epoch;
    r->step = (uint8_t)pair_step(p);
    r->gone = (uint8_t)(p->round->what & 7);
    r->telling = (uint8_t)pair_telling(p);
    p->entry->word = ENTRY_RECORD | number;
    p->record = r;
    p->round = NULL;
}

// ---- fingerprints ----

// Who was only told is one of many: no bytes are strung together for that.
static yz_print light_print(yz_print seeker, yz_print posting, uint64_t content) {
    yz_print sum;
    for (int i = 0; i < 2; i++) {
        sum.words[i] = yz_mix(seeker.words[i] + yz_mix(posting.words[i] + yz_mix(content * 2 + 1)));
    }
    return sum;
}

static void put_print(unsigned char *buffer, size_t *size, yz_print print) {
    print_put(buffer, size, print.words[0]);
    print_put(buffer, size, print.words[1]);
}

yz_print pair_print(const yz_market *m, yz_print seeker, yz_print posting, const pair *p) {
    const referral *r = p->record;
    if (r == NULL) return light_print(seeker, posting, p->entry->word & ENTRY_NUMBER);
    telling told = r->telling == TELLING_LET_GO ? TELLING_LIVE : (telling)r->telling;
    yz_text source = market_text(m, r->source);
    unsigned char buffer[14 * 8 + 2 * YZ_ID_BYTES_MAX];
    size_t size = 0;
    print_put(buffer, &size, 'L');
    put_print(buffer, &size, seeker);
    put_print(buffer, &size, posting);
    print_put(buffer, &size, (uint64_t)r->at_ms);
    print_put(buffer, &size, (uint64_t)r->until_ms);
    print_put(buffer, &size, (uint64_t)r->started_ms);
    print_put(buffer, &size, (uint64_t)r->ended_ms);
    print_put(buffer, &size, (uint64_t)r->epoch << 32 | r->completed);
    print_put(buffer, &size,
              (uint64_t)r->step | (uint64_t)r->reason << 8 | (uint64_t)r->gone << 16 |
                  (uint64_t)told << 24 | (uint64_t)r->was_placed << 32 |
                  (uint64_t)r->moved_seeker << 33 | (uint64_t)r->replied << 34);
    print_put(buffer, &size, source.size);
    if (source.size > 0) memcpy(buffer + size, source.bytes, source.size);
    size += source.size;
    if (r->venue != YZ_ROW_NONE) { // what nobody said does not enter
        yz_text venue = yz_ids_text(m->venues.ids, r->venue);
        print_put(buffer, &size, 'V');
        memcpy(buffer + size, venue.bytes, venue.size);
        size += venue.size;
    }
    return yz_print_of(buffer, size);
}

yz_print pair_print_of(const yz_market *m, const pair *p) {
    return pair_print(m, id_print(m->seeker_ids, p->seeker), id_print(m->posting_ids, p->posting),
                      p);
}

yz_print round_print(yz_print posting, uint32_t number, const told_round *round) {
    unsigned char buffer[6 * 8];
    size_t size = 0;
    print_put(buffer, &size, 'T');
    put_print(buffer, &size, posting);
    print_put(buffer, &size, (uint64_t)round->at_ms);
    print_put(buffer, &size, (uint64_t)round->epoch << 32 | round->what);
    print_put(buffer, &size, number);
    return yz_print_of(buffer, size);
}

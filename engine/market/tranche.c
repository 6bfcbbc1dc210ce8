/* Finding who is told, slice by slice: search in parts, score, hand out. */
#include "engine/market/tranche_inner.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"
#include "engine/market/desk.h"
#include "engine/match/pair.h"

#define PART_ENTRIES 4096u // people of a list that are searched at once,
#define PART_LEAST 256u    // or fewer if a slice is to be so small
#define ONE_IS 16u         // entries' worth of scoring one person
#define SPARE 24u          // more than wanted, for those who change meanwhile
#define AHEAD 16u          // records asked of memory before they are read
#define WORDS_AHEAD 2u     // the same in words of 64 rows

typedef enum stage { STAGE_PLAN, STAGE_SEARCH, STAGE_SCORE, STAGE_READY } stage;

struct yz_tranche {
    stage stage;
    bool gone, stale, few;
    uint32_t posting, version, epoch, switches;
    uint64_t sequence; // of the market when it began
    uint32_t want, given;
    bool (*skip)(const void *context, uint32_t seeker);
    const void *context;
    // the search
    yz_seekers_part *parts; // owned
    uint32_t part_count, part_room, part_next, part_entries;
    yz_seekers_found found; // its rows are owned
    yz_topk top;
    yz_topk_place *heap; // owned, as the next: YZ_TRANCHE_FEW_MAX + SPARE
    yz_hit *hits;
    /* Who was found, a bit for each row: read in the order of rows, records come from memory one
     * after the other, and who was found twice stands there once. */
    uint64_t *bits; // owned
    uint32_t words, word_room;
    uint64_t scored; // words, or entries of the posting
    // the choice
    ranking ranking;
    uint32_t next, last_row;
    bool was_full; // the few: there may be more than those that were kept
};

yz_tranche *yz_tranche_new(void) {
    return yz_alloc_zeroed(sizeof(yz_tranche));
}

void yz_tranche_free(yz_tranche *t) {
    if (t == NULL) return;
    yz_free(t->parts);
    yz_free(t->found.rows);
    yz_free(t->bits);
    yz_free(t->heap);
    yz_free(t->hits);
    ranking_deinit(&t->ranking);
    yz_free(t);
}

static void begin(yz_tranche *t, const yz_market *m, uint32_t posting, bool gone) {
    const posting_cold *cold = cold_posting(m, posting);
    t->gone = gone;
    t->stale = t->was_full = false;
    t->posting = posting;
    t->version = cold->version;
    t->epoch = cold->epoch;
    t->switches = m->switches;
    t->sequence = m->sequence;
    t->part_count = t->part_next = t->given = t->next = 0;
    t->found.count = t->scored = 0;
    t->last_row = YZ_ROW_NONE;
    ranking_reset(&t->ranking, gone);
}

void yz_tranche_begin(yz_tranche *t, const yz_market *m, uint32_t posting, uint32_t want,
                      bool (*skip)(const void *context, uint32_t seeker), const void *context) {
    begin(t, m, posting, false);
    t->stage = STAGE_PLAN;
    t->want = want;
    t->skip = skip;
    t->context = context;
    t->few = want <= YZ_TRANCHE_FEW_MAX;
    t->found.wants_rows = !t->few;
    t->found.top = t->few ? &t->top : NULL;
    if (!t->few) return;
    if (t->heap == NULL) {
        t->heap = yz_alloc((YZ_TRANCHE_FEW_MAX + SPARE) * sizeof *t->heap);
        t->hits = yz_alloc((YZ_TRANCHE_FEW_MAX + SPARE) * sizeof *t->hits);
    }
    uint32_t k = want == 0 ? 0 : want + SPARE;
    yz_topk_init(&t->top, m->seeker_ids, t->heap, t->hits, k, (yz_after){0});
}

void yz_tranche_begin_gone(yz_tranche *t, const yz_market *m, uint32_t posting) {
    begin(t, m, posting, true);
    t->stage = STAGE_SCORE;
    t->want = YZ_TRANCHE_ALL;
    t->few = false;
}

bool yz_tranche_stale(const yz_tranche *t, const yz_market *m) {
    return t->stale || cold_posting(m, t->posting)->version != t->version ||
           m->switches != t->switches;
}

// ---- who may be told ----

static bool was_told(const yz_market *m, uint32_t seeker, uint32_t posting, uint32_t epoch) {
    pair p;
    const posting_pairs *pairs = pairs_of(m, posting);
    if (pairs == NULL || pairs->count == 0 || !pair_find(m, seeker, posting, &p)) return false;
    return pair_epoch(&p) == epoch || yz_step_takes_opening(pair_step(&p));
}

// Open, wants push, and was not told: whether it fits is another question.
static bool may_hear(const yz_market *m, uint32_t seeker, uint32_t posting, uint32_t epoch) {
    const seeker_cold *cold = cold_seeker(m, seeker);
    return cold->wants_push && seeker_is_found(cold) && !was_told(m, seeker, posting, epoch);
}

typedef struct asking {
    const yz_tranche *tranche;
    const yz_market *market;
} asking;

static bool may_hit(const void *context, uint32_t row) {
    const asking *a = context;
    const yz_tranche *t = a->tranche;
    if (!may_hear(a->market, row, t->posting, t->epoch)) return false;
    return t->skip == NULL || !t->skip(t->context, row);
}

static bool fits(const yz_market *m, uint32_t seeker, uint32_t posting) {
    return yz_pair_fits(packed_seeker(m, seeker), packed_posting(m, posting), m->weights,
                        m->profile.coverage_permille);
}

static double score_of(const yz_market *m, uint32_t seeker, uint32_t posting) {
    return yz_pair_score(packed_seeker(m, seeker), packed_posting(m, posting), m->weights,
                         &m->profile, NULL, NULL);
}

static chosen chosen_of(const yz_market *m, uint32_t row, double score, uint32_t mark) {
    yz_text id = yz_ids_text(m->seeker_ids, row);
    return (chosen){
        .score = score, .id = id.bytes, .id_size = (uint8_t)id.size, .row = row, .mark = mark};
}

static void choose(yz_tranche *t, const yz_market *m, uint32_t row, uint32_t mark) {
    ranking_add(&t->ranking, chosen_of(m, row, score_of(m, row, t->posting), mark));
}

// ---- slices ----

// What choosing this one will read.
static void ask_for(const yz_market *m, uint32_t row) {
    __builtin_prefetch(packed_seeker(m, row));
    __builtin_prefetch(cold_seeker(m, row));
    yz_ids_prefetch(m->seeker_ids, row);
    __builtin_prefetch(yz_slab_at(&m->seeker_links, row));
}

static void plan(yz_tranche *t, const yz_market *m, yz_desk *desk, uint32_t work) {
    t->part_entries = work > PART_ENTRIES ? PART_ENTRIES : work < PART_LEAST ? PART_LEAST : work;
    yz_match_state state = market_match_state(m);
    yz_match_options options = {0};
    const yz_packed_posting *posting = packed_posting(m, t->posting);
    for (;;) {
        t->part_count = yz_seekers_parts(&state, desk->scratch, posting, &options, t->part_entries,
                                         t->parts, t->part_room);
        if (t->part_count <= t->part_room) break;
        t->part_room = t->part_count + 64;
        t->parts = yz_realloc(t->parts, t->part_room * sizeof *t->parts);
    }
    t->stage = STAGE_SEARCH;
}

// The best have been found. Who has changed since is weighed anew.
static void take_few(yz_tranche *t, const yz_market *m) {
    bool changed = m->sequence != t->sequence;
    t->was_full = t->top.count == t->top.k;
    for (uint32_t i = 0; i < t->top.count; i++) {
        uint32_t row = t->top.heap[i].row;
        __builtin_prefetch(cold_seeker(m, row));
        yz_ids_prefetch(m->seeker_ids, row);
    }
    for (uint32_t i = 0; i < t->top.count; i++) {
        uint32_t row = t->top.heap[i].row;
        const seeker_cold *cold = cold_seeker(m, row);
        if (changed && !(seeker_is_found(cold) && fits(m, row, t->posting))) continue;
        double score = changed ? score_of(m, row, t->posting) : t->top.heap[i].score;
        ranking_add(&t->ranking, chosen_of(m, row, score, cold->version));
    }
    t->stage = STAGE_READY;
}

static void note_rows(yz_tranche *t, const yz_market *m) {
    t->words = yz_market_seeker_rows(m) / 64 + 1;
    if (t->words > t->word_room) {
        yz_free(t->bits);
        t->word_room = t->words + t->words / 8;
        t->bits = yz_alloc(t->word_room * sizeof *t->bits);
    }
    memset(t->bits, 0, t->words * sizeof *t->bits);
    uint64_t twice = 0;
    for (uint64_t i = 0; i < t->found.count; i++) {
        uint64_t *word = &t->bits[t->found.rows[i] / 64], bit = 1ull << t->found.rows[i] % 64;
        twice += (*word & bit) != 0;
        *word |= bit;
    }
    t->found.count -= twice;
    t->stage = STAGE_SCORE;
}

static void search(yz_tranche *t, const yz_market *m, yz_desk *desk, uint32_t work) {
    yz_match_state state = market_match_state(m);
    asking who = {t, m};
    yz_match_options options = {.may_hit = may_hit, .hit_context = &who};
    uint32_t count = work / t->part_entries > 0 ? work / t->part_entries : 1;
    if (count > t->part_count - t->part_next) count = t->part_count - t->part_next;
    if (count > 0) {
        yz_seekers_search_parts(&state, desk->scratch, packed_posting(m, t->posting), &options,
                                t->parts + t->part_next, count, &t->found);
    }
    t->part_next += count;
    if (t->part_next < t->part_count) return;
    if (t->few) {
        take_few(t, m);
    } else {
        note_rows(t, m);
    }
}

static void ask_for_word(const yz_tranche *t, const yz_market *m, uint64_t word) {
    if (word >= t->words) return;
    for (uint64_t bits = t->bits[word]; bits != 0; bits &= bits - 1) {
        uint32_t row = (uint32_t)word * 64 + (uint32_t)__builtin_ctzll(bits);
        ask_for(m, row);
    }
}

static void score_rows(yz_tranche *t, const yz_market *m, uint32_t work) {
    asking who = {t, m};
    bool changed = m->sequence != t->sequence;
    uint32_t left = work / ONE_IS > 0 ? work / ONE_IS : 1;
    for (; left > 0 && t->scored < t->words; t->scored++) {
        ask_for_word(t, m, t->scored + WORDS_AHEAD);
        for (uint64_t bits = t->bits[t->scored]; bits != 0; bits &= bits - 1) {
            uint32_t row = (uint32_t)t->scored * 64 + (uint32_t)__builtin_ctzll(bits);
            left -= left > 0;
            if (!may_hit(&who, row) || (changed && !fits(m, row, t->posting))) continue;
            choose(t, m, row, cold_seeker(m, row)->version);
        }
        if (t->bits[t->scored] == 0) left -= (t->scored & 63) == 0;
    }
    if (t->scored == t->words) t->stage = STAGE_READY;
}

static void score_owed(yz_tranche *t, const yz_market *m, uint32_t work) {
    const posting_pairs *pairs = pairs_of(m, t->posting);
    uint64_t all = pairs == NULL ? 0 : pairs->count;
    uint64_t end = t->scored + (work / ONE_IS > 0 ? work / ONE_IS : 1);
    if (end > all) end = all;
    for (uint64_t i = t->scored; i < end; i++) {
        if (i + AHEAD < end) {
            ask_for(m, pairs_entry(pairs, (uint32_t)i + AHEAD)->seeker);
        }
        pair p = pair_at(m, t->posting, (uint32_t)i);
        if (pair_telling(&p) != TELLING_LIVE) continue;
        if (yz_market_told_state(m, p.seeker, t->posting) != YZ_TOLD_OWED) continue;
        choose(t, m, p.seeker, pair_epoch(&p));
        t->found.count += 1;
    }
    t->scored = end;
    if (end == all) t->stage = STAGE_READY;
}

bool yz_tranche_step(yz_tranche *t, const yz_market *m, yz_desk *desk, uint32_t work) {
    if (yz_tranche_stale(t, m)) t->stale = true;
    if (t->stale || t->stage == STAGE_READY) return false;
    if (t->stage == STAGE_PLAN) plan(t, m, desk, work);
    if (t->stage == STAGE_SEARCH) {
        search(t, m, desk, work);
    } else if (t->gone) {
        score_owed(t, m, work);
    } else {
        score_rows(t, m, work);
    }
    return t->stage != STAGE_READY;
}

// ---- handing out ----

void yz_tranche_rank(yz_tranche *t, uint32_t count) {
    uint32_t left = t->ranking.count - t->next;
    ranking_sort(&t->ranking, t->next + (count < left ? count : left));
}

static void fill(const yz_market *m, const chosen *one, uint32_t epoch, yz_tranche_pick *pick) {
    const seeker_cold *cold = cold_seeker(m, one->row);
    *pick = (yz_tranche_pick){.score = one->score,
                              .seeker = {one->id, one->id_size},
                              .row = one->row,
                              .version = cold->version,
                              .epoch = epoch,
                              .push_per_day = cold->push_per_day,
                              .quiet_from = cold->quiet_from,
                              .quiet_to = cold->quiet_to};
}

static bool still_holds(const yz_tranche *t, const yz_market *m, const chosen *one) {
    if (t->gone) return yz_market_told_state(m, one->row, t->posting) == YZ_TOLD_OWED;
    return cold_seeker(m, one->row)->version == one->mark &&
           may_hear(m, one->row, t->posting, t->epoch);
}

uint32_t yz_tranche_take(yz_tranche *t, const yz_market *m, yz_tranche_pick *picks, uint32_t room) {
    uint32_t count = 0;
    if (yz_tranche_stale(t, m)) t->stale = true;
    if (t->stale || t->stage != STAGE_READY) return 0;
    for (; t->next < t->ranking.sorted && count < room && t->given < t->want; t->next++) {
        const chosen *one = &t->ranking.list[t->next];
        if (t->next + 2 * AHEAD < t->ranking.sorted) {
            const char *cold = (const char *)cold_seeker(m, one[2 * AHEAD].row);
            __builtin_prefetch(cold);
            __builtin_prefetch(cold + sizeof(seeker_cold) - 1);
            __builtin_prefetch(yz_slab_at(&m->seeker_links, one[2 * AHEAD].row));
            __builtin_prefetch(links_of(m, one[AHEAD].row));
        }
        uint32_t epoch = t->gone ? one->mark : t->epoch;
        if (count > 0 && picks[0].epoch != epoch) break;
        if (one->row == t->last_row || !still_holds(t, m, one)) continue;
        t->last_row = one->row;
        fill(m, one, epoch, &picks[count++]);
        t->given += 1;
    }
    return count;
}

uint64_t yz_tranche_count(const yz_tranche *t) {
    return t->found.count;
}

uint64_t yz_tranche_left(const yz_tranche *t) {
    uint64_t left = t->stage == STAGE_READY ? t->ranking.count - t->next : 0;
    return left < t->want - t->given ? left : t->want - t->given;
}

bool yz_tranche_fell_short(const yz_tranche *t) {
    return t->was_full && t->given < t->want && t->next == t->ranking.count;
}

// ---- of a posting, of a pair ----

yz_posting_push yz_market_posting_push(const yz_market *m, uint32_t row) {
    const posting_cold *cold = cold_posting(m, row);
    yz_posting_push p = {
        .id = yz_ids_text(m->posting_ids, row),
        .state = (yz_record_state)cold->state,
        .version = cold->version,
        .epoch = cold->epoch,
        .openings = cold->openings,
        .push_k = cold->push_k != 0 ? cold->push_k : YZ_PUSH_K,
        .push_lag_minutes =
            cold->push_lag_minutes != 0 ? cold->push_lag_minutes : YZ_PUSH_LAG_MINUTES,
        .told = yz_market_posting_told(m, row),
    };
    uint32_t taken = p.told.held + p.told.placed + p.told.filled;
    p.free = taken < p.openings ? p.openings - taken : 0;
    return p;
}

bool yz_market_may_tell(const yz_market *m, uint32_t seeker, uint32_t posting,
                        yz_tranche_pick *pick) {
    const posting_cold *cold = cold_posting(m, posting);
    if (cold->state != YZ_STATE_OPEN || !may_hear(m, seeker, posting, cold->epoch)) return false;
    if (!fits(m, seeker, posting)) return false;
    chosen one = chosen_of(m, seeker, score_of(m, seeker, posting), 0);
    fill(m, &one, cold->epoch, pick);
    return true;
}

uint64_t yz_market_pushers(const yz_market *m) {
    return m->pushers;
}

uint32_t yz_market_told_since(const yz_market *m, uint32_t seeker, int64_t from_ms) {
    yz_referral_view views[32];
    uint32_t count = 0, at = 0, got;
    while ((got = yz_market_referrals_of_seeker(m, seeker, at, views, 32)) > 0) {
        for (uint32_t i = 0; i < got; i++)
            count += views[i].epoch != 0 && views[i].at_ms >= from_ms;
        at += got;
    }
    return count;
}

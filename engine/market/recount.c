/* Watching: what each command did, seen through the market's views. */
#include "engine/base/alloc.h"
#include "engine/market/recount_inner.h"
#include "engine/model/time.h"

#include <string.h>

#define ARENA_BYTES ((size_t)1 << 20) // the longest lists of a record take a few KB

// ---- lists and names ----

void recount_room(void **at, uint32_t *room, uint32_t count, size_t size) {
    if (count == *room) {
        *room = *room == 0 ? 4 : *room * 2;
        *at = yz_realloc(*at, *room * size);
    }
    memset((char *)*at + count * size, 0, size);
}

static yz_text marked(yz_text text, char *room) {
    room[0] = '=';
    if (text.size > 0) memcpy(room + 1, text.bytes, text.size);
    return (yz_text){room, text.size + 1};
}

uint32_t recount_find(const yz_recount *r, yz_text text) {
    char room[256];
    return yz_ids_find(r->names, marked(text, room));
}

uint32_t recount_name(yz_recount *r, yz_text text) {
    char room[256];
    uint32_t name = recount_find(r, text);
    return name != YZ_ROW_NONE ? name : yz_ids_add(r->names, marked(text, room));
}

yz_text recount_text(const yz_recount *r, uint32_t name) {
    yz_text text = yz_ids_text(r->names, name);
    return (yz_text){text.bytes + 1, text.size - 1};
}

yz_recount *yz_recount_new(void) {
    yz_recount *r = yz_alloc_zeroed(sizeof *r);
    yz_hash_key key = {1, 2};
    r->names = yz_ids_new(key);
    r->seeker_ids = yz_ids_new(key);
    r->posting_ids = yz_ids_new(key);
    r->arena = yz_arena_new(ARENA_BYTES);
    recount_name(r, YZ_TEXT(""));
    return r;
}

void yz_recount_free(yz_recount *r) {
    if (r == NULL) return;
    for (uint32_t i = 0; i < r->seekers.count; i++)
        yz_free(r->seekers.at[i].states.at);
    for (uint32_t i = 0; i < r->postings.count; i++)
        yz_free(r->postings.at[i].states.at);
    yz_free(r->seekers.at);
    yz_free(r->postings.at);
    yz_free(r->steps.at);
    yz_free(r->told.at);
    yz_free(r->venues.at);
    for (uint32_t i = 0; i < r->venue_stories.count; i++) {
        yz_free(r->venue_stories.at[i].seen.at);
        yz_free(r->venue_stories.at[i].steps.at);
        yz_free(r->venue_stories.at[i].gigs.at);
    }
    yz_free(r->venue_stories.at);
    yz_free(r->venue_numbers.at);
    yz_free(r->rows.at);
    yz_ids_free(r->names);
    yz_ids_free(r->seeker_ids);
    yz_ids_free(r->posting_ids);
    yz_arena_free(r->arena);
    yz_free(r);
}

// The name of an occupation; which row it has is kept, since an entry may be deleted.
static uint32_t name_occupation(yz_recount *r, const yz_market *m, yz_text id) {
    uint32_t name = recount_name(r, id);
    yz_entry_view entry;
    while (r->rows.count <= name)
        *LIST_ADD(r->rows) = YZ_ROW_NONE;
    if (id.size > 0 && yz_market_entry(m, YZ_OCCUPATIONS, id, &entry)) r->rows.at[name] = entry.row;
    return name;
}

// ---- records as they stand ----

static seeker_story *story_of_seeker(yz_recount *r, yz_text id) {
    uint32_t number = yz_ids_find(r->seeker_ids, id);
    if (number != YZ_ROW_NONE) return &r->seekers.at[number];
    yz_ids_add(r->seeker_ids, id);
    seeker_story *story = LIST_ADD(r->seekers);
    story->name = recount_name(r, id);
    return story;
}

static posting_story *story_of_posting(yz_recount *r, yz_text id) {
    uint32_t number = yz_ids_find(r->posting_ids, id);
    if (number != YZ_ROW_NONE) return &r->postings.at[number];
    yz_ids_add(r->posting_ids, id);
    posting_story *story = LIST_ADD(r->postings);
    story->name = recount_name(r, id);
    return story;
}

static venue_story *story_of_venue(yz_recount *r, uint32_t name) {
    while (r->venue_numbers.count <= name)
        *LIST_ADD(r->venue_numbers) = UINT32_MAX;
    uint32_t *number = &r->venue_numbers.at[name];
    if (*number == UINT32_MAX) {
        *number = r->venue_stories.count;
        (void)LIST_ADD(r->venue_stories);
    }
    return &r->venue_stories.at[*number];
}

// full, part, gig, intern: the first of a set.
static uint8_t first_type(uint32_t types) {
    if (types & YZ_TYPE_FULL) return 0;
    if (types & YZ_TYPE_PART) return 1;
    if (types & YZ_TYPE_GIG) return 2;
    return types & YZ_TYPE_INTERN ? 3 : 0;
}

static seeker_state state_of_seeker(yz_recount *r, const yz_market *m, const yz_seeker_view *v) {
    const yz_seeker *s = &v->seeker;
    char person[1 + YZ_ID_BYTES_MAX];
    yz_text named = s->person.size > 0 ? s->person : s->id;
    // A person and a seeker may have the same id and be two.
    person[0] = s->person.size > 0 ? 'p' : 's';
    memcpy(person + 1, named.bytes, named.size);
    return (seeker_state){
        .person = recount_name(r, (yz_text){person, named.size + 1}),
        .cell = {recount_name(r, s->place.division), name_occupation(r, m, s->occupation),
                 s->primary_group, first_type(s->types)},
        .open = v->state == YZ_STATE_OPEN,
    };
}

static bool same_where(const where *a, const where *b) {
    return a->division == b->division && a->occupation == b->occupation && a->group == b->group &&
           a->type == b->type;
}

static void look_at_seeker(yz_recount *r, const yz_market *m, yz_text id, int64_t at_ms,
                           bool registers) {
    yz_arena_reset(r->arena);
    yz_seeker_view v;
    if (yz_market_seeker(m, id, r->arena, &v)) {
        seeker_state now = state_of_seeker(r, m, &v);
        seeker_story *story = story_of_seeker(r, id);
        const seeker_state *last =
            story->states.count == 0 ? NULL : &story->states.at[story->states.count - 1];
        bool same = last != NULL && !registers && last->open == now.open &&
                    last->person == now.person && same_where(&last->cell, &now.cell);
        if (!same) {
            now.order = ++r->order;
            now.at_ms = at_ms;
            now.registers = registers;
            *LIST_ADD(story->states) = now;
        }
    }
}

static void look_at_posting(yz_recount *r, const yz_market *m, yz_text id, int64_t at_ms,
                            bool begins) {
    yz_arena_reset(r->arena);
    yz_posting_view v;
    if (yz_market_posting(m, id, r->arena, &v)) {
        yz_posting_told told = yz_market_posting_told(m, v.row);
        yz_venue_view venue;
        bool is_there = yz_market_venue(m, v.posting.station, &venue);
        posting_state now = {
            .employer = recount_name(r, v.posting.employer),
            .venue = is_there ? recount_name(r, v.posting.station) : 0,
            .cell = {recount_name(r, v.posting.place.division),
                     name_occupation(r, m, v.posting.occupation), 0, first_type(v.posting.type)},
            .openings = v.posting.openings,
            .filled = told.placed + told.filled,
            .open = v.state == YZ_STATE_OPEN,
            .begins = begins,
        };
        posting_story *story = story_of_posting(r, id);
        if (begins) story->may_be_posted = true;
        if (now.open && story->may_be_posted) {
            now.posted = true;
            story->may_be_posted = false;
        }
        if (now.posted && now.venue != 0 && now.cell.type == 2)
            *LIST_ADD(story_of_venue(r, now.venue)->gigs) = (posted_gig){at_ms, now.openings};
        now.order = ++r->order;
        now.at_ms = at_ms;
        *LIST_ADD(story->states) = now;
    }
}

// ---- before and after ----

static void before_step(yz_recount *r, const yz_market *m, const yz_command *c) {
    yz_arena_reset(r->arena);
    yz_referral_view referral;
    yz_seeker_view seeker;
    r->from = YZ_STEP_NONE;
    if (yz_market_referral(m, c->referral.seeker, c->referral.posting, &referral)) {
        r->from = referral.step;
    }
    r->about = (seen_step){0};
    if (yz_market_seeker(m, c->referral.seeker, r->arena, &seeker)) {
        seeker_state now = state_of_seeker(r, m, &seeker);
        r->about.person = now.person;
        r->about.seeker_cell = now.cell;
        r->about.seeker_open = now.open;
    }
}

void yz_recount_before(yz_recount *r, const yz_market *m, const yz_command *c) {
    yz_arena_reset(r->arena);
    yz_posting_view posting;
    yz_seeker_view seeker;
    r->was_there = r->was_over = false;
    switch (c->type) {
    case YZ_COMMAND_SEEKER_PUT:
        r->was_there = yz_market_seeker(m, c->seeker_put.seeker.id, r->arena, &seeker);
        r->was_over = r->was_there && seeker.state == YZ_STATE_CLOSED;
        break;
    case YZ_COMMAND_POSTING_PUT:
        r->was_there = yz_market_posting(m, c->posting_put.posting.id, r->arena, &posting);
        r->was_over =
            r->was_there && (posting.state == YZ_STATE_CLOSED || posting.state == YZ_STATE_EXPIRED);
        break;
    case YZ_COMMAND_REFERRAL_STEP: before_step(r, m, c); break;
    default: break;
    }
}

static void after_step(yz_recount *r, const yz_market *m, const yz_command *c) {
    yz_referral_view v;
    if (!yz_market_referral(m, c->referral.seeker, c->referral.posting, &v)) return;
    yz_arena_reset(r->arena);
    yz_posting_view posting;
    yz_venue_view venue;
    yz_market_posting(m, c->referral.posting, r->arena, &posting);
    seen_step *step = LIST_ADD(r->steps);
    *step = r->about;
    step->order = ++r->order;
    step->at_ms = c->at_ms;
    step->seeker = yz_ids_find(r->seeker_ids, c->referral.seeker);
    step->posting = yz_ids_find(r->posting_ids, c->referral.posting);
    step->from = (uint8_t)r->from;
    step->to = (uint8_t)c->referral.step;
    step->cell = (where){recount_name(r, posting.posting.place.division),
                         name_occupation(r, m, posting.posting.occupation), step->seeker_cell.group,
                         first_type(posting.posting.type)};
    if (v.venue.size > 0) {
        step->venue = recount_name(r, v.venue);
    } else if (yz_market_venue(m, posting.posting.station, &venue)) {
        step->venue = recount_name(r, posting.posting.station);
    }
    if (step->venue != 0) *LIST_ADD(story_of_venue(r, step->venue)->steps) = r->steps.count - 1;
    look_at_seeker(r, m, c->referral.seeker, c->at_ms, false);
    look_at_posting(r, m, c->referral.posting, c->at_ms, false);
}

static void after_tell(yz_recount *r, const yz_market *m, const yz_command *c) {
    if (c->tell.kind != YZ_TELL_FIT) return;
    yz_arena_reset(r->arena);
    yz_posting_view v;
    yz_market_posting(m, c->tell.posting, r->arena, &v);
    *LIST_ADD(r->told) = (seen_told){
        c->at_ms,
        {recount_name(r, v.posting.place.division), name_occupation(r, m, v.posting.occupation), 0,
         first_type(v.posting.type)},
        c->tell.count,
    };
}

static seen_at_venue *note_venue(yz_recount *r, const yz_market *m, yz_text id, int64_t at_ms) {
    yz_venue_view v;
    yz_market_venue(m, id, &v);
    uint32_t name = recount_name(r, id), division = recount_name(r, v.venue.place.division);
    *LIST_ADD(story_of_venue(r, name)->seen) = r->venues.count;
    seen_at_venue *seen = LIST_ADD(r->venues);
    seen->order = ++r->order;
    seen->at_ms = at_ms;
    seen->venue = name;
    seen->division = division;
    seen->venue_kind = (uint8_t)v.venue.kind;
    seen->channel = (uint8_t)v.venue.channel;
    seen->closed = v.state == YZ_STATE_CLOSED;
    seen->from_ms = v.venue.from_ms;
    seen->to_ms = v.venue.to_ms;
    return seen;
}

static void after_venue(yz_recount *r, const yz_market *m, const yz_command *c) {
    int64_t at_ms = c->at_ms;
    uint32_t what, booth;
    seen_at_venue *seen;
    switch (c->type) {
    case YZ_COMMAND_VENUE_PUT:
        note_venue(r, m, c->venue_put.venue.id, at_ms)->kind = SEEN_VENUE;
        break;
    case YZ_COMMAND_VENUE_CLOSE: note_venue(r, m, c->named.id, at_ms)->kind = SEEN_VENUE; break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        what = c->type == YZ_COMMAND_BOOTH_PUT ? recount_name(r, c->booth.employer) : 0;
        booth = recount_name(r, c->booth.id);
        seen = note_venue(r, m, c->booth.venue, at_ms);
        seen->kind = c->type == YZ_COMMAND_BOOTH_PUT ? SEEN_BOOTH : SEEN_NO_BOOTH;
        seen->what = what;
        seen->booth = booth;
        break;
    case YZ_COMMAND_VISIT:
        if (c->visit.step != YZ_VISIT_ENTER) break;
        what = recount_name(r, c->visit.ticket);
        seen = note_venue(r, m, c->visit.venue, at_ms);
        seen->kind = SEEN_ENTRY;
        seen->what = what;
        break;
    case YZ_COMMAND_QUEUE_STEP:
        if (c->queue.step != YZ_QUEUE_JOINED) break;
        what = recount_name(r, c->queue.seeker);
        seen = note_venue(r, m, c->queue.venue, at_ms);
        seen->kind = SEEN_JOINED;
        seen->what = what;
        break;
    default: break;
    }
}

static void after_effects(yz_recount *r, const yz_market *m, const yz_effects *effects,
                          int64_t at_ms) {
    for (uint32_t i = 0; i < effects->count; i++) {
        const yz_effect *e = &effects->list[i];
        if (e->kind == YZ_EFFECT_POSTING_OPENED || e->kind == YZ_EFFECT_POSTING_GONE) {
            look_at_posting(r, m, yz_market_posting_id(m, e->row), at_ms, false);
        }
        if (e->kind == YZ_EFFECT_SEEKER_OPENED || e->kind == YZ_EFFECT_SEEKER_GONE) {
            look_at_seeker(r, m, yz_market_seeker_id(m, e->row), at_ms, false);
        }
    }
}

void yz_recount_after(yz_recount *r, const yz_market *m, const yz_command *c,
                      const yz_outcome *outcome, const yz_effects *effects) {
    if (r->first_ms == 0) r->first_ms = c->at_ms;
    r->last_ms = c->at_ms;
    if (outcome->status != YZ_OK || outcome->repeated) return;
    if (c->type == YZ_COMMAND_TICK) {
        after_effects(r, m, effects, c->at_ms);
        return;
    }
    if (!outcome->changed) return;
    bool begins = !r->was_there || r->was_over;
    switch (c->type) {
    case YZ_COMMAND_SEEKER_PUT:
        look_at_seeker(r, m, c->seeker_put.seeker.id, c->at_ms, begins);
        break;
    case YZ_COMMAND_SEEKER_PATCH:
        look_at_seeker(r, m, c->seeker_put.seeker.id, c->at_ms, false);
        break;
    case YZ_COMMAND_SEEKER_PAUSE:
    case YZ_COMMAND_SEEKER_RESUME:
    case YZ_COMMAND_SEEKER_CLOSE: look_at_seeker(r, m, c->named.id, c->at_ms, false); break;
    case YZ_COMMAND_POSTING_PUT:
        look_at_posting(r, m, c->posting_put.posting.id, c->at_ms, begins);
        break;
    case YZ_COMMAND_POSTING_PATCH:
        look_at_posting(r, m, c->posting_put.posting.id, c->at_ms, false);
        break;
    case YZ_COMMAND_POSTING_PAUSE:
    case YZ_COMMAND_POSTING_RESUME:
    case YZ_COMMAND_POSTING_CLOSE: look_at_posting(r, m, c->named.id, c->at_ms, false); break;
    case YZ_COMMAND_REFERRAL_STEP: after_step(r, m, c); break;
    case YZ_COMMAND_TELL: after_tell(r, m, c); break;
    default: after_venue(r, m, c); break;
    }
    after_effects(r, m, effects, c->at_ms);
}

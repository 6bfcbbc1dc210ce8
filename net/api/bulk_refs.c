#include "net/api/bulk_refs.h"

#include "engine/base/alloc.h"
#include "engine/base/siphash.h"

#include <stdio.h>

static bool posting_refs(const yz_posting *p, bulk_ref each, void *context) {
    for (int32_t i = 0; i < p->required_count; i++) {
        if (!each(context, YZ_SKILLS, p->required[i].skill, "/required", i, "/skill")) return false;
    }
    for (int32_t i = 0; i < p->preferred_count; i++) {
        if (!each(context, YZ_SKILLS, p->preferred[i], "/preferred", i, "")) return false;
    }
    if (p->occupation.size > 0 &&
        !each(context, YZ_OCCUPATIONS, p->occupation, "/occupation", -1, "")) {
        return false;
    }
    if (p->place.division.size > 0 &&
        !each(context, YZ_DIVISIONS, p->place.division, "/place/division", -1, "")) {
        return false;
    }
    return p->employer.size == 0 || each(context, YZ_EMPLOYERS, p->employer, "/employer", -1, "");
}

static bool seeker_refs(const yz_seeker *s, bulk_ref each, void *context) {
    for (int32_t i = 0; i < s->skill_count; i++) {
        if (!each(context, YZ_SKILLS, s->skills[i].skill, "/skills", i, "/skill")) return false;
    }
    if (s->occupation.size > 0 &&
        !each(context, YZ_OCCUPATIONS, s->occupation, "/occupation", -1, "")) {
        return false;
    }
    if (s->place.division.size > 0 &&
        !each(context, YZ_DIVISIONS, s->place.division, "/place/division", -1, "")) {
        return false;
    }
    return s->person.size == 0 || each(context, YZ_PERSONS, s->person, "/person", -1, "");
}

bool bulk_refs_each(const yz_command *command, bulk_ref each, void *context) {
    if (command->type == YZ_COMMAND_POSTING_PUT) {
        return posting_refs(&command->posting_put.posting, each, context);
    }
    if (command->type == YZ_COMMAND_SEEKER_PUT) {
        return seeker_refs(&command->seeker_put.seeker, each, context);
    }
    if (command->type == YZ_COMMAND_PERSON_PUT) {
        yz_text division = command->person_put.person.division;
        return division.size == 0 || each(context, YZ_DIVISIONS, division, "/division", -1, "");
    }
    return true;
}

// ---- the check ----

typedef struct checking {
    const yz_market *market;
    yz_problem *problem;
} checking;

static bool is_known(void *context, yz_dictionary dictionary, yz_text id, const char *pointer,
                     int32_t index, const char *member) {
    static const yz_problem_code CODES[YZ_DICTIONARY_COUNT] = {
        [YZ_SKILLS] = YZ_PROBLEM_UNKNOWN_SKILL,
        [YZ_OCCUPATIONS] = YZ_PROBLEM_UNKNOWN_OCCUPATION,
        [YZ_DIVISIONS] = YZ_PROBLEM_UNKNOWN_DIVISION,
        [YZ_EMPLOYERS] = YZ_PROBLEM_UNKNOWN_EMPLOYER,
        [YZ_PERSONS] = YZ_PROBLEM_UNKNOWN_PERSON};
    checking *c = context;
    yz_entry_view view;
    if (yz_market_entry(c->market, dictionary, id, &view)) return true;
    if (index < 0)
        (void)yz_problem_value(c->problem, CODES[dictionary], pointer, id);
    else
        (void)yz_problem_element(c->problem, CODES[dictionary], pointer, (uint32_t)index, member,
                                 id);
    return false;
}

yz_status bulk_refs_check(const yz_market *market, const yz_command *command, bool unknown_is_fine,
                          yz_arena *arena, bool *created, yz_problem *problem) {
    checking c = {market, problem};
    if (!unknown_is_fine && !bulk_refs_each(command, is_known, &c)) return YZ_ERR_BAD_INPUT;
    if (command->type == YZ_COMMAND_POSTING_PUT) {
        const yz_posting *posting = &command->posting_put.posting;
        yz_posting_view view;
        *created = !yz_market_posting(market, posting->id, arena, &view);
        yz_venue_view venue;
        if (posting->station.size > 0 && !yz_market_venue(market, posting->station, &venue)) {
            return yz_problem_value(problem, YZ_PROBLEM_UNKNOWN_VENUE, "/gig/station",
                                    posting->station);
        }
        if (posting->valid_to_ms < yz_market_time_ms(market)) {
            return yz_problem_at(problem, YZ_PROBLEM_ALREADY_OVER, "/valid_to");
        }
    } else if (command->type == YZ_COMMAND_SEEKER_PUT) {
        yz_seeker_view view;
        *created = !yz_market_seeker(market, command->seeker_put.seeker.id, arena, &view);
    } else if (command->type == YZ_COMMAND_PERSON_PUT) {
        yz_person_view view;
        *created = !yz_market_person(market, command->person_put.person.id, &view);
    } else {
        yz_entry_view view;
        *created = !yz_market_entry(market, command->entry_put.dictionary,
                                    command->entry_put.entry.id, &view);
    }
    return YZ_OK;
}

// ---- what is missing ----

#define SEEN_SLOTS                                                                                 \
    32768u // of distinct ids in one batch; beyond 3/4 full ids are put twice, which
           // changes nothing

typedef struct gathering {
    const yz_market *market;
    yz_arena *arena;
    yz_command *put;
    uint32_t *named_by;
    uint32_t count, room, command; // command: the one that is looked at
    struct {
        yz_text id;
        yz_dictionary dictionary;
    } * seen;
} gathering;

// True the first time.
static bool is_first(gathering *g, yz_dictionary dictionary, yz_text id) {
    static const yz_hash_key KEY = {1, 2}; // a crowded slot costs time only, and the table is small
    uint64_t hash = yz_siphash(KEY, id.bytes, id.size) + dictionary;
    for (uint32_t tries = 0; tries < 64; tries++) {
        uint32_t slot = (uint32_t)(hash + tries) % SEEN_SLOTS;
        if (g->seen[slot].id.bytes == NULL) {
            g->seen[slot].id = id;
            g->seen[slot].dictionary = dictionary;
            return true;
        }
        if (g->seen[slot].dictionary == dictionary && yz_text_equal(g->seen[slot].id, id)) {
            return false;
        }
    }
    return true;
}

static bool gather(void *context, yz_dictionary dictionary, yz_text id, const char *pointer,
                   int32_t index, const char *member) {
    (void)pointer;
    (void)index;
    (void)member;
    gathering *g = context;
    yz_entry_view view;
    if (!is_first(g, dictionary, id) || yz_market_entry(g->market, dictionary, id, &view)) {
        return true;
    }
    if (g->count == g->room) {
        uint32_t room = g->room ? g->room * 2 : 64;
        yz_command *more = yz_arena_take(g->arena, room * sizeof *more);
        uint32_t *by = yz_arena_take(g->arena, room * sizeof *by);
        if (more == NULL || by == NULL) return false;
        if (g->count > 0) memcpy(more, g->put, g->count * sizeof *more);
        if (g->count > 0) memcpy(by, g->named_by, g->count * sizeof *by);
        g->put = more;
        g->named_by = by;
        g->room = room;
    }
    g->named_by[g->count] = g->command;
    yz_command *command = &g->put[g->count++];
    *command = (yz_command){.type = YZ_COMMAND_ENTRY_PUT};
    command->entry_put.dictionary = dictionary;
    command->entry_put.entry.id = id;
    // Somebody may enter it meanwhile, with names: those stay.
    command->entry_put.if_version = YZ_VERSION_NEW;
    return true;
}

yz_command *bulk_refs_missing(const yz_market *market, const yz_command *commands, uint32_t count,
                              yz_arena *arena, uint32_t *missing, uint32_t **named_by) {
    gathering g = {.market = market, .arena = arena};
    g.seen = yz_alloc_zeroed(SEEN_SLOTS * sizeof *g.seen);
    bool fits = true;
    for (uint32_t i = 0; i < count && fits; i++) {
        g.command = i;
        fits = bulk_refs_each(&commands[i], gather, &g);
    }
    yz_free(g.seen);
    *missing = g.count;
    *named_by = g.named_by;
    return fits ? g.put : NULL;
}

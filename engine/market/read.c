/* Records back as the outside knows them. Lists are made in the caller's arena; texts point into
 * the market. Skills come in the order of their ids. */
#include "engine/market/state.h"

static void sort_skills(yz_skill_level *skills, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        yz_skill_level skill = skills[i];
        uint32_t at = i;
        for (; at > 0 && yz_text_compare(skills[at - 1].skill, skill.skill) > 0; at--) {
            skills[at] = skills[at - 1];
        }
        skills[at] = skill;
    }
}

static void sort_texts(yz_text *texts, uint32_t count) {
    for (uint32_t i = 1; i < count; i++) {
        yz_text text = texts[i];
        uint32_t at = i;
        for (; at > 0 && yz_text_compare(texts[at - 1], text) > 0; at--)
            texts[at] = texts[at - 1];
        texts[at] = text;
    }
}

static yz_skill_level *skills_out(const yz_market *m, const uint16_t *rows, const uint8_t *levels,
                                  uint32_t count, yz_arena *arena) {
    yz_skill_level *skills = yz_arena_take(arena, count * sizeof *skills);
    if (skills == NULL) return NULL;
    for (uint32_t i = 0; i < count; i++) {
        skills[i] = (yz_skill_level){dictionary_id(m, YZ_SKILLS, rows[i]), levels[i]};
    }
    sort_skills(skills, count);
    return skills;
}

bool yz_market_posting_at(const yz_market *m, uint32_t row, yz_arena *arena,
                          yz_posting_view *view) {
    if (row >= yz_ids_count(m->posting_ids)) return false;
    const yz_packed_posting *p = packed_posting(m, row);
    const posting_cold *cold = cold_posting(m, row);
    yz_skill_level *required =
        skills_out(m, yz_posting_required(p), yz_posting_levels(p), p->required_count, arena);
    yz_text *preferred = yz_arena_take(arena, p->preferred_count * sizeof *preferred);
    if (required == NULL || preferred == NULL) return false;
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        preferred[i] = dictionary_id(m, YZ_SKILLS, yz_posting_preferred(p)[i]);
    }
    sort_texts(preferred, p->preferred_count);
    *view = (yz_posting_view){
        .posting = {.id = yz_ids_text(m->posting_ids, row),
                    .employer = dictionary_id(m, YZ_EMPLOYERS, cold->employer),
                    .title = {cold->title, cold->title_size},
                    .occupation = dictionary_id(m, YZ_OCCUPATIONS, cold->occupation),
                    .place = {p->lat_e7, p->lon_e7, dictionary_id(m, YZ_DIVISIONS, cold->division)},
                    .required = required,
                    .preferred = preferred,
                    .required_count = p->required_count,
                    .preferred_count = p->preferred_count,
                    .has_wage = cold->has_wage,
                    .wage_unit = (yz_wage_unit)cold->wage_unit,
                    .wage_min_fen = cold->wage_min_fen,
                    .wage_max_fen = cold->wage_max_fen,
                    .education_min = (uint8_t)yz_gate_education(p->gate),
                    .type = (uint8_t)yz_gate_types(p->gate),
                    .openings = cold->openings,
                    .shifts = yz_gate_shifts(p->gate),
                    .valid_from_ms = cold->valid_from_ms,
                    .valid_to_ms = cold->valid_to_ms,
                    .push_k = cold->push_k,
                    .push_lag_minutes = cold->push_lag_minutes,
                    .station = market_text(m, cold->station),
                    .gig_from_ms = cold->gig_from_ms,
                    .gig_to_ms = cold->gig_to_ms},
        .state = (yz_record_state)cold->state,
        .version = cold->version,
        .epoch = cold->epoch,
        .row = row,
    };
    return true;
}

bool yz_market_seeker_at(const yz_market *m, uint32_t row, yz_arena *arena, yz_seeker_view *view) {
    if (row >= yz_ids_count(m->seeker_ids)) return false;
    const yz_packed_seeker *s = packed_seeker(m, row);
    const seeker_cold *cold = cold_seeker(m, row);
    uint32_t count = yz_seeker_skill_count(s);
    yz_skill_level *skills = skills_out(m, yz_seeker_skills(s), yz_seeker_levels(s), count, arena);
    if (skills == NULL) return false;
    yz_wage_unit unit = (yz_wage_unit)cold->floor_unit;
    *view = (yz_seeker_view){
        .seeker = {.id = yz_ids_text(m->seeker_ids, row),
                   .person = dictionary_id(m, YZ_PERSONS, cold->person),
                   .occupation = dictionary_id(m, YZ_OCCUPATIONS, cold->occupation),
                   .skills = skills,
                   .skill_count = (uint16_t)count,
                   .place = {s->lat_e7, s->lon_e7, dictionary_id(m, YZ_DIVISIONS, cold->division)},
                   .radius_m = s->radius_m,
                   .floor_unit = unit,
                   .floor_fen = yz_wage_fen_down(s->wage_floor, unit),
                   .education = (uint8_t)yz_gate_education(s->gate),
                   .types = (uint8_t)yz_gate_types(s->gate),
                   .shifts = yz_gate_shifts(s->gate),
                   .groups = cold->groups,
                   .primary_group = cold->primary_group,
                   .wants_push = cold->wants_push,
                   .push_per_day = cold->push_per_day,
                   .quiet_from = cold->quiet_from,
                   .quiet_to = cold->quiet_to,
                   .place_tag = cold->place_tag,
                   .groups_tag = cold->groups_tag,
                   .withheld = cold->withheld},
        .state = (yz_record_state)cold->state,
        .version = cold->version,
        .row = row,
    };
    return true;
}

bool yz_market_posting(const yz_market *m, yz_text id, yz_arena *arena, yz_posting_view *view) {
    uint32_t row = yz_ids_find(m->posting_ids, id);
    return row != YZ_ROW_NONE && yz_market_posting_at(m, row, arena, view);
}

bool yz_market_seeker(const yz_market *m, yz_text id, yz_arena *arena, yz_seeker_view *view) {
    uint32_t row = yz_ids_find(m->seeker_ids, id);
    return row != YZ_ROW_NONE && yz_market_seeker_at(m, row, arena, view);
}

bool yz_market_entry_at(const yz_market *m, yz_dictionary which, uint32_t row,
                        yz_entry_view *view) {
    const dictionary *d = &m->dictionaries[which];
    if (row >= yz_ids_count(d->ids)) return false;
    const dictionary_entry *entry = entry_at(m, which, row);
    if (entry->gone) return false;
    *view = (yz_entry_view){
        .entry = {.id = yz_ids_text(d->ids, row),
                  .name_zh = dictionary_name_zh(entry),
                  .name_en = dictionary_name_en(entry),
                  .weight = which == YZ_SKILLS ? m->weights[row] : 0},
        .weight_staged = entry->weight_staged,
        .version = entry->version,
        .row = row,
        .used_by = entry->used_by,
    };
    return true;
}

bool yz_market_entry(const yz_market *m, yz_dictionary which, yz_text id, yz_entry_view *view) {
    uint32_t row = yz_ids_find(m->dictionaries[which].ids, id);
    return row != YZ_ROW_NONE && yz_market_entry_at(m, which, row, view);
}

bool yz_market_person(const yz_market *m, yz_text id, yz_person_view *view) {
    uint32_t row = dictionary_find(m, YZ_PERSONS, id);
    if (row == YZ_ROW_NONE) return false;
    const dictionary_entry *entry = entry_at(m, YZ_PERSONS, row);
    const person_facts *facts = facts_of(m, row);
    bool one_tag = facts->birth_tag == facts->tags_tag;
    *view = (yz_person_view){
        .person = {.id = dictionary_id(m, YZ_PERSONS, row),
                   .division = dictionary_id(m, YZ_DIVISIONS, facts->division),
                   .sex = (yz_sex)facts->sex,
                   .group = facts->group,
                   .id_check = (yz_id_check)facts->id_check,
                   .account_hash = {facts->account_hash[0], facts->account_hash[1]},
                   .birth_day = facts->birth_day,
                   .tags = facts->tags,
                   .sealed_tag = one_tag ? facts->birth_tag
                                         : yz_mix(facts->birth_tag + yz_mix(facts->tags_tag)),
                   .withheld = facts->withheld},
        .erased = facts->erased,
        .version = entry->version,
        .row = row,
        .reveals = facts->reveals,
        .used_by = entry->used_by,
    };
    return true;
}

uint32_t yz_market_posting_rows(const yz_market *m) {
    return yz_ids_count(m->posting_ids);
}
uint32_t yz_market_seeker_rows(const yz_market *m) {
    return yz_ids_count(m->seeker_ids);
}
uint32_t yz_market_entry_rows(const yz_market *m, yz_dictionary which) {
    return yz_ids_count(m->dictionaries[which].ids);
}
yz_text yz_market_seeker_id(const yz_market *m, uint32_t row) {
    return yz_ids_text(m->seeker_ids, row);
}
yz_text yz_market_posting_id(const yz_market *m, uint32_t row) {
    return yz_ids_text(m->posting_ids, row);
}

yz_market_counts yz_market_count(const yz_market *m) {
    yz_market_counts counts = {.openings = m->openings};
    memcpy(counts.postings, m->posting_counts, sizeof counts.postings);
    memcpy(counts.seekers, m->seeker_counts, sizeof counts.seekers);
    for (int i = 0; i < YZ_DICTIONARY_COUNT; i++)
        counts.entries[i] = m->dictionaries[i].live;
    counts.bytes_postings = yz_ids_bytes(m->posting_ids) + yz_slab_bytes(&m->postings) +
                            yz_slab_bytes(&m->postings_cold) +
                            yz_posting_index_bytes(m->posting_index) + yz_words_bytes(m->words) +
                            yz_slab_bytes(&m->due.items) + m->posting_far_bytes;
    counts.bytes_seekers = yz_ids_bytes(m->seeker_ids) + yz_slab_bytes(&m->seekers) +
                           yz_slab_bytes(&m->seekers_cold) +
                           yz_seeker_index_bytes(m->seeker_index) + m->seeker_far_bytes;
    counts.referrals = m->pair_count;
    counts.bytes_referrals = m->pairs_bytes + yz_slab_bytes(&m->posting_pairs) +
                             yz_slab_bytes(&m->seeker_links) + yz_slab_bytes(&m->referrals) +
                             yz_slab_bytes(&m->holds.items) + yz_ids_bytes(m->texts);
    return counts;
}

/* posting_put and posting_patch. */
#include "engine/journal/body.h"

static void write_wage(yz_out *out, const yz_posting *p) {
    yz_out_8(out, p->has_wage);
    if (!p->has_wage) return;
    yz_out_8(out, (uint8_t)p->wage_unit);
    yz_out_64(out, (uint64_t)p->wage_min_fen);
    yz_out_64(out, (uint64_t)p->wage_max_fen);
}

void yz_body_write_posting(yz_out *out, const yz_command *c) {
    const yz_posting *p = &c->posting_put.posting;
    uint32_t fields = c->posting_put.fields;
    yz_out_32(out, fields);
    yz_out_32(out, c->posting_put.if_version);
    yz_out_8(out, c->posting_put.only_new);
    yz_out_text(out, p->id);
    if (fields & YZ_POSTING_EMPLOYER) yz_out_text(out, p->employer);
    if (fields & YZ_POSTING_TITLE) yz_out_text(out, p->title);
    if (fields & YZ_POSTING_OCCUPATION) yz_out_text(out, p->occupation);
    if (fields & YZ_POSTING_PLACE) {
        yz_out_32(out, (uint32_t)p->place.lat_e7);
        yz_out_32(out, (uint32_t)p->place.lon_e7);
        yz_out_text(out, p->place.division);
    }
    if (fields & YZ_POSTING_REQUIRED) yz_body_write_skills(out, p->required, p->required_count);
    if (fields & YZ_POSTING_PREFERRED) {
        yz_out_16(out, p->preferred_count);
        for (uint16_t i = 0; i < p->preferred_count; i++)
            yz_out_text(out, p->preferred[i]);
    }
    if (fields & YZ_POSTING_WAGE) write_wage(out, p);
    if (fields & YZ_POSTING_EDUCATION) yz_out_8(out, p->education_min);
    if (fields & YZ_POSTING_TYPE) yz_out_8(out, p->type);
    if (fields & YZ_POSTING_OPENINGS) yz_out_32(out, p->openings);
    if (fields & YZ_POSTING_SHIFTS) yz_out_32(out, p->shifts);
    if (fields & YZ_POSTING_VALID_FROM) yz_out_64(out, (uint64_t)p->valid_from_ms);
    if (fields & YZ_POSTING_VALID_TO) yz_out_64(out, (uint64_t)p->valid_to_ms);
    if (fields & YZ_POSTING_PUSH) {
        yz_out_16(out, p->push_k);
        yz_out_16(out, p->push_lag_minutes);
    }
    if (fields & YZ_POSTING_GIG) {
        yz_out_text(out, p->station);
        yz_out_64(out, (uint64_t)p->gig_from_ms);
        yz_out_64(out, (uint64_t)p->gig_to_ms);
    }
}

static void read_wage(yz_in *in, yz_posting *p) {
    p->has_wage = yz_in_bool(in);
    if (!p->has_wage) return;
    p->wage_unit = (yz_wage_unit)yz_in_choice(in, YZ_WAGE_UNIT_COUNT);
    p->wage_min_fen = (int64_t)yz_in_64(in);
    p->wage_max_fen = (int64_t)yz_in_64(in);
}

static const yz_text *read_texts(yz_in *in, yz_arena *arena, uint16_t count_max, uint16_t *count,
                                 bool *full) {
    yz_text *texts = yz_body_read_list(in, arena, count_max, sizeof *texts, count, full);
    for (uint16_t i = 0; i < *count; i++)
        texts[i] = yz_in_text(in);
    return texts;
}

void yz_body_read_posting(yz_in *in, yz_arena *arena, yz_command *c, bool *full) {
    yz_posting *p = &c->posting_put.posting;
    uint32_t fields = c->posting_put.fields = yz_in_32(in);
    c->posting_put.if_version = yz_in_32(in);
    c->posting_put.only_new = yz_in_bool(in);
    p->id = yz_in_text(in);
    if (fields & YZ_POSTING_EMPLOYER) p->employer = yz_in_text(in);
    if (fields & YZ_POSTING_TITLE) p->title = yz_in_text(in);
    if (fields & YZ_POSTING_OCCUPATION) p->occupation = yz_in_text(in);
    if (fields & YZ_POSTING_PLACE) {
        p->place.lat_e7 = (int32_t)yz_in_32(in);
        p->place.lon_e7 = (int32_t)yz_in_32(in);
        p->place.division = yz_in_text(in);
    }
    if (fields & YZ_POSTING_REQUIRED) {
        p->required = yz_body_read_skills(in, arena, YZ_REQUIRED_MAX, &p->required_count, full);
    }
    if (fields & YZ_POSTING_PREFERRED) {
        p->preferred = read_texts(in, arena, YZ_PREFERRED_MAX, &p->preferred_count, full);
    }
    if (fields & YZ_POSTING_WAGE) read_wage(in, p);
    if (fields & YZ_POSTING_EDUCATION) p->education_min = yz_in_8(in);
    if (fields & YZ_POSTING_TYPE) p->type = yz_in_8(in);
    if (fields & YZ_POSTING_OPENINGS) p->openings = yz_in_32(in);
    if (fields & YZ_POSTING_SHIFTS) p->shifts = yz_in_32(in);
    if (fields & YZ_POSTING_VALID_FROM) p->valid_from_ms = (int64_t)yz_in_64(in);
    if (fields & YZ_POSTING_VALID_TO) p->valid_to_ms = (int64_t)yz_in_64(in);
    if (fields & YZ_POSTING_PUSH) {
        p->push_k = yz_in_16(in);
        p->push_lag_minutes = yz_in_16(in);
    }
    if (fields & YZ_POSTING_GIG) {
        p->station = yz_in_text(in);
        p->gig_from_ms = (int64_t)yz_in_64(in);
        p->gig_to_ms = (int64_t)yz_in_64(in);
    }
}

/* target_put. */
#include "engine/journal/body.h"

void yz_body_write_target(yz_out *out, const yz_command *c) {
    const yz_target *t = &c->target_put.target;
    yz_out_32(out, c->target_put.if_version);
    yz_out_8(out, c->target_put.only_new);
    yz_out_16(out, t->year);
    yz_out_64(out, (uint64_t)t->value);
    yz_out_text(out, t->division);
    yz_out_text(out, t->series);
    yz_out_text(out, t->id);
    yz_out_text(out, t->name_zh);
    yz_out_text(out, t->name_en);
}

void yz_body_read_target(yz_in *in, yz_command *c) {
    yz_target *t = &c->target_put.target;
    c->target_put.if_version = yz_in_32(in);
    c->target_put.only_new = yz_in_bool(in);
    t->year = yz_in_16(in);
    t->value = (int64_t)yz_in_64(in);
    t->division = yz_in_text(in);
    t->series = yz_in_text(in);
    t->id = yz_in_text(in);
    t->name_zh = yz_in_text(in);
    t->name_en = yz_in_text(in);
}

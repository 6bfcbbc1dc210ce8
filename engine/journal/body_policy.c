/* policy_put, policy_drop, policy_rules, policy_find, policy_step, policy_payment, policy_budget,
 * policy_alert, policy_refund. */
#include "engine/journal/body.h"

static void write_subject(yz_out *out, yz_policy_subject s) {
    yz_out_8(out, s.kind);
    yz_out_text(out, s.id);
}

static yz_policy_subject read_subject(yz_in *in) {
    uint8_t kind = yz_in_8(in);
    return (yz_policy_subject){kind, yz_in_text(in)};
}

// A text of more than 65,535 bytes: its size in 4.
static void write_long(yz_out *out, yz_text text) {
    yz_out_32(out, text.size);
    unsigned char *at = yz_out_take(out, text.size);
    if (at != NULL && text.size > 0) memcpy(at, text.bytes, text.size);
}

static yz_text read_long(yz_in *in) {
    uint32_t size = yz_in_32(in);
    const unsigned char *at = yz_in_take(in, size);
    return at != NULL ? (yz_text){(const char *)at, size} : (yz_text){NULL, 0};
}

static void write_put(yz_out *out, const yz_policy_put *p, bool bare) {
    yz_out_32(out, p->if_version);
    yz_out_8(out, p->only_new);
    yz_out_8(out, p->replace);
    write_subject(out, p->subject);
    yz_out_text(out, p->person);
    yz_out_text(out, p->employer);
    yz_out_text(out, p->division);
    yz_out_text(out, p->owner);
    yz_out_64(out, p->sealed_tag);
    yz_out_8(out, p->open);
    yz_out_32(out, (uint32_t)p->level);
    yz_out_text(out, p->occupation);
    if (bare)
        yz_out_32(out, yz_policy_change_size(p));
    else
        write_long(out, p->change);
}

static void read_put(yz_in *in, yz_policy_put *p, bool bare) {
    p->if_version = yz_in_32(in);
    p->only_new = yz_in_bool(in);
    p->replace = yz_in_bool(in);
    p->subject = read_subject(in);
    p->person = yz_in_text(in);
    p->employer = yz_in_text(in);
    p->division = yz_in_text(in);
    p->owner = yz_in_text(in);
    p->sealed_tag = yz_in_64(in);
    p->open = yz_in_8(in);
    p->level = (int32_t)yz_in_32(in);
    p->occupation = yz_in_text(in);
    // Bare: it is withheld until yz_secret_read gives the bytes.
    p->withheld = bare;
    if (bare)
        p->change_size = yz_in_32(in);
    else
        p->change = read_long(in);
}

static void write_find(yz_out *out, const yz_policy_find *f) {
    yz_out_16(out, (uint16_t)f->count);
    for (uint32_t i = 0; i < f->count; i++) {
        const yz_policy_look *look = &f->looks[i];
        write_subject(out, look->subject);
        yz_out_32(out, look->version);
        yz_out_32(out, (uint32_t)look->as_of);
        yz_out_32(out, (uint32_t)look->until);
        yz_out_16(out, (uint16_t)look->count);
        for (uint32_t j = 0; j < look->count; j++) {
            yz_out_text(out, look->found[j].measure);
            yz_out_8(out, look->found[j].decision);
            yz_out_8(out, look->found[j].has_amount);
            yz_out_64(out, (uint64_t)look->found[j].amount);
        }
        yz_out_16(out, (uint16_t)look->alert_count);
        for (uint32_t j = 0; j < look->alert_count; j++) {
            yz_out_text(out, look->alerts[j].check);
            yz_out_8(out, look->alerts[j].hold);
            yz_out_8(out, look->alerts[j].stands);
        }
    }
}

static void read_look(yz_in *in, yz_arena *arena, yz_policy_look *look, bool *full) {
    uint16_t count;
    look->subject = read_subject(in);
    look->version = yz_in_32(in);
    look->as_of = (int32_t)yz_in_32(in);
    look->until = (int32_t)yz_in_32(in);
    yz_policy_found *found =
        yz_body_read_list(in, arena, YZ_POLICY_FOUND_MAX, sizeof *found, &count, full);
    for (uint16_t j = 0; j < count; j++) {
        found[j].measure = yz_in_text(in);
        found[j].decision = yz_in_8(in);
        found[j].has_amount = yz_in_bool(in);
        found[j].amount = (int64_t)yz_in_64(in);
    }
    look->found = found;
    look->count = count;
    yz_policy_found_alert *alerts =
        yz_body_read_list(in, arena, YZ_POLICY_ALERTS_MAX, sizeof *alerts, &count, full);
    for (uint16_t j = 0; j < count; j++) {
        alerts[j].check = yz_in_text(in);
        alerts[j].hold = yz_in_bool(in);
        alerts[j].stands = yz_in_bool(in);
    }
    look->alerts = alerts;
    look->alert_count = count;
}

static void read_find(yz_in *in, yz_arena *arena, yz_policy_find *f, bool *full) {
    uint16_t count;
    yz_policy_look *looks =
        yz_body_read_list(in, arena, YZ_POLICY_LOOKS_MAX, sizeof *looks, &count, full);
    for (uint16_t i = 0; i < count; i++) {
        looks[i] = (yz_policy_look){0};
        read_look(in, arena, &looks[i], full);
    }
    f->looks = looks;
    f->count = count;
}

static void write_step(yz_out *out, const yz_policy_step *s) {
    write_subject(out, s->subject);
    yz_out_text(out, s->measure);
    yz_out_8(out, s->to);
    yz_out_8(out, s->channel);
    yz_out_64(out, (uint64_t)s->amount);
    const yz_text said[] = {s->officer, s->reviewer, s->unit,  s->source,
                            s->voucher, s->fund_use, s->remark};
    for (unsigned i = 0; i < sizeof said / sizeof said[0]; i++)
        yz_out_text(out, said[i]);
    yz_out_32(out, s->stamp);
    yz_out_32(out, (uint32_t)s->as_of);
    yz_out_text(out, s->holds);
    yz_out_text(out, s->unmet);
    yz_out_text(out, s->reasons);
}

static void read_step(yz_in *in, yz_policy_step *s) {
    s->subject = read_subject(in);
    s->measure = yz_in_text(in);
    s->to = yz_in_8(in);
    s->channel = yz_in_8(in);
    s->amount = (int64_t)yz_in_64(in);
    yz_text *const said[] = {&s->officer, &s->reviewer, &s->unit,  &s->source,
                             &s->voucher, &s->fund_use, &s->remark};
    for (unsigned i = 0; i < sizeof said / sizeof said[0]; i++)
        *said[i] = yz_in_text(in);
    s->stamp = yz_in_32(in);
    s->as_of = (int32_t)yz_in_32(in);
    s->holds = yz_in_text(in);
    s->unmet = yz_in_text(in);
    s->reasons = yz_in_text(in);
}

static void write_payment(yz_out *out, const yz_policy_payment *p) {
    yz_out_64(out, (uint64_t)p->amount);
    yz_out_32(out, (uint32_t)p->day);
    yz_out_32(out, (uint32_t)p->level);
    yz_out_text(out, p->measure);
    yz_out_text(out, p->person);
    yz_out_text(out, p->employer);
    yz_out_text(out, p->occupation);
}

static void read_payment(yz_in *in, yz_policy_payment *p) {
    p->amount = (int64_t)yz_in_64(in);
    p->day = (int32_t)yz_in_32(in);
    p->level = (int32_t)yz_in_32(in);
    p->measure = yz_in_text(in);
    p->person = yz_in_text(in);
    p->employer = yz_in_text(in);
    p->occupation = yz_in_text(in);
}

static void write_alert(yz_out *out, const yz_policy_alert *a) {
    write_subject(out, a->subject);
    yz_out_text(out, a->check);
    yz_out_8(out, a->to);
    yz_out_text(out, a->officer);
    yz_out_text(out, a->reviewer);
    yz_out_text(out, a->remark);
}

static void read_alert(yz_in *in, yz_policy_alert *a) {
    a->subject = read_subject(in);
    a->check = yz_in_text(in);
    a->to = yz_in_8(in);
    a->officer = yz_in_text(in);
    a->reviewer = yz_in_text(in);
    a->remark = yz_in_text(in);
}

static void write_refund(yz_out *out, const yz_policy_refund *r) {
    yz_out_64(out, r->clawback);
    yz_out_64(out, (uint64_t)r->amount);
    yz_out_text(out, r->officer);
    yz_out_text(out, r->reviewer);
    yz_out_text(out, r->voucher);
    yz_out_text(out, r->remark);
}

static void read_refund(yz_in *in, yz_policy_refund *r) {
    r->clawback = yz_in_64(in);
    r->amount = (int64_t)yz_in_64(in);
    r->officer = yz_in_text(in);
    r->reviewer = yz_in_text(in);
    r->voucher = yz_in_text(in);
    r->remark = yz_in_text(in);
}

void yz_body_write_policy(yz_out *out, const yz_command *c, bool bare) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT: write_put(out, &c->policy_put, bare); break;
    case YZ_COMMAND_POLICY_DROP:
        yz_out_32(out, c->policy_drop.if_version);
        write_subject(out, c->policy_drop.subject);
        break;
    case YZ_COMMAND_POLICY_RULES:
        yz_out_text(out, c->policy_rules.name);
        write_long(out, c->policy_rules.text);
        break;
    case YZ_COMMAND_POLICY_FIND: write_find(out, &c->policy_find); break;
    case YZ_COMMAND_POLICY_STEP: write_step(out, &c->policy_step); break;
    case YZ_COMMAND_POLICY_PAYMENT: write_payment(out, &c->policy_payment); break;
    case YZ_COMMAND_POLICY_ALERT: write_alert(out, &c->policy_alert); break;
    case YZ_COMMAND_POLICY_REFUND: write_refund(out, &c->policy_refund); break;
    default:
        yz_out_16(out, c->policy_budget.year);
        yz_out_64(out, (uint64_t)c->policy_budget.amount);
        yz_out_text(out, c->policy_budget.fund);
        yz_out_text(out, c->policy_budget.division);
        break;
    }
}

void yz_body_read_policy(yz_in *in, yz_arena *arena, yz_command *c, bool bare, bool *full) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT: read_put(in, &c->policy_put, bare); break;
    case YZ_COMMAND_POLICY_DROP:
        c->policy_drop.if_version = yz_in_32(in);
        c->policy_drop.subject = read_subject(in);
        break;
    case YZ_COMMAND_POLICY_RULES:
        c->policy_rules.name = yz_in_text(in);
        c->policy_rules.text = read_long(in);
        break;
    case YZ_COMMAND_POLICY_FIND: read_find(in, arena, &c->policy_find, full); break;
    case YZ_COMMAND_POLICY_STEP: read_step(in, &c->policy_step); break;
    case YZ_COMMAND_POLICY_PAYMENT: read_payment(in, &c->policy_payment); break;
    case YZ_COMMAND_POLICY_ALERT: read_alert(in, &c->policy_alert); break;
    case YZ_COMMAND_POLICY_REFUND: read_refund(in, &c->policy_refund); break;
    default:
        c->policy_budget.year = yz_in_16(in);
        c->policy_budget.amount = (int64_t)yz_in_64(in);
        c->policy_budget.fund = yz_in_text(in);
        c->policy_budget.division = yz_in_text(in);
        break;
    }
}

/* The same walk twice: once to measure, with no memory to write to, once to copy. */
#include "net/server/copy.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

typedef struct room {
    char *start; // NULL: only measure
    size_t used;
} room;

static const void *keep(room *r, const void *bytes, size_t size) {
    size_t at = (r->used + 7) & ~(size_t)7;
    r->used = at + size;
    if (r->start == NULL) return bytes;
    if (size > 0) memcpy(r->start + at, bytes, size);
    return r->start + at;
}

static void keep_text(room *r, yz_text *text) {
    if (text->size > 0) text->bytes = keep(r, text->bytes, text->size);
    // An empty text may point into the request, too: to a constant instead, NULL stays NULL.
    else if (text->bytes != NULL)
        text->bytes = "";
}

/* `skills` as the caller's list; the copy's texts are copies too. */
static const yz_skill_level *keep_levels(room *r, const yz_skill_level *skills, uint32_t count) {
    const yz_skill_level *kept = keep(r, skills, count * sizeof *skills);
    for (uint32_t i = 0; i < count; i++) {
        yz_text text = skills[i].skill;
        keep_text(r, &text);
        if (r->start != NULL) ((yz_skill_level *)kept)[i].skill = text;
    }
    return kept;
}

static void keep_posting(room *r, yz_posting *p, uint32_t fields) {
    keep_text(r, &p->id);
    keep_text(r, &p->employer);
    keep_text(r, &p->title);
    keep_text(r, &p->occupation);
    keep_text(r, &p->place.division);
    keep_text(r, &p->station);
    if ((fields & YZ_POSTING_REQUIRED) != 0) {
        p->required = keep_levels(r, p->required, p->required_count);
    }
    if ((fields & YZ_POSTING_PREFERRED) == 0) return;
    const yz_text *from = p->preferred;
    const yz_text *kept = keep(r, from, p->preferred_count * sizeof *from);
    for (uint32_t i = 0; i < p->preferred_count; i++) {
        yz_text text = from[i];
        keep_text(r, &text);
        if (r->start != NULL) ((yz_text *)kept)[i] = text;
    }
    p->preferred = kept;
}

static void keep_seeker(room *r, yz_seeker *s, uint32_t fields) {
    keep_text(r, &s->id);
    keep_text(r, &s->person);
    keep_text(r, &s->occupation);
    keep_text(r, &s->place.division);
    if ((fields & YZ_SEEKER_SKILLS) != 0) s->skills = keep_levels(r, s->skills, s->skill_count);
}

static void keep_weights(room *r, yz_command *c) {
    const yz_weight *from = c->weights.weights;
    const yz_weight *kept = keep(r, from, c->weights.count * sizeof *from);
    for (uint32_t i = 0; i < c->weights.count; i++) {
        yz_text text = from[i].skill;
        keep_text(r, &text);
        if (r->start != NULL) ((yz_weight *)kept)[i].skill = text;
    }
    c->weights.weights = kept;
}

static void keep_tell(room *r, yz_command *c) {
    keep_text(r, &c->tell.posting);
    const yz_tell_to *from = c->tell.to;
    const yz_tell_to *kept = keep(r, from, c->tell.count * sizeof *from);
    for (uint32_t i = 0; i < c->tell.count; i++) {
        yz_text text = from[i].seeker;
        keep_text(r, &text);
        if (r->start != NULL) ((yz_tell_to *)kept)[i].seeker = text;
    }
    c->tell.to = kept;
}

static void keep_venue(room *r, yz_venue *v) {
    keep_text(r, &v->id);
    keep_text(r, &v->name_zh);
    keep_text(r, &v->name_en);
    keep_text(r, &v->place.division);
}

static void keep_target(room *r, yz_target *t) {
    keep_text(r, &t->id);
    keep_text(r, &t->name_zh);
    keep_text(r, &t->name_en);
    keep_text(r, &t->division);
    keep_text(r, &t->series);
}

static void keep_found(room *r, yz_policy_find *f) {
    const yz_policy_look *from = f->looks;
    const yz_policy_look *kept = keep(r, from, f->count * sizeof *from);
    for (uint32_t i = 0; i < f->count; i++) {
        yz_text id = from[i].subject.id;
        const yz_policy_found *found = from[i].found;
        const yz_policy_found *kept_found = keep(r, found, from[i].count * sizeof *found);
        keep_text(r, &id);
        for (uint32_t j = 0; j < from[i].count; j++) {
            yz_text measure = found[j].measure;
            keep_text(r, &measure);
            if (r->start != NULL) ((yz_policy_found *)kept_found)[j].measure = measure;
        }
        const yz_policy_found_alert *alerts = from[i].alerts;
        const yz_policy_found_alert *kept_alerts =
            keep(r, alerts, from[i].alert_count * sizeof *alerts);
        for (uint32_t j = 0; j < from[i].alert_count; j++) {
            yz_text check = alerts[j].check;
            keep_text(r, &check);
            if (r->start != NULL) ((yz_policy_found_alert *)kept_alerts)[j].check = check;
        }
        if (r->start == NULL) continue;
        ((yz_policy_look *)kept)[i].subject.id = id;
        ((yz_policy_look *)kept)[i].found = kept_found;
        ((yz_policy_look *)kept)[i].alerts = kept_alerts;
    }
    f->looks = kept;
}

static void keep_policy(room *r, yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POLICY_PUT:
        keep_text(r, &c->policy_put.subject.id);
        keep_text(r, &c->policy_put.person);
        keep_text(r, &c->policy_put.employer);
        keep_text(r, &c->policy_put.division);
        keep_text(r, &c->policy_put.owner);
        keep_text(r, &c->policy_put.occupation);
        keep_text(r, &c->policy_put.change);
        return;
    case YZ_COMMAND_POLICY_DROP: keep_text(r, &c->policy_drop.subject.id); return;
    case YZ_COMMAND_POLICY_RULES:
        keep_text(r, &c->policy_rules.name);
        keep_text(r, &c->policy_rules.text);
        return;
    case YZ_COMMAND_POLICY_FIND: keep_found(r, &c->policy_find); return;
    case YZ_COMMAND_POLICY_STEP: {
        yz_policy_step *s = &c->policy_step;
        yz_text *const texts[] = {&s->subject.id, &s->measure, &s->officer, &s->reviewer,
                                  &s->unit,       &s->source,  &s->voucher, &s->fund_use,
                                  &s->remark,     &s->holds,   &s->unmet,   &s->reasons};
        for (unsigned i = 0; i < sizeof texts / sizeof texts[0]; i++)
            keep_text(r, texts[i]);
        return;
    }
    case YZ_COMMAND_POLICY_PAYMENT:
        keep_text(r, &c->policy_payment.measure);
        keep_text(r, &c->policy_payment.person);
        keep_text(r, &c->policy_payment.employer);
        keep_text(r, &c->policy_payment.occupation);
        return;
    case YZ_COMMAND_POLICY_ALERT:
        keep_text(r, &c->policy_alert.subject.id);
        keep_text(r, &c->policy_alert.check);
        keep_text(r, &c->policy_alert.officer);
        keep_text(r, &c->policy_alert.reviewer);
        keep_text(r, &c->policy_alert.remark);
        return;
    case YZ_COMMAND_POLICY_REFUND:
        keep_text(r, &c->policy_refund.officer);
        keep_text(r, &c->policy_refund.reviewer);
        keep_text(r, &c->policy_refund.voucher);
        keep_text(r, &c->policy_refund.remark);
        return;
    default:
        keep_text(r, &c->policy_budget.fund);
        keep_text(r, &c->policy_budget.division);
        return;
    }
}

static void keep_parts(room *r, yz_command *c) {
    switch (yz_command_form_of(c->type)) {
    case YZ_FORM_POSTING: keep_posting(r, &c->posting_put.posting, c->posting_put.fields); return;
    case YZ_FORM_SEEKER: keep_seeker(r, &c->seeker_put.seeker, c->seeker_put.fields); return;
    case YZ_FORM_ENTRY:
        keep_text(r, &c->entry_put.entry.id);
        keep_text(r, &c->entry_put.entry.name_zh);
        keep_text(r, &c->entry_put.entry.name_en);
        return;
    case YZ_FORM_NAMED: keep_text(r, &c->named.id); return;
    case YZ_FORM_WEIGHTS: keep_weights(r, c); return;
    case YZ_FORM_PERSON:
        keep_text(r, &c->person_put.person.id);
        keep_text(r, &c->person_put.person.division);
        return;
    case YZ_FORM_REVEAL:
        keep_text(r, &c->reveal.id);
        keep_text(r, &c->reveal.purpose);
        return;
    case YZ_FORM_REFERRAL:
        keep_text(r, &c->referral.seeker);
        keep_text(r, &c->referral.posting);
        keep_text(r, &c->referral.source);
        keep_text(r, &c->referral.venue);
        return;
    case YZ_FORM_TELL: keep_tell(r, c); return;
    case YZ_FORM_VENUE: keep_venue(r, &c->venue_put.venue); return;
    case YZ_FORM_TARGET: keep_target(r, &c->target_put.target); return;
    case YZ_FORM_POLICY: keep_policy(r, c); return;
    case YZ_FORM_BOOTH:
        keep_text(r, &c->booth.venue);
        keep_text(r, &c->booth.id);
        keep_text(r, &c->booth.employer);
        return;
    case YZ_FORM_SLOT:
        keep_text(r, &c->slot.venue);
        keep_text(r, &c->slot.booth);
        keep_text(r, &c->slot.seeker);
        return;
    case YZ_FORM_QUEUE:
        keep_text(r, &c->queue.venue);
        keep_text(r, &c->queue.booth);
        keep_text(r, &c->queue.ticket);
        keep_text(r, &c->queue.seeker);
        return;
    case YZ_FORM_VISIT:
        keep_text(r, &c->visit.venue);
        keep_text(r, &c->visit.ticket);
        return;
    case YZ_FORM_NONE:
    case YZ_FORM_PROFILE: return;
    }
}

yz_command *commands_copy(const yz_command *commands, uint32_t count, size_t *bytes) {
    room r = {NULL, 0};
    keep(&r, commands, count * sizeof *commands);
    for (uint32_t i = 0; i < count; i++) {
        yz_command c = commands[i];
        keep_parts(&r, &c);
    }
    size_t measured = r.used;
    r = (room){yz_alloc(measured), 0};
    yz_command *copy = (yz_command *)keep(&r, commands, count * sizeof *commands);
    for (uint32_t i = 0; i < count; i++)
        keep_parts(&r, &copy[i]);
    yz_check(r.used == measured);
    if (bytes != NULL) *bytes = measured;
    return copy;
}

static void keep_secret(room *r, store_secret *s) {
    keep_text(r, &s->person);
    keep_text(r, &s->name);
    keep_text(r, &s->id_number);
    keep_text(r, &s->phone);
    keep_text(r, &s->account);
}

store_secret *secret_copy(const store_secret *secret, size_t *bytes) {
    room r = {NULL, 0};
    store_secret s = *secret;
    keep(&r, secret, sizeof *secret);
    keep_secret(&r, &s);
    *bytes = r.used;
    r = (room){yz_alloc(*bytes), 0};
    store_secret *copy = (store_secret *)keep(&r, secret, sizeof *secret);
    keep_secret(&r, copy);
    yz_check(r.used == *bytes);
    return copy;
}

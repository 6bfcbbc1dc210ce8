#include "net/api/wire_news.h"

#include "net/api/json_facts.h"
#include "net/api/policy_words.h"

static void text_if(json_out *out, const char *name, yz_text text) {
    if (text.size > 0) json_field_text(out, name, text);
}

static void write_tell(json_out *out, const yz_command *c, const live_news *news) {
    json_field_text(out, "posting", c->tell.posting);
    json_field_uint(out, "epoch", c->tell.epoch);
    if (c->tell.kind == YZ_TELL_GONE) {
        json_field_text(out, "reason", yz_gone_reason_name(c->tell.reason));
    } else {
        json_field_uint(out, "tranche", c->tell.tranche);
    }
    if (!news->is_sum) {
        json_field_text(out, "seeker", news->seeker);
        return;
    }
    text_if(out, "division", news->division);
    json_field_uint(out, "count", c->tell.count);
}

static void write_step(json_out *out, const yz_command *c, const live_news *news) {
    json_field_text(out, "posting", c->referral.posting);
    json_field_text(out, "step", yz_step_name(c->referral.step));
    text_if(out, "reason", yz_end_reason_name(c->referral.reason));
    text_if(out, "division", news->division);
    if (news->open) return;
    json_field_text(out, "seeker", news->seeker);
    text_if(out, "source", c->referral.source); // an assignment's id, or whatever was sent
    if (c->referral.hold_until_ms != 0)
        json_field_int(out, "hold_until_ms", c->referral.hold_until_ms);
}

static const char *change_of(yz_command_type type) {
    switch (type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_VENUE_PUT: return "put";
    case YZ_COMMAND_POSTING_PATCH: return "changed";
    case YZ_COMMAND_POSTING_PAUSE: return "paused";
    case YZ_COMMAND_POSTING_RESUME: return "resumed";
    case YZ_COMMAND_BOOTH_PUT: return "booth_put";
    case YZ_COMMAND_BOOTH_DELETE: return "booth_deleted";
    default: return "closed"; // of postings and venues
    }
}

static void write_posting(json_out *out, const yz_command *c, const live_news *news) {
    bool whole = c->type == YZ_COMMAND_POSTING_PUT, part = c->type == YZ_COMMAND_POSTING_PATCH;
    const yz_posting *posting = &c->posting_put.posting;
    uint32_t fields = whole ? YZ_POSTING_KNOWN : part ? c->posting_put.fields : 0;
    json_field_text(out, "posting", whole || part ? posting->id : c->named.id);
    json_field_text(out, "change", yz_text_of(change_of(c->type)));
    text_if(out, "division", news->division);
    if (fields & YZ_POSTING_TITLE) text_if(out, "title", posting->title);
    if (fields & YZ_POSTING_OPENINGS) json_field_uint(out, "openings", posting->openings);
    if (fields & YZ_POSTING_GIG) text_if(out, "station", posting->station);
}

static void write_venue(json_out *out, const yz_command *c) {
    bool put = c->type == YZ_COMMAND_VENUE_PUT, close = c->type == YZ_COMMAND_VENUE_CLOSE;
    json_field_text(out, "venue",
                    put     ? c->venue_put.venue.id
                    : close ? c->named.id
                            : c->booth.venue);
    json_field_text(out, "change", yz_text_of(change_of(c->type)));
    if (put) json_field_text(out, "kind", yz_venue_kind_name(c->venue_put.venue.kind));
    if (put || close) return;
    json_field_text(out, "booth", c->booth.id);
    if (c->type == YZ_COMMAND_BOOTH_PUT) text_if(out, "employer", c->booth.employer);
}

static void write_meeting(json_out *out, const yz_command *c, const live_news *news) {
    switch (c->type) {
    case YZ_COMMAND_SLOT_STEP:
        json_field_text(out, "venue", c->slot.venue);
        json_field_text(out, "booth", c->slot.booth);
        json_field_uint(out, "slot", c->slot.slot);
        json_field_text(out, "step", yz_slot_step_name(c->slot.step));
        break;
    case YZ_COMMAND_QUEUE_STEP:
        json_field_text(out, "venue", c->queue.venue);
        text_if(out, "booth", c->queue.booth);
        json_field_text(out, "ticket", c->queue.ticket); // the number on the wall
        json_field_text(out, "step", yz_queue_step_name(c->queue.step));
        break;
    default:
        json_field_text(out, "venue", c->visit.venue);
        json_field_text(out, "step", yz_visit_step_name(c->visit.step));
        if (!news->open) json_field_text(out, "ticket", c->visit.ticket);
        break;
    }
    if (!news->open) text_if(out, "seeker", news->seeker);
}

static void write_subject(json_out *out, const yz_policy_subject *subject) {
    if (subject->kind < YZ_SUBJECT_KIND_COUNT)
        json_field_text(out, "kind",
                        yz_text_of(yz_subject_kind_name((yz_subject_kind)subject->kind)));
    json_field_text(out, "id", subject->id);
}

static void write_look(json_out *out, const yz_policy_look *look) {
    char day[JSON_FACTS_DAY_MAX];
    write_subject(out, &look->subject);
    json_field_text(out, "as_of", json_facts_day_text(look->as_of, day));
    json_key(out, "measures");
    json_begin_array(out);
    for (uint32_t i = 0; i < look->count; i++) {
        const yz_policy_found *found = &look->found[i];
        json_begin_object(out);
        json_field_text(out, "measure", found->measure);
        json_field_text(out, "decision", policy_decision_name(found->decision));
        if (found->has_amount) json_field_fixed(out, "amount_yuan", found->amount, 2);
        json_end_object(out);
    }
    json_end_array(out);
    if (look->alert_count == 0) return;
    json_key(out, "alerts");
    json_begin_array(out);
    for (uint32_t i = 0; i < look->alert_count; i++) {
        const yz_policy_found_alert *found = &look->alerts[i];
        json_begin_object(out);
        json_field_text(out, "check", found->check);
        json_field_text(out, "severity", found->hold ? YZ_TEXT("hold") : YZ_TEXT("review"));
        json_field_bool(out, "stands", found->stands);
        json_end_object(out);
    }
    json_end_array(out);
}

static void write_policy_alert(json_out *out, const yz_policy_alert *a) {
    write_subject(out, &a->subject);
    json_field_text(out, "check", a->check);
    json_field_text(out, "result", policy_alert_name(a->to));
}

static void write_policy_step(json_out *out, const yz_policy_step *s) {
    write_subject(out, &s->subject);
    json_field_text(out, "measure", s->measure);
    json_field_text(out, "state", policy_state_name(s->to));
    if (s->channel > 0) json_field_text(out, "channel", policy_channel_name(s->channel));
    if (s->amount > 0) json_field_fixed(out, "amount_yuan", s->amount, 2);
}

void wire_news(json_out *out, const yz_command *c, const live_news *news) {
    json_begin_object(out);
    json_field_uint(out, "seq", c->sequence);
    json_field_int(out, "at_ms", c->at_ms);
    switch (news->event) {
    case LIVE_EVENT_TOLD:
    case LIVE_EVENT_GONE: write_tell(out, c, news); break;
    case LIVE_EVENT_STEP: write_step(out, c, news); break;
    case LIVE_EVENT_POSTING: write_posting(out, c, news); break;
    case LIVE_EVENT_VENUE: write_venue(out, c); break;
    case LIVE_EVENT_SLOT:
    case LIVE_EVENT_QUEUE:
    case LIVE_EVENT_VISIT: write_meeting(out, c, news); break;
    case LIVE_EVENT_FOUND: write_look(out, &c->policy_find.looks[news->index]); break;
    case LIVE_EVENT_POLICY:
        if (c->type == YZ_COMMAND_POLICY_ALERT)
            write_policy_alert(out, &c->policy_alert);
        else
            write_policy_step(out, &c->policy_step);
        break;
    }
    json_end_object(out);
}

/* Stations and fairs: the place, its booths, interviews, queues, visitors. */
#include "engine/journal/body.h"

static void write_place(yz_out *out, const yz_command *c) {
    const yz_venue *v = &c->venue_put.venue;
    yz_out_32(out, c->venue_put.if_version);
    yz_out_8(out, c->venue_put.only_new);
    yz_out_8(out, (uint8_t)v->kind);
    yz_out_64(out, (uint64_t)v->from_ms);
    yz_out_64(out, (uint64_t)v->to_ms);
    yz_out_16(out, v->slot_minutes);
    yz_out_32(out, (uint32_t)v->place.lat_e7);
    yz_out_32(out, (uint32_t)v->place.lon_e7);
    yz_out_text(out, v->place.division);
    yz_out_text(out, v->id);
    yz_out_text(out, v->name_zh);
    yz_out_text(out, v->name_en);
    if (v->channel != YZ_CHANNEL_ON_SITE) yz_out_8(out, (uint8_t)v->channel);
}

static void read_place(yz_in *in, yz_command *c) {
    yz_venue *v = &c->venue_put.venue;
    c->venue_put.if_version = yz_in_32(in);
    c->venue_put.only_new = yz_in_bool(in);
    v->kind = (yz_venue_kind)yz_in_choice(in, YZ_VENUE_FAIR + 1);
    v->from_ms = (int64_t)yz_in_64(in);
    v->to_ms = (int64_t)yz_in_64(in);
    v->slot_minutes = yz_in_16(in);
    v->place.lat_e7 = (int32_t)yz_in_32(in);
    v->place.lon_e7 = (int32_t)yz_in_32(in);
    v->place.division = yz_in_text(in);
    v->id = yz_in_text(in);
    v->name_zh = yz_in_text(in);
    v->name_en = yz_in_text(in);
    if (in->at == in->end) return;
    v->channel = (yz_channel)yz_in_choice(in, YZ_CHANNEL_LIVE + 1);
    if (v->channel == YZ_CHANNEL_ON_SITE) yz_in_wrong(in, "what says nothing stands there");
}

void yz_body_write_venue(yz_out *out, const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_VENUE_PUT: write_place(out, c); break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        yz_out_16(out, c->booth.capacity);
        yz_out_text(out, c->booth.venue);
        yz_out_text(out, c->booth.id);
        yz_out_text(out, c->booth.employer);
        break;
    case YZ_COMMAND_SLOT_STEP:
        yz_out_8(out, (uint8_t)c->slot.step);
        yz_out_16(out, c->slot.slot);
        yz_out_text(out, c->slot.venue);
        yz_out_text(out, c->slot.booth);
        yz_out_text(out, c->slot.seeker);
        break;
    case YZ_COMMAND_QUEUE_STEP:
        yz_out_8(out, (uint8_t)c->queue.step);
        yz_out_text(out, c->queue.venue);
        yz_out_text(out, c->queue.booth);
        yz_out_text(out, c->queue.ticket);
        yz_out_text(out, c->queue.seeker);
        break;
    default:
        yz_out_8(out, (uint8_t)c->visit.step);
        yz_out_text(out, c->visit.venue);
        yz_out_text(out, c->visit.ticket);
    }
}

void yz_body_read_venue(yz_in *in, yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_VENUE_PUT: read_place(in, c); break;
    case YZ_COMMAND_BOOTH_PUT:
    case YZ_COMMAND_BOOTH_DELETE:
        c->booth.capacity = yz_in_16(in);
        c->booth.venue = yz_in_text(in);
        c->booth.id = yz_in_text(in);
        c->booth.employer = yz_in_text(in);
        break;
    case YZ_COMMAND_SLOT_STEP:
        c->slot.step = (yz_slot_step)yz_in_choice(in, YZ_SLOT_CANCELLED + 1);
        c->slot.slot = yz_in_16(in);
        c->slot.venue = yz_in_text(in);
        c->slot.booth = yz_in_text(in);
        c->slot.seeker = yz_in_text(in);
        break;
    case YZ_COMMAND_QUEUE_STEP:
        c->queue.step = (yz_queue_step)yz_in_choice(in, YZ_QUEUE_NO_SHOW + 1);
        c->queue.venue = yz_in_text(in);
        c->queue.booth = yz_in_text(in);
        c->queue.ticket = yz_in_text(in);
        c->queue.seeker = yz_in_text(in);
        break;
    default:
        c->visit.step = (yz_visit_step)yz_in_choice(in, YZ_VISIT_LEAVE + 1);
        c->visit.venue = yz_in_text(in);
        c->visit.ticket = yz_in_text(in);
    }
}

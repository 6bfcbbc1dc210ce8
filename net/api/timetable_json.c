#include "net/api/timetable_json.h"

#include "engine/model/time.h"
#include "net/api/inner.h"

static void write_slot(json_out *out, const timetable_answer *a, uint32_t slot) {
    char from[YZ_TIME_TEXT_MAX], to[YZ_TIME_TEXT_MAX];
    int64_t at = a->copy->from_ms + slot * a->copy->slot_ms;
    yz_time_format_instant(at, from);
    yz_time_format_instant(at + a->copy->slot_ms, to);
    json_field_uint(out, "slot", slot);
    json_field_text(out, "from", yz_text_of(from));
    json_field_text(out, "to", yz_text_of(to));
}

static void write_pair(json_out *out, const timetable_answer *a, uint32_t wish) {
    const yz_interview_wish *w = &a->copy->task.wishes[wish];
    json_field_text(out, "seeker", a->copy->seeker_ids[w->seeker]);
    json_field_text(out, "booth", a->copy->booth_ids[w->booth]);
}

static void write_interview(json_out *out, const timetable_answer *a, uint32_t wish) {
    uint32_t was = a->copy->was[wish];
    json_begin_object(out);
    write_pair(out, a, wish);
    write_slot(out, a, a->slots[wish]);
    if (was != YZ_SLOT_NONE && was != a->slots[wish]) json_field_uint(out, "was", was);
    const assign_outcome *outcome = a->outcomes ? &a->outcomes[wish] : NULL;
    if (outcome && outcome->sent) {
        json_field_bool(out, "done", outcome->status == YZ_OK);
        if (outcome->status != YZ_OK) {
            json_key(out, "error");
            api_problem_value(out, &outcome->problem, a->language);
        }
    }
    json_end_object(out);
}

void timetable_write(json_out *out, const timetable_answer *a) {
    json_begin_object(out);
    json_field_text(out, "id", a->id);
    json_field_text(out, "kind", YZ_TEXT("timetable"));
    json_field_uint(out, "seq", a->copy->sequence);
    json_field_bool(out, "changed", a->copy->changed);
    json_field_bool(out, "apply", a->apply);
    json_field_text(out, "fair", a->fair);
    json_field_uint(out, "slots", a->copy->task.slots);
    json_field_uint(out, "now", a->copy->now);
    json_key(out, "interviews");
    json_begin_array(out);
    for (uint32_t w = 0; w < a->copy->task.wish_count; w++) {
        if (a->slots[w] != YZ_SLOT_NONE) write_interview(out, a, w);
    }
    json_end_array(out);
    json_key(out, "unplanned");
    json_begin_array(out);
    for (uint32_t w = 0; w < a->copy->task.wish_count; w++) {
        if (a->slots[w] != YZ_SLOT_NONE) continue;
        json_begin_object(out);
        write_pair(out, a, w);
        if (a->copy->was[w] != YZ_SLOT_NONE) json_field_uint(out, "was", a->copy->was[w]);
        json_end_object(out);
    }
    json_end_array(out);
    json_field_uint(out, "others_moved", a->others);
    json_key(out, "certificate");
    json_begin_object(out);
    json_field_bool(out, "checked", a->checked);
    json_field_uint(out, "planned", a->proof.planned);
    json_field_uint(out, "bound", a->proof.bound);
    json_field_uint(out, "double_bookings", a->proof.seekers_twice + a->proof.over_capacity);
    json_end_object(out);
    json_end_object(out);
}

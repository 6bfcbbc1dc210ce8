#include "engine/model/venue.h"

#include "engine/base/check.h"

static bool find(const char *const *names, int count, yz_text name, int *found) {
    for (int i = 1; i < count; i++) {
        if (!yz_text_equal(name, yz_text_of(names[i]))) continue;
        *found = i;
        return true;
    }
    return false;
}

#define WORDS(type, label, ...)                                                                    \
    static const char *const label[] = {"", __VA_ARGS__};                                          \
    yz_text type##_name(type value) {                                                              \
        yz_check(value > 0 && (size_t)value < sizeof label / sizeof label[0]);                     \
        return yz_text_of(label[value]);                                                           \
    }                                                                                              \
    bool type##_parse(yz_text name, type *value) {                                                 \
        int found;                                                                                 \
        if (!find(label, (int)(sizeof label / sizeof label[0]), name, &found)) return false;       \
        *value = (type)found;                                                                      \
        return true;                                                                               \
    }

WORDS(yz_venue_kind, KINDS, "station", "fair")
WORDS(yz_slot_step, SLOTS, "booked", "kept", "no_show", "cancelled")
WORDS(yz_queue_step, QUEUES, "joined", "called", "served", "left", "no_show")
WORDS(yz_visit_step, VISITS, "enter", "leave")

yz_text yz_channel_name(yz_channel channel) {
    static const char *const CHANNELS[] = {"on_site", "online", "live"};
    yz_check((unsigned)channel <= YZ_CHANNEL_LIVE);
    return yz_text_of(CHANNELS[channel]);
}

bool yz_channel_parse(yz_text name, yz_channel *channel) {
    for (int i = YZ_CHANNEL_ON_SITE; i <= YZ_CHANNEL_LIVE; i++) {
        if (!yz_text_equal(name, yz_channel_name((yz_channel)i))) continue;
        *channel = (yz_channel)i;
        return true;
    }
    return false;
}

static yz_status in_range(int64_t value, int64_t low, int64_t high, const char *pointer,
                          yz_problem *problem) {
    if (value >= low && value <= high) return YZ_OK;
    return yz_problem_range(problem, YZ_PROBLEM_OUT_OF_RANGE, pointer, value, low, high);
}

yz_status yz_venue_check(const yz_venue *v, yz_problem *problem) {
    yz_entry entry = {.id = v->id, .name_zh = v->name_zh, .name_en = v->name_en};
    yz_status status = yz_entry_check(&entry, problem);
    if (status != YZ_OK) return status;
    if (v->kind != YZ_VENUE_STATION && v->kind != YZ_VENUE_FAIR) {
        return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "/kind");
    }
    if ((unsigned)v->channel > YZ_CHANNEL_LIVE) {
        return yz_problem_at(problem, YZ_PROBLEM_BAD_CHOICE, "/channel");
    }
    yz_posting place = {.id = v->id, .place = v->place};
    status = yz_posting_check(&place, YZ_POSTING_PLACE, problem);
    if (status == YZ_OK) {
        status = in_range(v->from_ms, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX, "/from", problem);
    }
    if (status == YZ_OK) {
        status = in_range(v->to_ms, YZ_TIME_MS_MIN, YZ_TIME_MS_MAX, "/to", problem);
    }
    if (status != YZ_OK) return status;
    if (v->to_ms < v->from_ms) return yz_problem_at(problem, YZ_PROBLEM_ENDS_BEFORE_START, "/to");
    if (v->slot_minutes == 0) return YZ_OK;
    return in_range(v->slot_minutes, 5, 480, "/slot_minutes", problem);
}

yz_status yz_booth_check(const yz_booth *b, yz_problem *problem) {
    yz_status status = yz_entry_check(&(yz_entry){.id = b->id}, problem);
    if (status == YZ_OK) status = yz_entry_check(&(yz_entry){.id = b->venue}, problem);
    if (status == YZ_OK) status = yz_entry_check(&(yz_entry){.id = b->employer}, problem);
    if (status != YZ_OK) return status;
    return in_range(b->capacity, 1, YZ_BOOTH_CAPACITY_MAX, "/capacity", problem);
}

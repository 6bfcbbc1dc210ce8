/* Any bytes as the topics of a live stream, and as the id of its last event: no crash; a topic has
 * an id of a length that ids have, none stands twice, and hears itself; an id that is taken says
 * the same when it is written again. */
#include "net/live/inner.h"

#include <stdio.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void try_topics(yz_text text) {
    live_topics topics = {.count = 0};
    yz_text wrong;
    (void)live_topics_add(&topics, text, &wrong);
    if (topics.count > LIVE_TOPICS_MAX) abort();
    for (uint32_t i = 0; i < topics.count; i++) {
        const live_topic *topic = &topics.list[i];
        if (topic->key.size > YZ_ID_BYTES_MAX) abort();
        if (topic->kind == LIVE_SCREEN && topic->key.size > 0) abort();
        bool of_all = topic->kind == LIVE_SCREEN || topic->kind == LIVE_FOUND;
        if (topic->key.size == 0 && !of_all) abort();
        if (!live_topic_hears(topic, topic)) abort();
        for (uint32_t k = 0; k < i; k++) {
            if (topics.list[k].kind == topic->kind && yz_text_equal(topics.list[k].key, topic->key))
                abort();
        }
    }
}

static void try_place(const live_desk *desk, yz_text text) {
    live_place place, again;
    char room[80];
    int size = 0;
    if (!live_place_parse(desk, text, &place) || place.kind != LIVE_AFTER) return;
    if (place.index == UINT32_MAX) {
        size = snprintf(room, sizeof room, "%lu%s%s", place.sequence,
                        desk->live->mark[0] ? "." : "", desk->live->mark);
    } else {
        size =
            snprintf(room, sizeof room, "%lu.%u%s", place.sequence, place.index, desk->live->mark);
    }
    yz_text written = {room, (uint32_t)size};
    if (!live_place_parse(desk, written, &again)) abort();
    if (again.kind != LIVE_AFTER || again.sequence != place.sequence || again.index != place.index)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
    static live_feed disk = {.mark = ""}, memory = {.mark = ".8f3a61c2"};
    live_desk desks[] = {{.live = &disk}, {.live = &memory}};
    yz_text text = {(const char *)data, (uint32_t)size};
    try_topics(text);
    try_place(&desks[0], text);
    try_place(&desks[1], text);
    return 0;
}

#include "net/live/topic.h"

static const struct {
    yz_text word;
    live_topic_kind kind;
} WORDS[] = {
    {{"seeker:", 7}, LIVE_SEEKER}, {{"posting:", 8}, LIVE_POSTING},   {{"station:", 8}, LIVE_VENUE},
    {{"fair:", 5}, LIVE_VENUE},    {{"division:", 9}, LIVE_DIVISION}, {{"found:", 6}, LIVE_FOUND},
};
#define WORD_COUNT (sizeof WORDS / sizeof WORDS[0])

static bool is_word(yz_text text, yz_text word) {
    return yz_text_starts_with(text, word) &&
           (text.size == word.size || text.bytes[word.size] == ',');
}

static bool begins_a_topic(yz_text text) {
    for (size_t i = 0; i < WORD_COUNT; i++) {
        if (yz_text_starts_with(text, WORDS[i].word)) return true;
    }
    return is_word(text, YZ_TEXT("screen")) || is_word(text, YZ_TEXT("found")) ||
           is_word(text, YZ_TEXT("stats"));
}

static bool parse(yz_text text, live_topic *topic) {
    if (yz_text_equal(text, YZ_TEXT("screen"))) {
        *topic = (live_topic){LIVE_SCREEN, YZ_TEXT("")};
        return true;
    }
    if (yz_text_equal(text, YZ_TEXT("found"))) {
        *topic = (live_topic){LIVE_FOUND, YZ_TEXT("")};
        return true;
    }
    for (size_t i = 0; i < WORD_COUNT; i++) {
        yz_text word = WORDS[i].word;
        if (!yz_text_starts_with(text, word)) continue;
        *topic = (live_topic){WORDS[i].kind, {text.bytes + word.size, text.size - word.size}};
        return topic->key.size >= 1 && topic->key.size <= YZ_ID_BYTES_MAX;
    }
    return false;
}

static bool holds(const live_topics *topics, const live_topic *topic) {
    for (uint32_t i = 0; i < topics->count; i++) {
        const live_topic *had = &topics->list[i];
        if (had->kind == topic->kind && yz_text_equal(had->key, topic->key)) return true;
    }
    return false;
}

// Up to the next comma after which a topic begins, or nothing at all does.
static uint32_t first_size(yz_text text) {
    for (uint32_t i = 0; i < text.size; i++) {
        if (text.bytes[i] != ',') continue;
        yz_text rest = {text.bytes + i + 1, text.size - i - 1};
        if (i == 0 || rest.size == 0 || begins_a_topic(rest)) return i;
    }
    return text.size;
}

live_topic_trouble live_topics_add(live_topics *topics, yz_text text, yz_text *wrong) {
    for (;;) {
        yz_text one = {text.bytes, first_size(text)};
        live_topic topic;
        *wrong = one;
        if (yz_text_equal(one, YZ_TEXT("stats"))) {
            topics->stats = true;
        } else if (!parse(one, &topic)) {
            return LIVE_TOPIC_BAD;
        } else if (!holds(topics, &topic)) {
            if (topics->count == LIVE_TOPICS_MAX) return LIVE_TOPICS_TOO_MANY;
            topics->list[topics->count++] = topic;
        }
        if (one.size == text.size) return LIVE_TOPICS_GOOD;
        text = (yz_text){text.bytes + one.size + 1, text.size - one.size - 1};
    }
}

bool live_topic_hears(const live_topic *wanted, const live_topic *topic) {
    if (wanted->kind != topic->kind) return false;
    if (wanted->kind == LIVE_DIVISION) return yz_text_starts_with(topic->key, wanted->key);
    return yz_text_equal(wanted->key, topic->key);
}

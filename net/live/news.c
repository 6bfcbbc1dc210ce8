#include "net/live/news.h"

static bool is_posting(yz_command_type type) {
    return yz_command_subject_of(type) == YZ_SUBJECT_POSTING;
}

uint32_t live_news_count(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_TELL: return c->tell.count + 1;
    case YZ_COMMAND_POLICY_FIND: return c->policy_find.count;
    case YZ_COMMAND_REFERRAL_STEP:
    case YZ_COMMAND_SLOT_STEP:
    case YZ_COMMAND_QUEUE_STEP:
    case YZ_COMMAND_VISIT: return 2;
    default: return yz_command_makes_news(c->type) ? 1 : 0;
    }
}

static yz_text posting_of(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_POSTING_PUT:
    case YZ_COMMAND_POSTING_PATCH: return c->posting_put.posting.id;
    case YZ_COMMAND_REFERRAL_STEP: return c->referral.posting;
    case YZ_COMMAND_TELL: return c->tell.posting;
    default: return is_posting(c->type) ? c->named.id : YZ_TEXT("");
    }
}

static bool says_place(const yz_command *c) {
    return c->type == YZ_COMMAND_POSTING_PUT ||
           (c->type == YZ_COMMAND_POSTING_PATCH && (c->posting_put.fields & YZ_POSTING_PLACE) != 0);
}

static bool says_gig(const yz_command *c) {
    return yz_command_form_of(c->type) == YZ_FORM_POSTING &&
           (c->posting_put.fields & YZ_POSTING_GIG) != 0;
}

yz_text live_news_posting(const yz_command *c) {
    return says_place(c) ? YZ_TEXT("") : posting_of(c);
}

static void add(live_news *news, live_topic_kind kind, yz_text key) {
    if (key.size == 0 && kind != LIVE_SCREEN && kind != LIVE_FOUND) return; // not said
    news->topics[news->topic_count++] = (live_topic){kind, key};
}

// What everybody may see of a posting.
static void open_of_posting(const yz_command *c, yz_text division, live_news *news) {
    news->open = true;
    news->division = says_place(c) ? c->posting_put.posting.place.division : division;
    add(news, LIVE_DIVISION, news->division);
    add(news, LIVE_SCREEN, YZ_TEXT(""));
}

static void tell_at(const yz_command *c, yz_text division, live_news *news) {
    news->event = c->tell.kind == YZ_TELL_GONE ? LIVE_EVENT_GONE : LIVE_EVENT_TOLD;
    if (news->index < c->tell.count) {
        news->seeker = c->tell.to[news->index].seeker;
        add(news, LIVE_SEEKER, news->seeker);
        return;
    }
    news->is_sum = true;
    add(news, LIVE_POSTING, c->tell.posting);
    open_of_posting(c, division, news);
}

static void step_at(const yz_command *c, yz_text division, live_news *news) {
    news->event = LIVE_EVENT_STEP;
    if (news->index == 1) {
        open_of_posting(c, division, news);
        return;
    }
    news->seeker = c->referral.seeker;
    add(news, LIVE_SEEKER, c->referral.seeker);
    add(news, LIVE_POSTING, c->referral.posting);
}

// Of a place where people meet: the first event for those who run it, the second for the wall.
static void meeting_at(yz_text venue, yz_text seeker, live_news *news) {
    if (news->index == 1) {
        news->open = true;
        add(news, LIVE_SCREEN, YZ_TEXT(""));
        return;
    }
    news->seeker = seeker;
    add(news, LIVE_VENUE, venue);
    add(news, LIVE_SEEKER, seeker);
}

// For those who carry policy out; the wall hears nothing of it.
static void policy_at(const yz_policy_subject *subject, live_event event, live_news *news) {
    news->event = event;
    add(news, LIVE_FOUND, YZ_TEXT(""));
    add(news, LIVE_FOUND, subject->id);
}

static yz_text venue_of(const yz_command *c) {
    switch (c->type) {
    case YZ_COMMAND_VENUE_PUT: return c->venue_put.venue.id;
    case YZ_COMMAND_VENUE_CLOSE: return c->named.id;
    default: return c->booth.venue;
    }
}

void live_news_at(const yz_command *c, uint32_t index, yz_text division, live_news *news) {
    *news = (live_news){.index = index, .seeker = YZ_TEXT(""), .division = YZ_TEXT("")};
    switch (c->type) {
    case YZ_COMMAND_TELL: tell_at(c, division, news); return;
    case YZ_COMMAND_REFERRAL_STEP: step_at(c, division, news); return;
    case YZ_COMMAND_SLOT_STEP:
        news->event = LIVE_EVENT_SLOT;
        meeting_at(c->slot.venue, c->slot.seeker, news);
        return;
    case YZ_COMMAND_QUEUE_STEP:
        news->event = LIVE_EVENT_QUEUE;
        meeting_at(c->queue.venue, c->queue.seeker, news);
        return;
    case YZ_COMMAND_POLICY_FIND:
        policy_at(&c->policy_find.looks[index].subject, LIVE_EVENT_FOUND, news);
        return;
    case YZ_COMMAND_POLICY_STEP:
        policy_at(&c->policy_step.subject, LIVE_EVENT_POLICY, news);
        return;
    case YZ_COMMAND_POLICY_ALERT:
        policy_at(&c->policy_alert.subject, LIVE_EVENT_POLICY, news);
        return;
    case YZ_COMMAND_VISIT:
        news->event = LIVE_EVENT_VISIT;
        meeting_at(c->visit.venue, YZ_TEXT(""), news);
        return;
    default: break;
    }
    if (is_posting(c->type)) {
        news->event = LIVE_EVENT_POSTING;
        add(news, LIVE_POSTING, posting_of(c));
        open_of_posting(c, division, news);
        if (says_gig(c)) add(news, LIVE_VENUE, c->posting_put.posting.station);
        return;
    }
    news->event = LIVE_EVENT_VENUE;
    news->open = true;
    add(news, LIVE_VENUE, venue_of(c));
    add(news, LIVE_SCREEN, YZ_TEXT(""));
}

yz_text live_event_name(live_event event) {
    static const yz_text NAMES[] = {
        [LIVE_EVENT_TOLD] = {"told", 4},   [LIVE_EVENT_GONE] = {"gone", 4},
        [LIVE_EVENT_STEP] = {"step", 4},   [LIVE_EVENT_POSTING] = {"posting", 7},
        [LIVE_EVENT_VENUE] = {"venue", 5}, [LIVE_EVENT_SLOT] = {"slot", 4},
        [LIVE_EVENT_QUEUE] = {"queue", 5}, [LIVE_EVENT_VISIT] = {"visit", 5},
        [LIVE_EVENT_FOUND] = {"found", 5}, [LIVE_EVENT_POLICY] = {"policy", 6},
    };
    return NAMES[event];
}

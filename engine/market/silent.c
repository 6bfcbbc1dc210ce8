/* Which of the newest commands made no news: refused, repeated, or nothing was changed by them. A
 * refusal changes nothing, so they do not enter the digest; it follows from the commands. */
#include "engine/market/state.h"

#include "engine/base/alloc.h"

uint64_t silent_at(const silent_set *s, uint64_t number) {
    return s->ring[number % YZ_SILENT_MAX];
}

void silent_deinit(silent_set *s) {
    yz_free(s->ring);
}

void silent_keep(silent_set *s, uint64_t sequence) {
    if (s->ring == NULL) s->ring = yz_alloc_zeroed(YZ_SILENT_MAX * sizeof *s->ring);
    if (s->next - s->oldest == YZ_SILENT_MAX) {
        s->from = silent_at(s, s->oldest) + 1;
        s->oldest += 1;
    }
    s->ring[s->next++ % YZ_SILENT_MAX] = sequence;
}

static bool is_of_news(yz_command_type type) {
    bool posting = type >= YZ_COMMAND_POSTING_PUT && type <= YZ_COMMAND_POSTING_CLOSE;
    return posting || (type >= YZ_COMMAND_REFERRAL_STEP && type <= YZ_COMMAND_VISIT);
}

void silent_note(silent_set *s, const yz_command *c, const yz_outcome *out) {
    if (!is_of_news(c->type)) return;
    if (out->status == YZ_OK && out->changed && !out->repeated) return;
    silent_keep(s, c->sequence);
}

bool yz_market_silent(const yz_market *m, uint64_t sequence) {
    const silent_set *s = &m->silent;
    uint64_t low = s->oldest, high = s->next; // in [low, high) if at all
    while (low < high) {
        uint64_t middle = low + (high - low) / 2;
        if (silent_at(s, middle) < sequence) {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    return low < s->next && silent_at(s, low) == sequence;
}

uint64_t yz_market_silent_from(const yz_market *m) {
    return m->silent.from;
}

bool silent_sound(const silent_set *s, const char **why) {
    *why = "silent: out of order, or more than there is room for";
    for (uint64_t n = s->oldest; n < s->next; n++) {
        if (n > s->oldest && silent_at(s, n) <= silent_at(s, n - 1)) return false;
    }
    return s->next - s->oldest <= YZ_SILENT_MAX;
}

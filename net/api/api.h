/* The routes: requests to commands and questions, outcomes and answers to JSON. Runs on the loop
 * threads. It reaches the market only through the `api_house` that the server hands in, so that the
 * same routes run in the server, in a simulator, and in tests without a socket. */
#ifndef YZ_NET_API_API_H
#define YZ_NET_API_API_H

#include "engine/market/market.h"
#include "net/api/moment.h"
#include "net/http/http.h"
#include "net/live/live.h"
#include "net/store/store.h"

/* `outcomes[i]` belongs to commands[i]; `sequence` of the first. Called on the loop thread that
 * submitted. `failure` is 0, or the HTTP status to answer: 507 the disk is full, 503 the server has
 * become read-only. Then nothing happened. */
typedef void (*api_done)(void *context, const yz_outcome *outcomes, uint32_t count,
                         uint64_t first_sequence, int failure);

/* Of a submission that was `together`: it was good, but another of the group would be refused. */
static inline bool api_was_left_out(const yz_outcome *outcome) {
    return outcome->status != YZ_OK && outcome->problem.code == YZ_PROBLEM_NONE;
}

/* What a market of the past said to a question, or why there is no answer. */
typedef struct api_past {
    const char *refusal; // a reason of problem_words; NULL: it was answered
    char value[64];      // that the reason is about
    bool later;          // it may be different in some seconds
    int status;          // as the route answers, also with a problem
    const char *content_type;
    yz_text headers; // further lines, each ended by "\r\n"
    yz_text body;
    uint64_t sequence; // the last command that counted
    int64_t at_ms;     // its time
} api_past;

/* Called on the loop thread that asked; what `past` names is borrowed during the call. */
typedef void (*api_past_done)(void *context, const api_past *past);

/* What ?public=1 answers (docs/publishing.md): counts below k are hidden, and breakdowns are of the
 * root alone. */
typedef struct api_public {
    uint32_t k; // 0: YZ_PUBLISH_K_DEFAULT
    bool off;   // all is shown
    yz_text root;
} api_public;

typedef struct api_house {
    void *context;
    api_public published;
    /* A read section on the live market: short (at most about 1 ms), never nested, no waiting
     * inside. `loop` is the number of the calling loop. */
    const yz_market *(*read_begin)(void *context, uint32_t loop);
    void (*read_end)(void *context, uint32_t loop);
    /* Takes nothing but drafts of rules (those in any case, also when it returns false): copies the
     * commands (deep) before it returns. Applied in order. `together`
     * (atomic bulk, at most 1,000, of the kinds yz_market_foresees): not interleaved with others',
     * and all or none: if one would be refused, none is carried out; that one's outcome says why,
     * the others' is YZ_ERR_CONFLICT with the problem NONE (api_was_left_out). False: too much is
     * waiting already, answer 503 with Retry-After; `done` is not called then. */
    bool (*submit)(void *context, uint32_t loop, const yz_command *commands, uint32_t count,
                   bool together, api_done done, void *done_context);
    /* One PERSON_PUT or _PATCH with what goes into the vault with it; copies both. */
    bool (*submit_secret)(void *context, uint32_t loop, const yz_command *command,
                          const store_secret *secret, api_done done, void *done_context);
    /* Reads a person's vault entry beside the loop; `done` comes on this loop. `secret` is NULL if
     * there is none, and borrowed during the call. `person` is copied. */
    void (*vault_read)(void *context, uint32_t loop, yz_text person,
                       void (*done)(void *done_context, const store_secret *secret),
                       void *done_context);
    /* Runs `run` once on this loop, after what waits there now has had its turn: for work that is
     * too long for one turn. It comes back even when its connection is gone. */
    void (*later)(void *context, uint32_t loop, void (*run)(void *run_context), void *run_context);
    /* Runs `work` beside the loops, then `after` on this loop: for work that is too long for any
     * turn and needs no market. Both come even when the connection is gone. */
    void (*beside)(void *context, uint32_t loop, void (*work)(void *work_context),
                   void (*after)(void *work_context), void *work_context);
    int64_t (*now_ms)(void *context);    // wall clock
    int64_t (*market_ms)(void *context); // the clock of new commands: another one with `--at`
    uint64_t (*now_ns)(void *context);   // monotonic, for durations
    /* Adds the server's own series in Prometheus text to the /metrics answer. */
    void (*metrics)(void *context, void (*put)(void *to, yz_text line), void *to);
    /* NULL when ready, else a JSON object that says why not. A server that has become read-only is
     * not ready, and still answers reads. */
    const char *(*not_ready)(void *context, yz_arena *arena);
    /* The market is still being loaded: only routes that need nothing are answered. */
    bool (*loading)(void *context);
    /* The server drains: work that has not begun is not begun any more. On any thread. The function
     * may be NULL: it never does. */
    bool (*stopping)(void *context);
    /* Where the streams of this loop are; NULL: there are none. The function may be NULL too. */
    live_desk *(*live)(void *context, uint32_t loop);
    /* Puts a question to the market as it was at that moment: a target, and header lines, each
     * behind a tab. Copies it. NULL: `done` comes later, on this loop; else why not, at once (a
     * reason of problem_words). The function may be NULL: nothing is kept of the past. */
    const char *(*as_of)(void *context, uint32_t loop, const api_moment *moment, yz_text question,
                         api_past_done done, void *done_context);
    /* This is such a market: only routes that take ?as_of= are answered, and that is not taken. */
    bool past;
    bool amid; // it stands at a sequence: more commands of its millisecond may come behind
} api_house;

typedef struct api api;

/* One per loop thread. `loop` is handed back to the house. */
api *api_new(const api_house *house, uint32_t loop);
void api_free(api *a);
/* What it publishes from now on, in the place of the house's. Copies nothing: `how->root` stays. */
void api_publishes(api *a, const api_public *how);
/* It stands at a sequence (api_house.amid). */
void api_stands_amid(api *a);
/* The handler to give to http. */
http_handler api_handler(api *a);

#endif

/* What the files of net/api share: one request on its way to an answer. Inside net/api only. */
#ifndef YZ_NET_API_INNER_H
#define YZ_NET_API_INNER_H

#include "engine/market/policy_view.h"
#include "net/api/api.h"
#include "net/api/idempotency.h"
#include "net/api/problem_text.h"
#include "net/api/query.h"
#include "net/api/warning_text.h"

#define API_ANSWER_BYTES_MAX ((size_t)16 << 20)
#define API_LIMIT_DEFAULT 100
#define API_LIMIT_MAX 1000

/* The seven collections of records, in the order of the routes. */
typedef enum api_kind {
    API_POSTINGS,
    API_SEEKERS,
    API_SKILLS, // from here on dictionaries, in the order of yz_dictionary
    API_OCCUPATIONS,
    API_DIVISIONS,
    API_EMPLOYERS,
    API_PERSONS,
} api_kind;

static inline bool api_kind_is_entry(api_kind kind) {
    return kind >= API_SKILLS;
}
static inline yz_dictionary api_kind_dictionary(api_kind kind) {
    return (yz_dictionary)(kind - API_SKILLS);
}
/* "postings" and so on. */
yz_text api_kind_name(api_kind kind);

#define API_IDS_MAX 2 // ids in one path

typedef struct api_route api_route;
typedef struct api_call api_call;
typedef struct api_errand api_errand;
typedef struct api_walk api_walk;

struct api {
    api_house house;
    uint32_t loop;
    yz_desk *desk;
    json_out out;   // of the answer being made; nothing in it outlives a call
    yz_hit *hits;   // YZ_K_MAX of them
    uint32_t *rows; // for standing searches, grown as needed
    uint32_t rows_room;
    unsigned char *chain; // hashes of the rows of the ledger so far, STORE_CHAIN_BYTES each
    uint64_t chain_count, chain_room;
    api_walk *walks;     // in line (net/api/walks.h), the one under way first
    uint32_t walk_count; // with the one whose slice is running
    bool walks_wait;     // for their turn
};

/* What hangs in the user slot of an exchange: a call until its body is there, then an errand. */
typedef struct api_user {
    bool is_errand;
} api_user;

/* One request being answered. In the exchange's arena. */
struct api_call {
    api_user user; // is_errand false
    api *a;
    http_exchange *exchange;
    const api_route *route;
    yz_text id, sub;   // of the path, decoded; or "". sub: the second one, of a booth
    api_query query;   // parameters, all of them known to the route
    api_prints prints; // of a write's Idempotency-Key
    problem_language language;
};

/* An answer that comes later, or in pieces. Begins with this; lives on the heap, hangs in the user
 * slot of its exchange. `exchange` becomes NULL when the connection went away. */
struct api_errand {
    api_user user; // is_errand true
    api *a;
    http_exchange *exchange;
    problem_language language;
    void (*body)(api_errand *errand, yz_text bytes); // STREAM routes; else NULL
    void (*end)(api_errand *errand);
    void (*drained)(api_errand *errand);
    void (*gone)(api_errand *errand); // must free it, now or when its command comes back
};

/* Takes the call's place in the user slot; the call ends, the errand goes on. The other members are
 * the caller's to fill in. */
void api_errand_begin(api_errand *errand, const api_call *call);
/* The answer is complete: takes the errand off its exchange. Frees nothing. */
void api_errand_end(api_errand *errand);

/* ---- routes ---- */

typedef enum api_body {
    API_BODY_NONE,
    API_BODY_JSON, // application/json
    API_BODY_BULK, // application/x-ndjson or text/csv, streamed
    API_BODY_TEXT, // text/plain, streamed: rules are longer than a buffered body may be
} api_body;

struct api_route {
    http_method method;
    const char *template; // "/v1/postings/{id}": API_IDS_MAX of {…} at most
    const char *params;   // "limit cursor": the query parameters it knows
    const char *statuses; // "200 404": what it may answer beyond API_STATUSES_COMMON
    uint8_t need;         // auth_need
    uint8_t body;         // api_body
    uint8_t kind;         // api_kind, for routes of records; yz_venue_kind, for those of venues
    void (*handle)(api_call *call);
};

/* Every route may answer these: bad parameters, denied; framing is http's. */
#define API_STATUSES_COMMON "400 403"

extern const api_route API_ROUTES[];
extern const uint32_t API_ROUTE_COUNT;

/* ---- answers ---- */

/* `call->a->out` as JSON. `headers`: further lines or "". */
void api_answer(http_exchange *exchange, api *a, int status, yz_text headers);
void api_answer_empty(http_exchange *exchange, int status, yz_text headers);
void api_refuse(api_call *call, const char *reason, yz_text value);
/* The same, naming what there is to choose from. */
void api_refuse_naming(api_call *call, const char *reason, yz_text value, yz_text choices);
void api_fail(api_call *call, const yz_problem *problem);
/* Rules that do not load: the whole sentence, with file, line and column before it. */
void api_fail_rules(api_call *call, const yz_rules_problem *problem);
/* Is it about persons, so that problems do not repeat what was sent? */
bool api_call_is_personal(const api_call *call);
/* The same when only the exchange is left. `headers` further lines or "". */
void api_refuse_exchange(api *a, http_exchange *exchange, problem_language language,
                         const char *reason, yz_text value, yz_text headers);
void api_fail_exchange(api *a, http_exchange *exchange, problem_language language,
                       const yz_problem *problem, yz_text headers);
/* The word for a failure of api_done: "disk_full" or "read_only". */
const char *api_failure_word(int failure);
/* {"code","pointer","message","fix"} as a value, for result lines. */
void api_problem_value(json_out *out, const yz_problem *problem, problem_language language);
void api_refusal_value(json_out *out, const char *reason, yz_text value, problem_language language);
problem_language api_language(const http_exchange *exchange);
/* Is `type` the media type `wanted`, whatever its parameters? */
bool api_is_media(yz_text type, const char *wanted);

/* ETag: "7". */
#define API_ETAG_MAX 48
yz_text api_etag(uint32_t version, char line[API_ETAG_MAX]);

/* The lines of an answer that shows a record: ETag, and Yizhan-State unless `state` is "". */
#define API_VIEW_LINES_MAX 120
yz_text api_view_lines(uint32_t version, yz_text state, char lines[API_VIEW_LINES_MAX]);

typedef struct api_precondition {
    uint32_t if_version; // YZ_VERSION_ANY without If-Match
    bool only_new;       // If-None-Match: *
} api_precondition;
/* False: answered with 400 already. */
bool api_preconditions(api_call *call, api_precondition *wanted);
/* Things without a version take no precondition. False: answered with 400 already. */
bool api_no_preconditions(api_call *call);
/* Does If-None-Match name this version? */
bool api_not_modified(const api_call *call, uint32_t version);

/* The body as JSON. False: answered already. */
bool api_body_json(api_call *call, json_tree *tree);

/* yz_market_admit, and what only the door asks: no id is an id number or a phone. */
YZ_MUST_USE yz_status api_admit(const yz_command *command, yz_problem *problem);
/* Was the write this call repeats carried out before? Then what the market holds now is no reason
 * to refuse it. `receipt` may be empty. Inside a read section. */
bool api_is_repeat(const yz_market *market, const yz_receipt *receipt);

/* A command on its way to an answer. */
typedef struct api_write {
    yz_command command;         // without its receipt
    const store_secret *secret; // NULL: none; else a PERSON_PUT or _PATCH
    yz_text body;               // that came, where it was streamed; for the receipt
    wire_warnings warnings;     // told with the answer
    /* `status_created`: 201, or 200 where nothing can be new; 204 answers without a body. */
    int status_done, status_created;
    /* What the answer begins with, instead of id, version and ETag; NULL: those. `told` lives in
     * the exchange's arena. In a read section, after the command: the market may be further on. */
    void (*tell)(json_out *out, const yz_market *market, const yz_outcome *outcome,
                 const void *told);
    const void *told;
    /* The command was refused: true if another one was sent instead, with api_submit. May be NULL.
     */
    bool (*again)(api_call *call, const yz_outcome *outcome, const void *told);
} api_write;

/* Before a PERSON_PUT or _PATCH is sent with what goes into the vault: would the market refuse it
 * as things stand? The vault changes with the journal, whatever the market says afterwards, so this
 * is asked first. A repeat of what was carried out goes without its secret. And a put over somebody
 * who is there must not forget what the vault still holds: where it says nothing of id number or
 * account, it becomes a patch of all the rest. Inside a read section. */
typedef struct person_look {
    bool unknown_division_is_fine; // it is entered first
} person_look;
YZ_MUST_USE yz_status person_look_first(const yz_market *market, yz_command *command,
                                        store_secret *secret, person_look how, yz_problem *problem);

/* Sends it; the answer follows when it is applied. */
void api_submit(api_call *call, const api_write *write);

/* Memory of the exchange for a command that is told of after it was carried out. NULL: answered
 * already. */
yz_command *api_command(api_call *call, yz_command_type type);
/* Sends such a command; the answer, 200 or 201, begins with what `tell` says of it. */
void api_submit_told(api_call *call, const yz_command *command,
                     void (*tell)(json_out *out, const yz_market *market, const yz_outcome *outcome,
                                  const void *told));

/* ---- pages of a list ---- */

typedef struct api_page {
    uint8_t kind; // of its cursor
    uint32_t limit, row;
    uint64_t first; // sequence of the first page; 0: this is it
} api_page;
/* Kinds of cursors beyond those of api_kind and of match. */
#define API_PAGE_STATIONS 40
#define API_PAGE_FAIRS 41
#define API_PAGE_BOOTHS 42
#define API_PAGE_SLOTS 43
#define API_PAGE_BOOKINGS 44
#define API_PAGE_OF_POSTING 45
#define API_PAGE_OF_SEEKER 46
#define API_PAGE_ROSTER 47
#define API_PAGE_TARGETS 48
#define API_PAGE_POLICY_LIST 49
#define API_PAGE_LEDGER 50
#define API_PAGE_ALERTS 51
#define API_PAGE_CLAWBACKS 52
#define API_PAGE_SUBJECTS 53
#define API_PAGE_PAYMENTS 54

/* From the parameters limit and cursor. False: answered already. */
bool api_page_read(api_call *call, uint8_t kind, api_page *page);
/* Begins an answer that is nothing but a page: {"items":[ */
void api_page_begin(api_call *call);
/* Ends the object that was begun with next_cursor (null unless there is `more`), seq and changed,
 * and answers with it. */
void api_page_end(api_call *call, const api_page *page, bool more, uint64_t sequence);
/* Rows are looked at in slices of so many, each in a read section of its own. */
#define API_ROWS_PER_HOLD 200 // about 0.2 ms of postings

/* A read section of the house (api.h): short, not nested, nothing in it waits. */
const yz_market *api_read(api *a);
void api_read_end(api *a);

/* ---- counters for /metrics, of all loops ---- */

typedef enum api_question {
    API_ASK_JOBS,
    API_ASK_SEEKERS,
    API_ASK_STANDING,
    API_ASK_WHY,
    API_ASK_RELAX,
    API_ASK_UNLOCK,
} api_question;
#define API_QUESTION_COUNT 6

void api_count_question(api_question question, uint64_t ns);
void api_count_rows(uint64_t ok, uint64_t failed);
void api_metrics_put(api *a, json_out *out);

/* ---- the past ---- */

/* Does it know this query parameter? */
bool api_route_takes(const api_route *route, yz_text parameter);
/* Answers a call of a route that takes ?as_of=, which has this value. */
void api_as_of(api_call *call, yz_text value);

/* ---- handlers, by file ---- */

void route_record_get(api_call *call);
void route_record_put(api_call *call);
void route_record_patch(api_call *call);
void route_record_delete(api_call *call);
void route_record_pause(api_call *call);
void route_record_resume(api_call *call);
void route_person_get(api_call *call);
void route_person_put(api_call *call);
void route_person_patch(api_call *call);
void route_person_delete(api_call *call);
void route_person_reveal(api_call *call);
void route_list(api_call *call);
void route_referral_step(api_call *call);
void route_referral_list(api_call *call);
void route_openings(api_call *call);
void route_roster(api_call *call);
void route_venue_list(api_call *call);
void route_venue_get(api_call *call);
void route_venue_put(api_call *call);
void route_venue_close(api_call *call);
void route_venue_counts(api_call *call);
void route_booth_list(api_call *call);
void route_booth_get(api_call *call);
void route_booth_put(api_call *call);
void route_booth_delete(api_call *call);
void route_slot_list(api_call *call);
void route_slot_step(api_call *call);
void route_booking_list(api_call *call);
void route_queue_get(api_call *call);
void route_queue_step(api_call *call);
void route_visit(api_call *call);
void route_target_list(api_call *call);
void route_target_get(api_call *call);
void route_target_put(api_call *call);
void route_target_delete(api_call *call);
void route_subject_get(api_call *call);
void route_subject_put(api_call *call);
void route_subject_patch(api_call *call);
void route_subject_delete(api_call *call);
void route_rules_list(api_call *call);
void route_rules_get(api_call *call);
void route_rules_put(api_call *call);
void route_rules_delete(api_call *call);
void route_eligibility(api_call *call);
void route_subject_events(api_call *call);
void route_decide(api_call *call);
void route_subject_list(api_call *call);
void route_policy_list(api_call *call);
void route_policy_step(api_call *call);
void route_policy_payment(api_call *call);
void route_payment_list(api_call *call);
void route_budget_list(api_call *call);
void route_budget_put(api_call *call);
void route_alert_list(api_call *call);
void route_alert_close(api_call *call);
void route_clawback_list(api_call *call);
void route_refund(api_call *call);
void route_ledger(api_call *call);
void route_ledger_again(api_call *call);
void route_guide(api_call *call);
void route_coverage(api_call *call);
void route_near(api_call *call);
void route_export(api_call *call);
void route_template(api_call *call);
void route_bulk(api_call *call);
void route_match_jobs(api_call *call);
void route_match_seekers(api_call *call);
void route_match_standing(api_call *call);
void route_match_why(api_call *call);
void route_match_relax(api_call *call);
void route_match_unlock(api_call *call);
void route_assign_fair(api_call *call);
void route_assign_gigs(api_call *call);
void route_assign_timetable(api_call *call);
void route_assign_get(api_call *call);
void route_stats(api_call *call);
void route_definitions(api_call *call);
void route_fair_stats(api_call *call);
void route_station_stats(api_call *call);
void route_needs(api_call *call);
void route_target_stats(api_call *call);
void route_policy_series(api_call *call);
void route_report_month(api_call *call);
void route_report_fair(api_call *call);
void route_profile_get(api_call *call);
void route_profile_put(api_call *call);
void route_weights(api_call *call);
void route_digest(api_call *call);
void route_counts(api_call *call);
void route_openapi(api_call *call);
void route_metrics(api_call *call);
void route_live(api_call *call);
void route_events(api_call *call);
/* Does it ask for Server-Sent Events by name, as a browser's EventSource does? */
bool api_wants_events(const http_exchange *exchange);
void route_ready(api_call *call);
void route_problem(api_call *call);

#endif

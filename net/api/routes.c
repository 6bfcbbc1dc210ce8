/* One table: it drives dispatch, is what /openapi.json is tested against, and gives metrics and
 * audit their names. Templates with more exact text come first. */
#include "net/api/inner.h"

#include "net/auth/authorise.h"

#define GET HTTP_METHOD_GET
#define PUT HTTP_METHOD_PUT
#define POST HTTP_METHOD_POST
#define PATCH HTTP_METHOD_PATCH
#define DELETE HTTP_METHOD_DELETE
#define READ AUTH_NEED_READ
#define WRITE AUTH_NEED_WRITE
#define OPEN AUTH_NEED_NOTHING
#define BARE API_BODY_NONE
#define JSON API_BODY_JSON
#define BULK API_BODY_BULK
#define TEXT API_BODY_TEXT

#define MATCH(question, handler, statuses)                                                         \
    { POST, "/v1/match/" question, "", statuses, READ, JSON, 0, handler }

#define COLLECTION(name, kind)                                                                     \
    {GET, "/v1/" name, "limit cursor", "200 503", READ, BARE, kind, route_list},                   \
        {GET, "/v1/" name "/template.csv", "", "200 503", READ, BARE, kind, route_template},       \
        {GET, "/v1/" name "/export", "format", "200 503", READ, BARE, kind, route_export},         \
        {POST, "/v1/" name "/bulk", "dry_run atomic create", "200 413 415 503 507", WRITE, BULK,   \
         kind, route_bulk},                                                                        \
        {GET, "/v1/" name "/{id}", "", "200 304 404 503", READ, BARE, kind, route_record_get},     \
        {PUT,  "/v1/" name "/{id}", "", "200 201 409 412 413 415 422 503 507", WRITE, JSON,        \
         kind, route_record_put},                                                                  \
        {PATCH, "/v1/" name "/{id}", "", "200 404 409 412 413 415 422 503 507", WRITE, JSON,       \
         kind,  route_record_patch},                                                               \
    {                                                                                              \
        DELETE, "/v1/" name "/{id}", "", "204 404 409 412 422 503 507", WRITE, BARE, kind,         \
            route_record_delete                                                                    \
    }

#define PAUSABLE(name, kind)                                                                       \
    {POST, "/v1/" name "/{id}/pause", "", "200 404 409 412 422 503 507", WRITE, BARE,              \
     kind, route_record_pause},                                                                    \
    {                                                                                              \
        POST, "/v1/" name "/{id}/resume", "", "200 404 409 412 422 503 507", WRITE, BARE, kind,    \
            route_record_resume                                                                    \
    }

#define VENUES(name, kind)                                                                          \
    {GET, "/v1/" name, "limit cursor", "200 503", READ, BARE, kind, route_venue_list},              \
        {GET, "/v1/" name "/{id}", "", "200 304 404 503", READ, BARE, kind, route_venue_get},       \
        {PUT,  "/v1/" name "/{id}", "", "200 201 409 412 413 415 422 503 507", WRITE, JSON,         \
         kind, route_venue_put},                                                                    \
        {DELETE, "/v1/" name "/{id}", "", "204 404 409 412 422 503 507", WRITE, BARE,               \
         kind,   route_venue_close},                                                                \
        {GET, "/v1/" name "/{id}/counts", "", "200 404 503", READ, BARE, kind, route_venue_counts}, \
        {GET,                                                                                       \
         "/v1/" name "/{id}/queue",                                                                 \
         "booth ticket limit",                                                                      \
         "200 404 503",                                                                             \
         READ,                                                                                      \
         BARE,                                                                                      \
         kind,                                                                                      \
         route_queue_get},                                                                          \
        {POST, "/v1/" name "/{id}/queue", "", "200 201 404 409 413 415 422 503 507", WRITE, JSON,   \
         kind, route_queue_step},                                                                   \
    {                                                                                               \
        POST, "/v1/" name "/{id}/visits", "", "200 201 404 409 413 415 422 503 507", WRITE, JSON,   \
            kind, route_visit                                                                       \
    }

#define FAIR YZ_VENUE_FAIR
/* What a route may answer to ?as_of= beyond its own. */
#define PAST "404 409 422 500 503"

const api_route API_ROUTES[] = {
    MATCH("jobs", route_match_jobs, "200 404 413 415 422 503"),
    MATCH("seekers", route_match_seekers, "200 404 413 415 422 503"),
    MATCH("standing", route_match_standing, "200 404 413 415 422 503"),
    MATCH("why", route_match_why, "200 404 413 415 422 503"),
    MATCH("relax", route_match_relax, "200 404 413 415 422 503"),
    MATCH("unlock", route_match_unlock, "200 404 413 415 422 503"),
    {POST, "/v1/assign/fair", "", "200 404 413 415 422 503 507", WRITE, JSON, 0, route_assign_fair},
    {POST, "/v1/assign/gigs", "", "200 404 413 415 422 503 507", WRITE, JSON, 0, route_assign_gigs},
    {POST, "/v1/assign/timetable", "", "200 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_assign_timetable},
    {GET, "/v1/assign/{id}", "", "200 404 503", READ, BARE, 0, route_assign_get},
    {GET, "/livez", "", "200", OPEN, BARE, 0, route_live},
    {GET, "/readyz", "", "200 503", OPEN, BARE, 0, route_ready},
    {GET, "/healthz", "", "200 503", OPEN, BARE, 0, route_ready},
    {GET, "/metrics", "", "200 503", READ, BARE, 0, route_metrics},
    {GET, "/openapi.json", "", "200 503", READ, BARE, 0, route_openapi},
    {GET, "/problems/{id}", "", "200 404 503", READ, BARE, 0, route_problem},
    {GET, "/v1/live", "topic* division fair last_event_id from", "200 404 422 503", READ, BARE, 0,
     route_events},
    {GET, "/v1/digest", "as_of", PAST " 200", READ, BARE, 0, route_digest},
    {GET, "/v1/stats/definitions", "format", "200 503", READ, BARE, 0, route_definitions},
    {GET, "/v1/stats/fairs/{id}", "window from to as_of format", PAST " 200", READ, BARE, FAIR,
     route_fair_stats},
    {GET, "/v1/stats/stations/{id}", "window period from to as_of format", PAST " 200", READ, BARE,
     YZ_VENUE_STATION, route_station_stats},
    {GET, "/v1/stats/targets", "division year as_of format", PAST " 200", READ, BARE, 0,
     route_target_stats},
    {GET, "/v1/policy/series", "series division measure by period as_of format", PAST " 200", READ,
     BARE, 0, route_policy_series},
    {GET, "/v1/stats/needs", "division k least public as_of format", PAST " 200", READ, BARE, 0,
     route_needs},
    {GET, "/v1/stats",
     "series division occupation group type venue channel skill window period from to by level k "
     "least public as_of format",
     PAST " 200", READ, BARE, 0, route_stats},
    {GET, "/v1/reports/month/{month}", "division format lang as_of", PAST " 200", READ, BARE, 0,
     route_report_month},
    {GET, "/v1/reports/fairs/{id}", "format lang as_of", PAST " 200", READ, BARE, 0,
     route_report_fair},
    {GET, "/v1/counts", "", "200 503", READ, BARE, 0, route_counts},
    {GET, "/v1/profile", "", "200 503", READ, BARE, 0, route_profile_get},
    {PUT, "/v1/profile", "", "202 409 413 415 422 503 507", WRITE, JSON, 0, route_profile_put},
    {POST, "/v1/weights", "", "202 409 413 415 422 503 507", WRITE, JSON, 0, route_weights},
    COLLECTION("postings", API_POSTINGS),
    PAUSABLE("postings", API_POSTINGS),
    COLLECTION("seekers", API_SEEKERS),
    PAUSABLE("seekers", API_SEEKERS),
    COLLECTION("skills", API_SKILLS),
    COLLECTION("occupations", API_OCCUPATIONS),
    COLLECTION("divisions", API_DIVISIONS),
    COLLECTION("employers", API_EMPLOYERS),
    {GET, "/v1/persons", "limit cursor", "200 503", READ, BARE, API_PERSONS, route_list},
    {GET, "/v1/persons/template.csv", "", "200 503", READ, BARE, API_PERSONS, route_template},
    {GET, "/v1/persons/export", "format", "200 503", READ, BARE, API_PERSONS, route_export},
    {POST, "/v1/persons/bulk", "dry_run create", "200 413 415 503 507", WRITE, BULK, API_PERSONS,
     route_bulk},
    {GET, "/v1/persons/{id}", "", "200 304 404 503", READ, BARE, API_PERSONS, route_person_get},
    {PUT, "/v1/persons/{id}", "", "200 201 404 409 412 413 415 422 503 507", WRITE, JSON,
     API_PERSONS, route_person_put},
    {PATCH, "/v1/persons/{id}", "", "200 404 409 412 413 415 422 503 507", WRITE, JSON, API_PERSONS,
     route_person_patch},
    {DELETE, "/v1/persons/{id}", "", "204 404 409 412 422 503 507", WRITE, BARE, API_PERSONS,
     route_person_delete},
    {POST, "/v1/persons/{id}/reveal", "", "200 404 409 413 415 422 503 507", WRITE, JSON,
     API_PERSONS, route_person_reveal},
    {GET, "/v1/postings/{id}/openings", "", "200 404 503", READ, BARE, API_POSTINGS,
     route_openings},
    {GET, "/v1/postings/{id}/roster", "limit cursor", "200 404 503", READ, BARE, API_POSTINGS,
     route_roster},
    {GET, "/v1/referrals", "seeker posting limit cursor", "200 404 503", READ, BARE, 0,
     route_referral_list},
    {POST, "/v1/referrals", "", "200 201 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_referral_step},
    VENUES("stations", YZ_VENUE_STATION),
    VENUES("fairs", FAIR),
    {GET, "/v1/fairs/{id}/booths", "limit cursor", "200 404 503", READ, BARE, FAIR,
     route_booth_list},
    {GET, "/v1/fairs/{id}/booths/{booth}", "", "200 404 503", READ, BARE, FAIR, route_booth_get},
    {PUT, "/v1/fairs/{id}/booths/{booth}", "", "200 201 404 409 413 415 422 503 507", WRITE, JSON,
     FAIR, route_booth_put},
    {DELETE, "/v1/fairs/{id}/booths/{booth}", "", "204 404 409 422 503 507", WRITE, BARE, FAIR,
     route_booth_delete},
    {GET, "/v1/fairs/{id}/slots", "booth limit cursor", "200 404 503", READ, BARE, FAIR,
     route_slot_list},
    {POST, "/v1/fairs/{id}/slots", "", "200 201 404 409 413 415 422 503 507", WRITE, JSON, FAIR,
     route_slot_step},
    {GET, "/v1/fairs/{id}/bookings", "booth seeker limit cursor", "200 404 503", READ, BARE, FAIR,
     route_booking_list},
    {GET, "/v1/policy/subjects", "kind division on limit cursor format", "200 422 503", READ, BARE,
     0, route_subject_list},
    {GET, "/v1/policy/subjects/{kind}/{id}/eligibility", "measure on as_of", PAST " 200", READ,
     BARE, 0, route_eligibility},
    {POST, "/v1/policy/subjects/{kind}/{id}/events", "", "200 404 409 412 413 415 422 503 507",
     WRITE, JSON, 0, route_subject_events},
    {GET, "/v1/policy/subjects/{kind}/{id}", "as_of", PAST " 200 304", READ, BARE, 0,
     route_subject_get},
    {PUT, "/v1/policy/subjects/{kind}/{id}", "", "200 201 409 412 413 415 422 503 507", WRITE, JSON,
     0, route_subject_put},
    {PATCH, "/v1/policy/subjects/{kind}/{id}", "", "200 404 409 412 413 415 422 503 507", WRITE,
     JSON, 0, route_subject_patch},
    {DELETE, "/v1/policy/subjects/{kind}/{id}", "", "204 404 409 412 422 503 507", WRITE, BARE, 0,
     route_subject_delete},
    {GET, "/v1/policy/rules", "", "200 503", READ, BARE, 0, route_rules_list},
    {GET, "/v1/policy/rules/{id}", "", "200 404 503", READ, BARE, 0, route_rules_get},
    {PUT, "/v1/policy/rules/{id}", "", "200 201 409 413 415 422 503 507", WRITE, TEXT, 0,
     route_rules_put},
    {DELETE, "/v1/policy/rules/{id}", "", "204 404 409 422 503 507", WRITE, BARE, 0,
     route_rules_delete},
    {POST, "/v1/policy/decide", "", "200 404 409 413 415 422 503", READ, JSON, 0, route_decide},
    {GET, "/v1/policy/list",
     "measure kind division state decision since closing_within clock overdue limit cursor format "
     "as_of",
     PAST " 200", READ, BARE, 0, route_policy_list},
    {POST, "/v1/policy/steps", "", "200 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_policy_step},
    {GET, "/v1/policy/payments", "person employer measure limit cursor", "200 404 503", READ, BARE,
     0, route_payment_list},
    {POST, "/v1/policy/payments", "", "201 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_policy_payment},
    {GET, "/v1/policy/budgets", "fund year", "200 503", READ, BARE, 0, route_budget_list},
    {PUT, "/v1/policy/budgets/{fund}/{year}", "division", "200 201 404 409 413 415 422 503 507",
     WRITE, JSON, 0, route_budget_put},
    {GET, "/v1/policy/alerts", "check state severity division limit cursor format",
     "200 404 422 503", READ, BARE, 0, route_alert_list},
    {POST, "/v1/policy/alerts", "", "200 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_alert_close},
    {GET, "/v1/policy/clawbacks", "measure check state division limit cursor format",
     "200 404 422 503", READ, BARE, 0, route_clawback_list},
    {POST, "/v1/policy/refunds", "", "200 404 409 413 415 422 503 507", WRITE, JSON, 0,
     route_refund},
    {GET, "/v1/policy/ledger", "measure division from to limit cursor format", "200 404 422 503",
     READ, BARE, 0, route_ledger},
    {GET, "/v1/policy/ledger/{id}/again", "", "200 404 409 500 503", READ, BARE, 0,
     route_ledger_again},
    {GET, "/v1/policy/guides/{id}", "format lang", "200 404 409 503", READ, BARE, 0, route_guide},
    {GET, "/v1/policy/near", "measure division on limit format", "200 404 409 503", READ, BARE, 0,
     route_near},
    {GET, "/v1/policy/coverage", "level format", "200 409 422 503", READ, BARE, 0, route_coverage},
    {GET, "/v1/targets", "limit cursor", "200 503", READ, BARE, 0, route_target_list},
    {GET, "/v1/targets/{id}", "", "200 304 404 503", READ, BARE, 0, route_target_get},
    {PUT, "/v1/targets/{id}", "", "200 201 412 413 415 422 503 507", WRITE, JSON, 0,
     route_target_put},
    {DELETE, "/v1/targets/{id}", "", "204 404 412 422 503 507", WRITE, BARE, 0,
     route_target_delete},
};
const uint32_t API_ROUTE_COUNT = sizeof API_ROUTES / sizeof API_ROUTES[0];

yz_text api_kind_name(api_kind kind) {
    if (kind == API_POSTINGS) return YZ_TEXT("postings");
    if (kind == API_SEEKERS) return YZ_TEXT("seekers");
    return yz_dictionary_name(api_kind_dictionary(kind));
}

/* The contract: every route, method and status of the table stands in openapi.json and the other
 * way round, and so do the query parameters. */
#include "house.h"

#include "net/api/inner.h"
#include "net/api/openapi.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>

static const struct {
    http_method method;
    const char *name;
} METHODS[] = {{HTTP_METHOD_GET, "get"},
               {HTTP_METHOD_PUT, "put"},
               {HTTP_METHOD_POST, "post"},
               {HTTP_METHOD_PATCH, "patch"},
               {HTTP_METHOD_DELETE, "delete"}};

static cJSON *document(void) {
    cJSON *doc = cJSON_ParseWithLength(OPENAPI_BYTES, OPENAPI_SIZE);
    cr_assert_not_null(doc);
    return doc;
}

static const api_route *route_of(const char *template, const char *method) {
    for (uint32_t i = 0; i < API_ROUTE_COUNT; i++) {
        for (size_t m = 0; m < 5; m++) {
            if (API_ROUTES[i].method == METHODS[m].method && !strcmp(METHODS[m].name, method) &&
                !strcmp(API_ROUTES[i].template, template)) {
                return &API_ROUTES[i];
            }
        }
    }
    return NULL;
}

static bool has_word(const char *words, const char *word) {
    size_t size = strlen(word);
    for (const char *at = words; (at = strstr(at, word)) != NULL; at += size) {
        // One that may stand several times ends in '*'.
        bool ends = at[size] == ' ' || at[size] == '\0' || at[size] == '*';
        if ((at == words || at[-1] == ' ') && ends) return true;
    }
    return false;
}

static uint32_t words_in(const char *words) {
    uint32_t count = words[0] != '\0';
    for (; *words; words++)
        count += *words == ' ';
    return count;
}

static void compare(const api_route *route, const cJSON *operation, const char *path) {
    const cJSON *responses = cJSON_GetObjectItemCaseSensitive(operation, "responses");
    const cJSON *node;
    uint32_t statuses = 0, params = 0;
    cJSON_ArrayForEach(node, responses) {
        bool known =
            has_word(route->statuses, node->string) || has_word(API_STATUSES_COMMON, node->string);
        cr_assert(known, "%s: status %s is not in the table", path, node->string);
        statuses += 1;
    }
    cr_assert_eq(statuses, words_in(route->statuses) + words_in(API_STATUSES_COMMON), "%s %d", path,
                 route->method);
    cJSON_ArrayForEach(node, cJSON_GetObjectItemCaseSensitive(operation, "parameters")) {
        const cJSON *in = cJSON_GetObjectItemCaseSensitive(node, "in");
        if (in == NULL || strcmp(in->valuestring, "query") != 0) continue;
        const char *name = cJSON_GetObjectItemCaseSensitive(node, "name")->valuestring;
        cr_assert(has_word(route->params, name), "%s: parameter %s", path, name);
        params += 1;
    }
    cr_assert_eq(params, words_in(route->params), "%s", path);
}

Test(openapi, and_the_table_say_the_same) {
    cJSON *doc = document();
    const cJSON *path, *operation;
    uint32_t operations = 0;
    cJSON_ArrayForEach(path, cJSON_GetObjectItemCaseSensitive(doc, "paths")) {
        cJSON_ArrayForEach(operation, path) {
            const api_route *route = route_of(path->string, operation->string);
            cr_assert_not_null(route, "%s %s is no route", operation->string, path->string);
            compare(route, operation, path->string);
            operations += 1;
        }
    }
    cr_assert_eq(operations, API_ROUTE_COUNT);
    cJSON_Delete(doc);
}

// Follows every "$ref" of the document.
static void resolve(const cJSON *doc, const cJSON *node) {
    for (const cJSON *child = node->child; child != NULL; child = child->next) {
        if (child->string != NULL && strcmp(child->string, "$ref") == 0) {
            char copy[100];
            const cJSON *at = doc;
            snprintf(copy, sizeof copy, "%s", child->valuestring + 2);
            for (char *word = strtok(copy, "/"); word != NULL; word = strtok(NULL, "/"))
                at = cJSON_GetObjectItemCaseSensitive(at, word);
            cr_assert_not_null(at, "%s", child->valuestring);
        }
        resolve(doc, child);
    }
}

Test(openapi, every_reference_leads_somewhere) {
    cJSON *doc = document();
    resolve(doc, doc);
    cJSON_Delete(doc);
}

Test(openapi, every_status_has_words) {
    for (uint32_t i = 0; i < API_ROUTE_COUNT; i++) {
        char copy[100];
        snprintf(copy, sizeof copy, "%s", API_ROUTES[i].statuses);
        for (char *word = strtok(copy, " "); word != NULL; word = strtok(NULL, " "))
            cr_assert(strlen(http_status_words(atoi(word))) >= 2, "%s", word);
    }
}

// ---- answers ----

static const cJSON *led(const cJSON *doc, const cJSON *node) {
    const cJSON *ref;
    while ((ref = cJSON_GetObjectItemCaseSensitive(node, "$ref")) != NULL) {
        char copy[100];
        snprintf(copy, sizeof copy, "%s", ref->valuestring + 2);
        node = doc;
        for (char *word = strtok(copy, "/"); word != NULL; word = strtok(NULL, "/"))
            node = cJSON_GetObjectItemCaseSensitive(node, word);
    }
    return node;
}

// Every member of the answer is one of the document's.
static void members_stand_in(const cJSON *doc, const cJSON *schema, const cJSON *value,
                             const char *what) {
    schema = led(doc, schema);
    const cJSON *child, *items = cJSON_GetObjectItemCaseSensitive(schema, "items");
    const cJSON *members = cJSON_GetObjectItemCaseSensitive(schema, "properties");
    if (cJSON_IsArray(value) && items != NULL) {
        cJSON_ArrayForEach(child, value) members_stand_in(doc, items, child, what);
    }
    if (!cJSON_IsObject(value) || members == NULL) return;
    cJSON_ArrayForEach(child, value) {
        const cJSON *member = cJSON_GetObjectItemCaseSensitive(members, child->string);
        cr_assert_not_null(member, "%s: \"%s\" is not in the document", what, child->string);
        members_stand_in(doc, member, child, what);
    }
}

static void headers_stand_in(const cJSON *response, const reply *r, const char *what) {
    static const char *const TOLD[] = {"ETag", "Yizhan-State"};
    const cJSON *headers = cJSON_GetObjectItemCaseSensitive(response, "headers");
    for (size_t i = 0; i < 2; i++) {
        char line[20];
        snprintf(line, sizeof line, "\r\n%s: ", TOLD[i]);
        bool written = cJSON_GetObjectItemCaseSensitive(headers, TOLD[i]) != NULL;
        cr_assert_eq(reply_says(r, line), written, "%s: %s", what, TOLD[i]);
    }
}

static void put_venue(house *h, const char *id, yz_venue_kind kind) {
    yz_command c = {.type = YZ_COMMAND_VENUE_PUT};
    bool fair = kind == YZ_VENUE_FAIR;
    c.venue_put.venue = (yz_venue){.id = yz_text_of(id),
                                   .kind = kind,
                                   .from_ms = fair ? 1763900000000 : YZ_TIME_MS_MIN,
                                   .to_ms = fair ? 1764100000000 : YZ_TIME_MS_MAX};
    house_apply(h, c);
}

Test(openapi, knows_what_the_answers_hold) {
    static const char P[] = "{\"title\":\"t\",\"type\":\"full\",\"place\":{\"lat\":34.5,\"lon\":"
                            "105.7},\"required\":[{\"skill\":\"a\",\"level\":2}]}";
    static const char S[] = "{\"radius_km\":5,\"types\":[\"full\"],\"place\":{\"lat\":34.5,\"lon\":"
                            "105.7},\"occupation\":\"o1\","
                            "\"skills\":[{\"skill\":\"a\",\"level\":2}]}";
    static const char T[] = "{\"name\":{\"zh\":\"t\"},\"division\":\"620502\",\"year\":2023,"
                            "\"series\":\"S01\",\"value\":5}";
    static const char V[] = "{\"place\":{\"lat\":34.5,\"lon\":105.7},\"channel\":\"live\"}";
    static const char STEP[] = "{\"seeker\":\"s1\",\"posting\":\"p1\",\"step\":\"applied\","
                               "\"venue\":\"st1\"}";
    static const char FACTS[] = "{\"division\":\"620502\",\"facts\":{\"person\":{\"sex\":"
                                "\"female\"}}}";
    static const char RULES[] =
        "yizhan-rules 1\nnotice n { level province }\nrule m14a { name \"a\" \"b\" area 4 subject "
        "person bodies HRSS need woman person.sex = female decide serve }\n";
    static const char BOTH[] = "{\"seeker_id\":\"s1\",\"posting_id\":\"p1\"}";
    static const struct {
        const char *method, *target, *path, *body;
    } ASKED[] = {
        {"put", "/v1/postings/p1", "/v1/postings/{id}", P},
        {"put", "/v1/seekers/s1", "/v1/seekers/{id}", S},
        {"get", "/v1/postings/p1", "/v1/postings/{id}", NULL},
        {"get", "/v1/seekers/s1", "/v1/seekers/{id}", NULL},
        {"get", "/v1/skills/a", "/v1/skills/{id}", NULL},
        {"get", "/v1/persons/n1", "/v1/persons/{id}", NULL},
        {"patch", "/v1/postings/p1", "/v1/postings/{id}", "{\"openings\":2}"},
        {"get", "/v1/postings", "/v1/postings", NULL},
        {"get", "/v1/seekers", "/v1/seekers", NULL},
        {"get", "/v1/persons", "/v1/persons", NULL},
        {"post", "/v1/match/jobs", "/v1/match/jobs", "{\"seeker_id\":\"s1\",\"detail\":true}"},
        {"post", "/v1/match/seekers", "/v1/match/seekers", "{\"posting_id\":\"p1\"}"},
        {"post", "/v1/match/standing", "/v1/match/standing", "{\"posting_id\":\"p1\"}"},
        {"post", "/v1/match/why", "/v1/match/why", BOTH},
        {"post", "/v1/match/relax", "/v1/match/relax", "{\"seeker_id\":\"s1\"}"},
        {"post", "/v1/match/unlock", "/v1/match/unlock", "{\"seeker_id\":\"s1\"}"},
        {"get", "/v1/counts", "/v1/counts", NULL},
        {"get", "/v1/digest", "/v1/digest", NULL},
        {"get", "/v1/stats?series=S04,S07&by=division,type&window=month", "/v1/stats", NULL},
        {"get", "/v1/stats?series=S18&by=channel&window=total", "/v1/stats", NULL},
        {"get", "/v1/stats?series=S19&by=venue&window=month", "/v1/stats", NULL},
        {"get", "/v1/stats?series=Y12&by=skill", "/v1/stats", NULL},
        {"get", "/v1/stats/definitions", "/v1/stats/definitions", NULL},
        {"get", "/v1/stats/needs", "/v1/stats/needs", NULL},
        {"get", "/v1/stats/targets", "/v1/stats/targets", NULL},
        {"get", "/v1/policy/series?by=fund", "/v1/policy/series", NULL},
        {"get", "/v1/policy/series?series=S10,S34", "/v1/policy/series", NULL},
        {"get", "/v1/stats/fairs/f1", "/v1/stats/fairs/{id}", NULL},
        {"get", "/v1/stats/stations/v1?window=month", "/v1/stats/stations/{id}", NULL},
        {"get", "/v1/reports/month/2023-08?format=json", "/v1/reports/month/{month}", NULL},
        {"get", "/v1/profile", "/v1/profile", NULL},
        {"post", "/v1/postings/p1/pause", "/v1/postings/{id}/pause", NULL},
        {"put", "/v1/targets/t1", "/v1/targets/{id}", T},
        {"get", "/v1/targets/t1", "/v1/targets/{id}", NULL},
        {"get", "/v1/targets", "/v1/targets", NULL},
        {"put", "/v1/stations/st1", "/v1/stations/{id}", V},
        {"get", "/v1/stations/st1", "/v1/stations/{id}", NULL},
        {"post", "/v1/referrals", "/v1/referrals", STEP},
        {"get", "/v1/referrals?seeker=s1", "/v1/referrals", NULL},
        {"put", "/v1/policy/subjects/person/p1", "/v1/policy/subjects/{kind}/{id}", FACTS},
        {"get", "/v1/policy/subjects/person/p1", "/v1/policy/subjects/{kind}/{id}", NULL},
        {"post", "/v1/policy/subjects/person/p1/events", "/v1/policy/subjects/{kind}/{id}/events",
         "{\"events\":[{\"kind\":\"plan_made\",\"date\":\"2023-08-01\"}]}"},
        {"get", "/v1/policy/subjects/person/p1/eligibility",
         "/v1/policy/subjects/{kind}/{id}/eligibility", NULL},
        {"post", "/v1/policy/decide", "/v1/policy/decide", "{\"facts\":{}}"},
        {"get", "/v1/policy/list", "/v1/policy/list", NULL},
    };
    static house h;
    cJSON *doc = document();
    house_init(&h);
    house_fill(&h);
    put_venue(&h, "f1", YZ_VENUE_FAIR);
    put_venue(&h, "v1", YZ_VENUE_STATION);
    house_apply(&h, (yz_command){.type = YZ_COMMAND_POLICY_RULES,
                                 .policy_rules = {YZ_TEXT("n"), yz_text_of(RULES), NULL}});
    for (size_t i = 0; i < sizeof ASKED / sizeof ASKED[0]; i++) {
        char method[8] = "", status[8];
        for (size_t c = 0; ASKED[i].method[c] != '\0'; c++)
            method[c] = (char)(ASKED[i].method[c] - 'a' + 'A');
        reply r = ASKED[i].body ? house_json(&h, method, ASKED[i].target, ASKED[i].body)
                                : house_ask(&h, method, ASKED[i].target, "", NULL);
        cr_assert(r.status == 200 || r.status == 201, "%s: %d", ASKED[i].target, r.status);
        snprintf(status, sizeof status, "%d", r.status);
        const char *const way[] = {"paths", ASKED[i].path, ASKED[i].method, "responses", status};
        const cJSON *response = doc;
        for (size_t w = 0; w < 5; w++)
            response = cJSON_GetObjectItemCaseSensitive(response, way[w]);
        headers_stand_in(response, &r, ASKED[i].target);
        const cJSON *content = cJSON_GetObjectItemCaseSensitive(response, "content");
        const cJSON *json = cJSON_GetObjectItemCaseSensitive(content, "application/json");
        cJSON *body = cJSON_ParseWithLength(r.body.bytes, r.body.size);
        cr_assert(json != NULL && body != NULL, "%s", ASKED[i].target);
        members_stand_in(doc, cJSON_GetObjectItemCaseSensitive(json, "schema"), body,
                         ASKED[i].target);
        cJSON_Delete(body);
    }
    house_deinit(&h);
    cJSON_Delete(doc);
}

/* The contract: every route, method and status of the table stands in openapi.json and the other
 * way round, and so do the query parameters. */
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

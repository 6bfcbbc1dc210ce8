/* A house with little in it, and what /v1/stats says of it: for tests of forms and refusals. */
#ifndef YZ_TESTS_NET_API_STATS_SMALL_H
#define YZ_TESTS_NET_API_STATS_SMALL_H

#include "house.h"

#include <criterion/criterion.h>
#include <stdio.h>

// Two people, one of them in a town of the county; two openings, one filled.
static inline void fill_small(house *h) {
    static const char S[] = "{\"radius_km\":5,\"types\":[\"full\"],\"occupation\":\"o1\","
                            "\"place\":{\"lat\":34.5,\"lon\":105.7,\"division\":\"620502\"},"
                            "\"skills\":[{\"skill\":\"a\",\"level\":2}]}";
    static const char P[] = "{\"title\":\"焊工\",\"type\":\"full\",\"occupation\":\"o1\","
                            "\"openings\":3,\"place\":{\"lat\":34.5,\"lon\":105.7,\"division\":"
                            "\"620502\"},\"required\":[{\"skill\":\"a\",\"level\":2}]}";
    house_fill(h);
    cr_assert_eq(house_json(h, "PUT", "/v1/seekers/s1", S).status, 201);
    cr_assert_eq(house_json(h, "PUT", "/v1/seekers/s2", S).status, 201);
    cr_assert_eq(house_json(h, "PUT", "/v1/postings/p1", P).status, 201);
    static const char *const STEPS[] = {"applied", "interview", "offer", "held", "placed"};
    for (size_t i = 0; i < sizeof STEPS / sizeof STEPS[0]; i++) {
        char body[120];
        snprintf(body, sizeof body, "{\"seeker\":\"s1\",\"posting\":\"p1\",\"step\":\"%s\"}",
                 STEPS[i]);
        reply r = house_json(h, "POST", "/v1/referrals", body);
        cr_assert(r.status == 200 || r.status == 201, "%s %.*s", STEPS[i], (int)r.body.size,
                  r.body.bytes);
    }
}

static inline void answers(house *h, const char *target, const char *headers, const char *wanted) {
    reply r = house_ask(h, "GET", target, headers, NULL);
    cr_assert_eq(r.status, 200, "%s: %.*s", target, (int)r.body.size, r.body.bytes);
    cr_assert(reply_has(&r, wanted), "%s: %.*s", target, (int)r.body.size, r.body.bytes);
}

#define EN "Accept-Language: en\r\n"

#endif

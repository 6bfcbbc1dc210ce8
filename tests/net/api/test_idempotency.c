/* A write that is sent twice is carried out once, and both answers are the first one. */
#include "house.h"

#include "engine/base/random.h"
#include "net/api/idempotency.h"

#include <criterion/criterion.h>
#include <stdlib.h>

#define EN "Content-Type: application/json\r\nAccept-Language: en\r\n"
#define NDJSON "Content-Type: application/x-ndjson\r\nAccept-Language: en\r\n"
#define CSV "Content-Type: text/csv\r\nAccept-Language: en\r\n"
#define KEY(key) "Idempotency-Key: " key "\r\n"
#define REPLAYED "Idempotency-Replayed: true\r\n"
#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72}"
#define POSTING "{\"title\":\"t\",\"type\":\"full\"," PLACE "}"
#define SEEKER "{\"radius_km\":5,\"types\":[\"full\"]," PLACE "}"

static house h;

static void open_house(void) {
    house_init(&h);
    house_fill(&h);
}

static void close_house(void) {
    house_deinit(&h);
}

TestSuite(idempotency, .init = open_house, .fini = close_house);

// ---- the header ----

Test(idempotency, a_key_is_quoted_or_bare) {
    static const struct {
        const char *header, *key; // key NULL: malformed
    } CASES[] = {{"\"abc\"", "abc"},
                 {"abc", "abc"},
                 {"8e03978e-40d5-43dd-bc93-6894a57f9324", "8e03978e-40d5-43dd-bc93-6894a57f9324"},
                 {"\"a\\\"b\\\\c\"", "a\"b\\c"},
                 {"a,b;c=d", "a,b;c=d"},
                 {"", NULL},
                 {"\"\"", NULL},
                 {"\"", NULL},
                 {"\"abc", NULL},
                 {"\"a\"b\"", NULL},
                 {"\"a\\\"", NULL},
                 {"\"a\\nb\"", NULL},
                 {"\"a b\"", NULL},
                 {"a b", NULL},
                 {"\"abc\";x=1", NULL},
                 {"\"钥匙\"", NULL},
                 {"a\tb", NULL}};
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        char key[API_KEY_BYTES_MAX];
        uint32_t size = api_key_read(yz_text_of(CASES[i].header), key);
        yz_text wanted = CASES[i].key ? yz_text_of(CASES[i].key) : YZ_TEXT("");
        cr_assert(yz_text_equal((yz_text){key, size}, wanted), "%s", CASES[i].header);
    }
    char longest[API_KEY_BYTES_MAX + 4], key[API_KEY_BYTES_MAX];
    memset(longest, 'k', sizeof longest);
    cr_assert_eq(api_key_read((yz_text){longest, API_KEY_BYTES_MAX}, key), API_KEY_BYTES_MAX);
    cr_assert_eq(api_key_read((yz_text){longest, API_KEY_BYTES_MAX + 1}, key), 0);
    longest[0] = longest[API_KEY_BYTES_MAX + 1] = '"';
    cr_assert_eq(api_key_read((yz_text){longest, API_KEY_BYTES_MAX + 2}, key), API_KEY_BYTES_MAX);
}

Test(idempotency, a_malformed_key_is_refused_on_writes_and_not_looked_at_on_questions) {
    uint64_t digest = house_digest(&h);
    reply r = house_ask(&h, "PUT", "/v1/skills/x", EN KEY("\"a b\""), "{}");
    cr_assert(r.status == 400 && reply_has(&r, "\"code\":\"bad_idempotency_key\""));
    r = house_ask(&h, "DELETE", "/v1/skills/a", KEY("\"\""), NULL);
    cr_assert_eq(r.status, 400);
    r = house_ask(&h, "POST", "/v1/skills/bulk", NDJSON KEY("\""), "{\"id\":\"x\"}\n");
    cr_assert_eq(r.status, 400);
    cr_assert_eq(house_digest(&h), digest);
    r = house_ask(&h, "GET", "/v1/skills/a", KEY("\"a b\""), NULL);
    cr_assert_eq(r.status, 200);
    r = house_ask(&h, "POST", "/v1/match/jobs", EN KEY("\"a b\""), "{\"seeker\":" SEEKER "}");
    cr_assert_eq(r.status, 200);
}

// ---- the receipt ----

// Keys that differ in one of their parts have different receipts; the same have the same.
Test(idempotency, receipts_tell_requests_apart) {
    static const char *const KEYS[] = {"k", "k2"},
                             *const TEMPLATES[] = {"/v1/a/{id}", "/v1/b/{id}"},
                             *const IDS[] = {"", "x"}, *const METHODS[] = {"PUT", "PATCH"},
                             *const QUERIES[] = {"", "create=1"}, *const BODIES[] = {"{}", "{ }"};
    yz_receipt all[128];
    uint32_t parts[128], count = 0;
    for (uint32_t p = 0; p < 128; p++) {
        api_prints prints = api_prints_of(yz_text_of(KEYS[p & 1]), TEMPLATES[p >> 1 & 1],
                                          yz_text_of(IDS[p >> 2 & 1]), METHODS[p >> 3 & 1],
                                          yz_text_of(QUERIES[p >> 4 & 1]));
        all[count] = api_receipt(&prints, yz_text_of(BODIES[p >> 5 & 1]), p >> 6);
        parts[count++] = p;
    }
    for (uint32_t i = 0; i < count; i++) {
        for (uint32_t j = 0; j < count; j++) {
            bool same_key = all[i].key[0] == all[j].key[0] && all[i].key[1] == all[j].key[1];
            // key, template, id, line make the key; method, query, body the rest
            cr_assert_eq(same_key, ((parts[i] ^ parts[j]) & 0x47) == 0, "%u %u", i, j);
            cr_assert_eq(all[i].body == all[j].body, ((parts[i] ^ parts[j]) & 0x38) == 0, "%u %u",
                         i, j);
        }
    }
    api_prints none = api_prints_of(YZ_TEXT(""), "/", YZ_TEXT(""), "PUT", YZ_TEXT(""));
    yz_receipt receipt = api_receipt(&none, YZ_TEXT("{}"), 3);
    cr_assert(receipt.key[0] == 0 && receipt.key[1] == 0 && receipt.body == 0);
}

// A journal of another day holds them: they must never change.
Test(idempotency, receipts_are_the_same_for_ever) {
    api_prints prints =
        api_prints_of(YZ_TEXT("8e03978e"), "/v1/seekers/{id}", YZ_TEXT("s-1"), "PUT", YZ_TEXT(""));
    yz_receipt receipt = api_receipt(&prints, YZ_TEXT("{}"), 0);
    char text[80];
    snprintf(text, sizeof text, "%016llx %016llx %016llx", (unsigned long long)receipt.key[0],
             (unsigned long long)receipt.key[1], (unsigned long long)receipt.body);
    cr_assert_str_eq(text, "d8f1b7e80df52c1d 01ba3a17b0be7724 86a64e2b56dca0db");
}

// ---- the same answer again ----

static char *kept(const reply *r) {
    return strdup(r->body.bytes != NULL ? r->body.bytes : "");
}

// Sends it twice; between the two something else may have happened to the record.
static void twice(const char *method, const char *target, const char *headers, const char *body,
                  int status, const char *between_method, const char *between_body) {
    reply r = house_ask(&h, method, target, headers, body);
    cr_assert_eq(r.status, status, "%s %s: %d %s", method, target, r.status, r.body.bytes);
    cr_assert(!reply_says(&r, "Idempotency-Replayed"));
    bool tagged = reply_says(&r, "ETag: ");
    char *first = kept(&r);
    char *instance = strstr(first, "\"instance\""); // of the request, not of the answer
    if (instance != NULL) memset(instance, 'i', 30);
    if (between_method != NULL) {
        r = house_json(&h, between_method, target, between_body);
        cr_assert(r.status < 300, "%s", r.body.bytes);
    }
    uint64_t digest = house_digest(&h);
    r = house_ask(&h, method, target, headers, body);
    char *second = kept(&r);
    instance = strstr(second, "\"instance\"");
    if (instance != NULL) memset(instance, 'i', 30);
    cr_assert_eq(r.status, status, "again: %s %s: %d %s", method, target, r.status, r.body.bytes);
    cr_assert(reply_says(&r, REPLAYED), "%s %s", method, target);
    cr_assert_eq(reply_says(&r, "ETag: "), tagged);
    cr_assert_str_eq(first, second);
    cr_assert_eq(house_digest(&h), digest, "%s %s", method, target);
    free(first);
    free(second);
}

Test(idempotency, a_write_is_carried_out_once_and_answered_twice) {
    twice("PUT", "/v1/postings/p", EN KEY("\"1\""), POSTING, 201, "DELETE", NULL);
    twice("PUT", "/v1/postings/p", EN KEY("\"2\""), POSTING, 200, NULL, NULL);
    twice("PATCH", "/v1/postings/p", EN KEY("\"3\""), "{\"openings\":3}", 200, "PATCH",
          "{\"openings\":4}");
    twice("POST", "/v1/postings/p/pause", EN KEY("\"4\""), NULL, 200, NULL, NULL);
    twice("POST", "/v1/postings/p/resume", EN KEY("\"4\""), NULL, 200, NULL, NULL); // another route
    twice("DELETE", "/v1/postings/p", EN KEY("\"5\""), NULL, 204, NULL, NULL);
    twice("PUT", "/v1/seekers/s", EN KEY("\"6\""), SEEKER, 201, NULL, NULL);
    twice("PUT", "/v1/seekers/s2", EN KEY("\"6\""), SEEKER, 201, NULL, NULL); // another id
    twice("PUT", "/v1/skills/n", EN KEY("\"7\""), "{\"name\":{\"en\":\"n\"}}", 201, "PUT", "{}");
    twice("PATCH", "/v1/skills/n", EN KEY("\"8\""), "{\"name\":{\"zh\":\"n\"}}", 200, "DELETE",
          NULL);
    twice("DELETE", "/v1/skills/e", EN KEY("\"9\""), NULL, 204, "PUT", "{}");
    twice("POST", "/v1/weights", EN KEY("\"a\""), "{\"weights\":[{\"skill\":\"a\",\"weight\":3}]}",
          202, NULL, NULL);
    twice("PUT", "/v1/persons/h", EN KEY("\"b\""), "{\"name\":\"张三\",\"group\":1}", 201, "PATCH",
          "{\"group\":2}");
    twice("DELETE", "/v1/persons/h", EN KEY("\"c\""), NULL, 204, "PUT", "{}");
}

// The door looks at the market before it sends; that must not refuse what was done already.
Test(idempotency, the_door_does_not_refuse_a_repeat) {
    twice("PUT", "/v1/skills/n", EN "If-None-Match: *\r\n" KEY("\"1\""), "{}", 201, NULL, NULL);
    twice("PUT", "/v1/persons/h", EN "If-None-Match: *\r\n" KEY("\"1\""), "{\"phone\":\"12345\"}",
          201, NULL, NULL);
    twice("PATCH", "/v1/persons/h", EN "If-Match: \"1\"\r\n" KEY("\"2\""), "{\"phone\":\"54321\"}",
          200, "PATCH", "{\"phone\":\"77777\"}");
    cr_assert_str_eq(house_vault_part(&h, "h", 2), "77777"); // the repeat leaves the vault alone
    twice("PATCH", "/v1/persons/h", EN KEY("\"3\""), "{\"phone\":\"54321\"}", 200, "DELETE", NULL);
    cr_assert_null(house_vault_part(&h, "h", 2));
    twice("PUT", "/v1/skills/m", EN KEY("\"4\""), "{}", 201, "DELETE", NULL);
    twice("PATCH", "/v1/skills/a", EN KEY("\"5\""), "{\"name\":{\"zh\":\"q\"}}", 200, "DELETE",
          NULL);
}

Test(idempotency, a_refusal_is_repeated_too) {
    twice("PATCH", "/v1/postings/none", EN KEY("\"1\""), "{\"openings\":2}", 404, "PUT", POSTING);
    twice("PUT", "/v1/skills/a", EN "If-Match: \"9\"\r\n" KEY("\"2\""), "{}", 412, "PUT",
          "{\"name\":{\"zh\":\"x\"}}");
    twice("PUT", "/v1/seekers/s", EN KEY("\"3\""),
          "{\"radius_km\":5,\"types\":[\"full\"]," PLACE ",\"person\":\"who\"}", 422, NULL, NULL);
}

Test(idempotency, a_key_that_comes_with_something_else_is_422) {
    reply r = house_ask(&h, "PUT", "/v1/skills/n", EN KEY("\"1\""), "{}");
    cr_assert_eq(r.status, 201);
    uint64_t digest = house_digest(&h);
    r = house_ask(&h, "PUT", "/v1/skills/n", EN KEY("1"), "{ }"); // one byte more
    cr_assert(r.status == 422 && reply_has(&r, "\"code\":\"key_reused\""), "%s", r.body.bytes);
    cr_assert(!reply_says(&r, "Idempotency-Replayed"));
    r = house_ask(&h, "PATCH", "/v1/skills/n", EN KEY("1"), "{}"); // another method
    cr_assert_eq(r.status, 422);
    cr_assert_eq(house_digest(&h), digest);
    r = house_ask(&h, "PUT", "/v1/persons/h", EN KEY("\"1\""), "{\"phone\":\"12345\"}");
    cr_assert_eq(r.status, 201);
    r = house_ask(&h, "PUT", "/v1/persons/h", EN KEY("\"1\""), "{\"phone\":\"54321\"}");
    cr_assert_eq(r.status, 422);
    cr_assert_str_eq(house_vault_part(&h, "h", 2), "12345");
    r = house_ask(&h, "PUT", "/v1/skills/n", EN KEY("\"1\""), "{}"); // the first still stands
    cr_assert(r.status == 201 && reply_says(&r, REPLAYED));
}

Test(idempotency, each_reveal_is_written_down) {
    house_json(&h, "PUT", "/v1/persons/h", "{\"phone\":\"12345\"}");
    for (uint32_t i = 1; i <= 2; i++) {
        reply r = house_ask(&h, "POST", "/v1/persons/h/reveal", EN KEY("\"1\""),
                            "{\"fields\":[\"phone\"],\"purpose\":\"p\"}");
        yz_person_view view;
        cr_assert(r.status == 200 && reply_has(&r, "12345"));
        cr_assert(yz_market_person(h.market, YZ_TEXT("h"), &view) && view.reveals == i);
    }
}

// ---- bulk ----

Test(idempotency, a_bulk_that_was_cut_off_is_sent_again) {
    static const struct {
        const char *target, *headers, *half, *whole;
    } CASES[] = {
        {"/v1/postings/bulk", NDJSON KEY("\"1\""),
         "{\"id\":\"p1\",\"title\":\"t\",\"type\":\"full\"," PLACE "}\n",
         "{\"id\":\"p1\",\"title\":\"t\",\"type\":\"full\"," PLACE "}\n"
         "{\"id\":\"p2\",\"title\":\"t\",\"type\":\"full\"," PLACE "}\n"},
        {"/v1/persons/bulk", NDJSON KEY("\"1\""), "{\"id\":\"h1\",\"phone\":\"12345\"}\n",
         "{\"id\":\"h1\",\"phone\":\"12345\"}\n{\"id\":\"h2\",\"phone\":\"12345\"}\n"},
        {"/v1/persons/bulk", CSV KEY("\"2\""), "编号,手机号\nc1,12345\n",
         "编号,手机号\nc1,12345\nc2,12345\n"},
        {"/v1/skills/bulk", CSV KEY("\"2\""), "id,name_zh\nk1,a\n", "id,name_zh\nk1,a\nk2,a\n"},
        {"/v1/seekers/bulk?create=1&atomic=1", NDJSON KEY("\"2\""),
         "{\"id\":\"s1\",\"person\":\"n9\",\"radius_km\":5,\"types\":[\"full\"]," PLACE "}\n",
         "{\"id\":\"s1\",\"person\":\"n9\",\"radius_km\":5,\"types\":[\"full\"]," PLACE "}\n"
         "{\"id\":\"s2\",\"person\":\"n9\",\"radius_km\":5,\"types\":[\"full\"]," PLACE "}\n"},
    };
    for (size_t i = 0; i < sizeof CASES / sizeof CASES[0]; i++) {
        reply r = house_ask(&h, "POST", CASES[i].target, CASES[i].headers, CASES[i].half);
        cr_assert(reply_has(&r, "\"ok\":1,\"failed\":0,\"created\":1"), "%s", r.body.bytes);
        cr_assert(!reply_has(&r, "replayed"));
        r = house_ask(&h, "POST", CASES[i].target, CASES[i].headers, CASES[i].whole);
        cr_assert(reply_has(&r, "\"created\":true,\"replayed\":true}\n"), "%s", r.body.bytes);
        cr_assert(reply_has(&r, "\"created\":true}\n"), "%s", r.body.bytes);
        cr_assert(reply_has(&r, "\"ok\":2,\"failed\":0,\"created\":2"), "%s", r.body.bytes);
        uint64_t digest = house_digest(&h);
        char *first = kept(&r);
        r = house_ask(&h, "POST", CASES[i].target, CASES[i].headers, CASES[i].whole);
        cr_assert_eq(house_digest(&h), digest, "%s", CASES[i].target);
        free(first);
    }
    cr_assert_eq(house_vault_part(&h, "h2", 2)[0], '1');
    reply r = house_ask(&h, "POST", "/v1/skills/bulk", CSV KEY("\"2\""), "id,name_zh\nk1,b\n");
    cr_assert(reply_has(&r, "\"code\":\"key_reused\""), "%s", r.body.bytes);
    r = house_ask(&h, "POST", "/v1/skills/bulk", CSV KEY("\"2\""), "id,name_en\nk1,a\n");
    cr_assert(reply_has(&r, "\"code\":\"key_reused\""), "the header counts: %s", r.body.bytes);
}

Test(idempotency, an_atomic_repeat_is_not_refused_for_what_came_after) {
    static const char *const LINE =
        "{\"id\":\"a1\",\"title\":\"t\",\"type\":\"full\"," PLACE ",\"employer\":\"e9\"}\n";
    house_json(&h, "PUT", "/v1/employers/e9", "{}");
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON KEY("\"1\""), LINE);
    cr_assert(reply_has(&r, "\"ok\":1"), "%s", r.body.bytes);
    r = house_json(&h, "PATCH", "/v1/postings/a1", "{\"employer\":null}");
    cr_assert_eq(r.status, 200, "%s", r.body.bytes);
    r = house_json(&h, "DELETE", "/v1/employers/e9", NULL);
    cr_assert_eq(r.status, 204, "%s", r.body.bytes);
    r = house_ask(&h, "POST", "/v1/postings/bulk?atomic=1", NDJSON KEY("\"1\""), LINE);
    cr_assert(reply_has(&r, "\"replayed\":true") && reply_has(&r, "\"ok\":1"), "%s", r.body.bytes);
}

Test(idempotency, an_atomic_bulk_under_a_used_key_is_refused_as_a_whole) {
    reply r = house_ask(&h, "POST", "/v1/skills/bulk?atomic=1", NDJSON KEY("\"1\""),
                        "{\"id\":\"k1\"}\n{\"id\":\"k2\"}\n");
    cr_assert(reply_has(&r, "\"ok\":2"), "%s", r.body.bytes);
    uint64_t digest = house_digest(&h);
    r = house_ask(&h, "POST", "/v1/skills/bulk?atomic=1", NDJSON KEY("\"1\""),
                  "{\"id\":\"k1\"}\n{\"id\":\"k3\"}\n{\"id\":\"k4\"}\n");
    cr_assert(
        reply_has(&r,
                  "{\"line\":2,\"id\":\"k3\",\"ok\":false,\"problem\":{\"code\":\"key_reused\""),
        "%s", r.body.bytes);
    cr_assert(
        reply_has(&r,
                  "{\"line\":3,\"id\":\"k4\",\"ok\":false,\"problem\":{\"code\":\"not_applied\""),
        "%s", r.body.bytes);
    cr_assert(reply_has(&r, "\"ok\":0,\"failed\":3"), "%s", r.body.bytes);
    cr_assert_eq(house_digest(&h), digest);
    yz_entry_view view;
    cr_assert_not(yz_market_entry(h.market, YZ_SKILLS, YZ_TEXT("k4"), &view));
}

// ---- at random ----

/* Clients that lose answers and send again what was done, against a slow twin that knows no keys:
 * each request once, in the order in which it was first sent. Both markets must end alike. (What
 * the door itself refused was never written down, and may be done when it is sent again.) */
Test(idempotency, a_market_of_repeats_is_the_market_without_them) {
    for (uint64_t seed = 1; seed <= 20; seed++) {
        house once;
        house_deinit(&h);
        open_house();
        house_init(&once);
        house_fill(&once);
        yz_random random = yz_random_seeded(seed);
        enum { REQUESTS = 60 };
        struct {
            const char *method;
            bool done;
            char target[40], headers[120], body[80];
        } all[REQUESTS];
        for (int i = 0; i < REQUESTS; i++) {
            static const char *const METHODS[] = {"PUT", "PUT", "PATCH", "DELETE"};
            all[i].method = METHODS[yz_random_below(&random, 4)];
            bool person = yz_random_below(&random, 2);
            sprintf(all[i].target, "/v1/%s/x%u", person ? "persons" : "occupations",
                    (unsigned)yz_random_below(&random, 4));
            sprintf(all[i].headers, EN KEY("\"k%d\""), i);
            if (person)
                sprintf(all[i].body, "{\"phone\":\"1234%u\",\"group\":%u}",
                        (unsigned)yz_random_below(&random, 9),
                        (unsigned)yz_random_below(&random, 9));
            else
                sprintf(all[i].body, "{\"name\":{\"zh\":\"%u\"}}",
                        (unsigned)yz_random_below(&random, 9));
            for (int again = 0; again < 3; again++) { // this one, then some of before
                int which = again == 0 ? i : (int)yz_random_below(&random, (uint64_t)i + 1);
                const char *body = strcmp(all[which].method, "DELETE") ? all[which].body : NULL;
                if (again > 0 && !all[which].done) continue;
                reply r =
                    house_ask(&h, all[which].method, all[which].target, all[which].headers, body);
                cr_assert_eq(reply_says(&r, REPLAYED), again > 0);
                if (again > 0) continue;
                all[i].done = r.status < 400;
                (void)house_ask(&once, all[i].method, all[i].target, EN, body);
            }
        }
        for (int i = 0; i < 8; i++) {
            char target[40];
            sprintf(target, "/v1/%s/x%d", i < 4 ? "persons" : "occupations", i % 4);
            reply r = house_ask(&h, "GET", target, "", NULL);
            char *first = kept(&r);
            int status = r.status;
            r = house_ask(&once, "GET", target, "", NULL);
            cr_assert_eq(status, r.status, "seed %lu: %s", (unsigned long)seed, target);
            if (status == 200)
                cr_assert_str_eq(first, r.body.bytes, "seed %lu", (unsigned long)seed);
            free(first);
        }
        house_deinit(&once);
    }
}

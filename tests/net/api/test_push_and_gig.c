/* How somebody is told, when a gig is, which occupation is wanted: members of records, in JSON, in
 * exports, in spreadsheets. */
#include "drives.h"

#include <criterion/criterion.h>
#include <stdlib.h>

TestSuite(push_and_gig, .init = drive_begin, .fini = drive_end);

Test(push_and_gig, push_and_gig_are_kept_changed_and_cleared) {
    drive_open_station();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    reply r = house_json(&h, "PATCH", "/v1/postings/g1", "{\"push\":{\"k\":\"all\"}}");
    EXPECT(r, 200);
    r = drive_ask("/v1/postings/g1");
    EXPECT_HAS(r, "\"push\":{\"k\":\"all\"},\"gig\":{\"station\":\"st-1\","
                  "\"from\":\"2025-11-25T07:00:00+08:00\"");
    EXPECT(house_json(&h, "PATCH", "/v1/postings/g1", "{\"gig\":null}"), 200);
    r = drive_ask("/v1/postings/g1");
    EXPECT_LACKS(r, "\"gig\":{");
    EXPECT_HAS(r, "\"push\"");
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 200); // of push it says nothing
    r = drive_ask("/v1/postings/g1");
    EXPECT_LACKS(r, "\"push\"");

    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    const char *push = "{\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\"}}}";
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", push), 200);
    r = drive_ask("/v1/seekers/s1");
    EXPECT_HAS(r, "\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"07:00\"}}");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"push\":null}"), 200);
    EXPECT_LACKS(drive_ask("/v1/seekers/s1"), "\"push\"");
}

Test(push_and_gig, a_wanted_occupation_is_kept_changed_and_cleared) {
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    EXPECT_LACKS(drive_ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o1\"}"), 200);
    EXPECT_HAS(drive_ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"radius_km\":9}"), 200);
    EXPECT_HAS(drive_ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    reply r = house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o9\"}");
    EXPECT(r, 422);
    EXPECT_HAS(r, "\"pointer\":\"/occupation\",\"code\":\"unknown_occupation\"");
    EXPECT_HAS(drive_ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT(house_ask(&h, "DELETE", "/v1/occupations/o1", "", NULL), 409); // named
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":null}"), 200);
    EXPECT_LACKS(drive_ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1", "{\"occupation\":\"o1\"}"), 200);
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 200); // of it says nothing
    EXPECT_LACKS(drive_ask("/v1/seekers/s1"), "\"occupation\"");
    EXPECT(house_ask(&h, "DELETE", "/v1/occupations/o1", "", NULL), 204);
}

// What an export says is what an import makes of it: the same digest.
static void comes_back(const char *kind, const char *type, const char *format) {
    char target[60], *lines;
    snprintf(target, sizeof target, "/v1/%s/export?format=%s", kind, format);
    reply r = drive_ask(target);
    EXPECT(r, 200);
    cr_assert_gt(r.body.size, 100);
    cr_assert_not_null(lines = malloc(r.body.size + 1));
    memcpy(lines, r.body.bytes, r.body.size + 1);
    uint64_t digest = house_digest(&h);
    char headers[80];
    snprintf(headers, sizeof headers, "Content-Type: %s\r\n", type);
    snprintf(target, sizeof target, "/v1/%s/bulk", kind);
    r = house_ask(&h, "POST", target, headers, lines);
    EXPECT(r, 200);
    EXPECT_HAS(r, "\"failed\":0");
    cr_assert_eq(house_digest(&h), digest, "%s %s: %s", kind, format, lines);
    free(lines);
}

Test(push_and_gig, exports_carry_what_may_be_left_out) {
    drive_open_station();
    EXPECT(house_json(&h, "PUT", "/v1/postings/g1", GIG("2")), 201);
    EXPECT(house_json(&h, "PATCH", "/v1/postings/g1", "{\"push\":{\"k\":9,\"lag_minutes\":12}}"),
           200);
    EXPECT(house_json(&h, "PUT", "/v1/postings/p2",
                      "{\"title\":\"t\"," PLACE ",\"type\":\"full\","
                      "\"push\":{\"k\":\"all\"}}"),
           201);
    EXPECT(house_json(&h, "PUT", "/v1/seekers/s1", SEEKER), 201);
    EXPECT(house_json(&h, "PATCH", "/v1/seekers/s1",
                      "{\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:30\",\"to\":\"07:00\"}},"
                      "\"occupation\":\"o1\"}"),
           200);
    comes_back("postings", "application/x-ndjson", "ndjson");
    comes_back("seekers", "application/x-ndjson", "ndjson");
    comes_back("postings", "text/csv", "csv");
    comes_back("seekers", "text/csv", "csv");
}

#define SHEET "编号,岗位名称,纬度,经度,用工类型,推送倍数,推送间隔分钟,驿站,上工时间,下工时间\n"
#define PEOPLE "编号,纬度,经度,半径公里,接受类型,每日推送上限,免打扰开始,免打扰结束\n"
#define WANTED "编号,纬度,经度,半径公里,接受类型,期望职业\n"

static reply sheet(const char *kind, const char *rows) {
    char target[40];
    snprintf(target, sizeof target, "/v1/%s/bulk", kind);
    return house_ask(&h, "POST", target, "Content-Type: text/csv\r\nAccept-Language: en\r\n", rows);
}

Test(push_and_gig, a_clerk_writes_push_and_gig_into_a_spreadsheet) {
    drive_open_station();
    reply r = sheet("postings", SHEET "p1,搬运,34.58,105.72,零工,全部,15,st-1,"
                                      "2025-11-28T07:00:00+08:00,2025/11/28\n"
                                      "p2,搬运,34.58,105.72,零工,２,,,,\n");
    EXPECT_HAS(r, "\"ok\":2,\"failed\":0");
    EXPECT_HAS(drive_ask("/v1/postings/p1"),
               "\"push\":{\"k\":\"all\",\"lag_minutes\":15},\"gig\":{\"station\":\"st-1\","
               "\"from\":\"2025-11-28T07:00:00+08:00\",\"to\":\"2025-11-28\"}}");
    EXPECT_HAS(drive_ask("/v1/postings/p2"), "\"push\":{\"k\":2}}");
    EXPECT_HAS(sheet("seekers", PEOPLE "s1,34.58,105.72,5,零工,3,22:00,06:30\n"), "\"failed\":0");
    EXPECT_HAS(drive_ask("/v1/seekers/s1"),
               "\"push\":{\"per_day\":3,\"quiet\":{\"from\":\"22:00\",\"to\":\"06:30\"}}");
    EXPECT_HAS(sheet("seekers", WANTED "s1,34.58,105.72,5,零工,o1\n"
                                       "s3,34.58,105.72,5,零工,o9\n"),
               "\"ok\":1,\"failed\":1");
    EXPECT_HAS(drive_ask("/v1/seekers/s1"), "\"occupation\":\"o1\"}");
    EXPECT_HAS(sheet("seekers", "id,lat,lon,radius_km,types,occupation\ns2,34,105,5,gig,o1\n"),
               "\"failed\":0");
    EXPECT_HAS(drive_ask("/v1/seekers/s2"), "\"occupation\":\"o1\"}");
}

Test(push_and_gig, a_row_is_refused_at_its_column) {
    static const struct {
        const char *kind, *rows, *code, *pointer;
    } ROWS[] = {
        {"postings", SHEET "p1,t,34,105,零工,0,,,,\n", "out_of_range", "/推送倍数"},
        {"postings", SHEET "p1,t,34,105,零工,65535,,,,\n", "out_of_range", "/推送倍数"},
        {"postings", SHEET "p1,t,34,105,零工,,99999,,,\n", "out_of_range", "/推送间隔分钟"},
        {"postings", SHEET "p1,t,34,105,零工,,,,2025-11-28,\n", "missing_field", "/下工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,,2025-11-28\n", "missing_field", "/上工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,2025-11-28,2025-11-27\n", "ends_before_start",
         "/下工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,,早上,晚上\n", "bad_time", "/上工时间"},
        {"postings", SHEET "p1,t,34,105,零工,,,st-9,,\n", "unknown_venue", "/gig/station"},
        {"seekers", PEOPLE "s1,34,105,5,零工,1001,,\n", "out_of_range", "/每日推送上限"},
        {"seekers", PEOPLE "s1,34,105,5,零工,,25:00,07:00\n", "bad_choice", "/免打扰开始"},
        {"seekers", PEOPLE "s1,34,105,5,零工,,22:00,\n", "missing_field", "/免打扰结束"},
        {"seekers", WANTED "s1,34,105,5,零工,o9\n", "unknown_occupation", "/occupation"},
    };
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        char wanted[120];
        reply r = sheet(ROWS[i].kind, ROWS[i].rows);
        EXPECT(r, 200);
        EXPECT_HAS(r, "\"ok\":0,\"failed\":1");
        snprintf(wanted, sizeof wanted, "\"code\":\"%s\",\"pointer\":\"%s\"", ROWS[i].code,
                 ROWS[i].pointer);
        EXPECT_HAS(r, wanted);
    }
    // A dry run looks for the station, too.
    reply r = house_ask(&h, "POST", "/v1/postings/bulk?dry_run=1", "Content-Type: text/csv\r\n",
                        SHEET "p1,t,34,105,零工,,,st-9,,\n");
    EXPECT_HAS(r, "unknown_venue");
}

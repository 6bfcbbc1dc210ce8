/* Drives through the routes: a house, and short words for what happens at a fair, at a station, to
 * a referral. One for a test program: `h` is the fixture of its suites. The house opens on
 * 2025-11-25 at midnight in Beijing. */
#ifndef YZ_TESTS_NET_API_DRIVES_H
#define YZ_TESTS_NET_API_DRIVES_H

#define _GNU_SOURCE
#include "house.h"

#define PLACE "\"place\":{\"lat\":34.58,\"lon\":105.72,\"division\":\"620502\"}"
#define SEEKER "{" PLACE ",\"radius_km\":10,\"types\":[\"full\",\"gig\"],\"wants_push\":true}"
#define GIG(openings)                                                                              \
    "{\"title\":\"搬运\",\"employer\":\"e1\"," PLACE ",\"type\":\"gig\",\"openings\":" openings    \
    ",\"wage\":{\"min\":23.35,\"max\":23.35,\"unit\":\"hour\"},\"gig\":{\"station\":\"st-1\","     \
    "\"from\":\"2025-11-25T07:00:00+08:00\",\"to\":\"2025-11-25T17:00:00+08:00\"}}"
#define FAIR                                                                                       \
    "{\"name\":{\"zh\":\"周末招聘会\"}," PLACE ",\"from\":\"2025-11-29T09:00:00+08:00\","          \
    "\"to\":\"2025-11-30T16:59:59.999+08:00\",\"slot_minutes\":30}"
#define HOUR_MS INT64_C(3600000)

extern house h;

void drive_begin(void);
void drive_end(void); // the market is sound

// Functions, so that an answer is asked for once.
void drive_expect(reply r, int wanted, int line);
void drive_expect_text(reply r, const char *text, bool wanted, int line);
#define EXPECT(r, wanted) drive_expect(r, wanted, __LINE__)
#define EXPECT_HAS(r, text) drive_expect_text(r, text, true, __LINE__)
#define EXPECT_LACKS(r, text) drive_expect_text(r, text, false, __LINE__)

reply drive_ask(const char *target); // GET, in English

void drive_put_seekers(int count); // s1, s2 ...
void drive_open_station(void);     // st-1
void drive_open_fair(void);        // f1 with the booths A1 and, for two at a time, A2

/* Steps: of a referral (`more`: further members, ",..."), of an interview at f1, of a queue (no
 * booth: the counter), of a visitor. `venue`: "fairs/f1". */
reply drive_step(const char *seeker, const char *posting, const char *word, const char *more);
reply drive_slot(const char *booth, const char *seeker, int number, const char *word);
reply drive_queue(const char *venue, const char *booth, const char *ticket, const char *word);
reply drive_visit(const char *venue, const char *ticket, const char *word);

/* How many jobs are found for the seeker. */
uint32_t drive_jobs_of(const char *seeker);

#endif

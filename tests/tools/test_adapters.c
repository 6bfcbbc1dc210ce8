/* Each adapter on rows typed here, in a folder of its own; the real sets are in
 * test_datasets.c. */
#include "tools/adapter.h"
#include "tools/table.h"

#include "engine/base/alloc.h"
#include "engine/model/time.h"

#include <criterion/criterion.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define KEPT_MAX 64

/* What came out, copied as far as the tests look. */
typedef struct kept {
    char id[32], title[64], division[32], skills[256], employer[80], occupation[48];
    yz_posting posting;
    yz_seeker seeker;
} kept;

typedef struct basket {
    kept list[KEPT_MAX];
    uint32_t count, entries;
    char names[4096]; // of all entries: "dictionary:id=zh/en;"
} basket;

static void copy(char *to, size_t size, yz_text text) {
    snprintf(to, size, "%.*s", (int)text.size, text.bytes);
}

static void list_skills(kept *k, const yz_skill_level *skills, uint32_t count) {
    for (uint32_t i = 0; i < count; i++) {
        size_t used = strlen(k->skills);
        snprintf(k->skills + used, sizeof k->skills - used, "%s%.*s:%u", used ? " " : "",
                 (int)skills[i].skill.size, skills[i].skill.bytes, skills[i].level);
    }
}

static const char *take_entry(void *context, yz_dictionary dictionary, const yz_entry *entry) {
    basket *b = context;
    size_t used = strlen(b->names);
    b->entries += 1;
    snprintf(b->names + used, sizeof b->names - used, "%s:%.*s=%.*s/%.*s;",
             yz_dictionary_name(dictionary).bytes, (int)entry->id.size, entry->id.bytes,
             (int)entry->name_zh.size, entry->name_zh.bytes, (int)entry->name_en.size,
             entry->name_en.bytes);
    return NULL;
}

static const char *take_posting(void *context, const yz_posting *posting) {
    basket *b = context;
    cr_assert_lt(b->count, KEPT_MAX);
    kept *k = &b->list[b->count++];
    memset(k, 0, sizeof *k);
    copy(k->id, sizeof k->id, posting->id);
    copy(k->title, sizeof k->title, posting->title);
    copy(k->division, sizeof k->division, posting->place.division);
    copy(k->employer, sizeof k->employer, posting->employer);
    copy(k->occupation, sizeof k->occupation, posting->occupation);
    list_skills(k, posting->required, posting->required_count);
    k->posting = *posting;
    return NULL;
}

static const char *take_seeker(void *context, const yz_seeker *seeker) {
    basket *b = context;
    cr_assert_lt(b->count, KEPT_MAX);
    kept *k = &b->list[b->count++];
    memset(k, 0, sizeof *k);
    copy(k->id, sizeof k->id, seeker->id);
    copy(k->division, sizeof k->division, seeker->place.division);
    list_skills(k, seeker->skills, seeker->skill_count);
    k->seeker = *seeker;
    return NULL;
}

static char folder[] = "/tmp/yizhan-test-adapters-XXXXXX";

static void write_file(const char *name, const char *text) {
    char path[256];
    snprintf(path, sizeof path, "%s/%s", folder, name);
    FILE *to = fopen(path, "w");
    cr_assert_not_null(to, "%s", path);
    fputs(text, to);
    fclose(to);
}

static void make_folder(void) {
    static const char *const names[] = {"us-places",
                                        "onet-29.3",
                                        "data-jobs-2023",
                                        "us-h2-seasonal-jobs",
                                        "cn-regions",
                                        "developer-survey-seekers",
                                        "new-coder-job-seekers-2016"};
    cr_assert_not_null(mkdtemp(folder));
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        char path[256];
        snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        cr_assert_eq(mkdir(path, 0700), 0);
    }
    // Read through zlib, which takes plain text as it is.
    write_file("us-places/places.csv.gz", "state_code,state_name,county,city,lat,lon\n"
                                          "AA,Aland,North,Alpha,40.5,-100.25\n"
                                          "BB,Beland,South,\"Beta, East\",30,-90\n");
    write_file("onet-29.3/skills.tsv.gz",
               "onet_soc\telement_id\telement\tscale\tvalue\tn\tse\tsuppress\tnot_relevant\tdate\n"
               "11-1111.00\tx\tSpeaking\tIM\t3.10\t8\t0\tN\t\t\n"
               "11-1111.00\tx\tSpeaking\tLV\t7\t8\t0\tN\t\t\n"
               "11-1111.00\tx\tDigging & \"Lifting\"\tIM\t4.50\t8\t0\tN\t\t\n"
               "11-1111.00\tx\tDigging & \"Lifting\"\tLV\t2.8\t8\t0\tN\t\t\n"
               "11-1111.00\tx\tWriting\tIM\t2.99\t8\t0\tN\t\t\n"
               "11-1111.00\tx\tWriting\tLV\t5\t8\t0\tN\t\t\n"
               "11-1111.01\tx\tFlying\tIM\t5\t8\t0\tN\t\t\n"
               "22-2222.00\tx\tSwimming\tIM\t3\t8\t0\tN\t\t\n"
               "22-2222.00\tx\tSwimming\tLV\t0\t8\t0\tN\t\t\n");
}

static void remove_folder(void) {
    char command[256];
    snprintf(command, sizeof command, "rm -rf %s", folder);
    cr_assert_eq(system(command), 0);
}

static adapter_report import_set(const char *name, const adapter_options *more, basket *b) {
    adapter_options options = {.datasets = folder, .seed = 1, .at_ms = INT64_MIN};
    adapter_sink sink = {b, take_entry, take_posting, take_seeker, NULL, NULL};
    adapter_report report;
    memset(b, 0, sizeof *b);
    if (more) options = *more;
    options.datasets = folder;
    bool well = adapter_import(adapter_find(name), NULL, 0, &options, &sink, &report);
    cr_assert(well, "%s", report.failure);
    cr_assert_eq(report.rows, report.accepted + report.rejected);
    return report;
}

static uint64_t reason_count(const adapter_reason *reasons, uint32_t count, const char *part) {
    for (uint32_t i = 0; i < count; i++) {
        if (strstr(reasons[i].what, part)) return reasons[i].count;
    }
    return 0;
}
#define REJECTED(report, part) reason_count((report).rejections, (report).rejection_count, part)
#define NOTED(report, part) reason_count((report).notes, (report).note_count, part)

static const kept *find(const basket *b, const char *id) {
    for (uint32_t i = 0; i < b->count; i++) {
        if (strcmp(b->list[i].id, id) == 0) return &b->list[i];
    }
    cr_assert(false, "%s is missing", id);
    return NULL;
}

static int64_t at(const char *text, yz_day_edge edge) {
    int64_t at_ms;
    cr_assert(yz_time_parse(yz_text_of(text), edge, &at_ms));
    return at_ms;
}

TestSuite(adapters, .init = make_folder, .fini = remove_folder);

#define H2_HEADER                                                                                  \
    "job_id,source_year,posted_at,start_date,end_date,title,occupation_code,occupation_title,"     \
    "crop,"                                                                                        \
    "employer_ref,state,lat,lon,headcount_requested,headcount_certified,wage_min,wage_unit,"       \
    "full_time,education,unused\n"

static const char *const H2_ROWS = H2_HEADER
    "a01,2015,2015-01-02,2015-03-01,2015-11-30,\"Digger, deep\",11-1111,Diggers,,e1,AA,40.5,-99.5,"
    "12,10,11.35,hour,Y,None,x\n"
    "a02,2015,2015-01-02,2015-03-01,2015-11-30,Other,111111,Diggers,,e1,AA,40,-99,,7,450,week,"
    "N,2,x\n"
    "a03,2015,2015-01-02,2015-03-01,2015-11-30,Swimmer,22-2222,,,e2,BB,40,-99,3,,90,day,Y,,x\n"
    "a04,2015,2015-01-02,2015-03-01,2015-11-30,No code,,,,e2,BB,40,-99,3,,9.5,hour,,,x\n"
    "a05,2015,2015-01-02,2015-03-01,2015-11-30,Unknown code,99-9999,,,e2,BB,40,-99,3,,9.5,hour,,,\n"
    "a06,2015,2015-01-02,2015-03-01,2015-11-30,Sheep,,,,e2,BB,40,-99,1,,750,hour,,,\n"
    "a07,2015,2015-01-02,2015-03-01,2015-11-30,Week as hour,,,,e2,BB,40,-99,1,,322,hour,,,\n"
    "a08,2015,2015-01-02,2015-03-01,2015-11-30,Year as hour,,,,e2,BB,40,-99,1,,57850,hour,,,\n"
    "a09,2015,2015-01-02,2015-03-01,2015-11-30,Hour as year,,,,e2,BB,40,-99,1,,9,year,,,\n"
    "a10,2015,2015-01-02,2015-03-01,2015-11-30,By the piece,,,,e2,BB,40,-99,1,,0.4,piece,,,\n"
    "a11,2015,2015-01-02,2015-03-01,2015-11-30,Blank unit,,,,e2,BB,40,-99,1,,9,,,,\n"
    "a12,2015,2015-01-02,2015-03-01,2015-11-30,Zero,,,,e2,BB,40,-99,1,,0,hour,,,\n"
    "a13,2015,2015-01-02,2015-03-01,2015-11-30,Absurd,,,,e2,BB,40,-99,1,,1.2,day,,,\n"
    "a14,2015,2015-01-02,,,No period,,,,e2,BB,40,-99,1,,9,hour,,,\n"
    "a15,2006,,,,No day at all,,,,e2,BB,40,-99,1,,9,hour,,,\n"
    "a16,2015,2015-01-02,2015-03-01,2015-02-01,Backwards,,,,e2,BB,40,-99,1,,9,hour,,,\n"
    "a17,2015,2015-01-02,2015-03-01,2015-11-30,No place,,,,e2,BB,,,1,,9,hour,,,\n"
    "a18,2015,2015-01-02,2015-03-01,2015-11-30,,,,Apples,e2,BB,40,-99,0,0,9,hour,,,\n"
    "a19,2015,2015-01-02,2015-03-01,2015-11-30,,,,,e2,BB,40,-99,1,,9,hour,,,\n"
    "a20,2015,2015-01-02,2015-03-01,2015-11-30,Far north,,,,,BB,95,-99,1,,9,hour,,Master's,\n";

Test(adapters, h2_orders_become_postings_with_the_skills_of_their_occupation) {
    write_file("us-h2-seasonal-jobs/jobs.csv.gz", H2_ROWS);
    basket b;
    adapter_report r = import_set("us-h2-seasonal-jobs", NULL, &b);
    cr_assert_eq(r.rows, 20u);
    cr_assert_eq(r.accepted, 16u);
    cr_assert_eq(REJECTED(r, "ends before"), 1u);
    cr_assert_eq(REJECTED(r, "coordinates"), 2u);
    cr_assert_eq(REJECTED(r, "no title"), 1u);
    const kept *k = find(&b, "a01");
    cr_assert_str_eq(k->title, "Digger, deep");
    cr_assert_str_eq(k->division, "us-aa");
    cr_assert_str_eq(k->skills, "digging-lifting:2 speaking:5"); // by importance; Flying is .01's
    cr_assert_eq(k->posting.openings, 12u);
    cr_assert_eq(k->posting.place.lat_e7, 405000000);
    cr_assert_eq(k->posting.place.lon_e7, -995000000);
    cr_assert_eq(k->posting.valid_from_ms, at("2015-03-01", YZ_DAY_BEGIN));
    cr_assert_eq(k->posting.valid_to_ms, at("2015-11-30", YZ_DAY_END));
    cr_assert(k->posting.has_wage);
    cr_assert_eq(k->posting.wage_max_fen, 1135);
    cr_assert_eq(k->posting.wage_unit, YZ_PER_HOUR);
    k = find(&b, "a02");
    cr_assert_str_eq(k->skills, "digging-lifting:2 speaking:5");
    cr_assert_eq(k->posting.openings, 7u);
    cr_assert_eq(k->posting.type, YZ_TYPE_PART);
    cr_assert_eq(k->posting.education_min, 2);
    cr_assert_str_eq(find(&b, "a03")->skills, "swimming:1");
    cr_assert_str_eq(find(&b, "a04")->skills, "");
    cr_assert_str_eq(find(&b, "a05")->skills, "");
    cr_assert_not_null(strstr(b.names, "occupations:11-1111=/Diggers;"));
    cr_assert_not_null(strstr(b.names, "skills:digging-lifting=/Digging & \"Lifting\";"));
}

Test(adapters, h2_wages_and_periods_that_cannot_be_are_repaired_and_counted) {
    write_file("us-h2-seasonal-jobs/jobs.csv.gz", H2_ROWS);
    basket b;
    adapter_report r = import_set("us-h2-seasonal-jobs", NULL, &b);
    cr_assert_eq(find(&b, "a06")->posting.wage_unit, YZ_PER_MONTH);
    cr_assert_eq(find(&b, "a07")->posting.wage_unit, YZ_PER_WEEK);
    cr_assert_eq(find(&b, "a08")->posting.wage_unit, YZ_PER_YEAR);
    cr_assert_eq(find(&b, "a09")->posting.wage_unit, YZ_PER_HOUR);
    cr_assert_eq(NOTED(r, "the unit that the amount tells"), 4u);
    for (int i = 10; i <= 13; i++) {
        char id[16];
        snprintf(id, sizeof id, "a%d", i);
        cr_assert_not(find(&b, id)->posting.has_wage, "%s", id);
    }
    cr_assert_eq(NOTED(r, "none stated"), 3u);
    cr_assert_eq(NOTED(r, "absurd"), 1u);
    const kept *k = find(&b, "a14");
    cr_assert_eq(k->posting.valid_from_ms, at("2015-01-02", YZ_DAY_BEGIN));
    cr_assert_eq(k->posting.valid_to_ms, at("2016-01-01", YZ_DAY_END));
    k = find(&b, "a15");
    cr_assert_eq(k->posting.valid_from_ms, at("2005-10-01", YZ_DAY_BEGIN));
    cr_assert_eq(k->posting.valid_to_ms, at("2006-09-30", YZ_DAY_END));
    cr_assert_str_eq(find(&b, "a18")->title, "Apples");
    cr_assert_eq(find(&b, "a18")->posting.openings, 1u);
    cr_assert_eq(NOTED(r, "openings not stated"), 1u);
}

Test(adapters, seekers_are_derived_from_postings_that_are_valid_then) {
    write_file("us-h2-seasonal-jobs/jobs.csv.gz",
               H2_HEADER "old,2010,2010-01-02,2010-03-01,2010-11-30,Old,22-2222,,,e,AA,10,-50,1,,"
                         "10,hour,Y,,\n"
                         "new,2015,2015-01-02,2015-03-01,2015-11-30,New,11-1111,,,e,AA,40,-99,1,,"
                         "10,hour,Y,2,\n");
    adapter_options options = {
        .seed = 7, .derive_seekers = 40, .at_ms = at("2015-06-01", YZ_DAY_BEGIN)};
    basket b, again;
    adapter_report r = import_set("us-h2-seasonal-jobs", &options, &b);
    cr_assert_eq(r.valid_at, 1u);
    cr_assert_eq(r.derived, 1u); // one valid posting, one seeker
    const kept *k = find(&b, "derived-00000000");
    cr_assert_lt(abs(k->seeker.place.lat_e7 - 400000000), 10000000);
    cr_assert_geq(k->seeker.floor_fen, 700);
    cr_assert_leq(k->seeker.floor_fen, 1000);
    cr_assert_geq(k->seeker.education, 2);
    cr_assert_str_eq(k->division, "us-aa");
    import_set("us-h2-seasonal-jobs", &options, &again);
    cr_assert_eq(again.count, b.count);
    const kept *twin = find(&again, "derived-00000000");
    cr_assert_eq(twin->seeker.place.lat_e7, k->seeker.place.lat_e7);
    cr_assert_str_eq(twin->skills, k->skills);
}

Test(adapters, data_jobs_become_postings_and_synonyms_meet) {
    write_file(
        "data-jobs-2023/jobs.csv.gz",
        "job_id,posted_at,title,occupation_title,employer,state,lat,lon,employment_type,no_degree,"
        "wage_unit,wage_year_avg,wage_hour_avg,skills\n"
        "d1,2023-01-01T00:01:11Z,Data Analyst,Data Analyst,\"Big & Co, Ltd\",AA,37,-122,Full-time,"
        "0,hour,,20.5,sql|aws|python|spark|excel|c++|c#|aws\n"
        "d2,2023-01-01T00:01:12Z,Senior Data Analyst,Senior Data Analyst,X,,37,-122,Part-time,1,"
        "year,110000.0,,Golang|go\n"
        "d3,2023-01-01T00:01:13Z,Junior Clerk,Data Analyst,X,AA,37,-122,Internship,1,year,7e9,,\n"
        "d4,2023-01-01T00:01:14Z,Abroad,Data Analyst,X,,,,Full-time,1,year,90000,,sql\n"
        "d5,long ago,No day,Data Analyst,X,AA,37,-122,Full-time,1,year,90000,,sql\n"
        "d6,2023-01-01T00:01:15Z,,Data Analyst,X,AA,37,-122,Full-time,1,year,90000,,sql\n"
        "d7,2023-01-01T00:01:16Z,Gig,Data Analyst,"
        "An Employer Whose Name Is So Long That It Does Not Fit Into Sixty Four Bytes At All,AA,37,"
        "-122,Temp work,1,year,90000,,html|css\n");
    basket b;
    adapter_report r = import_set("data-jobs-2023", NULL, &b);
    cr_assert_eq(r.accepted, 4u);
    cr_assert_eq(REJECTED(r, "coordinates"), 1u);
    cr_assert_eq(REJECTED(r, "day of posting"), 1u);
    cr_assert_eq(REJECTED(r, "empty"), 1u);
    const kept *k = find(&b, "d1");
    cr_assert_str_eq(k->skills, "sql:2 amazon-web-services-aws:2 python:2 apache-spark:2 excel:2");
    cr_assert_eq(k->posting.preferred_count, 2); // c++ and c#, apart; the second aws is the first
    cr_assert_str_eq(k->employer, "big-co-ltd");
    cr_assert_eq(k->posting.education_min, 4);
    cr_assert_eq(k->posting.wage_max_fen, 2050);
    cr_assert_eq(k->posting.valid_to_ms - k->posting.valid_from_ms, 30 * (int64_t)YZ_DAY_MS);
    k = find(&b, "d2");
    cr_assert_str_eq(k->skills, "go:3");
    cr_assert_eq(k->posting.type, YZ_TYPE_PART);
    cr_assert_str_eq(k->division, "");
    cr_assert_not(find(&b, "d3")->posting.has_wage);
    cr_assert_eq(find(&b, "d3")->posting.type, YZ_TYPE_INTERN);
    k = find(&b, "d7");
    cr_assert_eq(strlen(k->employer), 64u);
    cr_assert_str_eq(k->skills, "html-css:2");
    cr_assert_eq(k->posting.type, YZ_TYPE_GIG);
}

Test(adapters, surveyed_developers_become_seekers_with_a_drawn_place) {
    write_file("developer-survey-seekers/seekers-2023-us.csv.gz",
               "seeker_id,employment,remote,education,years_pro,wage_year,skills\n"
               "s1,\"Employed, full-time\",Remote,Bachelor's degree,9.0,285000,"
               "HTML/CSS|Amazon Web Services (AWS)|.NET (5+)\n"
               "s2,\"Employed, full-time;Employed, part-time\",In-person,Master's degree,,1e16,\n"
               "s3,\"Independent contractor, freelancer, or self-employed\",,Something else,0.5,0,"
               "Go\n");
    basket b;
    adapter_report r = import_set("developer-survey-seekers", NULL, &b);
    cr_assert_eq(r.accepted, 3u);
    const kept *k = find(&b, "s1");
    cr_assert_str_eq(k->skills, "html-css:3 amazon-web-services-aws:3 .net-5+:3");
    cr_assert_eq(k->seeker.radius_m, 100000u);
    cr_assert_eq(k->seeker.floor_fen, 28500000);
    cr_assert_eq(k->seeker.education, 4);
    cr_assert(strcmp(k->division, "us-aa") == 0 || strcmp(k->division, "us-bb") == 0);
    cr_assert_eq(find(&b, "s2")->seeker.floor_fen, 0);
    cr_assert_eq(find(&b, "s2")->seeker.types, YZ_TYPE_FULL | YZ_TYPE_PART);
    cr_assert_eq(find(&b, "s3")->seeker.types, YZ_TYPE_FULL | YZ_TYPE_GIG);
    cr_assert_str_eq(find(&b, "s3")->skills, "go:1");
    cr_assert_eq(NOTED(r, "absurd"), 2u);
    cr_assert_eq(NOTED(r, "derived"), 3u);
}

Test(adapters, new_coders_become_seekers_with_the_skills_of_their_wish) {
    write_file("new-coder-job-seekers-2016/seekers.csv.gz",
               "seeker_id,already_developer,employer_pref,role_interest,wage_expected_year,"
               "workplace_pref,willing_to_relocate,months_programming\n"
               "f1,0.0,freelance,Full-Stack Web Developer,50000,no preference,1.0,28\n"
               "f2,1.0,work for a startup,Data Scientist / Data Engineer,15,in an office,,100\n"
               "f3,0.0,,,50k,,,\n");
    basket b;
    adapter_report r = import_set("new-coder-job-seekers-2016", NULL, &b);
    cr_assert_eq(r.accepted, 3u);
    const kept *k = find(&b, "f1");
    cr_assert_str_eq(k->skills, "javascript:2 html-css:2 sql:2 node.js:2 react:2");
    cr_assert_eq(k->seeker.radius_m, 100000u);
    cr_assert_eq(k->seeker.floor_fen, 5000000);
    cr_assert_eq(k->seeker.types, YZ_TYPE_FULL | YZ_TYPE_GIG | YZ_TYPE_INTERN);
    cr_assert_eq(find(&b, "f2")->seeker.floor_fen, 0);
    cr_assert_eq(find(&b, "f2")->seeker.types, YZ_TYPE_FULL);
    cr_assert_eq(find(&b, "f3")->seeker.skill_count, 0);
    cr_assert_eq(NOTED(r, "no year's wage"), 2u);
    cr_assert_eq(NOTED(r, "role wished"), 2u);
}

Test(adapters, regions_become_divisions) {
    write_file("cn-regions/divisions.tsv.gz", "code\tlevel\tname\tpinyin\n"
                                              "620000\tprovince\t甘肃省\tgan su\n"
                                              "620500\tprefecture\t天水市\ttian shui\n"
                                              "6205\tprefecture\tshort\tx\n"
                                              "62050x\tprefecture\tletter\tx\n"
                                              "620599\tcounty\t\tx\n");
    write_file("cn-regions/townships.tsv.gz", "code\tcounty\tname\tpinyin\n"
                                              "620502001\t620502\t大城街道\tda cheng\n");
    basket b;
    adapter_report r = import_set("cn-regions", NULL, &b);
    cr_assert_eq(r.accepted, 3u);
    cr_assert_eq(REJECTED(r, "6 or 9"), 2u);
    cr_assert_eq(REJECTED(r, "no name"), 1u);
    cr_assert_eq(r.entries, 3u);
    cr_assert_str_eq(b.names, "divisions:620000=甘肃省/gan su;divisions:620500=天水市/tian shui;"
                              "divisions:620502001=大城街道/da cheng;");
}

Test(adapters, a_limit_a_missing_file_and_a_missing_column_are_said) {
    write_file("us-h2-seasonal-jobs/jobs.csv.gz", H2_ROWS);
    adapter_options options = {.seed = 1, .limit = 3, .at_ms = INT64_MIN};
    basket b;
    cr_assert_eq(import_set("us-h2-seasonal-jobs", &options, &b).rows, 3u);

    adapter_sink sink = {&b, take_entry, take_posting, take_seeker, NULL, NULL};
    adapter_report r;
    options.datasets = folder;
    cr_assert_not(adapter_import(adapter_find("cn-regions"), NULL, 0, &options, &sink, &r));
    cr_assert_not_null(strstr(r.failure, "divisions.tsv.gz"), "%s", r.failure);
    write_file("cn-regions/divisions.tsv.gz", "code\tnom\n620000\tx\n");
    cr_assert_not(adapter_import(adapter_find("cn-regions"), NULL, 0, &options, &sink, &r));
    cr_assert_not_null(strstr(r.failure, "lacks the column: name"), "%s", r.failure);
    options.datasets = NULL;
    cr_assert_not(adapter_import(adapter_find("cn-regions"), NULL, 0, &options, &sink, &r));
    cr_assert_not_null(strstr(r.failure, "--datasets"), "%s", r.failure);
    cr_assert_null(adapter_find("no-such-set"));
}

// ---- table ----

static bool join_cells(void *context, uint64_t row, const yz_text *cells) {
    char *to = context;
    size_t used = strlen(to);
    snprintf(to + used, 512 - used, "%d[%.*s|%.*s]", (int)row, (int)cells[0].size, cells[0].bytes,
             (int)cells[1].size, cells[1].bytes);
    return true;
}

static bool read_as(const char *name, const char *text, char *joined, char *why) {
    static const char *const columns[] = {"b", "a"};
    char path[256];
    write_file(name, text);
    snprintf(path, sizeof path, "%s/%s", folder, name);
    *joined = 0;
    return table_read(path, columns, 2, join_cells, joined, why);
}

Test(adapters, tables_are_read_by_column_name_and_quotes_count_only_in_csv) {
    char joined[512], why[TABLE_WHY_MAX];
    cr_assert(read_as("t.csv",
                      "\xEF\xBB\xBF"
                      "a,c,b\r\n1,,\"x,\"\"y\"\"\nz\"\r\n2\r\n\r\n3,4,5,6",
                      joined, why));
    cr_assert_str_eq(joined, "1[x,\"y\"\nz|1]2[|2]3[5|3]");
    cr_assert(read_as("t.tsv", "a\tb\n\"1\t2\"\n\t\n", joined, why));
    cr_assert_str_eq(joined, "1[2\"|\"1]2[|]");
    cr_assert_not(read_as("t.csv", "", joined, why));
    cr_assert_str_eq(why, "the file is empty");
    cr_assert_not(read_as("t.csv", "a\n1\n", joined, why));
    cr_assert_str_eq(why, "the header lacks the column: b");
    cr_assert(read_as("t.csv", "a,b\n\"never closed\n", joined, why));
}

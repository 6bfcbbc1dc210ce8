/* The records as the outside knows them: text ids, units people use. The wire form, a command and
 * a read all carry these; inside, the tables keep rows and packed numbers.
 *
 * All texts are borrowed by the struct: from a request's arena, a line, or the market (until its
 * next command). */
#ifndef YZ_ENGINE_MODEL_RECORDS_H
#define YZ_ENGINE_MODEL_RECORDS_H

#include "engine/base/text.h"
#include "engine/model/limits.h"
#include "engine/model/money.h"
#include "engine/model/problem.h"

typedef struct yz_skill_level {
    yz_text skill; // id
    uint8_t level; // 1..YZ_LEVEL_MAX
} yz_skill_level;

typedef struct yz_place {
    int32_t lat_e7, lon_e7; // WGS-84 in 1e-7 degree: |lat| <= 900,000,000, |lon| <= 1,800,000,000
    yz_text division;       // id; "" = not said
} yz_place;

/* Bits of a type set; a posting has one. Wire words: full, part, gig, intern. */
typedef enum yz_job_type {
    YZ_TYPE_FULL = 1,
    YZ_TYPE_PART = 2,
    YZ_TYPE_GIG = 4,
    YZ_TYPE_INTERN = 8,
} yz_job_type;

typedef struct yz_posting {
    yz_text id, employer, title, occupation; // employer, occupation: ids, "" = not said
    yz_place place;
    const yz_skill_level *required; // required_count of them; no skill twice
    const yz_text *preferred;       // preferred_count skill ids; no skill twice
    uint16_t required_count, preferred_count;
    bool has_wage;
    yz_wage_unit wage_unit;
    int64_t wage_min_fen, wage_max_fen; // per unit; 0 <= min <= max
    uint8_t education_min;              // 0..YZ_EDUCATION_MAX
    uint8_t type;                       // one yz_job_type
    uint32_t openings;                  // 1..YZ_OPENINGS_MAX
    uint32_t shifts;                    // 1..YZ_SHIFTS_ALL
    int64_t valid_from_ms, valid_to_ms; // both included; YZ_TIME_MS_MIN and _MAX = not said
    /* How many are told at once, in multiples of the openings: 1..1000, 0 = YZ_PUSH_K, YZ_PUSH_ALL
     * = everybody. The next ones when so many minutes passed without enough replies; 0 = 30. */
    uint16_t push_k, push_lag_minutes;
    /* A gig: the work of one day. "" and 0, 0 = not said; else 0 < from <= to. */
    yz_text station; // venue id
    int64_t gig_from_ms, gig_to_ms;
} yz_posting;

#define YZ_PUSH_K 3
#define YZ_PUSH_K_MAX 1000
#define YZ_PUSH_ALL 65535
#define YZ_PUSH_LAG_MINUTES 30
#define YZ_PUSH_LAG_MINUTES_MAX 10080

typedef struct yz_seeker {
    yz_text id, person;           // person "" = the seeker's id
    yz_text occupation;           // id of the first one that is wanted; "" = not said
    const yz_skill_level *skills; // skill_count of them; no skill twice
    uint16_t skill_count;
    yz_place place;
    uint32_t radius_m; // 1..YZ_RADIUS_M_MAX; on the wire radius_km with at most three decimals
    yz_wage_unit floor_unit;
    int64_t floor_fen;     // per unit; 0 = no floor
    uint8_t education;     // 0..YZ_EDUCATION_MAX
    uint8_t types;         // set of yz_job_type, not empty
    uint32_t shifts;       // 1..YZ_SHIFTS_ALL
    uint32_t groups;       // set of 0..YZ_GROUP_MAX
    uint8_t primary_group; // of the set; 0 if the set is empty. On the wire the first of "groups"
    bool wants_push;
    /* Pushes a day (Beijing), 0 = no limit; and when there are none, in minutes of the day: from =
     * to is never, from > to goes over midnight. What comes then waits, it is not dropped. */
    uint16_t push_per_day, quiet_from, quiet_to;
    /* Exact place (not the division) and groups (not the primary one) are sealed in the journal
     * under the person's key; once that is destroyed a replay does not see them. So wherever the
     * market compares or fingerprints them it takes these tags, which are not sealed. Made by the
     * store with the person's key; 0: the market makes one from the field itself, without a key. */
    uint64_t place_tag, groups_tag;
    bool withheld; // the key is gone: lat, lon are 0, groups hold the primary one only
} yz_seeker;

typedef enum yz_sex {
    YZ_SEX_UNKNOWN,
    YZ_SEX_MALE,
    YZ_SEX_FEMALE,
} yz_sex;

/* What the door found when it looked at an id number; the number itself stays in the vault. */
typedef enum yz_id_check {
    YZ_ID_NOT_GIVEN,
    YZ_ID_VALID,
    YZ_ID_WRONG_DIGIT, // entered all the same, with a warning
} yz_id_check;

/* Bits of a set of hardship tags, as notices of subsidies name them; the words of the wire are the
 * same in lower case: "zero_employment_family" and so on. */
typedef enum yz_person_tag {
    YZ_TAG_ZERO_EMPLOYMENT_FAMILY = 1 << 0,
    YZ_TAG_DIBAO = 1 << 1,
    YZ_TAG_POVERTY_ALLEVIATED = 1 << 2,
    YZ_TAG_DISABLED = 1 << 3,
    YZ_TAG_POOR_DISABLED_FAMILY = 1 << 4,
    YZ_TAG_EXTREMELY_POOR = 1 << 5,
    YZ_TAG_STUDENT_LOAN = 1 << 6,
    YZ_TAG_VETERAN = 1 << 7,
    YZ_TAG_MIGRANT_WORKER = 1 << 8,
    YZ_TAG_MIGRANT_CONTRACT_WORKER = 1 << 9,
    YZ_TAG_LOW_INCOME_MONITORED = 1 << 10,
    YZ_TAGS_ALL = (1 << 11) - 1,
} yz_person_tag;

/* A person as the engine knows one: what the door derived. Name, id number, phone and account are
 * in the vault and never here. */
typedef struct yz_person {
    yz_text id;
    yz_text division;         // id of the household register's division; "" = not said
    yz_sex sex;               // given, or from the id number
    uint8_t group;            // primary group, 0..YZ_GROUP_MAX
    yz_id_check id_check;     // of the id number
    uint64_t account_hash[2]; // keyed hash of the account, made by the store; 0, 0 = none
    int32_t birth_day;        // sealed; days since 1970-01-01; YZ_DAY_NONE = not said
    uint32_t tags;            // sealed; set of yz_person_tag
    uint64_t sealed_tag;      // stands for birth day and tags, as place_tag above
    bool withheld;            // the key is gone: birth day and tags are not known
} yz_person;

#define YZ_DAY_NONE INT32_MIN

yz_text yz_sex_name(yz_sex sex); // "unknown", "male", "female"
bool yz_sex_parse(yz_text name, yz_sex *sex);
yz_text yz_person_tag_name(yz_person_tag tag); // "dibao" and so on
bool yz_person_tag_parse(yz_text name, yz_person_tag *tag);
yz_text yz_id_check_name(yz_id_check check); // "not_given", "valid", "wrong_digit"

/* Fields of a record, for commands that change some of them (PATCH). */
typedef enum yz_posting_field {
    YZ_POSTING_EMPLOYER = 1 << 0,
    YZ_POSTING_TITLE = 1 << 1,
    YZ_POSTING_OCCUPATION = 1 << 2,
    YZ_POSTING_PLACE = 1 << 3,
    YZ_POSTING_REQUIRED = 1 << 4,
    YZ_POSTING_PREFERRED = 1 << 5,
    YZ_POSTING_WAGE = 1 << 6,
    YZ_POSTING_EDUCATION = 1 << 7,
    YZ_POSTING_TYPE = 1 << 8,
    YZ_POSTING_OPENINGS = 1 << 9,
    YZ_POSTING_SHIFTS = 1 << 10,
    YZ_POSTING_VALID_FROM = 1 << 11,
    YZ_POSTING_VALID_TO = 1 << 12,
    YZ_POSTING_ALL = (1 << 13) - 1,
    // Beside the others: a PUT may leave them out, then nothing is said.
    YZ_POSTING_PUSH = 1 << 13, // push_k, push_lag_minutes
    YZ_POSTING_GIG = 1 << 14,  // station, gig_from_ms, gig_to_ms
    YZ_POSTING_KNOWN = (1 << 15) - 1,
} yz_posting_field;

typedef enum yz_seeker_field {
    YZ_SEEKER_PERSON = 1 << 0,
    YZ_SEEKER_SKILLS = 1 << 1,
    YZ_SEEKER_PLACE = 1 << 2,
    YZ_SEEKER_RADIUS = 1 << 3,
    YZ_SEEKER_WAGE_FLOOR = 1 << 4,
    YZ_SEEKER_EDUCATION = 1 << 5,
    YZ_SEEKER_TYPES = 1 << 6,
    YZ_SEEKER_SHIFTS = 1 << 7,
    YZ_SEEKER_GROUPS = 1 << 8,
    YZ_SEEKER_WANTS_PUSH = 1 << 9,
    YZ_SEEKER_ALL = (1 << 10) - 1,
    // Beside the others: a PUT may leave them out, then nothing is said.
    YZ_SEEKER_PUSH = 1 << 10, // push_per_day, quiet_from, quiet_to
    YZ_SEEKER_OCCUPATION = 1 << 11,
    YZ_SEEKER_KNOWN = (1 << 12) - 1,
} yz_seeker_field;

typedef enum yz_person_field {
    YZ_PERSON_DIVISION = 1 << 0,
    YZ_PERSON_SEX = 1 << 1,
    YZ_PERSON_GROUP = 1 << 2,
    YZ_PERSON_ID_CHECK = 1 << 3,
    YZ_PERSON_ACCOUNT = 1 << 4,
    YZ_PERSON_BIRTH_DAY = 1 << 5,
    YZ_PERSON_TAGS = 1 << 6,
    YZ_PERSON_ALL = (1 << 7) - 1,
    YZ_PERSON_VAULT = 1 << 7, // beside the others: the vault was given something. The engine does
                              // not see what; it counts as a change, so that versions guard it
} yz_person_field;

/* An entry of a dictionary: a skill, an occupation, a division, an employer, a person. */
typedef struct yz_entry {
    yz_text id, name_zh, name_en; // names may be ""
    uint32_t weight;              // skills: 1..YZ_WEIGHT_MAX, 0 in a command = leave or default
} yz_entry;

typedef enum yz_dictionary {
    YZ_SKILLS,
    YZ_OCCUPATIONS,
    YZ_DIVISIONS,
    YZ_EMPLOYERS,
    YZ_PERSONS,
} yz_dictionary;
#define YZ_DICTIONARY_COUNT 5

/* "skills", "occupations", "divisions", "employers", "persons": as in the routes. */
yz_text yz_dictionary_name(yz_dictionary dictionary);

typedef enum yz_record_state {
    YZ_STATE_SCHEDULED, // posting: valid_from lies ahead
    YZ_STATE_OPEN,
    YZ_STATE_PAUSED,
    YZ_STATE_FULL,   // posting: every opening held or placed
    YZ_STATE_PLACED, // seeker
    YZ_STATE_CLOSED,
    YZ_STATE_EXPIRED, // posting: valid_to has passed
} yz_record_state;

yz_text yz_record_state_name(yz_record_state state);
yz_text yz_job_type_name(yz_job_type type);
bool yz_job_type_parse(yz_text name, yz_job_type *type);

/* The rules a record obeys by itself (what it refers to is the market's business): lengths, ranges,
 * no skill twice, UTF-8, no control characters. `fields` says which members count. O(size). */
YZ_MUST_USE yz_status yz_posting_check(const yz_posting *posting, uint32_t fields,
                                       yz_problem *problem);
YZ_MUST_USE yz_status yz_seeker_check(const yz_seeker *seeker, uint32_t fields,
                                      yz_problem *problem);
YZ_MUST_USE yz_status yz_person_check(const yz_person *person, uint32_t fields,
                                      yz_problem *problem);
YZ_MUST_USE yz_status yz_entry_check(const yz_entry *entry, yz_problem *problem);

#endif

/* Records as rows of a spreadsheet: what the reader and the writer share.
 *
 *     编号,岗位名称,用人单位,…,必备技能,…            one header row, Chinese or English names
 *     p-1,焊工,e-1,…,weld:3|cut:2,…                skills as id:level, several with |
 *
 * A cell that a spreadsheet would take for a formula (it begins with = + - @, a tab or a return, in
 * half or full width) gets an apostrophe before it on the way out, which the reader takes away. In
 * ids inside a list, | : and \ are written with a \ before them. */
#ifndef YZ_NET_API_CSV_H
#define YZ_NET_API_CSV_H

#include "net/api/wire_person.h"

typedef enum csv_kind {
    CSV_POSTINGS,
    CSV_SEEKERS,
    CSV_SKILLS,
    CSV_ENTRIES,
    CSV_PERSONS,
    CSV_SKELETONS, // persons without what the vault holds: exports
} csv_kind;

typedef union csv_record {
    yz_posting posting;
    yz_seeker seeker;
    yz_entry entry;
    wire_person person;
} csv_record;

typedef enum csv_field {
    CSV_ID,
    CSV_TITLE,
    CSV_EMPLOYER,
    CSV_OCCUPATION,
    CSV_PERSON,
    CSV_LAT,
    CSV_LON,
    CSV_DIVISION,
    CSV_REQUIRED,
    CSV_PREFERRED,
    CSV_SKILL_LEVELS,
    CSV_WAGE_MIN,
    CSV_WAGE_MAX,
    CSV_WAGE_FLOOR,
    CSV_WAGE_UNIT,
    CSV_RADIUS_KM,
    CSV_EDUCATION_MIN,
    CSV_EDUCATION,
    CSV_TYPE,
    CSV_TYPES,
    CSV_OPENINGS,
    CSV_SHIFTS,
    CSV_GROUPS,
    CSV_WANTS_PUSH,
    CSV_VALID_FROM,
    CSV_VALID_TO,
    CSV_PUSH_K,
    CSV_PUSH_LAG,
    CSV_STATION,
    CSV_GIG_FROM,
    CSV_GIG_TO,
    CSV_PUSH_PER_DAY,
    CSV_QUIET_FROM,
    CSV_QUIET_TO,
    CSV_OCCUPATION_WANTED,
    CSV_NAME_ZH,
    CSV_NAME_EN,
    CSV_WEIGHT,
    CSV_PERSON_NAME,
    CSV_ID_NUMBER,
    CSV_PHONE,
    CSV_ACCOUNT,
    CSV_BIRTH_DATE,
    CSV_SEX,
    CSV_GROUP,
    CSV_TAGS,
} csv_field;
#define CSV_FIELD_COUNT 46

typedef struct csv_column {
    const char *name;     // English, as in the wire form
    const char *zh;       // the header we write
    const char *synonyms; // other headers we read, separated by |
    const char *pointer;  // where the record's own checks point to
    uint8_t kinds;        // set of 1 << csv_kind that have it
    bool needed;
} csv_column;

extern const csv_column CSV_COLUMNS[CSV_FIELD_COUNT]; // by csv_field

static inline bool csv_has(csv_kind kind, csv_field field) {
    return CSV_COLUMNS[field].kinds >> kind & 1;
}

/* 0 postings, 1 seekers, 2 skills, 3 to 5 the other dictionaries, 6 persons: the order of the
 * routes. */
static inline csv_kind csv_kind_of(int order) {
    return order < 3 ? (csv_kind)order : order == 6 ? CSV_PERSONS : CSV_ENTRIES;
}

/* "低保家庭成员": the word for a yz_person_tag in a spreadsheet. */
const char *csv_tag_zh(uint32_t tag);

#endif

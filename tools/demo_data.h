/* What the demo is made of: places, skills, occupations, employers. Typed in; names of firms are
 * invented, divisions are those of GB/T 2260 (National Bureau of Statistics, 2023 edition). */
#ifndef YZ_TOOLS_DEMO_DATA_H
#define YZ_TOOLS_DEMO_DATA_H

#include "engine/model/money.h"
#include "engine/model/records.h"

/* The field of work; an employer is in one, its postings come from there. */
typedef enum demo_field {
    DEMO_FARM,
    DEMO_FACTORY,
    DEMO_BUILDING,
    DEMO_FOOD,
    DEMO_SHOP,
    DEMO_HOME, // household services and care
    DEMO_TRANSPORT,
    DEMO_OFFICE,
    DEMO_ONLINE, // e-commerce and media
    DEMO_PUBLIC, // health, schools, guards, cleaning
} demo_field;
#define DEMO_FIELD_COUNT 10

/* A township; its point lies near its seat, to a few kilometres. */
typedef struct demo_place {
    const char *division; // 9 digits; the first 6 are the county
    const char *zh, *en;
    double lat, lon;
    uint8_t people; // share of the people and postings
} demo_place;

typedef struct demo_county {
    const char *division; // 6 digits
    const char *zh, *en;
    const char *in_title; // short form for titles
} demo_county;

typedef struct demo_skill {
    const char *id, *zh, *en;
} demo_skill;

/* When the work is; demo.c turns it into shift bits. */
typedef enum demo_hours {
    DEMO_DAYTIME, // mornings and afternoons, Monday to Friday or the whole week
    DEMO_TWO_OR_THREE_SHIFTS,
    DEMO_EARLY,    // mornings
    DEMO_EVENINGS, // afternoons and nights
    DEMO_NIGHTS,
    DEMO_SOME_DAYS, // a gig: one to four days of the week
} demo_hours;

typedef struct demo_occupation {
    const char *id, *zh, *en; // the id begins with its field
    demo_field field;
    yz_job_type type;
    yz_wage_unit unit;
    uint16_t low, high; // yuan, as such work is paid
    uint8_t education;  // usual floor
    demo_hours hours;
    uint8_t share;         // of the postings of its field
    const char *required;  // "skill:level skill:level", may be ""
    const char *preferred; // "skill skill"
} demo_occupation;

typedef struct demo_employer {
    const char *zh, *en;
    demo_field field;
    const char *county; // division of its seat
} demo_employer;

extern const demo_county DEMO_COUNTIES[];
extern const uint32_t DEMO_COUNTY_COUNT;
extern const demo_place DEMO_PLACES[];
extern const uint32_t DEMO_PLACE_COUNT;
extern const demo_skill DEMO_SKILLS[];
extern const uint32_t DEMO_SKILL_COUNT;
extern const demo_occupation DEMO_OCCUPATIONS[];
extern const uint32_t DEMO_OCCUPATION_COUNT;
extern const demo_employer DEMO_EMPLOYERS[];
extern const uint32_t DEMO_EMPLOYER_COUNT;

#endif

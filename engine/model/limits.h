/* Every limit of a record, in one place. A limit passed is refused with its name, never cut. */
#ifndef YZ_ENGINE_MODEL_LIMITS_H
#define YZ_ENGINE_MODEL_LIMITS_H

#define YZ_ID_BYTES_MAX 64         // an external id
#define YZ_NAME_BYTES_MAX 200      // a name in one language
#define YZ_TITLE_BYTES_MAX 300     // a posting's title
#define YZ_LEVEL_MAX 5             // skill levels 1..5
#define YZ_EDUCATION_MAX 6         // education 0..6
#define YZ_SHIFTS_ALL 0x1FFFFFu    // 21 bits: day * 3 + part, Monday morning = bit 0
#define YZ_TYPES_ALL 0xFu          // full, part, gig, intern
#define YZ_REQUIRED_MAX 32         // required skills of a posting
#define YZ_PREFERRED_MAX 32        // preferred skills of a posting
#define YZ_SEEKER_SKILLS_MAX 128   // skills of a seeker
#define YZ_GROUP_MAX 31            // groups 0..31, a set in 32 bits
#define YZ_BIRTH_DAY_MIN (-25567)  // 1900-01-01, in days since 1970-01-01
#define YZ_BIRTH_DAY_MAX 2932896   // 9999-12-31
#define YZ_PERSON_SEEKERS_MAX 30   // seekers that name one person
#define YZ_SKILLS_MAX 65535        // skills in the dictionary
#define YZ_DICTIONARY_MAX 16777215 // occupations, divisions, employers, persons: each
#define YZ_RECORDS_MAX 100000000   // postings; seekers
#define YZ_OPENINGS_MAX 1000000    // openings of one posting
#define YZ_RADIUS_M_MAX 20100000   // travel radius in metres: half the way round the earth
#define YZ_FEN_MAX 10000000000000  // a wage amount in fen (100 billion yuan)
#define YZ_WEIGHT_MAX 1000000      // skill weight 1..
#define YZ_WEIGHT_NEW 13816        // a new skill: round(1000 * ln(1 + 1e6)), the highest derived
#define YZ_WEIGHTS_PER_COMMAND_MAX 1000
#define YZ_K_MAX 1000                  // hits of one answer
#define YZ_TIME_MS_MIN (-28800000)     // 1970-01-01 in Beijing
#define YZ_TIME_MS_MAX 253402300799999 // 9999-12-31T23:59:59.999Z
#define YZ_VERSION_MAX 4294967294u     // the one above says "must be new"

#endif

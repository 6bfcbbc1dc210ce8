/* Statistics as records, in this order of kinds; a record holds as many entries of its kind as it
 * has room for, and ends with the CRC-32C of what is before (4). Little-endian.
 *
 *     T  begun 1, at_ms 8                                          one
 *     c  a record of the cube;  v  of the stations' cube           one each
 *     V  venue 4, kind 1, channel 1, closed 1, division 4, pair 4, from 8, to 8, closed 8,
 *        employers 8, postings 8, openings 8, day 4
 *     W  venue 4, counter 1, minute 4, value 8
 *     S  seeker 4, pair 4, person 4, touched 4, group 1, type 1, in 1, open 1, closed 1, skills 1
 *     P  posting 4, pair 4, employer 4, openings 4, counted 4, filled 4, before 3 x 4, posted 4,
 *        touched 4, venue 2, type 1, in 1, open 1, over 1, begins 1, skills 1
 *     M  homes of a posting that moved: posting 4, pair 3 x 4, type 3 x 1
 *     H  in work: seeker 4, posting 4, pair 4, group 1, type 1
 *     K  a cohort: is a person 1, row 4, pair 4, day 4, group 1, type 1, has signed 1
 *     L  a table of skills: level 1, code                          one
 *     D  table 4, skill 4, demand 8, supply 8
 *     F  a duration: row 4, key 4, minute 4, signings 8
 *     E  an employer at a fair, by number: venue 4, employer 4, in chain 1
 *     B  venue 4, booth 4, employer 4
 *     N  a posting at a fair: entry 4, posting 4, off 1
 *     J  joined a station's queue today: venue 4, seeker 4, dispatched 1
 *     G  a past count of persons: of a venue 1, venue or node 4, yearly 1, period 4, count 4
 *     Q  a person in the present one: the same with a person in the place of the count
 *
 * Days are + 1, as in stats_inner.h. Cohorts of a person come in the order of time; in what order
 * other chains come matters to nobody. */
#ifndef YZ_ENGINE_STATS_STATS_FORM_H
#define YZ_ENGINE_STATS_STATS_FORM_H

#include "engine/base/crc32c.h"
#include "engine/journal/wire.h"
#include "engine/stats/stats_inner.h"

#define STATS_KINDS "TcvVWSPMHKLDFEBNJGQ"
#define STATS_CRC_BYTES 4u

/* Where the persons of a venue or a node of the stations' cube are counted; by the fields of G and
 * Q. NULL: there is no such venue or node. */
distinct *stats_distinct_at(yz_stats *s, bool of_venue, uint32_t row, bool yearly);

#endif

/* Seekers for a set that has none, by a stated and seeded rule. They are made up from the postings,
 * and wherever they appear they say so: ids begin with "derived-".
 *
 *     a posting is drawn (each one read alike, reservoir of N; with --at only those valid then)
 *     occupation  the posting's
 *     place       the posting's, moved by a Gaussian of 8 km north and east
 *     radius      10, 25, 50 or 100 km, each alike
 *     skills      each required skill with chance 9 in 10, at its level - 1, + 0, + 0, + 1 or + 2;
 *                 of the previously drawn posting each with chance 1 in 4
 *     wage floor  the posting's wage times 0.70 .. 1.00; none where the posting has none
 *     education   the posting's or one step more; types the posting's, one time in two part too
 *     shifts      all; but one seeker in four without the nights and weekends */
#ifndef YZ_TOOLS_DERIVE_H
#define YZ_TOOLS_DERIVE_H

#include "engine/base/arena.h"
#include "engine/model/records.h"

typedef struct derive derive;

/* `count` seekers, 1.. . The caller owns it. */
derive *derive_new(uint32_t count, uint64_t seed);
void derive_free(derive *d);
/* Reads the posting. O(1). */
void derive_offer(derive *d, const yz_posting *posting);
/* How many seekers there will be: as many as asked, or fewer if fewer postings were offered. */
uint32_t derive_count(const derive *d);
/* Seeker `index` of them; texts in `arena`, or borrowed from `d`. */
void derive_seeker(const derive *d, uint32_t index, yz_arena *arena, yz_seeker *seeker);

#endif

/* The kernels that read a page: which entries could fit? AVX-512, AVX2 and portable C give equal
 * answers; which one runs is chosen once, by argument.
 *
 * A page is read in two steps, so that the lines of the second can be asked for in between:
 *
 *     touch   the boxes of its blocks against the circle   -> a bit per block
 *     scan    the entries of these blocks against all limits -> rows
 *
 * Most entries yield rows whose records must be looked at. Where standing in the list is coverage
 * enough (lists without skills, and a posting's first skill when it alone suffices: `sure`), the
 * entry knows more: it fits unless it lies near the rim or its wage code is the very limit, so most
 * are counted from the entry alone, and named only if their score could still come in. */
#ifndef YZ_ENGINE_INDEX_SCAN_H
#define YZ_ENGINE_INDEX_SCAN_H

#include "engine/index/circle.h"
#include "engine/index/place_tree.h"
#include "engine/model/limits.h"

typedef enum yz_scan_level {
    YZ_SCAN_AUTO, // the best this processor has
    YZ_SCAN_AVX512,
    YZ_SCAN_AVX2,
    YZ_SCAN_PORTABLE,
} yz_scan_level;

/* The circle in the steps of one page. */
typedef struct yz_scan_place {
    float x_mid, y_mid;   // of the circle, less half a step
    float x_near, y_near; // km per step
    float x_far, y_far;
} yz_scan_place;

/* What a seeker asks of postings. */
typedef struct yz_scan_jobs {
    uint32_t shifts, types; // gate bits, any of which must be set
    uint32_t education;     // gate bits: at most this
    uint32_t gate_below;    // by skill: level held + 1, at the level's bits
    uint32_t wage;          // wage16 of the floor, in the upper half
    uint32_t skills[8];     // a bit per skill8 code held, and bit 0
    float square;           // radius^2, a hair more
    // jobs_sure only
    float square_sure;                   // radius^2, a hair less
    float base, preferred;               // score without distance and wage; what preferred adds
    float distance_per_km, distance_all; // all - per_km * km
    float wage_all, floor, per_floor;    // min(wage_all, (wage - floor) * per_floor + wage_least)
    float wage_least;
} yz_scan_jobs;

/* What a posting asks of seekers. */
typedef struct yz_scan_seekers {
    uint32_t shifts, types;
    uint32_t education; // gate bits: at least this
    uint32_t gate_from; // by skill: least level, at the level's bits
    uint32_t wage;      // wage8: floors up to this
    uint32_t required_count;
    uint32_t bloom[YZ_REQUIRED_MAX], weight[YZ_REQUIRED_MAX]; // of the skills that may be met
    uint32_t need;                                            // weight that must be met
    // sure lists only: score = base + gains + distance_all * (1 - km / reach) + wage
    float base, distance_all, wage_all, wage_max, wage_least;
    uint32_t gain_count; // of skills that may be held beside the list's own, by bloom16
    uint32_t gain_bloom[YZ_REQUIRED_MAX + YZ_PREFERRED_MAX];
    float gain[YZ_REQUIRED_MAX + YZ_PREFERRED_MAX];
} yz_scan_seekers;

/* Where a sure scan puts what it finds; room for YZ_PAGE_ENTRIES + 16 in each list. */
typedef struct yz_scan_found {
    uint32_t *maybe, *sure;           // sure: only those whose score could reach the threshold
    uint32_t maybe_count, sure_count; // appended
    uint64_t fits;                    // of all that surely fit: added
} yz_scan_found;

#define YZ_SCAN_SLACK 16 // rows past the end of a list that a scan may scribble on

typedef struct yz_scan {
    const char *name; // "avx512", "avx2", "portable"
    uint32_t (*touch)(const yz_place_page *page, const yz_scan_place *place, float square);
    uint32_t (*touch_reach)(const yz_place_page *page, const yz_scan_place *place);
    uint32_t (*jobs)(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                     const yz_scan_jobs *ask, uint32_t *rows);
    uint32_t (*seekers)(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                        const yz_scan_seekers *ask, uint32_t *rows);
    void (*jobs_sure)(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                      const yz_scan_jobs *ask, float threshold, yz_scan_found *found);
    void (*seekers_sure)(const yz_place_page *page, uint32_t blocks, const yz_scan_place *place,
                         const yz_scan_seekers *ask, float threshold, yz_scan_found *found);
} yz_scan;

/* NULL when the processor cannot do that level. */
const yz_scan *yz_scan_choose(yz_scan_level level);

/* The circle as this page sees it. */
static inline yz_scan_place yz_scan_place_of(const yz_circle *circle, const yz_circle_class *class,
                                             const yz_place_page *page) {
    double step = (double)(1u << page->shift), steps = 1.0 / step;
    return (yz_scan_place){
        .x_mid = (float)((circle->lon_e7 - page->lon_origin) * steps - 0.5),
        .y_mid = (float)((circle->lat_e7 - page->lat_origin) * steps - 0.5),
        .x_near = (float)(class->x_near * step),
        .y_near = (float)(class->y_near * step),
        .x_far = (float)(class->x_far * step),
        .y_far = (float)(class->y_far * step),
    };
}

#endif

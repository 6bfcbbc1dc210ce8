/* The score profile: thresholds and weights of the pair rule, as state. Whole numbers, so that the
 * digest and every machine agree; 300 per mille is 300 / 1000.0, which is the double 0.3. */
#ifndef YZ_ENGINE_MODEL_PROFILE_H
#define YZ_ENGINE_MODEL_PROFILE_H

#include <stdint.h>

typedef struct yz_profile {
    uint32_t
        coverage_permille; // 1..1000: met weight / required weight must reach this; default 600
    uint32_t preferred_permille; // 0..10000: of the share of preferred skills; default 300
    uint32_t distance_permille;  // 0..10000: of nearness 1 - d/radius; default 200
    uint32_t wage_permille;      // 0..10000: of min(1, (max - floor) / floor); default 100
} yz_profile;

#define YZ_PROFILE_DEFAULT ((yz_profile){600, 300, 200, 100})

#endif

/* The kernels that read a page: which entries could fit? AVX-512, AVX2 and portable C give equal
 * answers; which one runs is chosen once, by argument. */
#ifndef YZ_ENGINE_INDEX_SCAN_H
#define YZ_ENGINE_INDEX_SCAN_H

#include "engine/index/place_tree.h"

typedef enum yz_scan_level {
    YZ_SCAN_AUTO, // the best this processor has
    YZ_SCAN_AVX512,
    YZ_SCAN_AVX2,
    YZ_SCAN_PORTABLE,
} yz_scan_level;

typedef struct yz_scan yz_scan;

/* NULL when the processor cannot do that level. */
const yz_scan *yz_scan_choose(yz_scan_level level);
/* "avx512", "avx2", "portable". */
const char *yz_scan_name(const yz_scan *scan);

#endif

#include "engine/index/scan.h"

#include "engine/index/scan_kernels.h"

#ifdef __x86_64__
static const yz_scan *avx512(void) {
    bool can = __builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") &&
               __builtin_cpu_supports("avx512dq") && __builtin_cpu_supports("avx512vl");
    return can ? &yz_scan_avx512 : NULL;
}

static const yz_scan *avx2(void) {
    return __builtin_cpu_supports("avx2") ? &yz_scan_avx2 : NULL;
}
#else
static const yz_scan *avx512(void) {
    return NULL;
}

static const yz_scan *avx2(void) {
    return NULL;
}
#endif

const yz_scan *yz_scan_choose(yz_scan_level level) {
    switch (level) {
    case YZ_SCAN_AVX512: return avx512();
    case YZ_SCAN_AVX2: return avx2();
    case YZ_SCAN_PORTABLE: return &yz_scan_portable;
    case YZ_SCAN_AUTO: break;
    }
    if (avx512() != NULL) return avx512();
    return avx2() != NULL ? avx2() : &yz_scan_portable;
}

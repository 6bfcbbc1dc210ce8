/* The three sets of kernels, for scan.c. */
#ifndef YZ_ENGINE_INDEX_SCAN_KERNELS_H
#define YZ_ENGINE_INDEX_SCAN_KERNELS_H

#include "engine/index/scan.h"

extern const yz_scan yz_scan_portable;
#ifdef __x86_64__
extern const yz_scan yz_scan_avx2, yz_scan_avx512;
#endif

#endif

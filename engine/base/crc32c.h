/* CRC-32C (Castagnoli), as iSCSI, ext4 and SSE4.2 have it: finds every burst of up to 32 bits and
 * nearly every other damage. Against chance only; whoever wants to deceive recomputes it. */
#ifndef YZ_ENGINE_BASE_CRC32C_H
#define YZ_ENGINE_BASE_CRC32C_H

#include <stddef.h>
#include <stdint.h>

/* `crc` 0 to begin, or the result for the bytes before these. With the processor's own instruction
 * where it has one. */
uint32_t yz_crc32c(uint32_t crc, const void *bytes, size_t size);

/* The two ways, for tests. The second only where yz_crc32c_has_sse42 says so. */
uint32_t yz_crc32c_portable(uint32_t crc, const void *bytes, size_t size);
uint32_t yz_crc32c_sse42(uint32_t crc, const void *bytes, size_t size);
int yz_crc32c_has_sse42(void);

#endif

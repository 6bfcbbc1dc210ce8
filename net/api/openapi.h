/* net/api/openapi.json, built into the program (openapi.cmake). */
#ifndef YZ_NET_API_OPENAPI_H
#define YZ_NET_API_OPENAPI_H

#include <stdint.h>

extern const char OPENAPI_BYTES[];
extern const uint32_t OPENAPI_SIZE;

#endif

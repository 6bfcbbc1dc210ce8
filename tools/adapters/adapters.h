/* The adapters, one file each. */
#ifndef YZ_TOOLS_ADAPTERS_ADAPTERS_H
#define YZ_TOOLS_ADAPTERS_ADAPTERS_H

#include "tools/adapter.h"

extern const adapter ADAPTER_CN_REGIONS;
extern const adapter ADAPTER_DATA_JOBS;
extern const adapter ADAPTER_DEVELOPER_SURVEY;
extern const adapter ADAPTER_NEW_CODER;
extern const adapter ADAPTER_US_H2;

#endif

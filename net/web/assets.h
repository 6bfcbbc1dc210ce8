/* The files of net/web/page as the build put them into the program; written by embed.cmake. */
#ifndef YZ_NET_WEB_ASSETS_H
#define YZ_NET_WEB_ASSETS_H

#include <stddef.h>

typedef struct web_asset {
    const char *path; // as in the request: "/", "/page/app.js"
    const char *type; // Content-Type
    const char *etag; // with its quotes
    const unsigned char *bytes;
    size_t size;
} web_asset;

extern const web_asset WEB_ASSETS[];
extern const size_t WEB_ASSET_COUNT;

#endif

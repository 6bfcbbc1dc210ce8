/* The page at `/` and what it is made of (net/web/page), built into the program.
 *
 *     GET /                    the page
 *     GET /page/app.js ...     its parts
 *
 * Every answer carries a strong ETag (a hash of the bytes) and a policy that lets the page load
 * nothing but these files. Any thread. */
#ifndef YZ_NET_WEB_WEB_H
#define YZ_NET_WEB_WEB_H

#include "net/http/http.h"

/* Answers the exchange if its path is one of ours: 200, 304 if the asker has it already, 405 for a
 * method other than GET and HEAD. False: not ours, nothing was answered. */
bool web_answer(http_exchange *exchange);

#endif

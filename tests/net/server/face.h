/* A tiny face for the server, in the place of the api:
 *
 *     GET  /empty    200 "ok", nothing else: what a request costs at least
 *     GET  /read     the market's sequence, in a read section
 *     GET  /endless  pieces without end, as fast as they are read or made
 *     GET  /hold     a read section of 2 ms
 *     POST /write    adds a skill named by the body, answers its sequence when it is applied
 *     POST /many     adds as many skills as the body says, together
 *     POST /secret   registers person "h-1", with the body as phone
 *     POST /vault    the phone of the person named by the body; 404: there is none
 *     GET  /ready    200, or 503 and why not
 *     GET  /metrics  the house's own
 */
#ifndef YZ_TESTS_NET_SERVER_FACE_H
#define YZ_TESTS_NET_SERVER_FACE_H

#include "net/server/server.h"

server_faces face_make(void);

#endif

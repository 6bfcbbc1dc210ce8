/* A small HTTP/1.1 client for the commands that talk to a running server: one connection, kept
 * alive, blocking; it asks for words in the terminal's language (LC_ALL, LC_MESSAGES, LANG),
 * Chinese or English. What goes out and what comes in may overlap, so a bulk answer can stream back
 * while the lines still go up. */
#ifndef YZ_TOOLS_CLIENT_H
#define YZ_TOOLS_CLIENT_H

#include "engine/base/text.h"

typedef struct client client;

/* Bytes of an answer's body, as they come. */
typedef void (*client_take)(void *context, yz_text bytes);

/* Adds `text` to `to`, percent-encoded, as part of a path or a query. False: no room. */
bool client_encode(char *to, size_t room, const char *text);

/* `url` is "http://HOST[:PORT]"; nothing is sent yet. The caller owns it. Never NULL. */
client *client_new(const char *url);
void client_free(client *c);

/* How long to wait for a sign of life; 30 s if nothing is said. */
void client_patience(client *c, int wait_ms);

/* One request in pieces: begin, any number of sends, end. Each false (end: 0) when the server
 * cannot be reached or went away; client_why says. `content_type` NULL: no body, no send. `take`
 * may be NULL: then the body is kept for client_body. */
bool client_begin(client *c, const char *method, const char *path, const char *content_type,
                  client_take take, void *context);
bool client_send(client *c, yz_text bytes);
/* Waits for the whole answer; returns its status. */
int client_end(client *c);

/* A request without a body, or with a whole one; returns the status, 0 as above. */
int client_get(client *c, const char *path);
int client_post(client *c, const char *path, const char *content_type, yz_text body);
/* The answer's body, when no `take` was given; at most 64 MB, ended by 0. Borrowed until the next
 * request. */
yz_text client_body(const client *c);
/* From within `take`: this is enough, client_end returns; the connection is given up after it. */
void client_stop(client *c);
/* Of the answer that is coming in, or came last. */
int client_status(const client *c);
/* "zh" or "en", as the terminal says (LC_ALL, LC_MESSAGES, LANG). */
const char *client_language(void);
/* Why the last call failed. */
const char *client_why(const client *c);

#endif

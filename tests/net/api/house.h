/* The routes without a server: a real market, applied to at once, and a client that speaks to one
 * connection without a socket. */
#ifndef YZ_TESTS_NET_API_HOUSE_H
#define YZ_TESTS_NET_API_HOUSE_H

#include "net/api/api.h"
#include "net/http/conn.h"

#include <stdio.h>

#define HOUSE_VAULT_MAX 600
typedef struct house_vault {
    char person[65];
    char part[4][256]; // name, id_number, phone, account
} house_vault;

typedef struct house house;
struct house {
    yz_market *market;
    live_feed *live; // without a journal; hears what house_apply applies
    api *a;
    http_service *service;
    http_conn *conn;
    uint64_t now_ns;
    int reads_open;             // read sections begun and not ended: must be 0 between calls
    bool later;                 // commands come back only at house_deliver
    bool full;                  // submit says no
    int failure;                // given to api_done instead of outcomes
    const yz_command *in_front; // another client's: applied right before the next that is sent
    bool not_ready, loading, stopping;
    house_vault vault[HOUSE_VAULT_MAX]; // by the contract: written with the command, emptied by an
    uint32_t vault_count;               // erasure
    uint32_t vault_reads;
    bool asked_head; // the last request was a HEAD: its answer has no body
    uint32_t submits;
    char sealed_under[YZ_ID_BYTES_MAX + 1]; // whose key seals the last command
    struct {                                // a read of the vault that waits for house_deliver
        void (*done)(void *context, const store_secret *secret);
        void *context;
        char person[65];
    } asked[8];
    uint32_t asked_count;
    struct { // a question about the past, until house_past
        bool asked;
        const char *refusal; // told instead of taking it
        api_moment moment;
        char question[1024];
        api_past_done done;
        void *context;
    } past;
    void (*put_off)(void *context); // waits for its turn
    void *put_off_context;
    int64_t wall_ahead_ms;       // of the market's clock
    int64_t passed_ms;           // of market time, since the house was opened
    void (*meanwhile)(house *h); // once, before the next command is applied
    void (*between)(house *h);   // once, before the next turn of what is put off
    uint32_t turns;              // how often something put off was run
    struct {
        api_done done;
        void *context;
        yz_outcome *outcomes;
        uint32_t count;
        uint64_t first;
    } waiting[600];
    uint32_t waiting_count;
    char *out; // what the connection sent, not looked at yet
    size_t out_size, out_room;
};

/* One answer, taken apart. Texts live until the next question. */
typedef struct reply {
    int status;
    yz_text head, body; // body with its chunks put together
} reply;

void house_init(house *h);
void house_deinit(house *h);
/* A new connection instead of the one there is. */
void house_reconnect(house *h, bool loopback);
/* Applies a command by itself; it must be accepted. */
void house_apply(house *h, yz_command command);
/* Enters the skills a..e, one occupation, division, employer and person ("o1", "620502", "e1",
 * "n1"). */
void house_fill(house *h);

/* Sends bytes as they are; takes what comes out. */
void house_send(house *h, const char *bytes, size_t size);
void house_collect(house *h);
void house_deliver(house *h);
/* The next whole answer out of what was sent; status 0 if there is none. */
reply house_take(house *h);
/* A request and its answer. `headers`: lines each ended by "\r\n", or "". body NULL: none. */
reply house_ask(house *h, const char *method, const char *target, const char *headers,
                const char *body);
reply house_ask_bytes(house *h, const char *method, const char *target, const char *headers,
                      const char *body, size_t size);
/* With Content-Type: application/json. */
reply house_json(house *h, const char *method, const char *target, const char *body);

/* The question about the past comes back. */
void house_past(house *h, const api_past *past);

/* What the vault holds of `part` (0 name, 1 id_number, 2 phone, 3 account); NULL: no such person.
 */
const char *house_vault_part(const house *h, const char *person, int part);

bool reply_has(const reply *r, const char *text);  // in the body
bool reply_says(const reply *r, const char *line); // in the head
uint64_t house_digest(const house *h);

#endif

/* Sockets do not block; every wait is one poll for both directions with one time-out, so a server
 * that stops reading, stops answering, or never was there ends in the same words. */
#include "tools/client.h"

#include "engine/base/alloc.h"

#include <errno.h>
#include <fcntl.h>
#include <llhttp.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define WAIT_MS_DEFAULT 30000
#define CONNECT_MS 5000
#define BODY_BYTES_MAX 67108864
#define READ_BYTES 65536
#define HOST_BYTES 256

struct client {
    char host[HOST_BYTES], port[8];
    bool bad_url;
    int socket;  // -1: not connected
    int wait_ms; // for a sign of life
    llhttp_t parser;
    llhttp_settings_t settings;
    client_take take;
    void *context;
    char *body; // owned
    size_t body_size, body_room;
    bool chunked, answered, keep;
    char why[512];
};

// ---- the answer ----

static int on_body(llhttp_t *parser, const char *bytes, size_t size) {
    client *c = parser->data;
    if (c->take) {
        c->take(c->context, (yz_text){bytes, (uint32_t)size});
        return 0;
    }
    if (c->body_size + size > BODY_BYTES_MAX) return -1;
    if (c->body_size + size + 1 > c->body_room) {
        c->body_room = 2 * (c->body_size + size + 1);
        c->body = yz_realloc(c->body, c->body_room);
    }
    memcpy(c->body + c->body_size, bytes, size);
    c->body_size += size;
    c->body[c->body_size] = 0;
    return 0;
}

// The answer to a HEAD is never asked for; 1xx answers precede the real one.
static int on_complete(llhttp_t *parser) {
    client *c = parser->data;
    if (parser->status_code < 200) return 0;
    c->answered = true;
    c->keep = llhttp_should_keep_alive(parser);
    return HPE_PAUSED;
}

bool client_encode(char *to, size_t room, const char *text) {
    static const char PLAIN[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
                                "-_.~:";
    size_t size = strlen(to);
    for (; *text; text++) {
        if (size + 4 > room) return false;
        size += (size_t)snprintf(to + size, 4, strchr(PLAIN, *text) ? "%c" : "%%%02X",
                                 (unsigned char)*text);
    }
    return true;
}

client *client_new(const char *url) {
    client *c = yz_alloc_zeroed(sizeof *c);
    c->socket = -1;
    c->wait_ms = WAIT_MS_DEFAULT;
    llhttp_settings_init(&c->settings);
    c->settings.on_body = on_body;
    c->settings.on_message_complete = on_complete;
    static const char scheme[] = "http://";
    const char *host = strncmp(url, scheme, sizeof scheme - 1) == 0 ? url + sizeof scheme - 1 : url;
    size_t size = strcspn(host, ":/");
    if (*host == '[') size = strcspn(host, "]") + 1; // an IPv6 address
    const char *rest = size <= strlen(host) ? host + size : "";
    bool secure = strncmp(url, "https:", 6) == 0;
    c->bad_url = secure || size == 0 || size >= HOST_BYTES;
    if (!c->bad_url) {
        snprintf(c->host, sizeof c->host, "%.*s", (int)size, host);
        snprintf(c->port, sizeof c->port, "%.*s", *rest == ':' ? (int)strcspn(rest + 1, "/") : 2,
                 *rest == ':' ? rest + 1 : "80");
    }
    if (c->bad_url) {
        snprintf(c->why, sizeof c->why, "\"%.200s\" is no http://HOST:PORT%s", url,
                 secure ? "; TLS is not spoken here" : "");
    }
    return c;
}

void client_patience(client *c, int wait_ms) {
    c->wait_ms = wait_ms;
}

static void hang_up(client *c) {
    if (c->socket >= 0) close(c->socket);
    c->socket = -1;
}

void client_free(client *c) {
    if (c == NULL) return;
    hang_up(c);
    yz_free(c->body);
    yz_free(c);
}

static bool fail(client *c, const char *what, const char *detail) {
    snprintf(c->why, sizeof c->why, "%s:%s: %s%s%s", c->host, c->port, what, *detail ? ": " : "",
             detail);
    hang_up(c);
    return false;
}

// ---- connecting ----

static int connect_one(const struct addrinfo *address, int wait_ms) {
    int s = socket(address->ai_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (s < 0) return -1;
    int one = 1, failure = 0;
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(s, address->ai_addr, address->ai_addrlen) == 0) return s;
    struct pollfd waiting = {.fd = s, .events = POLLOUT};
    socklen_t size = sizeof failure;
    if (errno != EINPROGRESS) {
        failure = errno;
    } else if (poll(&waiting, 1, wait_ms < CONNECT_MS ? wait_ms : CONNECT_MS) != 1) {
        failure = ETIMEDOUT;
    } else {
        getsockopt(s, SOL_SOCKET, SO_ERROR, &failure, &size);
    }
    if (failure == 0) return s;
    close(s);
    errno = failure;
    return -1;
}

static bool connect_any(client *c) {
    if (c->bad_url) return false;
    char host[HOST_BYTES];
    size_t size = strlen(c->host);
    bool bracket = c->host[0] == '[' && size > 2;
    snprintf(host, sizeof host, "%.*s", (int)(bracket ? size - 2 : size), c->host + bracket);
    struct addrinfo hints = {.ai_socktype = SOCK_STREAM}, *found = NULL;
    int code = getaddrinfo(host, c->port, &hints, &found);
    if (code) return fail(c, "cannot be found", gai_strerror(code));
    for (struct addrinfo *at = found; at && c->socket < 0; at = at->ai_next) {
        c->socket = connect_one(at, c->wait_ms);
    }
    freeaddrinfo(found);
    return c->socket >= 0 ? true : fail(c, "cannot be reached", strerror(errno));
}

// ---- bytes ----

// Reads what has come. False: the connection is over.
static bool take_in(client *c) {
    char bytes[READ_BYTES];
    ssize_t got = recv(c->socket, bytes, sizeof bytes, 0);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return true;
    if (got < 0) return fail(c, "the connection broke", strerror(errno));
    enum llhttp_errno code =
        got ? llhttp_execute(&c->parser, bytes, (size_t)got) : llhttp_finish(&c->parser);
    if (c->answered) return true;
    if (got == 0) return fail(c, "the server hung up", "");
    if (code != HPE_OK) return fail(c, "not an HTTP answer", llhttp_errno_name(code));
    return true;
}

static bool wait_for(client *c, short events, short *came) {
    struct pollfd waiting = {.fd = c->socket, .events = events};
    int n;
    do {
        n = poll(&waiting, 1, c->wait_ms);
    } while (n < 0 && errno == EINTR);
    if (n == 0) {
        char why[48];
        snprintf(why, sizeof why, "no sign of life for %d s", (c->wait_ms + 999) / 1000);
        return fail(c, why, "");
    }
    if (n < 0) return fail(c, "poll", strerror(errno));
    *came = waiting.revents;
    return true;
}

// Sends all; takes in what comes meanwhile. An answer that is complete before everything was sent
// is a refusal: the rest is not sent.
static bool put_out(client *c, const char *bytes, size_t size) {
    while (size && !c->answered) {
        short came;
        if (!wait_for(c, POLLIN | POLLOUT, &came)) return false;
        if ((came & POLLIN) && !take_in(c)) return false;
        if (c->answered || !(came & (POLLOUT | POLLERR | POLLHUP))) continue;
        ssize_t sent = send(c->socket, bytes, size, MSG_NOSIGNAL);
        if (sent < 0 && errno != EAGAIN && errno != EINTR) {
            return fail(c, "the connection broke", strerror(errno));
        }
        if (sent > 0) {
            bytes += sent;
            size -= (size_t)sent;
        }
    }
    return true;
}

const char *client_language(void) {
    static const char *const NAMES[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    for (size_t i = 0; i < sizeof NAMES / sizeof NAMES[0]; i++) {
        const char *value = getenv(NAMES[i]);
        if (value != NULL && *value != '\0') return strncmp(value, "zh", 2) == 0 ? "zh" : "en";
    }
    return "en";
}

// ---- requests ----

static bool begin(client *c, const char *method, const char *path, const char *content_type,
                  bool chunked, size_t body_size) {
    char head[2048];
    if (c->socket >= 0 && !c->keep) hang_up(c);
    if (c->socket < 0 && !connect_any(c)) return false;
    llhttp_init(&c->parser, HTTP_RESPONSE, &c->settings);
    c->parser.data = c;
    c->body_size = 0;
    c->answered = c->keep = false;
    c->chunked = chunked;
    int size =
        snprintf(head, sizeof head, "%s %s HTTP/1.1\r\nHost: %s:%s\r\nAccept-Language: %s\r\n",
                 method, path, c->host, c->port, client_language());
    if (content_type && size < 1500) {
        size +=
            snprintf(head + size, sizeof head - (size_t)size, "Content-Type: %s\r\n", content_type);
    }
    if (size >= 1900) return fail(c, "the path is too long", "");
    if (chunked) {
        size +=
            snprintf(head + size, sizeof head - (size_t)size, "Transfer-Encoding: chunked\r\n\r\n");
    } else if (content_type) {
        size += snprintf(head + size, sizeof head - (size_t)size, "Content-Length: %zu\r\n\r\n",
                         body_size);
    } else {
        size += snprintf(head + size, sizeof head - (size_t)size, "\r\n");
    }
    return put_out(c, head, (size_t)size);
}

bool client_begin(client *c, const char *method, const char *path, const char *content_type,
                  client_take take, void *context) {
    c->take = take;
    c->context = context;
    return begin(c, method, path, content_type, content_type != NULL, 0);
}

bool client_send(client *c, yz_text bytes) {
    char head[16];
    if (bytes.size == 0) return true; // an empty chunk would end the body
    int size = snprintf(head, sizeof head, "%x\r\n", bytes.size);
    return put_out(c, head, (size_t)size) && put_out(c, bytes.bytes, bytes.size) &&
           put_out(c, "\r\n", 2);
}

int client_end(client *c) {
    bool refused_early = c->answered;
    if (c->chunked && !put_out(c, "0\r\n\r\n", 5)) return 0;
    while (!c->answered) {
        short came;
        if (!wait_for(c, POLLIN, &came) || !take_in(c)) return 0;
    }
    if (refused_early) c->keep = false; // the body was left half sent
    return c->parser.status_code;
}

int client_get(client *c, const char *path) {
    c->take = NULL;
    return begin(c, "GET", path, NULL, false, 0) ? client_end(c) : 0;
}

int client_post(client *c, const char *path, const char *content_type, yz_text body) {
    c->take = NULL;
    bool well =
        begin(c, "POST", path, content_type, false, body.size) && put_out(c, body.bytes, body.size);
    return well ? client_end(c) : 0;
}

yz_text client_body(const client *c) {
    return (yz_text){c->body ? c->body : "", (uint32_t)c->body_size};
}

void client_stop(client *c) {
    c->answered = true;
    c->keep = false;
}

int client_status(const client *c) {
    return c->parser.status_code;
}

const char *client_why(const client *c) {
    return c->why;
}

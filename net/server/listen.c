#include "net/server/listen.h"

#include "engine/base/check.h"

#include <errno.h>
#include <netinet/in.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <uv.h>

typedef union listen_address {
    struct sockaddr any;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
} listen_address;

static bool read_address(const char *text, listen_address *address, socklen_t *size) {
    if (strcmp(text, "localhost") == 0) text = "127.0.0.1";
    if (uv_ip4_addr(text, 0, &address->v4) == 0) {
        *size = sizeof address->v4;
        return true;
    }
    *size = sizeof address->v6;
    return uv_ip6_addr(text, 0, &address->v6) == 0;
}

static bool is_loopback(const listen_address *address) {
    if (address->any.sa_family == AF_INET6) return IN6_IS_ADDR_LOOPBACK(&address->v6.sin6_addr);
    return (ntohl(address->v4.sin_addr.s_addr) >> 24) == 127;
}

static void set_port(listen_address *address, uint16_t port) {
    if (address->any.sa_family == AF_INET6) {
        address->v6.sin6_port = htons(port);
    } else {
        address->v4.sin_port = htons(port);
    }
}

static uint16_t port_of(int fd) {
    listen_address address;
    socklen_t size = sizeof address;
    yz_check(getsockname(fd, &address.any, &size) == 0);
    return ntohs(address.any.sa_family == AF_INET6 ? address.v6.sin6_port : address.v4.sin_port);
}

/* A bound socket, or -1 with errno. `shared`: several loops on one port. */
static int bind_socket(const listen_address *address, socklen_t size, bool shared) {
    int fd = socket(address->any.sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (fd < 0) return -1;
    int on = 1;
    bool bound = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                 (!shared || setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on) == 0) &&
                 bind(fd, &address->any, size) == 0;
    if (bound) return fd;
    int why = errno;
    close(fd);
    errno = why;
    return -1;
}

/* SO_REUSEPORT would let a second server of the same user in beside us: so first without it. */
static bool port_is_free(const listen_address *address, socklen_t size) {
    int fd = bind_socket(address, size, false);
    if (fd < 0) return false;
    bool is_free = listen(fd, 1) == 0;
    int why = errno;
    close(fd);
    errno = why;
    return is_free;
}

bool listen_open(const server_options *o, int sockets[SERVER_LOOPS_MAX], uint16_t *port,
                 char problem[256], bool *usage) {
    listen_address address;
    socklen_t size;
    *usage = true;
    if (!read_address(o->address, &address, &size)) {
        snprintf(problem, 256, "'%.60s' is no address; fix: --listen 127.0.0.1:%u", o->address,
                 o->port);
        return false;
    }
    if (!is_loopback(&address)) {
        snprintf(problem, 256,
                 "will not listen on %.60s: anyone on the network could read and change "
                 "everything, since no access key exists; fix: yizhan serve --listen 127.0.0.1:%u",
                 o->address, o->port);
        return false;
    }
    *usage = false;
    *port = o->port;
    set_port(&address, *port);
    bool ok = port_is_free(&address, size);
    uint32_t opened = 0;
    for (; ok && opened < o->loops; opened++) {
        sockets[opened] = bind_socket(&address, size, o->loops > 1);
        ok = sockets[opened] >= 0;
        if (!ok) break;
        if (opened == 0) *port = port_of(sockets[0]);
        set_port(&address, *port);
    }
    if (ok) return true;
    snprintf(problem, 256, "cannot listen on %.60s:%u: %s%s", o->address, *port, strerror(errno),
             errno == EADDRINUSE ? "; fix: another --listen, or port 0" : "");
    while (opened > 0)
        close(sockets[--opened]);
    return false;
}

#include "bench/program.h"

#include "bench/clock.h"
#include "bench/http_client.h"
#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#define POLL_NS 2000000 // between two looks at /readyz

// A port that nobody has now. Somebody could take it before the child does; then the child says so.
static uint16_t free_port(void) {
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof at;
    int s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    bool well = s >= 0 && bind(s, (const struct sockaddr *)&at, sizeof at) == 0 &&
                getsockname(s, (struct sockaddr *)&at, &size) == 0;
    if (s >= 0) close(s);
    return well ? ntohs(at.sin_port) : 0;
}

__attribute__((noreturn)) static void become(char **argv, const char *log) {
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    int out = open(log ? log : "/dev/null", O_CREAT | O_WRONLY | O_APPEND, 0600);
    if (out < 0 || dup2(out, STDOUT_FILENO) < 0 || dup2(out, STDERR_FILENO) < 0) _exit(127);
    execv("/proc/self/exe", argv);
    _exit(127);
}

bool program_start(program *p, const char *const *arguments, const char *log) {
    char listen[32];
    const char *argv[PROGRAM_ARGUMENTS_MAX + 5] = {"yizhan", "serve", "--listen", listen};
    int count = 4;
    for (; *arguments; arguments++) {
        yz_check(count < PROGRAM_ARGUMENTS_MAX + 4);
        argv[count++] = *arguments;
    }
    *p = (program){.port = free_port(), .started_ns = clock_wall_ns()};
    if (p->port == 0) return false;
    snprintf(listen, sizeof listen, "127.0.0.1:%u", p->port);
    fflush(NULL);
    p->pid = fork();
    if (p->pid == 0) become((char **)(uintptr_t)argv, log);
    return p->pid > 0;
}

static bool has_ended(const program *p) {
    siginfo_t what = {0};
    return waitid(P_PID, (id_t)p->pid, &what, WEXITED | WNOHANG | WNOWAIT) != 0 || what.si_pid != 0;
}

bool program_wait_ready(const program *p, double seconds_max) {
    uint64_t end = clock_wall_ns() + (uint64_t)(seconds_max * 1e9);
    while (clock_wall_ns() < end && !has_ended(p)) {
        char *body = http_get("127.0.0.1", p->port, "/readyz");
        yz_free(body);
        if (body) return true;
        nanosleep(&(struct timespec){0, POLL_NS}, NULL);
    }
    return false;
}

bool program_stop(program *p) {
    int status = 0;
    if (p->pid <= 0) return false;
    kill(p->pid, SIGTERM);
    bool ended = waitpid(p->pid, &status, 0) == p->pid;
    p->pid = 0;
    return ended && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

uint64_t program_cpu_ns(const program *p) {
    clockid_t clock;
    if (clock_getcpuclockid(p->pid, &clock) != 0) return 0;
    return clock_ns_of(clock);
}

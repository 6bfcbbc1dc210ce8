#include "tools/terminal.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#define LINE_BYTES_MAX 512
#define PICTURE_BYTES_MAX 65536

// Alternate screen and no cursor; and back, with plain letters.
static const char ENTER[] = "\x1b[?1049h\x1b[?25l";
static const char LEAVE[] = "\x1b[0m\x1b[?25h\x1b[?1049l";

static struct termios before; // as it was found
static volatile sig_atomic_t taken;

static struct {
    char bytes[PICTURE_BYTES_MAX];
    size_t size;
    terminal_size within;
    int lines;
    bool plain;
} picture;

// ---- taking it and giving it back: also from signal handlers, so system calls only ----

static void put(const char *bytes, size_t size) {
    while (size > 0) {
        ssize_t sent = write(STDOUT_FILENO, bytes, size);
        if (sent < 0 && errno == EINTR) continue;
        if (sent <= 0) return;
        bytes += sent;
        size -= (size_t)sent;
    }
}

static bool take(void) {
    struct termios raw = before;
    // Ctrl-C and Ctrl-Z stay signals.
    raw.c_lflag &= ~(tcflag_t)(ICANON | ECHO);
    raw.c_cc[VMIN] = 0;
    raw.c_cc[VTIME] = 0;
    if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &raw) != 0) return false;
    taken = 1;
    put(ENTER, sizeof ENTER - 1);
    return true;
}

static void give_back(void) {
    if (!taken) return;
    taken = 0;
    put(LEAVE, sizeof LEAVE - 1);
    (void)tcsetattr(STDIN_FILENO, TCSANOW, &before);
}

static void on_end(int signal_number) {
    give_back();
    // The default is back (SA_RESETHAND): now it does what it does to any program.
    (void)raise(signal_number);
}

// The terminal belongs to whoever is in front.
static void stop_until_in_front(void) {
    pid_t front;
    while ((front = tcgetpgrp(STDIN_FILENO)) >= 0 && front != getpgrp())
        (void)raise(SIGSTOP);
}

static void on_stop(int signal_number) {
    int kept = errno;
    give_back();
    (void)signal_number;
    (void)raise(SIGSTOP); // returns when it goes on
    stop_until_in_front();
    (void)take();
    errno = kept;
}

static void on_change(int signal_number) {
    (void)signal_number; // it wakes the wait for a key
}

static bool handle(int signal_number, void (*handler)(int), unsigned flags) {
    struct sigaction action = {.sa_handler = handler, .sa_flags = (int)flags};
    sigemptyset(&action.sa_mask);
    return sigaction(signal_number, &action, NULL) == 0;
}

bool terminal_is_there(void) {
    const char *kind = getenv("TERM");
    bool dumb = kind == NULL || *kind == '\0' || strcmp(kind, "dumb") == 0;
    return !dumb && isatty(STDIN_FILENO) && isatty(STDOUT_FILENO);
}

bool terminal_begin(void) {
    static const int ENDS[] = {SIGINT,  SIGTERM, SIGHUP, SIGQUIT, SIGABRT,
                               SIGSEGV, SIGBUS,  SIGFPE, SIGILL,  SIGPIPE};
    stop_until_in_front();
    if (tcgetattr(STDIN_FILENO, &before) != 0) return false;
    for (size_t i = 0; i < sizeof ENDS / sizeof ENDS[0]; i++) {
        if (!handle(ENDS[i], on_end, (unsigned)SA_RESETHAND | SA_NODEFER)) return false;
    }
    // Giving it back from the background must not stop us.
    bool well = handle(SIGTSTP, on_stop, 0) && handle(SIGTTOU, SIG_IGN, 0) &&
                handle(SIGWINCH, on_change, 0);
    if (!well || atexit(give_back) != 0) return false;
    return take();
}

void terminal_end(void) {
    give_back();
}

// ---- size and keys ----

terminal_size terminal_size_now(void) {
    struct winsize size;
    bool told = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 && size.ws_row > 0;
    return told ? (terminal_size){size.ws_col, size.ws_row} : (terminal_size){80, 24};
}

int terminal_key(int wait_ms) {
    struct pollfd waiting = {.fd = STDIN_FILENO, .events = POLLIN};
    int ready = poll(&waiting, 1, wait_ms < 0 ? 0 : wait_ms);
    if (ready <= 0) return ready == 0 || errno == EINTR ? 0 : -1;
    unsigned char key;
    ssize_t got = read(STDIN_FILENO, &key, 1);
    if (got == 1) return key;
    return got < 0 && (errno == EINTR || errno == EAGAIN) ? 0 : -1;
}

// ---- a picture ----

static void add(const char *bytes, size_t size) {
    if (picture.size + size > sizeof picture.bytes) return;
    memcpy(picture.bytes + picture.size, bytes, size);
    picture.size += size;
}

void terminal_draw_begin(void) {
    const char *no_color = getenv("NO_COLOR");
    picture.plain = no_color != NULL && *no_color != '\0';
    picture.within = terminal_size_now();
    picture.size = 0;
    picture.lines = 0;
    add("\x1b[H", 3);
}

void terminal_line(terminal_style style, const char *form, ...) {
    char line[LINE_BYTES_MAX];
    if (picture.lines >= picture.within.rows) return;
    va_list words;
    va_start(words, form);
    int size = vsnprintf(line, sizeof line, form, words);
    va_end(words);
    if (size < 0) size = 0;
    if (size >= (int)sizeof line) size = sizeof line - 1;
    if (size > picture.within.columns) size = picture.within.columns;
    for (int i = 0; i < size; i++) {
        if (line[i] < ' ' || line[i] > '~') line[i] = '?';
    }
    bool styled = style != TERMINAL_PLAIN && !picture.plain;
    if (picture.lines > 0) add("\r\n", 2);
    if (styled)
        add(style == TERMINAL_STRONG ? "\x1b[1m" : "\x1b[1;31m", style == TERMINAL_STRONG ? 4 : 7);
    add(line, (size_t)size);
    if (styled) add("\x1b[0m", 4);
    // In the last column an erase would take the letter there.
    if (size < picture.within.columns) add("\x1b[K", 3);
    picture.lines += 1;
}

void terminal_draw_end(void) {
    if (picture.lines < picture.within.rows) add("\r\n\x1b[J", 5);
    put(picture.bytes, picture.size);
}

#include "net/auth/authorise.h"

#include <criterion/criterion.h>

typedef struct row {
    bool loopback;
    const char *host, *origin;
    bool allowed;
} row;

/* The whole matrix of callers, for a read and a write. */
static const row ROWS[] = {
    {true, "127.0.0.1:7780", NULL, true},
    {true, "localhost:7780", NULL, true},
    {true, "localhost", NULL, true},
    {true, "[::1]:7780", NULL, true},
    {true, NULL, NULL, true},
    {true, "localhost:7780", "http://localhost:7780", true},
    {true, "localhost:7780", "http://localhost:7781", false},
    {true, "localhost:7780", "https://localhost:7780", false},
    {true, "localhost:7780", "http://evil.example", false},
    {true, "localhost:7780", "null", false},
    {true, "localhost:7780", "", false},
    {true, NULL, "http://evil.example", false},
    {true, "evil.example:7780", NULL, false},
    {true, "evil.example:7780", "http://evil.example:7780", false},
    {true, "localhost.evil.example", NULL, false},
    {true, "127.0.0.1.evil.example", NULL, false},
    {true, "localhost:a", NULL, false},
    {true, "", NULL, false},
    {false, "127.0.0.1:7780", NULL, false},
    {false, "localhost", "http://localhost", false},
    {false, NULL, NULL, false},
};

Test(authorise, lets_this_machine_do_everything_and_nobody_else_anything) {
    for (size_t i = 0; i < sizeof ROWS / sizeof ROWS[0]; i++) {
        const row *w = &ROWS[i];
        auth_caller caller = {w->loopback, yz_text_of(w->host), yz_text_of(w->origin)};
        for (int write = 0; write <= 1; write++) {
            auth_route route = {"/v1/x", write ? AUTH_NEED_WRITE : AUTH_NEED_READ};
            yz_status wanted = w->allowed ? YZ_OK : YZ_ERR_DENIED;
            cr_expect_eq(authorise(&caller, &route, YZ_TEXT("p-1")), wanted, "row %zu", i);
        }
        auth_route open = {"/livez", AUTH_NEED_NOTHING};
        cr_expect_eq(authorise(&caller, &open, YZ_TEXT("")), YZ_OK);
        auth_route odd = {"/v1/x", (auth_need)77};
        cr_expect_eq(authorise(&caller, &odd, YZ_TEXT("")), YZ_ERR_DENIED);
    }
}

/* What a server does around its store: loading, failing, the vault, snapshots. */
#include "tests/net/server/rig.h"

#include <time.h>

/* One loop: the thread sanitizer does not see libuv close a file, and takes the next one of that
 * number, opened by another loop, for the same. */
static server_options one_loop(void) {
    server_options options = small_options();
    options.loops = 1;
    return options;
}

static void expect_answer(int fd, const char *path, int status, const char *words) {
    static char body[65536];
    int got = ask(fd, path, body, sizeof body);
    cr_expect_eq(got, status, "%s: %d %s", path, got, body);
    cr_expect_not_null(strstr(body, words), "%s has no %s: %s", path, words, body);
}

/* /metrics comes in chunks, with its own end. */
static bool metrics_say_so(const house *h, const char *line) {
    static char page[131072];
    int fd = call(h);
    say(fd, "GET /metrics HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
    size_t size = 0;
    for (ssize_t got; (got = recv(fd, page + size, sizeof page - 1 - size, 0)) > 0;) {
        size += (size_t)got;
    }
    page[size] = 0;
    close(fd);
    return strstr(page, line) != NULL;
}

static void wait_for_metric(const house *h, const char *line) {
    bool said = false;
    for (int i = 0; i < 200 && !said; i++) {
        said = metrics_say_so(h, line);
        if (!said) usleep(50000);
    }
    cr_expect(said, "never said: %s", line);
}

/* ---- loading ---- */

typedef struct slow_load {
    _Atomic bool begun, go_on;
    bool good;
} slow_load;

static bool load_slowly(void *context, yz_market *market, const server_progress *progress,
                        server_recovery *recovery) {
    slow_load *l = context;
    progress->tell(progress->context, 3, 10);
    l->begun = true;
    for (int i = 0; i < 10000 && !l->go_on; i++)
        usleep(1000);
    yz_command command = {.type = YZ_COMMAND_ENTRY_PUT, .sequence = 1, .at_ms = 5000000000000};
    command.entry_put.dictionary = YZ_SKILLS;
    command.entry_put.entry.id = YZ_TEXT("from-disk");
    (void)yz_market_apply(market, &command, NULL);
    *recovery = (server_recovery){.snapshot = 40, .snapshots_broken = 2, .replayed = 7};
    return l->good;
}

Test(durable, listens_at_once_and_says_how_far_loading_is) {
    slow_load load = {.good = true};
    slow_store seen = {.mutex = PTHREAD_MUTEX_INITIALIZER, .open = true, .last_sequence = 1};
    server_options options = one_loop();
    options.store = (store){.context = &seen, .append = slow_append};
    options.load = load_slowly;
    options.load_context = &load;
    house h;
    open_house(&h, &options);
    while (!load.begun)
        usleep(1000);
    char body[256];
    int fd = call(&h);
    expect_answer(fd, "/empty", 200, "ok");
    expect_answer(fd, "/ready", 503,
                  "{\"ready\":false,\"reason\":\"loading\",\"done\":3,\"total\":10}");
    cr_assert(metrics_say_so(&h, "\nyizhan_ready 0\n"));
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 503);
    load.go_on = true;
    wait_for_metric(&h, "\nyizhan_ready 1\n");
    expect_answer(fd, "/ready", 200, "ready");
    expect_answer(fd, "/read", 200, "1");
    cr_assert(metrics_say_so(&h, "\nyizhan_recovery_replayed_commands 7\n"));
    cr_assert(metrics_say_so(&h, "\nyizhan_recovery_snapshot_sequence 40\n"));
    cr_assert(metrics_say_so(&h, "\nyizhan_recovery_snapshots_passed_over 2\n"));
    cr_assert(metrics_say_so(&h, "\nyizhan_snapshot_sequence 40\n"));
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_str_eq(body, "2 ok", "numbers go on where the journal ends");
    cr_assert_eq(seen.last_at_ms, 5000000000000, "and so does time, though the clock is behind");
    close(fd);
    close_house(&h);
    cr_assert(h.ended_well);
    cr_assert_eq(seen.gaps, 0);
}

Test(durable, stops_when_loading_fails) {
    slow_load load = {.good = false, .go_on = true};
    server_options options = one_loop();
    options.level = LOG_OFF;
    options.load = load_slowly;
    options.load_context = &load;
    house h;
    open_house(&h, &options);
    pthread_join(h.thread, NULL);
    cr_assert_not(server_loaded(h.server));
    server_free(h.server);
    yz_market_free(h.market);
}

/* ---- failing ---- */

typedef struct fake_disk {
    slow_store store;
    _Atomic int failure;
    _Atomic uint64_t sequence; // durable
    disk_state state;
} fake_disk;

static void append_or_fail(void *context, store_batch *batch, store_durable durable,
                           void *durable_context) {
    fake_disk *d = context;
    (void)batch;
    d->store.appends += 1;
    durable(durable_context, d->failure);
}

static disk_state fake_now(void *context) {
    fake_disk *d = context;
    disk_state state = d->state;
    state.durable = d->sequence;
    return state;
}

static server_options fake_options(fake_disk *d) {
    server_options options = one_loop();
    options.level = LOG_OFF;
    options.store = (store){.context = d, .append = append_or_fail};
    options.store_now = fake_now;
    options.store_now_context = d;
    return options;
}

Test(durable, is_not_ready_without_room_and_comes_back_by_itself) {
    fake_disk fake = {.failure = 507,
                      .state = {.reason = "no room on \"/data\"\n", .wal_bytes = 7}};
    server_options options = fake_options(&fake);
    house h;
    open_house(&h, &options);
    char body[256];
    int fd = call(&h);
    expect_answer(fd, "/ready", 200, "ready");
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 507);
    expect_answer(fd, "/ready", 503,
                  "{\"ready\":false,\"reason\":\"disk_full\",\"detail\":\"no room on "
                  "\\\"/data\\\" \"}");
    expect_answer(fd, "/read", 200, "0");
    cr_assert(metrics_say_so(&h, "\nyizhan_store_full 1\n"));
    cr_assert(metrics_say_so(&h, "\nyizhan_journal_wal_bytes 7\n"));
    fake.failure = 0;
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_str_eq(body, "1 ok");
    expect_answer(fd, "/ready", 200, "ready");
    cr_assert(metrics_say_so(&h, "\nyizhan_store_full 0\n"));
    close(fd);
    close_house(&h);
}

Test(durable, only_reads_once_the_store_has_failed) {
    fake_disk fake = {.failure = 503, .state = {.reason = "fdatasync: Input/output error"}};
    server_options options = fake_options(&fake);
    house h;
    open_house(&h, &options);
    char body[256];
    int fd = call(&h);
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 503);
    fake.failure = 0;
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 503, "never tried again");
    cr_assert_eq(fake.store.appends, 1);
    expect_answer(fd, "/ready", 503,
                  "{\"ready\":false,\"reason\":\"store_failed\",\"detail\":\"fdatasync: "
                  "Input/output error\"}");
    expect_answer(fd, "/read", 200, "0");
    cr_assert(metrics_say_so(&h, "\nyizhan_store_read_only 1\n"));
    cr_assert(server_store_failed(h.server));
    close(fd);
    close_house(&h);
}

/* ---- the vault ---- */

typedef struct fake_vault {
    pthread_mutex_t mutex;
    char phone[32];
    _Atomic bool slow, entered;
} fake_vault;

static void keep_secret(void *context, store_batch *batch, store_durable durable,
                        void *durable_context) {
    fake_vault *v = context;
    pthread_mutex_lock(&v->mutex);
    for (uint32_t i = 0; i < batch->secret_count; i++) {
        yz_text phone = batch->secrets[i].phone;
        snprintf(v->phone, sizeof v->phone, "%.*s", (int)phone.size, phone.bytes);
    }
    pthread_mutex_unlock(&v->mutex);
    durable(durable_context, 0);
}

static bool look_up(void *context, yz_text person, char *room, size_t room_size,
                    store_secret *secret) {
    fake_vault *v = context;
    v->entered = true;
    while (v->slow)
        usleep(1000);
    if (!yz_text_equal(person, YZ_TEXT("h-1"))) return false;
    pthread_mutex_lock(&v->mutex);
    snprintf(room, room_size, "%s", v->phone);
    pthread_mutex_unlock(&v->mutex);
    *secret = (store_secret){.phone = yz_text_of(room), .fields = YZ_VAULT_PHONE};
    return true;
}

Test(durable, writes_secrets_and_reads_them_back) {
    fake_vault vault = {.mutex = PTHREAD_MUTEX_INITIALIZER};
    server_options options = one_loop();
    options.store = (store){.context = &vault, .append = keep_secret, .vault_read = look_up};
    house h;
    open_house(&h, &options);
    char body[256];
    int fd = call(&h);
    send_post(fd, "/secret", "13800000000");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    send_post(fd, "/vault", "h-1");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    cr_assert_str_eq(body, "13800000000");
    send_post(fd, "/vault", "h-2");
    cr_assert_eq(hear(fd, body, sizeof body), 404);
    close(fd);
    close_house(&h);
}

Test(durable, has_nobody_in_the_vault_of_a_store_without_one) {
    server_options options = one_loop();
    house h;
    open_house(&h, &options);
    char body[256];
    int fd = call(&h);
    send_post(fd, "/vault", "h-1");
    cr_assert_eq(hear(fd, body, sizeof body), 404);
    close(fd);
    close_house(&h);
}

Test(durable, waits_for_a_vault_reading_when_it_stops_though_nobody_listens_any_more) {
    fake_vault vault = {.mutex = PTHREAD_MUTEX_INITIALIZER, .slow = true};
    server_options options = one_loop();
    options.store = (store){.context = &vault, .append = keep_secret, .vault_read = look_up};
    house h;
    open_house(&h, &options);
    int gone = call(&h), stays = call(&h);
    send_post(gone, "/vault", "h-1");
    while (!vault.entered)
        usleep(1000);
    close(gone);
    vault.entered = false;
    send_post(stays, "/vault", "h-1");
    while (!vault.entered)
        usleep(1000);
    server_stop(h.server);
    usleep(50000);
    vault.slow = false;
    char body[16];
    cr_assert_eq(hear(stays, body, sizeof body), 200);
    close(stays);
    close_house(&h);
    cr_assert(h.ended_well);
}

/* ---- snapshots ---- */

static void write_one(const house *h) {
    char body[64];
    int fd = call(h);
    send_post(fd, "/write", "a");
    cr_assert_eq(hear(fd, body, sizeof body), 200);
    close(fd);
}

Test(durable, starts_a_process_with_sequence_and_digest_when_a_snapshot_is_due) {
    char path[] = "/tmp/yizhan-test-snapshot-XXXXXX", script[128], told[256] = "";
    int file = mkstemp(path);
    snprintf(script, sizeof script, "echo \"$@\" >%s", path);
    const char *const argv[] = {"/bin/sh", "-c", script, "sh", "snapshot", NULL};
    fake_disk fake = {0};
    server_options options = fake_options(&fake);
    options.snapshot_argv = argv;
    options.snapshot_every_commands = 1;
    house h;
    open_house(&h, &options);
    write_one(&h);
    fake.sequence = 1; // the fake's own count: now one is due
    wait_for_metric(&h, "\nyizhan_snapshots_total{result=\"proven\"} 1\n");
    cr_expect(metrics_say_so(&h, "\nyizhan_snapshot_sequence 1\n"));
    cr_expect(metrics_say_so(&h, "\nyizhan_snapshots_total{result=\"failed\"} 0\n"));
    cr_assert_gt(read(file, told, sizeof told - 1), 0);
    char digest[YZ_DIGEST_TEXT_MAX], wanted[128];
    yz_digest_text(yz_market_digest(h.market), digest);
    snprintf(wanted, sizeof wanted, "snapshot --at 1 --digest %s\n", digest);
    cr_expect_str_eq(told, wanted);
    close_house(&h);
    close(file);
    unlink(path);
}

Test(durable, counts_a_snapshot_that_failed_and_does_not_try_it_again_at_once) {
    const char *const argv[] = {"/bin/sh", "-c", "echo no room >&2; exit 15", NULL};
    fake_disk fake = {.sequence = 1};
    server_options options = fake_options(&fake);
    options.snapshot_argv = argv;
    options.snapshot_every_commands = 1;
    house h;
    open_house(&h, &options);
    write_one(&h);
    wait_for_metric(&h, "\nyizhan_snapshots_total{result=\"failed\"} 1\n");
    usleep(700000);
    cr_expect(metrics_say_so(&h, "\nyizhan_snapshots_total{result=\"failed\"} 1\n"));
    cr_expect(metrics_say_so(&h, "\nyizhan_snapshot_sequence 0\n"));
    close_house(&h);
}

Test(durable, ends_a_snapshot_process_when_it_stops) {
    const char *const argv[] = {"/bin/sh", "-c", "exec sleep 600", NULL};
    fake_disk fake = {.sequence = 1};
    server_options options = fake_options(&fake);
    options.snapshot_argv = argv;
    options.snapshot_every_commands = 1;
    house h;
    open_house(&h, &options);
    write_one(&h);
    wait_for_metric(&h, "\nyizhan_snapshot_running 1\n");
    time_t before = time(NULL);
    close_house(&h);
    cr_expect(time(NULL) - before < 60);
}

#include "tests/net/store/rig.h"

#include "engine/base/alloc.h"
#include "engine/base/check.h"

#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

static bool draw(void *context, void *bytes, size_t size) {
    rig *r = context;
    unsigned char *to = bytes;
    for (size_t i = 0; i < size; i++)
        to[i] = (unsigned char)yz_random_next(&r->random);
    return true;
}

static uint64_t mono_ns(void *context) {
    (void)context;
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

rig *rig_new(uint64_t seed) {
    rig *r = yz_alloc_zeroed(sizeof *r);
    char base[] = "/tmp/yz-store-XXXXXX";
    yz_check(mkdtemp(base) != NULL);
    snprintf(r->dir, sizeof r->dir, "%s/data", base);
    r->random = yz_random_seeded(seed);
    r->at_ms = 1700000000000;
    r->options = (disk_options){.init = true, .threaded = true};
    return r;
}

static void remove_all(const char *dir) {
    DIR *d = opendir(dir);
    if (d == NULL) return;
    const struct dirent *entry;
    while ((entry = readdir(d)) != NULL) {
        char path[RIG_DIR_MAX + 300];
        struct stat st;
        if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0) continue;
        snprintf(path, sizeof path, "%s/%s", dir, entry->d_name);
        if (lstat(path, &st) == 0 && S_ISDIR(st.st_mode)) {
            remove_all(path);
        } else {
            unlink(path);
        }
    }
    closedir(d);
    rmdir(dir);
}

void rig_free(rig *r) {
    rig_close(r);
    *strrchr(r->dir, '/') = 0;
    remove_all(r->dir);
    yz_free(r);
}

bool rig_open(rig *r) {
    yz_check(r->disk == NULL);
    r->options.dir = r->options.in_memory ? NULL : r->dir;
    r->options.outside = (disk_outside){r, draw, mono_ns};
    r->disk = disk_open(&r->options, &r->problem);
    r->options.init = false;
    if (r->disk == NULL) return false;
    r->sequence = disk_now(r->disk).durable;
    return true;
}

void rig_must_open(rig *r) {
    if (rig_open(r)) return;
    fprintf(stderr, "%s\n", r->problem.text);
    abort();
}

void rig_close(rig *r) {
    disk_close(r->disk);
    r->disk = NULL;
}

// ---- writing ----

typedef struct waiter {
    pthread_mutex_t mutex;
    pthread_cond_t bell;
    int calls, failure;
} waiter;

static void on_durable(void *context, int failure) {
    waiter *w = context;
    pthread_mutex_lock(&w->mutex);
    w->calls += 1;
    w->failure = failure;
    pthread_cond_signal(&w->bell);
    pthread_mutex_unlock(&w->mutex);
}

int rig_append(rig *r, yz_command *commands, uint32_t count, const store_secret *secrets,
               uint32_t secret_count) {
    waiter w = {.mutex = PTHREAD_MUTEX_INITIALIZER, .bell = PTHREAD_COND_INITIALIZER};
    for (uint32_t i = 0; i < count; i++) {
        commands[i].sequence = r->sequence + 1 + i;
        commands[i].at_ms = r->at_ms;
    }
    store_batch batch = {commands, count, secrets, secret_count};
    store s = disk_store(r->disk);
    s.append(s.context, &batch, on_durable, &w);
    pthread_mutex_lock(&w.mutex);
    while (w.calls == 0)
        pthread_cond_wait(&w.bell, &w.mutex);
    yz_check(w.calls == 1);
    pthread_mutex_unlock(&w.mutex);
    if (w.failure == 0) r->sequence += count;
    r->at_ms += 1;
    return w.failure;
}

// ---- files ----

void rig_beside(const rig *r, const char *suffix, char path[RIG_DIR_MAX]) {
    size_t size = strlen(r->dir);
    yz_check(size + 1 + strlen(suffix) < RIG_DIR_MAX);
    memcpy(path, r->dir, size);
    path[size] = '.';
    strcpy(path + size + 1, suffix);
}

const char *rig_path(rig *r, const char *name) {
    static char path[RIG_DIR_MAX + 64];
    snprintf(path, sizeof path, "%s/%s", r->dir, name);
    return path;
}

unsigned char *rig_read(const char *path, size_t *size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat st;
    yz_check(file >= 0 && fstat(file, &st) == 0);
    *size = (size_t)st.st_size;
    unsigned char *bytes = yz_alloc(*size + 1);
    size_t got = 0;
    while (got < *size) {
        ssize_t part = read(file, bytes + got, *size - got);
        yz_check(part > 0);
        got += (size_t)part;
    }
    close(file);
    return bytes;
}

void rig_write(const char *path, const unsigned char *bytes, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
    yz_check(file >= 0 && write(file, bytes, size) == (ssize_t)size);
    close(file);
}

static bool next_file(DIR *d, const char *dir, char path[RIG_DIR_MAX + 300], const char **name) {
    const struct dirent *entry;
    while ((entry = readdir(d)) != NULL) {
        struct stat st;
        snprintf(path, RIG_DIR_MAX + 300, "%s/%s", dir, entry->d_name);
        *name = entry->d_name;
        if (lstat(path, &st) == 0 && S_ISREG(st.st_mode)) return true;
    }
    return false;
}

uint32_t rig_files_with(const rig *r, const void *bytes, size_t size) {
    char path[RIG_DIR_MAX + 300];
    const char *name;
    uint32_t found = 0;
    DIR *d = opendir(r->dir);
    yz_check(d != NULL);
    while (next_file(d, r->dir, path, &name)) {
        size_t length;
        unsigned char *all = rig_read(path, &length);
        found += memmem(all, length, bytes, size) != NULL;
        yz_free(all);
    }
    closedir(d);
    return found;
}

void rig_copy(const char *from_dir, const char *to_dir) {
    char path[RIG_DIR_MAX + 300], to[RIG_DIR_MAX + 300];
    const char *name;
    mkdir(to_dir, 0700);
    DIR *d = opendir(from_dir);
    yz_check(d != NULL);
    while (next_file(d, from_dir, path, &name)) {
        size_t length;
        unsigned char *all = rig_read(path, &length);
        snprintf(to, sizeof to, "%s/%s", to_dir, name);
        rig_write(to, all, length);
        yz_free(all);
    }
    closedir(d);
}

// ---- commands ----

yz_command rig_seeker(const char *id, const char *person, int32_t lat_e7, uint32_t groups) {
    yz_command c = {.type = YZ_COMMAND_SEEKER_PUT};
    c.seeker_put.fields = YZ_SEEKER_ALL;
    c.seeker_put.seeker = (yz_seeker){.id = yz_text_of(id),
                                      .person = yz_text_of(person),
                                      .place = {lat_e7, 1050000000, YZ_TEXT("")},
                                      .radius_m = 5000,
                                      .types = YZ_TYPE_GIG,
                                      .shifts = YZ_SHIFTS_ALL,
                                      .groups = groups};
    while (groups != 0 && (groups >> c.seeker_put.seeker.primary_group & 1) == 0)
        c.seeker_put.seeker.primary_group += 1;
    return c;
}

yz_command rig_person(const char *id, int32_t birth_day, uint32_t tags) {
    yz_command c = {.type = YZ_COMMAND_PERSON_PUT};
    c.person_put.fields = YZ_PERSON_ALL;
    c.person_put.person = (yz_person){.id = yz_text_of(id), .birth_day = birth_day, .tags = tags};
    return c;
}

yz_command rig_erase(const char *id) {
    yz_command c = {.type = YZ_COMMAND_PERSON_ERASE};
    c.named.dictionary = YZ_PERSONS;
    c.named.id = yz_text_of(id);
    return c;
}

yz_command rig_entry(const char *id) {
    yz_command c = {.type = YZ_COMMAND_ENTRY_PUT};
    c.entry_put.dictionary = YZ_SKILLS;
    c.entry_put.entry.id = yz_text_of(id);
    return c;
}

store_secret rig_secret(uint32_t command, const char *person, const char *name, const char *phone) {
    return (store_secret){.command = command,
                          .person = yz_text_of(person),
                          .name = yz_text_of(name),
                          .phone = yz_text_of(phone),
                          .id_number = YZ_TEXT("620502199001011234"),
                          .account = YZ_TEXT("6217000012345678"),
                          .fields = YZ_VAULT_ALL};
}

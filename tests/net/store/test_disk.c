/* The data directory: what is appended is there again, and what must not be is not. */
#include "tests/net/store/rig.h"

#include "engine/base/alloc.h"
#include "net/store/mark.h"

#include <criterion/criterion.h>
#include <sqlite3.h>
#include <stdio.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

// ---- what a walk sees ----

typedef struct seen {
    const yz_sealer *sealer;
    yz_arena *arena;
    uint64_t commands, batches, withheld;
    uint64_t next; // sequence that must come
    int32_t lat_e7_sum;
    bool wrong;
} seen;

static bool see(void *context, yz_batch_reader *reader) {
    seen *s = context;
    yz_command c;
    yz_status status;
    s->batches += 1;
    while ((status = yz_batch_next(reader, s->sealer, s->arena, &c, NULL)) == YZ_OK) {
        s->commands += 1;
        s->wrong |= c.sequence != s->next++;
        if (c.type == YZ_COMMAND_SEEKER_PUT) {
            s->withheld += c.seeker_put.seeker.withheld;
            s->lat_e7_sum += c.seeker_put.seeker.place.lat_e7;
        }
        if (c.type == YZ_COMMAND_PERSON_PUT) s->withheld += c.person_put.person.withheld;
        if (c.type == YZ_COMMAND_POLICY_PUT) s->withheld += c.policy_put.withheld;
        yz_arena_reset(s->arena);
    }
    s->wrong |= status != YZ_ERR_NOT_FOUND;
    return true;
}

static seen walk(rig *r, uint64_t after, uint64_t next) {
    yz_sealer sealer = disk_sealer(r->disk);
    seen s = {.sealer = &sealer, .arena = yz_arena_new(1 << 20), .next = next};
    cr_assert(disk_walk(r->disk, after, NULL, see, &s, NULL, &r->problem), "%s", r->problem.text);
    yz_arena_free(s.arena);
    return s;
}

static void append_seekers(rig *r, uint32_t batches, uint32_t each) {
    char ids[64][16];
    yz_command c[64];
    for (uint32_t b = 0; b < batches; b++) {
        for (uint32_t i = 0; i < each; i++) {
            snprintf(ids[i], sizeof ids[i], "s-%llu", (unsigned long long)r->sequence + i);
            c[i] = rig_seeker(ids[i], "", (int32_t)(b * each + i + 1), 6);
        }
        cr_assert_eq(rig_append(r, c, each, NULL, 0), 0);
    }
}

// What a kill leaves: the files as they stand, log and mark included.
static void kill_copy(rig *r, const char *to) {
    pid_t child = fork(); // closing SQLite's files here would let go of its locks
    if (child == 0) {
        rig_copy(r->dir, to);
        _exit(0);
    }
    waitpid(child, NULL, 0);
}

// ---- append, walk, open again ----

Test(disk, what_was_appended_is_there_in_order_when_it_is_opened_again) {
    for (int threaded = 0; threaded <= 1; threaded++) {
        rig *r = rig_new(1);
        r->options.threaded = threaded;
        rig_must_open(r);
        append_seekers(r, 150, 7); // more rows than are read at once
        disk_state state = disk_now(r->disk);
        cr_assert_eq(state.durable, 1050);
        cr_assert_eq(state.batches, 150);
        cr_assert_eq(state.failures, 0);
        seen live = walk(r, 0, 1);
        rig_close(r);
        rig_must_open(r);
        seen again = walk(r, 0, 1);
        cr_assert_eq(again.commands, 1050);
        cr_assert_eq(again.batches, 150);
        cr_assert_eq(again.lat_e7_sum, 1050 * 1051 / 2);
        cr_assert_eq(live.lat_e7_sum, again.lat_e7_sum);
        cr_assert_eq(again.withheld, 0);
        cr_assert_not(live.wrong || again.wrong);
        disk_span span;
        cr_assert(disk_look(r->disk, &span, &r->problem));
        cr_assert_eq(span.first, 1);
        cr_assert_eq(span.last, 1050);
        cr_assert_eq(span.batches, 150);
        cr_assert_eq(span.last_ms, r->at_ms - 1);
        append_seekers(r, 1, 3); // and it goes on
        cr_assert_eq(walk(r, 0, 1).commands, 1053);
        rig_free(r);
    }
}

// The files go on taking writes wherever they are; the next start looks at the path.
Test(disk, a_directory_that_was_moved_or_replaced_is_written_to_no_more) {
    for (int replaced = 0; replaced <= 1; replaced++) {
        rig *r = rig_new(41);
        char away[RIG_DIR_MAX], other[RIG_DIR_MAX];
        rig_beside(r, "away", away);
        rig_beside(r, "other", other);
        rig_must_open(r);
        append_seekers(r, 2, 3);
        cr_assert_eq(mkdir(other, 0700), 0);
        kill_copy(r, other);
        cr_assert_eq(rename(r->dir, away), 0);
        if (replaced) cr_assert_eq(rename(other, r->dir), 0);
        yz_command c = rig_seeker("s-lost", "", 1, 0);
        cr_assert_eq(rig_append(r, &c, 1, NULL, 0), 503);
        disk_state state = disk_now(r->disk);
        cr_assert(state.broken);
        cr_assert_not_null(strstr(state.reason, "removed, moved or replaced"), "%s", state.reason);
        if (replaced) cr_assert_eq(rename(r->dir, other), 0);
        cr_assert_eq(rename(away, r->dir), 0);
        cr_assert_eq(rig_append(r, &c, 1, NULL, 0), 503, "not before a restart");
        rig_close(r);
        rig_must_open(r);
        cr_assert_eq(walk(r, 0, 1).commands, 6);
        append_seekers(r, 1, 3);
        rig_free(r);
    }
}

Test(disk, a_walk_begins_with_the_batch_that_holds_the_next_sequence) {
    rig *r = rig_new(2);
    rig_must_open(r);
    append_seekers(r, 4, 10);
    cr_assert_eq(walk(r, 20, 21).commands, 20);
    cr_assert_eq(walk(r, 25, 21).commands, 20); // 21..30 holds 26
    cr_assert_eq(walk(r, 40, 41).commands, 0);
    rig_free(r);
}

Test(disk, a_trimmed_journal_begins_later_and_keeps_its_end) {
    rig *r = rig_new(3);
    rig_must_open(r);
    append_seekers(r, 100, 10);
    cr_assert(disk_trim(r->disk, 505, &r->problem), "%s", r->problem.text);
    cr_assert_eq(walk(r, 500, 501).commands, 500);
    seen s = {.arena = NULL};
    cr_assert_not(disk_walk(r->disk, 0, NULL, see, &s, NULL, &r->problem));
    cr_assert_eq(r->problem.trouble, DISK_DAMAGED); // 1 is not there, and that is said
    cr_assert(disk_trim(r->disk, 1000, &r->problem));
    rig_close(r);
    rig_must_open(r);
    cr_assert_eq(r->sequence, 1000);
    append_seekers(r, 1, 1);
    rig_free(r);
}

Test(disk, the_tags_follow_the_value_and_the_person) {
    rig *r = rig_new(4);
    rig_must_open(r);
    yz_command c[] = {rig_seeker("a", "p", 1, 6), rig_seeker("b", "p", 1, 6),
                      rig_seeker("c", "p", 2, 6), rig_seeker("d", "q", 1, 6)};
    cr_assert_eq(rig_append(r, c, 4, NULL, 0), 0);
    cr_assert_eq(c[0].seeker_put.seeker.place_tag, c[1].seeker_put.seeker.place_tag);
    cr_assert_neq(c[0].seeker_put.seeker.place_tag, c[2].seeker_put.seeker.place_tag);
    cr_assert_neq(c[0].seeker_put.seeker.place_tag, c[3].seeker_put.seeker.place_tag);
    cr_assert_neq(c[0].seeker_put.seeker.place_tag, 0);
    cr_assert_eq(c[0].seeker_put.seeker.groups_tag, c[2].seeker_put.seeker.groups_tag);
    cr_assert_neq(c[0].seeker_put.seeker.groups_tag, c[0].seeker_put.seeker.place_tag);
    rig_close(r);
    rig_must_open(r); // under the same key, so the same
    yz_command later = rig_seeker("e", "p", 1, 6);
    cr_assert_eq(rig_append(r, &later, 1, NULL, 0), 0);
    cr_assert_eq(later.seeker_put.seeker.place_tag, c[0].seeker_put.seeker.place_tag);
    rig_free(r);
}

// ---- the vault ----

static bool has_text(yz_text text, const char *wanted) {
    return yz_text_equal(text, yz_text_of(wanted));
}

Test(disk, the_vault_gives_back_what_it_was_given_field_by_field) {
    for (int in_memory = 0; in_memory <= 1; in_memory++) {
        rig *r = rig_new(5);
        r->options.in_memory = in_memory;
        rig_must_open(r);
        char room[STORE_SECRET_BYTES_MAX];
        store_secret s, given = rig_secret(0, "p", "张三", "13800138000");
        store st = disk_store(r->disk);
        yz_command put = rig_person("p", 7000, YZ_TAG_DIBAO);
        cr_assert_not(st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &s));
        cr_assert_eq(rig_append(r, &put, 1, &given, 1), 0);
        cr_assert_neq(put.person_put.person.sealed_tag, 0);
        cr_assert_neq(put.person_put.person.account_hash[0], 0);
        if (!in_memory) {
            rig_close(r);
            rig_must_open(r);
            st = disk_store(r->disk);
        }
        cr_assert(st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &s));
        cr_assert(has_text(s.name, "张三"));
        cr_assert(has_text(s.phone, "13800138000"));
        cr_assert(has_text(s.id_number, "620502199001011234"));
        cr_assert_eq(s.fields, YZ_VAULT_ALL);

        yz_command patch = rig_person("p", 7000, 0);
        patch.type = YZ_COMMAND_PERSON_PATCH;
        patch.person_put.fields = YZ_PERSON_TAGS;
        given.fields = YZ_VAULT_PHONE | YZ_VAULT_NAME;
        given.phone = YZ_TEXT("");
        given.name = YZ_TEXT("李四");
        cr_assert_eq(rig_append(r, &patch, 1, &given, 1), 0);
        cr_assert(st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &s));
        cr_assert(has_text(s.name, "李四"));
        cr_assert_eq(s.phone.size, 0);
        cr_assert(has_text(s.account, "6217000012345678"));
        cr_assert_eq(s.fields, YZ_VAULT_ALL & ~(uint32_t)YZ_VAULT_PHONE);
        rig_free(r);
    }
}

Test(disk, the_same_account_has_the_same_hash_in_this_directory_and_another_elsewhere) {
    uint64_t hash[2];
    for (uint64_t seed = 6; seed <= 7; seed++) {
        rig *r = rig_new(seed);
        rig_must_open(r);
        yz_command c[] = {rig_person("p", 1, 0), rig_person("q", 2, 0)};
        store_secret s[] = {rig_secret(0, "p", "A", "1"), rig_secret(1, "q", "B", "2")};
        cr_assert_eq(rig_append(r, c, 2, s, 2), 0);
        cr_assert_eq(c[0].person_put.person.account_hash[0],
                     c[1].person_put.person.account_hash[0]);
        if (seed == 7) cr_assert_neq(hash[0], c[0].person_put.person.account_hash[0]);
        hash[0] = c[0].person_put.person.account_hash[0];
        rig_free(r);
    }
}

// ---- erasing ----

Test(disk, who_is_erased_has_no_vault_entry_and_what_was_sealed_stays_so) {
    rig *r = rig_new(8);
    rig_must_open(r);
    yz_command c[] = {rig_person("p", 7000, 1), rig_seeker("s", "p", 350000000, 6),
                      rig_person("q", 7001, 1), rig_seeker("t", "q", 350000001, 6)};
    store_secret s[] = {rig_secret(0, "p", "张三", "1"), rig_secret(2, "q", "李四", "2")};
    cr_assert_eq(rig_append(r, c, 4, s, 2), 0);
    yz_command erase = rig_erase("p");
    cr_assert_eq(rig_append(r, &erase, 1, NULL, 0), 0);
    cr_assert_eq(disk_now(r->disk).wal_bytes, 0);
    for (int again = 0; again <= 1; again++) {
        char room[STORE_SECRET_BYTES_MAX];
        store_secret got;
        store st = disk_store(r->disk);
        cr_assert_not(st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &got));
        cr_assert(st.vault_read(st.context, YZ_TEXT("q"), room, sizeof room, &got));
        seen w = walk(r, 0, 1);
        cr_assert_eq(w.commands, 5);
        cr_assert_eq(w.withheld, 2);
        cr_assert_eq(w.lat_e7_sum, 350000001);
        rig_close(r);
        rig_must_open(r);
    }
    rig_free(r);
}

Test(disk, who_comes_back_within_a_batch_has_a_new_key_and_the_old_parts_stay_sealed) {
    rig *r = rig_new(9);
    rig_must_open(r);
    yz_command c[] = {rig_seeker("s", "p", 11, 6), rig_person("p", 1, 1), rig_erase("p"),
                      rig_seeker("s", "p", 22, 6), rig_person("p", 1, 1)};
    store_secret s[] = {rig_secret(1, "p", "旧", "1"), rig_secret(4, "p", "新", "2")};
    cr_assert_eq(rig_append(r, c, 5, s, 2), 0);
    cr_assert_neq(c[1].person_put.person.sealed_tag, c[4].person_put.person.sealed_tag);
    rig_close(r);
    rig_must_open(r);
    seen w = walk(r, 0, 1);
    cr_assert_eq(w.withheld, 2);
    cr_assert_eq(w.lat_e7_sum, 22);
    char room[STORE_SECRET_BYTES_MAX];
    store_secret got;
    store st = disk_store(r->disk);
    cr_assert(st.vault_read(st.context, YZ_TEXT("p"), room, sizeof room, &got));
    cr_assert(has_text(got.name, "新"));
    rig_free(r);
}

static yz_command facts_of(uint8_t kind, const char *id, const char *owner, const char *change) {
    return (yz_command){.type = YZ_COMMAND_POLICY_PUT,
                        .policy_put = {.subject = {kind, yz_text_of(id)},
                                       .owner = yz_text_of(owner),
                                       .change = yz_text_of(change)}};
}

Test(disk, facts_of_policy_are_sealed_under_their_owner_and_tagged_by_what_they_say) {
    rig *r = rig_new(12);
    rig_must_open(r);
    static char longer[30000]; // more than any other sealed part has
    snprintf(longer, sizeof longer, "planted-long-%029980d", 7);
    yz_command c[] = {facts_of(1, "p", "p", "planted-fact-of-p"), facts_of(2, "h", "p", longer),
                      facts_of(2, "i", "q", "planted-fact-of-p"), facts_of(0, "e", "", "open-fact"),
                      facts_of(1, "p", "p", "planted-fact-of-p")};
    cr_assert_eq(rig_append(r, c, 5, NULL, 0), 0);
    cr_expect_eq(c[0].policy_put.sealed_tag, c[4].policy_put.sealed_tag);
    cr_expect_neq(c[0].policy_put.sealed_tag, c[1].policy_put.sealed_tag);
    cr_expect_neq(c[0].policy_put.sealed_tag, c[2].policy_put.sealed_tag, "under another key");
    cr_expect(c[0].policy_put.sealed_tag != 0 && c[3].policy_put.sealed_tag == 0);
    cr_assert_eq(walk(r, 0, 1).withheld, 0);
    yz_command erase = rig_erase("p");
    cr_assert_eq(rig_append(r, &erase, 1, NULL, 0), 0);
    for (int again = 0; again <= 1; again++) {
        cr_expect_eq(walk(r, 0, 1).withheld, 3);
        rig_close(r);
        cr_expect_gt(rig_files_with(r, "open-fact", 9), 0, "the test can see");
        cr_expect_eq(rig_files_with(r, "planted-fact-of-p", 17), 0);
        cr_expect_eq(rig_files_with(r, "planted-long-", 13), 0);
        rig_must_open(r);
    }
    rig_free(r);
}

// The rows of keys and vault as they stand on disk: what an erasure must wipe.
static uint32_t keep_rows(rig *r, unsigned char rows[][72], uint32_t max) {
    sqlite3 *db;
    sqlite3_stmt *ask;
    uint32_t count = 0;
    cr_assert_eq(sqlite3_open(rig_path(r, "journal.db"), &db), SQLITE_OK);
    sqlite3_prepare_v2(
        db,
        "SELECT wrapped FROM person_key WHERE CAST(person AS TEXT) LIKE 'gone%' UNION ALL SELECT "
        "sealed FROM vault WHERE id IN (SELECT id FROM person_key WHERE CAST(person AS TEXT) LIKE "
        "'gone%')",
        -1, &ask, NULL);
    while (sqlite3_step(ask) == SQLITE_ROW && count < max)
        memcpy(rows[count++], sqlite3_column_blob(ask, 0), 72);
    sqlite3_finalize(ask);
    sqlite3_close(db);
    return count;
}

Test(disk, of_a_thousand_planted_texts_none_is_in_a_file_and_an_erasure_wipes_key_and_entry) {
    rig *r = rig_new(10);
    rig_must_open(r);
    static char ids[1000][16], names[1000][32], phones[1000][16];
    yz_command c[50];
    store_secret s[50];
    for (uint32_t at = 0; at < 1000; at += 50) {
        for (uint32_t i = 0; i < 50; i++) {
            uint32_t n = at + i;
            snprintf(ids[n], sizeof ids[n], "%s-%u", n % 2 ? "gone" : "stay", n);
            snprintf(names[n], sizeof names[n], "planted-name-%04u", n);
            snprintf(phones[n], sizeof phones[n], "139%08u", n * 7919);
            c[i] = rig_person(ids[n], 123456 + (int32_t)n, 1);
            s[i] = rig_secret(i, ids[n], names[n], phones[n]);
        }
        cr_assert_eq(rig_append(r, c, 50, s, 50), 0);
    }
    rig_close(r);
    static unsigned char rows[1000][72];
    cr_assert_eq(keep_rows(r, rows, 1000), 1000); // 500 keys and 500 entries
    for (uint32_t i = 0; i < 1000; i++)
        cr_assert_eq(rig_files_with(r, rows[i], 72), 1);
    rig_must_open(r);
    for (uint32_t at = 1; at < 1000; at += 100) {
        for (uint32_t i = 0; i < 50; i++)
            c[i] = rig_erase(ids[at + 2 * i]);
        cr_assert_eq(rig_append(r, c, 50, NULL, 0), 0);
    }
    // As it stands at the acknowledgement, without an orderly end.
    char copy[RIG_DIR_MAX];
    rig_beside(r, "copy", copy);
    kill_copy(r, copy);
    rig_close(r);
    char kept[RIG_DIR_MAX];
    strcpy(kept, r->dir);
    for (int orderly = 0; orderly <= 1; orderly++) {
        strcpy(r->dir, orderly ? kept : copy);
        for (uint32_t i = 0; i < 1000; i++) {
            cr_assert_eq(rig_files_with(r, rows[i], 72), 0, "row %u", i);
            cr_assert_eq(rig_files_with(r, names[i], strlen(names[i])), 0, "name %u", i);
            cr_assert_eq(rig_files_with(r, phones[i], strlen(phones[i])), 0, "phone %u", i);
            int32_t day = 123456 + (int32_t)i; // as a record holds it
            unsigned char bytes[8] = {(unsigned char)day,
                                      (unsigned char)(day >> 8),
                                      (unsigned char)(day >> 16),
                                      0,
                                      1,
                                      0,
                                      0,
                                      0};
            cr_assert_eq(rig_files_with(r, bytes, 8), 0, "birth day %u", i);
        }
    }
    rig_must_open(r);
    cr_assert_eq(walk(r, 0, 1).withheld, 500);
    rig_free(r);
}

// ---- troubles, each with its own words ----

static void expect(rig *r, disk_trouble trouble, const char *words) {
    cr_assert_not(rig_open(r));
    cr_assert_eq(r->problem.trouble, trouble, "%d: %s", (int)r->problem.trouble, r->problem.text);
    cr_assert_not_null(strstr(r->problem.text, words), "%s", r->problem.text);
    cr_assert_not_null(strstr(r->problem.text, "fix: "), "%s", r->problem.text);
}

Test(disk, a_directory_that_is_not_there_or_holds_something_else_is_refused) {
    rig *r = rig_new(11);
    r->options.init = false;
    expect(r, DISK_MISSING, "there is no directory");
    mkdir(r->dir, 0700);
    expect(r, DISK_MISSING, "holds no journal");
    rig_write(rig_path(r, "photo.jpg"), (const unsigned char *)"x", 1);
    r->options.init = true;
    expect(r, DISK_NOT_EMPTY, "photo.jpg");
    unlink(rig_path(r, "photo.jpg"));
    r->options.init = true;
    rig_must_open(r);
    rig_close(r);
    r->options.init = true;
    expect(r, DISK_NOT_EMPTY, "holds a journal already");
    rig_free(r);
}

Test(disk, a_directory_in_use_names_who_holds_it) {
    rig *r = rig_new(12), *second = rig_new(13);
    char pid[32];
    rig_must_open(r);
    strcpy(second->dir, r->dir);
    second->options.init = false;
    snprintf(pid, sizeof pid, "(pid %d)", (int)getpid());
    expect(second, DISK_LOCKED, pid);
    append_seekers(r, 1, 1);
    second->options.read_only = true; // beside it is allowed
    rig_must_open(second);
    append_seekers(r, 1, 1); // later than what it sees, under keys it does not know
    cr_assert_eq(walk(second, 0, 1).commands, 1);
    rig_close(second);
    rig_close(r);
    second->options.read_only = false;
    rig_must_open(second);
    rig_close(second);
    *strrchr(second->dir, '/') = 0;
    strcat(second->dir, "/gone");
    rig_free(r);
    yz_free(second);
}

Test(disk, a_master_key_that_is_missing_open_to_others_or_another_is_told_apart) {
    rig *r = rig_new(14);
    rig_must_open(r);
    append_seekers(r, 1, 1);
    rig_close(r);
    struct stat st;
    cr_assert_eq(stat(rig_path(r, "master.key"), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    cr_assert_eq(stat(r->dir, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0700);
    cr_assert_eq(stat(rig_path(r, "journal.db"), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    size_t size;
    unsigned char *key = rig_read(rig_path(r, "master.key"), &size);
    cr_assert_eq(size, 65);
    cr_assert_eq(rig_files_with(r, key, 64), 1); // in that file only

    chmod(rig_path(r, "master.key"), 0640);
    expect(r, DISK_NO_KEY, "chmod 600");
    chmod(rig_path(r, "master.key"), 0600);
    rig_write(rig_path(r, "master.key"), key, 63);
    expect(r, DISK_NO_KEY, "64 hex digits");
    unlink(rig_path(r, "master.key"));
    expect(r, DISK_NO_KEY, "there is no master key");
    key[64] = 0;
    r->options.key_text = (const char *)key;
    rig_must_open(r);
    rig_close(r);
    key[0] = key[0] == '0' ? '1' : '0';
    expect(r, DISK_WRONG_KEY, "not the master key");
    r->options.key_text = "secret";
    expect(r, DISK_NO_KEY, "YIZHAN_MASTER_KEY");
    yz_free(key);
    rig_free(r);
}

static void plant(rig *r, const char *sql) {
    sqlite3 *db;
    char *why = NULL;
    cr_assert_eq(sqlite3_open(rig_path(r, "journal.db"), &db), SQLITE_OK);
    cr_assert_eq(sqlite3_exec(db, sql, NULL, NULL, &why), SQLITE_OK, "%s", why);
    sqlite3_close(db);
}

Test(disk, a_newer_format_is_refused_and_this_one_is_read) {
    rig *r = rig_new(15);
    rig_must_open(r);
    rig_close(r);
    plant(r, "PRAGMA user_version=2");
    expect(r, DISK_NEWER_FORMAT, "format 2");
    plant(r, "PRAGMA user_version=1");
    rig_must_open(r);
    rig_close(r);
    plant(r, "PRAGMA application_id=0");
    expect(r, DISK_DAMAGED, "not a journal of yizhan");
    rig_free(r);
}

Test(disk, a_directory_without_rights_says_so, .disabled = false) {
    if (geteuid() == 0) cr_skip("root has every right");
    rig *r = rig_new(16);
    rig_must_open(r);
    rig_close(r);
    chmod(r->dir, 0500);
    expect(r, DISK_NO_RIGHTS, "chmod");
    chmod(r->dir, 0700);
    rig_free(r);
}

// ---- damage ----

Test(disk, a_row_of_keys_vault_or_batches_that_is_not_as_it_was_is_found_at_the_start) {
    static const char *const DAMAGE[] = {
        "DELETE FROM person_key WHERE id = 2",
        "DELETE FROM person_key WHERE id = 3", // the last one
        "UPDATE person_key SET wrapped = zeroblob(72) WHERE id = 2",
        "UPDATE person_key SET person = 'x' WHERE id = 1",
        "DELETE FROM vault WHERE id = 1",
        "UPDATE vault SET sealed = randomblob(length(sealed)) WHERE id = 1",
        "DELETE FROM meta WHERE name = 'sums'",
        "DELETE FROM batch WHERE first = 4", // the last one: what the mark is for
        "DELETE FROM batch",
        "UPDATE batch SET last = 9 WHERE first = 4",
        "UPDATE batch SET bytes = (SELECT bytes FROM batch WHERE first = 1) WHERE first = 4",
        "DROP TABLE vault",
    };
    for (size_t i = 0; i < sizeof DAMAGE / sizeof *DAMAGE; i++) {
        rig *r = rig_new(17);
        rig_must_open(r);
        yz_command c[] = {rig_person("p", 1, 1), rig_person("q", 2, 1), rig_person("r", 2, 1)};
        store_secret s = rig_secret(0, "p", "A", "1");
        cr_assert_eq(rig_append(r, c, 3, &s, 1), 0);
        cr_assert_eq(rig_append(r, c, 3, NULL, 0), 0);
        rig_close(r);
        plant(r, DAMAGE[i]);
        cr_assert_not(rig_open(r), "%s", DAMAGE[i]);
        cr_assert_eq(r->problem.trouble, DISK_DAMAGED, "%s: %s", DAMAGE[i], r->problem.text);
        rig_free(r);
    }
}

Test(disk, a_batch_in_the_middle_that_is_missing_or_changed_is_named) {
    static const char *const DAMAGE[] = {
        "DELETE FROM batch WHERE first = 11",
        "UPDATE batch SET bytes = CAST(substr(bytes, 1, 200) || x'A5' || substr(bytes, 202) AS "
        "BLOB) WHERE first = 11",
    };
    for (size_t i = 0; i < sizeof DAMAGE / sizeof *DAMAGE; i++) {
        rig *r = rig_new(18);
        rig_must_open(r);
        append_seekers(r, 4, 10);
        rig_close(r);
        plant(r, DAMAGE[i]);
        rig_must_open(r); // the end is sound
        yz_damage damage;
        yz_sealer sealer = disk_sealer(r->disk);
        seen s = {.sealer = &sealer, .arena = yz_arena_new(1 << 20), .next = 1};
        cr_assert_not(disk_walk(r->disk, 0, NULL, see, &s, &damage, &r->problem));
        cr_assert_eq(r->problem.trouble, DISK_DAMAGED);
        cr_assert_eq(s.commands, 10);
        cr_assert_geq(damage.sequence, 11);
        cr_assert_leq(damage.sequence, 20);
        cr_assert_not_null(damage.why);
        yz_arena_free(s.arena);
        rig_free(r);
    }
}

Test(disk, an_acknowledged_commit_that_went_bad_in_the_log_is_no_torn_tail) {
    rig *r = rig_new(19);
    rig_must_open(r);
    append_seekers(r, 20, 3);
    char left[RIG_DIR_MAX], kept[RIG_DIR_MAX], work[RIG_DIR_MAX];
    rig_beside(r, "left", left);
    rig_beside(r, "work", work);
    kill_copy(r, left);
    rig_close(r);
    strcpy(kept, r->dir);
    strcpy(r->dir, left);
    size_t size;
    unsigned char *log = rig_read(rig_path(r, "journal.db-wal"), &size);
    strcpy(r->dir, work);
    uint32_t found = 0, tried = 0;
    for (size_t at = 40; at < size; at += 1000) {
        rig_copy(left, work);
        log[at] ^= 1;
        rig_write(rig_path(r, "journal.db-wal"), log, size);
        log[at] ^= 1;
        unlink(rig_path(r, "journal.db-shm"));
        tried += 1;
        if (rig_open(r)) {
            cr_assert_eq(r->sequence, 60, "at %zu", at);
            rig_close(r);
        } else {
            cr_assert_eq(r->problem.trouble, DISK_DAMAGED, "%s", r->problem.text);
            found += 1;
        }
    }
    cr_assert_geq(found, 60, "%u of %u", found, tried);
    for (size_t cut = 0; cut < size; cut += 1500) { // and so is a log that is cut off
        rig_copy(left, work);
        rig_write(rig_path(r, "journal.db-wal"), log, cut);
        unlink(rig_path(r, "journal.db-shm"));
        if (rig_open(r)) {
            cr_assert_eq(r->sequence, 60, "at %zu", cut);
            rig_close(r);
        } else {
            cr_assert_eq(r->problem.trouble, DISK_DAMAGED, "%s", r->problem.text);
        }
    }
    rig_copy(left, work);
    rig_write(rig_path(r, "journal.db-wal"), log, size);
    unlink(rig_path(r, "journal.db-shm"));
    rig_must_open(r); // undamaged, all is there
    cr_assert_eq(r->sequence, 60);
    yz_free(log);
    rig_close(r);
    strcpy(r->dir, kept);
    rig_free(r);
}
